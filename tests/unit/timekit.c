/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "timekit.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/time.h"
#include "formats/asic.h"
#include "formats/augment.h"
#include "formats/tst.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/judge.h"
#include "libsign/trust.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "signer.h"
#include "tests/lib/mkkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *kind, *md, *option;
} kinds[] = {
	{ "p256", "SHA256", "sha256" },
	{ "rsa", "SHA512", "sha512" },
	{ "gost256", "md_gost12_256", "streebog256" },
};

/* What timekit.format says. */
static const struct form {
	const char *name, *format, *with;
	enum sign_packaging packaging;
	const struct sg_augment_ops *ops;
} forms[] = {
	{ "cades", "cades", NULL, SIGN_ATTACHED, &sg_augment_cades },
	{ "xades", "xades", NULL, SIGN_ENVELOPING, &sg_augment_xades },
	{ "asic-e cades", "asic-e", "cades", SIGN_DETACHED, &sg_augment_asic },
	{ "asic-e xades", "asic-e", "xades", SIGN_DETACHED, &sg_augment_asic },
	{ "asic-s cades", "asic-s", "cades", SIGN_DETACHED, &sg_augment_asic },
};

static const struct form *
form_of(const struct timekit *kit)
{
	size_t i = 0;

	while (strcmp(forms[i].name, kit->format) != 0)
		assert_true(++i < sizeof(forms) / sizeof(forms[0]));
	return &forms[i];
}

static int64_t
clock_of(void *payload)
{
	return ((struct timekit *)payload)->now;
}

int
timekit_open(struct timekit *kit, const char *kind, const char *format)
{
	struct authority_options options = { .kind = kind };

	memset(kit, 0, sizeof(*kit));
	kit->lab = authority_new(&options);
	if (kit->lab == NULL)
		return 0;
	assert_int_equal(sign_ctx_new(&kit->ctx), 0);
	sign_ctx_set_clock(kit->ctx, clock_of, kit);
	kit->kind = kind;
	kit->format = format;
	return 1;
}

void
timekit_close(struct timekit *kit)
{
	size_t i;

	for (i = 0; i < kit->rooms; i++)
		sg_buf_free(&kit->room[i]);
	sg_buf_free(&kit->file);
	sg_buf_free(&kit->content);
	authority_free(kit->lab);
	sign_ctx_free(kit->ctx);
}

int64_t
timekit_date(const char *text)
{
	int64_t time = SG_NO_TIME;
	struct sg_env env;

	memset(&env, 0, sizeof(env));
	if (sg_time_parse(&env, text, &time) < 0)
		fail_msg("no date: %s", text);
	return time;
}

static size_t
kind_row(const struct timekit *kit)
{
	size_t i = 0;

	while (strcmp(kinds[i].kind, kit->kind) != 0)
		i++;
	return i;
}

static const struct sg_digest *
digest_of(const struct timekit *kit)
{
	return sg_digest_by_option(kinds[kind_row(kit)].option);
}

static struct sg_buf *
room(struct timekit *kit)
{
	assert_true(kit->rooms < sizeof(kit->room) / sizeof(kit->room[0]));
	return &kit->room[kit->rooms++];
}

/* ---- signing, through the library's own door */

static void
take_sign(struct timekit *kit)
{
	struct sign_job_options o = SIGN_JOB_OPTIONS_INIT;
	struct sg_view cert = authority_cert(kit->lab, "signer");
	struct signer signer = { .key = authority_key(kit->lab, "signer") };
	char dir[] = "/tmp/podpis-time-XXXXXX", doc[64], sig[64];
	struct sign_job *job = NULL;
	struct sign_key *key;
	FILE *to;
	int rc;

	signer.cert = (unsigned char *)(uintptr_t)cert.ptr;
	signer.cert_len = (int)cert.len;
	key = signer_key(kit->ctx, &signer);
	assert_non_null(mkdtemp(dir));
	snprintf(doc, sizeof(doc), "%s/lease.txt", dir);
	snprintf(sig, sizeof(sig), "%s/sig", dir);
	to = fopen(doc, "w");
	assert_non_null(to);
	fputs("lease of a flat\n", to);
	fclose(to);
	o.format = form_of(kit)->format;
	o.asic_with = form_of(kit)->with;
	o.packaging = form_of(kit)->packaging;
	o.signing_time = kit->now;
	if (strcmp(kit->kind, "p256") == 0)
		o.digest = "sha384"; /* unlike the certificates */
	rc = sign_job_new(kit->ctx, &o, key, &job);
	if (rc == 0)
		rc = sign_job_prepare(job, doc);
	if (rc == 0)
		rc = sign_job_sign(job, key);
	if (rc == 0)
		rc = sign_job_write(job, sig);
	if (rc != 0)
		fail_msg("%s", sign_ctx_message(kit->ctx));
	sign_job_free(job);
	sign_key_free(key);
	assert_int_equal(
	    sg_read_file(&kit->ctx->env, sig, 1 << 24, &kit->file), 0);
	unlink(sig);
	unlink(doc);
	rmdir(dir);
}

/* ---- raising */

struct raising {
	const struct sg_augment_ops *ops;
	struct sg_in *in;
	struct sg_facts *facts;
	struct sg_augment *aug;
};

static struct sg_facts *
read_in(struct timekit *kit, struct sg_in *in)
{
	const struct sg_format *format;
	struct sg_facts *facts = NULL;
	struct sg_view head;

	assert_int_equal(sg_in_peek(&kit->ctx->env, in, 64, &head), 0);
	format = sg_format_probe(head);
	assert_non_null(format);
	assert_int_equal(format->read(&kit->ctx->env, in, NULL, &facts), 0);
	return facts;
}

static void
raise_begin(struct timekit *kit, struct raising *r)
{
	struct sg_env *env = &kit->ctx->env;

	memset(r, 0, sizeof(*r));
	r->ops = form_of(kit)->ops;
	assert_int_equal(
	    sg_in_memory(env, "sig", sg_buf_view(&kit->file), &r->in), 0);
	r->facts = read_in(kit, r->in);
	assert_int_equal(sg_in_rewind(env, r->in), 0);
	if (r->ops->open(env, r->in, NULL, r->facts, &r->aug) < 0)
		fail_msg("%s", env->message);
}

static void
raise_end(struct timekit *kit, struct raising *r, int rc)
{
	struct sg_env *env = &kit->ctx->env;
	struct sg_buf result = { NULL, 0, 0 };
	struct sg_out *out = NULL;

	if (rc < 0)
		fail_msg("%s", env->message);
	assert_int_equal(sg_out_memory(env, &result, &out), 0);
	assert_int_equal(r->ops->write(env, r->aug, out, 0), 0);
	assert_int_equal(sg_out_commit(env, out), 0);
	r->ops->free(r->aug);
	sg_out_free(out);
	sg_facts_free(r->facts);
	sg_in_free(r->in);
	sg_buf_free(&kit->file);
	kit->file = result;
}

static void
make_token(struct timekit *kit, struct sg_view imprint, const char *tsa,
    const char *fault, struct sg_buf *out)
{
	struct authority_tsa how = { .id = tsa[0] != '\0' ? tsa : NULL,
		.time = kit->now,
		.flags = AUTHORITY_TSA_CHAIN };

	kit->has_tsa2 |= strcmp(tsa, "tsa2") == 0;
	if (strcmp(fault, "other") == 0)
		kit->other = 1;
	else if (fault[0] != '\0')
		how.faults = authority_fault(authority_tsa_faults, fault);
	authority_stamp(kit->lab, &how, kinds[kind_row(kit)].md, imprint, out);
}

static void
take_stamp(struct timekit *kit, enum sg_stamp_kind kind, const char *tsa,
    const char *fault)
{
	struct sg_env *env = &kit->ctx->env;
	struct sg_buf imprint = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct raising r;
	int rc;

	raise_begin(kit, &r);
	rc = r.ops->imprint(env, r.aug, 0, kind, digest_of(kit), &imprint);
	if (rc == 0) {
		make_token(kit, sg_buf_view(&imprint), tsa, fault, &token);
		rc = r.ops->add_stamp(
		    env, r.aug, 0, kind, sg_buf_view(&token), NULL);
	}
	raise_end(kit, &r, rc);
	sg_buf_free(&imprint);
	sg_buf_free(&token);
}

static struct sg_view
make_crl(struct timekit *kit, const char *issuer, const char *fault)
{
	struct sg_buf *to = room(kit);

	authority_crl(kit->lab,
	    &(struct authority_crl){ .issuer = issuer,
		.time = kit->now,
		.faults = fault[0] != '\0'
		    ? authority_fault(authority_crl_faults, fault)
		    : 0 },
	    to);
	return sg_buf_view(to);
}

struct held {
	struct sg_view certs[8], crls[4], ocsps[1];
	struct sg_values values;
};

static void
hold(struct timekit *kit, const char *fault, int ocsp, struct held *held)
{
	static const char *const ids[] = { "signer", "ca", "root", "tsa" };
	static const char *const more[] = { "ca2", "root2", "tsa2" };
	struct sg_values *v = &held->values;
	size_t i;

	memset(held, 0, sizeof(*held));
	for (i = 0; i < 4; i++)
		held->certs[v->cert_count++] = authority_cert(kit->lab, ids[i]);
	held->crls[v->crl_count++] = make_crl(kit, "ca", fault);
	held->crls[v->crl_count++] = make_crl(kit, "root", "");
	for (i = 0; kit->has_tsa2 && i < 3; i++)
		held->certs[v->cert_count++] =
		    authority_cert(kit->lab, more[i]);
	for (i = 0; kit->has_tsa2 && i < 2; i++)
		held->crls[v->crl_count++] = make_crl(kit, more[i], "");
	if (ocsp) {
		authority_ocsp_status(kit->lab,
		    &(struct authority_ocsp){ .time = kit->now }, "signer",
		    room(kit));
		held->ocsps[v->ocsp_count++] =
		    sg_buf_view(&kit->room[kit->rooms - 1]);
	}
	v->certs = held->certs;
	v->crls = held->crls;
	v->ocsps = held->ocsps;
}

static void
take_values(struct timekit *kit, const char *fault, int ocsp, int renew)
{
	struct held held;
	struct raising r;
	int rc;

	hold(kit, fault, ocsp, &held);
	raise_begin(kit, &r);
	if (renew)
		rc =
		    r.ops->renew_values(&kit->ctx->env, r.aug, 0, &held.values);
	else
		rc = r.ops->add_values(
		    &kit->ctx->env, r.aug, 0, &held.values, 1);
	raise_end(kit, &r, rc);
}

/* ---- scripts */

static void
take_content(struct timekit *kit, const char *tsa)
{
	unsigned char hash[SG_MAX_DIGEST];

	assert_int_equal(sg_hash_once(&kit->ctx->env, digest_of(kit),
			     sg_view_str("lease of a flat\n"), hash),
	    0);
	make_token(kit, sg_view_of(hash, digest_of(kit)->size), tsa, "",
	    &kit->content);
}

/* The lab borrows names. */
static const char *
lasting(const char *id)
{
	static const char *const ids[] = { "signer", "ca", "tsa", "ca2", "tsa2",
		NULL };
	size_t i = 0;

	while (ids[i] != NULL && strcmp(ids[i], id) != 0)
		i++;
	assert_non_null(ids[i]);
	return ids[i];
}

static void
take(struct timekit *kit, const char *verb, const char *a, const char *b)
{
	struct authority_row row = { .id = NULL };

	if (strcmp(verb, "cert") == 0) {
		row.id = lasting(a);
		row.from = kit->now;
		row.until = timekit_date(b);
		authority_add(kit->lab, &row);
	} else if (strcmp(verb, "revoke") == 0) {
		authority_revoke(kit->lab, lasting(a), kit->now, atoi(b));
	} else if (strcmp(verb, "sign") == 0) {
		take_sign(kit);
	} else if (strcmp(verb, "content") == 0) {
		take_content(kit, a);
	} else if (strcmp(verb, "T") == 0) {
		take_stamp(kit, SG_STAMP_SIGNATURE, a, b);
	} else if (strcmp(verb, "A") == 0) {
		take_stamp(kit, SG_STAMP_ARCHIVE, a, b);
	} else if (strcmp(verb, "values") == 0) {
		take_values(kit, a, 0, 0);
	} else if (strcmp(verb, "ocsp") == 0) {
		take_values(kit, "", 1, 0);
	} else if (strcmp(verb, "renew") == 0) {
		take_values(kit, "", 0, 1);
	} else {
		fail_msg("no such verb: %s", verb);
	}
}

void
timekit_run(struct timekit *kit, const char *script)
{
	char date[32], verb[32], a[32], b[32], line[128];
	size_t len;

	for (; *script != '\0'; script += len + (script[len] == '\n')) {
		len = strcspn(script, "\n");
		assert_true(len < sizeof(line));
		memcpy(line, script, len);
		line[len] = '\0';
		a[0] = b[0] = '\0';
		if (sscanf(line, "%31s %31s %31s %31s", date, verb, a, b) < 2)
			fail_msg("no step: %s", line);
		kit->now = timekit_date(date);
		take(kit, verb, a, b);
	}
}

/* ---- judging */

/* The content time-stamp, as a reader would have found it among the signed
 * attributes. */
static void
put_content(struct timekit *kit, struct sg_facts *facts)
{
	struct sg_sig_fact *sig = &facts->sigs[0];
	struct sg_env *env = &kit->ctx->env;
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_stamp_fact *stamp;

	if (kit->content.len == 0)
		return;
	stamp = sg_pool_push(
	    facts->pool, &sig->stamps, &sig->stamp_count, sizeof(*stamp));
	stamp->kind = "content";
	stamp->token = sg_buf_view(&kit->content);
	assert_int_equal(sg_tst_read(env, facts, stamp->token, 0, stamp), 0);
	assert_int_equal(sg_hash_once(env, stamp->info.digest,
			     sg_view_str("lease of a flat\n"), hash),
	    0);
	stamp->imprints =
	    sg_pool_array(facts->pool, 1, sizeof(*stamp->imprints));
	stamp->imprints[0].value = sg_pool_dup(
	    facts->pool, sg_view_of(hash, stamp->info.digest->size));
	stamp->imprint_count = 1;
}

/* No writer takes a token over something else: so that what it should be over
 * is another thing than it was. */
static void
spoil_imprint(struct timekit *kit, struct sg_facts *facts)
{
	struct sg_stamp_fact *stamp;
	size_t i;

	if (!kit->other)
		return;
	stamp = &facts->sigs[0].stamps[0];
	for (i = 0; i < stamp->imprint_count; i++)
		stamp->imprints[i].value = sg_pool_dup(facts->pool,
		    sg_view_of(stamp->token.ptr, stamp->info.imprint.len));
}

static void
trust_cert(struct timekit *kit, struct sg_certs *to, const char *id)
{
	struct sg_cert *cert = NULL;

	assert_int_equal(
	    sg_cert_parse(&kit->ctx->env, authority_cert(kit->lab, id), &cert),
	    0);
	assert_int_equal(sg_certs_add(&kit->ctx->env, to, cert), 0);
	sg_cert_free(cert);
}

static struct sign_trust *
make_trust(struct timekit *kit, const char *crls)
{
	static const char *const anchors[] = { "root", "root2" };
	static const char *const issuers[] = { "ca", "root", "ca2", "root2" };
	struct sign_trust *trust = NULL;
	struct sg_crl *crl;
	size_t i;

	assert_int_equal(sign_trust_new(kit->ctx, &trust), 0);
	for (i = 0; i < 2; i++)
		trust_cert(kit, &trust->anchors, anchors[i]);
	for (i = 0; i < 4; i += 2)
		trust_cert(kit, &trust->certs, issuers[i]);
	for (i = 0; crls[0] != '\0' && i < 4; i++) {
		crl = NULL;
		assert_int_equal(sg_crl_parse(&kit->ctx->env,
				     make_crl(kit, issuers[i], ""), &crl),
		    0);
		assert_int_equal(
		    sg_crls_add(&kit->ctx->env, &trust->crls, crl), 0);
		sg_crl_free(crl);
	}
	return trust;
}

struct sign_report *
timekit_judge(struct timekit *kit, const struct timekit_ask *ask)
{
	struct sg_env *env = &kit->ctx->env;
	int64_t at = timekit_date(ask->date);
	struct sign_report *report = sg_report_new(kit->ctx);
	struct sg_gathered gathered;
	struct sign_trust *trust;
	struct sg_facts *facts;
	struct sg_in *in = NULL;

	kit->now = at;
	if (strcmp(ask->crls, "") != 0 && strcmp(ask->crls, "fresh") != 0)
		kit->now = timekit_date(ask->crls);
	trust = make_trust(kit, ask->crls);
	assert_int_equal(
	    sg_in_memory(env, "sig", sg_buf_view(&kit->file), &in), 0);
	facts = read_in(kit, in);
	put_content(kit, facts);
	spoil_imprint(kit, facts);
	assert_int_equal(sg_gather(kit->ctx, facts, trust, &gathered), 0);
	assert_int_equal(
	    sg_judge(env, facts, &gathered.evidence,
		ask->policy != NULL ? ask->policy : sg_policy_find("ades"), at,
		report),
	    0);
	sg_gathered_clear(&gathered);
	sign_trust_free(trust);
	sg_facts_free(facts);
	sg_in_free(in);
	return report;
}
