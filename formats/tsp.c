/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/put.h"
#include "formats/tst.h"

#include <string.h>

#define TSP_VERSION 1
#define MAX_NONCE 32

/* ---- the question */

/* INTEGER of octets that are a positive number (X.690, 8.3). */
static void
put_nonce(struct sg_put *put, struct sg_view nonce)
{
	unsigned char body[1 + MAX_NONCE] = { 0 };
	size_t zero;

	while (nonce.len > 1 && nonce.ptr[0] == 0) {
		nonce.ptr++;
		nonce.len--;
	}
	if (nonce.len > MAX_NONCE) {
		put->rc = sg_err_set(put->env, SIGN_E_ARG,
		    N_("nonce: want at most %d octets, have %zu"), MAX_NONCE,
		    nonce.len);
		return;
	}
	zero = nonce.ptr[0] >> 7;
	memcpy(body + zero, nonce.ptr, nonce.len);
	sg_put_prim(put, V_ASN1_INTEGER, sg_view_of(body, zero + nonce.len));
}

/* RFC 3161, 2.4.1: parameters are absent; some authorities want NULL. */
static void
put_imprint(struct sg_put *put, const struct sg_tsp_request *request)
{
	static const unsigned char null[] = { V_ASN1_NULL, 0 };
	size_t imprint = sg_put_mark(put), alg;

	if (request->null_params) {
		alg = sg_put_mark(put);
		sg_put_oid(put, request->digest->oid);
		sg_put_raw(put, sg_view_of(null, sizeof(null)));
		sg_put_seq(put, alg);
	} else {
		sg_put_digest_alg(put, request->digest);
	}
	sg_put_prim(put, V_ASN1_OCTET_STRING, request->imprint);
	sg_put_seq(put, imprint);
}

int
sg_tsp_request_put(struct sg_env *env, const struct sg_tsp_request *request,
    struct sg_buf *out)
{
	static const unsigned char yes[] = { 0xff };
	struct sg_put put = SG_PUT_INIT(env);
	size_t all = sg_put_mark(&put);

	if (request->imprint.len != request->digest->size)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("imprint: want %zu octets for %s, have %zu"),
		    request->digest->size, request->digest->name,
		    request->imprint.len);
	sg_put_uint(&put, TSP_VERSION);
	put_imprint(&put, request);
	if (request->policy != NULL)
		sg_put_oid(&put, request->policy);
	if (request->nonce.len != 0)
		put_nonce(&put, request->nonce);
	sg_put_prim(&put, V_ASN1_BOOLEAN, sg_view_of(yes, sizeof(yes)));
	sg_put_seq(&put, all);
	return sg_put_finish(&put, out);
}

/* ---- the answer */

static const struct {
	unsigned bit;
	const char *name;
} failures[] = {
	/* RFC 3161, 2.4.2 */
	{ SG_TSP_BAD_ALG, "badAlg" },
	{ 2, "badRequest" },
	{ 5, "badDataFormat" },
	{ 14, "timeNotAvailable" },
	{ 15, "unacceptedPolicy" },
	{ 16, "unacceptedExtension" },
	{ 17, "addInfoNotAvailable" },
	{ 25, "systemFailure" },
};

static const char *const statuses[] = { "granted", "grantedWithMods",
	"rejection", "waiting", "revocationWarning", "revocationNotification" };

/* The first bit that is set. */
static int
read_failure(
    struct sg_env *env, const struct sg_tlv *tlv, struct sg_tsp_status *out)
{
	size_t i, octet;

	if (tlv->body.len < 1 || tlv->body.len > 5 || tlv->body.ptr[0] > 7)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("time-stamp response: broken failInfo "
		       "(RFC 3161, 2.4.2)"));
	for (i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		octet = 1 + failures[i].bit / 8;
		if (octet >= tlv->body.len ||
		    (tlv->body.ptr[octet] & (0x80 >> failures[i].bit % 8)) == 0)
			continue;
		out->failure = failures[i].name;
		out->bad_alg = failures[i].bit == SG_TSP_BAD_ALG;
		return 0;
	}
	return 0;
}

/* PKIFreeText: the first of its texts (RFC 4210, 5.1.1). */
static int
read_text(struct sg_env *env, struct sg_pool *pool, const struct sg_der *parent,
    const struct sg_tlv *tlv, struct sg_tsp_status *out)
{
	static const char what[] = "PKIFreeText";
	struct sg_der der;
	struct sg_tlv text;
	int ret = sg_der_enter(env, parent, tlv, &der);

	while (ret == 0 && !sg_der_end(&der)) {
		ret = sg_der_want(env, &der, V_ASN1_UTF8STRING, what, &text);
		if (ret < 0 || out->text != NULL)
			continue;
		out->text = sg_pool_strn(
		    pool, (const char *)text.body.ptr, text.body.len);
		if (out->text == NULL)
			ret = sg_err_nomem(env);
	}
	return ret;
}

/* PKIStatusInfo (RFC 3161, 2.4.2). */
static int
read_status(struct sg_env *env, struct sg_pool *pool,
    const struct sg_der *parent, const struct sg_tlv *tlv,
    struct sg_tsp_status *out)
{
	static const char what[] = "PKIStatusInfo";
	struct sg_tlv item;
	struct sg_der der;
	int ret;

	if ((ret = sg_der_enter(env, parent, tlv, &der)) < 0 ||
	    (ret = sg_der_want(env, &der, V_ASN1_INTEGER, what, &item)) < 0 ||
	    (ret = sg_der_uint(env, &item, &out->status)) < 0)
		return ret;
	if (sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE)) {
		ret = sg_der_next(env, &der, what, &item);
		if (ret == 0)
			ret = read_text(env, pool, &der, &item, out);
	}
	if (ret == 0 && sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_BIT_STRING)) {
		ret = sg_der_next(env, &der, what, &item);
		if (ret == 0)
			ret = read_failure(env, &item, out);
	}
	return ret < 0 ? ret : sg_der_finish(env, &der, what);
}

int
sg_tsp_status_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view answer, struct sg_tsp_status *out)
{
	static const char what[] = "TimeStampResp";
	struct sg_der top = sg_der_of(answer), der;
	struct sg_tlv tlv;
	int ret;

	memset(out, 0, sizeof(*out));
	if (answer.len > SG_MAX_TOKEN_SIZE)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("time-stamp response: want at most %d octets, have %zu"),
		    SG_MAX_TOKEN_SIZE, answer.len);
	if ((ret = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (ret = sg_der_finish(env, &top, what)) < 0 ||
	    (ret = sg_der_enter(env, &top, &tlv, &der)) < 0 ||
	    (ret = sg_der_want(env, &der, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (ret = read_status(env, pool, &der, &tlv, out)) < 0)
		return ret;
	if (sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE)) {
		ret = sg_der_next(env, &der, what, &tlv);
		out->token = tlv.all;
	}
	return ret < 0 ? ret : sg_der_finish(env, &der, what);
}

/* RFC 3161, 2.4.2: a token is there when the status is granted, or granted
 * with modifications, and never else. */
int
sg_tsp_response_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view der, struct sg_view *token)
{
	struct sg_tsp_status status;
	const char *word = "?";
	int ret = sg_tsp_status_read(env, pool, der, &status);

	if (ret < 0)
		return ret;
	if (status.status < sizeof(statuses) / sizeof(statuses[0]))
		word = statuses[status.status];
	if (status.status > SG_TSP_GRANTED_WITH_MODS)
		return sg_err_set(env, SIGN_E_NET,
		    N_("the time-stamp authority refuses: %s%s%s%s%.200s"),
		    word, status.failure != NULL ? ", " : "",
		    status.failure != NULL ? status.failure : "",
		    status.text != NULL ? ": " : "",
		    status.text != NULL ? status.text : "");
	if (status.token.len == 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("time-stamp response: it says %s, and there is no token "
		       "in it (RFC 3161, 2.4.2)"),
		    word);
	*token = status.token;
	return 0;
}

int
sg_tsp_is_response(struct sg_view der)
{
	struct sg_tlv_head head;
	struct sg_env scratch;
	int i;

	memset(&scratch, 0, sizeof(scratch));
	for (i = 0; i < 2; i++) {
		if (sg_der_head(&scratch, der, &head) < 0 || head.need_more ||
		    head.tag_class != V_ASN1_UNIVERSAL ||
		    head.tag != V_ASN1_SEQUENCE || head.header >= der.len)
			return 0;
		der.ptr += head.header;
		der.len -= head.header;
	}
	return der.ptr[0] == V_ASN1_INTEGER;
}

/* ---- do they fit together (RFC 3161, 2.4.2) */

static int
check_nonce(struct sg_env *env, const struct sg_tst_info *info,
    const struct sg_tsp_request *request)
{
	struct sg_put put = SG_PUT_INIT(env);
	int ret;

	if (request->nonce.len == 0)
		return 0;
	put_nonce(&put, request->nonce);
	ret = put.rc;
	if (ret == 0 && info->nonce.len == 0)
		ret = sg_err_set(env, SIGN_E_VALUE,
		    N_("time-stamp token: the nonce that was sent is not in it "
		       "(RFC 3161, 2.4.2)"));
	else if (ret == 0 && !sg_view_equal(info->nonce, sg_buf_view(&put.buf)))
		ret = sg_err_set(env, SIGN_E_VALUE,
		    N_("time-stamp token: it has another nonce than was sent: "
		       "it answers something else (RFC 3161, 2.4.2)"));
	sg_put_free(&put);
	return ret;
}

int
sg_tsp_answers(struct sg_env *env, const struct sg_tst_info *info,
    const struct sg_tsp_request *request)
{
	if (info->digest != request->digest)
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("time-stamp token: want an imprint with %s, have %s "
		       "(RFC 3161, 2.4.2)"),
		    request->digest->name,
		    info->digest != NULL ? info->digest->name
					 : info->digest_oid);
	if (!sg_view_equal(info->imprint, request->imprint))
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("time-stamp token: it is over something else than was "
		       "sent (RFC 3161, 2.4.2)"));
	if (request->policy != NULL &&
	    (info->policy == NULL ||
		strcmp(info->policy, request->policy) != 0))
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("time-stamp token: want policy %s, have %s "
		       "(RFC 3161, 2.4.2)"),
		    request->policy, info->policy != NULL ? info->policy : "-");
	return check_nonce(env, info, request);
}
