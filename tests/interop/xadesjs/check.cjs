/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Verifies all signatures of each file that standard input names, and prints
 * "OK FILE COUNT" or "BAD FILE REASON".
 */
'use strict';
const fs = require('fs');
const { lines, xadesjs } = require('./common.cjs');

async function check(file) {
	const document = xadesjs.Parse(fs.readFileSync(file, 'utf8'));
	const list = document.getElementsByTagNameNS(
		'http://www.w3.org/2000/09/xmldsig#', 'Signature');

	for (let i = 0; i < list.length; i++) {
		const signed = new xadesjs.SignedXml(document);

		signed.LoadXml(list[i]);
		if (!await signed.Verify())
			throw new Error('the value does not verify');
	}
	return list.length;
}

lines(async ([file]) => {
	try {
		console.log(`OK ${file} ${await check(file)}`);
	} catch (error) {
		console.log(`BAD ${file} ${error.message}`);
	}
});
