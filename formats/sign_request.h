/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_SIGN_REQUEST_H
#define SIGN_FORMATS_SIGN_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct sg_env;

/*
 * req.xml: what asks the state signing service for phones to have a person sign
 * documents (specification "Sending documents for signature to Goskey", 1.8 of
 * 2023-01-20, and 1.9 of 2025-08-28, where the documents are not listed any
 * more and the rest stands once).
 */
#define SG_SIGN_REQUEST_NAME "req.xml"
#define SG_MAX_REQUEST_DOCS_18 15
#define SG_MAX_REQUEST_DOCS_19 20
#define SG_MAX_REQUEST_TOTAL 100000000  /* octets of the documents */
#define SG_MAX_REQUEST_PACKAGE 50000000 /* of the archive, sent at once */
#define SG_MAX_REQUEST_FILE 50          /* characters of a file's name */
#define SG_MAX_REQUEST_TEXT 250         /* of a description, an address */
#define SG_MAX_REQUEST_OID 20           /* of the person's number */
#define SG_MAX_REQUEST_SECONDS 86400    /* until it has to be signed */

enum sg_request_kind {
	SG_REQUEST_UNEP,       /* unqualified */
	SG_REQUEST_UKEP,       /* qualified */
	SG_REQUEST_UKEP_LEGAL, /* qualified, for an organisation */
};

struct sg_sign_request_doc {
	const char *name; /* of the file; it is the identifier, too */
	uint64_t size;
};

/* Strings UTF-8; NULL where something is not given. */
struct sg_sign_request {
	enum sg_request_kind kind;
	int version;             /* 18, 19 */
	const char *snils, *oid; /* one of them; snils: 11 digits */
	const char *ogrn;        /* UKEP_LEGAL */
	const char *description, *backlink;
	int64_t now, expires;
	/* 1.8: mnemonics, service_name, org_name; else org_name, org_inn */
	const char *mnemonics, *service_name, *org_name, *org_inn;
	const struct sg_sign_request_doc *docs;
	size_t doc_count;
};

/* What the service would refuse: ARG for what was said, LIMIT for what is too
 * much, each with its own message. */
int sg_sign_request_check(
    struct sg_env *env, const struct sg_sign_request *request);
/* Checked, and written: the same request gives the same octets. */
int sg_sign_request_write(struct sg_env *env,
    const struct sg_sign_request *request, struct sg_buf *out);

#endif
