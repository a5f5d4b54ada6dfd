/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/signed.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "libsign/find.h"

#include <openssl/asn1.h>

#include <stdlib.h>
#include <string.h>

/* ---- digests */

int
sg_digests_add(struct sg_env *env, struct sg_digests *digests,
    const struct sg_digest *digest)
{
	size_t i;
	int rc;

	for (i = 0; i < digests->count; i++)
		if (sg_hash_digest(digests->hash[i]) == digest)
			return 0;
	if (digests->count >= SG_MAX_DIGESTS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    "more than %d digests of one document", SG_MAX_DIGESTS);
	rc = sg_hash_new(env, digest, &digests->hash[digests->count]);
	if (rc == 0)
		digests->count++;
	return rc;
}

int
sg_digests_update(
    struct sg_env *env, struct sg_digests *digests, const void *ptr, size_t len)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < digests->count; i++)
		rc = sg_hash_update(env, digests->hash[i], ptr, len);
	return rc;
}

int
sg_digests_final(struct sg_env *env, struct sg_digests *digests)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < digests->count; i++)
		rc = sg_hash_final(env, digests->hash[i], digests->value[i]);
	return rc;
}

struct sg_view
sg_digests_get(const struct sg_digests *digests, const struct sg_digest *digest)
{
	size_t i;

	for (i = 0; i < digests->count; i++)
		if (sg_hash_digest(digests->hash[i]) == digest)
			return sg_view_of(digests->value[i], digest->size);
	return sg_view_of(NULL, 0);
}

void
sg_digests_clear(struct sg_digests *digests)
{
	size_t i;

	for (i = 0; i < digests->count; i++)
		sg_hash_free(digests->hash[i]);
	memset(digests, 0, sizeof(*digests));
}

/* ---- documents */

static void
see(struct sg_seen *seen, const unsigned char *ptr, size_t len)
{
	size_t room = sizeof(seen->head) - seen->head_len;

	if (room > len)
		room = len;
	memcpy(seen->head + seen->head_len, ptr, room);
	seen->head_len += room;
	seen->size += len;
}

int
sg_digest_document(struct sg_env *env, struct sg_in *in,
    struct sg_digests *digests, struct sg_seen *seen)
{
	uint64_t total = sg_in_size(in);
	size_t room = sg_in_chunk(in);
	unsigned char *chunk = malloc(room);
	size_t got = 1;
	int rc = 0;

	if (chunk == NULL)
		return sg_err_nomem(env);
	memset(seen, 0, sizeof(*seen));
	if (total == SG_SIZE_UNKNOWN)
		total = 0;
	while (rc == 0 && got != 0) {
		rc = sg_in_read(env, in, chunk, room, &got);
		if (rc == 0 && got != 0)
			rc = sg_digests_update(env, digests, chunk, got);
		if (rc == 0) {
			see(seen, chunk, got);
			rc = sg_env_progress(env, seen->size, total);
		}
	}
	if (rc == 0)
		rc = sg_digests_final(env, digests);
	free(chunk);
	return rc;
}

struct checked {
	struct sg_in *in; /* borrowed */
	struct sg_hash *hash;
	unsigned char expected[SG_MAX_DIGEST];
	int done;
};

static int
checked_end(struct sg_env *env, struct checked *checked)
{
	unsigned char digest[SG_MAX_DIGEST];
	size_t size = sg_hash_digest(checked->hash)->size;
	int rc;

	if (checked->done)
		return 0;
	checked->done = 1;
	rc = sg_hash_final(env, checked->hash, digest);
	if (rc == 0 && memcmp(digest, checked->expected, size) != 0)
		rc = sg_err_set(env, SIGN_E_STATE,
		    "the document changed meanwhile: %s",
		    sg_in_name(checked->in));
	return rc;
}

static int
checked_read(struct sg_env *env, void *self, void *ptr, size_t len, size_t *got)
{
	struct checked *checked = self;
	int rc = sg_in_read(env, checked->in, ptr, len, got);

	if (rc == 0 && *got == 0)
		return checked_end(env, checked);
	if (rc == 0)
		rc = sg_hash_update(env, checked->hash, ptr, *got);
	return rc;
}

static void
checked_free(void *self)
{
	struct checked *checked = self;

	sg_hash_free(checked->hash);
	free(checked);
}

static const struct sg_in_ops checked_ops = { .read = checked_read,
	.free = checked_free };

int
sg_in_checked(struct sg_env *env, struct sg_in *in,
    const struct sg_digest *digest, struct sg_view expected, struct sg_in **out)
{
	struct checked *checked = calloc(1, sizeof(*checked));
	int rc;

	if (checked == NULL)
		return sg_err_nomem(env);
	checked->in = in;
	memcpy(checked->expected, expected.ptr, digest->size);
	rc = sg_hash_new(env, digest, &checked->hash);
	if (rc == 0)
		rc = sg_in_custom(env, sg_in_name(in), &checked_ops, checked,
		    sg_in_size(in), out);
	if (rc < 0)
		checked_free(checked);
	return rc;
}

int
sg_check_document(struct sg_env *env, struct sg_in *in,
    const struct sg_digest *digest, struct sg_view expected)
{
	unsigned char *chunk = malloc(SG_IO_CHUNK);
	struct sg_in *checked = NULL;
	size_t got = 1;
	int rc;

	if (chunk == NULL)
		return sg_err_nomem(env);
	rc = sg_in_checked(env, in, digest, expected, &checked);
	while (rc == 0 && got != 0)
		rc = sg_in_read(env, checked, chunk, SG_IO_CHUNK, &got);
	if (rc == 0)
		rc = sg_in_rewind(env, in);
	sg_in_free(checked);
	free(chunk);
	return rc;
}

/* ---- signature files */

static int
read_signers(struct sg_env *env, struct sg_signed *file)
{
	struct sg_cms *cms = file->cms;
	size_t i;
	int rc = 0;

	if (cms->signer_count == 0)
		return sg_err_set(
		    env, SIGN_E_FORMAT, "there is no signature in it");
	file->signers = sg_pool_array(
	    file->pool, cms->signer_count, sizeof(*file->signers));
	if (file->signers == NULL)
		return sg_err_nomem(env);
	for (i = 0; rc == 0 && i < cms->signer_count; i++)
		rc = sg_cms_signer_read(
		    env, file->pool, cms->signers[i], &file->signers[i]);
	return rc;
}

static int
open_decoded(struct sg_env *env, const char *path, struct sg_signed *file)
{
	struct sg_in *spool = NULL;
	int rc = 0;

	if (file->raw == NULL)
		rc = sg_in_open(env, path, &file->raw);
	if (rc < 0)
		return rc;
	if (!sg_in_can_rewind(file->raw)) {
		rc = sg_in_spool(env, file->raw, &spool);
		if (rc < 0)
			return rc;
		sg_in_free(file->raw);
		file->raw = spool;
	}
	return sg_encoding_open(
	    env, file->raw, &file->decoded, &file->encoding, NULL);
}

/* What is XML has no part that could be taken out or put in. */
static int
refuse_xml(struct sg_env *env, const char *path, struct sg_in *in)
{
	struct sg_view head;
	int rc = sg_in_peek(env, in, 64, &head);

	if (rc < 0 || sg_format_probe(head) != &sg_format_xades)
		return rc;
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    "%s is signed XML: its references say where the document is, so "
	    "that it can neither be put in nor taken out",
	    path);
}

int
sg_signed_open(struct sg_env *env, const char *path, struct sg_signed *out)
{
	return sg_signed_take(env, path, NULL, out);
}

int
sg_signed_take(struct sg_env *env, const char *path, struct sg_in *in,
    struct sg_signed *out)
{
	struct sg_signed file;
	int rc;

	memset(&file, 0, sizeof(file));
	sg_file_id(path, &file.id);
	file.raw = in;
	file.pool = sg_pool_new();
	if (file.pool == NULL) {
		sg_in_free(in);
		return sg_err_nomem(env);
	}
	rc = open_decoded(env, path, &file);
	if (rc == 0)
		rc = refuse_xml(env, path, file.decoded);
	if (rc == 0)
		rc = sg_cms_open(env, file.pool, file.decoded, NULL, &file.cms);
	if (rc == 0)
		rc = read_signers(env, &file);
	if (rc < 0) {
		sg_signed_close(&file);
		return rc;
	}
	*out = file;
	return 0;
}

void
sg_signed_close(struct sg_signed *file)
{
	sg_in_free(file->decoded);
	sg_in_free(file->raw);
	sg_pool_free(file->pool);
	memset(file, 0, sizeof(*file));
}

/* ---- the content */

struct content_reader {
	struct sg_digests *digests;
	struct sg_seen *seen;
	uint64_t total;
};

static int
read_content(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct content_reader *reader = payload;
	int rc = sg_digests_update(env, reader->digests, ptr, len);

	if (rc < 0)
		return rc;
	see(reader->seen, ptr, len);
	return sg_env_progress(env, reader->seen->size, reader->total);
}

static int
digest_attached(struct sg_env *env, struct sg_signed *file,
    struct sg_digests *digests, struct sg_seen *seen)
{
	struct content_reader reader = { digests, seen,
		file->cms->content_length };
	struct sg_cms_sink sink = { NULL, read_content, &reader };
	struct sg_pool *pool = sg_pool_new();
	struct sg_cms *cms = NULL;
	int rc;

	if (pool == NULL)
		return sg_err_nomem(env);
	memset(seen, 0, sizeof(*seen));
	rc = sg_in_rewind(env, file->decoded);
	if (rc == 0)
		rc = sg_cms_open(env, pool, file->decoded, &sink, &cms);
	if (rc == 0)
		rc = sg_digests_final(env, digests);
	sg_pool_free(pool);
	return rc;
}

int
sg_signed_document(struct sg_env *env, const char *signature,
    const char *content, struct sg_in **out)
{
	char *found = NULL;
	int rc = 0;

	if (content == NULL)
		rc = sg_find_document(env, signature, &found);
	if (rc < 0)
		return rc;
	if (content == NULL && found == NULL) {
		sg_err_set(env, SIGN_E_IO,
		    "the signed document does not stand beside %s", signature);
		sg_err_hint(env, "name the document");
		return SIGN_E_IO;
	}
	rc = sg_in_open(env, content != NULL ? content : found, out);
	free(found);
	return rc;
}

int
sg_signed_digest(struct sg_env *env, struct sg_signed *file, struct sg_in *in,
    const struct sg_digest *more, struct sg_digests *digests,
    struct sg_seen *seen)
{
	const struct sg_digest *digest;
	size_t i;
	int rc = 0;

	if (more != NULL)
		rc = sg_digests_add(env, digests, more);
	for (i = 0; rc == 0 && i < file->cms->signer_count; i++) {
		digest = sg_digest_by_oid(file->signers[i].digest.oid);
		if (digest == NULL)
			continue;
		rc = sg_digests_add(env, digests, digest);
		if (rc == SIGN_E_MODULE) /* cannot be compared then */
			rc = 0;
	}
	if (rc < 0)
		return rc;
	if (in != NULL)
		return sg_digest_document(env, in, digests, seen);
	return digest_attached(env, file, digests, seen);
}

/* The message-digest attribute's octets; empty where there is none. */
static struct sg_view
message_digest(
    struct sg_env *env, struct sg_pool *pool, const struct sg_cms_signer *from)
{
	struct sg_view octets = { NULL, 0 };
	struct sg_der der;
	struct sg_tlv tlv;
	size_t i;

	for (i = 0; i < from->attr_count; i++) {
		if (strcmp(from->attrs[i].oid, SG_OID_MESSAGE_DIGEST) != 0 ||
		    from->attrs[i].value_count != 1)
			continue;
		der = sg_der_of(from->attrs[i].values[0]);
		if (sg_der_want(env, &der, V_ASN1_OCTET_STRING,
			"message-digest", &tlv) < 0 ||
		    sg_der_octets(env, pool, &tlv, &octets) < 0)
			octets = sg_view_of(NULL, 0);
	}
	return octets;
}

int
sg_signed_match(struct sg_env *env, struct sg_signed *file,
    const struct sg_digests *digests, size_t *compared)
{
	const struct sg_digest *digest;
	struct sg_view want, have;
	size_t i;

	*compared = 0;
	for (i = 0; i < file->cms->signer_count; i++) {
		digest = sg_digest_by_oid(file->signers[i].digest.oid);
		want = message_digest(env, file->pool, &file->signers[i]);
		have = sg_view_of(NULL, 0);
		if (digest != NULL)
			have = sg_digests_get(digests, digest);
		if (want.len == 0 || have.len == 0)
			continue;
		(*compared)++;
		if (!sg_view_equal(want, have))
			return sg_err_set(env, SIGN_E_VALUE,
			    "the document is not the one that was signed "
			    "(signature S-%zu has another digest)",
			    i + 1);
	}
	return 0;
}

int
sg_signed_thaw(struct sg_env *env, const struct sg_signed *file)
{
	size_t i;

	for (i = 0; i < file->cms->signer_count; i++)
		if (sg_cms_is_frozen(&file->signers[i]))
			return sg_err_set(env, SIGN_E_UNSUPPORTED,
			    "signature S-%zu has an archive time-stamp or "
			    "evidence record over certificates and "
			    "attributes: a change would break it "
			    "(RFC 5126, 6.4.1)",
			    i + 1);
	return 0;
}
