/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/timestamp.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "libsign/ctx.h"
#include "libsign/job_asic.h"
#include "libsign/signed.h"

#include <string.h>

/*
 * Documents with a time-stamp and no signature in one file: over the only
 * document (EN 319 162-1, 4.3.3.2), or over a manifest of them (4.4.3.2).
 */
struct stamping {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const struct sg_timestamp_want *want;
	struct sg_tsa_job *job;
	struct sg_job_asic box;
	struct sg_sources docs; /* open, to be read twice */
	unsigned char imprint[SG_MAX_DIGEST];
	struct sg_buf token;
	struct sg_asic_put *puts;
	size_t put_count;
};

/* The output must not be what goes in. */
static int
check_output(struct stamping *s)
{
	struct sg_file_id there, document;
	size_t i;

	sg_file_id(s->want->output, &there);
	for (i = 0; i < s->docs.count; i++) {
		sg_file_id(s->docs.list[i].name, &document);
		if (sg_file_id_same(&there, &document))
			return sg_err_set(s->env, SIGN_E_ARG,
			    N_("%s is one of the inputs, want another output"),
			    s->want->output);
	}
	return 0;
}

static int
open_documents(struct stamping *s)
{
	int rc = sg_job_open_folders(
	    s->env, s->box.pool, s->want->documents, s->want->count, &s->docs);

	if (rc == 0 && s->want->kind == SG_ASIC_S && s->docs.count != 1)
		rc = sg_err_set(s->env, SIGN_E_ARG,
		    N_("want one document to time-stamp, have %zu"),
		    s->docs.count);
	if (rc == 0)
		rc = check_output(s);
	if (rc == 0)
		rc = sg_job_asic_name(s->env, &s->box, &s->docs);
	return rc < 0 ? rc : sg_job_asic_digest(s->env, &s->box, &s->docs);
}

static int
make_imprint(struct stamping *s)
{
	const struct sg_digest *digest = s->job->digest;
	struct sg_view value;
	int rc = 0;

	if (s->want->kind == SG_ASIC_S) {
		value = sg_doc_digest(s->box.docs.list[0].known, digest);
		memcpy(s->imprint, value.ptr, value.len);
	} else {
		rc = sg_job_asic_manifest(s->env, &s->box);
		if (rc == 0)
			rc = sg_hash_once(s->env, digest,
			    sg_buf_view(&s->box.manifest), s->imprint);
	}
	s->job->imprint = sg_view_of(s->imprint, digest->size);
	return rc;
}

static struct sg_asic_put *
add_put(struct stamping *s, const char *name)
{
	struct sg_asic_put *put =
	    sg_pool_push(s->box.pool, &s->puts, &s->put_count, sizeof(*put));

	if (put != NULL)
		put->name = name;
	else
		sg_err_nomem(s->env);
	return put;
}

/* The octets that go in are those that were time-stamped. */
static int
put_documents(struct stamping *s)
{
	struct sg_asic_put *put;
	struct sg_source *doc;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < s->docs.count; i++) {
		doc = &s->box.docs.list[i];
		put = add_put(s, doc->name);
		if (put == NULL)
			return SIGN_E_NOMEM;
		rc = sg_in_rewind(s->env, s->docs.list[i].in);
		if (rc == 0)
			rc = sg_in_checked(s->env, s->docs.list[i].in,
			    s->job->digest,
			    sg_doc_digest(doc->known, s->job->digest),
			    &put->in);
	}
	return rc;
}

static int
put_octets(struct stamping *s, const char *name, const struct sg_buf *octets)
{
	struct sg_asic_put *put = add_put(s, name);

	if (put == NULL)
		return SIGN_E_NOMEM;
	put->octets = sg_buf_view(octets);
	return 0;
}

static int
write_container(struct stamping *s, struct sg_out *out)
{
	struct sg_asic_want want = {
		.kind = s->want->kind, .cades = 1, .time = sg_env_now(s->env)
	};
	size_t i;
	int rc = put_documents(s);

	if (rc == 0 && s->want->kind == SG_ASIC_E)
		rc = put_octets(s, s->box.manifest_name, &s->box.manifest);
	if (rc == 0)
		rc = put_octets(s, s->box.entry, &s->token);
	want.puts = s->puts;
	want.put_count = s->put_count;
	if (rc == 0)
		rc = sg_asic_write(s->env, &want, out);
	for (i = 0; i < s->put_count; i++)
		sg_in_free(s->puts[i].in);
	return rc;
}

static int
choose_names(struct stamping *s)
{
	struct sg_job_asic *box = &s->box;

	box->entry = "META-INF/timestamp.tst";
	if (s->want->kind == SG_ASIC_S)
		return 0;
	box->entry = sg_asic_next_name(s->env, box->pool, NULL, SG_ASIC_STAMP);
	box->manifest_name =
	    sg_asic_next_name(s->env, box->pool, NULL, SG_ASIC_MANIFEST);
	return box->entry != NULL && box->manifest_name != NULL
	    ? 0
	    : sg_err_nomem(s->env);
}

int
sg_timestamp_asic(struct sign_ctx *ctx, const struct sg_timestamp_want *want,
    struct sg_tsa_job *job, struct sg_out *out)
{
	struct stamping s = { .ctx = ctx,
		.env = &ctx->env,
		.want = want,
		.job = job,
		.box = { .kind = want->kind, .digest = job->digest } };
	int rc;

	s.box.pool = sg_pool_new();
	rc = s.box.pool != NULL ? choose_names(&s) : sg_err_nomem(s.env);
	if (rc == 0)
		rc = open_documents(&s);
	if (rc == 0)
		rc = make_imprint(&s);
	if (rc == 0)
		rc = sg_timestamp_ask(
		    ctx, want->trust, want->options, job, &s.token);
	if (rc == 0)
		rc = write_container(&s, out);
	sg_job_close_docs(&s.docs);
	sg_buf_free(&s.box.manifest);
	sg_buf_free(&s.token);
	sg_pool_free(s.box.pool);
	return rc;
}
