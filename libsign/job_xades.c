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

/* Build the signature, and take what the key gets out of it. */
static int
make_signature(struct sg_env *env, struct sign_job *job)
{
	struct sg_prepared *now = &job->now;
	int rc = take_chain(env, job);

	job->props.signing_time = job->signing_time != SG_NO_TIME
	    ? job->signing_time
	    : sg_env_now(env);
	/* RFC 9231 has no name for what belongs to Ed448 */
	if (job->signer.digest->xml_uri[0] == NULL)
		job->signer.digest = sg_digest_by_option("sha512");
	now->wish.signer = &job->signer;
	now->wish.props = &job->props;
	if (rc == 0 && job->signer.scheme->xml_uri[0] == NULL)
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    "%s has no name in XML signatures (RFC 9231): want "
		    "another digest, or PSS",
		    job->signer.scheme->name);
	if (rc == 0)
		rc = sg_xades_prepare(env, &now->wish, &now->made);
	if (rc == 0)
		rc = sg_buf_append_view(
		    env, &now->attrs, sg_xades_tbs(now->made));
	if (rc < 0)
		return rc;
	memcpy(now->digest, sg_xades_digest(now->made).ptr,
	    job->signer.digest->size);
	return sg_job_take_data(env, job);
}

static int
make_card(
    struct sg_env *env, struct sign_job *job, uint64_t size, const char *kind)
{
	struct sg_seen seen = { .size = size };

	return sg_job_make_card(env, job, job->now.path, &seen, kind);
}

static void
close_docs(struct sg_source *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		sg_in_free(list[i].in);
	free(list);
}

/* One document, by its name: no two may share it, and it must have one. */
static int
open_named(struct sg_env *env, const char *path, struct sg_sources *docs)
{
	struct sg_source *doc = &docs->list[docs->count];
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path, *other;
	struct sg_in *spool = NULL;
	size_t i;
	int rc;

	if (strcmp(path, "-") == 0)
		return sg_err_set(env, SIGN_E_ARG,
		    "a detached XAdES signature names its documents, and "
		    "standard input has no name");
	for (i = 0; i < docs->count; i++) {
		slash = strrchr(docs->list[i].name, '/');
		other = slash != NULL ? slash + 1 : docs->list[i].name;
		if (strcmp(other, name) == 0)
			return sg_err_set(env, SIGN_E_ARG,
			    "two documents have the name %s, and the signature "
			    "tells them apart by it",
			    name);
	}
	rc = sg_in_open(env, path, &doc->in);
	if (rc < 0)
		return rc;
	doc->name = path;
	docs->count++;
	if (sg_in_can_rewind(doc->in))
		return 0;
	rc = sg_in_spool(env, doc->in, &spool);
	if (rc == 0) {
		sg_in_free(doc->in);
		doc->in = spool;
	}
	return rc;
}

static int
kind_of(struct sg_env *env, struct sg_in *in, const char **kind)
{
	struct sg_view head;
	int rc = sg_in_peek(env, in, SG_KIND_HEAD, &head);

	if (rc == 0)
		*kind = sg_document_kind(head);
	return rc;
}

/* One signature over several files, which it names (EN 319 132-1, 4.2). */
static int
prepare_detached(struct sg_env *env, struct sign_job *job,
    const char *const *documents, size_t count)
{
	struct sg_source *list = calloc(count, sizeof(*list));
	struct sg_sources docs = { list, 0 };
	const char *kind = N_("several documents");
	uint64_t size = 0;
	size_t i;
	int rc = list != NULL ? 0 : sg_err_nomem(env);

	for (i = 0; rc == 0 && i < count; i++) {
		rc = open_named(env, documents[i], &docs);
		if (rc == 0)
			size += sg_in_size(list[i].in);
	}
	if (rc == 0 && count == 1)
		rc = kind_of(env, list[0].in, &kind);
	job->now.wish.packaging = SG_PACK_DETACHED;
	job->now.wish.docs = &docs;
	if (rc == 0)
		rc = make_signature(env, job);
	job->now.wish.docs = NULL;
	close_docs(list, docs.count);
	if (rc < 0)
		return rc;
	return make_card(env, job, size, kind);
}

static int
prepare_inside(struct sg_env *env, struct sign_job *job)
{
	struct sg_prepared *now = &job->now;
	int enveloped = job->packaging == SIGN_ENVELOPED;
	const char *kind = N_("XML document");
	int rc = 0;

	if (now->xml == NULL)
		rc = sg_in_open(env, now->path, &now->xml);
	if (rc == 0 && !enveloped)
		rc = kind_of(env, now->xml, &kind);
	now->wish.packaging =
	    enveloped ? SG_PACK_ENVELOPED : SG_PACK_ENVELOPING;
	now->wish.in = now->xml;
	now->wish.parallel = job->parallel || now->kind == SG_JOB_PARALLEL;
	now->wish.place_id = job->place_id;
	now->wish.place_xpath = job->place_xpath;
	if (rc == 0)
		rc = make_signature(env, job);
	if (rc == SIGN_E_FORMAT && enveloped && now->kind == SG_JOB_DOCUMENT)
		sg_err_hint(env,
		    N_("an enveloped signature stands inside an XML document: "
		       "--enveloping puts any document into the signature, "
		       "--detached leaves it as it is"));
	if (rc < 0)
		return rc;
	return make_card(env, job, sg_in_tell(now->xml), kind);
}

static int
xades_prepare(struct sign_job *job, const char *const *documents, size_t count)
{
	struct sg_env *env = &job->ctx->env;
	int rc = sg_job_begin(env, job, SG_JOB_DOCUMENT, documents[0]);

	sg_file_id(documents[0], &job->now.id);
	if (rc == 0 && count != 1 && job->packaging != SIGN_DETACHED)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "several documents in one signature: want packaging "
		    "detached");
	if (rc == 0 && job->packaging == SIGN_DETACHED)
		rc = prepare_detached(env, job, documents, count);
	else if (rc == 0)
		rc = prepare_inside(env, job);
	return sg_job_end(job, rc);
}

/* A second signature in the document. Where the first is the document's root
 * there is no place beside it. */
static int
xades_parallel(struct sign_job *job, struct sg_in *in, const char *signature,
    const char *content)
{
	struct sg_env *env = &job->ctx->env;
	int rc = sg_job_begin(env, job, SG_JOB_PARALLEL, signature);

	job->now.xml = in;
	sg_file_id(signature, &job->now.file.id);
	if (rc == 0 && content != NULL)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "%s is signed XML: its document is inside, or each signer "
		    "signs in a file of his own",
		    signature);
	if (rc == 0)
		rc = prepare_inside(env, job);
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
		rc = make_signature(env, job);
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
