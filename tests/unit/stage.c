/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/stage.h"

#include "tests/lib/authority.h"
#include "tests/lib/mkkey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define DAY AUTHORITY_DAY

static const struct authority_row rows[] = {
	/* a CA that expires, and its people */
	{ "old-ca", "root", AUTHORITY_CA, .until = MK_NOW + 100 * DAY },
	{ "old-signer", "old-ca", AUTHORITY_SIGNER, .from = MK_NOW - 100 * DAY,
	    .until = MK_NOW + 50 * DAY },
	{ "old-ocsp", "old-ca", AUTHORITY_OCSP, .until = MK_NOW + 30 * DAY },
	/* certificates that were never valid together */
	{ "late-ca", "root", AUTHORITY_CA, .from = MK_NOW },
	{ "early-signer", "late-ca", AUTHORITY_SIGNER,
	    .from = MK_NOW - 20 * DAY, .until = MK_NOW - 10 * DAY },
	/* an anchor that expired */
	{ "old-root", NULL, AUTHORITY_CA, .until = MK_NOW + 10 * DAY },
	{ "of-old-root", "old-root", AUTHORITY_SIGNER,
	    .until = MK_NOW + 200 * DAY },
	/* the same CA below another root */
	{ "cross", "root2", AUTHORITY_CA, .key = "ca", .cn = "CA" },
	{ "young", "ca", AUTHORITY_SIGNER, .from = MK_NOW - 2 * DAY },
	{ "no-rev", "ca", AUTHORITY_SIGNER, .until = MK_NOW + 20 * DAY,
	    .ext = { { "2.5.29.56", "DER:0500" } } },
	{ "encipher", "ca", AUTHORITY_SIGNER, .flags = AUTHORITY_USAGE_LESS },
	/* responders */
	{ "checked", "ca", AUTHORITY_OCSP, .flags = AUTHORITY_CHECKED },
	{ "brief", "ca", AUTHORITY_OCSP, .until = MK_NOW + 30 * DAY },
	{ "encipher-ocsp", "ca", AUTHORITY_OCSP,
	    .flags = AUTHORITY_USAGE_LESS },
	{ "plain-ocsp", "ca", AUTHORITY_OCSP, .flags = AUTHORITY_EKU_NONE },
	/* time-stamping authorities */
	{ "tsa-plain", "ca", AUTHORITY_TSA, .flags = AUTHORITY_EKU_PLAIN },
	{ "tsa-more", "ca", AUTHORITY_TSA, .flags = AUTHORITY_EKU_MORE },
	{ "tsa-bare", "ca", AUTHORITY_TSA, .flags = AUTHORITY_EKU_NONE },
	{ "tsa-encipher", "ca", AUTHORITY_TSA, .flags = AUTHORITY_USAGE_LESS },
	/* outlives its CA */
	{ "outliving", "old-ca", AUTHORITY_SIGNER,
	    .until = MK_NOW + 200 * DAY },
	{ "weak", "ca", AUTHORITY_SIGNER, .kind = "rsa" },
};

static void
stage_must(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "stage: %s\n", what);
	abort();
}

int64_t
stage_day(long day)
{
	return MK_NOW + day * DAY;
}

/* "-3", or "-3s60": a minute later. */
static int64_t
stage_time(const char *text)
{
	char *end;
	int64_t time = stage_day(strtol(text, &end, 10));

	return *end == 's' ? time + strtol(end + 1, NULL, 10) : time;
}

/* ---- certificates */

static struct stage_cert *
named_find(struct stage *stage, const char *id)
{
	size_t i;

	for (i = 0; i < stage->named_count; i++)
		if (strcmp(stage->named[i].id, id) == 0)
			return &stage->named[i];
	return NULL;
}

static struct stage_cert *
named_get(struct stage *stage, const char *id)
{
	struct stage_cert *named = named_find(stage, id);

	if (named != NULL)
		return named;
	stage_must(stage->named_count < STAGE_CERTS, "too many certificates");
	named = &stage->named[stage->named_count++];
	named->id = strdup(id);
	stage_must(named->id != NULL &&
		sg_cert_parse(stage->env, authority_cert(stage->lab, id),
		    &named->cert) == 0,
	    id);
	return named;
}

struct sg_cert *
stage_cert(struct stage *stage, const char *id)
{
	return named_get(stage, id)->cert;
}

static void
certs_drop(struct sg_certs *certs, const struct sg_cert *cert)
{
	size_t i, kept = 0;

	for (i = 0; i < certs->count; i++) {
		if (certs->list[i] == cert)
			sg_cert_free(certs->list[i]);
		else
			certs->list[kept++] = certs->list[i];
	}
	certs->count = kept;
}

static void
stage_proves(struct stage *stage, struct sg_view octets, int64_t time)
{
	stage_must(
	    sg_poes_add(stage->env, stage->poes, octets, time) == 0, "POE");
}

/* ---- words */

/* One command: its words. */
#define WORDS 16
#define WORD 64
struct line {
	char words[WORDS][WORD];
	size_t count;
};

static void
line_read(const char *from, size_t len, struct line *line)
{
	size_t take;

	line->count = 0;
	for (;;) {
		while (len > 0 && *from == ' ') {
			from++;
			len--;
		}
		if (len == 0)
			return;
		for (take = 0; take < len && from[take] != ' '; take++)
			;
		stage_must(line->count < WORDS && take < WORD, "long line");
		memcpy(line->words[line->count], from, take);
		line->words[line->count++][take] = '\0';
		from += take;
		len -= take;
	}
}

/* What stands behind "next=", NULL: no such word. */
static const char *
line_value(const struct line *line, const char *name)
{
	size_t i, len = strlen(name);

	for (i = 3; i < line->count; i++)
		if (strncmp(line->words[i], name, len) == 0)
			return line->words[i] + len;
	return NULL;
}

static int64_t
line_day(const struct line *line, const char *name)
{
	const char *value = line_value(line, name);

	if (value == NULL)
		return 0;
	if (strcmp(value, "none") == 0)
		return -1;
	return stage_time(value);
}

static unsigned
line_faults(const struct line *line, const struct authority_fault *rows_)
{
	unsigned faults = 0;
	size_t i;

	for (i = 3; i < line->count; i++)
		faults |= authority_fault(rows_, line->words[i]);
	return faults;
}

/* Since when are the data proven to exist? */
static void
line_prove(struct stage *stage, const struct line *line, struct sg_view octets)
{
	int64_t time = line_day(line, "@");

	if (time != -1)
		stage_proves(stage, octets, time != 0 ? time : stage->known);
}

/* ---- commands */

static void
play_crl(struct stage *stage, const struct line *line)
{
	struct authority_crl how = {
		.issuer = line->words[1],
		.time = stage_time(line->words[2]),
		.next = line_day(line, "next="),
		.base = line_day(line, "base="),
		.expired_since = line_day(line, "kept="),
		.idp = line_value(line, "idp="),
		.digest = line_value(line, "md="),
		.faults = line_faults(line, authority_crl_faults),
	};
	struct sg_buf der = { 0 };
	struct sg_crl *crl;

	authority_crl(stage->lab, &how, &der);
	stage_must(sg_crl_parse(stage->env, sg_buf_view(&der), &crl) == 0 &&
		sg_crls_add(stage->env, &stage->crls, crl) == 0,
	    "CRL");
	line_prove(stage, line, sg_buf_view(&der));
	sg_crl_free(crl);
	sg_buf_free(&der);
}

static void
play_ocsp(struct stage *stage, const struct line *line)
{
	struct authority_ocsp how = {
		.id = line_value(line, "by="),
		.time = stage_time(line->words[2]),
		.produced = line_day(line, "produced="),
		.next = line_day(line, "next="),
		.cutoff = line_day(line, "cutoff="),
		.digest = line_value(line, "md="),
		.faults = line_faults(line, authority_ocsp_faults),
	};
	struct sg_buf request = { 0 }, der = { 0 };
	struct sg_ocsp *ocsp;

	if (line_value(line, "byname") != NULL)
		how.flags |= AUTHORITY_OCSP_BY_NAME;
	if (line_value(line, "byca") != NULL)
		how.flags |= AUTHORITY_OCSP_BY_CA;
	authority_ocsp_request(
	    stage->lab, line->words[1], line_value(line, "id="), 0, &request);
	authority_ocsp_reply(stage->lab, &how, sg_buf_view(&request), &der);
	stage_must(sg_ocsp_parse(stage->env, sg_buf_view(&der), &ocsp) == 0 &&
		sg_ocsps_add(stage->env, &stage->ocsps, ocsp) == 0,
	    "OCSP response");
	line_prove(stage, line, sg_buf_view(&der));
	sg_ocsp_free(ocsp);
	sg_buf_free(&request);
	sg_buf_free(&der);
}

static void
play_revoke(struct stage *stage, const struct line *line)
{
	named_get(stage, line->words[1]); /* has a serial number now */
	authority_revoke(stage->lab, named_find(stage, line->words[1])->id,
	    stage_time(line->words[2]), (int)strtol(line->words[3], NULL, 10));
}

static void
play_line(struct stage *stage, const struct line *line)
{
	const char *command = line->words[0], *id = line->words[1];

	stage_must(line->count >= 2, command);
	if (strcmp(command, "max") == 0) {
		stage->evidence.max_age = DAY * strtol(id, NULL, 10);
	} else if (strcmp(command, "anchor") == 0) {
		sg_certs_add(
		    stage->env, &stage->anchors, stage_cert(stage, id));
	} else if (strcmp(command, "hint") == 0) {
		sg_certs_add(stage->env, &stage->certs, stage_cert(stage, id));
	} else if (strcmp(command, "drop") == 0) {
		certs_drop(&stage->anchors, stage_cert(stage, id));
		certs_drop(&stage->certs, stage_cert(stage, id));
	} else if (strcmp(command, "nopoe") == 0) {
		named_get(stage, id)->unproven = 1;
	} else if (strcmp(command, "poe") == 0) {
		stage_proves(stage, sg_cert_der(stage_cert(stage, id)),
		    stage_time(line->words[2]));
	} else if (strcmp(command, "revoke") == 0) {
		play_revoke(stage, line);
	} else if (strcmp(command, "crl") == 0) {
		play_crl(stage, line);
	} else {
		stage_must(strcmp(command, "ocsp") == 0, command);
		play_ocsp(stage, line);
	}
}

void
stage_play(struct stage *stage, const char *script)
{
	struct line line;
	size_t i, len;

	while (script != NULL && *script != '\0') {
		len = strcspn(script, ";");
		line_read(script, len, &line);
		if (line.count != 0)
			play_line(stage, &line);
		script += len + (script[len] == ';');
	}
	for (i = 0; i < stage->named_count; i++)
		if (!stage->named[i].unproven)
			stage_proves(stage, sg_cert_der(stage->named[i].cert),
			    stage->known);
}

int
stage_new(struct stage *stage, struct sg_env *env, const char *kind, int known)
{
	const struct authority_options options = { .kind = kind,
		.rows = rows,
		.row_count = sizeof(rows) / sizeof(rows[0]) };

	memset(stage, 0, sizeof(*stage));
	stage->env = env;
	stage->known = stage_day(known);
	stage->lab = authority_new(&options);
	if (stage->lab == NULL)
		return 0;
	stage_must(sg_poes_new(env, &stage->poes) == 0, "POEs");
	stage->evidence.anchors = &stage->anchors;
	stage->evidence.certs = &stage->certs;
	stage->evidence.crls = &stage->crls;
	stage->evidence.ocsps = &stage->ocsps;
	sg_certs_add(env, &stage->anchors, stage_cert(stage, "root"));
	sg_certs_add(env, &stage->certs, stage_cert(stage, "ca"));
	return 1;
}

void
stage_free(struct stage *stage)
{
	size_t i;

	for (i = 0; i < stage->named_count; i++) {
		sg_cert_free(stage->named[i].cert);
		free((char *)(uintptr_t)stage->named[i].id);
	}
	sg_certs_clear(&stage->anchors);
	sg_certs_clear(&stage->certs);
	sg_crls_clear(&stage->crls);
	sg_ocsps_clear(&stage->ocsps);
	sg_poes_free(stage->poes);
	authority_free(stage->lab);
	memset(stage, 0, sizeof(*stage));
}
