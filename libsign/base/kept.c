/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/kept.h"

#include "base/crypt.h"
#include "base/env.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

#define KEPT_MDS 4
#define KEPT_KEYS 8
#define KEPT_HASHES 8
#define KEPT_OCTETS 16384 /* the hashes of no larger ones */

struct sg_kept {
	struct {
		const struct sg_digest *digest; /* NULL: an empty place */
		EVP_MD *md;
	} mds[KEPT_MDS];
	EVP_PKEY_CTX *keys[KEPT_KEYS];
	struct {
		const struct sg_digest *digest; /* NULL: an empty place */
		struct sg_buf octets;
		unsigned char hash[SG_MAX_DIGEST];
	} hashes[KEPT_HASHES];
	size_t next_md, next_key, next_hash; /* to be replaced */
};

struct sg_kept *
sg_kept_new(void)
{
	return calloc(1, sizeof(struct sg_kept));
}

void
sg_kept_free(struct sg_kept *kept)
{
	size_t i;

	if (kept == NULL)
		return;
	for (i = 0; i < KEPT_MDS; i++)
		EVP_MD_free(kept->mds[i].md);
	for (i = 0; i < KEPT_KEYS; i++)
		EVP_PKEY_CTX_free(kept->keys[i]);
	for (i = 0; i < KEPT_HASHES; i++)
		sg_buf_free(&kept->hashes[i].octets);
	free(kept);
}

/* ---- digests */

EVP_MD *
sg_kept_md(struct sg_env *env, const struct sg_digest *digest)
{
	struct sg_kept *kept = env->kept;
	EVP_MD *md;
	size_t i;

	for (i = 0; kept != NULL && i < KEPT_MDS; i++)
		if (kept->mds[i].digest == digest &&
		    EVP_MD_up_ref(kept->mds[i].md) == 1)
			return kept->mds[i].md;
	md = EVP_MD_fetch(env->lib, digest->evp, NULL);
	if (kept == NULL || md == NULL || EVP_MD_up_ref(md) != 1)
		return md;
	i = kept->next_md;
	kept->next_md = (i + 1) % KEPT_MDS;
	EVP_MD_free(kept->mds[i].md);
	kept->mds[i].md = md;
	kept->mds[i].digest = digest;
	return md;
}

/* ---- keys */

/* The context holds its key, so that no other can have the same address. */
EVP_PKEY_CTX *
sg_kept_take(struct sg_env *env, const EVP_PKEY *key)
{
	struct sg_kept *kept = env->kept;
	EVP_PKEY_CTX *ctx;
	size_t i;

	for (i = 0; kept != NULL && i < KEPT_KEYS; i++) {
		ctx = kept->keys[i];
		if (ctx == NULL || EVP_PKEY_CTX_get0_pkey(ctx) != key)
			continue;
		kept->keys[i] = NULL;
		kept->next_key = i;
		return ctx;
	}
	return NULL;
}

void
sg_kept_give(struct sg_env *env, EVP_PKEY_CTX *ctx)
{
	struct sg_kept *kept = env->kept;
	size_t at;

	if (kept == NULL) {
		EVP_PKEY_CTX_free(ctx);
		return;
	}
	at = kept->next_key;
	kept->next_key = (at + 1) % KEPT_KEYS;
	EVP_PKEY_CTX_free(kept->keys[at]);
	kept->keys[at] = ctx;
}

/* ---- hashes */

int
sg_kept_hash(const struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, unsigned char *out)
{
	const struct sg_kept *kept = env->kept;
	size_t i;

	for (i = 0; kept != NULL && i < KEPT_HASHES; i++) {
		if (kept->hashes[i].digest != digest ||
		    !sg_view_equal(sg_buf_view(&kept->hashes[i].octets), data))
			continue;
		memcpy(out, kept->hashes[i].hash, digest->size);
		return 1;
	}
	return 0;
}

/* Nothing happens when memory is short: it is then not remembered. */
void
sg_kept_put_hash(struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, const unsigned char *hash)
{
	struct sg_kept *kept = env->kept;
	struct sg_env scratch = { 0 };
	size_t at;

	if (kept == NULL || data.len > KEPT_OCTETS)
		return;
	at = kept->next_hash;
	kept->next_hash = (at + 1) % KEPT_HASHES;
	kept->hashes[at].digest = NULL;
	kept->hashes[at].octets.len = 0;
	if (sg_buf_append_view(&scratch, &kept->hashes[at].octets, data) < 0)
		return;
	memcpy(kept->hashes[at].hash, hash, digest->size);
	kept->hashes[at].digest = digest;
}
