/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_SHAPE_H
#define SIGN_CERTS_SHAPE_H

#include <openssl/x509.h>

/*
 * A certificate as it is written down (RFC 5280, 4.1), read by OpenSSL, but
 * without what OpenSSL does at once with an X509 object: decode its key. That
 * costs more than all the rest, and most certificates of a list of trust are
 * never asked for their key.
 */
struct sg_shape_key {
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *bits;
};

struct sg_shape_tbs {
	ASN1_INTEGER *version, *serial;
	X509_ALGOR *algorithm;
	X509_NAME *issuer, *subject;
	X509_VAL *validity;
	struct sg_shape_key *key;
	ASN1_BIT_STRING *issuer_uid, *subject_uid;
	STACK_OF(X509_EXTENSION) *extensions;
};

struct sg_shape {
	struct sg_shape_tbs *tbs;
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *value;
};

/* NULL: broken, cut short, or followed by something else. */
struct sg_shape *sg_shape_read(const unsigned char *der, size_t len);
void sg_shape_free(struct sg_shape *shape);

#endif
