/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_SIGNED_H
#define SIGN_LIBSIGN_SIGNED_H

#include "base/crypt.h"
#include "base/io.h"
#include "base/limits.h"
#include "formats/cms.h"
#include "formats/encoding.h"
#include "libsign/kind.h"

struct sg_env;

/* Several digests over the same octets, one pass. All zero is none. */
struct sg_digests {
	struct sg_hash *hash[SG_MAX_DIGESTS];
	unsigned char value[SG_MAX_DIGESTS][SG_MAX_DIGEST];
	size_t count;
};
/* Doubles are left out. */
int sg_digests_add(struct sg_env *env, struct sg_digests *digests,
    const struct sg_digest *digest);
int sg_digests_update(struct sg_env *env, struct sg_digests *digests,
    const void *ptr, size_t len);
int sg_digests_final(struct sg_env *env, struct sg_digests *digests);
/* Octets of a finished one; empty when it was not asked for. */
struct sg_view sg_digests_get(
    const struct sg_digests *digests, const struct sg_digest *digest);
void sg_digests_clear(struct sg_digests *digests);

/* A document that was read: how long it is, and its first octets. */
struct sg_seen {
	uint64_t size;
	unsigned char head[SG_KIND_HEAD];
	size_t head_len;
};
/* Reads the rest of "in" into the digests and finishes them. */
int sg_digest_document(struct sg_env *env, struct sg_in *in,
    struct sg_digests *digests, struct sg_seen *seen);

/*
 * A source that gives what "in" (borrowed) gives and, at its end, fails with
 * STATE when the octets were not those with this digest.
 */
int sg_in_checked(struct sg_env *env, struct sg_in *in,
    const struct sg_digest *digest, struct sg_view expected,
    struct sg_in **out);
/* Reads it to its end and goes back to the start. */
int sg_check_document(struct sg_env *env, struct sg_in *in,
    const struct sg_digest *digest, struct sg_view expected);

/* A signature file that is to be changed or taken apart. */
struct sg_signed {
	struct sg_pool *pool;
	struct sg_in *raw, *decoded;
	struct sg_file_id id;
	enum sg_encoding encoding;
	struct sg_cms *cms;
	struct sg_cms_signer *signers;
};
int sg_signed_open(struct sg_env *env, const char *path, struct sg_signed *out);
/* The same where the file is open already: takes it over; NULL: open it. */
int sg_signed_take(struct sg_env *env, const char *path, struct sg_in *in,
    struct sg_signed *out);
void sg_signed_close(struct sg_signed *file);

/*
 * The content's digests: those that the signers name and one more (may be
 * NULL). in: the document of a detached signature, read from where it stands;
 * NULL where it is attached.
 */
int sg_signed_digest(struct sg_env *env, struct sg_signed *file,
    struct sg_in *in, const struct sg_digest *more, struct sg_digests *digests,
    struct sg_seen *seen);
/* The document of a detached signature, given or beside the file. */
int sg_signed_document(struct sg_env *env, const char *signature,
    const char *content, struct sg_in **out);
/* Is that content the one that was signed? VALUE when it is not. *compared:
 * how many signers could be asked. */
int sg_signed_match(struct sg_env *env, struct sg_signed *file,
    const struct sg_digests *digests, size_t *compared);
/* UNSUPPORTED, with the reason, where an archive time-stamp would break. */
int sg_signed_thaw(struct sg_env *env, const struct sg_signed *file);

#endif
