/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/verify.h"

#include <string.h>

/* ---- what the public API sees of it */

static int
open_parties(struct sg_env *env, struct sg_pool *pool,
    const struct sg_contract_done *done, struct sign_contract_status *to)
{
	const struct sign_party_status **list;
	const struct sg_party_done *from;
	struct sign_party_status *row;
	size_t i;

	list = sg_pool_array(pool, done->party_count, sizeof(*list));
	for (i = 0; list != NULL && i < done->party_count; i++) {
		from = &done->parties[i];
		row = sg_pool_alloc(pool, sizeof(*row));
		if (row == NULL)
			return sg_err_nomem(env);
		row->size = sizeof(*row);
		row->role = from->party->role;
		row->name = from->party->name;
		row->state = sg_party_word(from->state);
		row->time = from->time;
		row->proven = from->when == SG_PROOF_STAMP;
		if (from->sig != NULL) {
			row->signature = from->sig->id;
			row->signer = from->sig->signer.common_name;
		}
		list[i] = row;
	}
	to->parties = list;
	to->party_count = done->party_count;
	return list != NULL ? 0 : sg_err_nomem(env);
}

static int
open_status(
    struct sg_env *env, struct sg_pool *pool, struct sg_contract_done *done)
{
	const struct sg_contract *c = &done->contract;
	struct sign_contract_status *to = &done->open;
	const char **names;
	size_t i;

	names = sg_pool_array(pool, c->doc_count, sizeof(*names));
	if (names == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < c->doc_count; i++)
		names[i] = c->docs[i].name;
	to->size = sizeof(*to);
	to->layout = c->layout->name;
	to->kind = c->kind;
	to->title = c->title;
	to->concluded = done->concluded == SG_TRUE ? 1
	    : done->concluded == SG_FALSE          ? 0
						   : -1;
	to->ordered = c->ordered;
	to->deadline = c->deadline;
	to->documents = names;
	to->document_count = c->doc_count;
	return open_parties(env, pool, done, to);
}

/* ---- judging the contract of a report */

static int
digest_about(
    struct sg_env *env, struct sg_pool *pool, struct sg_contract_done *done)
{
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	unsigned char hash[SG_MAX_DIGEST];
	char *text;
	int rc;

	if (done->contract.about.len == 0)
		return 0;
	rc = sg_hash_once(env, sha256, done->contract.about, hash);
	text = sg_pool_alloc(pool, SG_CONTRACT_HEX);
	if (rc == 0 && text == NULL)
		rc = sg_err_nomem(env);
	if (rc == 0)
		sg_contract_hex(sg_view_of(hash, sha256->size), text);
	done->about_digest = text;
	return rc;
}

/* A contract that nobody has signed is no error. */
static void
forget_error(struct sign_report *report)
{
	report->error_code = report->error_message = NULL;
	report->error_local = NULL;
	report->exit = 0;
}

static int
attach(struct sg_env *env, const struct sg_contract *contract,
    struct sign_report *report)
{
	struct sg_contract_done *done =
	    sg_pool_alloc(report->pool, sizeof(*done));
	int rc;

	if (done == NULL)
		return sg_err_nomem(env);
	done->contract = *contract;
	if ((rc = digest_about(env, report->pool, done)) < 0 ||
	    (rc = sg_contract_judge(env, report, done)) < 0 ||
	    (rc = open_status(env, report->pool, done)) < 0)
		return rc;
	if (report->sig_count == 0)
		forget_error(report);
	report->contract = done;
	report->exit = sg_contract_exit(report->exit, done);
	return 0;
}

/* Nothing but the contract could have told what there is: that it cannot be
 * read is the file's fault, and not what was thought of it before. */
static int
attach_fault(struct sg_env *env, struct sign_report *report)
{
	report->exit = 4;
	report->error_code = sign_error_name(env->code);
	report->error_message = sg_pool_str(report->pool, env->english);
	report->error_local = sg_pool_str(report->pool, env->message);
	return report->error_message != NULL && report->error_local != NULL
	    ? 0
	    : sg_err_nomem(env);
}

/* The description cannot be read: that is said, and what the signatures are
 * worth remains. */
static int
attach_broken(struct sg_env *env, struct sign_report *report)
{
	struct sg_msg *row = sg_pool_push(report->pool, &report->warnings,
	    &report->warning_count, sizeof(*row));

	if (row == NULL)
		return sg_err_nomem(env);
	*row = sg_msg_make(report->pool,
	    N_("the description of the contract cannot be used: %1$s"),
	    env->english, NULL, NULL);
	if (report->exit == 0)
		report->exit = 4;
	return 0;
}

/* ---- finding it */

/* Only what can be one is looked at a second time. */
static int
may_be(const struct sg_contract_from *from, const struct sign_report *report)
{
	if (from->saved == NULL && strcmp(from->path, "-") == 0)
		return 0;
	return report->error_code != NULL ||
	    (report->format != NULL && strncmp(report->format, "asic", 4) == 0);
}

static int
attach_layout(struct sign_ctx *ctx, const struct sg_verify_want *want,
    const struct sg_layout_ops *layout, struct sign_report **report)
{
	struct sg_contract contract = { .created = SG_NO_TIME,
		.deadline = SG_NO_TIME };
	struct sign_report *whole = NULL;
	int rc = 0;

	if (layout->verify != NULL)
		rc = layout->verify(ctx, want, &whole);
	if (rc < 0)
		return rc;
	if (whole != NULL) {
		whole->saved_anchors = (*report)->saved_anchors;
		sign_report_free(*report);
		*report = whole;
		whole->file = sg_pool_str(whole->pool, want->from.path);
		whole->signature_file = whole->file;
		whole->from_facts = want->from.saved != NULL;
	}
	rc = layout->read(ctx, (*report)->pool, &want->from, &contract);
	if (rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT)
		return (*report)->error_code != NULL
		    ? attach_fault(&ctx->env, *report)
		    : attach_broken(&ctx->env, *report);
	contract.layout = layout;
	contract.path = (*report)->signature_file;
	return rc == 0 ? attach(&ctx->env, &contract, *report) : rc;
}

/* What is no signature as a whole has not been saved yet. 1: nor can it be. */
static int
save_layout(struct sign_ctx *ctx, const struct sg_verify_want *want,
    const struct sg_layout_ops *layout, struct sign_report **report)
{
	struct sign_report *saved = NULL;
	int rc;

	if (want->options == NULL || want->options->save_facts == NULL ||
	    want->from.saved != NULL)
		return 1;
	rc = sg_verify_save(ctx, want, layout, &saved);
	if (rc != 0)
		return rc;
	sign_report_free(*report);
	*report = saved;
	return 0;
}

int
sg_contract_attach(struct sign_ctx *ctx, const struct sg_verify_want *want,
    struct sign_report **report)
{
	struct sg_env *env = &ctx->env;
	const struct sg_layout_ops *layout = NULL;
	struct sg_env before;
	int rc;

	if (!may_be(&want->from, *report))
		return 0;
	before = *env; /* the error that the report tells of stands */
	rc = sg_layout_of(env, &want->from, &layout);
	if (rc == SIGN_E_NOMEM || rc == SIGN_E_CANCEL)
		return rc;
	if (rc == 0 && layout != NULL) {
		sg_err_clear(env);
		rc = save_layout(ctx, want, layout, report);
		return rc > 0 ? attach_layout(ctx, want, layout, report) : rc;
	}
	env->code = before.code;
	memcpy(env->message, before.message, sizeof(env->message));
	memcpy(env->english, before.english, sizeof(env->english));
	memcpy(env->hint, before.hint, sizeof(env->hint));
	return 0;
}
