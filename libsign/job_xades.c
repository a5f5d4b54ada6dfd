/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/job.h"

#include <stdlib.h>
#include <string.h>
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

/* One signature over several files, which it names (EN 319 132-1, 4.2). */
static int
prepare_detached(struct sg_env *env, struct sign_job *job,
    const char *const *documents, size_t count)
{
	struct sg_source *list = calloc(count, sizeof(*list));
	struct sg_sources docs = { list, 0 };
	uint64_t size = 0;
	int rc = list != NULL ? 0 : sg_err_nomem(env);

	for (; rc == 0 && docs.count < count; docs.count++) {
		rc = sg_in_open(
		    env, documents[docs.count], &list[docs.count].in);
		if (rc < 0)
			break;
		list[docs.count].name = sg_in_name(list[docs.count].in);
		size += sg_in_size(list[docs.count].in);
	}
	job->now.wish.packaging = SG_PACK_DETACHED;
	job->now.wish.docs = &docs;
	if (rc == 0)
		rc = make_signature(env, job);
	job->now.wish.docs = NULL;
	close_docs(list, docs.count);
	if (rc < 0)
		return rc;
	return make_card(env, job, size,
	    count == 1 ? N_("a document") : N_("several documents"));
}

static int
prepare_inside(struct sg_env *env, struct sign_job *job)
{
	struct sg_prepared *now = &job->now;
	int enveloped = job->packaging == SIGN_ENVELOPED;
	int rc = sg_in_open(env, now->path, &now->xml);

	now->wish.packaging =
	    enveloped ? SG_PACK_ENVELOPED : SG_PACK_ENVELOPING;
	now->wish.in = now->xml;
	now->wish.parallel = job->parallel || now->kind == SG_JOB_PARALLEL;
	now->wish.place_id = job->place_id;
	now->wish.place_xpath = job->place_xpath;
	if (rc == 0)
		rc = make_signature(env, job);
	if (rc < 0)
		return rc;
	return make_card(env, job, sg_in_tell(now->xml),
	    enveloped ? N_("XML document") : N_("a document"));
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
xades_parallel(struct sign_job *job, const char *signature, const char *content)
{
	struct sg_env *env = &job->ctx->env;
	int rc = sg_job_begin(env, job, SG_JOB_PARALLEL, signature);

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

/* The report's number to the place among all signatures of the file. */
static int
find_counter(struct sg_env *env, struct sign_job *job, const char *id)
{
	struct sg_prepared *now = &job->now;
	struct sg_sources none = { NULL, 0 };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;
	const char *wanted;
	size_t i;
	int rc = sg_job_parse_id(env, id, now);

	if (rc == 0)
		rc = sg_in_open(env, now->path, &in);
	if (rc == 0)
		rc = sg_format_xades.read(env, in, &none, &facts);
	sg_in_free(in);
	if (rc < 0)
		return rc;
	wanted = strncmp(id, "S-", 2) == 0 ? id + 2 : id;
	for (i = 0; i < facts->sig_count; i++)
		if (strcmp(facts->sigs[i].id + 2, wanted) == 0)
			break;
	if (i == facts->sig_count)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "there is no signature %s in %s", id, now->path);
	now->wish.counter_index = i;
	sg_facts_free(facts);
	return rc;
}

static int
xades_counter(struct sign_job *job, const char *signature, const char *id)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	int rc = sg_job_begin(env, job, SG_JOB_COUNTER, signature);

	sg_file_id(signature, &now->file.id);
	if (rc == 0)
		rc = find_counter(env, job, id);
	if (rc == 0)
		rc = sg_in_open(env, signature, &now->xml);
	now->wish.packaging = SG_PACK_COUNTER;
	now->wish.in = now->xml;
	if (rc == 0)
		rc = make_signature(env, job);
	if (rc == 0)
		rc = make_card(
		    env, job, sg_in_tell(now->xml), N_("signature value"));
	return sg_job_end(job, rc);
}

/* ---- writing */

static int
put_out(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_out_write(env, payload, ptr, len);
}

static int
xades_write(struct sign_job *job, const char *output)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	struct sg_buf raw = { NULL, 0, 0 };
	struct sg_sink sink = { put_out, NULL };
	struct sg_key_info info;
	struct sg_out *out = NULL;
	int lock = -1;
	int rc = sg_key_info(env, job->key, &info);

	if (rc == 0)
		rc = sg_value_to_raw(env, job->signer.scheme,
		    sg_buf_view(&now->value), (size_t)(info.bits + 7) / 8,
		    &raw);
	if (rc == 0)
		rc = sg_job_open_output(env, job, output, &out, &lock);
	sink.payload = out;
	if (rc == 0)
		rc = sg_xades_write(env, now->made, sg_buf_view(&raw), &sink);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_out_free(out);
	sg_buf_free(&raw);
	if (lock >= 0)
		close(lock);
	return rc;
}

const struct sg_job_ops sg_job_xades = {
	.prepare = xades_prepare,
	.parallel = xades_parallel,
	.counter = xades_counter,
	.write = xades_write,
};
