/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"
#include "formats/format.h"

#include "base/err.h"

#include <string.h>

int
sg_memo_keep(
    struct sg_env *env, struct sg_memo *memo, const struct sg_doc_fact *doc)
{
	struct sg_digest_fact *fact;
	size_t i;

	memo->doc.size = doc->size;
	memo->doc.looks_signed = doc->looks_signed;
	if (memo->doc.head.ptr == NULL &&
	    sg_pool_copy(env, memo->pool, doc->head, &memo->doc.head) < 0)
		return SIGN_E_NOMEM;
	for (i = 0; i < doc->digest_count; i++) {
		if (sg_doc_digest(&memo->doc, doc->digests[i].digest).len != 0)
			continue;
		fact = sg_pool_push(memo->pool, &memo->doc.digests,
		    &memo->doc.digest_count, sizeof(*fact));
		if (fact == NULL)
			return sg_err_nomem(env);
		fact->digest = doc->digests[i].digest;
		if (sg_pool_copy(env, memo->pool, doc->digests[i].value,
			&fact->value) < 0)
			return SIGN_E_NOMEM;
	}
	return 0;
}

/* Read it, once more. */
static int
read_digest(struct sg_env *env, const struct sg_source *source,
    const struct sg_digest *digest, struct sg_pool *pool,
    struct sg_doc_fact *doc)
{
	struct sg_pass pass;
	int ret;

	memset(&pass, 0, sizeof(pass));
	ret = sg_pass_add(env, &pass, digest);
	if (ret == 0 && pass.count != 0)
		ret = sg_pass_source(env, &pass, source->in);
	if (ret == 0 && pass.count != 0)
		ret = sg_pass_store(env, &pass, pool, doc);
	if (ret == 0 && pass.count != 0 && source->memo != NULL)
		ret = sg_memo_keep(env, source->memo, doc);
	sg_pass_clear(&pass);
	return ret;
}

int
sg_source_digest(struct sg_env *env, const struct sg_source *source,
    const struct sg_digest *digest, struct sg_pool *pool, struct sg_view *out)
{
	struct sg_doc_fact doc;
	int ret;

	memset(out, 0, sizeof(*out));
	if (source->in == NULL && source->known != NULL)
		*out = sg_doc_digest(source->known, digest);
	else if (source->memo != NULL)
		*out = sg_doc_digest(&source->memo->doc, digest);
	if (out->len != 0)
		return sg_pool_copy(env, pool, *out, out);
	if (source->in == NULL)
		return 0;
	memset(&doc, 0, sizeof(doc));
	ret = read_digest(env, source, digest, pool, &doc);
	if (ret == 0)
		*out = sg_doc_digest(&doc, digest);
	return ret;
}
