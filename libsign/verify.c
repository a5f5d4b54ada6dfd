/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/verify.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/judge.h"
#include "libsign/level.h"
#include "libsign/opened.h"
#include "libsign/saved.h"
#include "libsign/verify.h"

#include <string.h>

/* What one verification holds while it runs. */
struct verifying {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const char *path;
	struct sign_verify_options set;
	struct sign_report *report;
	struct sg_policy policy;
	const char *level; /* NULL: any */
	int64_t time;
	int offline;              /* no network was asked */
	int started;              /* what fails now is a matter of the file */
	int save_failed;          /* but for this */
	struct sg_saving *saving; /* not to be judged, but kept there; NULL */
	struct sg_saved saved;
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
	report->is_container = sg_facts_is_container(facts);
	if (!report->is_container && facts->doc_count != 0 &&
	    facts->docs[0].name != NULL)
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

/* Facts are saved of octets that can be read again. */
static int
read_file(struct verifying *v)
{
	const struct sg_where where = { v->set.contents, v->set.content_count,
		v->set.find_content };
	struct sg_in *raw = NULL;
	int ret = 0;

	if (v->set.save_facts != NULL)
		ret = sg_in_open(v->env, v->path, &raw);
	if (ret == 0 && raw != NULL)
		ret = sg_in_twice(v->env, &raw);
	if (ret == 0)
		ret = sg_opened_read(v->env, v->path, raw, &where, &v->opened);
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
	if (v->set.at == SG_NO_TIME && v->gathered.fetches != 0)
		v->time = sg_gathered_now(v->env, &v->gathered);
	return ret;
}

/* Could the network have helped? */
static int
note_offline(struct verifying *v)
{
	const char *sub;
	size_t i;

	for (i = 0; v->offline && i < v->report->sig_count; i++) {
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
judge_gathered(struct verifying *v)
{
	int ret = sg_judge(v->env, v->facts, &v->gathered.evidence, &v->policy,
	    v->time, v->report);

	if (ret == 0)
		ret = note_offline(v);
	if (ret == 0)
		ret = describe_file(v, &v->gathered.evidence);
	if (ret < 0)
		return ret;
	apply_level(v->report, v->policy.level);
	apply_level(v->report, v->level);
	return 0;
}

/* ---- out of saved facts */

/* The recorded anchors, or the caller's in their place. */
static int
saved_trust(struct verifying *v, const struct sign_trust *trust)
{
	struct sign_trust *to = v->saved.trust;
	size_t i;
	int ret = 0;

	if (trust == NULL)
		return 0;
	if (trust->anchors.count != 0)
		sg_certs_clear(&to->anchors);
	for (i = 0; i < trust->anchors.count && ret == 0; i++)
		ret =
		    sg_certs_add(v->env, &to->anchors, trust->anchors.list[i]);
	for (i = 0; i < trust->certs.count && ret == 0; i++)
		ret = sg_certs_add(v->env, &to->certs, trust->certs.list[i]);
	for (i = 0; i < trust->crls.count && ret == 0; i++)
		ret = sg_crls_add(v->env, &to->crls, trust->crls.list[i]);
	for (i = 0; i < trust->ocsps.count && ret == 0; i++)
		ret = sg_ocsps_add(v->env, &to->ocsps, trust->ocsps.list[i]);
	return ret;
}

static int
saved_gather(struct verifying *v, const struct sign_trust *trust,
    const struct sg_msg *notes, size_t count)
{
	size_t i;
	int ret = sg_gather(v->ctx, v->facts, trust, &v->gathered);

	for (i = 0; i < count && ret == 0; i++)
		ret = sg_gathered_note(
		    v->env, &v->gathered, notes[i].id, notes[i].arg[0], NULL);
	return ret;
}

/* By what was recorded, unless the caller says something else. */
static void
take_saved(struct verifying *v, const struct sg_saved *saved)
{
	if (v->set.at == SG_NO_TIME)
		v->time = saved->time;
	if (v->set.policy == NULL)
		v->policy = saved->policy;
	if (v->level == NULL)
		v->level = saved->level;
	v->offline = saved->offline;
	v->report->from_facts = 1;
}

/* Read the signature again, and judge it by what was saved. */
static int
judge_saved(
    struct verifying *v, struct sg_view text, const struct sign_trust *trust)
{
	struct sg_saved *saved = &v->saved;
	int ret = sg_saved_read(v->ctx, text, saved);

	if (ret < 0)
		return ret;
	v->path = saved->name;
	take_saved(v, saved);
	v->report->saved_anchors = trust == NULL || trust->anchors.count == 0;
	ret = saved_trust(v, trust);
	if (ret == 0 && saved->package != NULL)
		return sg_err_set(v->env, SIGN_E_FORMAT,
		    N_("%s: not a signature of a known format"), v->path);
	if (ret == 0)
		ret = sg_opened_again(v->env, v->path, saved->signature,
		    &saved->docs, &v->opened);
	v->facts = v->opened.facts;
	if (ret == 0)
		ret = saved_gather(
		    v, saved->trust, saved->notes, saved->note_count);
	return ret == 0 ? judge_gathered(v) : ret;
}

static int
write_facts(struct verifying *v, const struct sg_buf *text)
{
	struct sg_out *out = NULL;
	int ret = sg_out_create(v->env, v->set.save_facts,
	    v->set.force ? SG_OUT_REPLACE : SG_OUT_NEW, &out);

	if (ret == 0)
		ret = sg_out_write(v->env, out, text->ptr, text->len);
	if (ret == 0)
		ret = sg_out_commit(v->env, out);
	sg_out_free(out);
	return ret;
}

/* The report is made out of what was saved: so that who judges that again,
 * gets the same. */
static int
save_facts(struct verifying *v)
{
	const struct sg_to_save from = { &v->opened, &v->gathered, &v->policy,
		v->time, v->level, v->offline };
	struct sg_buf text = { 0 };
	int ret = sg_saved_write(v->env, &from, &text);

	if (ret == 0)
		ret = write_facts(v, &text);
	if (ret < 0)
		v->save_failed = 1;
	sg_opened_close(&v->opened);
	sg_gathered_clear(&v->gathered);
	v->facts = NULL;
	if (ret == 0)
		ret = judge_saved(v, sg_buf_view(&text), NULL);
	sg_buf_free(&text);
	return ret;
}

/* One of several signature files. */
static int
save_part(struct verifying *v)
{
	const struct sg_to_save from = { &v->opened, &v->gathered, &v->policy,
		v->time, v->level, v->offline };

	return sg_saving_part(v->saving, &from);
}

static int
judge_file(struct verifying *v, const struct sign_trust *trust)
{
	int ret = gather_evidence(v, trust);

	if (ret < 0)
		return ret;
	v->offline = v->env->fetch == NULL;
	if (v->saving != NULL)
		return save_part(v);
	return v->set.save_facts != NULL ? save_facts(v) : judge_gathered(v);
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
	report->policy = sg_pool_str(report->pool, v->policy.name);
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
verifying_start(struct verifying *v, const struct sign_verify_options *options)
{
	static const struct sign_verify_options defaults =
	    SIGN_VERIFY_OPTIONS_INIT;
	const char *policy;
	int ret;

	sg_err_clear(v->env);
	v->set = defaults;
	ret = sg_options_take(v->env, options, &v->set, sizeof(v->set));
	if (ret < 0)
		return ret;
	policy = v->set.policy;
	v->level = v->set.level;
	v->time = v->set.at;
	if (v->time == SG_NO_TIME)
		v->time = sg_env_now(v->env);
	if (v->level != NULL && !sg_level_known(v->level))
		return sg_err_set(
		    v->env, SIGN_E_ARG, N_("unknown level %s"), v->level);
	v->report = sg_report_new(v->ctx);
	if (v->report == NULL)
		return sg_err_nomem(v->env);
	return sg_policy_get(v->env, v->report->pool,
	    policy != NULL ? policy : "ades", &v->policy);
}

/* The report, unless the call failed. */
static int
verifying_end(struct verifying *v, int ret, struct sign_report **out)
{
	if (ret < 0 && v->started && !v->save_failed)
		ret = report_error(v, ret);
	sg_opened_close(&v->opened);
	sg_gathered_clear(&v->gathered);
	if (ret < 0)
		sign_report_free(v->report);
	else
		*out = v->report;
	v->report = NULL;
	return ret;
}

/* The same, and what there is to say if the file is a contract. */
static int
verifying_done(struct verifying *v, int ret, const struct sign_trust *trust,
    struct sign_report **out)
{
	struct sg_verify_want want = { { v->path, NULL }, trust, &v->set };
	struct sign_report *report = NULL;

	if (v->report != NULL && v->report->from_facts)
		want.from.saved = &v->saved;
	ret = verifying_end(v, ret, &report);
	if (ret == 0)
		ret = sg_contract_attach(v->ctx, &want, &report);
	sg_saved_clear(&v->saved);
	if (ret < 0)
		sign_report_free(report);
	else
		*out = report;
	return ret;
}

int
sign_verify(struct sign_ctx *ctx, const char *signature,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out)
{
	struct verifying v = {
		.ctx = ctx, .env = &ctx->env, .path = signature
	};
	int ret = verifying_start(&v, options);

	v.started = ret == 0;
	if (ret == 0)
		ret = read_file(&v);
	if (ret == 0)
		ret = judge_file(&v, trust);
	return verifying_done(&v, ret, trust, out);
}

/* ---- one signature file of several */

static int
source_start(struct verifying *v, const struct sign_verify_options *options)
{
	int ret = verifying_start(v, options);

	v->set.contents = NULL;
	v->set.content_count = 0;
	v->set.find_content = 0;
	v->set.save_facts = NULL;
	v->started = ret == 0;
	return ret;
}

/* The signature of a package, beside its documents. */
int
sg_verify_source(struct sign_ctx *ctx, struct sg_verify_source *source,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out)
{
	struct verifying v = { .ctx = ctx,
		.env = &ctx->env,
		.path = source->name,
		.saving = source->saving };
	int ret = source_start(&v, options);

	v.save_failed = v.saving != NULL;
	v.opened.raw = source->in;
	v.opened.docs = source->docs;
	v.opened.path = source->name;
	if (ret == 0)
		ret = sg_opened_facts(v.env, &v.opened);
	v.facts = v.opened.facts;
	if (v.saving != NULL && v.started && sg_err_is_file(ret)) {
		sg_err_clear(v.env);
		ret = save_part(&v);
	} else if (ret == 0) {
		ret = judge_file(&v, trust);
	}
	return verifying_end(&v, ret, out);
}

int
sg_verify_part(struct sign_ctx *ctx, const struct sg_saved *saved,
    struct sg_saved_part *part, const struct sign_verify_options *options,
    struct sign_report **out)
{
	struct verifying v = {
		.ctx = ctx, .env = &ctx->env, .path = part->name
	};
	int ret = source_start(&v, options);

	if (ret == 0) {
		take_saved(&v, saved);
		v.opened.path = part->name;
		v.opened.docs = part->docs;
		memset(&part->docs, 0, sizeof(part->docs));
		ret = sg_in_memory(
		    v.env, part->name, part->signature, &v.opened.raw);
	}
	if (ret == 0)
		ret = sg_opened_facts(v.env, &v.opened);
	v.facts = v.opened.facts;
	if (ret == 0)
		ret = saved_gather(
		    &v, saved->trust, part->notes, part->note_count);
	if (ret == 0)
		ret = judge_gathered(&v);
	return verifying_end(&v, ret, out);
}

/* ---- all of a contract as facts */

static int
save_layout(struct verifying *v, const struct sg_verify_want *want,
    const struct sg_layout_ops *layout, struct sg_buf *text)
{
	struct sg_to_save head = { NULL, NULL, &v->policy, v->time, v->level,
		v->env->fetch == NULL };
	struct sg_saving saving;
	int ret = sg_saving_start(v->ctx, want->trust, &saving);

	if (ret == 0)
		ret = layout->save(v->ctx, want, &saving);
	if (ret == 0)
		ret = sg_saving_write(&saving, v->path, &head, text);
	sg_saving_clear(&saving);
	return ret;
}

int
sg_verify_save(struct sign_ctx *ctx, const struct sg_verify_want *want,
    const struct sg_layout_ops *layout, struct sign_report **out)
{
	struct verifying v = {
		.ctx = ctx, .env = &ctx->env, .path = want->from.path
	};
	struct sg_buf text = { NULL, 0, 0 };
	int ret = verifying_start(&v, want->options);

	if (ret == 0)
		ret = save_layout(&v, want, layout, &text);
	if (ret == 0)
		ret = write_facts(&v, &text);
	if (ret != 0) {
		sg_buf_free(&text);
		sign_report_free(v.report);
		return ret;
	}
	v.started = 1;
	ret = judge_saved(&v, sg_buf_view(&text), NULL);
	sg_buf_free(&text);
	return verifying_done(&v, ret, NULL, out);
}

int
sg_verify_text(struct sign_ctx *ctx, struct sg_view text,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out)
{
	struct verifying v = { .ctx = ctx, .env = &ctx->env, .path = "facts" };
	int ret = verifying_start(&v, options);

	v.started = ret == 0;
	if (ret == 0)
		ret = judge_saved(&v, text, trust);
	return verifying_done(&v, ret, trust, out);
}

int
sign_judge(struct sign_ctx *ctx, const char *facts,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out)
{
	struct verifying v = { .ctx = ctx, .env = &ctx->env, .path = facts };
	struct sg_buf text = { 0 };
	int ret = verifying_start(&v, options);

	v.started = ret == 0;
	if (ret == 0)
		ret = sg_read_file(v.env, facts, SG_MAX_FACTS_FILE, &text);
	if (ret == 0)
		ret = judge_saved(&v, sg_buf_view(&text), trust);
	sg_buf_free(&text);
	return verifying_done(&v, ret, trust, out);
}
