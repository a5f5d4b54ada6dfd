/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "certs/cert.h"
#include "certs/x509.h"

#include <openssl/pem.h>

#include <stdlib.h>
#include <string.h>

int
sg_certs_add(struct sg_env *env, struct sg_certs *certs, struct sg_cert *cert)
{
	struct sg_cert **list;

	list =
	    sg_list_grow(certs->list, certs->count, sizeof(struct sg_cert *));
	if (list == NULL)
		return sg_err_nomem(env);
	certs->list = list;
	certs->list[certs->count++] = sg_cert_ref(cert);
	return 0;
}

/* Back to a length it had before. */
static void
certs_cut(struct sg_certs *certs, size_t count)
{
	while (certs->count > count)
		sg_cert_free(certs->list[--certs->count]);
}

void
sg_certs_clear(struct sg_certs *certs)
{
	certs_cut(certs, 0);
	free(certs->list);
	certs->list = NULL;
}

struct reading {
	struct sg_certs *certs;
	size_t before;
};

static int
certs_take(
    struct sg_env *env, const char *name, struct sg_view der, void *payload)
{
	struct reading *reading = payload;
	struct sg_cert *cert = NULL;
	int ret;

	(void)name;
	if (reading->certs->count - reading->before >= SG_MAX_CERTS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("more than %d certificates in one file"), SG_MAX_CERTS);
	ret = sg_cert_parse(env, der, &cert);
	if (ret == 0)
		ret = sg_certs_add(env, reading->certs, cert);
	sg_cert_free(cert);
	return ret;
}

/* OpenSSL's own remarks follow such a certificate; they are left out: what is
 * trusted is not for the file to say. */
static struct sg_view
certs_without_remarks(struct sg_env *env, struct sg_view der)
{
	struct sg_tlv_head head;

	if (sg_der_head(env, der, &head) == 0 && !head.need_more &&
	    !head.indefinite && head.length < der.len - head.header)
		der.len = head.header + (size_t)head.length;
	return der;
}

static int
certs_piece(
    struct sg_env *env, const char *name, struct sg_view der, void *payload)
{
	struct reading *reading = payload;
	size_t before = reading->certs->count;
	int ret;

	if (name != NULL && strcmp(name, PEM_STRING_X509_TRUSTED) == 0)
		der = certs_without_remarks(env, der);
	if (!sg_armor_is_cms(der))
		return certs_take(env, name, der, payload);
	ret = sg_armor_signed_data(env, der, 0, certs_take, payload);
	if (ret == 0 && reading->certs->count == before)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("no certificate in the PKCS#7 (RFC 5652, 5.1)"));
	return ret;
}

int
sg_certs_read(struct sg_env *env, struct sg_view file, struct sg_certs *certs)
{
	static const char *const names[] = { PEM_STRING_X509,
		PEM_STRING_X509_OLD, PEM_STRING_X509_TRUSTED, PEM_STRING_PKCS7,
		PEM_STRING_PKCS7_SIGNED, PEM_STRING_CMS, NULL };
	struct reading reading = { certs, certs->count };
	const struct sg_armor armor = { names, "a certificate",
		SG_MAX_CERT_FILE, certs_piece, &reading };
	int ret = sg_armor_each(env, file, &armor);

	if (ret < 0)
		certs_cut(certs, reading.before);
	return ret;
}
