/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_VERIFY_H
#define SIGN_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#include "sign/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sign_ctx;

/*
 * Verifying gives a report; a bad signature is a result, not an error.
 */
struct sign_trust; /* anchors, and evidence given by the caller */
struct sign_report;

int sign_trust_new(struct sign_ctx *ctx, struct sign_trust **out);
void sign_trust_free(struct sign_trust *trust);
/** Trust anchors: a file of certificates or a directory of such files. */
int sign_trust_add_anchors(struct sign_trust *trust, const char *path);
/** More certificates, not trusted; CRLs; an OCSP response. Files. */
int sign_trust_add_certs(struct sign_trust *trust, const char *path);
int sign_trust_add_crl(struct sign_trust *trust, const char *path);
int sign_trust_add_ocsp(struct sign_trust *trust, const char *path);
size_t sign_trust_anchor_count(const struct sign_trust *trust);

struct sign_verify_options {
	size_t size;
	/* "ades" (default), "cms", "63fz", "eidas"; or the path of a file,
	 * podpis-policy(5), with a slash or a point in it */
	const char *policy;
	int64_t at;                  /* INT64_MIN: the clock's */
	const char *level;           /* at least this one; NULL */
	const char *const *contents; /* detached documents */
	size_t content_count;
	int find_content; /* detached and no contents: look beside the file */
	/* write the inputs of the verdict there, for sign_judge(); NULL */
	const char *save_facts;
	int force; /* replace an existing file */
};
#define SIGN_VERIFY_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_verify_options), .at = INT64_MIN \
	}

/**
 * Verify one signature file. Returns 0 with a report also when the file is no
 * signature or could not be read (the report then carries the error and exit
 * 3 or 4); fails only on arguments and memory.
 */
int sign_verify(struct sign_ctx *ctx, const char *signature,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out);
/**
 * The verdict again, from the inputs that sign_verify() saved: no network, no
 * document. Time, policy and level are the recorded ones unless options say
 * others, as are the anchors unless trust has some; its other evidence is
 * added. Documents in options are not looked at. Returns as sign_verify().
 */
int sign_judge(struct sign_ctx *ctx, const char *facts,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out);
void sign_report_free(struct sign_report *report);

/** "TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"; NULL on an error. */
const char *sign_report_indication(const struct sign_report *report);
/** The exit code of the contract: 0, 3, 4, 5, 6, 7. */
int sign_report_exit(const struct sign_report *report);
size_t sign_report_signature_count(const struct sign_report *report);
/** Why there is no verdict, in the context's language; NULL: there is one.
 * Borrowed from the report. */
const char *sign_report_error(const struct sign_report *report);

/* What a file is, by what is in it. */
enum sign_kind {
	SIGN_KIND_OTHER,     /* no signature that we know */
	SIGN_KIND_DETACHED,  /* a signature without its document */
	SIGN_KIND_ATTACHED,  /* a signature with the document in it */
	SIGN_KIND_CONTAINER, /* files with their signatures or time-stamps */
};
/** Looks at the beginning only, and at the list of an archive: nothing is
 * verified. 0 or SIGN_E_IO. */
int sign_probe(struct sign_ctx *ctx, const char *path, enum sign_kind *out);

/** Gets text, piece by piece. Non-zero stops the writer with SIGN_E_IO. */
typedef int sign_write_fn(const char *text, size_t len, void *payload);
/* How the text report looks. */
#define SIGN_TEXT_COLOR 1u
#define SIGN_TEXT_VERBOSE 2u /* every check with its clause */
/** One line of JSON, "podpis-report/1", never translated. */
int sign_report_json(
    const struct sign_report *report, sign_write_fn *fn, void *payload);
/** For people, in the context's language. */
int sign_report_text(const struct sign_report *report, unsigned flags,
    sign_write_fn *fn, void *payload);

/** What is in a signature, certificate or CRL: no verdict. json: one line of
 * JSON instead of text. */
int sign_show(struct sign_ctx *ctx, const char *path, int json, unsigned flags,
    sign_write_fn *fn, void *payload);
/** The same for a certificate's octets (from a token). */
int sign_show_cert(struct sign_ctx *ctx, const unsigned char *der, size_t len,
    int json, unsigned flags, sign_write_fn *fn, void *payload);

/** Subject's and issuer's names, validity, fingerprint of the certificates in
 * a file; for lists. Strings raw UTF-8, borrowed during the call. */
struct sign_cert_line {
	const char *subject, *common_name, *issuer, *serial, *sha256;
	const char *algorithm;
	int64_t not_before, not_after;
	const unsigned char *der;
	size_t der_len;
};
typedef int sign_cert_fn(const struct sign_cert_line *line, void *payload);
int sign_certs_each(
    struct sign_ctx *ctx, const char *path, sign_cert_fn *fn, void *payload);

/** The same for a certificate's octets (from a token). */
int sign_cert_describe(struct sign_ctx *ctx, const unsigned char *der,
    size_t len, sign_cert_fn *fn, void *payload);
/** Write a certificate's octets as PEM; SIGN_E_IO where output exists. */
int sign_cert_write(struct sign_ctx *ctx, const unsigned char *der, size_t len,
    const char *output);

/** RFC 3339, "now", or a bare date (its first second); SIGN_E_ARG. */
int sign_time_parse(struct sign_ctx *ctx, const char *text, int64_t *out);
#define SIGN_TIME_TEXT 32
/** "2026-11-21 10:00:00 UTC" for people, "-" for INT64_MIN; returns text,
 * which holds SIGN_TIME_TEXT. */
const char *sign_time_text(int64_t time, char *text);

/** Text for a terminal: control and bidirectional characters escaped as
 * \u{202e}. Returns the length that would be written, as snprintf does. */
size_t sign_escape(const char *text, char *out, size_t room);

#ifdef __cplusplus
}
#endif

#endif
