/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/alg.h"

#include "base/time.h"

/*
 * The rows themselves. OIDs: RFC 5754, 5758, 8017, 8419, 8702, 9215, 4490,
 * BSI TR-03111. URIs: RFC 9231. Ends: TS 119 312 as in the table of dates that
 * validators share; SHA3-224 like SHA-224; GOST R 34.11-94 and 34.10-2001 with
 * the end of their use for signing.
 */
#define END_2004_08 INT64_C(1091318400)
#define END_2012_08 INT64_C(1343779200)
#define END_2014_08 INT64_C(1406851200)
#define END_2029_01 INT64_C(1861920000)
#define END_GOST94 INT64_C(1577836799) /* 2019-12-31T23:59:59Z */

#define XMLDSIG "http://www.w3.org/2000/09/xmldsig#"
#define XMLDSIG11 "http://www.w3.org/2009/xmldsig11#"
#define XMLENC "http://www.w3.org/2001/04/xmlenc#"
#define MORE_2001 "http://www.w3.org/2001/04/xmldsig-more#"
#define MORE_2007 "http://www.w3.org/2007/05/xmldsig-more#"
#define MORE_2021 "http://www.w3.org/2021/04/xmldsig-more#"
#define CPXML "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"

static const struct sg_digest digests[] = {
	{ .name = "MD5",
	    .option = "md5",
	    .evp = "MD5",
	    .oid = "1.2.840.113549.2.5",
	    .xml_uri = { MORE_2001 "md5" },
	    .size = 16,
	    .use = SG_USE_READING,
	    .until = END_2004_08 },
	{ .name = "SHA-1",
	    .option = "sha1",
	    .evp = "SHA1",
	    .oid = "1.3.14.3.2.26",
	    .xml_uri = { XMLDSIG "sha1" },
	    .size = 20,
	    .use = SG_USE_READING,
	    .until = END_2012_08 },
	{ .name = "RIPEMD-160",
	    .option = "ripemd160",
	    .evp = "RIPEMD160",
	    .oid = "1.3.36.3.2.1",
	    .xml_uri = { XMLENC "ripemd160" },
	    .size = 20,
	    .use = SG_USE_READING,
	    .until = END_2014_08 },
	{ .name = "GOST R 34.11-94",
	    .option = "gost94",
	    .evp = "md_gost94",
	    .oid = "1.2.643.2.2.9",
	    .xml_uri = { MORE_2001 "gostr3411", CPXML "gostr3411" },
	    .size = 32,
	    .gost = 1,
	    .use = SG_USE_READING,
	    .until = END_GOST94 },
	{ .name = "SHA-224",
	    .option = "sha224",
	    .evp = "SHA2-224",
	    .oid = "2.16.840.1.101.3.4.2.4",
	    .xml_uri = { MORE_2001 "sha224" },
	    .size = 28,
	    .until = END_2029_01 },
	{ .name = "SHA-256",
	    .option = "sha256",
	    .evp = "SHA2-256",
	    .oid = "2.16.840.1.101.3.4.2.1",
	    .xml_uri = { XMLENC "sha256" },
	    .size = 32,
	    .until = SG_NO_TIME },
	{ .name = "SHA-384",
	    .option = "sha384",
	    .evp = "SHA2-384",
	    .oid = "2.16.840.1.101.3.4.2.2",
	    .xml_uri = { MORE_2001 "sha384" },
	    .size = 48,
	    .until = SG_NO_TIME },
	{ .name = "SHA-512",
	    .option = "sha512",
	    .evp = "SHA2-512",
	    .oid = "2.16.840.1.101.3.4.2.3",
	    .xml_uri = { XMLENC "sha512" },
	    .size = 64,
	    .until = SG_NO_TIME },
	{ .name = "SHA3-224",
	    .option = "sha3-224",
	    .evp = "SHA3-224",
	    .oid = "2.16.840.1.101.3.4.2.7",
	    .xml_uri = { MORE_2007 "sha3-224" },
	    .size = 28,
	    .until = END_2029_01 },
	{ .name = "SHA3-256",
	    .option = "sha3-256",
	    .evp = "SHA3-256",
	    .oid = "2.16.840.1.101.3.4.2.8",
	    .xml_uri = { MORE_2007 "sha3-256" },
	    .size = 32,
	    .until = SG_NO_TIME },
	{ .name = "SHA3-384",
	    .option = "sha3-384",
	    .evp = "SHA3-384",
	    .oid = "2.16.840.1.101.3.4.2.9",
	    .xml_uri = { MORE_2007 "sha3-384" },
	    .size = 48,
	    .until = SG_NO_TIME },
	{ .name = "SHA3-512",
	    .option = "sha3-512",
	    .evp = "SHA3-512",
	    .oid = "2.16.840.1.101.3.4.2.10",
	    .xml_uri = { MORE_2007 "sha3-512" },
	    .size = 64,
	    .until = SG_NO_TIME },
	{ .name = "SHAKE256",
	    .option = "shake256",
	    .evp = "SHAKE-256",
	    .oid = "2.16.840.1.101.3.4.2.18",      /* RFC 8419, 2.3 */
	    .read_oid = "2.16.840.1.101.3.4.2.12", /* RFC 8702, 3.1 */
	    .params = "02020200",
	    .size = 64,
	    .until = SG_NO_TIME },
	{ .name = "Streebog-256",
	    .option = "streebog256",
	    .evp = "md_gost12_256",
	    .oid = "1.2.643.7.1.1.2.2",
	    .xml_uri = { CPXML "gostr34112012-256",
		MORE_2001 "gostr34112012-256" },
	    .size = 32,
	    .gost = 1,
	    .until = SG_NO_TIME },
	{ .name = "Streebog-512",
	    .option = "streebog512",
	    .evp = "md_gost12_512",
	    .oid = "1.2.643.7.1.1.2.3",
	    .xml_uri = { CPXML "gostr34112012-512",
		MORE_2001 "gostr34112012-512" },
	    .size = 64,
	    .gost = 1,
	    .until = SG_NO_TIME },
};

#define OID_RSA "1.2.840.113549.1.1.1"
#define OID_RSA_X509 "2.5.8.1.1" /* X.509, the same key */
#define OID_PSS "1.2.840.113549.1.1.10"
#define OID_EC "1.2.840.10045.2.1"
#define OID_DSA "1.2.840.10040.4.1"
#define DER_NULL "0500"

/* What CMS implementations must know is rsaEncryption; the OIDs that name the
 * digest as well are read (RFC 5754, 3.2). */
#define RSA(title, option, named, uri, usage) \
	{ \
		.name = "RSA with " title, .key = SG_KEY_RSA, \
		.digest = option, .oid = OID_RSA, \
		.read_oid = { named, OID_RSA_X509 }, .params = DER_NULL, \
		.xml_uri = { uri }, .use = usage, .until = END_2029_01 \
	}
#define PSS(title, option, uri, usage) \
	{ \
		.name = "RSA-PSS with " title, .key = SG_KEY_RSA, \
		.digest = option, .pss = 1, .oid = OID_PSS, \
		.xml_uri = { uri }, .use = usage, .until = SG_NO_TIME \
	}
#define ECDSA(title, option, own, uri, usage) \
	{ \
		.name = "ECDSA with " title, .key = SG_KEY_EC, \
		.digest = option, .oid = own, .read_oid = { OID_EC }, \
		.xml_uri = { uri }, .use = usage, .until = SG_NO_TIME \
	}
/* BSI TR-03111, 5.2.1.1 */
#define PLAIN(title, option, number) \
	{ \
		.name = "plain ECDSA with " title, .key = SG_KEY_EC, \
		.digest = option, .plain = 1, \
		.oid = "0.4.0.127.0.7.1.1.4.1." number, .use = SG_USE_READING, \
		.until = SG_NO_TIME \
	}
#define DSA(title, option, own, uri) \
	{ \
		.name = "DSA with " title, .key = SG_KEY_DSA, \
		.digest = option, .oid = own, .read_oid = { OID_DSA }, \
		.xml_uri = { uri }, .use = SG_USE_READING, .until = SG_NO_TIME \
	}

static const struct sg_scheme schemes[] = {
	RSA("MD5", "md5", "1.2.840.113549.1.1.4", MORE_2001 "rsa-md5",
	    SG_USE_READING),
	RSA("SHA-1", "sha1", "1.2.840.113549.1.1.5", XMLDSIG "rsa-sha1",
	    SG_USE_READING),
	RSA("RIPEMD-160", "ripemd160", "1.3.36.3.3.1.2",
	    MORE_2001 "rsa-ripemd160", SG_USE_READING),
	RSA("SHA-224", "sha224", "1.2.840.113549.1.1.14",
	    MORE_2001 "rsa-sha224", SG_USE_FULL),
	RSA("SHA-256", "sha256", "1.2.840.113549.1.1.11",
	    MORE_2001 "rsa-sha256", SG_USE_FULL),
	RSA("SHA-384", "sha384", "1.2.840.113549.1.1.12",
	    MORE_2001 "rsa-sha384", SG_USE_FULL),
	RSA("SHA-512", "sha512", "1.2.840.113549.1.1.13",
	    MORE_2001 "rsa-sha512", SG_USE_FULL),
	RSA("SHA3-224", "sha3-224", "2.16.840.1.101.3.4.3.13", NULL,
	    SG_USE_FULL),
	RSA("SHA3-256", "sha3-256", "2.16.840.1.101.3.4.3.14", NULL,
	    SG_USE_FULL),
	RSA("SHA3-384", "sha3-384", "2.16.840.1.101.3.4.3.15", NULL,
	    SG_USE_FULL),
	RSA("SHA3-512", "sha3-512", "2.16.840.1.101.3.4.3.16", NULL,
	    SG_USE_FULL),

	PSS("SHA-1", "sha1", MORE_2007 "sha1-rsa-MGF1", SG_USE_READING),
	PSS("SHA-224", "sha224", MORE_2007 "sha224-rsa-MGF1", SG_USE_FULL),
	PSS("SHA-256", "sha256", MORE_2007 "sha256-rsa-MGF1", SG_USE_FULL),
	PSS("SHA-384", "sha384", MORE_2007 "sha384-rsa-MGF1", SG_USE_FULL),
	PSS("SHA-512", "sha512", MORE_2007 "sha512-rsa-MGF1", SG_USE_FULL),
	PSS("SHA3-224", "sha3-224", MORE_2007 "sha3-224-rsa-MGF1", SG_USE_FULL),
	PSS("SHA3-256", "sha3-256", MORE_2007 "sha3-256-rsa-MGF1", SG_USE_FULL),
	PSS("SHA3-384", "sha3-384", MORE_2007 "sha3-384-rsa-MGF1", SG_USE_FULL),
	PSS("SHA3-512", "sha3-512", MORE_2007 "sha3-512-rsa-MGF1", SG_USE_FULL),

	ECDSA("SHA-1", "sha1", "1.2.840.10045.4.1", MORE_2001 "ecdsa-sha1",
	    SG_USE_READING),
	ECDSA("SHA-224", "sha224", "1.2.840.10045.4.3.1",
	    MORE_2001 "ecdsa-sha224", SG_USE_FULL),
	ECDSA("SHA-256", "sha256", "1.2.840.10045.4.3.2",
	    MORE_2001 "ecdsa-sha256", SG_USE_FULL),
	ECDSA("SHA-384", "sha384", "1.2.840.10045.4.3.3",
	    MORE_2001 "ecdsa-sha384", SG_USE_FULL),
	ECDSA("SHA-512", "sha512", "1.2.840.10045.4.3.4",
	    MORE_2001 "ecdsa-sha512", SG_USE_FULL),
	ECDSA("SHA3-224", "sha3-224", "2.16.840.1.101.3.4.3.9",
	    MORE_2021 "ecdsa-sha3-224", SG_USE_FULL),
	ECDSA("SHA3-256", "sha3-256", "2.16.840.1.101.3.4.3.10",
	    MORE_2021 "ecdsa-sha3-256", SG_USE_FULL),
	ECDSA("SHA3-384", "sha3-384", "2.16.840.1.101.3.4.3.11",
	    MORE_2021 "ecdsa-sha3-384", SG_USE_FULL),
	ECDSA("SHA3-512", "sha3-512", "2.16.840.1.101.3.4.3.12",
	    MORE_2021 "ecdsa-sha3-512", SG_USE_FULL),

	PLAIN("SHA-1", "sha1", "1"),
	PLAIN("SHA-224", "sha224", "2"),
	PLAIN("SHA-256", "sha256", "3"),
	PLAIN("SHA-384", "sha384", "4"),
	PLAIN("SHA-512", "sha512", "5"),
	PLAIN("RIPEMD-160", "ripemd160", "6"),
	PLAIN("SHA3-224", "sha3-224", "8"),
	PLAIN("SHA3-256", "sha3-256", "9"),
	PLAIN("SHA3-384", "sha3-384", "10"),
	PLAIN("SHA3-512", "sha3-512", "11"),

	{ .name = "Ed25519",
	    .key = SG_KEY_ED25519,
	    .digest = "sha512",
	    .signs_bytes = 1,
	    .oid = "1.3.101.112",
	    .xml_uri = { MORE_2021 "eddsa-ed25519" },
	    .until = SG_NO_TIME },
	{ .name = "Ed448",
	    .key = SG_KEY_ED448,
	    .digest = "shake256",
	    .signs_bytes = 1,
	    .oid = "1.3.101.113",
	    .xml_uri = { MORE_2021 "eddsa-ed448" },
	    .until = SG_NO_TIME },

	/* What everybody writes in CMS is the key's OID; those that name the
	 * digest stand in certificates. */
	{ .name = "GOST R 34.10-2012-256 with Streebog-256",
	    .key = SG_KEY_GOST256,
	    .digest = "streebog256",
	    .oid = "1.2.643.7.1.1.1.1",
	    .read_oid = { "1.2.643.7.1.1.3.2" },
	    .xml_uri = { CPXML "gostr34102012-gostr34112012-256",
		MORE_2001 "gostr34102012-gostr34112012-256" },
	    .until = SG_NO_TIME },
	{ .name = "GOST R 34.10-2012-512 with Streebog-512",
	    .key = SG_KEY_GOST512,
	    .digest = "streebog512",
	    .oid = "1.2.643.7.1.1.1.2",
	    .read_oid = { "1.2.643.7.1.1.3.3" },
	    .xml_uri = { CPXML "gostr34102012-gostr34112012-512",
		MORE_2001 "gostr34102012-gostr34112012-512" },
	    .until = SG_NO_TIME },
	{ .name = "GOST R 34.10-2001 with GOST R 34.11-94",
	    .key = SG_KEY_GOST2001,
	    .digest = "gost94",
	    .oid = "1.2.643.2.2.19",
	    .read_oid = { "1.2.643.2.2.3" },
	    .xml_uri = { MORE_2001 "gostr34102001-gostr3411",
		CPXML "gostr34102001-gostr3411" },
	    .use = SG_USE_READING,
	    .until = END_GOST94 },

	DSA("SHA-1", "sha1", "1.2.840.10040.4.3", XMLDSIG "dsa-sha1"),
	DSA("SHA-224", "sha224", "2.16.840.1.101.3.4.3.1", NULL),
	DSA("SHA-256", "sha256", "2.16.840.1.101.3.4.3.2",
	    XMLDSIG11 "dsa-sha256"),
};

const struct sg_digest *
sg_digest_rows(size_t *count)
{
	*count = sizeof(digests) / sizeof(digests[0]);
	return digests;
}

const struct sg_scheme *
sg_scheme_rows(size_t *count)
{
	*count = sizeof(schemes) / sizeof(schemes[0]);
	return schemes;
}
