/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "factkit.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "formats/xmldsig.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct print {
	struct sg_env *env;
	struct sg_buf *out;
};

static void __attribute__((format(printf, 2, 3)))
say(const struct print *p, const char *format, ...)
{
	char line[4096];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	assert_int_equal(sg_buf_append(p->env, p->out, line, strlen(line)), 0);
}

static void
say_text(const struct print *p, const char *name, const char *text)
{
	say(p, " %s=%s", name, text != NULL ? text : "(none)");
}

static void
say_octets(const struct print *p, const char *name, struct sg_view octets)
{
	size_t i;

	say(p, " %s=", name);
	for (i = 0; i < octets.len; i++)
		say(p, "%02x", octets.ptr[i]);
}

static void
say_messages(const struct print *p, const char *name, const struct sg_msg *list,
    size_t count)
{
	size_t i;
	int j;

	for (i = 0; i < count; i++) {
		say(p, "\n  %s %s", name, list[i].id);
		for (j = 0; j < 3; j++)
			say_text(p, "arg", list[i].arg[j]);
	}
}

static void
say_attrs(const struct print *p, const char *name,
    const struct sg_attr_fact *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		say_text(p, name, list[i].oid);
}

static void
say_reference(const struct print *p, const struct sg_ref_fact *ref)
{
	size_t i;

	say(p, "\n  reference doc=%d counts=%d internal=%d", ref->doc,
	    ref->counts, ref->internal);
	say_text(p, "element", ref->element);
	say_text(p, "coverage", ref->coverage);
	say_text(p, "digest", ref->digest_oid);
	say_octets(p, "found", ref->found);
	say_octets(p, "computed", ref->computed);
	for (i = 0; i < ref->transform_count; i++)
		say_text(p, "transform", ref->transforms[i]);
	for (i = 0; i < ref->part_count; i++)
		say(p, " part=%zu", ref->parts[i]);
}

static void
say_stamp(const struct print *p, const struct sg_stamp_fact *stamp)
{
	size_t i;

	say_text(p, "\n  stamp", stamp->kind);
	say_text(p, "form", stamp->form);
	say_text(p, "fault", stamp->fault.id);
	say_text(p, "unknown", stamp->unknown.id);
	say_octets(p, "token", stamp->token);
	for (i = 0; i < stamp->imprint_count; i++)
		say_octets(p, "imprint", stamp->imprints[i].value);
	say(p, " covers=%zu", stamp->cover_count);
	for (i = 0; i < stamp->cover_count; i++)
		say_octets(p, "cover", stamp->covers[i].octets);
}

static void
say_said(const struct print *p, const struct sg_sig_fact *sig)
{
	size_t i;

	say(p, "\n  said time=%lld refs=%zu v2=%d attrs=%d policy=%d,%d",
	    (long long)sig->signing_time, sig->cert_ref_count, sig->cert_ref_v2,
	    sig->cert_ref_attrs, sig->policy.present, sig->policy.implied);
	say_text(p, "type", sig->content_type);
	say_text(p, "mime", sig->mime_type);
	say_text(p, "hint", sig->content_hint);
	say_text(p, "commitment", sig->commitment);
	say_text(p, "location", sig->location);
	for (i = 0; i < sig->role_count; i++)
		say_text(p, "role", sig->roles[i]);
	for (i = 0; i < sig->cert_ref_count; i++)
		say_octets(p, "cert", sig->cert_refs[i].hash);
	for (i = 0; i < sig->stamp_count; i++)
		say_stamp(p, &sig->stamps[i]);
	say_attrs(p, "signed", sig->signed_attrs, sig->signed_attr_count);
	say_attrs(p, "unsigned", sig->unsigned_attrs, sig->unsigned_attr_count);
}

static void
say_signature(const struct print *p, const struct sg_sig_fact *sig)
{
	size_t i;

	say(p, "\nsignature %s parent=%d format=%s level=%s packaging=%d",
	    sig->id, sig->parent, sig->format, sig->level, sig->packaging);
	say_text(p, "algorithm", sig->signature_alg.oid);
	say_octets(p, "value", sig->value);
	say(p, " salt=%d form=%d", sig->pss.salt, sig->value_form);
	say_octets(p, "key_serial", sig->key_serial);
	say_octets(p, "ski", sig->ski);
	say_octets(p, "spki", sig->key_spki);
	for (i = 0; i < sig->tbs_count; i++)
		say_octets(p, "tbs", sig->tbs[i].octets);
	for (i = 0; i < sig->key_cert_count; i++)
		say_octets(p, "certificate", sig->key_certs[i]);
	for (i = 0; i < sig->ref_count; i++)
		say_reference(p, &sig->refs[i]);
	say_said(p, sig);
	say_messages(p, "fault", sig->faults, sig->fault_count);
	say_messages(p, "warning", sig->warnings, sig->warning_count);
}

void
factkit_print(
    struct sg_env *env, const struct sg_facts *facts, struct sg_buf *out)
{
	struct print p = { env, out };
	size_t i;

	say(&p, "%s %s", facts->format, facts->encoding);
	for (i = 0; i < facts->doc_count; i++) {
		say(&p, "\ndocument source=%d missing=%d",
		    facts->docs[i].source, facts->docs[i].missing);
		say_text(&p, "name", facts->docs[i].name);
		say_text(&p, "uri", facts->docs[i].uri);
	}
	for (i = 0; i < facts->part_count; i++)
		say(&p, "\npart %s document=%d", facts->parts[i].name,
		    facts->parts[i].is_document);
	for (i = 0; i < facts->sig_count; i++)
		say_signature(&p, &facts->sigs[i]);
	for (i = 0; i < facts->cert_count; i++)
		say_octets(&p, "\ncertificate", facts->certs[i]);
	for (i = 0; i < facts->crl_count; i++)
		say_octets(&p, "\ncrl", facts->crls[i]);
	for (i = 0; i < facts->ocsp_count; i++)
		say_octets(&p, "\nocsp", facts->ocsps[i]);
	say_messages(&p, "file", facts->warnings, facts->warning_count);
}

/* Facts, or the error; and whether a tree was needed. */
static int
read_one(struct sg_env *env, const char *name, struct sg_view octets,
    int in_passes, struct sg_buf *out)
{
	struct sg_sources none = { NULL, 0 };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;
	int ret;

	assert_int_equal(sg_in_memory(env, name, octets, &in), 0);
	sg_err_clear(env);
	ret = in_passes ? sg_xades_read_stream(env, in, &none, &facts)
			: sg_xades_read_tree(env, in, &none, &facts);
	if (ret < 0)
		assert_int_equal(
		    sg_buf_printf(env, out, "%d %s", ret, env->english), 0);
	else if (facts != NULL)
		factkit_print(env, facts, out);
	sg_err_clear(env);
	sg_facts_free(facts);
	sg_in_free(in);
	return in_passes ? ret : 1;
}

/* From where they differ, a little before. */
static void
differ(const char *name, struct sg_view octets, const struct sg_buf *tree,
    const struct sg_buf *passes)
{
	size_t at = 0;

	while (at < tree->len && at < passes->len &&
	    tree->ptr[at] == passes->ptr[at])
		at++;
	at -= at < 60 ? at : 60;
	fail_msg("%s:\nas a tree: ...%.300s\nin passes: ...%.300s\n%.*s", name,
	    tree->len != 0 ? (char *)tree->ptr + at : "",
	    passes->len != 0 ? (char *)passes->ptr + at : "",
	    octets.len < 2000 ? (int)octets.len : 0, (const char *)octets.ptr);
}

int
factkit_same(struct sg_env *env, const char *name, struct sg_view octets)
{
	struct sg_buf tree = { 0 }, passes = { 0 };
	int ret;

	ret = read_one(env, name, octets, 1, &passes);
	if (ret != 0) {
		read_one(env, name, octets, 0, &tree);
		if (!sg_view_equal(sg_buf_view(&tree), sg_buf_view(&passes))) {
			sg_buf_append(env, &tree, "", 1);
			sg_buf_append(env, &passes, "", 1);
			differ(name, octets, &tree, &passes);
		}
	}
	sg_buf_free(&tree);
	sg_buf_free(&passes);
	return ret != 0;
}
