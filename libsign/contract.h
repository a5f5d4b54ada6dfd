/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_CONTRACT_H
#define SIGN_LIBSIGN_CONTRACT_H

#include <stddef.h>
#include <stdint.h>

#include "base/alg.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/pool.h"
#include "libsign/report.h"
#include "sign/contract.h"
#include "sign/verify.h"

struct sg_buf;
struct sg_cert;
struct sg_env;
struct sg_saved;
struct sg_saving;
struct sign_ctx;
struct sign_extend_options;
struct sign_job;
struct sign_key;
struct sign_trust;

/*
 * A contract, whatever its layout: who must sign what. What a description says
 * of a party; NULL: nothing.
 */
struct sg_party {
	const char *role, *name, *pattern;
	const char *inn, *snils, *ogrn, *ogrnip;
	/* portal: its signature files, one for each document of the contract,
	 * NULL: none is wanted there. Whatever stands in such a file is this
	 * party's signature. NULL: parties are told by their certificates */
	const char **files;
	unsigned char *there; /* portal: which of them were found */
};

enum sg_doc_state {
	SG_DOC_FITS,    /* as described; portal: it is there */
	SG_DOC_CHANGED, /* other octets than the description says */
	SG_DOC_MISSING,
};

struct sg_contract_doc {
	const char *name;
	const char *about; /* for people; portal: documentDescription */
	uint64_t size;
	const struct sg_digest *digest; /* portal: of no meaning */
	struct sg_view value;
	enum sg_doc_state state;
};

struct sg_contract {
	const struct sg_layout_ops *layout;
	const char *path;     /* file or folder, as given */
	struct sg_file_id id; /* of the container, when it was read */
	const char *kind, *title;
	int ordered;
	int64_t created, deadline; /* SG_NO_TIME */
	struct sg_party *parties;
	size_t party_count;
	struct sg_contract_doc *docs;
	size_t doc_count;
	/* the description's octets, which every signature must cover under
	 * this name; portal: empty, no signature covers one */
	const char *about_name;
	struct sg_view about;
	const char **unlisted; /* files that it says nothing of */
	size_t unlisted_count;
	struct sg_msg *remarks; /* what else is odd, for people */
	size_t remark_count;
};

/* ---- tables */

struct sg_contract_kind {
	const char *name;     /* "lease" */
	const char *text;     /* for people, marked with N_() */
	const char *roles[3]; /* usual ones; NULL-terminated */
};
/* NULL: there is none. */
const struct sg_contract_kind *sg_contract_kind_find(const char *name);
/* "lessor" to text for people, marked with N_(); another word as it is. */
const char *sg_contract_role_text(const char *role);

/* ---- layouts */

/* One job of one party. */
struct sg_party_want {
	const struct sg_contract *contract;
	const struct sg_party *party;
	const struct sign_job_options *set; /* whole, format chosen by it */
	const struct sign_key *key;         /* NULL: elsewhere */
	struct sg_view cert; /* then its certificate, and others */
	size_t step;
	/* content time-stamp; NULL: none */
	const struct sign_extend_options *stamp;
	const struct sign_trust *stamp_trust;
};
/* A job with these settings for the key of who signs and with its content
 * time-stamp, not prepared yet; to be freed in any case. */
int sg_party_job(struct sign_ctx *ctx, const struct sg_party_want *want,
    const struct sign_job_options *set, struct sign_job **out);

/* Where a contract is read from. */
struct sg_contract_from {
	const char *path;
	struct sg_saved *saved; /* these facts alone, and no file; NULL */
};

/* A contract that is verified. */
struct sg_verify_want {
	struct sg_contract_from from;
	const struct sign_trust *trust;
	const struct sign_verify_options *options;
};

struct sg_layout_ops {
	const char *name; /* "container" */
	/* Is it that, by what is in it? 1, 0, or < 0. */
	int (*probe)(struct sg_env *env, const struct sg_contract_from *from);
	/* A new one. options were checked, and are of this struct's size;
	 * options->from is not NULL: carry that, or take out what it carries. */
	int (*create)(struct sign_ctx *ctx,
	    const struct sign_contract_options *options, const char *output);
	/* Description and documents, and whether they fit; nothing is verified.
	 * Strings live in the pool. FORMAT: it is malformed. */
	int (*read)(struct sign_ctx *ctx, struct sg_pool *pool,
	    const struct sg_contract_from *from, struct sg_contract *out);
	/* All its signatures in one report (sg_report_join()), each with the
	 * name of the file that it stands in. NULL: sign_verify() can do it. */
	int (*verify)(struct sign_ctx *ctx, const struct sg_verify_want *want,
	    struct sign_report **out);
	/* What read() and verify() will want of it, where the file as a whole
	 * is no signature. 1: it cannot be read, and there is nothing. */
	int (*save)(struct sign_ctx *ctx, const struct sg_verify_want *want,
	    struct sg_saving *to);
	/* *out NULL: there is no such step. */
	int (*prepare)(struct sign_ctx *ctx, const struct sg_party_want *want,
	    struct sign_job **out);
};

extern const struct sg_layout_ops sg_layout_container, sg_layout_portal;
/* By name, or what this is: NULL in *out: no contract. */
const struct sg_layout_ops *sg_layout_find(const char *name);
int sg_layout_of(struct sg_env *env, const struct sg_contract_from *from,
    const struct sg_layout_ops **out);

/* ---- the description, podpis-contract(5), in contract_about.c */

#define SG_CONTRACT_NAME "contract.json"
/* Strings go to the pool; docs have no state yet. FORMAT, LIMIT. */
int sg_contract_parse(struct sg_env *env, struct sg_pool *pool,
    struct sg_view text, struct sg_contract *out);
/* The same contract always gives the same octets. */
int sg_contract_write(
    struct sg_env *env, const struct sg_contract *contract, struct sg_buf *out);
/* What holds for every contract with a description: code (ARG, FORMAT). */
int sg_contract_check(
    struct sg_env *env, int code, const struct sg_contract *contract);
#define SG_CONTRACT_HEX 129 /* room for a digest in hexadecimal */
void sg_contract_hex(struct sg_view octets, char *out);
struct json_t;
/* Options to a contract, its fields checked, with the digests of documents that
 * are read for it. */
int sg_contract_make(struct sg_env *env, struct sg_pool *pool,
    const struct sign_contract_options *options, struct sg_contract *out);

/* ---- parties, in contract_party.c */

/* Does each field hold what can stand there? code (ARG, FORMAT), naming it:
 * length and check digits of INN, SNILS, OGRN; no control characters. */
int sg_party_check(struct sg_env *env, int code, const struct sg_party *party);
int sg_contract_text_check(
    struct sg_env *env, int code, const char *what, const char *text);
/* Does the certificate's owner fit the party? */
int sg_party_fits(
    const struct sg_party *party, const struct sg_report_signer *who);

/* ---- what has been done, in contract_judge.c: no I/O, no clock */

enum sg_party_state {
	SG_PARTY_SIGNED,
	SG_PARTY_UNCONFIRMED,   /* its signature is INDETERMINATE */
	SG_PARTY_MISSING,       /* no signature */
	SG_PARTY_FAILED,        /* its signature is not valid */
	SG_PARTY_OTHER_VERSION, /* it is over other octets */
	SG_PARTY_INCOMPLETE,    /* it is not over all that it must be over */
	SG_PARTY_WRONG_ROLE,    /* it claims the role of another party */
	SG_PARTY_OUT_OF_TURN,
	SG_PARTY_LATE,
};

/* How something is known. */
enum sg_proof {
	SG_PROOF_NONE, /* it is not asked for, or not known */
	SG_PROOF_CLAIMED,
	SG_PROOF_STAMP,
};

struct sg_party_done {
	const struct sg_party *party;
	enum sg_party_state state;
	const struct sg_report_sig *sig; /* NULL; portal: the last one */
	int64_t time;                    /* SG_NO_TIME */
	int64_t not_before; /* proven: made after that; SG_NO_TIME */
	enum sg_proof when, turn, deadline;
	struct sg_msg detail; /* for people */
};

enum sg_other_state {
	SG_OTHER_STRANGER, /* signed without being asked */
	SG_OTHER_TWICE,    /* a party's second signature */
	SG_OTHER_COUNTER,  /* a counter-signature: a witness, a notary */
	SG_OTHER_BROKEN,   /* it does not verify: it is nobody's */
	/* beside a party's signature one in its name, by a certificate that
	 * leads to nobody who is trusted */
	SG_OTHER_UNTRUSTED,
};

struct sg_other_done {
	const struct sg_report_sig *sig;
	enum sg_other_state state;
	/* TWICE, UNTRUSTED; BROKEN: in whose name; COUNTER: below whose; NULL */
	const struct sg_party *party;
	struct sg_msg detail;
};

struct sg_contract_done {
	struct sg_contract contract;
	enum sg_tri concluded;
	int overdue; /* somebody is missing, and the deadline is over */
	struct sg_party_done *parties;
	size_t party_count;
	struct sg_other_done *others;
	size_t other_count;
	const char *about_digest; /* SHA-256 of the description; NULL */
	struct sign_contract_status open;
};

/* Who has signed, by the report's signatures: fills done from its contract. */
int sg_contract_judge(struct sg_env *env, const struct sign_report *report,
    struct sg_contract_done *done);
/* The report's exit code with that: 8 where it would be 0 and the contract is
 * not concluded. */
int sg_contract_exit(int exit, const struct sg_contract_done *done);
/*
 * Look whether the file of the report is a contract, and judge it: *report gets
 * that, or another takes its place. In contract_attach.c.
 */
int sg_contract_attach(struct sign_ctx *ctx, const struct sg_verify_want *want,
    struct sign_report **report);

/* ---- signing, in contract_sign.c */

/* A job that was imported has been prepared for the contract as it is now: may
 * its party still sign? STATE, KEY. */
int sg_contract_again(struct sign_job *job);
/* Was the job prepared for the very container that the contract was read of? */
int sg_contract_is_file(
    const struct sg_contract *contract, const struct sign_job *job);

/* ---- writers, in contract_report.c */

struct sg_page;
const char *sg_party_word(enum sg_party_state state);
/* The report's "contract". NULL: out of memory. */
struct json_t *sg_contract_json(
    const struct sign_report *report, const struct sg_contract_done *done);
void sg_contract_text(
    struct sg_page *page, const struct sg_contract_done *done);

/* ---- several reports as one, in report_join.c */

/* Takes the parts over, whatever happens. Ids are counted on, certificates that
 * are the same become one; the verdict is the worst; each signature gets the
 * file of its part. */
int sg_report_join(struct sign_ctx *ctx, struct sign_report **parts,
    size_t count, struct sign_report **out);

#endif
