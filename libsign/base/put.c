/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/put.h"

#include "base/der.h"
#include "base/err.h"

#include <openssl/asn1.h>
#include <openssl/crypto.h>

#include <string.h>

size_t
sg_put_mark(const struct sg_put *put)
{
	return put->buf.len;
}

void
sg_put_wrap(struct sg_put *put, size_t mark, int tag_class, int tag)
{
	struct sg_buf head = { NULL, 0, 0 };
	size_t length = put->buf.len - mark;

	if (put->rc == 0)
		put->rc =
		    sg_der_put_head(put->env, &head, tag_class, tag, 1, length);
	if (put->rc == 0 &&
	    sg_buf_reserve(put->env, &put->buf, head.len) == NULL)
		put->rc = SIGN_E_NOMEM;
	if (put->rc == 0) {
		memmove(put->buf.ptr + mark + head.len, put->buf.ptr + mark,
		    length);
		memcpy(put->buf.ptr + mark, head.ptr, head.len);
		put->buf.len += head.len;
	}
	sg_buf_free(&head);
}

void
sg_put_seq(struct sg_put *put, size_t mark)
{
	sg_put_wrap(put, mark, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE);
}

void
sg_put_set(struct sg_put *put, size_t mark)
{
	sg_put_wrap(put, mark, V_ASN1_UNIVERSAL, V_ASN1_SET);
}

void
sg_put_context(struct sg_put *put, size_t mark, int number)
{
	sg_put_wrap(put, mark, V_ASN1_CONTEXT_SPECIFIC, number);
}

void
sg_put_raw(struct sg_put *put, struct sg_view octets)
{
	if (put->rc == 0)
		put->rc = sg_buf_append_view(put->env, &put->buf, octets);
}

void
sg_put_prim(struct sg_put *put, int tag, struct sg_view body)
{
	if (put->rc == 0)
		put->rc = sg_der_put(
		    put->env, &put->buf, V_ASN1_UNIVERSAL, tag, 0, body);
}

void
sg_put_oid(struct sg_put *put, const char *dotted)
{
	if (put->rc == 0)
		put->rc = sg_der_put_oid(put->env, &put->buf, dotted);
}

void
sg_put_uint(struct sg_put *put, uint64_t value)
{
	if (put->rc == 0)
		put->rc = sg_der_put_uint(put->env, &put->buf, value);
}

void
sg_put_utf8(struct sg_put *put, const char *text)
{
	sg_put_prim(put, V_ASN1_UTF8STRING, sg_view_str(text));
}

void
sg_put_digest_alg(struct sg_put *put, const struct sg_digest *digest)
{
	unsigned char *params = NULL;
	long len = 0;

	if (put->rc < 0)
		return;
	if (digest->params != NULL) {
		params = OPENSSL_hexstr2buf(digest->params, &len);
		if (params == NULL) {
			put->rc = sg_err_ssl(put->env, SIGN_E_INTERNAL,
			    "parameters of %s", digest->name);
			return;
		}
	}
	put->rc = sg_der_put_algid(
	    put->env, &put->buf, digest->oid, sg_view_of(params, (size_t)len));
	OPENSSL_free(params);
}

int
sg_put_finish(struct sg_put *put, struct sg_buf *out)
{
	if (put->rc == 0)
		put->rc =
		    sg_buf_append_view(put->env, out, sg_buf_view(&put->buf));
	sg_put_free(put);
	return put->rc;
}

void
sg_put_free(struct sg_put *put)
{
	sg_buf_free(&put->buf);
}
