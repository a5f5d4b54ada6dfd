/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JOB_H
#define SIGN_LIBSIGN_JOB_H

#include "base/crypt.h"
#include "base/pool.h"
#include "certs/cert.h"
#include "formats/asic.h"
#include "formats/cms.h"
#include "formats/xades_write.h"
#include "libsign/control.h"
#include "libsign/ctx.h"
#include "libsign/signed.h"
#include "sign/job.h"

struct sign_job;

enum sg_job_kind {
	SG_JOB_DOCUMENT,
	SG_JOB_PARALLEL,
	SG_JOB_COUNTER,
};

/* What was prepared before, perhaps by another process: prepared again, the job
 * must come out as this. Lives in the pool of the settings. */
struct sg_job_kept {
	enum sg_job_kind kind;
	struct sg_sources docs; /* their digests; count 0: a fresh job */
	struct sg_view octets;  /* to be signed; empty: the job had no
				   certificate yet */
	struct sg_view digest;  /* of the document, as on the card */
	struct sg_view xml;     /* xades: the signature */
	const char *id;         /* COUNTER: which signature; NULL */
	/* container, COUNTER: SHA-256 of the one that gets it; else empty */
	struct sg_view container;
	/* the ASiCManifest that CAdES in ASiC-E is over; empty: none */
	struct sg_view manifest;
};

/* What is known once the document was read. */
struct sg_prepared {
	int ready;
	enum sg_job_kind kind;
	struct sg_pool *pool;
	const char *path;       /* document, or the signature to change */
	const char **documents; /* DOCUMENT: the names of all of them */
	size_t document_count;
	struct sg_sources docs;   /* DOCUMENT; closed where they are in no
				     need of being read again */
	struct sg_signed file;    /* PARALLEL, COUNTER */
	size_t signer;            /* COUNTER: which, and which below it */
	struct sg_cms_path below; /* its counter-signatures */
	unsigned char digest[SG_MAX_DIGEST]; /* message-digest */
	struct sg_buf attrs;
	unsigned char hash[SG_MAX_DIGEST]; /* of the attributes */
	struct sg_view data;               /* what the key gets */
	struct sg_buf value;               /* empty: not completed */
	int wanting; /* the document must be given before it is written */
	/* instead of value: a SignedData that somebody else made (cms NULL:
	 * none), and the digest that its signer names */
	struct sg_signed other;
	const struct sg_digest *other_digest;
	const char *type; /* of the document: N_() */
	const char *id;   /* COUNTER: as given; NULL */
	struct sign_card card;
	char code[SG_CONTROL_CODE];
	struct sg_xades_want wish; /* xades */
	struct sg_xades_new *made;
	struct sg_in *xml; /* PARALLEL, COUNTER */
	struct sg_job_asic *box;
	struct sg_job_done *done; /* completed before; NULL */
};

/* How one family of formats does the steps: a row of a table. */
struct sg_job_ops {
	/* over now.docs; a detached signature wants no more than their known
	 * digests */
	int (*prepare)(struct sign_job *job);
	/* in: the signature where it can be read only once, else NULL; taken
	 * over */
	int (*parallel)(struct sign_job *job, struct sg_in *in,
	    const char *signature, const char *content);
	int (*counter)(struct sign_job *job, struct sg_in *in,
	    const char *signature, const char *id);
	int (*write)(struct sign_job *job, struct sg_out *out);
};

extern const struct sg_job_ops sg_job_cades, sg_job_xades, sg_job_asic;
int sg_job_cades_write(struct sign_job *job, struct sg_out *out);
/* What a job of a container holds besides, in job_asic.c. */
void sg_job_asic_free(struct sg_job_asic *box);

/* ---- a job that was completed before, in job_done.c */
/*
 * Does the file that a kept job goes into have its signature? 1: the job is
 * prepared, and writes the file as it is; 0: "in" (NULL: path) is still to be
 * read; < 0. STATE: it has, and the document is another one. *in is taken over
 * unless that is 0. second: the detached document, or the id of what is
 * countersigned; NULL.
 */
int sg_job_find_done(struct sign_job *job, struct sg_in **in, const char *path,
    const char *second);
/* Is this its value, in the form of CMS? 1, also where the job was not completed
 * before; STATE. */
int sg_job_done_fits(
    struct sg_env *env, const struct sign_job *job, struct sg_view value);
int sg_job_done_write(
    struct sg_env *env, struct sign_job *job, struct sg_out *out);
/* Is it at that level? UNSUPPORTED. */
int sg_job_done_level(
    struct sg_env *env, const struct sign_job *job, const char *level);
void sg_job_done_free(struct sg_job_done *done);

/* The signature becomes a file of this archive. */
struct sg_job_into {
	const char *path;
	const char *document, *name; /* its entries */
	int (*write)(struct sign_job *job, struct sg_out *out);
};

struct sign_job {
	struct sign_ctx *ctx;
	struct sg_pool *pool; /* of the settings */
	const struct sg_job_ops *ops;
	const struct sg_job_ops *inner; /* container: of the signatures in it */
	enum sg_asic_kind container;
	int wanted; /* inner was asked for */
	enum sign_packaging packaging;
	int plain, attached, force, pem, parallel;
	const char *level; /* above B-B, EPES: as the report writes it */
	const char *place_id, *place_xpath;
	int64_t signing_time; /* INT64_MIN: the clock's */
	int64_t deadline;     /* INT64_MIN: none */
	int pss;
	const struct sg_digest *digest; /* that was wished; NULL */
	struct sg_cert *cert;           /* NULL: not known yet */
	struct sg_certs chain;
	EVP_PKEY *key; /* public, borrowed from cert */
	struct sg_signer signer;
	struct sg_signed_props props;
	/* content time-stamp: who is asked, whom he must lead to; borrowed */
	struct sg_stamper stamper;
	const struct sign_tsa *tsas;
	size_t tsa_count;
	const struct sign_trust *tsa_trust;
	/* a contract: the role of the party that signs it, NULL: none; and
	 * whom its signatures must lead to, borrowed, NULL: anybody */
	const char *party;
	const struct sign_trust *trust;
	int elsewhere; /* the key is; until it has signed, others may */
	struct sg_job_kept kept;
	struct sg_buf state;            /* what was exported */
	const struct sg_job_into *into; /* NULL: it is a file of its own */
	struct sg_prepared now;
};

int sg_job_is_utf8(const char *text);
/* An empty job of these settings. */
int sg_job_new(struct sign_ctx *ctx, struct sign_job **out);
/* Format and packaging by their words. */
const char *sg_job_format(const struct sign_job *job);
int sg_job_take_format(
    struct sg_env *env, struct sign_job *job, const char *format);
int sg_job_take_asic_with(
    struct sg_env *env, struct sign_job *job, const char *with);
int sg_job_take_packaging(
    struct sg_env *env, struct sign_job *job, enum sign_packaging packaging);

/* ---- certificates, and jobs over digests, in job_cert.c */
/* May this certificate sign, now and at the time that the job names? Then it
 * is the job's, with the scheme that belongs to its key. */
int sg_job_take_cert(
    struct sg_env *env, struct sign_job *job, struct sg_cert *cert);
/* Is there a certificate? Else it is enough to know the documents' digests:
 * then 1, or < 0. */
int sg_job_hold(
    struct sg_env *env, struct sign_job *job, const struct sg_sources *docs);
/* Prepared from digests: what came out is what must come out again. */
int sg_job_keep(struct sg_env *env, struct sign_job *job);
/* Is what was prepared the same as before? STATE. */
int sg_job_same(struct sg_env *env, const struct sign_job *job);
/* Prepare a job again that was imported and puts a signature into this file: it
 * refuses what is no such file. STATE. */
int sg_job_again(
    struct sign_job *job, const char *const *documents, size_t count);
/* STATE: past its deadline. */
int sg_job_in_time(struct sg_env *env, const struct sign_job *job);
/* STATE: that, or not prepared. */
int sg_job_may_complete(struct sg_env *env, const struct sign_job *job);

void sg_job_reset(struct sign_job *job);
/*
 * Prepare over documents wherever they are: each is open, and its octets are
 * taken over whatever happens, or its digests are known (which is enough for
 * detached signatures). Lists and names are copied.
 */
int sg_job_prepare(struct sign_job *job, const struct sg_sources *docs);

/* ---- steps that all formats share, in job_prepare.c */
int sg_job_begin(struct sg_env *env, struct sign_job *job,
    enum sg_job_kind kind, const char *path);
int sg_job_end(struct sign_job *job, int rc);
/* Open a document; a plain file is open only while it is read, and opened by
 * its name again where it is read again. */
int sg_job_open_file(struct sg_env *env, const char *path, struct sg_in **out);
/* What sign_job_prepare_many() is given; lists and names are in the pool. */
int sg_job_open_documents(struct sign_job *job, struct sg_pool *pool,
    const char *const *paths, size_t count, struct sg_sources *out);
/* The same for a container: of a folder all that is in it, each with the name
 * that it has there. ARG: two would have the same. */
int sg_job_open_folders(struct sg_env *env, struct sg_pool *pool,
    const char *const *paths, size_t count, struct sg_sources *out);
void sg_job_close_docs(const struct sg_sources *docs);
/* A document that can be read only once gets a copy that rewinds. */
int sg_job_spool(struct sg_env *env, struct sg_source *doc);
/* UNSUPPORTED where only digests of it are known. */
int sg_job_want_octets(struct sg_env *env, const struct sg_source *doc);
/* How large it is, and how it begins. */
int sg_job_look(
    struct sg_env *env, const struct sg_source *doc, struct sg_seen *seen);
/* NULL: nobody knows. */
const char *sg_job_kind_of(const struct sg_seen *seen);
/* The content time-stamp of a document with that digest, where one is wanted;
 * in job_stamp.c. */
int sg_job_stamp(struct sg_env *env, const struct sign_job *job,
    struct sg_view digest, struct sg_buf *token);
/* now->attrs holds the octets to be signed: what the key gets of them. */
int sg_job_take_data(struct sg_env *env, struct sign_job *job);
/* The same as the job was prepared, of a state; in state.c. */
int sg_job_take_kept(struct sg_env *env, struct sign_job *job);
/* The same of the CAdES attributes over now->digest. */
int sg_job_make_attrs(
    struct sg_env *env, struct sign_job *job, const char *content_type);
/* One SignerInfo more over this document. given: the signature, taken over. */
int sg_job_cades_parallel(struct sign_job *job, struct sg_in *given,
    const char *signature, struct sg_in *document);
/* The signature that now->wish tells of, and what the key gets of it. */
int sg_job_xades_make(struct sg_env *env, struct sign_job *job);
/* Octets as lower case hexadecimal; NULL: out of memory. */
const char *sg_job_hex(struct sg_pool *pool, struct sg_view octets);
int sg_job_make_card(struct sg_env *env, struct sign_job *job,
    const char *document, const struct sg_seen *seen, const char *type);
/* "1", "1.2", with or without the report's "S-". */
int sg_job_parse_id(
    struct sg_env *env, const char *id, struct sg_prepared *now);
/* XML: the report's number to the place among all signatures of the file; id
 * NULL: the only one that is no counter-signature. *size: of its value. */
int sg_job_find_xml(struct sg_env *env, struct sg_in *in, const char *id,
    size_t *index, uint64_t *size);
/* A new file, or the one that the job changes: see sg_file_lock(). */
int sg_job_open_output(struct sg_env *env, struct sign_job *job,
    const char *output, struct sg_out **out, int *lock);

#endif
