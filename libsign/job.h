/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JOB_H
#define SIGN_LIBSIGN_JOB_H

#include "base/crypt.h"
#include "base/pool.h"
#include "certs/cert.h"
#include "formats/cms.h"
#include "libsign/control.h"
#include "libsign/ctx.h"
#include "libsign/signed.h"
#include "sign/job.h"

enum sg_job_kind {
	SG_JOB_DOCUMENT,
	SG_JOB_PARALLEL,
	SG_JOB_COUNTER,
};

/* What is known once the document was read. */
struct sg_prepared {
	int ready;
	enum sg_job_kind kind;
	struct sg_pool *pool;
	const char *path;         /* document, or the signature to change */
	struct sg_file_id id;     /* of the document */
	struct sg_in *spool;      /* a document that can be read only once */
	struct sg_signed file;    /* PARALLEL, COUNTER */
	size_t signer;            /* COUNTER: which, and which below it */
	struct sg_cms_path below; /* its counter-signatures */
	unsigned char digest[SG_MAX_DIGEST]; /* message-digest */
	struct sg_buf attrs;
	unsigned char hash[SG_MAX_DIGEST]; /* of the attributes */
	struct sg_view data;               /* what the key gets */
	struct sg_buf value;               /* empty: not completed */
	struct sign_card card;
	char code[SG_CONTROL_CODE];
};

struct sign_job {
	struct sign_ctx *ctx;
	struct sg_pool *pool; /* of the settings */
	int plain, attached, force, pem;
	int64_t signing_time; /* INT64_MIN: the clock's */
	struct sg_cert *cert;
	struct sg_certs chain;
	EVP_PKEY *key; /* public, borrowed from cert */
	struct sg_signer signer;
	struct sg_signed_props props;
	struct sg_prepared now;
};

void sg_job_reset(struct sign_job *job);

#endif
