/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/x509.h"

#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"

#include <openssl/x509.h>

#include <stddef.h>

const char *
sg_x509_reason(long number)
{
	static const char *const names[] = { "unspecified", "keyCompromise",
		"cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", NULL,
		"removeFromCRL", "privilegeWithdrawn", "aACompromise" };

	if (number < 0 || number >= (long)(sizeof(names) / sizeof(names[0])))
		return NULL;
	return names[number];
}

int
sg_x509_value_fits(
    struct sg_env *env, X509 *issuer, const ASN1_BIT_STRING *value)
{
	static const unsigned char digest[64];
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	int length = ASN1_STRING_length(value);
	int size = key != NULL ? EVP_PKEY_get_size(key) / 2 : 0;
	int ok;

	if (length <= 0 || (size != 32 && size != 64))
		return 0;
	ok = sg_gost_check_value(env, key, sg_view_of(digest, (size_t)size),
	    sg_view_of(ASN1_STRING_get0_data(value), (size_t)length));
	sg_err_clear(env);
	return ok == 1;
}
