/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int
sg_pass_add(
    struct sg_env *env, struct sg_pass *pass, const struct sg_digest *digest)
{
	size_t i;
	int rc;

	if (digest == NULL)
		return 0;
	for (i = 0; i < pass->count; i++)
		if (sg_hash_digest(pass->hashes[i]) == digest)
			return 0;
	if (pass->count == SG_MAX_DIGESTS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("more than %d digests of one document"), SG_MAX_DIGESTS);
	rc = sg_hash_new(env, digest, &pass->hashes[pass->count]);
	if (rc == 0)
		pass->count++;
	if (rc != SIGN_E_MODULE && rc != SIGN_E_UNSUPPORTED)
		return rc;
	/* without its module that digest stays undetermined */
	sg_err_clear(env);
	return 0;
}

int
sg_pass_octets(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct sg_pass *pass = payload;
	size_t room = sizeof(pass->head) - pass->head_len;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < pass->count; i++)
		rc = sg_hash_update(env, pass->hashes[i], ptr, len);
	for (i = 0; rc == 0 && i < pass->prefix_count; i++)
		rc = sg_hash_update(env, pass->prefixes[i], ptr, len);
	if (room > len)
		room = len;
	memcpy(pass->head + pass->head_len, ptr, room);
	pass->head_len += room;
	pass->size += len;
	if (rc < 0 || !pass->keep)
		return rc;
	if (pass->size > SG_MAX_BARE_CONTENT) {
		pass->keep = 0;
		return 0;
	}
	return sg_buf_append(env, &pass->octets, ptr, len);
}

static int
next_is(struct sg_view *view, int tag)
{
	struct sg_tlv_head head;
	struct sg_env scratch;

	memset(&scratch, 0, sizeof(scratch));
	if (sg_der_head(&scratch, *view, &head) < 0 || head.need_more ||
	    head.tag_class != V_ASN1_UNIVERSAL || head.tag != tag)
		return 0;
	if (!head.constructed)
		head.header += (size_t)head.length;
	if (head.header > view->len)
		return 0;
	*view = sg_view_of(view->ptr + head.header, view->len - head.header);
	return 1;
}

/* Do these octets begin a SET OF Attribute? Then a value over them could have
 * been taken from a signature that has signed attributes. */
static int
looks_signed(struct sg_view head)
{
	return next_is(&head, V_ASN1_SET) && next_is(&head, V_ASN1_SEQUENCE) &&
	    next_is(&head, V_ASN1_OBJECT) && next_is(&head, V_ASN1_SET);
}

int
sg_pass_store(struct sg_env *env, struct sg_pass *pass, struct sg_pool *pool,
    struct sg_doc_fact *doc)
{
	unsigned char value[SG_MAX_DIGEST];
	struct sg_digest_fact *fact;
	size_t i;
	int rc;

	doc->size = pass->size;
	doc->looks_signed =
	    looks_signed(sg_view_of(pass->head, pass->head_len));
	doc->head = sg_pool_dup(pool, sg_view_of(pass->head, pass->head_len));
	if (doc->head.ptr == NULL)
		return sg_err_nomem(env);
	if (pass->keep)
		doc->octets = sg_pool_dup(pool, sg_buf_view(&pass->octets));
	if (pass->keep && doc->octets.ptr == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < pass->count; i++) {
		rc = sg_hash_final(env, pass->hashes[i], value);
		if (rc < 0)
			return rc;
		fact = sg_pool_push(
		    pool, &doc->digests, &doc->digest_count, sizeof(*fact));
		if (fact == NULL)
			return sg_err_nomem(env);
		fact->digest = sg_hash_digest(pass->hashes[i]);
		fact->value =
		    sg_pool_dup(pool, sg_view_of(value, fact->digest->size));
		if (fact->value.ptr == NULL)
			return sg_err_nomem(env);
	}
	return 0;
}

int
sg_pass_known(struct sg_env *env, struct sg_pool *pool,
    const struct sg_doc_fact *known, struct sg_doc_fact *doc)
{
	struct sg_digest_fact *fact;
	size_t i;

	doc->size = known->size;
	doc->looks_signed = looks_signed(known->head);
	doc->head = sg_pool_dup(pool, known->head);
	if (doc->head.ptr == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < known->digest_count; i++) {
		fact = sg_pool_push(
		    pool, &doc->digests, &doc->digest_count, sizeof(*fact));
		if (fact == NULL)
			return sg_err_nomem(env);
		fact->digest = known->digests[i].digest;
		fact->value = sg_pool_dup(pool, known->digests[i].value);
		if (fact->value.ptr == NULL)
			return sg_err_nomem(env);
	}
	return 0;
}

void
sg_pass_clear(struct sg_pass *pass)
{
	size_t i;

	for (i = 0; i < pass->count; i++)
		sg_hash_free(pass->hashes[i]);
	for (i = 0; i < pass->prefix_count; i++)
		sg_hash_free(pass->prefixes[i]);
	sg_buf_free(&pass->octets);
	memset(pass, 0, sizeof(*pass));
}

int
sg_pass_source(struct sg_env *env, struct sg_pass *pass, struct sg_in *in)
{
	uint64_t total = sg_in_size(in);
	size_t room = sg_in_chunk(in);
	unsigned char *chunk;
	size_t got = 1;
	int rc = 0;

	if (sg_in_can_rewind(in) && (rc = sg_in_rewind(env, in)) < 0)
		return rc;
	chunk = malloc(room);
	if (chunk == NULL)
		return sg_err_nomem(env);
	while (rc == 0 && got != 0) {
		rc = sg_in_read(env, in, chunk, room, &got);
		if (rc == 0 && got != 0)
			rc = sg_pass_octets(env, chunk, got, pass);
		if (rc == 0)
			rc = sg_env_progress(env, sg_in_tell(in),
			    total != SG_SIZE_UNKNOWN ? total : 0);
	}
	free(chunk);
	return rc;
}

int
sg_pass_again(struct sg_env *env, struct sg_pass *pass, struct sg_in *in)
{
	struct sg_cms_sink sink = { NULL, sg_pass_octets, pass };
	struct sg_pool *scratch = sg_pool_new();
	struct sg_cms *cms;
	int rc;

	if (scratch == NULL)
		return sg_err_nomem(env);
	rc = sg_in_rewind(env, in);
	if (rc == 0)
		rc = sg_cms_open(env, scratch, in, &sink, &cms);
	sg_pool_free(scratch);
	return rc;
}
