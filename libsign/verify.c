/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/verify.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/judge.h"
#include "libsign/level.h"
#include "libsign/opened.h"

#include <string.h>

/* What one verification holds while it runs. */
struct verifying {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const char *path;
	const struct sign_verify_options *options;
	struct sign_report *report;
	struct sg_policy policy;
	int64_t time;
	struct sg_opened opened;
	struct sg_facts *facts; /* borrowed from there */
	struct sg_gathered gathered;
};

/* What the report says of the file as a whole. */
static int
describe_file(struct verifying *v, const struct sg_evidence *evidence)
{
	struct sign_report *report = v->report;
	const struct sg_facts *facts = v->facts;
	struct sg_msg *row;
	size_t i;

	report->signature_file = sg_pool_str(report->pool, v->path);
	report->file = report->signature_file;
	if (facts->doc_count != 0 && facts->docs[0].name != NULL)
		report->file = sg_pool_str(report->pool, facts->docs[0].name);
	for (i = 0; i < facts->warning_count; i++) {
		row = sg_pool_push(report->pool, &report->warnings,
		    &report->warning_count, sizeof(*row));
		if (row == NULL)
			return sg_err_nomem(v->env);
		*row = sg_msg_make(report->pool, facts->warnings[i].id,
		    facts->warnings[i].arg[0], facts->warnings[i].arg[1],
		    facts->warnings[i].arg[2]);
	}
	report->notes = sg_pool_array(
	    report->pool, v->gathered.note_count, sizeof(*report->notes));
	if (report->notes == NULL)
		return sg_err_nomem(v->env);
	for (i = 0; i < v->gathered.note_count; i++)
		report->notes[report->note_count++] = sg_msg_make(report->pool,
		    v->gathered.notes[i].id, v->gathered.notes[i].arg[0],
		    v->gathered.notes[i].arg[1], v->gathered.notes[i].arg[2]);
	if (evidence->anchors->count != 0)
		return 0;
	row = sg_pool_push(
	    report->pool, &report->hints, &report->hint_count, sizeof(*row));
	if (row == NULL)
		return sg_err_nomem(v->env);
	*row = sg_msg_make(report->pool,
	    N_("no trusted certificate is known here: get the root "
	       "certificate of the signer's authority from a source you trust "
	       "and give it with --trust FILE, or keep it with podpis trust "
	       "add FILE"),
	    NULL, NULL, NULL);
	return 0;
}

/* Valid, but below what was asked for: 7. Counter-signatures apart. */
static void
apply_level(struct sign_report *report, const char *level)
{
	size_t i;

	if (level == NULL || report->exit != 0)
		return;
	for (i = 0; i < report->sig_count; i++)
		if (report->sigs[i].parent == NULL &&
		    !sg_level_reached(&report->sigs[i], level))
			report->exit = 7;
}

static int
read_file(struct verifying *v)
{
	const struct sg_where where = { v->options->contents,
		v->options->content_count, v->options->find_content };
	int ret = sg_opened_read(v->env, v->path, NULL, &where, &v->opened);

	v->facts = v->opened.facts;
	return ret;
}

/* A verdict as of now is as of when the data for it have come. */
static int
gather_evidence(struct verifying *v, const struct sign_trust *trust)
{
	struct sg_evidence *evidence = &v->gathered.evidence;
	int ret = sg_gather(v->ctx, v->facts, trust, &v->gathered);

	if (ret < 0)
		return ret;
	evidence->strength = &v->policy.strength;
	evidence->max_age = v->policy.revocation_max_age;
	ret = sg_gather_all(v->ctx, &v->gathered, v->facts, v->time);
	if (v->options->at == SG_NO_TIME && v->gathered.fetches != 0)
		v->time = sg_gathered_now(v->env, &v->gathered);
	return ret;
}

/* Could the network have helped? */
static int
note_offline(struct verifying *v)
{
	const char *sub;
	size_t i;

	for (i = 0; v->env->fetch == NULL && i < v->report->sig_count; i++) {
		sub = v->report->sigs[i].sub_indication;
		if (sub != NULL &&
		    (strcmp(sub, "TRY_LATER") == 0 ||
			strcmp(sub, "NO_CERTIFICATE_CHAIN_FOUND") == 0))
			return sg_gathered_note(v->env, &v->gathered,
			    N_("what is missing was not looked for on the "
			       "network"),
			    NULL, NULL);
	}
	return 0;
}

static int
judge_file(struct verifying *v, const struct sign_trust *trust)
{
	int ret = gather_evidence(v, trust);

	if (ret == 0)
		ret = sg_judge(v->env, v->facts, &v->gathered.evidence,
		    &v->policy, v->time, v->report);
	if (ret == 0)
		ret = note_offline(v);
	if (ret == 0)
		ret = describe_file(v, &v->gathered.evidence);
	if (ret < 0)
		return ret;
	apply_level(v->report, v->policy.level);
	apply_level(v->report, v->options->level);
	return 0;
}

/* What stops the reading of one file is part of its report: exit 3 or 4. */
static int
report_error(struct verifying *v, int code)
{
	struct sign_report *report = v->report;

	if (code != SIGN_E_IO && code != SIGN_E_FORMAT && code != SIGN_E_LIMIT)
		return code;
	report->exit = code == SIGN_E_IO ? 3 : 4;
	report->indication = NULL;
	report->sig_count = 0;
	report->stamp_count = 0;
	report->policy = v->policy.name;
	report->time = v->time;
	report->file = sg_pool_str(report->pool, v->path);
	report->signature_file = report->file;
	report->error_code = sign_error_name(code);
	report->error_message = sg_pool_str(report->pool, v->env->english);
	report->error_local = sg_pool_str(report->pool, v->env->message);
	return 0;
}

/* By what rules, and as of when. A policy that cannot be read is no matter of
 * the signature: the call fails. */
static int
verifying_start(struct verifying *v)
{
	const char *policy = v->options->policy;
	const char *level = v->options->level;
	int ret;

	v->time = v->options->at;
	if (v->time == SG_NO_TIME)
		v->time = sg_env_now(v->env);
	if (level != NULL && !sg_level_known(level))
		return sg_err_set(
		    v->env, SIGN_E_ARG, N_("unknown level %s"), level);
	v->report = sg_report_new(v->ctx);
	if (v->report == NULL)
		return sg_err_nomem(v->env);
	ret = sg_policy_get(v->env, v->report->pool,
	    policy != NULL ? policy : "ades", &v->policy);
	return ret;
}

static void
verifying_clear(struct verifying *v)
{
	sg_opened_close(&v->opened);
	sg_gathered_clear(&v->gathered);
}

int
sign_verify(struct sign_ctx *ctx, const char *signature,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out)
{
	static const struct sign_verify_options defaults =
	    SIGN_VERIFY_OPTIONS_INIT;
	struct verifying v = {
		.ctx = ctx, .env = &ctx->env, .path = signature
	};
	int ret;

	sg_err_clear(&ctx->env);
	v.options = options != NULL ? options : &defaults;
	ret = verifying_start(&v);
	if (ret == 0) {
		ret = read_file(&v);
		if (ret == 0)
			ret = judge_file(&v, trust);
		if (ret < 0)
			ret = report_error(&v, ret);
	}
	verifying_clear(&v);
	if (ret < 0) {
		sign_report_free(v.report);
		return ret;
	}
	*out = v.report;
	return 0;
}
