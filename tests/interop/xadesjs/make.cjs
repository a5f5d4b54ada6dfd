/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Makes XAdES-BES. Reads lines of words: OUT, NAME (of NAME.key and NAME.pem),
 * algorithm and curve of the key ("-": none), digest, canonicalisation, and
 * the document.
 */
'use strict';
const fs = require('fs');
const { engine, lines, xadesjs } = require('./common.cjs');

/* What stands between the lines of a PEM file's first block. */
function block(path) {
	return fs.readFileSync(path, 'utf8').split('-----')[2]
		.replace(/\s/g, '');
}

async function make([out, name, algorithm, curve, hash, canon, path]) {
	const params = { name: algorithm, hash };
	const certificate = block(`${name}.pem`);
	const signed = new xadesjs.SignedXml();
	const document = xadesjs.Parse(fs.readFileSync(path, 'utf8'));

	if (curve !== '-')
		params.namedCurve = curve;
	const key = await engine.subtle.importKey('pkcs8',
		Buffer.from(block(`${name}.key`), 'base64'), params, false,
		['sign']);
	const signature = await signed.Sign(params, key, document, {
		x509: [certificate],
		signingCertificate: certificate,
		signingTime: { value: new Date() },
		references: [{ uri: '', hash, transforms: ['enveloped', canon] }],
	});

	document.documentElement.appendChild(
		document.importNode(signature.GetXml(), true));
	fs.writeFileSync(out, document.toString());
}

lines(make).catch((error) => {
	console.error(error);
	process.exit(1);
});
