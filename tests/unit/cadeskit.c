/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cadeskit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/oid.h"
#include "base/put.h"
#include "formats/format.h"
#include "tests/lib/mkkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

const char cadeskit_text[] = "lease of a flat\n";

static const struct {
	const char *kind, *md, *option;
} kinds[] = {
	{ "p256", "SHA256", "sha256" },
	{ "rsa", "SHA512", "sha512" },
	{ "gost256", "md_gost12_256", "streebog256" },
	{ "gost512", "md_gost12_512", "streebog512" },
};

static void
forget_values(struct cadeskit *kit)
{
	size_t i;

	for (i = 0; i < sizeof(kit->held.room) / sizeof(kit->held.room[0]); i++)
		sg_buf_free(&kit->held.room[i]);
	memset(&kit->held, 0, sizeof(kit->held));
}

int
cadeskit_open(struct cadeskit *kit, const char *kind)
{
	struct authority_options options = { .kind = kind };
	size_t i;

	memset(kit, 0, sizeof(*kit));
	assert_int_equal(sg_env_init(&kit->env), 0);
	kit->lab = authority_new(&options);
	if (kit->lab == NULL) {
		sg_env_clear(&kit->env);
		return 0;
	}
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, kind) == 0) {
			kit->md = kinds[i].md;
			kit->digest = sg_digest_by_option(kinds[i].option);
		}
	assert_non_null(kit->digest);
	kit->time = MK_NOW;
	cadeskit_refresh(kit);
	return 1;
}

void
cadeskit_close(struct cadeskit *kit)
{
	forget_values(kit);
	authority_free(kit->lab);
	sg_env_clear(&kit->env);
}

/* ---- signatures */

static void
sign_attrs(struct cadeskit *kit, const struct sg_signer *signer,
    struct sg_cms_attrs *want, struct sg_view content, struct sg_buf *out)
{
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_buf attrs = { NULL, 0, 0 }, value = { NULL, 0, 0 };

	assert_int_equal(
	    sg_hash_once(&kit->env, kit->digest, content, hash), 0);
	want->signer = signer;
	want->message_digest = sg_view_of(hash, kit->digest->size);
	assert_int_equal(sg_cms_make_attrs(&kit->env, want, &attrs), 0);
	assert_int_equal(
	    sg_hash_once(&kit->env, kit->digest, sg_buf_view(&attrs), hash), 0);
	assert_int_equal(sg_sign_value(&kit->env, signer->scheme, &signer->pss,
			     authority_key(kit->lab, "signer"),
			     sg_view_of(hash, kit->digest->size), &value),
	    0);
	assert_int_equal(sg_cms_make_signer(&kit->env, signer,
			     sg_buf_view(&attrs), sg_buf_view(&value), out),
	    0);
	sg_buf_free(&attrs);
	sg_buf_free(&value);
}

static void
make_signer(struct cadeskit *kit, int counter, struct sg_view content,
    struct sg_buf *out)
{
	struct sg_signed_props props = { .signing_time = MK_NOW };
	struct sg_cms_attrs want = { .props = &props, .counter = counter };
	struct sg_signer signer = { .cert = authority_cert(kit->lab, "signer"),
		.digest = kit->digest };

	assert_int_equal(
	    sg_scheme_for_key(&kit->env, authority_key(kit->lab, "signer"),
		kit->digest, 0, &signer.scheme),
	    0);
	sign_attrs(kit, &signer, &want, content, out);
}

static void
write_cms(
    struct cadeskit *kit, const struct sg_cms_parts *parts, struct sg_buf *out)
{
	struct sg_out *to = NULL;

	out->len = 0;
	assert_int_equal(sg_out_memory(&kit->env, out, &to), 0);
	assert_int_equal(sg_cms_write(&kit->env, parts, to, 0), 0);
	assert_int_equal(sg_out_commit(&kit->env, to), 0);
	sg_out_free(to);
}

void
cadeskit_sign(struct cadeskit *kit, struct sg_buf *out)
{
	struct sg_view cert = authority_cert(kit->lab, "signer");
	struct sg_put alg = SG_PUT_INIT(&kit->env);
	struct sg_buf signer = { NULL, 0, 0 };
	struct sg_view signers, algs;
	struct sg_in *in = NULL;
	struct sg_cms_parts parts = { .digest_algs = &algs,
		.digest_alg_count = 1,
		.content =
		    kit->detached ? SG_CONTENT_NONE : SG_CONTENT_DOCUMENT,
		.certs = &cert,
		.cert_count = 1,
		.signers = &signers,
		.signer_count = 1 };

	make_signer(kit, 0, sg_view_str(cadeskit_text), &signer);
	sg_put_digest_alg(&alg, kit->digest);
	algs = sg_buf_view(&alg.buf);
	signers = sg_buf_view(&signer);
	assert_int_equal(
	    sg_in_memory(&kit->env, "lease", sg_view_str(cadeskit_text), &in),
	    0);
	parts.document = in;
	write_cms(kit, &parts, out);
	sg_in_free(in);
	sg_buf_free(&signer);
	sg_put_free(&alg);
}

/* The file again with its first signer changed. */
static void
change_signer(struct cadeskit *kit, struct sg_buf *file,
    int (*change)(struct sg_env *, struct sg_view, void *, struct sg_buf *),
    void *payload)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_buf signer = { NULL, 0, 0 }, out = { NULL, 0, 0 };
	struct sg_cms *cms = NULL;
	struct sg_in *in = NULL;
	struct sg_cms_parts parts = { .content = SG_CONTENT_COPY,
		.keep_order = 1 };

	assert_int_equal(
	    sg_in_memory(&kit->env, "lease", sg_buf_view(file), &in), 0);
	assert_int_equal(sg_cms_open(&kit->env, pool, in, NULL, &cms), 0);
	assert_int_equal(
	    change(&kit->env, cms->signers[0], payload, &signer), 0);
	cms->signers[0] = sg_buf_view(&signer);
	parts.source = in;
	parts.copied = cms;
	parts.digest_algs = cms->digest_algs;
	parts.digest_alg_count = cms->digest_alg_count;
	parts.certs_all = cms->certs_all;
	parts.crls_all = cms->crls_all;
	parts.signers = cms->signers;
	parts.signer_count = cms->signer_count;
	write_cms(kit, &parts, &out);
	sg_buf_free(file);
	*file = out;
	sg_buf_free(&signer);
	sg_in_free(in);
	sg_pool_free(pool);
}

struct attr {
	const char *oid;
	struct sg_view value;
};

static int
with_attr(struct sg_env *env, struct sg_view signer, void *payload,
    struct sg_buf *out)
{
	struct attr *attr = payload;

	return sg_cms_add_unsigned(env, signer, attr->oid, attr->value, out);
}

void
cadeskit_add_attr(struct cadeskit *kit, struct sg_buf *file, const char *oid,
    struct sg_view value)
{
	struct attr attr = { oid, value };

	change_signer(kit, file, with_attr, &attr);
}

void
cadeskit_counter(struct cadeskit *kit, struct sg_buf *file)
{
	struct sg_facts *facts = cadeskit_read(kit, sg_buf_view(file));
	struct sg_buf counter = { NULL, 0, 0 };

	make_signer(kit, 1, facts->sigs[0].value, &counter);
	cadeskit_add_attr(
	    kit, file, SG_OID_COUNTERSIGNATURE, sg_buf_view(&counter));
	sg_buf_free(&counter);
	sg_facts_free(facts);
}

struct sg_facts *
cadeskit_read(struct cadeskit *kit, struct sg_view file)
{
	struct sg_source source = { .name = "lease" };
	struct sg_sources docs = { &source, (size_t)kit->detached };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	assert_int_equal(sg_in_memory(&kit->env, "lease",
			     sg_view_str(cadeskit_text), &source.in),
	    0);
	assert_int_equal(sg_in_memory(&kit->env, "sig", file, &in), 0);
	if (sg_format_cades.read(&kit->env, in, &docs, &facts) < 0)
		fail_msg("%s", kit->env.message);
	sg_in_free(in);
	sg_in_free(source.in);
	return facts;
}

/* ---- time-stamps */

void
cadeskit_stamp(struct cadeskit *kit, struct sg_view imprint, struct sg_buf *out)
{
	authority_stamp(kit->lab, &(struct authority_tsa){ .time = kit->time },
	    kit->md, imprint, out);
	kit->time += 10;
}

void
cadeskit_token(struct cadeskit *kit, struct sg_view octets, struct sg_buf *out)
{
	unsigned char hash[SG_MAX_DIGEST];

	assert_int_equal(sg_hash_once(&kit->env, kit->digest, octets, hash), 0);
	cadeskit_stamp(kit, sg_view_of(hash, kit->digest->size), out);
}

int
cadeskit_reading(const struct sg_stamp_fact *stamp)
{
	size_t i;

	if (stamp->imprint_count == 0)
		return -2;
	for (i = 0; i < stamp->imprint_count; i++)
		if (sg_view_equal(
			stamp->imprints[i].value, stamp->info.imprint))
			return (int)i;
	return -1;
}

/* ---- validation data */

void
cadeskit_refresh(struct cadeskit *kit)
{
	static const char *const ids[] = { "signer", "ca", "root", "tsa",
		"ocsp" };
	struct cadeskit_values *held = &kit->held;
	size_t i;

	forget_values(kit);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		held->certs[i] = authority_cert(kit->lab, ids[i]);
	authority_crl(kit->lab, &(struct authority_crl){ .time = kit->time },
	    &held->room[0]);
	authority_crl(kit->lab,
	    &(struct authority_crl){ .issuer = "root", .time = kit->time },
	    &held->room[1]);
	authority_ocsp_status(kit->lab,
	    &(struct authority_ocsp){ .time = kit->time }, "signer",
	    &held->room[2]);
	for (i = 0; i < 2; i++)
		held->crls[i] = sg_buf_view(&held->room[i]);
	held->ocsps[0] = sg_buf_view(&held->room[2]);
	held->values =
	    (struct sg_values){ held->certs, held->crls, held->ocsps, 5, 2, 1 };
}

/* ---- steps */

struct raising {
	struct cadeskit *kit;
	struct sg_augment *aug;
	size_t sig;
};

static int
add_stamp(struct raising *r, enum sg_stamp_kind kind)
{
	const struct sg_augment_ops *ops = &sg_augment_cades;
	struct sg_env *env = &r->kit->env;
	struct sg_buf imprint = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	int rc =
	    ops->imprint(env, r->aug, r->sig, kind, r->kit->digest, &imprint);

	if (rc == 0) {
		cadeskit_stamp(r->kit, sg_buf_view(&imprint), &token);
		rc = ops->add_stamp(
		    env, r->aug, r->sig, kind, sg_buf_view(&token), NULL);
	}
	sg_buf_free(&imprint);
	sg_buf_free(&token);
	return rc;
}

static int
take(struct raising *r, char step)
{
	const struct sg_augment_ops *ops = &sg_augment_cades;
	struct sg_env *env = &r->kit->env;
	const struct sg_values *values = &r->kit->held.values;

	if (step == 'N' || step == 'F')
		cadeskit_refresh(r->kit);
	switch (step) {
	case 'F':
		return 0;
	case 'T':
		return add_stamp(r, SG_STAMP_SIGNATURE);
	case '1':
		return add_stamp(r, SG_STAMP_SIG_AND_REFS);
	case '2':
		return add_stamp(r, SG_STAMP_REFS);
	case 'A':
		return add_stamp(r, SG_STAMP_ARCHIVE);
	case 'R':
		return ops->add_refs(
		    env, r->aug, r->sig, values, r->kit->digest);
	case 'V':
		return ops->add_values(env, r->aug, r->sig, values, 0);
	case 'L':
		return ops->add_values(env, r->aug, r->sig, values, 1);
	case 'N':
		return ops->renew_values(env, r->aug, r->sig, values);
	default:
		fail_msg("no such step: %c", step);
	}
	return SIGN_E_INTERNAL;
}

static int
take_all(struct raising *r, const char *steps, char *failed)
{
	int rc = 0;

	for (; rc == 0 && *steps != '\0'; steps++) {
		rc = take(r, *steps);
		if (rc < 0 && failed != NULL)
			*failed = *steps;
	}
	return rc;
}

int
cadeskit_raise(struct cadeskit *kit, struct sg_buf *file, size_t sig,
    const char *steps, char *failed)
{
	const struct sg_augment_ops *ops = &sg_augment_cades;
	struct sg_facts *facts = cadeskit_read(kit, sg_buf_view(file));
	struct sg_source source = { .name = "lease" };
	struct sg_sources docs = { &source, (size_t)kit->detached };
	struct sg_buf result = { NULL, 0, 0 };
	struct raising r = { .kit = kit, .sig = sig };
	struct sg_in *in = NULL;
	struct sg_out *out = NULL;
	int rc;

	assert_int_equal(sg_in_memory(&kit->env, "lease",
			     sg_view_str(cadeskit_text), &source.in),
	    0);
	assert_int_equal(
	    sg_in_memory(&kit->env, "sig", sg_buf_view(file), &in), 0);
	assert_int_equal(ops->open(&kit->env, in, &docs, facts, &r.aug), 0);
	rc = take_all(&r, steps, failed);
	if (rc == 0) {
		assert_int_equal(sg_out_memory(&kit->env, &result, &out), 0);
		assert_int_equal(ops->write(&kit->env, r.aug, out, 0), 0);
		assert_int_equal(sg_out_commit(&kit->env, out), 0);
		sg_buf_free(file);
		*file = result;
	}
	ops->free(r.aug);
	sg_out_free(out);
	sg_in_free(in);
	sg_in_free(source.in);
	sg_facts_free(facts);
	return rc;
}
