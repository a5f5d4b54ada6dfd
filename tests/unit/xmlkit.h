/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_UNIT_XMLKIT_H
#define SIGN_TESTS_UNIT_XMLKIT_H

#include "base/env.h"

struct sg_pool;
struct sign_report;

/*
 * XML signatures made out of templates, so that a test can sign what no
 * sound program would: in document order, each @D@ becomes the digest of the
 * reference that it stands in (@M@ the same, in a Manifest), each @V@ the value
 * over the SignedInfo beside it, @CERT@ the signer's certificate and @HASH@
 * its digest. Digests and values are SHA-256 and RSA.
 */
int xmlkit_open(void); /* not 0: there is no test world */
void xmlkit_close(void);
char *xmlkit_sign(struct sg_pool *pool, const char *format);
/* Every "from" becomes "to"; fails the test where there is none. */
char *xmlkit_replace(
    struct sg_pool *pool, const char *text, const char *from, const char *to);
/* base64 of a person's certificate in the test world. */
char *xmlkit_cert(struct sg_pool *pool, const char *person);
/* As the program judges the file contract.xml with this in it. */
struct sign_report *xmlkit_verify(const char *text);
struct sg_env *xmlkit_env(void);

#define KIT_XMLENC "http://www.w3.org/2001/04/xmlenc#"
#define KIT_EXC "http://www.w3.org/2001/10/xml-exc-c14n#"
#define KIT_T(uri) "<ds:Transform Algorithm=\"" uri "\"/>"
#define KIT_ENVELOPED \
	KIT_T("http://www.w3.org/2000/09/xmldsig#enveloped-signature")
#define KIT_DIGEST(letter) \
	"<ds:DigestMethod Algorithm=\"" KIT_XMLENC "sha256\"/>" \
	"<ds:DigestValue>@" letter "@</ds:DigestValue>"
/* One reference: attributes, transforms. */
#define KIT_REF(attributes, transforms) \
	"<ds:Reference " attributes "><ds:Transforms>" transforms \
	"</ds:Transforms>" KIT_DIGEST("D") "</ds:Reference>"
#define KIT_PROPS_REF(props) \
	KIT_REF("Type=\"http://uri.etsi.org/01903#SignedProperties\" " \
		"URI=\"#" props "\"", \
	    KIT_T(KIT_EXC))
#define KIT_PROPS(id, props) \
	"<xa:QualifyingProperties " \
	"xmlns:xa=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#" id "\">" \
	"<xa:SignedProperties Id=\"" props "\"><xa:SignedSignatureProperties>" \
	"<xa:SigningTime>2026-11-01T12:00:00Z</xa:SigningTime>" \
	"<xa:SigningCertificateV2><xa:Cert><xa:CertDigest>" \
	"<ds:DigestMethod Algorithm=\"" KIT_XMLENC "sha256\"/>" \
	"<ds:DigestValue>@HASH@</ds:DigestValue></xa:CertDigest></xa:Cert>" \
	"</xa:SigningCertificateV2></xa:SignedSignatureProperties>" \
	"<xa:SignedDataObjectProperties><xa:DataObjectFormat " \
	"ObjectReference=\"#r\"><xa:MimeType>text/xml</xa:MimeType>" \
	"</xa:DataObjectFormat></xa:SignedDataObjectProperties>" \
	"</xa:SignedProperties></xa:QualifyingProperties>"
#define KIT_INFO(method, references) \
	"<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"" KIT_EXC \
	"\"/><ds:SignatureMethod Algorithm=\"" method "\"/>" references \
	"</ds:SignedInfo>"
#define KIT_RSA "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define KIT_KEY \
	"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>@CERT@" \
	"</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
/* A whole signature over these references, with more Objects. */
#define KIT_SIGNATURE_OF(id, references, objects) \
	"<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"" id \
	"\">" KIT_INFO(KIT_RSA, \
	    references KIT_PROPS_REF( \
		"p" id)) "<ds:SignatureValue Id=\"v" id \
			 "\">@V@</ds:SignatureValue>" KIT_KEY \
			 "<ds:Object>" KIT_PROPS(id, \
			     "p" id) "</ds:Object>" objects "</ds:Signature>"
#define KIT_SIGNATURE(references) KIT_SIGNATURE_OF("s", references, "")

#endif
