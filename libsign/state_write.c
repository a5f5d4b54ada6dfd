/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/state.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/job_asic.h"
#include "libsign/json.h"

#include <string.h>

/* ---- documents */

static const char *
bare_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
push_doc(struct sg_json *list, const char *name, uint64_t size,
    const struct sg_digest_fact *digests, size_t count)
{
	struct sg_json row = sg_json_object(), values = sg_json_object();
	size_t i;

	sg_json_text(&row, "name", name);
	if (size <= INT64_MAX)
		sg_json_int(&row, "size", (int64_t)size);
	for (i = 0; i < count; i++)
		sg_json_octets(
		    &values, digests[i].digest->option, digests[i].value);
	sg_json_put(&row, "digests", sg_json_done(&values));
	sg_json_push(list, sg_json_done(&row));
}

/* The digest that references to this document hold. */
static struct sg_view
found_digest(const struct sg_facts *facts, size_t number)
{
	const struct sg_sig_fact *sig = &facts->sigs[0];
	size_t i;

	for (i = 0; i < sig->ref_count; i++)
		if (!sig->refs[i].internal && number-- == 0)
			return sig->refs[i].found;
	return sg_view_of(NULL, 0);
}

/* Several documents under one signature: only it has their digests. */
static int
push_many(struct sg_env *env, struct sg_json *list, const struct sign_job *job)
{
	const struct sg_sources *docs = &job->now.docs;
	struct sg_digest_fact row = { .digest = job->signer.digest };
	struct sg_facts *facts = NULL;
	size_t i;
	int rc = sg_state_facts(env, job, &facts);

	for (i = 0; rc == 0 && i < docs->count; i++) {
		row.value = found_digest(facts, i);
		push_doc(
		    list, bare_name(docs->list[i].name), UINT64_MAX, &row, 1);
	}
	sg_facts_free(facts);
	return rc;
}

static int
push_docs(struct sg_env *env, struct sg_json *list, const struct sign_job *job)
{
	const struct sg_prepared *now = &job->now;
	const struct sg_sources *docs =
	    now->box != NULL ? &now->box->docs : &job->kept.docs;
	struct sg_digest_fact row = { job->signer.digest, { NULL, 0 } };
	size_t i;

	for (i = 0; i < docs->count; i++)
		push_doc(list,
		    now->box != NULL ? docs->list[i].name
				     : bare_name(docs->list[i].name),
		    docs->list[i].known->size, docs->list[i].known->digests,
		    docs->list[i].known->digest_count);
	if (docs->count != 0)
		return 0;
	if (now->docs.count > 1)
		return push_many(env, list, job);
	row.value = sg_view_of(now->digest, job->signer.digest->size);
	push_doc(list, bare_name(now->path), now->card.document_size, &row, 1);
	return 0;
}

/* ---- settings */

/* Only who has no certificate yet makes octets out of them. */
static void
put_props(struct sg_json *json, const struct sg_signed_props *p)
{
	struct sg_json row = sg_json_object();

	if (p->role_count != 0)
		sg_json_texts(&row, "roles", p->roles, p->role_count);
	sg_json_text(&row, "commitment", p->commitment);
	sg_json_text(&row, "country", p->country);
	sg_json_text(&row, "region", p->region);
	sg_json_text(&row, "city", p->city);
	sg_json_text(&row, "postal_code", p->postal_code);
	sg_json_text(&row, "mime_type", p->mime_type);
	sg_json_text(&row, "content_hint", p->content_hint);
	sg_json_text(&row, "policy_oid", p->policy_oid);
	sg_json_text(&row, "policy_uri", p->policy_uri);
	if (p->policy_digest != NULL) {
		sg_json_text(&row, "policy_digest", p->policy_digest->option);
		sg_json_octets(&row, "policy_hash", p->policy_hash);
	}
	sg_json_put(json, "properties", sg_json_done(&row));
}

static void
put_settings(struct sg_json *json, const struct sign_job *job)
{
	static const char *const packagings[] = {
		[SIGN_DETACHED] = "detached",
		[SIGN_ATTACHED] = "attached",
		[SIGN_ENVELOPED] = "enveloped",
		[SIGN_ENVELOPING] = "enveloping",
	};
	const struct sg_digest *digest = job->cert != NULL
	    ? sg_scheme_digest(job->signer.scheme)
	    : job->digest;

	sg_json_text(json, "format", sg_job_format(job));
	if (job->ops == &sg_job_asic)
		sg_json_text(json, "asic_with",
		    sg_job_asic_is_cades(job) ? "cades" : "xades");
	sg_json_text(json, "packaging", packagings[job->packaging]);
	sg_json_text(json, "level", job->level);
	sg_json_text(json, "digest", digest != NULL ? digest->option : NULL);
	sg_json_bool(json, "pss", job->pss);
	sg_json_bool(json, "pem", job->pem);
	if (job->parallel)
		sg_json_bool(json, "parallel", 1);
	if (job->place_id != NULL)
		sg_json_text(json, "place_id", job->place_id);
	if (job->place_xpath != NULL)
		sg_json_text(json, "place_xpath", job->place_xpath);
	sg_json_time(json, "signing_time",
	    job->cert != NULL ? job->props.signing_time : job->signing_time);
	sg_json_time(json, "deadline", job->deadline);
}

/* ---- what was made */

static void
put_chain(struct sg_json *json, const struct sign_job *job)
{
	size_t i;

	sg_json_list(json, "chain");
	for (i = 0; i < job->chain.count; i++)
		sg_json_push_octets(json, sg_cert_der(job->chain.list[i]));
}

static int
put_made(struct sg_env *env, struct sg_json *json, const struct sign_job *job)
{
	const struct sg_prepared *now = &job->now;
	struct sg_buf xml = { NULL, 0, 0 };
	int rc = 0;

	sg_json_octets(json, "certificate", sg_cert_der(job->cert));
	sg_json_text(json, "control_code", now->code);
	sg_json_octets(json, "octets", sg_buf_view(&now->attrs));
	sg_json_octets(json, "message_digest",
	    sg_view_of(now->digest, job->signer.digest->size));
	if (now->made != NULL)
		rc = sg_xades_keep(env, now->made, &xml);
	else if (job->kept.xml.len != 0)
		rc = sg_buf_append_view(env, &xml, job->kept.xml);
	if (rc == 0 && xml.len != 0)
		rc = sg_buf_append(env, &xml, "", 1);
	if (rc == 0 && xml.len != 0)
		sg_json_text(json, "signature", (const char *)xml.ptr);
	sg_buf_free(&xml);
	return rc;
}

/* EN 319 162-1, A.4: its octets are signed, however they were made. */
static int
put_manifest(
    struct sg_env *env, struct sg_json *json, const struct sign_job *job)
{
	const struct sg_job_asic *box = job->now.box;
	struct sg_view from =
	    box != NULL ? sg_buf_view(&box->manifest) : job->kept.manifest;
	struct sg_buf text = { NULL, 0, 0 };
	int rc;

	if (from.len == 0)
		return 0;
	rc = sg_buf_append_view(env, &text, from);
	if (rc == 0)
		rc = sg_buf_append(env, &text, "", 1);
	if (rc == 0)
		sg_json_text(json, "manifest", (const char *)text.ptr);
	sg_buf_free(&text);
	return rc;
}

/* The container that is counter-signed in, by its octets. */
static int
put_container(
    struct sg_env *env, struct sg_json *json, const struct sign_job *job)
{
	const struct sg_job_asic *box = job->now.box;
	struct sg_view digest = job->kept.container;
	unsigned char octets[SG_MAX_DIGEST];
	int rc = 0;

	if (job->now.kind != SG_JOB_COUNTER)
		return 0;
	if (box != NULL && box->in != NULL) {
		rc = sg_job_asic_hash(env, box, octets);
		digest = sg_view_of(octets, SG_JOB_ASIC_HASH);
	}
	if (rc == 0 && digest.len != 0)
		sg_json_octets(json, "container", digest);
	return rc;
}

static int
put_all(struct sg_env *env, struct sg_json *json, const struct sign_job *job,
    int chain)
{
	static const char *const kinds[] = {
		[SG_JOB_DOCUMENT] = "document",
		[SG_JOB_PARALLEL] = "parallel",
		[SG_JOB_COUNTER] = "counter",
	};
	struct sg_json docs = { NULL, NULL, 0 };
	int rc;

	sg_json_text(json, "schema", SG_STATE_SCHEMA);
	sg_json_int(json, "minor", SG_STATE_MINOR);
	sg_json_text(json, "made_by", "podpis " PACKAGE_VERSION);
	sg_json_text(json, "kind", kinds[job->now.kind]);
	put_settings(json, job);
	if (job->now.id != NULL)
		sg_json_text(json, "signer", job->now.id);
	if (job->now.type != NULL)
		sg_json_text(json, "type", job->now.type);
	sg_json_list(json, "documents");
	docs.list = json->list;
	rc = push_docs(env, &docs, job);
	json->failed |= docs.failed;
	if (rc < 0)
		return rc;
	if (chain)
		put_chain(json, job);
	/* of a container, the manifest is made anew with what they say */
	if (job->cert == NULL || job->ops == &sg_job_asic)
		put_props(json, &job->props);
	if (job->party != NULL)
		sg_json_text(json, "party", job->party);
	rc = put_container(env, json, job);
	if (rc == 0)
		rc = put_manifest(env, json, job);
	if (rc == 0 && job->cert != NULL)
		rc = put_made(env, json, job);
	return rc;
}

static int
put_seal(struct sg_env *env, struct sg_json *json, struct sg_view key)
{
	unsigned char mac[SG_MAX_DIGEST];
	int rc;

	if (json->failed)
		return sg_err_nomem(env);
	rc = sg_state_mac(env, json->object, key, mac);
	if (rc == 0)
		sg_json_octets(json, key.ptr != NULL ? "mac" : "checksum",
		    sg_view_of(mac, SG_STATE_MAC));
	return rc;
}

/* ---- the call */

struct text {
	struct sg_env *env;
	struct sg_buf *buf;
};

static int
put_text(const char *text, size_t len, void *payload)
{
	struct text *to = payload;

	return sg_buf_append(to->env, to->buf, text, len);
}

static int
write_state(
    struct sg_env *env, struct sign_job *job, struct sg_view key, int chain)
{
	struct sg_json json = sg_json_object();
	struct text to = { env, &job->state };
	int rc;

	job->state.len = 0;
	rc = put_all(env, &json, job, chain);
	if (rc == 0)
		rc = put_seal(env, &json, key);
	if (rc == 0)
		return sg_json_write(env, &json, put_text, &to);
	sg_json_free(&json);
	return rc;
}

int
sg_state_key(struct sg_env *env, const struct sign_state_options *from,
    struct sign_state_options *to)
{
	static const struct sign_state_options initial =
	    SIGN_STATE_OPTIONS_INIT;
	int rc;

	sg_err_clear(env);
	*to = initial;
	rc = sg_options_take(env, from, to, sizeof(*to));
	if (rc < 0)
		return rc;
	if (to->key != NULL && to->key_len < SG_MIN_STATE_KEY)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a key for states has at least %d octets, have %zu"),
		    SG_MIN_STATE_KEY, to->key_len);
	return 0;
}

int
sign_job_export(struct sign_job *job, const struct sign_state_options *options,
    const char **text, size_t *len)
{
	struct sg_env *env = &job->ctx->env;
	struct sign_state_options set;
	struct sg_view key;
	int rc = sg_state_key(env, options, &set);

	if (rc == 0 && !job->now.ready &&
	    (job->cert != NULL || job->kept.docs.count == 0))
		rc = sg_err_set(env, SIGN_E_STATE,
		    N_("the job is not prepared: there is nothing to save"));
	if (rc == 0 && job->cert == NULL && job->stamper.ask != NULL)
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("a content time-stamp is asked for when the certificate "
		       "is known: the job has none yet"));
	if (rc < 0)
		return rc;
	key = sg_view_of(set.key, set.key_len);
	rc = write_state(env, job, key, 1);
	if (rc == 0 && job->state.len > SG_MAX_STATE && job->chain.count != 0)
		rc = write_state(env, job, key, 0);
	if (rc == 0 && job->state.len > SG_MAX_STATE)
		rc = sg_err_set(env, SIGN_E_LIMIT,
		    N_("the job's state has %zu octets, want at most %u: fewer "
		       "documents or certificates"),
		    job->state.len, SG_MAX_STATE);
	if (rc == 0) /* for who takes it for a string; not counted */
		rc = sg_buf_append(env, &job->state, "", 1);
	if (rc < 0)
		return rc;
	*text = (const char *)job->state.ptr;
	*len = --job->state.len;
	return 0;
}
