/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/opinion.h"

#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/time.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string.h>

enum sg_badness
sg_opinion_badness(const struct sg_opinion *opinion)
{
	return opinion->flaw != NULL ? opinion->flaw->badness : SG_BAD_NOT;
}

void
sg_opinion_add(struct sg_opinion *opinion, int number, size_t at)
{
	const struct sg_flaw *flaw = sg_flaw_find(number);

	if (flaw->badness <= sg_opinion_badness(opinion))
		return;
	opinion->flaw = flaw;
	opinion->at = at;
	opinion->detail = opinion->trial.detail;
}

/* ---- usage */

/* RFC 3161, 2.3: one extended key usage, critical, and nothing else. */
static int
usage_is_for_stamps(X509 *x509)
{
	int at = X509_get_ext_by_NID(x509, NID_ext_key_usage, -1);
	EXTENDED_KEY_USAGE *list;
	int good;

	if (at < 0 || !X509_EXTENSION_get_critical(X509_get_ext(x509, at)) ||
	    X509_get_ext_by_NID(x509, NID_ext_key_usage, at) >= 0)
		return 0;
	list = X509_get_ext_d2i(x509, NID_ext_key_usage, NULL, NULL);
	good = list != NULL && sk_ASN1_OBJECT_num(list) == 1 &&
	    OBJ_obj2nid(sk_ASN1_OBJECT_value(list, 0)) == NID_time_stamp;
	EXTENDED_KEY_USAGE_free(list);
	return good;
}

void
sg_opinion_add_usage(struct sg_opinion *opinion, enum sg_purpose purpose)
{
	const struct sg_cert *cert = opinion->path.certs[0];
	X509 *x509 = sg_cert_x509(cert);

	if (purpose == SG_FOR_TIMESTAMPS && !usage_is_for_stamps(x509))
		sg_opinion_add(opinion, SG_FLAW_TSA_USAGE, 0);
	if (purpose == SG_FOR_OCSP &&
	    ((X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) == 0 ||
		(X509_get_extended_key_usage(x509) & XKU_OCSP_SIGN) == 0))
		sg_opinion_add(opinion, SG_FLAW_OCSP_USAGE, 0);
	if (sg_cert_may_sign(cert))
		return;
	sg_opinion_add(opinion,
	    purpose == SG_FOR_DOCUMENTS ? SG_FLAW_SIGNER_USAGE
					: SG_FLAW_AUTHORITY_KEY_USAGE,
	    0);
}

void
sg_opinion_no_chain(struct sg_opinion *opinion, const struct sg_certs *anchors,
    const struct sg_path *longest)
{
	size_t top = longest->count - 1;
	X509 *x509 = sg_cert_x509(longest->certs[top]);

	memset(opinion, 0, sizeof(*opinion));
	opinion->path = *longest;
	opinion->trial.count = longest->count;
	if (anchors == NULL || anchors->count == 0)
		sg_opinion_add(opinion, SG_FLAW_NO_ANCHORS, 0);
	else if ((X509_get_extension_flags(x509) & EXFLAG_SS) != 0)
		sg_opinion_add(opinion, SG_FLAW_UNTRUSTED_ROOT, top);
	else
		sg_opinion_add(opinion, SG_FLAW_NO_ISSUER, top);
}

/* ---- in words */

static const char *
tell_time(struct sg_pool *pool, int64_t time)
{
	char text[SG_TIME_TEXT];

	if (time == SG_NO_TIME)
		return "?";
	return sg_pool_str(pool, sg_time_format(time, text));
}

/* What %2$s stands for in the flaw's text. */
static const char *
tell_detail(struct sg_pool *pool, const struct sg_opinion *opinion)
{
	const struct sg_trial_link *link = &opinion->trial.links[opinion->at];
	const struct sg_cert *cert = opinion->path.certs[opinion->at];

	switch (opinion->flaw->number) {
	case X509_V_ERR_CERT_REVOKED:
	case SG_FLAW_CA_REVOKED:
	case SG_FLAW_HELD:
		return tell_time(pool, link->revoked_at);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return tell_time(pool, sg_cert_not_before(cert));
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case SG_FLAW_EXPIRED_NOT_REVOKED:
		return tell_time(pool, sg_cert_not_after(cert));
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case SG_FLAW_OCSP_EXPIRED:
		return tell_time(pool, link->next_update);
	case SG_FLAW_NO_ISSUER:
		return sg_cert_name_text(pool, cert, 1);
	default:
		return opinion->detail;
	}
}

static const char *
tell_name(struct sg_pool *pool, const struct sg_cert *cert)
{
	const char *name = sg_cert_name_get(pool, cert, "CN");

	if (name == NULL)
		name = sg_cert_name_get(pool, cert, "O");
	return name != NULL ? name : sg_cert_name_text(pool, cert, 0);
}

static void
tell_link(const struct sg_trial_link *from, struct sg_chain_link *to)
{
	to->revocation = from->revocation;
	to->revoked_at = from->revoked_at;
	to->reason = from->reason;
	to->crl = from->crl;
	to->ocsp = from->ocsp;
	to->this_update = to->next_update = SG_NO_TIME;
	if (from->crl == NULL && from->ocsp == NULL)
		return;
	to->this_update = from->this_update;
	to->next_update = from->next_update;
	to->status_signer = from->status_signer;
}

static int
tell_links(struct sg_pool *pool, const struct sg_opinion *opinion,
    struct sg_chain *out)
{
	size_t i;

	out->count = opinion->path.count;
	out->links = sg_pool_array(pool, out->count, sizeof(*out->links));
	if (out->links == NULL)
		return SIGN_E_NOMEM;
	for (i = 0; i < out->count; i++) {
		out->links[i].cert = opinion->path.certs[i];
		out->links[i].anchor = i + 1 == out->count &&
		    sg_opinion_badness(opinion) != SG_BAD_NO_CHAIN;
		tell_link(&opinion->trial.links[i], &out->links[i]);
	}
	return 0;
}

int
sg_opinion_tell(struct sg_env *env, struct sg_pool *pool,
    const struct sg_opinion *opinion, struct sg_chain *out)
{
	const struct sg_flaw *flaw = opinion->flaw;

	if (tell_links(pool, opinion, out) < 0)
		return sg_err_nomem(env);
	out->indication = flaw == NULL ? "PASSED" : "INDETERMINATE";
	out->sub_indication = flaw != NULL ? flaw->sub_indication : NULL;
	out->clause = flaw != NULL ? flaw->clause : "EN 319 102-1, 5.2.6";
	if (flaw != NULL)
		out->reason = sg_msg_make(pool, flaw->text,
		    tell_name(pool, opinion->path.certs[opinion->at]),
		    tell_detail(pool, opinion), NULL);
	return 0;
}
