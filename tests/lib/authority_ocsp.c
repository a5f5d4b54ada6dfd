/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/authority_int.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <string.h>

#define DAY AUTHORITY_DAY

const struct authority_fault authority_ocsp_faults[] = {
	{ "expired", AUTHORITY_OCSP_EXPIRED,
	    "a responder that expired the day before" },
	{ "unauthorised", AUTHORITY_OCSP_UNAUTHORISED,
	    "a responder without OCSPSigning" },
	{ "stranger", AUTHORITY_OCSP_STRANGER, "another CA's responder" },
	{ "wrong-id", AUTHORITY_OCSP_WRONG_ID,
	    "an answer about another certificate" },
	{ "stale", AUTHORITY_OCSP_STALE, "a nextUpdate of yesterday" },
	{ "future", AUTHORITY_OCSP_FUTURE, "a thisUpdate of tomorrow" },
	{ "bad-signature", AUTHORITY_OCSP_BAD_SIGNATURE,
	    "a signature that does not verify" },
	{ "try-later", AUTHORITY_OCSP_TRY_LATER, "status tryLater" },
	{ "unknown", AUTHORITY_OCSP_UNKNOWN, "an unknown certificate" },
	{ "wrong-nonce", AUTHORITY_OCSP_WRONG_NONCE, "another nonce" },
	{ "no-nonce", AUTHORITY_OCSP_NO_NONCE, "the nonce left out" },
	{ "garbage", AUTHORITY_OCSP_GARBAGE, "a page of HTML" },
	{ "truncated", AUTHORITY_OCSP_TRUNCATED, "the first half" },
	{ "no-cert", AUTHORITY_OCSP_NO_CERT,
	    "no certificate of the responder" },
	{ "revoked", AUTHORITY_OCSP_REVOKED, "revoked the day before" },
	{ "good", AUTHORITY_OCSP_GOOD, "good, whatever the books say" },
	{ "malformed", AUTHORITY_OCSP_MALFORMED, "status malformedRequest" },
	{ "internal", AUTHORITY_OCSP_INTERNAL, "status internalError" },
	{ "refused", AUTHORITY_OCSP_REFUSED, "status unauthorized" },
	{ "revoked-responder", AUTHORITY_OCSP_REVOKED_RESPONDER,
	    "a responder revoked the day before" },
	{ NULL, 0, NULL },
};

/* ---- which certificate is asked about */

static OCSP_CERTID *
id_make(struct authority *lab, const EVP_MD *md, const char *issuer,
    const ASN1_INTEGER *serial)
{
	X509 *x509 = lab_get(lab, issuer)->x509;
	OCSP_CERTID *id = OCSP_cert_id_new(md, X509_get_subject_name(x509),
	    X509_get0_pubkey_bitstr(x509), serial);

	mk_must(id != NULL, issuer);
	return id;
}

/* Has this certificate this CertID? */
static int
id_fits(struct authority *lab, struct lab_cert *cert, OCSP_CERTID *id)
{
	const char *issuer =
	    cert->row.issuer != NULL ? cert->row.issuer : cert->row.id;
	ASN1_INTEGER *serial;
	ASN1_OBJECT *object;
	const EVP_MD *md;
	OCSP_CERTID *own;
	int fits;

	OCSP_id_get0_info(NULL, &object, NULL, &serial, id);
	/* not made: nobody has seen its serial number */
	if (cert->x509 == NULL ||
	    ASN1_INTEGER_cmp(X509_get0_serialNumber(cert->x509), serial) != 0)
		return 0;
	md = EVP_get_digestbyobj(object);
	if (md == NULL)
		return 0;
	own = id_make(lab, md, issuer, serial);
	fits = OCSP_id_cmp(own, id) == 0;
	OCSP_CERTID_free(own);
	return fits;
}

static struct lab_cert *
id_find(struct authority *lab, OCSP_CERTID *id)
{
	size_t i;

	for (i = 0; i < lab->cert_count; i++)
		if (id_fits(lab, lab->certs[i], id))
			return lab->certs[i];
	return NULL;
}

/* ---- who answers */

/* The CA whose name and key the first CertID has. */
static const char *
issuer_asked(struct authority *lab, OCSP_REQUEST *req)
{
	OCSP_CERTID *id, *own;
	ASN1_INTEGER *serial;
	ASN1_OBJECT *object;
	const EVP_MD *md;
	size_t i;
	int fits;

	if (OCSP_request_onereq_count(req) == 0)
		return NULL;
	id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(req, 0));
	OCSP_id_get0_info(NULL, &object, NULL, &serial, id);
	md = EVP_get_digestbyobj(object);
	for (i = 0; md != NULL && i < lab->cert_count; i++) {
		if (lab->certs[i]->row.role != AUTHORITY_CA)
			continue;
		own = id_make(lab, md, lab->certs[i]->row.id, serial);
		fits = OCSP_id_cmp(own, id) == 0;
		OCSP_CERTID_free(own);
		if (fits)
			return lab->certs[i]->row.id;
	}
	return NULL;
}

/* A responder of some other CA. */
static const char *
other_responder(struct authority *lab, const char *id)
{
	const char *issuer = lab_get(lab, id)->row.issuer;
	const struct authority_row *row;
	size_t i;

	for (i = 0; i < lab->cert_count; i++) {
		row = &lab->certs[i]->row;
		if (row->role == AUTHORITY_OCSP && strcmp(row->id, id) != 0 &&
		    (issuer == NULL || strcmp(row->issuer, issuer) != 0))
			return row->id;
	}
	mk_must(0, "no other responder");
	return NULL;
}

static const char *
responder_id(
    struct authority *lab, const struct authority_ocsp *how, OCSP_REQUEST *req)
{
	const char *issuer, *id = how->id;
	struct lab_variant bare = { .suffix = "eku-none",
		.flags = AUTHORITY_EKU_NONE };

	if (id == NULL) {
		issuer = issuer_asked(lab, req);
		if (issuer == NULL)
			return NULL;
		id = lab_with_role(lab, AUTHORITY_OCSP, issuer);
		if (id == NULL || (how->flags & AUTHORITY_OCSP_BY_CA))
			id = issuer;
	}
	if (how->faults & AUTHORITY_OCSP_EXPIRED)
		return lab_expired(lab, id, how->time);
	if (how->faults & AUTHORITY_OCSP_REVOKED_RESPONDER)
		return lab_revoke_one(lab, id, how->time);
	if (how->faults & AUTHORITY_OCSP_STRANGER)
		return other_responder(lab, id);
	if (how->faults & AUTHORITY_OCSP_UNAUTHORISED) {
		bare.base = id;
		return lab_variant(lab, &bare);
	}
	return id;
}

/* ---- what it says */

/* thisUpdate and the like, moved by a fault. */
struct ocsp_times {
	int64_t now, produced, next;
};

static struct ocsp_times
times_of(const struct authority_ocsp *how)
{
	struct ocsp_times times;
	int64_t move = 0;

	if (how->faults & AUTHORITY_OCSP_STALE)
		move = -2 * DAY;
	if (how->faults & AUTHORITY_OCSP_FUTURE)
		move = DAY;
	times.now = how->time + move;
	times.produced = how->produced != 0 ? how->produced + move : times.now;
	times.next = 0;
	if (how->next > 0)
		times.next = how->next;
	if (how->next == 0 || (how->next > 0 && move != 0))
		times.next = times.now + DAY;
	return times;
}

static int
status_of(struct authority *lab, const struct lab_cert *cert,
    const struct authority_ocsp *how, struct lab_revoked *revoked)
{
	const struct lab_revoked *known;

	revoked->when = how->time - DAY;
	revoked->reason = 1;
	if (how->faults & AUTHORITY_OCSP_UNKNOWN)
		return V_OCSP_CERTSTATUS_UNKNOWN;
	if (how->faults & AUTHORITY_OCSP_REVOKED)
		return V_OCSP_CERTSTATUS_REVOKED;
	if (how->faults & AUTHORITY_OCSP_GOOD)
		return V_OCSP_CERTSTATUS_GOOD;
	if (cert == NULL)
		return V_OCSP_CERTSTATUS_UNKNOWN;
	known = lab_status(lab, cert->row.id, times_of(how).now);
	if (known == NULL)
		return V_OCSP_CERTSTATUS_GOOD;
	*revoked = *known;
	return V_OCSP_CERTSTATUS_REVOKED;
}

/* A CertID like this, of the next serial number. */
static OCSP_CERTID *
id_next(struct authority *lab, const struct lab_cert *cert, OCSP_CERTID *id)
{
	ASN1_INTEGER *serial;
	ASN1_OBJECT *object;
	OCSP_CERTID *out;
	int64_t number;

	OCSP_id_get0_info(NULL, &object, NULL, &serial, id);
	serial = ASN1_INTEGER_dup(serial);
	mk_must(serial != NULL, "CertID");
	if (ASN1_INTEGER_get_int64(&number, serial) != 1)
		number = 4711;
	mk_must(ASN1_INTEGER_set_int64(serial, number + 1) == 1, "CertID");
	out = id_make(lab, EVP_get_digestbyobj(object),
	    cert->row.issuer != NULL ? cert->row.issuer : cert->row.id, serial);
	ASN1_INTEGER_free(serial);
	return out;
}

/* ArchiveCutoff (RFC 6960, 4.4.4) */
static void
add_cutoff(OCSP_SINGLERESP *single, int64_t cutoff)
{
	ASN1_GENERALIZEDTIME *when = lab_gentime(cutoff);

	mk_must(OCSP_SINGLERESP_add1_ext_i2d(
		    single, NID_id_pkix_OCSP_archiveCutoff, when, 0, 0) == 1,
	    "ArchiveCutoff");
	ASN1_GENERALIZEDTIME_free(when);
}

static void
add_one(struct authority *lab, OCSP_BASICRESP *basic,
    const struct authority_ocsp *how, OCSP_CERTID *id)
{
	struct ocsp_times times = times_of(how);
	struct lab_cert *cert = id_find(lab, id);
	struct lab_revoked revoked = { 0 };
	int status = status_of(lab, cert, how, &revoked);
	OCSP_CERTID *other = NULL;
	ASN1_TIME *when = lab_gentime(revoked.when);
	ASN1_TIME *now = lab_gentime(times.now);
	ASN1_TIME *next = times.next != 0 ? lab_gentime(times.next) : NULL;
	OCSP_SINGLERESP *single;

	if ((how->faults & AUTHORITY_OCSP_WRONG_ID) && cert != NULL)
		id = other = id_next(lab, cert, id);
	single = OCSP_basic_add1_status(basic, id, status, revoked.reason,
	    status == V_OCSP_CERTSTATUS_REVOKED ? when : NULL, now, next);
	mk_must(single != NULL, "status");
	if (how->cutoff != 0)
		add_cutoff(single, how->cutoff);
	OCSP_CERTID_free(other);
	ASN1_TIME_free(when);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
}

static void
add_nonce(OCSP_BASICRESP *basic, OCSP_REQUEST *req, unsigned faults)
{
	unsigned char wrong[] = "another nonce!!";

	if (faults & AUTHORITY_OCSP_NO_NONCE)
		return;
	if (faults & AUTHORITY_OCSP_WRONG_NONCE)
		mk_must(OCSP_basic_add1_nonce(basic, wrong, 16) == 1, "nonce");
	else
		mk_must(OCSP_copy_nonce(basic, req) > 0, "nonce");
}

/* OpenSSL has calls for reading producedAt alone. */
static void
set_produced(OCSP_BASICRESP *basic, int64_t time)
{
	const ASN1_GENERALIZEDTIME *at = OCSP_resp_get0_produced_at(basic);

	mk_must(at != NULL &&
		ASN1_GENERALIZEDTIME_set((ASN1_GENERALIZEDTIME *)(uintptr_t)at,
		    (time_t)time) != NULL,
	    "producedAt");
}

static OCSP_BASICRESP *
basic_make(struct authority *lab, const struct authority_ocsp *how,
    OCSP_REQUEST *req, const char *id)
{
	struct lab_cert *cert = lab_get(lab, id);
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	unsigned long flags = OCSP_NOTIME;
	int i;

	mk_must(basic != NULL, "OCSP");
	for (i = 0; i < OCSP_request_onereq_count(req); i++)
		add_one(lab, basic, how,
		    OCSP_onereq_get0_id(OCSP_request_onereq_get0(req, i)));
	add_nonce(basic, req, how->faults);
	set_produced(basic, times_of(how).produced);
	if ((how->flags & AUTHORITY_OCSP_BY_NAME) == 0)
		flags |= OCSP_RESPID_KEY;
	/* a CA's own certificate is known to whoever asks */
	if ((how->faults & AUTHORITY_OCSP_NO_CERT) != 0 ||
	    cert->row.role == AUTHORITY_CA)
		flags |= OCSP_NOCERTS;
	mk_must(OCSP_basic_sign(basic, cert->x509, cert->key,
		    lab_digest(how->digest, cert->key), NULL, flags) == 1,
	    "OCSP");
	if (how->faults & AUTHORITY_OCSP_BAD_SIGNATURE)
		lab_spoil(OCSP_resp_get0_signature(basic));
	return basic;
}

/* ---- the answer */

static int
response_status(const struct authority_ocsp *how, const OCSP_REQUEST *req)
{
	if (req == NULL || (how->faults & AUTHORITY_OCSP_MALFORMED))
		return OCSP_RESPONSE_STATUS_MALFORMEDREQUEST;
	if (how->faults & AUTHORITY_OCSP_TRY_LATER)
		return OCSP_RESPONSE_STATUS_TRYLATER;
	if (how->faults & AUTHORITY_OCSP_INTERNAL)
		return OCSP_RESPONSE_STATUS_INTERNALERROR;
	if (how->faults & AUTHORITY_OCSP_REFUSED)
		return OCSP_RESPONSE_STATUS_UNAUTHORIZED;
	return OCSP_RESPONSE_STATUS_SUCCESSFUL;
}

static void
response_put(struct sg_buf *out, int status, OCSP_BASICRESP *basic)
{
	OCSP_RESPONSE *response = OCSP_response_create(status, basic);
	unsigned char *der = NULL;
	int len = i2d_OCSP_RESPONSE(response, &der);

	mk_must(len > 0, "OCSP");
	lab_put(out, der, (size_t)len);
	OPENSSL_free(der);
	OCSP_RESPONSE_free(response);
}

static OCSP_REQUEST *
request_read(struct sg_view request)
{
	const unsigned char *at = request.ptr;
	OCSP_REQUEST *req;

	ERR_set_mark();
	req = d2i_OCSP_REQUEST(NULL, &at, (long)request.len);
	ERR_pop_to_mark();
	if (req != NULL && at == request.ptr + request.len)
		return req;
	OCSP_REQUEST_free(req);
	return NULL;
}

void
authority_ocsp_reply(struct authority *lab, const struct authority_ocsp *how,
    struct sg_view request, struct sg_buf *out)
{
	OCSP_REQUEST *req = request_read(request);
	int status = response_status(how, req);
	OCSP_BASICRESP *basic = NULL;
	size_t since = out->len;
	const char *id = NULL;

	if (how->faults & AUTHORITY_OCSP_GARBAGE) {
		lab_garbage(out);
		goto out;
	}
	if (status == OCSP_RESPONSE_STATUS_SUCCESSFUL) {
		id = responder_id(lab, how, req);
		if (id == NULL)
			status = OCSP_RESPONSE_STATUS_UNAUTHORIZED;
		else
			basic = basic_make(lab, how, req, id);
	}
	response_put(out, status, basic);
	if (how->faults & AUTHORITY_OCSP_TRUNCATED)
		lab_truncate(out, since);
out:
	OCSP_BASICRESP_free(basic);
	OCSP_REQUEST_free(req);
}

/* ---- asking */

void
authority_ocsp_request(struct authority *lab, const char *id,
    const char *digest, uint64_t nonce, struct sg_buf *out)
{
	const EVP_MD *md =
	    digest != NULL ? EVP_get_digestbyname(digest) : EVP_sha1();
	struct lab_cert *cert = lab_get(lab, id);
	OCSP_REQUEST *req = OCSP_REQUEST_new();
	unsigned char octets[sizeof(nonce)], *der = NULL;
	OCSP_CERTID *cid;
	int len;

	mk_must(md != NULL && req != NULL, digest);
	cid = id_make(lab, md, cert->row.issuer != NULL ? cert->row.issuer : id,
	    X509_get0_serialNumber(cert->x509));
	mk_must(OCSP_request_add0_id(req, cid) != NULL, id);
	memcpy(octets, &nonce, sizeof(nonce));
	if (nonce != 0)
		mk_must(
		    OCSP_request_add1_nonce(req, octets, sizeof(octets)) == 1,
		    "nonce");
	len = i2d_OCSP_REQUEST(req, &der);
	mk_must(len > 0, "request");
	lab_put(out, der, (size_t)len);
	OPENSSL_free(der);
	OCSP_REQUEST_free(req);
}

void
authority_ocsp_status(struct authority *lab, const struct authority_ocsp *how,
    const char *id, struct sg_buf *out)
{
	struct sg_buf request = { 0 };

	authority_ocsp_request(lab, id, NULL, 0, &request);
	authority_ocsp_reply(lab, how, sg_buf_view(&request), out);
	sg_buf_free(&request);
}
