/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/job.h"
#include "libsign/kind.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- preparing */

static int
take_chain(struct sg_env *env, struct sign_job *job)
{
	struct sg_view *chain =
	    sg_pool_array(job->now.pool, job->chain.count + 1, sizeof(*chain));
	size_t i;

	if (chain == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < job->chain.count; i++)
		chain[i] = sg_cert_der(job->chain.list[i]);
	job->signer.chain = chain;
	job->signer.chain_count = job->chain.count;
	return 0;
}

/* A document that a kept signature does not go into is another one. */
static int
make_xml(struct sg_env *env, struct sign_job *job)
{
	struct sg_prepared *now = &job->now;
	int rc;

	now->wish.kept = job->kept.xml;
	rc = sg_xades_prepare(env, &now->wish, &now->made);
	if (now->wish.kept.len != 0 &&
	    (rc == SIGN_E_FORMAT || rc == SIGN_E_ARG ||
		rc == SIGN_E_UNSUPPORTED)) {
		env->code = SIGN_E_STATE;
		return SIGN_E_STATE;
	}
	return rc;
}

int
sg_job_xades_make(struct sg_env *env, struct sign_job *job)
{
	struct sg_prepared *now = &job->now;
	struct sg_view first;
	int rc = take_chain(env, job);

	job->props.signing_time = job->signing_time != SG_NO_TIME
	    ? job->signing_time
	    : sg_env_now(env);
	/* RFC 9231 has no name for what belongs to Ed448 */
	if (job->signer.digest->xml_uri[0] == NULL)
		job->signer.digest = sg_digest_by_option("sha512");
	now->wish.signer = &job->signer;
	now->wish.props = &job->props;
	now->wish.stamper = job->stamper;
	if (rc == 0 && job->signer.scheme->xml_uri[0] == NULL)
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    "%s has no name in XML signatures (RFC 9231): want "
		    "another digest, or PSS",
		    job->signer.scheme->name);
	if (rc == 0)
		rc = make_xml(env, job);
	if (rc == 0)
		rc = sg_buf_append_view(
		    env, &now->attrs, sg_xades_tbs(now->made));
	if (rc < 0)
		return rc;
	first = sg_xades_digest(now->made);
	if (first.len != job->signer.digest->size) /* a kept one may lie */
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the state has a digest of a wrong length"));
	memcpy(now->digest, first.ptr, first.len);
	rc = sg_job_same(env, job);
	return rc < 0 ? rc : sg_job_take_data(env, job);
}

static int
make_card(
    struct sg_env *env, struct sign_job *job, uint64_t size, const char *kind)
{
	struct sg_seen seen = { .size = size };

	return sg_job_make_card(env, job, job->now.path, &seen, kind);
}

static const char *
bare_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* A document by its name: no two may share it, and it must have one. */
static int
check_name(struct sg_env *env, const struct sg_sources *docs, size_t which)
{
	const char *path = docs->list[which].name;
	const char *name = bare_name(path);
	size_t i;

	if (strcmp(path, "-") == 0)
		return sg_err_set(env, SIGN_E_ARG,
		    "a detached XAdES signature names its documents, and "
		    "standard input has no name");
	for (i = 0; i < which; i++)
		if (strcmp(bare_name(docs->list[i].name), name) == 0)
			return sg_err_set(env, SIGN_E_ARG,
			    "two documents have the name %s, and the signature "
			    "tells them apart by it",
			    name);
	return 0;
}

/* One signature over several files, which it names (EN 319 132-1, 4.2). */
static int
prepare_detached(struct sg_env *env, struct sign_job *job)
{
	struct sg_sources *docs = &job->now.docs;
	const char *kind = N_("several documents");
	uint64_t size = 0;
	struct sg_seen seen;
	size_t i;
	int rc = 0;

	/* where it lies now may have another name than it had */
	if (job->kept.xml.len != 0 && docs->count == 1 &&
	    job->kept.docs.count == 1)
		docs->list[0].name = job->kept.docs.list[0].name;
	for (i = 0; rc == 0 && i < docs->count; i++) {
		rc = check_name(env, docs, i);
		if (rc == 0)
			rc = sg_job_spool(env, &docs->list[i]);
		if (rc == 0)
			rc = sg_job_look(env, &docs->list[i], &seen);
		if (rc == 0)
			size = size == SG_SIZE_UNKNOWN ||
				seen.size == SG_SIZE_UNKNOWN
			    ? SG_SIZE_UNKNOWN
			    : size + seen.size;
	}
	if (rc == 0 && docs->count == 1)
		kind = sg_job_kind_of(&seen);
	job->now.wish.packaging = SG_PACK_DETACHED;
	job->now.wish.docs = docs;
	if (rc == 0)
		rc = sg_job_xades_make(env, job);
	if (rc < 0)
		return rc;
	return make_card(env, job, size, kind);
}

/* in: the document, or the file with the signatures. */
static int
prepare_inside(struct sg_env *env, struct sign_job *job, struct sg_in *in)
{
	struct sg_prepared *now = &job->now;
	int enveloped = job->packaging == SIGN_ENVELOPED;
	const char *kind = N_("XML document");
	struct sg_view head;
	int rc = 0;

	if (!enveloped)
		rc = sg_in_peek(env, in, SG_KIND_HEAD, &head);
	if (rc == 0 && !enveloped)
		kind = sg_document_kind(head);
	now->wish.packaging =
	    enveloped ? SG_PACK_ENVELOPED : SG_PACK_ENVELOPING;
	now->wish.in = in;
	now->wish.parallel = job->parallel || now->kind == SG_JOB_PARALLEL;
	now->wish.place_id = job->place_id;
	now->wish.place_xpath = job->place_xpath;
	if (rc == 0)
		rc = sg_job_xades_make(env, job);
	if (rc == SIGN_E_FORMAT && enveloped && now->kind == SG_JOB_DOCUMENT)
		sg_err_hint(env,
		    N_("an enveloped signature stands inside an XML document: "
		       "--enveloping puts any document into the signature, "
		       "--detached leaves it as it is"));
	if (rc < 0)
		return rc;
	return make_card(env, job, sg_in_tell(in), kind);
}

static int
xades_prepare(struct sign_job *job)
{
	struct sg_env *env = &job->ctx->env;
	const struct sg_sources *docs = &job->now.docs;
	int rc;

	if (job->packaging == SIGN_DETACHED)
		return prepare_detached(env, job);
	if (docs->count != 1)
		return sg_err_set(env, SIGN_E_ARG,
		    "several documents in one signature: want packaging "
		    "detached");
	rc = sg_job_want_octets(env, &docs->list[0]);
	return rc < 0 ? rc : prepare_inside(env, job, docs->list[0].in);
}

/* A second signature in the document. Where the first is the document's root
 * there is no place beside it. */
static int
xades_parallel(struct sign_job *job, struct sg_in *in, const char *signature,
    const char *content)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	int rc = sg_job_begin(env, job, SG_JOB_PARALLEL, signature);

	now->xml = in;
	sg_file_id(signature, &now->file.id);
	if (rc == 0 && content != NULL)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "%s is signed XML: its document is inside, or each signer "
		    "signs in a file of his own",
		    signature);
	if (rc == 0 && now->xml == NULL)
		rc = sg_in_open(env, signature, &now->xml);
	if (rc == 0)
		rc = prepare_inside(env, job, now->xml);
	return sg_job_end(job, rc);
}

/* id NULL: the only one that countersigns none. */
static int
choose_fact(struct sg_env *env, const struct sg_facts *facts, const char *id,
    size_t *index)
{
	size_t i, found = 0;

	for (i = 0; i < facts->sig_count; i++) {
		if (id != NULL ? strcmp(facts->sigs[i].id + 2, id) != 0
			       : facts->sigs[i].parent >= 0)
			continue;
		*index = i;
		found++;
	}
	if (found == 1)
		return 0;
	if (id != NULL)
		return sg_err_set(env, SIGN_E_ARG,
		    "there is no signature %s in the file", id);
	return sg_err_set(env, SIGN_E_ARG,
	    "the file has %zu signatures: say which one by its number", found);
}

int
sg_job_find_xml(struct sg_env *env, struct sg_in *in, const char *id,
    size_t *index, uint64_t *size)
{
	struct sg_prepared parsed = { .ready = 0 };
	struct sg_sources none = { NULL, 0 };
	struct sg_facts *facts = NULL;
	int rc = id != NULL ? sg_job_parse_id(env, id, &parsed) : 0;

	if (rc == 0)
		rc = sg_format_xades.read(env, in, &none, &facts);
	if (rc < 0)
		return rc;
	if (id != NULL && strncasecmp(id, "S-", 2) == 0)
		id += 2;
	rc = choose_fact(env, facts, id, index);
	if (rc == 0)
		*size = facts->sigs[*index].value.len;
	sg_facts_free(facts);
	return rc;
}

static int
xades_counter(struct sign_job *job, struct sg_in *in, const char *signature,
    const char *id)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	uint64_t size = 0;
	int rc = sg_job_begin(env, job, SG_JOB_COUNTER, signature);

	now->xml = in;
	sg_file_id(signature, &now->file.id);
	if (rc == 0 && now->xml == NULL)
		rc = sg_in_open(env, signature, &now->xml);
	if (rc == 0)
		rc = sg_job_find_xml(
		    env, now->xml, id, &now->wish.counter_index, &size);
	if (rc == 0)
		rc = sg_in_rewind(env, now->xml);
	now->wish.packaging = SG_PACK_COUNTER;
	now->wish.in = now->xml;
	if (rc == 0)
		rc = sg_job_xades_make(env, job);
	if (rc == 0)
		rc = make_card(env, job, size, N_("signature value"));
	return sg_job_end(job, rc);
}

/* ---- writing */

static int
put_out(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_out_write(env, payload, ptr, len);
}

static int
xades_write(struct sign_job *job, struct sg_out *out)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	struct sg_buf raw = { NULL, 0, 0 };
	struct sg_sink sink = { put_out, out };
	struct sg_key_info info;
	int rc = sg_key_info(env, job->key, &info);

	if (rc == 0)
		rc = sg_value_to_raw(env, job->signer.scheme,
		    sg_buf_view(&now->value), (size_t)(info.bits + 7) / 8,
		    &raw);
	if (rc == 0)
		rc = sg_xades_write(env, now->made, sg_buf_view(&raw), &sink);
	sg_buf_free(&raw);
	return rc;
}

const struct sg_job_ops sg_job_xades = {
	.prepare = xades_prepare,
	.parallel = xades_parallel,
	.counter = xades_counter,
	.write = xades_write,
};
