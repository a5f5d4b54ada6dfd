/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/buf.h"
#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "certs/x509.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char armor_begin[] = "-----BEGIN ";

static int
armor_none(struct sg_env *env, const struct sg_armor *armor)
{
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("want %s (DER, PEM or base64), have something else"),
	    armor->wanted);
}

static int
armor_wants(const struct sg_armor *armor, const char *name)
{
	size_t i;

	for (i = 0; armor->names[i] != NULL; i++)
		if (strcmp(armor->names[i], name) == 0)
			return 1;
	return 0;
}

/* RFC 7468, 2. Blocks of other kinds are passed over; they may be keys. */
static int
armor_pem(struct sg_env *env, struct sg_view file, const struct sg_armor *armor)
{
	BIO *bio = BIO_new_mem_buf(file.ptr, (int)file.len);
	unsigned char *data;
	char *name, *header;
	int ret = 0, found = 0;
	long len;

	if (bio == NULL)
		return sg_err_nomem(env);
	ERR_clear_error();
	while (ret >= 0 && PEM_read_bio(bio, &name, &header, &data, &len)) {
		if (armor_wants(armor, name)) {
			found = 1;
			ret = armor->fn(env, name,
			    sg_view_of(data, (size_t)len), armor->payload);
		}
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(data, (size_t)len);
	}
	if (ret >= 0 &&
	    ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		ret = sg_err_ssl(env, SIGN_E_FORMAT,
		    N_("%s: broken PEM block (RFC 7468, 2)"), armor->wanted);
	else if (ret >= 0 && !found)
		ret = armor_none(env, armor);
	ERR_clear_error();
	BIO_free(bio);
	return ret;
}

/* RFC 4648, 4, in lines of any length. */
static int
armor_base64(
    struct sg_env *env, struct sg_view file, const struct sg_armor *armor)
{
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	unsigned char *out = malloc(file.len / 4 * 3 + 6);
	int ret, len = 0, last = 0;

	if (ctx == NULL || out == NULL) {
		ret = sg_err_nomem(env);
		goto out;
	}
	EVP_DecodeInit(ctx);
	if (EVP_DecodeUpdate(ctx, out, &len, file.ptr, (int)file.len) < 0 ||
	    EVP_DecodeFinal(ctx, out + len, &last) < 0 || len + last == 0) {
		ERR_clear_error();
		ret = armor_none(env, armor);
		goto out;
	}
	ret = armor->fn(
	    env, NULL, sg_view_of(out, (size_t)(len + last)), armor->payload);
out:
	EVP_ENCODE_CTX_free(ctx);
	free(out);
	return ret;
}

/* Does text stand in the view? */
static int
armor_has(struct sg_view view, const char *text)
{
	size_t len = strlen(text);
	const unsigned char *at = view.ptr;
	const unsigned char *end = view.ptr + view.len;

	while ((size_t)(end - at) >= len) {
		at = memchr(at, text[0], (size_t)(end - at) - len + 1);
		if (at == NULL)
			return 0;
		if (memcmp(at, text, len) == 0)
			return 1;
		at++;
	}
	return 0;
}

/* Zeros and white space after the one structure of a file are passed over, as
 * transfers leave them there; anything else is refused where it is parsed. */
static struct sg_view
armor_without_padding(struct sg_view file)
{
	struct sg_tlv_head head;
	struct sg_env scratch;
	size_t at, end;

	memset(&scratch, 0, sizeof(scratch));
	if (sg_der_head(&scratch, file, &head) < 0 || head.need_more ||
	    head.indefinite || head.length > file.len - head.header)
		return file;
	end = head.header + (size_t)head.length;
	for (at = end; at < file.len; at++)
		if (memchr("\0 \t\r\n", file.ptr[at], 5) == NULL)
			return file;
	file.len = end;
	return file;
}

int
sg_armor_each(
    struct sg_env *env, struct sg_view file, const struct sg_armor *armor)
{
	if (file.len > armor->max || file.len > INT_MAX / 2)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("%s: want at most %zu octets, have %zu"), armor->wanted,
		    armor->max, file.len);
	if (file.len >= 3 && memcmp(file.ptr, "\xef\xbb\xbf", 3) == 0) {
		file.ptr += 3;
		file.len -= 3;
	}
	if (file.len == 0)
		return armor_none(env, armor);
	if (file.ptr[0] == (V_ASN1_SEQUENCE | V_ASN1_CONSTRUCTED))
		return armor->fn(
		    env, NULL, armor_without_padding(file), armor->payload);
	if (armor_has(file, armor_begin))
		return armor_pem(env, file, armor);
	return armor_base64(env, file, armor);
}

int
sg_armor_is_cms(struct sg_view der)
{
	struct sg_tlv_head head;
	struct sg_env scratch;

	memset(&scratch, 0, sizeof(scratch));
	if (sg_der_head(&scratch, der, &head) < 0 || head.need_more ||
	    head.tag != V_ASN1_SEQUENCE || head.header >= der.len)
		return 0;
	return der.ptr[head.header] == V_ASN1_OBJECT;
}

/* Down to the value of SignedData: RFC 5652, 3 and 5.1. */
static int
armor_enter_signed_data(
    struct sg_env *env, struct sg_view der, struct sg_der *out)
{
	static const unsigned char oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x07, 0x02 };
	static const char what[] = "PKCS#7";
	struct sg_der top = sg_der_of(der), info, content;
	struct sg_tlv tlv;
	int ret;

	if ((ret = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (ret = sg_der_finish(env, &top, what)) < 0 ||
	    (ret = sg_der_enter(env, &top, &tlv, &info)) < 0 ||
	    (ret = sg_der_want(env, &info, V_ASN1_OBJECT, what, &tlv)) < 0)
		return ret;
	if (!sg_view_equal(tlv.body, sg_view_of(oid, sizeof(oid))) ||
	    !sg_der_is_context(&info, 0))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("want a SignedData, have another content "
		       "(RFC 5652, 5.1)"));
	if ((ret = sg_der_next(env, &info, what, &tlv)) < 0 ||
	    (ret = sg_der_enter(env, &info, &tlv, &content)) < 0 ||
	    (ret = sg_der_want(env, &content, V_ASN1_SEQUENCE, what, &tlv)) < 0)
		return ret;
	return sg_der_enter(env, &content, &tlv, out);
}

int
sg_armor_signed_data(struct sg_env *env, struct sg_view der, int which,
    sg_armor_fn *fn, void *payload)
{
	static const int head[] = { V_ASN1_INTEGER, V_ASN1_SET,
		V_ASN1_SEQUENCE };
	struct sg_der data, set;
	struct sg_tlv tlv;
	size_t i;
	int ret;

	ret = armor_enter_signed_data(env, der, &data);
	for (i = 0; ret == 0 && i < 3; i++)
		ret = sg_der_want(env, &data, head[i], "SignedData", &tlv);
	for (i = 0; ret == 0 && i < 2; i++) {
		if (!sg_der_is_context(&data, (int)i))
			continue;
		ret = sg_der_next(env, &data, "SignedData", &tlv);
		if (ret < 0 || (int)i != which)
			continue;
		ret = sg_der_enter(env, &data, &tlv, &set);
		while (ret == 0 && !sg_der_end(&set)) {
			ret = sg_der_next(env, &set, "SignedData", &tlv);
			/* tagged: attribute certificates, other formats */
			if (ret == 0 && tlv.tag_class == V_ASN1_UNIVERSAL)
				ret = fn(env, NULL, tlv.all, payload);
		}
	}
	return ret;
}

void *
sg_list_grow(void *list, size_t count, size_t size)
{
	size_t cap = count == 0 ? 8 : count * 2;

	if (count != 0 && (count < 8 || (count & (count - 1)) != 0))
		return list;
	if (cap > SIZE_MAX / size)
		return NULL;
	return realloc(list, cap * size);
}
