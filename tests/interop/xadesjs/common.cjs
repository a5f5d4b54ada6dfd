/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
'use strict';
const { DOMImplementation, DOMParser, XMLSerializer } =
	require('@xmldom/xmldom');
const core = require('xml-core');
const readline = require('readline');
const xadesjs = require('xadesjs');
const xpath = require('xpath');

const engine = globalThis.crypto || require('crypto').webcrypto;

core.setNodeDependencies(
	{ DOMImplementation, DOMParser, XMLSerializer, xpath });
xadesjs.Application.setEngine('NodeJS', engine);

/* handle(words) for each line of standard input, one after another. */
async function lines(handle) {
	const input = readline.createInterface({ input: process.stdin });

	for await (const line of input)
		await handle(line.split(' '));
}

module.exports = { engine, lines, xadesjs };
