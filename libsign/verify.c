/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/verify.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/judge.h"
#include "libsign/opened.h"

#include <string.h>
#include <strings.h>

/* What one verification holds while it runs. */
struct verifying {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const char *path;
	const struct sign_verify_options *options;
	struct sign_report *report;
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

static const struct {
	const char *name;
	int rank;
	int baseline;
} levels[] = {
	{ "CMS", 0, 0 },
	{ "XMLDSIG", 0, 0 },
	{ "BES", 1, 0 },
	{ "EPES", 2, 0 },
	{ "B-B", 2, 1 },
	{ "T", 3, 0 },
	{ "B-T", 3, 1 },
	{ "C", 4, 0 },
	{ "X1", 5, 0 },
	{ "X2", 5, 0 },
	{ "LT", 6, 0 },
	{ "XLT1", 6, 0 },
	{ "XLT2", 6, 0 },
	{ "B-LT", 6, 1 },
	{ "A", 7, 0 },
	{ "B-LTA", 7, 1 },
};

static int
level_row(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcasecmp(levels[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* Valid, but below what was asked for: 7. Counter-signatures apart. */
static void
apply_level(struct sign_report *report, const char *level)
{
	int want = level_row(level);
	int have;
	size_t i;

	if (want < 0 || report->exit != 0)
		return;
	for (i = 0; i < report->sig_count; i++) {
		have = level_row(report->sigs[i].level);
		if (report->sigs[i].parent != NULL)
			continue;
		if (have < 0 || levels[have].rank < levels[want].rank ||
		    (levels[want].baseline && !levels[have].baseline))
			report->exit = 7;
	}
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

static int
judge_file(struct verifying *v, const struct sign_trust *trust,
    const struct sg_policy *policy)
{
	const struct sg_evidence *evidence = &v->gathered.evidence;
	int64_t time = v->options->at;
	int ret = sg_gather(v->ctx, v->facts, trust, &v->gathered);

	if (ret < 0)
		return ret;
	if (time == SG_NO_TIME)
		time = sg_env_now(v->env);
	ret = sg_gather_all(v->ctx, &v->gathered, v->facts, time);
	if (ret == 0)
		ret = sg_judge(
		    v->env, v->facts, evidence, policy, time, v->report);
	if (ret == 0)
		ret = describe_file(v, evidence);
	if (ret == 0)
		apply_level(v->report, v->options->level);
	return ret;
}

/* What stops the reading of one file is part of its report: exit 3 or 4. */
static int
report_error(struct verifying *v, const struct sg_policy *policy, int code)
{
	struct sign_report *report = v->report;

	if (code != SIGN_E_IO && code != SIGN_E_FORMAT && code != SIGN_E_LIMIT)
		return code;
	report->exit = code == SIGN_E_IO ? 3 : 4;
	report->indication = NULL;
	report->sig_count = 0;
	report->policy = policy->name;
	report->time =
	    v->options->at != SG_NO_TIME ? v->options->at : sg_env_now(v->env);
	report->file = sg_pool_str(report->pool, v->path);
	report->signature_file = report->file;
	report->error_code = sign_error_name(code);
	report->error_message = sg_pool_str(report->pool, v->env->english);
	report->error_local = sg_pool_str(report->pool, v->env->message);
	return 0;
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
	const struct sg_policy *policy;
	int ret;

	sg_err_clear(&ctx->env);
	v.options = options != NULL ? options : &defaults;
	policy = sg_policy_find(
	    v.options->policy != NULL ? v.options->policy : "ades");
	if (policy == NULL)
		return sg_err_set(&ctx->env, SIGN_E_ARG,
		    N_("unknown policy %s: want ades, cms, 63fz or eidas"),
		    v.options->policy);
	if (v.options->level != NULL && level_row(v.options->level) < 0)
		return sg_err_set(&ctx->env, SIGN_E_ARG, N_("unknown level %s"),
		    v.options->level);
	v.report = sg_report_new(ctx);
	if (v.report == NULL)
		return sg_err_nomem(&ctx->env);
	ret = read_file(&v);
	if (ret == 0)
		ret = judge_file(&v, trust, policy);
	if (ret < 0)
		ret = report_error(&v, policy, ret);
	verifying_clear(&v);
	if (ret < 0) {
		sign_report_free(v.report);
		return ret;
	}
	*out = v.report;
	return 0;
}
