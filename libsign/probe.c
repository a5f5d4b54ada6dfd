/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/io.h"
#include "base/oid.h"
#include "base/pool.h"
#include "formats/asic.h"
#include "formats/cms.h"
#include "formats/encoding.h"
#include "formats/format.h"
#include "libsign/ctx.h"
#include "sign/verify.h"

#include <openssl/asn1.h>

#include <string.h>

#define PROBE_OCTETS 64 /* a header never takes as many */

/* The header at this place; FORMAT when the input ends there. */
static int
probe_head(struct sg_env *env, struct sg_in *in, struct sg_tlv_head *out)
{
	struct sg_view view;
	int ret;

	ret = sg_in_peek(env, in, PROBE_OCTETS, &view);
	if (ret == 0)
		ret = sg_der_head(env, view, out);
	if (ret == 0 && out->need_more)
		return sg_err_set(
		    env, SIGN_E_FORMAT, N_("the input ends too early"));
	return ret;
}

/* Step into the next element, which must have this tag. */
static int
probe_enter(struct sg_env *env, struct sg_in *in, int tag_class, int tag)
{
	struct sg_tlv_head head;
	int ret = probe_head(env, in, &head);

	if (ret < 0)
		return ret;
	if (head.tag_class != tag_class || head.tag != tag)
		return sg_err_set(
		    env, SIGN_E_FORMAT, N_("not the beginning of a signature"));
	return sg_in_skip(env, in, head.header);
}

/* Step over the next element, which must have this tag and a length. */
static int
probe_over(struct sg_env *env, struct sg_in *in, int tag)
{
	struct sg_tlv_head head;
	int ret = probe_head(env, in, &head);

	if (ret < 0)
		return ret;
	if (head.tag_class != V_ASN1_UNIVERSAL || head.tag != tag ||
	    head.indefinite)
		return sg_err_set(
		    env, SIGN_E_FORMAT, N_("not the beginning of a signature"));
	return sg_in_skip(env, in, head.header + head.length);
}

/* The set of digest algorithms, also with an indefinite length. */
static int
probe_over_set(struct sg_env *env, struct sg_in *in)
{
	struct sg_tlv_head head;
	int ret = probe_head(env, in, &head);

	if (ret < 0)
		return ret;
	if (!head.indefinite)
		return probe_over(env, in, V_ASN1_SET);
	ret = sg_in_skip(env, in, head.header);
	while (ret == 0 && (ret = probe_head(env, in, &head)) == 0 &&
	    head.tag == V_ASN1_SEQUENCE)
		ret = probe_over(env, in, V_ASN1_SEQUENCE);
	return ret == 0 ? sg_in_skip(env, in, 2) : ret;
}

/*
 * RFC 5652, 5.1 and 5.2: is there an eContent in the encapContentInfo? After
 * its type comes [0], or the end: by length, or by end-of-contents.
 */
static int
probe_encap(struct sg_env *env, struct sg_in *in, enum sign_kind *out)
{
	struct sg_tlv_head encap, head;
	uint64_t start;
	int ret;

	ret = probe_head(env, in, &encap);
	if (ret == 0)
		ret = probe_enter(env, in, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE);
	start = sg_in_tell(in);
	if (ret == 0)
		ret = probe_over(env, in, V_ASN1_OBJECT);
	if (ret < 0)
		return ret;
	*out = SIGN_KIND_DETACHED;
	if (!encap.indefinite && sg_in_tell(in) - start >= encap.length)
		return 0;
	ret = probe_head(env, in, &head);
	if (ret == 0 && head.tag_class == V_ASN1_CONTEXT_SPECIFIC &&
	    head.tag == 0)
		*out = SIGN_KIND_ATTACHED;
	return ret;
}

/* RFC 5652, 3: the type of what follows is signed data. */
static int
probe_type(struct sg_env *env, struct sg_in *in)
{
	static const unsigned char type[] = { 0x06, 0x09, 0x2A, 0x86, 0x48,
		0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
	struct sg_view view;
	int ret = sg_in_peek(env, in, sizeof(type), &view);

	if (ret < 0)
		return ret;
	if (!sg_view_equal(view, sg_view_of(type, sizeof(type))))
		return sg_err_set(
		    env, SIGN_E_FORMAT, N_("not the beginning of a signature"));
	return sg_in_skip(env, in, sizeof(type));
}

/* ContentInfo and the beginning of SignedData. */
static int
probe_signed_data(struct sg_env *env, struct sg_in *in, enum sign_kind *out)
{
	int ret;

	ret = probe_enter(env, in, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE);
	if (ret == 0)
		ret = probe_type(env, in);
	if (ret == 0)
		ret = probe_enter(env, in, V_ASN1_CONTEXT_SPECIFIC, 0);
	if (ret == 0)
		ret = probe_enter(env, in, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE);
	if (ret == 0)
		ret = probe_over(env, in, V_ASN1_INTEGER);
	if (ret == 0)
		ret = probe_over_set(env, in);
	return ret == 0 ? probe_encap(env, in, out) : ret;
}

static int
probe_xml(struct sg_env *env, struct sg_in *in, enum sign_kind *out)
{
	int signatures = 0, detached = 0;
	int ret = sg_xades_probe(env, in, &signatures, &detached);

	if (ret == 0 && signatures != 0)
		*out = detached ? SIGN_KIND_DETACHED : SIGN_KIND_ATTACHED;
	return ret;
}

/* An archive that signs nothing is a document. */
static int
probe_container(struct sg_env *env, struct sg_in *raw, enum sign_kind *out)
{
	struct sg_asic *asic = NULL;
	int ret;

	if (!sg_in_can_read_at(raw)) {
		/* a pipe: it is seen when it is read */
		*out = SIGN_KIND_CONTAINER;
		return 0;
	}
	ret = sg_asic_open(env, raw, &asic);
	if (ret == 0)
		*out = SIGN_KIND_CONTAINER;
	sg_asic_free(asic);
	return ret;
}

static int
probe_input(struct sg_env *env, struct sg_in *raw, enum sign_kind *out)
{
	enum sg_encoding encoding;
	const struct sg_format *format = NULL;
	struct sg_in *in = NULL;
	struct sg_view head;
	int ret;

	ret = sg_encoding_open(env, raw, &in, &encoding, NULL);
	if (ret == 0)
		ret = sg_in_peek(env, in, SG_FORMAT_HEAD, &head);
	if (ret == 0)
		format = sg_format_probe(head);
	if (format == &sg_format_cades)
		ret = probe_signed_data(env, in, out);
	else if (format == &sg_format_xades)
		ret = probe_xml(env, in, out);
	else if (format == &sg_format_tst)
		*out = SIGN_KIND_DETACHED;
	else if (format == &sg_format_asic)
		ret = probe_container(env, raw, out);
	sg_in_free(in);
	return ret;
}

int
sign_probe(struct sign_ctx *ctx, const char *path, enum sign_kind *out)
{
	enum sign_kind kind = SIGN_KIND_OTHER;
	struct sg_env *env = &ctx->env;
	struct sg_in *raw = NULL;
	int ret;

	sg_err_clear(env);
	ret = sg_in_open(env, path, &raw);
	if (ret == 0)
		ret = probe_input(env, raw, &kind);
	sg_in_free(raw);
	if (ret == SIGN_E_IO || ret == SIGN_E_NOMEM)
		return ret;
	sg_err_clear(env); /* what is no signature is something else */
	*out = ret == 0 ? kind : SIGN_KIND_OTHER;
	return 0;
}
