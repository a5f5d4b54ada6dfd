/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/poe.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/time.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

#define POE_KEY 32

struct poe {
	unsigned char key[POE_KEY]; /* SHA-256 of the octets */
	int64_t time;
};

/* Sorted by key. */
struct sg_poes {
	EVP_MD *sha256;
	struct poe *list;
	size_t count, room;
};

int
sg_poes_new(struct sg_env *env, struct sg_poes **out)
{
	struct sg_poes *poes = calloc(1, sizeof(*poes));

	if (poes == NULL)
		return sg_err_nomem(env);
	poes->sha256 = EVP_MD_fetch(env->lib, "SHA2-256", NULL);
	if (poes->sha256 == NULL) {
		free(poes);
		return sg_err_ssl(env, SIGN_E_CRYPTO, N_("no SHA-256"));
	}
	*out = poes;
	return 0;
}

void
sg_poes_free(struct sg_poes *poes)
{
	if (poes == NULL)
		return;
	EVP_MD_free(poes->sha256);
	free(poes->list);
	free(poes);
}

/* Where the key stands or would stand. */
static size_t
poe_place(const struct sg_poes *poes, const unsigned char *key)
{
	size_t low = 0, high = poes->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(poes->list[middle].key, key, POE_KEY) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
poe_is_at(const struct sg_poes *poes, size_t at, const unsigned char *key)
{
	return at < poes->count &&
	    memcmp(poes->list[at].key, key, POE_KEY) == 0;
}

static int
poe_key(const struct sg_poes *poes, struct sg_view octets, unsigned char *key)
{
	return EVP_Digest(
		   octets.ptr, octets.len, key, NULL, poes->sha256, NULL) == 1;
}

static int
poes_grow(struct sg_poes *poes)
{
	size_t room = poes->room != 0 ? 2 * poes->room : 64;
	struct poe *list;

	if (poes->count < poes->room)
		return 1;
	list = realloc(poes->list, room * sizeof(*list));
	if (list == NULL)
		return 0;
	poes->list = list;
	poes->room = room;
	return 1;
}

int
sg_poes_add(struct sg_env *env, struct sg_poes *poes, struct sg_view octets,
    int64_t time)
{
	unsigned char key[POE_KEY];
	struct poe *poe;
	size_t at;

	if (!poe_key(poes, octets, key))
		return sg_err_ssl(env, SIGN_E_CRYPTO, N_("SHA-256 failed"));
	at = poe_place(poes, key);
	if (poe_is_at(poes, at, key)) {
		poe = &poes->list[at];
		poe->time = time < poe->time ? time : poe->time;
		return 0;
	}
	if (!poes_grow(poes))
		return sg_err_nomem(env);
	poe = &poes->list[at];
	memmove(poe + 1, poe, (poes->count - at) * sizeof(*poe));
	memcpy(poe->key, key, POE_KEY);
	poe->time = time;
	poes->count++;
	return 0;
}

int64_t
sg_poes_get(const struct sg_poes *poes, struct sg_view octets)
{
	unsigned char key[POE_KEY];
	size_t at;

	if (poes == NULL || !poe_key(poes, octets, key))
		return SG_NO_TIME;
	at = poe_place(poes, key);
	return poe_is_at(poes, at, key) ? poes->list[at].time : SG_NO_TIME;
}
