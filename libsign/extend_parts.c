/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/extend.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "formats/asic.h"
#include "formats/tst.h"
#include "libsign/ctx.h"
#include "libsign/tsa.h"

#include <string.h>

struct sg_collect
sg_extend_collect(struct sg_extending *e)
{
	const struct sg_collect collect = { .ctx = e->ctx,
		.pool = e->pool,
		.gathered = &e->gathered,
		.known = sg_env_now(e->env) + SG_CLOCK_SKEW,
		.latest = SG_NO_TIME };

	return collect;
}

/* ---- time-stamps */

/* The digest of the stamps: asked for, else the signature's own where it still
 * signs, else SHA-256. */
static int
extend_digest(struct sg_extending *e, const struct sg_target *target,
    const struct sg_digest **out)
{
	const struct sg_facts *facts = e->opened.facts;
	const struct sg_sig_fact *sig =
	    target->sig != SG_NO_SIG ? &facts->sigs[target->sig] : NULL;
	const char *option = e->options->digest;

	if (option != NULL) {
		*out = sg_digest_by_option(option);
		if (*out != NULL && (*out)->use == SG_USE_FULL)
			return 0;
		return sg_err_set(
		    e->env, SIGN_E_ARG, N_("unknown digest %s"), option);
	}
	*out = NULL;
	if (sig == NULL)
		*out = facts->stamps[0].info.digest;
	else if (sig->ref_count != 0)
		*out = sig->refs[0].digest;
	if (*out == NULL || (*out)->use != SG_USE_FULL)
		*out = sg_digest_by_option("sha256");
	return 0;
}

void
sg_extend_saw(struct sg_extending *e, int64_t time)
{
	if (time > e->latest)
		e->latest = time;
}

/* A token that is new: its time, and who made it with his validation data. */
static int
extend_token(struct sg_extending *e, struct sg_view token,
    struct sg_collect *collect, int64_t *time)
{
	struct sg_facts *facts = sg_facts_new();
	struct sg_stamp_fact stamp = { .token = token };
	int rc;

	if (facts == NULL)
		return sg_err_nomem(e->env);
	rc = sg_tst_read(e->env, facts, token, 0, &stamp);
	if (rc == 0 && collect != NULL)
		rc = sg_collect_stamp(collect, &stamp);
	*time = stamp.info.time;
	sg_extend_saw(e, stamp.info.time);
	if (collect != NULL)
		sg_extend_saw(e, collect->latest);
	sg_facts_free(facts);
	return rc;
}

/*
 * Put a token in. Where the level holds validation data, that of the token's
 * authority goes with the token in the extended forms, before anything is
 * stamped over it (RFC 5126, 6.2.1), and beside the signer's in the baseline.
 */
static int
extend_put(struct sg_extending *e, struct sg_target *target,
    enum sg_stamp_kind kind, struct sg_view token)
{
	struct sg_collect own = sg_extend_collect(e), *collect = NULL;
	struct sg_values values;
	int64_t time = e->now;
	int rc;

	if (kind != SG_STAMP_ARCHIVE && (e->plan->parts & SG_HAS_VALUES) != 0)
		collect = e->plan->baseline ? &target->stamps : &own;
	rc = extend_token(e, token, collect, &time);
	if (rc < 0)
		return rc;
	values = sg_collect_values(&own);
	if (kind == SG_STAMP_SIGNATURE && time < target->best)
		target->best = time;
	return e->ops->add_stamp(e->env, e->aug, target->sig, kind, token,
	    collect == &own ? &values : NULL);
}

/* One time-stamp over the signature as it is now. */
static int
extend_stamp(
    struct sg_extending *e, struct sg_target *target, enum sg_stamp_kind kind)
{
	struct sg_buf imprint = { 0 }, token = { 0 };
	struct sg_tsa_job job = { .tsas = e->options->tsas,
		.tsa_count = e->options->tsa_count,
		.gathered = &e->gathered };
	int rc = extend_digest(e, target, &job.digest);

	if (rc == 0)
		rc = e->ops->imprint(
		    e->env, e->aug, target->sig, kind, job.digest, &imprint);
	job.imprint = sg_buf_view(&imprint);
	if (rc == 0)
		rc = sg_tsa_stamp(e->ctx, &job, &token);
	if (rc == 0)
		rc = extend_put(e, target, kind, sg_buf_view(&token));
	sg_buf_free(&imprint);
	sg_buf_free(&token);
	return rc;
}

/* ---- validation data */

static int
extend_collect_signer(struct sg_extending *e, const struct sg_target *target,
    struct sg_collect *to)
{
	int64_t after = SG_NO_TIME, grace = e->options->grace;
	int rc;

	if (grace < 0 && e->policy.grace_period != SG_NO_TIME)
		grace = e->policy.grace_period;
	if (grace >= 0)
		after = target->best + grace;
	rc = sg_collect_chain(
	    to, target->cert, SG_FOR_DOCUMENTS, target->best, after);
	sg_extend_saw(e, to->latest);
	return rc;
}

static int
extend_refs(struct sg_extending *e, struct sg_target *target)
{
	struct sg_collect collect = sg_extend_collect(e);
	const struct sg_digest *digest;
	struct sg_values values;
	int rc = extend_digest(e, target, &digest);

	if (rc == 0)
		rc = extend_collect_signer(e, target, &collect);
	if (rc < 0)
		return rc;
	values = sg_collect_values(&collect);
	return e->ops->add_refs(e->env, e->aug, target->sig, &values, digest);
}

/* The signer's chain, and those of the time-stamps: of the new ones in the
 * baseline, and of all that the file came with. */
static int
extend_values(struct sg_extending *e, struct sg_target *target)
{
	const struct sg_sig_fact *sig = &e->opened.facts->sigs[target->sig];
	struct sg_collect *collect = &target->stamps;
	struct sg_values values;
	size_t i;
	int rc = extend_collect_signer(e, target, collect);

	for (i = 0; rc == 0 && i < sig->stamp_count; i++)
		rc = sg_collect_stamp(collect, &sig->stamps[i]);
	sg_extend_saw(e, collect->latest);
	values = sg_collect_values(collect);
	if (rc == 0)
		rc = e->ops->add_values(
		    e->env, e->aug, target->sig, &values, e->plan->baseline);
	return rc;
}

static enum sg_stamp_place
archive_place(const struct sg_extending *e, const struct sg_target *target)
{
	if (e->ops->place == NULL)
		return SG_STAMP_INSIDE;
	return e->ops->place(e->aug, target->sig, SG_STAMP_ARCHIVE);
}

static const struct sg_stamp_fact *
newest_archive(const struct sg_sig_fact *sig)
{
	const struct sg_stamp_fact *newest = NULL;
	size_t i;

	for (i = 0; i < sig->stamp_count; i++)
		if (strcmp(sig->stamps[i].kind, "archive") == 0 &&
		    (newest == NULL ||
			sig->stamps[i].info.time >= newest->info.time))
			newest = &sig->stamps[i];
	return newest;
}

/* Before one more archive time-stamp: the newest one's authority is still
 * known to be good, and what proves that goes in under the next. One that
 * stands beside the signatures is under the next of any of them. */
static int
extend_renew(struct sg_extending *e, struct sg_target *target)
{
	const struct sg_facts *facts = e->opened.facts;
	struct sg_collect collect = sg_extend_collect(e);
	const struct sg_stamp_fact *newest = NULL;
	int any = target->sig == SG_NO_SIG;
	struct sg_values values;
	int rc;

	if (archive_place(e, target) != SG_STAMP_INSIDE)
		newest = sg_asic_newest_stamp(facts, any);
	if (newest == NULL && !any)
		newest = newest_archive(&facts->sigs[target->sig]);
	if (newest == NULL)
		return 0;
	rc = sg_collect_stamp(&collect, newest);
	sg_extend_saw(e, collect.latest);
	values = sg_collect_values(&collect);
	if (rc == 0)
		rc = e->ops->renew_values(e->env, e->aug, target->sig, &values);
	return rc;
}

/* ---- the parts, the lower before the higher */

static int
add_stamp(struct sg_extending *e, struct sg_target *target)
{
	return extend_stamp(e, target, SG_STAMP_SIGNATURE);
}

static int
add_sig_and_refs(struct sg_extending *e, struct sg_target *target)
{
	return extend_stamp(e, target, SG_STAMP_SIG_AND_REFS);
}

static int
add_refs_stamp(struct sg_extending *e, struct sg_target *target)
{
	return extend_stamp(e, target, SG_STAMP_REFS);
}

static int
add_archive(struct sg_extending *e, struct sg_target *target)
{
	if (archive_place(e, target) == SG_STAMP_DONE)
		return 0;
	return extend_stamp(e, target, SG_STAMP_ARCHIVE);
}

static const struct {
	unsigned part;
	int (*add)(struct sg_extending *e, struct sg_target *target);
} parts[] = {
	{ SG_HAS_STAMP, add_stamp },
	{ SG_HAS_REFS, extend_refs },
	{ SG_HAS_SIG_AND_REFS, add_sig_and_refs },
	{ SG_HAS_REFS_STAMP, add_refs_stamp },
	{ SG_HAS_VALUES, extend_values },
	{ SG_HAS_ARCHIVE, extend_renew },
	{ SG_HAS_ARCHIVE, add_archive },
};

/* Each part of all signatures before the next: what they share, the
 * certificates of the file, is whole before it is stamped over. */
int
sg_extend_add(struct sg_extending *e)
{
	size_t i, k;
	int rc = 0;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (k = 0; rc == 0 && k < e->target_count; k++)
			if ((e->targets[k].missing & parts[i].part) != 0)
				rc = parts[i].add(e, &e->targets[k]);
	return rc;
}
