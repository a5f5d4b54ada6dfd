/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/urls.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/cert.h"
#include "certs/crl.h"
#include "certs/ocsp.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <string.h>
#include <strings.h>

struct reading {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_urls *out;
};

/* An IA5String may hold anything: what is no plain text is no address. */
static int
take(const struct reading *reading, const GENERAL_NAME *name)
{
	struct sg_urls *out = reading->out;
	const char *text;
	size_t len, i;

	if (name->type != GEN_URI)
		return 0;
	text = (const char *)ASN1_STRING_get0_data(
	    name->d.uniformResourceIdentifier);
	len = (size_t)ASN1_STRING_length(name->d.uniformResourceIdentifier);
	if (len > SG_MAX_URL || out->count == SG_MAX_URLS ||
	    memchr(text, '\0', len) != NULL ||
	    (strncasecmp(text, "http://", 7) != 0 &&
		strncasecmp(text, "https://", 8) != 0))
		return 0;
	text = sg_pool_strn(reading->pool, text, len);
	if (text == NULL)
		return sg_err_nomem(reading->env);
	for (i = 0; i < out->count; i++)
		if (strcmp(out->list[i], text) == 0)
			return 0;
	out->list[out->count++] = text;
	return 0;
}

/* RFC 5280, 4.2.2.1. */
static int
take_access(const struct reading *reading, const AUTHORITY_INFO_ACCESS *access,
    int method)
{
	const ACCESS_DESCRIPTION *row;
	int i, ret = 0;

	for (i = 0; i < sk_ACCESS_DESCRIPTION_num(access) && ret == 0; i++) {
		row = sk_ACCESS_DESCRIPTION_value(access, i);
		if (OBJ_obj2nid(row->method) == method)
			ret = take(reading, row->location);
	}
	return ret;
}

/* RFC 5280, 4.2.1.13: several names of one point lead to the same CRL. */
static int
take_points(const struct reading *reading, const CRL_DIST_POINTS *points)
{
	const DIST_POINT *point;
	int i, k, ret = 0;

	for (i = 0; i < sk_DIST_POINT_num(points) && ret == 0; i++) {
		point = sk_DIST_POINT_value(points, i);
		if (point->distpoint == NULL || point->distpoint->type != 0)
			continue;
		for (k = 0; ret == 0 &&
		     k < sk_GENERAL_NAME_num(point->distpoint->name.fullname);
		     k++)
			ret = take(reading,
			    sk_GENERAL_NAME_value(
				point->distpoint->name.fullname, k));
	}
	return ret;
}

static int
extension_of(enum sg_url_kind kind)
{
	if (kind == SG_URL_CRL)
		return NID_crl_distribution_points;
	return kind == SG_URL_DELTA ? NID_freshest_crl : NID_info_access;
}

/* Frees the extension's value. */
static int
take_extension(
    const struct reading *reading, enum sg_url_kind kind, void *value)
{
	int ret;

	ERR_clear_error(); /* broken: no addresses */
	if (value == NULL)
		return 0;
	if (extension_of(kind) == NID_info_access) {
		ret = take_access(reading, value,
		    kind == SG_URL_OCSP ? NID_ad_OCSP : NID_ad_ca_issuers);
		AUTHORITY_INFO_ACCESS_free(value);
	} else {
		ret = take_points(reading, value);
		CRL_DIST_POINTS_free(value);
	}
	return ret;
}

int
sg_cert_urls(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cert *cert, enum sg_url_kind kind, struct sg_urls *out)
{
	const struct reading reading = { env, pool, out };

	out->count = 0;
	return take_extension(&reading, kind,
	    X509_get_ext_d2i(
		sg_cert_x509(cert), extension_of(kind), NULL, NULL));
}

int
sg_crl_urls(struct sg_env *env, struct sg_pool *pool, const struct sg_crl *crl,
    enum sg_url_kind kind, struct sg_urls *out)
{
	const struct reading reading = { env, pool, out };

	out->count = 0;
	return take_extension(&reading, kind,
	    X509_CRL_get_ext_d2i(
		sg_crl_x509(crl), extension_of(kind), NULL, NULL));
}

int64_t
sg_ocsp_until(const struct sg_ocsp *ocsp)
{
	int64_t until = SG_NO_TIME;
	struct sg_ocsp_single single;
	size_t i;

	for (i = 0; i < sg_ocsp_count(ocsp); i++) {
		sg_ocsp_at(ocsp, i, &single);
		if (single.next_update == SG_NO_TIME)
			return SG_NO_TIME;
		if (until == SG_NO_TIME || single.next_update < until)
			until = single.next_update;
	}
	return until;
}
