/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "stampkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct cadeskit stampkit;

int
stampkit_setup(void **state)
{
	(void)state;
	return cadeskit_open(&stampkit, "p256") ? 0 : -1;
}

int
stampkit_teardown(void **state)
{
	(void)state;
	cadeskit_close(&stampkit);
	return 0;
}

void
raise_file(struct sg_buf *file, const char *steps)
{
	if (cadeskit_raise(&stampkit, file, 0, steps, NULL) < 0)
		fail_msg("%s", stampkit.env.message);
}

/* ---- what a file consists of */

void
parts_open(struct parts *parts, const struct sg_buf *file)
{
	parts->pool = sg_pool_new();
	assert_int_equal(
	    sg_in_memory(&stampkit.env, "file", sg_buf_view(file), &parts->in),
	    0);
	assert_int_equal(sg_cms_open(&stampkit.env, parts->pool, parts->in,
			     NULL, &parts->cms),
	    0);
	assert_int_equal(sg_cms_signer_read(&stampkit.env, parts->pool,
			     parts->cms->signers[0], &parts->signer),
	    0);
}

void
parts_close(struct parts *parts)
{
	sg_in_free(parts->in);
	sg_pool_free(parts->pool);
}

void
add(struct sg_buf *to, struct sg_view octets)
{
	assert_int_equal(sg_buf_append_view(&stampkit.env, to, octets), 0);
}

void
add_signer(struct sg_buf *to, const struct sg_cms_signer *signer)
{
	add(to, signer->version_tlv);
	add(to, signer->sid);
	add(to, signer->digest_alg);
	add(to, signer->signed_attrs);
	add(to, signer->signature_alg);
	add(to, signer->signature);
}

/* ---- what is covered, in words */

static const char *
name_of(const struct sg_facts *facts, struct sg_view octets)
{
	static const char *const ids[] = { "signer", "ca", "root", "tsa",
		"ocsp-signer", NULL };
	static char text[32];
	const struct sg_sig_fact *sig = &facts->sigs[0];
	size_t i;

	for (i = 0; ids[i] != NULL; i++)
		if (sg_view_equal(octets,
			authority_cert(stampkit.lab,
			    strcmp(ids[i], "ocsp-signer") == 0 ? "ocsp"
							       : ids[i])))
			return ids[i];
	for (i = 0; i < sig->stamp_count; i++)
		if (sg_view_equal(octets, sig->stamps[i].token)) {
			snprintf(text, sizeof(text), "T%zu", i + 1);
			return text;
		}
	for (i = 0; i < facts->crl_count; i++)
		if (sg_view_equal(octets, facts->crls[i])) {
			snprintf(text, sizeof(text), "crl%zu", i + 1);
			return text;
		}
	for (i = 0; i < facts->ocsp_count; i++)
		if (sg_view_equal(octets, facts->ocsps[i])) {
			snprintf(text, sizeof(text), "ocsp%zu", i + 1);
			return text;
		}
	return "?";
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

#define NAME_MAX_LEN 64
#define NAMES_MAX 64

/* Sorted, each once; "*" is behind a digest. */
static struct sg_buf
describe(const struct sg_facts *facts, const struct sg_stamp_fact *stamp)
{
	char names[NAMES_MAX][NAME_MAX_LEN];
	struct sg_buf out = { NULL, 0, 0 };
	const struct sg_cover_fact *cover;
	size_t i;

	assert_true(stamp->cover_count <= NAMES_MAX);
	for (i = 0; i < stamp->cover_count; i++) {
		cover = &stamp->covers[i];
		snprintf(names[i], NAME_MAX_LEN, "%s%s",
		    cover->is_signature ? facts->sigs[cover->sig].id
					: name_of(facts, cover->octets),
		    cover->via != NULL ? "*" : "");
	}
	qsort(names, stamp->cover_count, NAME_MAX_LEN, compare);
	for (i = 0; i < stamp->cover_count; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			assert_int_equal(
			    sg_buf_printf(&stampkit.env, &out, "%s%s",
				i != 0 ? " " : "", names[i]),
			    0);
	add(&out, sg_view_of("", 1));
	return out;
}

void
assert_covers(const struct sg_facts *facts, size_t stamp, const char *want)
{
	struct sg_buf text = describe(facts, &facts->sigs[0].stamps[stamp]);

	assert_string_equal((const char *)text.ptr, want);
	sg_buf_free(&text);
}
