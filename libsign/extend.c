/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/extend.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "formats/asic.h"
#include "libsign/ctx.h"
#include "libsign/identify.h"
#include "libsign/judge.h"

#include <string.h>
#include <unistd.h>

/* ---- which signatures, and what they lack */

static int
extend_find(struct sg_extending *e, const char *id, size_t *index)
{
	const struct sg_facts *facts = e->opened.facts;
	size_t i;

	if (strncmp(id, "S-", 2) == 0)
		id += 2;
	for (i = 0; i < facts->sig_count; i++) {
		if (strcmp(facts->sigs[i].id + 2, id) != 0)
			continue;
		*index = i;
		return 0;
	}
	return sg_err_set(e->env, SIGN_E_ARG,
	    N_("there is no signature %s in %s"), id, e->opened.path);
}

static int
extend_target(struct sg_extending *e, size_t sig)
{
	struct sg_target *target = sg_pool_push(
	    e->pool, &e->targets, &e->target_count, sizeof(*target));

	if (target == NULL)
		return sg_err_nomem(e->env);
	target->sig = sig;
	target->stamps = sg_extend_collect(e);
	if (sig == SG_NO_SIG)
		return sg_plan_stamps(e->env, e->plan, e->opened.facts,
		    e->options->renew, &target->missing);
	return sg_plan_make(e->env, e->plan, e->opened.facts, sig,
	    e->options->renew, &target->missing);
}

static int
extend_choose(struct sg_extending *e, int last)
{
	const struct sg_facts *facts = e->opened.facts;
	size_t i;
	int rc = 0;

	for (i = facts->sig_count; last && i > 0; i--)
		if (facts->sigs[i - 1].parent < 0)
			return extend_target(e, i - 1);

	if (e->options->signer != NULL) {
		rc = extend_find(e, e->options->signer, &i);
		return rc < 0 ? rc : extend_target(e, i);
	}
	for (i = 0; rc == 0 && i < facts->sig_count; i++)
		if (facts->sigs[i].parent < 0)
			rc = extend_target(e, i);
	if (rc == 0 && e->target_count == 0 && facts->stamp_count != 0 &&
	    e->opened.format == &sg_format_asic)
		return extend_target(e, SG_NO_SIG);
	if (rc == 0 && e->target_count == 0)
		rc = sg_err_set(e->env, SIGN_E_FORMAT,
		    N_("%s: there is no signature in it"), e->opened.path);
	return rc;
}

static unsigned
extend_missing(const struct sg_extending *e)
{
	unsigned missing = 0;
	size_t i;

	for (i = 0; i < e->target_count; i++)
		missing |= e->targets[i].missing;
	return missing;
}

/* ---- what is there must be sound */

static int
extend_sound(struct sg_extending *e, const struct sg_target *target)
{
	const struct sg_report_sig *sig = &e->before->sigs[target->sig];

	if (strcmp(sig->indication, "TOTAL-FAILED") == 0)
		return sg_err_set(e->env, SIGN_E_VALUE,
		    N_("signature %s is not valid: %s"), sig->id,
		    sg_msg_text(e->env, e->pool, &sig->reason, 1));
	if (sig->signature_ok != SG_TRUE || sig->digest_ok != SG_TRUE)
		return sg_err_set(e->env, SIGN_E_VALUE,
		    N_("signature %s could not be checked: %s"), sig->id,
		    sg_msg_text(e->env, e->pool, &sig->reason, 1));
	return 0;
}

/* Who signed, and when at the latest: the earliest time-stamp over the
 * signature. */
static int
extend_know(struct sg_extending *e, struct sg_target *target)
{
	const struct sg_sig_fact *sig = &e->opened.facts->sigs[target->sig];
	struct sg_identity who;
	size_t i;
	int rc = sg_identify(e->env, sig, &e->gathered.evidence, &who);

	if (rc < 0)
		return rc;
	if (who.cert == NULL)
		return sg_err_set(e->env, SIGN_E_KEY,
		    N_("the certificate of signature %s is not at hand"),
		    sig->id);
	target->cert = who.cert;
	target->best = e->now;
	for (i = 0; i < sig->stamp_count; i++)
		if (strcmp(sig->stamps[i].kind, "signature") == 0 &&
		    sig->stamps[i].inside != NULL &&
		    sig->stamps[i].info.time < target->best)
			target->best = sig->stamps[i].info.time;
	return 0;
}

/* The same of time-stamps where there is no signature. */
static int
extend_sound_stamps(struct sg_extending *e)
{
	const struct sg_report_stamp *stamp;
	size_t i;

	for (i = 0; i < e->before->stamp_count; i++) {
		stamp = &e->before->stamps[i];
		if (stamp->imprint_ok != SG_TRUE ||
		    stamp->signature_ok != SG_TRUE)
			return sg_err_set(e->env, SIGN_E_VALUE,
			    N_("the time-stamp %s is not valid: %s"), stamp->id,
			    sg_msg_text(e->env, e->pool, &stamp->reason, 1));
	}
	return 0;
}

static int
extend_judge(
    struct sg_extending *e, struct sg_facts *facts, struct sign_report **out)
{
	struct sign_report *report = sg_report_new(e->ctx);
	int rc;

	if (report == NULL)
		return sg_err_nomem(e->env);
	rc = sg_judge(
	    e->env, facts, &e->gathered.evidence, &e->policy, e->now, report);
	if (rc < 0) {
		sign_report_free(report);
		return rc;
	}
	*out = report;
	return 0;
}

static int
extend_examine(struct sg_extending *e)
{
	size_t i;
	int rc = extend_judge(e, e->opened.facts, &e->before);

	for (i = 0; rc == 0 && i < e->target_count; i++) {
		if (e->targets[i].sig == SG_NO_SIG)
			return extend_sound_stamps(e);
		rc = extend_sound(e, &e->targets[i]);
		if (rc == 0)
			rc = extend_know(e, &e->targets[i]);
	}
	return rc;
}

/* ---- the result is judged before anybody sees it */

static int
rank(const char *indication)
{
	if (indication == NULL || strcmp(indication, "TOTAL-FAILED") == 0)
		return 0;
	return strcmp(indication, "TOTAL-PASSED") == 0 ? 2 : 1;
}

static size_t
bad_stamps(const struct sg_report_stamp *stamps, size_t stamp_count)
{
	size_t i, count = 0;

	for (i = 0; i < stamp_count; i++)
		count += stamps[i].imprint_ok != SG_TRUE;
	return count;
}

/* Nothing got worse. */
static int
same_or_better(
    const struct sg_report_sig *before, const struct sg_report_sig *after)
{
	return strcmp(before->id, after->id) == 0 &&
	    before->signature_ok == after->signature_ok &&
	    before->digest_ok == after->digest_ok &&
	    rank(after->indication) >= rank(before->indication) &&
	    bad_stamps(after->stamps, after->stamp_count) <=
	    bad_stamps(before->stamps, before->stamp_count);
}

static int
extend_compare(struct sg_extending *e, const struct sg_facts *facts,
    const struct sign_report *after)
{
	const struct sign_report *before = e->before;
	const struct sg_target *target;
	const char *broken = NULL;
	size_t i;

	if (after->sig_count != before->sig_count ||
	    bad_stamps(after->stamps, after->stamp_count) >
		bad_stamps(before->stamps, before->stamp_count))
		broken = "S-1";
	for (i = 0; broken == NULL && i < before->sig_count; i++)
		if (!same_or_better(&before->sigs[i], &after->sigs[i]))
			broken = before->sigs[i].id;
	for (i = 0; broken == NULL && i < e->target_count; i++) {
		target = &e->targets[i];
		if ((target->missing & ~sg_plan_has(facts, target->sig)) != 0)
			broken = target->sig != SG_NO_SIG
			    ? facts->sigs[target->sig].id
			    : "T-1";
	}
	if (broken == NULL)
		return 0;
	return sg_err_set(e->env, SIGN_E_INTERNAL,
	    N_("signature %s would not be what it should after that: nothing "
	       "was written"),
	    broken);
}

static int
extend_check(
    struct sg_extending *e, struct sg_in *in, const struct sg_extend_want *want)
{
	struct sign_report *report = NULL;
	struct sg_gathered alone = { 0 };
	struct sg_opened opened;
	int rc =
	    sg_opened_read(e->env, e->opened.path, in, &want->where, &opened);

	if (rc == 0)
		rc = sg_gather(e->ctx, opened.facts, want->trust, &alone);
	if (rc == 0) {
		struct sg_gathered kept = e->gathered;

		sg_extend_saw(e, sg_env_now(e->env));
		e->now = e->latest;
		e->gathered = alone;
		rc = extend_judge(e, opened.facts, &report);
		e->gathered = kept;
	}
	if (rc == 0)
		rc = extend_compare(e, opened.facts, report);
	sign_report_free(report);
	sg_gathered_clear(&alone);
	sg_opened_close(&opened);
	return rc;
}

/* ---- the file */

/* Into a file that nobody sees yet, read back, judged. */
static int
extend_write(struct sg_extending *e, struct sg_out *out,
    const struct sg_extend_want *want)
{
	struct sg_out *scratch = NULL, *first = out;
	struct sg_in *in = NULL;
	int rc = 0;

	if (!sg_out_can_patch(out)) {
		rc = sg_out_scratch(e->env, &scratch);
		first = scratch;
	}
	if (rc == 0)
		rc = e->ops->write(
		    e->env, e->aug, first, e->opened.encoding != SG_ENC_BINARY);
	if (rc == 0)
		rc = sg_out_reread(e->env, first, &in);
	if (rc == 0)
		rc = extend_check(e, in, want);
	if (rc == 0 && scratch != NULL)
		rc = sg_copy_out(e->env, scratch, out);
	if (rc == 0)
		rc = sg_out_commit(e->env, out);
	sg_out_free(scratch);
	return rc;
}

/* ---- all of it */

/* What the policy finds too old or too weak is looked for anew. */
static int
extend_gather(struct sg_extending *e, const struct sign_trust *trust)
{
	struct sg_evidence *evidence = &e->gathered.evidence;
	int rc = sg_gather(e->ctx, e->opened.facts, trust, &e->gathered);

	evidence->strength = &e->policy.strength;
	evidence->max_age = e->policy.revocation_max_age;
	return rc;
}

static const struct {
	const struct sg_format *format;
	const struct sg_augment_ops *ops;
} raisers[] = {
	{ &sg_format_cades, &sg_augment_cades },
	{ &sg_format_xades, &sg_augment_xades },
	{ &sg_format_asic, &sg_augment_asic },
};

static int
extend_start(struct sg_extending *e)
{
	size_t i;

	for (i = 0; i < sizeof(raisers) / sizeof(raisers[0]); i++)
		if (raisers[i].format == e->opened.format)
			e->ops = raisers[i].ops;
	if (e->ops == NULL)
		return sg_err_set(e->env, SIGN_E_FORMAT,
		    N_("%s: there is no signature in it"), e->opened.path);
	return e->ops->open(
	    e->env, e->opened.in, &e->opened.docs, e->opened.facts, &e->aug);
}

static int
extend_all(struct sg_extending *e, const struct sg_extend_want *want,
    struct sg_out *out)
{
	int rc = sg_opened_read(
	    e->env, want->path, want->in, &want->where, &e->opened);

	if (rc == 0)
		rc = extend_choose(e, want->last);
	if (rc < 0 || (extend_missing(e) == 0 && !want->always))
		return rc;
	rc = extend_gather(e, want->trust);
	if (rc == 0)
		rc = extend_examine(e);
	if (rc == 0)
		rc = extend_start(e);
	if (rc == 0)
		rc = sg_extend_add(e);
	if (rc == 0)
		rc = extend_write(e, out, want);
	return rc;
}

static void
extend_clear(struct sg_extending *e)
{
	if (e->aug != NULL)
		e->ops->free(e->aug);
	sign_report_free(e->before);
	sg_gathered_clear(&e->gathered);
	sg_opened_close(&e->opened);
	sg_pool_free(e->pool);
}

int
sg_extend_into(struct sign_ctx *ctx, const struct sg_extend_want *want,
    struct sg_out *out, int *changed)
{
	const struct sign_extend_options *options = want->options;
	struct sg_extending e = {
		.ctx = ctx, .env = &ctx->env, .options = options
	};
	int rc = 0;

	e.plan = sg_plan_find(options->level);
	e.now = e.latest = sg_env_now(e.env);
	e.pool = sg_pool_new();
	if (e.pool == NULL)
		rc = sg_err_nomem(e.env);
	else if (e.plan == NULL)
		rc = sg_err_set(e.env, SIGN_E_ARG,
		    N_("there is no level %s to extend to"),
		    options->level != NULL ? options->level : "");
	else
		rc = sg_policy_get(e.env, e.pool,
		    options->policy != NULL ? options->policy : "ades",
		    &e.policy);
	if (rc < 0)
		sg_in_free(want->in);
	else
		rc = extend_all(&e, want, out);
	if (rc == 0 && changed != NULL)
		*changed = extend_missing(&e) != 0;
	extend_clear(&e);
	return rc;
}

/* In place only while nobody else changes it: locked before it is read. */
static int
extend_output(struct sg_env *env, const char *output, int force,
    const struct sg_file_id *id, struct sg_out **out, int *lock)
{
	enum sg_out_mode mode = force ? SG_OUT_REPLACE : SG_OUT_NEW;
	struct sg_file_id there;
	int rc = 0;

	sg_file_id(output, &there);
	if (id->known && sg_file_id_same(&there, id)) {
		mode = SG_OUT_REPLACE;
		rc = sg_file_lock(env, output, id, lock);
	}
	return rc < 0 ? rc : sg_out_create(env, output, mode, out);
}

int
sign_extend(struct sign_ctx *ctx, const char *signature,
    const struct sign_trust *trust, const struct sign_extend_options *options,
    const char *output, int *changed)
{
	struct sign_extend_options set = SIGN_EXTEND_OPTIONS_INIT;
	struct sg_extend_want want = {
		.trust = trust, .options = &set, .path = signature
	};
	struct sg_out *out = NULL;
	struct sg_file_id id;
	int lock = -1, rc;

	sg_err_clear(&ctx->env);
	rc = sg_options_take(&ctx->env, options, &set, sizeof(set));
	if (rc < 0)
		return rc;
	want.where.contents = set.contents;
	want.where.count = set.content_count;
	want.where.find = set.find_content;
	want.always = output != NULL && strcmp(output, signature) != 0;
	sg_file_id(signature, &id);
	rc = sg_in_open(&ctx->env, signature, &want.in);
	if (rc == 0)
		rc = sg_in_twice(&ctx->env, &want.in);
	if (rc < 0)
		return rc;
	rc = extend_output(&ctx->env, output != NULL ? output : signature,
	    set.force, &id, &out, &lock);
	if (rc == 0)
		rc = sg_extend_into(ctx, &want, out, changed);
	else
		sg_in_free(want.in);
	sg_out_free(out);
	if (lock >= 0)
		close(lock);
	return rc;
}
