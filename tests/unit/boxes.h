/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_BOXES_H
#define TESTS_UNIT_BOXES_H

#include "asickit.h"

/* Containers as they should be, each put together anew in one kit: where the
 * tests of reading them begin. */
extern struct asickit boxes;

#define NOW MK_NOW
#define CHECKED (MK_NOW + 3 * AUTHORITY_DAY)
#define LATER (MK_NOW + 700 * AUTHORITY_DAY) /* the signer's has expired */

/* Group setup and teardown: a lab with CRLs of both times. */
int boxes_setup(void **state);
int boxes_teardown(void **state);

/* lease.txt, and in most of them act.txt too. */
void xades_e(void);
void xades_s(void);
void cades_e(void);
void cades_s(void);
void stamp_e(void);
void stamp_s(void);
/* B-LT, and B-LTA by an archive time-stamp over it */
void cades_lt(void);
void cades_lta(void);
/* the rows of their manifest */
extern const struct asickit_row both[];

#define MANIFEST(uri, digest, value) \
	"<m:ASiCManifest xmlns:m=\"http://uri.etsi.org/02918/v1.2.1#\" " \
	"xmlns=\"http://www.w3.org/2000/09/xmldsig#\">" \
	"<m:SigReference URI=\"META-INF/signature001.p7s\"/>" \
	"<m:DataObjectReference URI=\"" uri "\">" \
	"<DigestMethod Algorithm=\"" digest "\"/><DigestValue>" value \
	"</DigestValue></m:DataObjectReference></m:ASiCManifest>"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
/* of the empty file */
#define NOTHING "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

#endif
