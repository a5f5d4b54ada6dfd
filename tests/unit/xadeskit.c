/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/xadeskit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/io.h"
#include "base/pool.h"
#include "tests/lib/mkkey.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct xadeskit *
xadeskit_open(const char *kind)
{
	struct authority_options options = { .kind = kind,
		.url = "http://127.0.0.1:1" };
	struct authority *lab = authority_new(&options);
	struct xadeskit *kit;

	if (lab == NULL)
		return NULL;
	kit = calloc(1, sizeof(*kit));
	assert_non_null(kit);
	assert_int_equal(sg_env_init(&kit->env), 0);
	kit->lab = lab;
	kit->digest =
	    sg_digest_by_option(strcmp(kind, "gost256") == 0 ? "streebog256"
		    : strcmp(kind, "gost512") == 0           ? "streebog512"
							     : "sha256");
	kit->now = MK_NOW;
	return kit;
}

void
xadeskit_close(struct xadeskit *kit)
{
	if (kit == NULL)
		return;
	authority_free(kit->lab);
	sg_buf_free(&kit->crl);
	sg_buf_free(&kit->ocsp);
	sg_env_clear(&kit->env);
	free(kit);
}

static void
must(struct xadeskit *kit, int code)
{
	if (code != 0)
		fail_msg("%d: %s", code, kit->env.english);
}

/* ---- signing */

static int
put_buf(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(env, payload, ptr, len);
}

static void
make_value(struct xadeskit *kit, const struct sg_scheme *scheme,
    struct sg_view tbs, struct sg_buf *raw)
{
	EVP_PKEY *key = authority_key(kit->lab, "signer");
	const struct sg_digest *digest = sg_scheme_digest(scheme);
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_pss pss = { NULL, NULL, 0 };
	struct sg_buf value = { 0 };
	struct sg_view data = tbs;

	if (!scheme->signs_bytes) {
		must(kit, sg_hash_once(&kit->env, digest, tbs, hash));
		data = sg_view_of(hash, digest->size);
	}
	must(kit, sg_sign_value(&kit->env, scheme, &pss, key, data, &value));
	must(kit,
	    sg_value_to_raw(&kit->env, scheme, sg_buf_view(&value), 32, raw));
	sg_buf_free(&value);
}

void
xadeskit_sign(struct xadeskit *kit, const char *text,
    enum sg_packaging packaging, size_t counter_index, struct sg_buf *out)
{
	struct sg_signed_props props = { .signing_time = MK_NOW };
	struct sg_signer signer = { .cert = authority_cert(kit->lab, "signer"),
		.digest = kit->digest };
	struct sg_xades_want want = { .signer = &signer,
		.props = &props,
		.packaging = packaging,
		.docs = &kit->docs,
		.parallel = !kit->whole,
		.counter_index = counter_index };
	struct sg_sink sink = { put_buf, out };
	struct sg_xades_new *made = NULL;
	struct sg_buf value = { 0 };

	if (text != NULL)
		must(kit,
		    sg_in_memory(&kit->env, "contract.xml", sg_view_str(text),
			&want.in));
	must(kit,
	    sg_scheme_for_key(&kit->env, authority_key(kit->lab, "signer"),
		kit->digest, 0, &signer.scheme));
	must(kit, sg_xades_prepare(&kit->env, &want, &made));
	make_value(kit, signer.scheme, sg_xades_tbs(made), &value);
	must(kit, sg_xades_write(&kit->env, made, sg_buf_view(&value), &sink));
	must(kit, sg_buf_append(&kit->env, out, "", 1));
	out->len--;
	sg_xades_new_free(made);
	sg_buf_free(&value);
	sg_in_free(want.in);
}

/* ---- reading */

struct sg_facts *
xadeskit_read(struct xadeskit *kit, const struct sg_buf *xml)
{
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	must(kit,
	    sg_in_memory(&kit->env, "contract.xml", sg_buf_view(xml), &in));
	must(kit, sg_format_xades.read(&kit->env, in, &kit->docs, &facts));
	sg_in_free(in);
	return facts;
}

/* 1 right, 0 wrong, -1 not known */
static int
imprint_of(const struct sg_stamp_fact *stamp)
{
	size_t i;

	for (i = 0; i < stamp->imprint_count; i++)
		if (sg_view_equal(
			stamp->imprints[i].value, stamp->info.imprint))
			return 1;
	return stamp->imprint_count == 0 ? -1 : 0;
}

const char *
xadeskit_imprints(const struct sg_facts *facts)
{
	static char text[64];
	int right = 0, wrong = 0, unknown = 0;
	size_t i, j;

	for (i = 0; i < facts->sig_count; i++)
		for (j = 0; j < facts->sigs[i].stamp_count; j++)
			switch (imprint_of(&facts->sigs[i].stamps[j])) {
			case 1:
				right++;
				break;
			case 0:
				wrong++;
				break;
			default:
				unknown++;
				break;
			}
	snprintf(text, sizeof(text), "%d %d %d", right, wrong, unknown);
	return text;
}

static void
check_value(struct xadeskit *kit, const struct sg_sig_fact *sig)
{
	const struct sg_scheme *scheme =
	    sg_scheme_by_uri(sig->signature_alg.oid);
	unsigned char hash[SG_MAX_DIGEST];
	const struct sg_digest *digest;
	struct sg_view data;

	assert_non_null(scheme);
	assert_int_equal(sig->tbs_count, 1);
	data = sig->tbs[0].octets;
	digest = sg_scheme_digest(scheme);
	if (!scheme->signs_bytes) {
		must(kit, sg_hash_once(&kit->env, digest, data, hash));
		data = sg_view_of(hash, digest->size);
	}
	assert_int_equal(sg_verify_value(&kit->env, scheme, &sig->pss,
			     authority_key(kit->lab, "signer"), data,
			     sig->value, SG_VALUE_RAW),
	    1);
}

void
xadeskit_sound(struct xadeskit *kit, const struct sg_facts *facts)
{
	const struct sg_sig_fact *sig;
	size_t i, j;

	for (i = 0; i < facts->sig_count; i++) {
		sig = &facts->sigs[i];
		if (sig->fault_count != 0)
			fail_msg("%s: %s %s", sig->id, sig->faults[0].id,
			    sig->faults[0].arg[0]);
		for (j = 0; j < sig->ref_count; j++)
			assert_true(sg_view_equal(
			    sig->refs[j].found, sig->refs[j].computed));
		check_value(kit, sig);
		for (j = 0; j < sig->stamp_count; j++)
			if (imprint_of(&sig->stamps[j]) != 1)
				fail_msg("%s: imprint of %s", sig->id,
				    sig->stamps[j].form);
	}
}

/* ---- raising */

struct raising {
	struct xadeskit *kit;
	size_t sig;
	struct sg_augment *aug;
	struct sg_view certs[4], crls[1], ocsps[1];
	struct sg_values values;
};

static void
make_values(struct raising *up, int again)
{
	struct xadeskit *kit = up->kit;
	struct authority_crl crl = { .issuer = "root", .time = kit->now };
	struct authority_ocsp ocsp = { .time = kit->now };

	if (again)
		kit->crl.len = kit->ocsp.len = 0;
	if (kit->crl.len == 0) {
		authority_crl(kit->lab, &crl, &kit->crl);
		authority_ocsp_status(kit->lab, &ocsp, "signer", &kit->ocsp);
	}
	up->certs[0] = authority_cert(kit->lab, "signer");
	up->certs[1] = authority_cert(kit->lab, "ca");
	up->certs[2] = authority_cert(kit->lab, "root");
	up->certs[3] = authority_cert(kit->lab, "ocsp");
	up->crls[0] = sg_buf_view(&kit->crl);
	up->ocsps[0] = sg_buf_view(&kit->ocsp);
	up->values = (struct sg_values){ .certs = up->certs,
		.crls = up->crls,
		.ocsps = up->ocsps,
		.cert_count = 4,
		.crl_count = 1,
		.ocsp_count = 1 };
}

static int
stamp(struct raising *up, enum sg_stamp_kind kind)
{
	struct xadeskit *kit = up->kit;
	struct authority_tsa how = { .time = kit->now += 60,
		.faults = kit->faults };
	struct sg_buf imprint = { 0 }, token = { 0 };
	int ret = sg_augment_xades.imprint(
	    &kit->env, up->aug, up->sig, kind, kit->digest, &imprint);

	if (ret == 0) {
		authority_stamp(kit->lab, &how, kit->digest->evp,
		    sg_buf_view(&imprint), &token);
		token.len -= kit->cut;
		ret = sg_augment_xades.add_stamp(&kit->env, up->aug, up->sig,
		    kind, sg_buf_view(&token),
		    kind == SG_STAMP_ARCHIVE ? &up->values : NULL);
	}
	sg_buf_free(&imprint);
	sg_buf_free(&token);
	return ret;
}

static int
step(struct raising *up, char letter)
{
	struct xadeskit *kit = up->kit;

	make_values(up, letter == 'R');
	switch (letter) {
	case 'T':
		return stamp(up, SG_STAMP_SIGNATURE);
	case '1':
		return stamp(up, SG_STAMP_SIG_AND_REFS);
	case '2':
		return stamp(up, SG_STAMP_REFS);
	case 'A':
		return stamp(up, SG_STAMP_ARCHIVE);
	case 'C':
		return sg_augment_xades.add_refs(
		    &kit->env, up->aug, up->sig, &up->values, kit->digest);
	case 'L':
	case 'V':
		return sg_augment_xades.add_values(
		    &kit->env, up->aug, up->sig, &up->values, letter == 'L');
	case 'R':
		return sg_augment_xades.renew_values(
		    &kit->env, up->aug, up->sig, &up->values);
	default:
		fail_msg("no step %c", letter);
	}
	return -1;
}

static int
raise_part(struct xadeskit *kit, const struct sg_buf *xml, size_t sig,
    const char *steps, struct sg_buf *result)
{
	struct raising up = { .kit = kit, .sig = sig };
	struct sg_facts *facts = xadeskit_read(kit, xml);
	struct sg_out *out = NULL;
	struct sg_in *in = NULL;
	int ret;

	must(kit,
	    sg_in_memory(&kit->env, "contract.xml", sg_buf_view(xml), &in));
	ret = sg_augment_xades.open(&kit->env, in, &kit->docs, facts, &up.aug);
	for (; ret == 0 && *steps != '\0' && *steps != 'W'; steps++)
		ret = step(&up, *steps);
	if (ret == 0) {
		must(kit, sg_out_memory(&kit->env, result, &out));
		ret = sg_augment_xades.write(&kit->env, up.aug, out, 0);
		if (ret == 0)
			must(kit, sg_out_commit(&kit->env, out));
	}
	sg_out_free(out);
	sg_augment_xades.free(up.aug);
	sg_in_free(in);
	sg_facts_free(facts);
	return ret;
}

void
xadeskit_raise(
    struct xadeskit *kit, struct sg_buf *xml, size_t sig, const char *steps)
{
	struct sg_buf result = { 0 };

	while (steps != NULL) {
		must(kit, raise_part(kit, xml, sig, steps, &result));
		must(kit, sg_buf_append(&kit->env, &result, "", 1));
		result.len--;
		sg_buf_free(xml);
		*xml = result;
		memset(&result, 0, sizeof(result));
		steps = strchr(steps, 'W');
		if (steps != NULL)
			steps++;
	}
}

int
xadeskit_try(struct xadeskit *kit, const struct sg_buf *xml, size_t sig,
    const char *steps)
{
	struct sg_buf result = { 0 };
	int ret = raise_part(kit, xml, sig, steps, &result);

	sg_buf_free(&result);
	return ret;
}

void
xadeskit_replace(
    struct xadeskit *kit, struct sg_buf *xml, const char *from, const char *to)
{
	const char *text = (const char *)xml->ptr;
	const char *at = strstr(text, from);
	struct sg_buf out = { 0 };

	if (at == NULL)
		fail_msg("nothing to replace: %s", from);
	must(kit, sg_buf_append(&kit->env, &out, text, (size_t)(at - text)));
	must(kit, sg_buf_append(&kit->env, &out, to, strlen(to)));
	at += strlen(from);
	must(kit, sg_buf_append(&kit->env, &out, at, strlen(at) + 1));
	out.len--;
	sg_buf_free(xml);
	*xml = out;
}
