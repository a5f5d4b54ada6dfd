/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_EXTEND_H
#define SIGN_EXTEND_H

#include <stddef.h>
#include <stdint.h>

#include "sign/error.h"
#include "sign/net.h"
#include "sign/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sign_ctx;

struct sign_extend_options {
	size_t size;
	/* "b-t", "b-lt", "b-lta"; "t", "c", "x1", "x2", "xlt1", "xlt2", "a";
	 * the level that is there, or below it, changes nothing */
	const char *level;
	const char *signer; /* "1", "1.1"; NULL: all but counter-signatures */
	const struct sign_tsa *tsas; /* in order of fallback */
	size_t tsa_count;
	const char *digest; /* of the time-stamps; NULL: the signature's */
	const char *policy; /* as in verifying; NULL: "ades" */
	int renew;          /* the level is there: one more archive
				 time-stamp over what is there */
	int64_t grace;      /* seconds: revocation data must be issued that
				 long after the time-stamp; < 0: as the policy has it */
	const char *const *contents; /* detached documents */
	size_t content_count;
	int find_content; /* none given: look beside the file */
	int force;        /* replace an existing output */
};
#define SIGN_EXTEND_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_extend_options), .grace = -1, \
		.find_content = 1 \
	}

/**
 * Raise anybody's signatures to a higher level, without their keys: adds
 * time-stamps and validation data (EN 319 122-1, 5.3 to 5.5; EN 319 132-1,
 * 5.3 to 5.5; TS 101 733, 6), and changes no octet that is signed or stamped.
 * What is written was read back and judged first.
 *
 * @param signature the file.
 * @param trust anchors and evidence; must lead to a valid signature where the
 *        level holds validation data.
 * @param output NULL or the same file: changed in place, in one step; "-".
 * @param changed set to 0 when the level was there and nothing was to be done;
 *        may be NULL.
 * @return 0; SIGN_E_NET: a TSA or revocation data was not to be had;
 *         SIGN_E_VALUE: the signature is not valid; SIGN_E_UNSUPPORTED: it
 *         would break what is there, the hint names the lawful next step;
 *         SIGN_E_ARG, SIGN_E_IO, SIGN_E_FORMAT, SIGN_E_STATE (the file changed
 *         meanwhile). Nothing is written then.
 */
int sign_extend(struct sign_ctx *ctx, const char *signature,
    const struct sign_trust *trust, const struct sign_extend_options *options,
    const char *output, int *changed);

struct sign_job;
/**
 * Write a completed job at a level above B-B: as sign_job_write(), and before
 * anybody sees it as sign_extend().
 *
 * @param options level NULL: the one that the job was made for.
 * @param output NULL: as sign_job_write().
 * @return as both. Nothing is written when a part could not be had.
 */
int sign_job_write_level(struct sign_job *job, const struct sign_trust *trust,
    const struct sign_extend_options *options, const char *output);

/**
 * Have the content time-stamped before it is signed: preparing this job asks
 * the authorities, checks what they give as it does for every time-stamp, and
 * makes it a signed property (EN 319 122-1, 5.2.8; EN 319 132-1, 5.2.8.1). It
 * proves that the content was there before, and the signature was not yet.
 *
 * @param trust whom the time-stamp must lead to; NULL: its chain is not judged.
 * @param options tsas alone is looked at; both are borrowed until the job is
 *        prepared for the last time.
 * @return 0; SIGN_E_ARG: no authority is named, or the format is cms. Preparing
 *         gives SIGN_E_NET then when there was no good time-stamp, and
 *         SIGN_E_UNSUPPORTED for a counter-signature.
 */
int sign_job_content_timestamp(struct sign_job *job,
    const struct sign_trust *trust, const struct sign_extend_options *options);

#ifdef __cplusplus
}
#endif

#endif
