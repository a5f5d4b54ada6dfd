/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/authority_int.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/sha.h>
#include <openssl/ts.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY AUTHORITY_DAY
#define POLICY "1.2.3.4.1"
#define OTHER_POLICY "1.2.3.4.666"

/* PKIFailureInfo (RFC 3161, 2.4.2) */
#define BAD_ALG 0
#define BAD_REQUEST 2
#define BAD_DATA_FORMAT 5
#define UNACCEPTED_POLICY 15
#define SYSTEM_FAILURE 25

const struct authority_fault authority_tsa_faults[] = {
	{ "wrong-nonce", AUTHORITY_TSA_WRONG_NONCE, "another nonce" },
	{ "no-nonce", AUTHORITY_TSA_NO_NONCE, "the nonce left out" },
	{ "wrong-imprint", AUTHORITY_TSA_WRONG_IMPRINT,
	    "the imprint of something else" },
	{ "wrong-imprint-alg", AUTHORITY_TSA_WRONG_IMPRINT_ALG,
	    "another digest algorithm in the imprint" },
	{ "wrong-policy", AUTHORITY_TSA_WRONG_POLICY, "another policy" },
	{ "rejection", AUTHORITY_TSA_REJECTION, "rejection, systemFailure" },
	{ "waiting", AUTHORITY_TSA_WAITING, "status waiting" },
	{ "garbage", AUTHORITY_TSA_GARBAGE, "a page of HTML" },
	{ "truncated", AUTHORITY_TSA_TRUNCATED, "the first half of an answer" },
	{ "trailing", AUTHORITY_TSA_TRAILING, "an octet behind the answer" },
	{ "eku-none", AUTHORITY_TSA_EKU_NONE,
	    "a certificate without extended key usage" },
	{ "eku-plain", AUTHORITY_TSA_EKU_PLAIN,
	    "extended key usage that is not critical" },
	{ "eku-more", AUTHORITY_TSA_EKU_MORE,
	    "extended key usage with another purpose" },
	{ "expired", AUTHORITY_TSA_EXPIRED,
	    "a certificate that expired the day before" },
	{ "not-yet", AUTHORITY_TSA_NOT_YET,
	    "a certificate that is not valid yet" },
	{ "revoked", AUTHORITY_TSA_REVOKED,
	    "a certificate revoked the day before" },
	{ "bad-signature", AUTHORITY_TSA_BAD_SIGNATURE,
	    "a signature that does not verify" },
	{ "no-cert", AUTHORITY_TSA_NO_CERT, "no certificate in the token" },
	{ "late", AUTHORITY_TSA_LATE, "a genTime of yesterday" },
	{ "future", AUTHORITY_TSA_FUTURE, "a genTime of tomorrow" },
	{ "other-ess", AUTHORITY_TSA_OTHER_ESS,
	    "signing-certificate names another" },
	{ "no-ess", AUTHORITY_TSA_NO_ESS, "no signing-certificate" },
	{ "no-token", AUTHORITY_TSA_NO_TOKEN, "granted without a token" },
	{ "wrong-content", AUTHORITY_TSA_WRONG_CONTENT,
	    "a token whose content is id-data" },
	{ "two-signers", AUTHORITY_TSA_TWO_SIGNERS, "two signers" },
	{ "stranger", AUTHORITY_TSA_STRANGER, "a TSA of an unknown root" },
	{ NULL, 0, NULL },
};

/* ---- who answers */

static const char *
flag_variant(struct authority *lab, const char *id, unsigned faults)
{
	struct lab_variant variant = { .base = id };

	if (faults & AUTHORITY_TSA_EKU_NONE) {
		variant.flags = AUTHORITY_EKU_NONE;
		variant.suffix = "eku-none";
	} else if (faults & AUTHORITY_TSA_EKU_PLAIN) {
		variant.flags = AUTHORITY_EKU_PLAIN;
		variant.suffix = "eku-plain";
	} else {
		variant.flags = AUTHORITY_EKU_MORE;
		variant.suffix = "eku-more";
	}
	return lab_variant(lab, &variant);
}

static const char *
tsa_id(struct authority *lab, const struct authority_tsa *how)
{
	const char *id = how->id != NULL ? how->id : "tsa";
	unsigned f = how->faults;

	if (f & AUTHORITY_TSA_STRANGER)
		return "tsa-none";
	if (f &
	    (AUTHORITY_TSA_EKU_NONE | AUTHORITY_TSA_EKU_PLAIN |
		AUTHORITY_TSA_EKU_MORE))
		return flag_variant(lab, id, f);
	if (f & AUTHORITY_TSA_EXPIRED)
		return lab_expired(lab, id, how->time);
	if (f & AUTHORITY_TSA_NOT_YET)
		return lab_not_yet(lab, id, how->time);
	if (f & AUTHORITY_TSA_REVOKED)
		return lab_revoke_one(lab, id, how->time);
	return id;
}

/* ---- TSTInfo */

static ASN1_GENERALIZEDTIME *
gen_time(const struct authority_tsa *how)
{
	ASN1_GENERALIZEDTIME *when = ASN1_GENERALIZEDTIME_new();
	time_t at = (time_t)how->time;
	char text[40];
	struct tm tm;
	size_t len;

	if (how->faults & AUTHORITY_TSA_LATE)
		at -= DAY;
	if (how->faults & AUTHORITY_TSA_FUTURE)
		at += DAY;
	mk_must(when != NULL && gmtime_r(&at, &tm) != NULL, "genTime");
	len = strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm);
	/* no zeros at the end of a fraction (RFC 3161, 2.4.2) */
	if (how->micros != 0) {
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, ".%06u", how->micros);
		while (text[len - 1] == '0')
			len--;
	}
	text[len++] = 'Z';
	mk_must(ASN1_STRING_set(when, text, (int)len) == 1, "genTime");
	return when;
}

/* The same for the same question at the same time. */
static ASN1_INTEGER *
serial_of(const struct authority_tsa *how, TS_MSG_IMPRINT *imprint)
{
	const ASN1_STRING *value = TS_MSG_IMPRINT_get_msg(imprint);
	unsigned char data[1024], digest[SHA256_DIGEST_LENGTH];
	BIGNUM *number;
	ASN1_INTEGER *serial;
	int len;

	len = snprintf((char *)data, 256, "%s %lld %u ",
	    how->id != NULL ? how->id : "tsa", (long long)how->time,
	    how->micros);
	mk_must(ASN1_STRING_length(value) <= 512, "imprint");
	memcpy(data + len, ASN1_STRING_get0_data(value),
	    (size_t)ASN1_STRING_length(value));
	SHA256(data, (size_t)(len + ASN1_STRING_length(value)), digest);
	digest[0] = (digest[0] & 0x3f) | 0x40;
	number = BN_bin2bn(digest, 8, NULL);
	serial = BN_to_ASN1_INTEGER(number, NULL);
	mk_must(serial != NULL, "serial");
	BN_free(number);
	return serial;
}

/* Another digest of the same length, so that nothing else is wrong. */
static int
other_digest(const ASN1_OBJECT *object, int len)
{
	int nid = OBJ_obj2nid(object);

	if (len == 20)
		return NID_ripemd160;
	if (len == 32)
		return nid == NID_sha256 ? NID_sha3_256 : NID_sha256;
	if (len == 64)
		return nid == NID_sha512 ? NID_sha3_512 : NID_sha512;
	return nid == NID_sha384 ? NID_sha3_384 : NID_sha384;
}

static TS_MSG_IMPRINT *
imprint_of(TS_REQ *req, unsigned faults)
{
	TS_MSG_IMPRINT *imprint =
	    TS_MSG_IMPRINT_dup(TS_REQ_get_msg_imprint(req));
	const ASN1_OBJECT *object;
	ASN1_STRING *value;
	X509_ALGOR *algor;

	mk_must(imprint != NULL, "imprint");
	value = TS_MSG_IMPRINT_get_msg(imprint);
	if (faults & AUTHORITY_TSA_WRONG_IMPRINT)
		lab_spoil(value);
	if (faults & AUTHORITY_TSA_WRONG_IMPRINT_ALG) {
		algor = TS_MSG_IMPRINT_get_algo(imprint);
		X509_ALGOR_get0(&object, NULL, NULL, algor);
		mk_must(X509_ALGOR_set0(algor,
			    OBJ_nid2obj(other_digest(
				object, ASN1_STRING_length(value))),
			    V_ASN1_NULL, NULL) == 1,
		    "imprint");
	}
	return imprint;
}

static void
set_nonce(TS_TST_INFO *info, TS_REQ *req, unsigned faults)
{
	const ASN1_INTEGER *asked = TS_REQ_get_nonce(req);
	ASN1_INTEGER *nonce = NULL;
	int64_t wrong = INT64_C(0x123456789abcdef);

	if (faults & AUTHORITY_TSA_WRONG_NONCE) {
		nonce = ASN1_INTEGER_new();
		mk_must(
		    nonce != NULL && ASN1_INTEGER_set_int64(nonce, wrong) == 1,
		    "nonce");
		asked = nonce;
	}
	if (asked != NULL && (faults & AUTHORITY_TSA_NO_NONCE) == 0)
		mk_must(TS_TST_INFO_set_nonce(info, asked) == 1, "nonce");
	ASN1_INTEGER_free(nonce);
}

static void
set_policy(TS_TST_INFO *info, TS_REQ *req, const struct authority_tsa *how)
{
	ASN1_OBJECT *asked = TS_REQ_get_policy_id(req);
	const char *text = how->policy != NULL ? how->policy : POLICY;
	ASN1_OBJECT *policy;

	if (how->faults & AUTHORITY_TSA_WRONG_POLICY)
		policy = OBJ_txt2obj(OTHER_POLICY, 1);
	else if (asked != NULL)
		policy = OBJ_dup(asked);
	else
		policy = OBJ_txt2obj(text, 1);
	mk_must(policy != NULL && TS_TST_INFO_set_policy_id(info, policy) == 1,
	    "policy");
	ASN1_OBJECT_free(policy);
}

static void
set_accuracy(TS_TST_INFO *info, int millis)
{
	TS_ACCURACY *accuracy = TS_ACCURACY_new();
	ASN1_INTEGER *seconds = ASN1_INTEGER_new(), *rest = ASN1_INTEGER_new();

	mk_must(accuracy != NULL && seconds != NULL && rest != NULL &&
		ASN1_INTEGER_set(seconds, millis / 1000) == 1 &&
		ASN1_INTEGER_set(rest, millis % 1000) == 1,
	    "accuracy");
	if (millis >= 1000)
		mk_must(TS_ACCURACY_set_seconds(accuracy, seconds) == 1,
		    "accuracy");
	if (millis % 1000 != 0)
		mk_must(
		    TS_ACCURACY_set_millis(accuracy, rest) == 1, "accuracy");
	mk_must(TS_TST_INFO_set_accuracy(info, accuracy) == 1, "accuracy");
	TS_ACCURACY_free(accuracy);
	ASN1_INTEGER_free(seconds);
	ASN1_INTEGER_free(rest);
}

static void
set_tsa(TS_TST_INFO *info, const X509 *x509)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	X509_NAME *subject = X509_NAME_dup(X509_get_subject_name(x509));

	mk_must(name != NULL && subject != NULL, "name");
	GENERAL_NAME_set0_value(name, GEN_DIRNAME, subject);
	mk_must(TS_TST_INFO_set_tsa(info, name) == 1, "name");
	GENERAL_NAME_free(name);
}

/* TSTInfo (RFC 3161, 2.4.2) as DER. */
static int
tst_info(TS_REQ *req, const struct authority_tsa *how, const X509 *x509,
    unsigned char **der)
{
	TS_TST_INFO *info = TS_TST_INFO_new();
	TS_MSG_IMPRINT *imprint = imprint_of(req, how->faults);
	ASN1_GENERALIZEDTIME *when = gen_time(how);
	ASN1_INTEGER *serial = serial_of(how, imprint);
	int len;

	mk_must(info != NULL && TS_TST_INFO_set_version(info, 1) == 1 &&
		TS_TST_INFO_set_msg_imprint(info, imprint) == 1 &&
		TS_TST_INFO_set_serial(info, serial) == 1 &&
		TS_TST_INFO_set_time(info, when) == 1,
	    "TSTInfo");
	set_policy(info, req, how);
	set_nonce(info, req, how->faults);
	if (how->accuracy != 0)
		set_accuracy(info, how->accuracy);
	if (how->flags & AUTHORITY_TSA_ORDERING)
		mk_must(TS_TST_INFO_set_ordering(info, 1) == 1, "ordering");
	if (how->flags & AUTHORITY_TSA_NAME)
		set_tsa(info, x509);
	len = i2d_TS_TST_INFO(info, der);
	mk_must(len > 0, "TSTInfo");
	TS_TST_INFO_free(info);
	TS_MSG_IMPRINT_free(imprint);
	ASN1_GENERALIZEDTIME_free(when);
	ASN1_INTEGER_free(serial);
	return len;
}

/* ---- the token */

static void
add_ess(CMS_SignerInfo *si, const X509 *x509, const EVP_MD *md)
{
	ESS_SIGNING_CERT_V2 *ess =
	    OSSL_ESS_signing_cert_v2_new_init(md, x509, NULL, 1);
	unsigned char *der = NULL;
	int len = i2d_ESS_SIGNING_CERT_V2(ess, &der);

	mk_must(ess != NULL && len > 0 &&
		CMS_signed_add1_attr_by_NID(si,
		    NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE, der,
		    len) == 1,
	    "signing-certificate");
	OPENSSL_free(der);
	ESS_SIGNING_CERT_V2_free(ess);
}

static void
add_ess_v1(CMS_SignerInfo *si, const X509 *x509)
{
	ESS_SIGNING_CERT *ess = OSSL_ESS_signing_cert_new_init(x509, NULL, 1);
	unsigned char *der = NULL;
	int len = i2d_ESS_SIGNING_CERT(ess, &der);

	mk_must(ess != NULL && len > 0 &&
		CMS_signed_add1_attr_by_NID(si,
		    NID_id_smime_aa_signingCertificate, V_ASN1_SEQUENCE, der,
		    len) == 1,
	    "signing-certificate");
	OPENSSL_free(der);
	ESS_SIGNING_CERT_free(ess);
}

/* Without a signingTime of ours CMS would put the system's into it. */
static void
add_signing_time(CMS_SignerInfo *si, int64_t time)
{
	ASN1_TIME *when = mk_time(time);

	mk_must(CMS_signed_add1_attr_by_NID(si, NID_pkcs9_signingTime,
		    ASN1_STRING_type(when), when, -1) == 1,
	    "signingTime");
	ASN1_TIME_free(when);
}

static CMS_SignerInfo *
add_signer(struct authority *lab, CMS_ContentInfo *cms,
    const struct authority_tsa *how, const char *id)
{
	unsigned flags =
	    CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | CMS_NOCERTS;
	struct lab_cert *cert = lab_get(lab, id);
	const EVP_MD *md = lab_digest(how->digest, cert->key);
	CMS_SignerInfo *si =
	    CMS_add1_signer(cms, cert->x509, cert->key, md, flags);
	const X509 *named = cert->x509;

	mk_must(si != NULL, id);
	add_signing_time(si, how->time);
	if (how->faults & AUTHORITY_TSA_OTHER_ESS)
		named = lab_get(lab, cert->row.issuer)->x509;
	if (how->flags & AUTHORITY_TSA_ESS_V1)
		add_ess_v1(si, named);
	else if ((how->faults & AUTHORITY_TSA_NO_ESS) == 0)
		add_ess(si, named, md);
	return si;
}

static void
add_certs(struct authority *lab, CMS_ContentInfo *cms,
    const struct authority_tsa *how, const char *id)
{
	mk_must(CMS_add1_cert(cms, lab_get(lab, id)->x509) == 1, id);
	if ((how->flags & AUTHORITY_TSA_CHAIN) == 0)
		return;
	while ((id = lab_get(lab, id)->row.issuer) != NULL)
		mk_must(CMS_add1_cert(cms, lab_get(lab, id)->x509) == 1, id);
}

/* The token around a TSTInfo (RFC 3161, 2.4.2: SignedData of CMS). */
static void
token_make(struct authority *lab, const struct authority_tsa *how, TS_REQ *req,
    struct sg_buf *out)
{
	const char *id = tsa_id(lab, how);
	CMS_ContentInfo *cms =
	    CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
	int type = how->faults & AUTHORITY_TSA_WRONG_CONTENT
	    ? NID_pkcs7_data
	    : NID_id_smime_ct_TSTInfo;
	unsigned char *tst = NULL, *der = NULL;
	int len = tst_info(req, how, lab_get(lab, id)->x509, &tst);
	BIO *bio = BIO_new_mem_buf(tst, len);
	CMS_SignerInfo *si;

	mk_must(cms != NULL && bio != NULL &&
		CMS_set1_eContentType(cms, OBJ_nid2obj(type)) == 1,
	    "token");
	si = add_signer(lab, cms, how, id);
	if (how->faults & AUTHORITY_TSA_TWO_SIGNERS)
		add_signer(lab, cms, how, "tsa2");
	if (TS_REQ_get_cert_req(req) &&
	    (how->faults & AUTHORITY_TSA_NO_CERT) == 0)
		add_certs(lab, cms, how, id);
	mk_must(CMS_final(cms, bio, NULL, CMS_BINARY) == 1, "token");
	if (how->faults & AUTHORITY_TSA_BAD_SIGNATURE)
		lab_spoil(CMS_SignerInfo_get0_signature(si));
	len = i2d_CMS_ContentInfo(cms, &der);
	mk_must(len > 0, "token");
	lab_put(out, der, (size_t)len);
	OPENSSL_free(der);
	OPENSSL_free(tst);
	BIO_free(bio);
	CMS_ContentInfo_free(cms);
}

/* ---- the answer */

/* PKIStatusInfo (RFC 3161, 2.4.2); fail < 0: no failInfo. */
static void
status_put(struct sg_buf *out, int status, int fail)
{
	char text[512];

	snprintf(text, sizeof(text),
	    "[info]\nstatus=INTEGER:%d\n%s"
	    "[text]\ntext=UTF8String:said by the lab\n",
	    status,
	    status >= TS_STATUS_REJECTION ? "text=SEQUENCE:text\n" : "");
	if (fail >= 0)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "[info]\nfail=FORMAT:BITLIST,BITSTRING:%d\n", fail);
	lab_generate(out, "SEQUENCE:info", text);
}

/* A SEQUENCE around what was put together. */
static void
response_put(struct sg_buf *out, struct sg_view inner)
{
	unsigned char head[16], *to = head;

	ASN1_put_object(
	    &to, 1, (int)inner.len, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	lab_put(out, head, (size_t)(to - head));
	lab_put(out, inner.ptr, inner.len);
}

static TS_REQ *
request_read(struct sg_view request)
{
	const unsigned char *at = request.ptr;
	TS_REQ *req;

	ERR_set_mark();
	req = d2i_TS_REQ(NULL, &at, (long)request.len);
	ERR_pop_to_mark();
	if (req != NULL && at == request.ptr + request.len)
		return req;
	TS_REQ_free(req);
	return NULL;
}

/* What a TSA finds wrong with a request: a bit of PKIFailureInfo, or -1. */
static int
request_flaw(TS_REQ *req, const struct authority_tsa *how)
{
	TS_MSG_IMPRINT *imprint;
	const ASN1_OBJECT *object;
	const EVP_MD *md;
	char policy[128];

	if (req == NULL)
		return BAD_DATA_FORMAT;
	if (TS_REQ_get_version(req) != 1)
		return BAD_REQUEST;
	imprint = TS_REQ_get_msg_imprint(req);
	X509_ALGOR_get0(&object, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	md = EVP_get_digestbyobj(object);
	if (md == NULL)
		return BAD_ALG;
	if (EVP_MD_get_size(md) !=
	    ASN1_STRING_length(TS_MSG_IMPRINT_get_msg(imprint)))
		return BAD_DATA_FORMAT;
	if (how->policy == NULL || TS_REQ_get_policy_id(req) == NULL)
		return -1;
	OBJ_obj2txt(policy, sizeof(policy), TS_REQ_get_policy_id(req), 1);
	return strcmp(policy, how->policy) == 0 ? -1 : UNACCEPTED_POLICY;
}

static void
reply_make(struct authority *lab, const struct authority_tsa *how, TS_REQ *req,
    struct sg_buf *inner)
{
	int flaw = request_flaw(req, how);

	if (how->faults & AUTHORITY_TSA_REJECTION)
		flaw = SYSTEM_FAILURE;
	if (flaw >= 0) {
		status_put(inner, TS_STATUS_REJECTION, flaw);
		return;
	}
	if (how->faults & AUTHORITY_TSA_WAITING) {
		status_put(inner, TS_STATUS_WAITING, -1);
		return;
	}
	status_put(inner,
	    how->flags & AUTHORITY_TSA_MODS ? TS_STATUS_GRANTED_WITH_MODS
					    : TS_STATUS_GRANTED,
	    -1);
	if ((how->faults & AUTHORITY_TSA_NO_TOKEN) == 0)
		token_make(lab, how, req, inner);
}

void
authority_tsa_reply(struct authority *lab, const struct authority_tsa *how,
    struct sg_view request, struct sg_buf *out)
{
	TS_REQ *req = request_read(request);
	struct sg_buf inner = { 0 };
	size_t since = out->len;

	if (how->faults & AUTHORITY_TSA_GARBAGE) {
		lab_garbage(out);
	} else {
		reply_make(lab, how, req, &inner);
		response_put(out, sg_buf_view(&inner));
	}
	if (how->faults & AUTHORITY_TSA_TRUNCATED)
		lab_truncate(out, since);
	if (how->faults & AUTHORITY_TSA_TRAILING)
		lab_put(out, "", 1);
	sg_buf_free(&inner);
	TS_REQ_free(req);
}

/* ---- asking */

static TS_REQ *
request_make(const char *digest, struct sg_view imprint, uint64_t nonce)
{
	TS_MSG_IMPRINT *value = TS_MSG_IMPRINT_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	const EVP_MD *md = EVP_get_digestbyname(digest);
	X509_ALGOR *algor = X509_ALGOR_new();
	TS_REQ *req = TS_REQ_new();
	unsigned char octets[128];

	mk_must(md != NULL && imprint.len <= sizeof(octets), digest);
	memcpy(octets, imprint.ptr, imprint.len);
	X509_ALGOR_set_md(algor, md);
	mk_must(value != NULL && number != NULL && req != NULL &&
		TS_MSG_IMPRINT_set_algo(value, algor) == 1 &&
		TS_MSG_IMPRINT_set_msg(value, octets, (int)imprint.len) == 1 &&
		TS_REQ_set_version(req, 1) == 1 &&
		TS_REQ_set_msg_imprint(req, value) == 1 &&
		TS_REQ_set_cert_req(req, 1) == 1 &&
		ASN1_INTEGER_set_uint64(number, nonce) == 1,
	    "request");
	if (nonce != 0)
		mk_must(TS_REQ_set_nonce(req, number) == 1, "request");
	TS_MSG_IMPRINT_free(value);
	ASN1_INTEGER_free(number);
	X509_ALGOR_free(algor);
	return req;
}

void
authority_tsa_request(const char *digest, struct sg_view imprint,
    uint64_t nonce, struct sg_buf *out)
{
	TS_REQ *req = request_make(digest, imprint, nonce);
	unsigned char *der = NULL;
	int len = i2d_TS_REQ(req, &der);

	mk_must(len > 0, "request");
	lab_put(out, der, (size_t)len);
	OPENSSL_free(der);
	TS_REQ_free(req);
}

void
authority_stamp(struct authority *lab, const struct authority_tsa *how,
    const char *digest, struct sg_view imprint, struct sg_buf *out)
{
	TS_REQ *req = request_make(digest, imprint, 0);

	token_make(lab, how, req, out);
	TS_REQ_free(req);
}
