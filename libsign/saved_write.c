/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/saved.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/json.h"
#include "libsign/json_read.h"

#include <stdlib.h>
#include <string.h>

/* ---- documents: digests that were computed, octets where they are needed */

static int
is_over_octets(const struct sg_facts *facts, const struct sg_stamp_fact *stamp)
{
	if (strcmp(facts->format, "xades") == 0)
		return strcmp(stamp->kind, "all-data") == 0 ||
		    strcmp(stamp->kind, "individual-data") == 0 ||
		    strcmp(stamp->kind, "archive") == 0;
	/* versions before 3 are over the content itself */
	return strcmp(stamp->kind, "archive") == 0 &&
	    (stamp->form == NULL ||
		strcmp(stamp->form, "archive-time-stamp-v3") != 0);
}

static int
sig_needs_octets(
    const struct sg_facts *facts, const struct sg_sig_fact *sig, int doc)
{
	size_t i;

	for (i = 0; i < sig->stamp_count; i++)
		if (is_over_octets(facts, &sig->stamps[i]))
			return 1;
	for (i = 0; i < sig->ref_count; i++)
		if (sig->refs[i].doc == doc && sig->refs[i].transform_count)
			return 1;
	return 0;
}

static int
needs_octets(const struct sg_facts *facts, size_t doc)
{
	size_t i;

	if (facts->docs[doc].octets.ptr != NULL)
		return 1;
	for (i = 0; i < facts->sig_count; i++)
		if (sig_needs_octets(facts, &facts->sigs[i], (int)doc))
			return 1;
	return 0;
}

/* Only a signature without attributes makes a check of the first octets. */
static int
needs_head(const struct sg_facts *facts)
{
	size_t i;

	for (i = 0; i < facts->sig_count; i++)
		if (facts->sigs[i].tbs_count == 0)
			return 1;
	return 0;
}

static void
put_digests(struct sg_json *row, const struct sg_facts *facts, size_t doc)
{
	const struct sg_doc_fact *from = &facts->docs[doc];
	struct sg_json list = sg_json_object();
	const struct sg_ref_fact *ref;
	size_t i, j;

	for (i = 0; i < from->digest_count; i++)
		sg_json_octets(&list, from->digests[i].digest->option,
		    from->digests[i].value);
	for (i = 0; i < facts->sig_count; i++)
		for (j = 0; j < facts->sigs[i].ref_count; j++) {
			ref = &facts->sigs[i].refs[j];
			if (ref->doc == (int)doc && ref->digest != NULL &&
			    ref->computed.len != 0 && ref->transform_count == 0)
				sg_json_octets(
				    &list, ref->digest->option, ref->computed);
		}
	sg_json_put(row, "digests", sg_json_done(&list));
}

/* Too large or read only once: its digests alone must do. */
static int
put_octets(struct sg_env *env, struct sg_json *row, struct sg_in *in)
{
	struct sg_buf octets = { 0 };
	int ret;

	if (!sg_in_can_rewind(in))
		return 0;
	ret = sg_in_rewind(env, in);
	if (ret == 0)
		ret = sg_read_all(env, in, SG_MAX_FACTS, &octets);
	if (ret == 0)
		sg_json_octets(row, "octets", sg_buf_view(&octets));
	sg_buf_free(&octets);
	if (ret != SIGN_E_LIMIT)
		return ret;
	sg_err_clear(env);
	return 0;
}

/* One of the given documents; in no reference: only its name. */
static int
put_doc(struct sg_env *env, struct sg_json *list,
    const struct sg_opened *opened, size_t source)
{
	const struct sg_source *from = &opened->docs.list[source];
	static const struct sg_facts none;
	const struct sg_facts *facts =
	    opened->facts != NULL ? opened->facts : &none;
	struct sg_json row = sg_json_object();
	size_t i;
	int ret = 0;

	sg_json_text(&row, "name", from->name);
	sg_json_bool(&row, "beside", from->beside);
	for (i = 0; i < facts->doc_count; i++)
		if (facts->docs[i].source == (int)source &&
		    !facts->docs[i].missing && facts->docs[i].name != NULL &&
		    strcmp(facts->docs[i].name, from->name) == 0)
			break;
	if (i < facts->doc_count) {
		sg_json_int(&row, "size", (int64_t)facts->docs[i].size);
		if (needs_head(facts))
			sg_json_octets(&row, "head", facts->docs[i].head);
		put_digests(&row, facts, i);
		if (needs_octets(facts, i))
			ret = put_octets(env, &row, from->in);
	}
	sg_json_push(list, sg_json_done(&row));
	return ret;
}

/* ---- evidence: what the signature carries is in its octets */

static int
is_in(struct sg_view der, const struct sg_view *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (sg_view_equal(der, list[i]))
			return 1;
	return 0;
}

static void
put_evidence(struct sg_json *top, const struct sg_facts *carried,
    const struct sg_gathered *from)
{
	static const struct sg_facts none;
	const struct sg_facts *facts = carried != NULL ? carried : &none;
	struct sg_view der;
	size_t i;

	sg_json_list(top, "anchors");
	for (i = 0; i < from->anchors.count; i++)
		sg_json_push_octets(top, sg_cert_der(from->anchors.list[i]));
	sg_json_list(top, "certificates");
	for (i = 0; i < from->certs.count; i++) {
		der = sg_cert_der(from->certs.list[i]);
		if (!is_in(der, facts->certs, facts->cert_count))
			sg_json_push_octets(top, der);
	}
	sg_json_list(top, "crls");
	for (i = 0; i < from->crls.count; i++) {
		der = sg_crl_der(from->crls.list[i]);
		if (!is_in(der, facts->crls, facts->crl_count))
			sg_json_push_octets(top, der);
	}
	sg_json_list(top, "ocsps");
	for (i = 0; i < from->ocsps.count; i++) {
		der = sg_ocsp_der(from->ocsps.list[i]);
		if (!is_in(der, facts->ocsps, facts->ocsp_count))
			sg_json_push_octets(top, der);
	}
}

/* ---- the rest */

static int
put_policy(
    struct sg_env *env, struct sg_json *top, const struct sg_policy *policy)
{
	struct json_t *object = NULL;
	int ret;

	if (policy->source.len == 0) {
		sg_json_text(top, "policy", policy->name);
		return 0;
	}
	ret = sg_json_parse(env, policy->source, policy->name, &object);
	if (ret == 0)
		sg_json_put(top, "policy", object);
	return ret;
}

static void
put_notes(struct sg_json *top, const struct sg_gathered *from)
{
	size_t i;

	sg_json_list(top, "notes");
	for (i = 0; i < from->note_count; i++)
		sg_json_push_text(
		    top, sg_msg_text(NULL, from->pool, &from->notes[i], 0));
}

static int
put_signature(
    struct sg_env *env, struct sg_json *top, struct sg_in *raw, int container)
{
	struct sg_buf octets = { 0 };
	int ret = sg_in_rewind(env, raw);

	if (ret == 0)
		ret = sg_read_all(env, raw, SG_MAX_FACTS, &octets);
	if (ret == SIGN_E_LIMIT && !container)
		sg_err_hint(env,
		    N_("take the document out of the signature first: podpis "
		       "convert --detached"));
	if (ret == 0)
		sg_json_octets(top, "signature", sg_buf_view(&octets));
	sg_buf_free(&octets);
	return ret;
}

/* By what rules and as of when. */
static int
put_head(struct sg_env *env, struct sg_json *top, const char *name,
    const struct sg_to_save *from)
{
	sg_json_text(top, "schema", "podpis-facts/1");
	sg_json_text(top, "name", name);
	sg_json_time(top, "time", from->time);
	sg_json_text(top, "level", from->level);
	sg_json_bool(top, "offline", from->offline);
	return put_policy(env, top, from->policy);
}

static int
put_docs(struct sg_env *env, struct sg_json *to, const struct sg_opened *opened)
{
	size_t i;
	int ret = 0;

	sg_json_list(to, "documents");
	for (i = 0; i < opened->docs.count && ret == 0; i++)
		ret = put_doc(env, to, opened, i);
	return ret;
}

struct filling {
	struct sg_env *env;
	struct sg_buf *out;
};

static int
fill(const char *text, size_t len, void *payload)
{
	struct filling *filling = payload;

	return sg_buf_append(filling->env, filling->out, text, len);
}

int
sg_saved_write(
    struct sg_env *env, const struct sg_to_save *from, struct sg_buf *out)
{
	struct sg_opened *opened = from->opened;
	struct filling filling = { env, out };
	struct sg_json top = sg_json_object();
	int ret = put_head(env, &top, opened->path, from);

	if (ret == 0)
		ret = put_signature(env, &top, opened->raw,
		    sg_facts_is_container(opened->facts));
	if (ret == 0)
		ret = put_docs(env, &top, opened);
	put_evidence(&top, opened->facts, from->gathered);
	put_notes(&top, from->gathered);
	if (ret < 0) {
		sg_json_free(&top);
		return ret;
	}
	return sg_json_write(env, &top, fill, &filling);
}

/* ---- contracts that are not one signature file */

int
sg_saving_start(
    struct sign_ctx *ctx, const struct sign_trust *trust, struct sg_saving *s)
{
	memset(s, 0, sizeof(*s));
	s->ctx = ctx;
	s->time = SG_NO_TIME;
	return sg_gather(ctx, NULL, trust, &s->gathered);
}

void
sg_saving_clear(struct sg_saving *s)
{
	if (s->package.object != NULL)
		sg_json_free(&s->package);
	sg_buf_free(&s->octets);
	sg_gathered_clear(&s->gathered);
}

int
sg_saving_container(struct sg_saving *s, struct sg_in *in)
{
	return sg_read_all(&s->ctx->env, in, SG_MAX_FACTS, &s->octets);
}

void
sg_saving_package(struct sg_saving *s, struct sg_view list)
{
	s->package = sg_json_object();
	sg_json_octets(&s->package, "list", list);
	sg_json_list(&s->package, "files");
}

void
sg_saving_file(struct sg_saving *s, const char *name, uint64_t size)
{
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "name", name);
	sg_json_int(&row, "size", (int64_t)size);
	sg_json_push(&s->package, sg_json_done(&row));
}

/* What every signature file is judged by; what it carries is in its octets. */
static int
take_evidence(struct sg_saving *s, const struct sg_facts *carried,
    const struct sg_gathered *from)
{
	static const struct sg_facts none;
	const struct sg_facts *facts = carried != NULL ? carried : &none;
	struct sg_env *env = &s->ctx->env;
	size_t i;
	int ret = 0;

	for (i = 0; i < from->certs.count && ret >= 0; i++)
		if (!is_in(sg_cert_der(from->certs.list[i]), facts->certs,
			facts->cert_count))
			ret = sg_gathered_take_cert(
			    env, &s->gathered, from->certs.list[i]);
	for (i = 0; i < from->crls.count && ret >= 0; i++)
		if (!is_in(sg_crl_der(from->crls.list[i]), facts->crls,
			facts->crl_count))
			ret = sg_gathered_take_crl(
			    env, &s->gathered, from->crls.list[i]);
	for (i = 0; i < from->ocsps.count && ret >= 0; i++)
		if (!is_in(sg_ocsp_der(from->ocsps.list[i]), facts->ocsps,
			facts->ocsp_count))
			ret = sg_gathered_take_ocsp(
			    env, &s->gathered, from->ocsps.list[i]);
	return ret < 0 ? ret : 0;
}

int
sg_saving_part(struct sg_saving *s, const struct sg_to_save *from)
{
	struct sg_env *env = &s->ctx->env;
	struct sg_opened *opened = from->opened;
	struct sg_json row = sg_json_object();
	int ret;

	if (from->time > s->time)
		s->time = from->time;
	if (s->part_count++ == 0)
		sg_json_list(&s->package, "signatures");
	sg_json_text(&row, "name", opened->path);
	ret = put_signature(env, &row, opened->raw, 0);
	if (ret == 0)
		ret = put_docs(env, &row, opened);
	put_notes(&row, from->gathered);
	if (ret == 0)
		ret = take_evidence(s, opened->facts, from->gathered);
	sg_json_push(&s->package, sg_json_done(&row));
	return ret;
}

int
sg_saving_write(struct sg_saving *s, const char *name,
    const struct sg_to_save *from, struct sg_buf *out)
{
	struct sg_env *env = &s->ctx->env;
	struct filling filling = { env, out };
	struct sg_json top = sg_json_object();
	struct sg_to_save head = *from;
	int ret;

	if (s->time != SG_NO_TIME)
		head.time = s->time;
	ret = put_head(env, &top, name, &head);
	if (s->package.object != NULL) {
		sg_json_put(&top, "package", sg_json_done(&s->package));
		s->package.object = NULL;
	} else {
		sg_json_octets(&top, "signature", sg_buf_view(&s->octets));
	}
	put_evidence(&top, NULL, &s->gathered);
	if (ret < 0) {
		sg_json_free(&top);
		return ret;
	}
	return sg_json_write(env, &top, fill, &filling);
}
