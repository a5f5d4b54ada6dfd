/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/job.h"
#include "libsign/state.h"

#include <string.h>

/* ---- the certificate and its key */

static int
check_validity(struct sg_env *env, const struct sg_cert *cert, int64_t time)
{
	char text[SG_TIME_TEXT];

	if (time < sg_cert_not_before(cert))
		return sg_err_set(env, SIGN_E_KEY,
		    "the certificate is not valid before %s",
		    sg_time_format(sg_cert_not_before(cert), text));
	if (time > sg_cert_not_after(cert))
		return sg_err_set(env, SIGN_E_KEY,
		    "the certificate expired on %s",
		    sg_time_format(sg_cert_not_after(cert), text));
	return 0;
}

static int
check_cert(
    struct sg_env *env, const struct sign_job *job, const struct sg_cert *cert)
{
	int rc = 0;

	/* what is to be completed was prepared in time */
	if (job->kept.octets.len == 0)
		rc = check_validity(env, cert, sg_env_now(env));
	if (rc == 0 && job->signing_time != SG_NO_TIME)
		rc = check_validity(env, cert, job->signing_time);
	if (rc < 0)
		return rc;
	if (!sg_cert_may_sign(cert))
		return sg_err_set(env, SIGN_E_KEY,
		    "the certificate's key usage does not let it sign "
		    "documents (RFC 5280, 4.2.1.3)");
	return 0;
}

/* Is this digest of every document known? */
static int
is_held(const struct sign_job *job, const struct sg_digest *digest)
{
	const struct sg_sources *docs = &job->kept.docs;
	size_t i;

	/* RFC 9231 has no name for what belongs to Ed448 */
	if (job->ops == &sg_job_xades && digest->xml_uri[0] == NULL)
		digest = sg_digest_by_option("sha512");
	for (i = 0; i < docs->count; i++)
		if (sg_doc_digest(docs->list[i].known, digest).len == 0)
			return 0;
	return 1;
}

/* Documents are elsewhere: of the digests that are known the one that belongs
 * to the key, else the first that it can sign. */
static int
scheme_held(struct sg_env *env, struct sign_job *job, EVP_PKEY *key,
    const struct sg_scheme **out)
{
	const struct sg_doc_fact *doc = job->kept.docs.list[0].known;
	const struct sg_digest *digest = NULL;
	size_t i;
	int rc;

	rc = sg_scheme_for_key(env, key, NULL, job->pss, out);
	if (rc < 0)
		return rc;
	digest = sg_scheme_digest(*out);
	if (is_held(job, digest))
		return 0;
	for (i = 0; i < doc->digest_count; i++)
		if (is_held(job, doc->digests[i].digest) &&
		    sg_scheme_for_key(
			env, key, doc->digests[i].digest, job->pss, out) == 0)
			return 0;
	sg_err_clear(env);
	return sg_err_set(env, SIGN_E_KEY,
	    N_("the certificate's key signs %s, and the job does not hold it"),
	    digest->name);
}

/* The scheme that belongs to the certificate's key and the wished digest. */
static int
take_scheme(struct sg_env *env, struct sign_job *job, struct sg_cert *cert)
{
	struct sg_signer *signer = &job->signer;
	EVP_PKEY *key = NULL;
	int rc = sg_cert_key(env, cert, &key);

	if (rc == 0 && job->digest == NULL && job->kept.docs.count != 0)
		rc = scheme_held(env, job, key, &signer->scheme);
	else if (rc == 0)
		rc = sg_scheme_for_key(
		    env, key, job->digest, job->pss, &signer->scheme);
	if (rc < 0)
		return rc;
	job->key = key;
	signer->cert = sg_cert_der(cert);
	signer->digest = sg_scheme_digest(signer->scheme);
	signer->pss.hash = signer->pss.mgf = signer->digest;
	signer->pss.salt = (int)signer->digest->size;
	/* RFC 9231 has no name for what belongs to Ed448 */
	if (job->ops == &sg_job_xades && signer->digest->xml_uri[0] == NULL)
		signer->digest = sg_digest_by_option("sha512");
	return 0;
}

int
sg_job_take_cert(struct sg_env *env, struct sign_job *job, struct sg_cert *cert)
{
	int rc = check_cert(env, job, cert);

	if (rc == 0)
		rc = take_scheme(env, job, cert);
	if (rc < 0)
		return rc;
	if (job->cert != cert) {
		sg_cert_free(job->cert);
		job->cert = sg_cert_ref(cert);
	}
	return 0;
}

/* ---- documents that are known by their digests */

static int
is_inside(const struct sign_job *job)
{
	return job->ops == &sg_job_asic ||
	    (job->ops == &sg_job_xades && job->packaging != SIGN_DETACHED);
}

static int
hold_doc(struct sg_env *env, struct sg_pool *pool,
    const struct sg_doc_fact *from, struct sg_source *to)
{
	struct sg_doc_fact *doc = sg_pool_alloc(pool, sizeof(*doc));
	struct sg_digest_fact *row;
	size_t i;
	int rc = 0;

	if (doc == NULL)
		return sg_err_nomem(env);
	doc->name = sg_pool_str(pool, from->name);
	doc->size = from->size;
	for (i = 0; rc == 0 && i < from->digest_count; i++) {
		row = sg_pool_push(
		    pool, &doc->digests, &doc->digest_count, sizeof(*row));
		if (row == NULL)
			return sg_err_nomem(env);
		row->digest = from->digests[i].digest;
		rc = sg_pool_copy(
		    env, pool, from->digests[i].value, &row->value);
	}
	if (rc == 0 && from->head.len != 0)
		rc = sg_pool_copy(env, pool, from->head, &doc->head);
	if (rc == 0 && doc->name == NULL)
		rc = sg_err_nomem(env);
	to->name = doc->name;
	to->known = doc;
	return rc;
}

/* Digests of a document that is at hand: all that a key may want. */
static int
read_digests(struct sg_env *env, const struct sign_job *job,
    const struct sg_source *from, struct sg_digests *digests,
    struct sg_seen *seen)
{
	static const char *const usual[] = { "sha256", "sha384", "sha512",
		"shake256", "streebog256", "streebog512" };
	size_t i, count = sizeof(usual) / sizeof(usual[0]);
	int rc = 0;

	if (job->digest != NULL)
		rc = sg_digests_add(env, digests, job->digest);
	for (i = 0; job->digest == NULL && rc == 0 && i < count; i++) {
		rc =
		    sg_digests_add(env, digests, sg_digest_by_option(usual[i]));
		if (rc == SIGN_E_MODULE) { /* then no key wants it here */
			sg_err_clear(env);
			rc = 0;
		}
	}
	return rc < 0 ? rc : sg_digest_document(env, from->in, digests, seen);
}

static int
hold_read(struct sg_env *env, struct sign_job *job,
    const struct sg_source *from, struct sg_source *to)
{
	struct sg_digest_fact rows[SG_MAX_DIGESTS];
	struct sg_doc_fact doc = { .name = from->name, .digests = rows };
	struct sg_digests digests = { .count = 0 };
	struct sg_seen seen;
	size_t i;
	int rc = read_digests(env, job, from, &digests, &seen);

	for (i = 0; rc == 0 && i < digests.count; i++) {
		rows[i].digest = sg_hash_digest(digests.hash[i]);
		rows[i].value =
		    sg_view_of(digests.value[i], rows[i].digest->size);
	}
	if (rc == 0) {
		doc.digest_count = digests.count;
		doc.size = seen.size;
		doc.head = sg_view_of(seen.head, seen.head_len);
		rc = hold_doc(env, job->pool, &doc, to);
	}
	sg_digests_clear(&digests);
	return rc;
}

int
sg_job_hold(
    struct sg_env *env, struct sign_job *job, const struct sg_sources *docs)
{
	struct sg_sources held = { NULL, docs->count };
	size_t i;
	int rc = 0;

	if (is_inside(job))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a signature inside of XML or a container is prepared "
		       "with its certificate: the job has none yet"));
	held.list = sg_pool_array(job->pool, docs->count, sizeof(*held.list));
	if (held.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; rc == 0 && i < docs->count; i++)
		rc = docs->list[i].in != NULL
		    ? hold_read(env, job, &docs->list[i], &held.list[i])
		    : hold_doc(
			  env, job->pool, docs->list[i].known, &held.list[i]);
	if (rc == 0) {
		memset(&job->kept, 0, sizeof(job->kept));
		job->kept.docs = held;
	}
	return rc;
}

/* ---- the same again */

int
sg_job_same(struct sg_env *env, const struct sign_job *job)
{
	const struct sg_job_kept *kept = &job->kept;
	const struct sg_prepared *now = &job->now;

	if (kept->octets.len == 0)
		return 0;
	if (now->kind != kept->kind)
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the job was prepared for another kind of signature"));
	if (!sg_view_equal(sg_view_of(now->digest, job->signer.digest->size),
		kept->digest))
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the document is not the one that the job was prepared "
		       "for"));
	if (!sg_view_equal(sg_buf_view(&now->attrs), kept->octets))
		return sg_err_set(env, SIGN_E_STATE,
		    N_("what is to be signed is not what the job was prepared "
		       "for: the document or its signatures changed"));
	return 0;
}

int
sg_job_again(struct sign_job *job, const char *const *documents, size_t count)
{
	const char *content = count > 1 ? documents[1] : NULL;
	int rc;

	if (job->kept.kind == SG_JOB_COUNTER)
		rc = sign_job_prepare_counter(job, documents[0], NULL);
	else
		rc = sign_job_prepare_parallel(job, documents[0], content);
	if (rc != SIGN_E_FORMAT && rc != SIGN_E_ARG && rc != SIGN_E_UNSUPPORTED)
		return rc;
	job->ctx->env.code = SIGN_E_STATE;
	return SIGN_E_STATE;
}

int
sg_job_keep(struct sg_env *env, struct sign_job *job)
{
	struct sg_job_kept *kept = &job->kept;
	struct sg_prepared *now = &job->now;
	struct sg_buf xml = { NULL, 0, 0 };
	int rc;

	kept->kind = now->kind;
	rc = sg_pool_copy(
	    env, job->pool, sg_buf_view(&now->attrs), &kept->octets);
	if (rc == 0)
		rc = sg_pool_copy(env, job->pool,
		    sg_view_of(now->digest, job->signer.digest->size),
		    &kept->digest);
	if (rc == 0 && now->made != NULL)
		rc = sg_xades_keep(env, now->made, &xml);
	if (rc == 0 && xml.len != 0)
		rc =
		    sg_pool_copy(env, job->pool, sg_buf_view(&xml), &kept->xml);
	sg_buf_free(&xml);
	return rc;
}

int
sg_job_in_time(struct sg_env *env, const struct sign_job *job)
{
	char text[SG_TIME_TEXT];

	if (job->deadline == SG_NO_TIME || sg_env_now(env) <= job->deadline)
		return 0;
	return sg_err_set(env, SIGN_E_STATE, N_("the job's deadline was %s"),
	    sg_time_format(job->deadline, text));
}

int
sg_job_may_complete(struct sg_env *env, const struct sign_job *job)
{
	int rc = sg_job_in_time(env, job);

	if (rc < 0 || job->now.ready)
		return rc;
	if (job->cert == NULL && job->kept.docs.count != 0)
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the job waits for its certificate: nothing to sign "
		       "yet"));
	return sg_err_set(
	    env, SIGN_E_STATE, "the job is not prepared: nothing to sign");
}

/* ---- the calls */

static int
prepare_held(struct sg_env *env, struct sign_job *job)
{
	const struct sg_sources held = job->kept.docs;
	int rc = sg_job_prepare(job, &held);

	return rc < 0 ? rc : sg_job_keep(env, job);
}

static int
set_cert(struct sg_env *env, struct sign_job *job, struct sg_certs *list)
{
	size_t i;
	int rc = sg_job_take_cert(env, job, list->list[0]);

	for (i = 1; rc == 0 && i < list->count; i++)
		rc = sg_certs_add(env, &job->chain, list->list[i]);
	if (rc < 0 || job->kept.docs.count == 0)
		return rc;
	return prepare_held(env, job);
}

int
sign_job_set_cert(struct sign_job *job, const unsigned char *cert, size_t len)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_certs list = { NULL, 0 };
	int rc;

	sg_err_clear(env);
	rc = sg_certs_read(env, sg_view_of(cert, len), &list);
	if (rc < 0)
		return rc;
	if (job->cert == NULL)
		rc = set_cert(env, job, &list);
	else if (!sg_cert_equal(job->cert, list.list[0]))
		rc = sg_err_set(
		    env, SIGN_E_KEY, N_("the job has another certificate"));
	if (rc == 0)
		job->elsewhere = 1;
	sg_certs_clear(&list);
	return rc;
}

static int
check_digest(struct sg_env *env, const struct sign_digest *row,
    const struct sg_digest **digest)
{
	*digest =
	    row->algorithm != NULL ? sg_digest_by_option(row->algorithm) : NULL;
	if (*digest == NULL)
		return sg_err_set(env, SIGN_E_ARG, "unknown digest '%s'",
		    row->algorithm != NULL ? row->algorithm : "");
	if ((*digest)->use != SG_USE_FULL)
		return sg_err_set(env, SIGN_E_ARG,
		    "%s is too weak for a new signature", (*digest)->name);
	if (row->len != (*digest)->size)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a %s digest has %zu octets, have %zu"), (*digest)->name,
		    (*digest)->size, row->len);
	if (row->document == NULL || row->document[0] == '\0')
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the document of a digest wants a name"));
	return 0;
}

/* A document that the rows before did not speak of. */
static int
hold_new(struct sg_env *env, struct sign_job *job,
    const struct sign_digest *row, struct sg_sources *docs,
    struct sg_doc_fact **last)
{
	struct sg_source *doc =
	    sg_pool_push(job->pool, &docs->list, &docs->count, sizeof(*doc));
	struct sg_doc_fact *known = sg_pool_alloc(job->pool, sizeof(*known));

	if (doc == NULL || known == NULL)
		return sg_err_nomem(env);
	known->name = sg_pool_str(job->pool, row->document);
	known->size =
	    row->document_size != 0 ? row->document_size : SG_SIZE_UNKNOWN;
	doc->known = known;
	doc->name = known->name;
	*last = known;
	return doc->name != NULL ? 0 : sg_err_nomem(env);
}

static int
hold_row(struct sg_env *env, struct sign_job *job,
    const struct sign_digest *row, struct sg_sources *docs,
    struct sg_doc_fact **last)
{
	struct sg_digest_fact *fact;
	const struct sg_digest *digest;
	int rc = check_digest(env, row, &digest);

	if (rc == 0 &&
	    (*last == NULL || strcmp((*last)->name, row->document) != 0))
		rc = hold_new(env, job, row, docs, last);
	if (rc < 0)
		return rc;
	fact = sg_pool_push(job->pool, &(*last)->digests,
	    &(*last)->digest_count, sizeof(*fact));
	if (fact == NULL)
		return sg_err_nomem(env);
	fact->digest = digest;
	return sg_pool_copy(
	    env, job->pool, sg_view_of(row->value, row->len), &fact->value);
}

int
sign_job_prepare_digest(
    struct sign_job *job, const struct sign_digest *digests, size_t count)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_sources docs = { NULL, 0 };
	struct sg_doc_fact *last = NULL;
	size_t i;
	int rc = 0;

	sg_err_clear(env);
	if (count == 0 || count > SG_MAX_STATE_DOCS)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("want the digests of 1 to %d documents"),
		    SG_MAX_STATE_DOCS);
	if (is_inside(job))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a signature inside of XML or a container wants the "
		       "document: of its digest alone only a detached one can "
		       "be made"));
	for (i = 0; rc == 0 && i < count; i++)
		rc = hold_row(env, job, &digests[i], &docs, &last);
	if (rc < 0)
		return rc;
	sg_job_reset(job);
	memset(&job->kept, 0, sizeof(job->kept));
	job->kept.docs = docs;
	if (job->cert == NULL)
		return 0;
	rc = sg_job_take_cert(env, job, job->cert);
	return rc < 0 ? rc : prepare_held(env, job);
}

void
sign_job_set_trust(struct sign_job *job, const struct sign_trust *trust)
{
	job->trust = trust;
}
