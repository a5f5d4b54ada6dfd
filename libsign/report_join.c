/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"
#include "libsign/report.h"

#include <string.h>

/*
 * Several signature files as one report. Rows are copied, what they point to
 * stays in the parts; ids, which would say the same thing twice, are new.
 */
struct joining {
	struct sg_env *env;
	struct sign_report *to;
	const struct sign_report *part;
	/* how many the parts before had: "S-3" of the whole is this one's
	 * "S-1", and so with "T-1" */
	size_t sigs, stamps;
	const char **certs; /* of the part: ids in the whole */
};

static void *
push(struct joining *j, void *list, size_t *count, size_t size)
{
	return sg_pool_push(j->to->pool, list, count, size);
}

/* A row of the same certificate, made on first use. */
static const char *
join_cert(struct joining *j, const struct sg_report_cert *from)
{
	struct sg_report_cert *row;
	size_t i;

	for (i = 0; i < j->to->cert_count; i++)
		if (sg_view_equal(j->to->certs[i].der, from->der))
			return j->to->certs[i].id;
	row = push(j, &j->to->certs, &j->to->cert_count, sizeof(*row));
	if (row == NULL)
		return NULL;
	*row = *from;
	row->id = sg_pool_printf(j->to->pool, "C-%zu", j->to->cert_count);
	return row->id;
}

static const char *
cert_id(const struct joining *j, const char *id)
{
	size_t i;

	for (i = 0; id != NULL && i < j->part->cert_count; i++)
		if (strcmp(j->part->certs[i].id, id) == 0)
			return j->certs[i];
	return id;
}

/* "S-1.2" of a part: "S-4.2" of the whole. */
static const char *
count_on(const struct joining *j, const char *id, size_t before)
{
	size_t number = 0;
	char letter;

	if (id == NULL)
		return NULL;
	letter = id[0];
	for (id += 2; *id >= '0' && *id <= '9'; id++)
		number = number * 10 + (size_t)(*id - '0');
	return sg_pool_printf(
	    j->to->pool, "%c-%zu%s", letter, before + number, id);
}

static int
join_certs(struct joining *j)
{
	const struct sign_report *part = j->part;
	struct sg_report_rev *rev;
	size_t i;

	j->certs =
	    sg_pool_array(j->to->pool, part->cert_count, sizeof(*j->certs));
	if (j->certs == NULL)
		return sg_err_nomem(j->env);
	for (i = 0; i < part->cert_count; i++) {
		j->certs[i] = join_cert(j, &part->certs[i]);
		if (j->certs[i] == NULL)
			return sg_err_nomem(j->env);
	}
	for (i = 0; i < part->rev_count; i++) {
		rev = push(j, &j->to->revs, &j->to->rev_count, sizeof(*rev));
		if (rev == NULL)
			return sg_err_nomem(j->env);
		*rev = part->revs[i];
		rev->certificate = cert_id(j, rev->certificate);
	}
	return 0;
}

/* The part's own rows, which nobody else shows. */
static void
join_stamp(const struct joining *j, struct sg_report_stamp *stamp)
{
	stamp->id = count_on(j, stamp->id, j->stamps);
	stamp->certificate = cert_id(j, stamp->certificate);
}

static int
join_sig(struct joining *j, const struct sg_report_sig *from)
{
	struct sg_report_sig *row =
	    push(j, &j->to->sigs, &j->to->sig_count, sizeof(*row));
	size_t i;

	if (row == NULL)
		return sg_err_nomem(j->env);
	*row = *from;
	row->id = count_on(j, from->id, j->sigs);
	row->parent = count_on(j, from->parent, j->sigs);
	row->proven_by = count_on(j, from->proven_by, j->stamps);
	row->certificate = cert_id(j, from->certificate);
	for (i = 0; i < row->stamp_count; i++)
		join_stamp(j, &row->stamps[i]);
	if (row->file == NULL)
		row->file = j->part->signature_file;
	return row->id != NULL ? 0 : sg_err_nomem(j->env);
}

static int
join_messages(struct joining *j, struct sg_msg **to, size_t *count,
    const struct sg_msg *from, size_t more)
{
	struct sg_msg *row;
	size_t i;

	for (i = 0; i < more; i++) {
		row = push(j, to, count, sizeof(*row));
		if (row == NULL)
			return sg_err_nomem(j->env);
		*row = from[i];
	}
	return 0;
}

/* A part that could not be read at all is told, and its code counts. */
static int
join_error(struct joining *j)
{
	const struct sg_msg said = { N_("%1$s: %2$s"),
		{ j->part->signature_file, j->part->error_message, NULL } };

	if (j->part->error_code == NULL)
		return 0;
	return join_messages(
	    j, &j->to->warnings, &j->to->warning_count, &said, 1);
}

static int
exit_rank(int code)
{
	if (code == 0)
		return 0;
	return code < 5 || code > 8 ? 1 : 10 - code;
}

static const char *
worse(const char *a, const char *b)
{
	if (b == NULL || strcmp(b, "TOTAL-PASSED") == 0)
		return a != NULL ? a : b;
	if (a == NULL || strcmp(a, "TOTAL-FAILED") != 0)
		return b;
	return a;
}

static int
join_part(struct joining *j)
{
	struct sign_report *to = j->to;
	const struct sign_report *part = j->part;
	size_t i;
	int rc = join_certs(j);

	for (i = 0; rc == 0 && i < part->sig_count; i++)
		rc = join_sig(j, &part->sigs[i]);
	for (i = 0; i < part->sig_count; i++) {
		j->sigs += part->sigs[i].parent == NULL;
		j->stamps += part->sigs[i].stamp_count;
	}
	j->stamps += part->stamp_count;
	if (rc == 0)
		rc = join_messages(j, &to->warnings, &to->warning_count,
		    part->warnings, part->warning_count);
	if (rc == 0 && to->note_count == 0)
		rc = join_messages(j, &to->notes, &to->note_count, part->notes,
		    part->note_count);
	if (rc == 0 && to->hint_count == 0)
		rc = join_messages(j, &to->hints, &to->hint_count, part->hints,
		    part->hint_count);
	if (rc == 0)
		rc = join_error(j);
	if (exit_rank(part->exit) > exit_rank(to->exit))
		to->exit = part->exit;
	to->indication = worse(to->indication, part->indication);
	return rc;
}

/* What is the same of all of them. */
static void
join_head(struct sign_report *to, const struct sign_report *part)
{
	to->format = part->format;
	to->policy = part->policy;
	to->qualification = part->qualification;
	to->time = part->time;
}

int
sg_report_join(struct sign_ctx *ctx, struct sign_report **parts, size_t count,
    struct sign_report **out)
{
	struct joining j = { .env = &ctx->env };
	size_t i, taken = 0;
	int rc = 0;

	j.to = sg_report_new(ctx);
	if (j.to != NULL)
		j.to->parts =
		    sg_pool_array(j.to->pool, count, sizeof(*j.to->parts));
	if (j.to == NULL || j.to->parts == NULL)
		rc = sg_err_nomem(j.env);
	for (; rc == 0 && taken < count; taken++)
		j.to->parts[taken] = parts[taken];
	if (j.to != NULL)
		j.to->part_count = taken;
	for (i = taken; i < count; i++)
		sign_report_free(parts[i]);
	for (i = 0; rc == 0 && i < count; i++) {
		j.part = parts[i];
		if (i == 0)
			join_head(j.to, parts[i]);
		rc = join_part(&j);
	}
	if (rc < 0)
		sign_report_free(j.to);
	else
		*out = j.to;
	return rc;
}
