/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_JOB_H
#define SIGN_JOB_H

#include <stddef.h>
#include <stdint.h>

#include "sign/error.h"
#include "sign/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sign_ctx;
struct sign_key;

/*
 * Signing is a job in three steps: prepare reads the document once and gives
 * the bytes to be signed; a key source signs them; complete checks the value
 * against the certificate before anything is written.
 */
struct sign_job;

enum sign_packaging {
	SIGN_DETACHED,
	SIGN_ATTACHED,   /* cades, cms: the document inside the signature */
	SIGN_ENVELOPED,  /* xades: the signature inside the document */
	SIGN_ENVELOPING, /* xades: the document inside the signature */
};

struct sign_job_options {
	size_t size;
	/* "cades" (default), "cms", "xades", "asic-e" or "asic-s" */
	const char *format;
	const char *level; /* NULL: "b-b"; "bes", "epes" */
	enum sign_packaging packaging;
	const char *digest;   /* NULL: the one that belongs to the key */
	int pss;              /* RSA keys: PSS instead of PKCS#1 v1.5 */
	int64_t signing_time; /* INT64_MIN: the clock's */
	/* DER or PEM files with certificates to put in beside the signer's */
	const char *const *chain;
	size_t chain_count;
	const char *const *roles;
	size_t role_count;
	const char *commitment; /* origin, receipt, delivery, sender, approval,
				   creation, or an OID */
	const char *country, *region, *city, *postal_code;
	const char *policy_oid, *policy_file, *policy_uri;
	const char *mime_type, *content_hint;
	int force; /* replace an existing output */
	int pem;
	/* xades, enveloped: last in the element with this Id, or in the first
	 * that the XPath expression names; both NULL: in the root */
	const char *place_id, *place_xpath;
	/* xades, enveloped: leave room for signatures of others */
	int parallel;
	/* until when the job may be completed, seconds since 1970; 0: no end */
	int64_t deadline;
	/* containers: "xades" or "cades"; NULL: what the container has, xades
	 * in a new one */
	const char *asic_with;
};
#define SIGN_JOB_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_job_options), \
		.signing_time = INT64_MIN \
	}

/* One document of a container. */
struct sign_card_document {
	const char *name;
	uint64_t size;
	const char *type;
	const char *digest_algorithm, *digest;
};

/* What a person should see before the PIN; strings raw UTF-8, borrowed. */
struct sign_card {
	size_t size;
	const char *document;
	uint64_t document_size;                /* UINT64_MAX: not known */
	const char *document_type;             /* by content, for people */
	const char *digest_algorithm, *digest; /* hexadecimal */
	const char *format, *level, *packaging;
	const char *algorithm;
	const char *signer, *issuer, *serial;
	int64_t not_before, not_after;
	const char *control_code;
	const char *output;
	int64_t deadline; /* 0: none */
	/* containers: all that is signed */
	const struct sign_card_document *documents;
	size_t document_count;
	const char *asic_with; /* "xades", "cades"; NULL: no container */
};

/** A new job with the certificate of this key (key may be freed later); NULL:
 * sign_job_set_cert() tells the certificate, before the job is prepared or
 * after it. */
int sign_job_new(struct sign_ctx *ctx, const struct sign_job_options *options,
    const struct sign_key *key, struct sign_job **out);
void sign_job_free(struct sign_job *job);

/** Sign a document; "-" is standard input. Reads it once. */
int sign_job_prepare(struct sign_job *job, const char *document);
/** Sign several documents with one signature: xades, detached; asic-e, where a
 * folder stands for all files in it, hidden ones left out. */
int sign_job_prepare_many(
    struct sign_job *job, const char *const *documents, size_t count);
/** One more parallel signature over the content of an existing one. content:
 * its detached document, NULL where it is attached or beside the file. */
int sign_job_prepare_parallel(
    struct sign_job *job, const char *signature, const char *content);
/** A counter-signature over the signature with this id ("1", "1.1"); NULL:
 * the only one of the file. */
int sign_job_prepare_counter(
    struct sign_job *job, const char *signature, const char *id);

/**
 * The signer's certificate, DER or PEM, and others to put in behind it. A job
 * that was prepared without one, from digests alone, is prepared again.
 *
 * @return 0; SIGN_E_KEY: the job has another certificate, or this one may not
 *         sign, is not valid now, or has a key for another digest.
 */
int sign_job_set_cert(
    struct sign_job *job, const unsigned char *cert, size_t len);

/** A party's signature in a contract that was imported: by whom it is judged,
 * when the contract is given again, which signatures there keep the party from
 * signing; borrowed by the job. NULL: nobody is trusted. */
void sign_job_set_trust(struct sign_job *job, const struct sign_trust *trust);

/* What is known of a document that is elsewhere. */
struct sign_digest {
	const char *document;  /* its name; rows of one document follow each
				  other */
	const char *algorithm; /* "sha256", "streebog256", ... */
	const unsigned char *value;
	size_t len;
	uint64_t document_size; /* for the card; 0: not known */
};
/**
 * The same over documents of which only digests are at hand, one or several of
 * each: detached signatures. One that holds its document is given it by
 * sign_job_prepare() before it is written.
 */
int sign_job_prepare_digest(
    struct sign_job *job, const struct sign_digest *digests, size_t count);

/** The card of a prepared job; borrowed from the job. NULL: it is not
 * prepared, or waits for its certificate. */
const struct sign_card *sign_job_card(const struct sign_job *job);
/** What the key gets: digest, or bytes for EdDSA; borrowed. */
const unsigned char *sign_job_data(const struct sign_job *job, size_t *len);
/** What that is the digest of, and the control code too: signed attributes in
 * DER, or the canonical SignedInfo; borrowed. */
const unsigned char *sign_job_octets(const struct sign_job *job, size_t *len);

/** Let the key sign the prepared data. */
int sign_job_sign(struct sign_job *job, struct sign_key *key);
/** The value from elsewhere. SIGN_E_VALUE when it does not verify. */
int sign_job_complete(
    struct sign_job *job, const unsigned char *value, size_t len);
/**
 * Instead of a value: a whole CMS (DER, PEM or base64) that a phone or service
 * made over the same document; cades and cms. What is written then has its
 * signer as it is. The card says "cms" where it has no signing-certificate
 * attribute.
 *
 * @return 0; SIGN_E_KEY: another certificate than the job's; SIGN_E_STATE: over
 *         another document; SIGN_E_VALUE; SIGN_E_FORMAT, SIGN_E_UNSUPPORTED.
 */
int sign_job_complete_cms(
    struct sign_job *job, const unsigned char *cms, size_t len);
/** Write the completed signature; "-" is standard output. Nothing is seen of
 * it before it is whole; an existing file is only replaced with force or
 * where the job changes that very file. */
int sign_job_write(struct sign_job *job, const char *output);

/** How many signatures in a file are no counter-signatures: their ids are "1"
 * to that. SIGN_E_FORMAT: there is none. */
int sign_signature_count(
    struct sign_ctx *ctx, const char *signature, size_t *count);
/** Write completed counter-signatures over several signatures of one file at
 * once: all of them, or none. The jobs are used up. output is wanted. */
int sign_job_write_all(
    struct sign_job *const *jobs, size_t count, const char *output);

/** What became of a job, as one line of JSON ("podpis-job/1"): its document and
 * output, what signs it, its digest and control code, and the error of this
 * code that its context had last (0: none). */
int sign_job_json(const struct sign_job *job, const char *document,
    const char *output, int error, sign_write_fn *fn, void *payload);

/* ---- a job on paper */
struct sign_state_options {
	size_t size;
	/* what seals states against changes, 16 octets or more, the caller's
	 * secret; NULL: none, and only what can be is checked */
	const unsigned char *key;
	size_t key_len;
	int force; /* of the job that is read: replace an existing output */
};
#define SIGN_STATE_OPTIONS_INIT \
	{ \
		sizeof(struct sign_state_options), 0, 0, 0 \
	}

/**
 * Everything of a prepared job but the document, as one line of JSON below 64
 * KiB, "podpis-state/1", with a NUL behind it that len does not count; borrowed
 * until the next call with this job. options may be NULL. The certificates beside the signer's are left out where they do
 * not fit.
 *
 * @return 0; SIGN_E_STATE: not prepared; SIGN_E_LIMIT: too much for a state.
 */
int sign_job_export(struct sign_job *job,
    const struct sign_state_options *options, const char **text, size_t *len);
/**
 * The job again, in another process or on another host, as often as wanted: the
 * same state and value give the same octets. A detached signature can be
 * completed and written; for all others the documents are given again, by the
 * call that prepared them, before completing. That may be done with a detached
 * one, too: SIGN_E_STATE where the document is not the same. A job that puts a
 * signature into a file is given that file, by sign_job_prepare(), too. A
 * container must hold the same documents and no others (SIGN_E_STATE), whoever
 * has signed meanwhile; for a counter-signature it must be octet for octet as it
 * was. A file that has the job's signature already is written as it is.
 *
 * @return 0; SIGN_E_STATE: no state, changed, sealed by another key, or past
 *         its deadline.
 */
int sign_job_import(struct sign_ctx *ctx,
    const struct sign_state_options *options, const char *text, size_t len,
    struct sign_job **out);

/* ---- without a key */
/** The content of an attached signature, or the only file that signatures in a
 * container cover. */
int sign_extract(
    struct sign_ctx *ctx, const char *signature, const char *output, int force);
/** The same, what the signature with this id ("1", "1.1") is over; NULL: the
 * first. In CMS all are over the same. */
int sign_extract_signer(struct sign_ctx *ctx, const char *signature,
    const char *id, const char *output, int force);
/* What became of a file of a container; strings raw UTF-8, borrowed. */
struct sign_extracted {
	size_t size;
	const char *name;
	uint64_t octets;
	const char *left; /* why it was not written; NULL: it was */
};
typedef int sign_extract_fn(const struct sign_extracted *file, void *payload);
struct sign_extract_options {
	size_t size;
	const char
	    *signer; /* what this one ("2") covers; NULL: what any does */
	int force;   /* replace files that exist */
	sign_extract_fn *fn; /* gets each file; non-zero: SIGN_E_CANCEL */
	void *payload;
};
#define SIGN_EXTRACT_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_extract_options) \
	}
/**
 * The files that signatures in a container cover, by their names, into a
 * directory that exists: never outside of it, and never through a symbolic
 * link. Only octets that a signature has the digest of are written; whether the
 * signatures are valid is not asked. What they do not cover, and what has a
 * name or form that is not safe, is left in the container, and told.
 *
 * @return 0; SIGN_E_IO: a file exists (then nothing is written) or cannot be
 *         written (then those before it stay); SIGN_E_FORMAT: no container, or
 *         nothing in it is covered; SIGN_E_ARG: no such signature.
 */
int sign_extract_dir(struct sign_ctx *ctx, const char *container,
    const struct sign_extract_options *options, const char *directory);
/** attached to detached (content NULL) or back; signer octets unchanged. */
int sign_convert(struct sign_ctx *ctx, const char *signature,
    enum sign_packaging packaging, const char *content, const char *output,
    int force, int pem);

#ifdef __cplusplus
}
#endif

#endif
