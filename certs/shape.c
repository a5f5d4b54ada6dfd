/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/shape.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>

#include <limits.h>

typedef struct sg_shape_key SHAPE_KEY;
typedef struct sg_shape_tbs SHAPE_TBS;
typedef struct sg_shape SHAPE;

/* clang-format off: tables of OpenSSL's making */
ASN1_SEQUENCE(SHAPE_KEY) = {
	ASN1_SIMPLE(SHAPE_KEY, algorithm, X509_ALGOR),
	ASN1_SIMPLE(SHAPE_KEY, bits, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(SHAPE_KEY)

ASN1_SEQUENCE(SHAPE_TBS) = {
	ASN1_EXP_OPT(SHAPE_TBS, version, ASN1_INTEGER, 0),
	ASN1_SIMPLE(SHAPE_TBS, serial, ASN1_INTEGER),
	ASN1_SIMPLE(SHAPE_TBS, algorithm, X509_ALGOR),
	ASN1_SIMPLE(SHAPE_TBS, issuer, X509_NAME),
	ASN1_SIMPLE(SHAPE_TBS, validity, X509_VAL),
	ASN1_SIMPLE(SHAPE_TBS, subject, X509_NAME),
	ASN1_SIMPLE(SHAPE_TBS, key, SHAPE_KEY),
	ASN1_IMP_OPT(SHAPE_TBS, issuer_uid, ASN1_BIT_STRING, 1),
	ASN1_IMP_OPT(SHAPE_TBS, subject_uid, ASN1_BIT_STRING, 2),
	ASN1_EXP_SEQUENCE_OF_OPT(SHAPE_TBS, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END(SHAPE_TBS)

ASN1_SEQUENCE(SHAPE) = {
	ASN1_SIMPLE(SHAPE, tbs, SHAPE_TBS),
	ASN1_SIMPLE(SHAPE, algorithm, X509_ALGOR),
	ASN1_SIMPLE(SHAPE, value, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(SHAPE)
/* clang-format on */

struct sg_shape *
sg_shape_read(const unsigned char *der, size_t len)
{
	const unsigned char *at = der;
	struct sg_shape *shape = NULL;

	if (len <= LONG_MAX)
		shape = (struct sg_shape *)ASN1_item_d2i(
		    NULL, &at, (long)len, ASN1_ITEM_rptr(SHAPE));
	ERR_clear_error();
	if (shape != NULL && at == der + len)
		return shape;
	sg_shape_free(shape);
	return NULL;
}

void
sg_shape_free(struct sg_shape *shape)
{
	ASN1_item_free((ASN1_VALUE *)shape, ASN1_ITEM_rptr(SHAPE));
}
