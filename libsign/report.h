/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_REPORT_H
#define SIGN_LIBSIGN_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/msg.h"
#include "base/pool.h"
#include "sign/verify.h"

struct sg_contract_done;
struct sign_ctx;

/*
 * The report: what design section 7 writes as JSON, as a tree in one pool.
 * Text and JSON are writers over it and decide nothing.
 */
enum sg_status {
	SG_PASSED,
	SG_FAILED,
	SG_INDETERMINATE,
	SG_SKIPPED,
	SG_WARNING,
};

/* true, false, null */
enum sg_tri {
	SG_NULL,
	SG_FALSE,
	SG_TRUE,
};

struct sg_check {
	const char *id;
	enum sg_status status;
	const char *clause;
	struct sg_msg detail;
};

struct sg_report_cert {
	const char *id; /* "C-1" */
	const char *subject, *issuer, *serial, *common_name;
	int64_t not_before, not_after;
	struct sg_view der;
};

struct sg_report_rev {
	const char *certificate; /* "C-1" */
	const char *source;      /* "crl", "ocsp" */
	const char *status;      /* "good", "revoked", "hold", "unknown" */
	int64_t this_update, next_update, revoked_at;
	const char *reason;
};

struct sg_report_doc {
	const char *name, *uri, *element;
	const char *const *transforms;
	size_t transform_count;
	const char *coverage;
	const char *digest_algorithm;
	enum sg_tri digest_ok;
};

struct sg_report_stamp {
	const char *id, *kind;
	const char *form; /* which attribute or element; NULL */
	int64_t time;
	enum sg_tri imprint_ok, signature_ok;
	const char *indication, *sub_indication;
	struct sg_msg reason;       /* why not PASSED, for people */
	const char *certificate;    /* "C-1"; NULL: not found */
	const char *authority;      /* its name, for people */
	struct sg_report_doc *docs; /* of a container: what it is over */
	size_t doc_count;
	struct sg_check *checks;
	size_t check_count;
};

struct sg_report_signer {
	const char *subject, *common_name, *organisation, *title;
	const char *inn, *inn_le, *snils, *ogrn, *ogrnip;
	const char *const *roles;
	size_t role_count;
};

struct sg_report_sig {
	const char *id, *parent, *format, *level, *packaging, *algorithm;
	const char *file; /* of several: the one that it stands in; NULL */
	const char *indication, *sub_indication;
	struct sg_msg reason; /* why not TOTAL-PASSED, for people */
	enum sg_tri digest_ok, signature_ok, signing_certificate_ok;
	/* an authority that is trusted says whose the certificate is, expired,
	 * revoked or not; NULL: nobody is trusted here */
	enum sg_tri rooted;
	const char *entry; /* of a container: the signature file; NULL */
	char *control_code;
	int64_t signing_time, best_signature_time;
	/* time-stamps prove: it was there before the one, and was made after
	 * the other, as far as their clocks can be off; SG_NO_TIME: unproven */
	int64_t proven_before, proven_after;
	const char *proven_by;   /* best_signature_time: "T-1"; NULL */
	const char *proven_name; /* that authority, for people */
	int64_t valid_until;     /* so long as things stand; SG_NO_TIME */
	const char *next_level;  /* what makes it last longer; NULL */
	const char *certificate; /* "C-1"; NULL: not found */
	struct sg_report_signer signer;
	struct sg_report_doc *docs;
	size_t doc_count;
	struct sg_report_stamp *stamps;
	size_t stamp_count;
	struct sg_check *checks;
	size_t check_count;
};

struct sign_report {
	struct sign_ctx *ctx;
	struct sg_pool *pool;
	const char *file, *signature_file, *format, *policy;
	const char *qualification; /* NULL, "undetermined" */
	int64_t time;
	const char *indication; /* NULL on an error */
	int exit;
	const char *error_code;
	const char *error_message; /* English */
	const char *error_local;   /* in the person's language */
	struct sg_report_sig *sigs;
	size_t sig_count;
	struct sg_report_stamp *stamps; /* of the file itself */
	size_t stamp_count;
	const char *const *uncovered;
	size_t uncovered_count;
	struct sg_report_cert *certs;
	size_t cert_count;
	struct sg_report_rev *revs;
	size_t rev_count;
	struct sg_msg *hints; /* for people: how to add an anchor */
	size_t hint_count;
	struct sg_msg *notes; /* what was looked up, and what could not be */
	size_t note_count;
	int from_facts;          /* judged from saved facts */
	int saved_anchors;       /* and by the anchors that stand in them */
	int is_container;        /* documents are named by their path in it */
	struct sg_msg *warnings; /* of the file */
	size_t warning_count;
	struct sg_contract_done *contract; /* NULL: it is none */
	/* what this one was joined of, and borrows from */
	struct sign_report **parts;
	size_t part_count;
};

struct sg_cert;
struct sg_chain;
struct sg_env;
struct sg_facts;
struct sg_sig_fact;
struct sg_stamp_fact;

/* An empty report with a pool; NULL: out of memory. */
struct sign_report *sg_report_new(struct sign_ctx *ctx);
/* Documents, roles and claims of one signature. */
int sg_report_describe(struct sg_env *env, struct sign_report *report,
    struct sg_report_sig *to, const struct sg_facts *facts,
    const struct sg_sig_fact *sig);
/* The names in a certificate, for people and for telling parties apart. */
void sg_report_names(struct sg_pool *pool, struct sg_report_signer *to,
    const struct sg_cert *cert);
/* The files that a time-stamp of a container is over. */
int sg_report_stamp_docs(struct sg_env *env, struct sign_report *report,
    struct sg_report_stamp *to, const struct sg_facts *facts,
    const struct sg_stamp_fact *stamp);
/* The signer's names and the chain with its revocation data; cert NULL: not
 * found. */
int sg_report_chain(struct sg_env *env, struct sign_report *report,
    struct sg_report_sig *to, struct sg_cert *cert,
    const struct sg_chain *chain);
/* The same of a time-stamp's authority. */
int sg_report_stamp_chain(struct sg_env *env, struct sign_report *report,
    struct sg_report_stamp *to, struct sg_cert *cert,
    const struct sg_chain *chain);
/* Is a time-stamp of this kind over what is signed, and so older than the
 * signature? */
int sg_report_is_content(const char *kind);

#endif
