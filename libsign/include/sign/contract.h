/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CONTRACT_H
#define SIGN_CONTRACT_H

#include <stddef.h>
#include <stdint.h>

#include "sign/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sign_ctx;
struct sign_job;
struct sign_key;
struct sign_report;

/*
 * Contracts: documents, and who must sign them in which role, in which order
 * and until when. A contract is a container whose description every signature
 * covers, podpis-contract(5), or the state portal's layout: a folder or archive
 * with a detached signature for each document and party, and sign_config.xml.
 *
 * sign_verify() of a contract tells in its report whether it is concluded.
 */

/* Who must sign. A certificate fits when each identifier that is given stands
 * in it, and its name is like the pattern; where there is neither, when it has
 * that name; where there is nothing at all, every certificate fits. */
struct sign_party {
	size_t size;
	const char *role;    /* "lessor"; of the kind, or any other word */
	const char *name;    /* for people */
	const char *pattern; /* of the certificate's name, with * and ? */
	const char *inn;     /* 12 digits: a person's; 10: an organisation's */
	const char *snils, *ogrn, *ogrnip;
};
#define SIGN_PARTY_INIT \
	{ \
		.size = sizeof(struct sign_party) \
	}

struct sign_contract_options {
	size_t size;
	const char *layout; /* "container" (default), "portal" */
	const char *kind;   /* "lease", "car-sale", "telecom", "other" */
	const char *title;
	const struct sign_party *parties;
	size_t party_count;
	const char *const *documents;
	size_t document_count;
	int ordered;        /* they sign in this order */
	int64_t deadline;   /* until when; INT64_MIN: none */
	const char *digest; /* of the documents; NULL: "sha256" */
	/* a contract of the other layout instead of all that: a portal's is
	 * carried in a container as data, and taken out again */
	const char *from;
	int force; /* replace an existing output */
};
#define SIGN_CONTRACT_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_contract_options), \
		.deadline = INT64_MIN \
	}

/**
 * Make a contract that nobody has signed yet.
 *
 * @param output the container; portal: a folder, or an archive where the name
 *        ends with ".zip".
 * @return 0; SIGN_E_ARG: a field that cannot be right, such as an INN whose
 *         check digit says that it was mistyped; SIGN_E_IO.
 */
int sign_contract_new(struct sign_ctx *ctx,
    const struct sign_contract_options *options, const char *output);

/* One party, and what it has done. Strings raw UTF-8. */
struct sign_party_status {
	size_t size;
	const char *role, *name;
	/* "signed", "unconfirmed", "missing", "failed", "other-version",
	 * "incomplete", "wrong-role", "out-of-turn", "late" */
	const char *state;
	const char *signature; /* the report's "S-1"; NULL */
	const char *signer;    /* NULL */
	int64_t time;          /* INT64_MIN */
	int proven;            /* by a time-stamp; else as claimed */
};

/* What the report of a contract says of it. */
struct sign_contract_status {
	size_t size;
	const char *layout, *kind, *title;
	int concluded; /* 1; 0; -1: all have signed, not all is confirmed */
	int ordered;
	int64_t deadline;
	const struct sign_party_status *const *parties;
	size_t party_count;
	const char *const *documents; /* their names */
	size_t document_count;
};

/** Of a report by sign_verify(); borrowed from it. NULL: it was no contract. */
const struct sign_contract_status *sign_report_contract(
    const struct sign_report *report);

struct sign_extend_options;
struct sign_job_options;
struct sign_party_options {
	size_t size;
	/* as which party; NULL: the one that the certificate fits */
	const char *role;
	/* level, digest, chain, place ...; NULL. Format, packaging, roles and
	 * commitment are the contract's matter */
	const struct sign_job_options *job;
	/* portal: which of the documents, 0 first; there is one job for each.
	 * container: one job for all */
	size_t step;
	/* key NULL: the party's certificate, DER or PEM, others may follow; its
	 * key is elsewhere */
	const unsigned char *cert;
	size_t cert_len;
	/* a time-stamp over the content first, which proves that the party
	 * signed after it: whom to ask, as in sign_job_content_timestamp() with
	 * this trust; NULL: none */
	const struct sign_extend_options *content_timestamp;
	const struct sign_trust *trust;
};
#define SIGN_PARTY_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_party_options) \
	}

/**
 * Prepare the signature of a party. The job goes on like every other:
 * sign_job_sign() or sign_job_complete(), then sign_job_write(). It is over when
 * the contract's deadline is. Saved by sign_job_export(), it is completed in the
 * container as it is then: with the same description and documents, whoever else
 * has signed meanwhile, and if the party still may.
 *
 * @param report of sign_verify() of the contract, for which nothing needs to be
 *        trusted; the contract must be as it was.
 * @param key NULL: options have the certificate; containers alone.
 * @param out NULL: there is no such step.
 * @return 0; SIGN_E_KEY: the certificate fits no party, or not the one that was
 *         asked for; SIGN_E_STATE: that party has signed, it is not its turn,
 *         the deadline is over, or the contract has changed.
 */
int sign_contract_prepare(const struct sign_report *report,
    const struct sign_party_options *options, const struct sign_key *key,
    struct sign_job **out);

/* ---- the state signing service for phones: the portal's layout alone */

struct sign_request_options {
	size_t size;
	const char *service; /* "ukep" (default), "unep", "ukep-legal" */
	const char *version; /* of its specification: "1.8" (default), "1.9" */
	/* who is to sign: one of the two; 11 digits, as 112-233-445 95 or not */
	const char *snils, *oid;
	const char *ogrn;        /* of the organisation: ukep-legal */
	int64_t expires;         /* within 24 hours */
	const char *description; /* NULL: the contract's title */
	const char *backlink;    /* 1.8: NULL: the portal's own page */
	/* who asks: 1.8 wants the system's mnemonic; NULL: as the key's
	 * certificate has it */
	const char *mnemonics, *service_name, *org_name, *org_inn;
	int chunked; /* sent in pieces: more than 50 000 000 octets may be */
	int force;   /* replace an existing output */
};
#define SIGN_REQUEST_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_request_options) \
	}

/**
 * The package that asks the service to have a person sign the documents: a flat
 * archive with req.xml, the documents, and for each of these files a detached
 * PKCS#7 of the organisation whose key it is. Nothing is sent. What the service
 * would refuse is refused before anything is written.
 *
 * @return 0; SIGN_E_ARG: a field is missing or cannot stand there;
 *         SIGN_E_LIMIT: more or larger than the service takes.
 */
int sign_contract_request(struct sign_ctx *ctx, const char *contract,
    const struct sign_request_options *options, struct sign_key *key,
    const char *output);

struct sign_trust;
struct sign_verify_options;
struct sign_accept_options {
	size_t size;
	/* whose signatures these are; NULL: certificates tell, and where they
	 * fit several parties the names of the files */
	const char *role;
	const struct sign_trust *trust; /* NULL: nobody is trusted */
	/* how they are verified; NULL: by the policy "63fz", now */
	const struct sign_verify_options *verify;
};
#define SIGN_ACCEPT_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_accept_options) \
	}

/**
 * Put signatures that were made elsewhere, as by that service, into a contract
 * in the portal's layout: detached CMS files, or archives with such files. Each
 * is verified, its document found by digest and its party by certificate,
 * before any of them is written; then all are, or none.
 *
 * @return 0; SIGN_E_VALUE: over no document of the contract, or not valid;
 *         SIGN_E_KEY: of no party; SIGN_E_STATE: that party has signed.
 */
int sign_contract_accept(struct sign_ctx *ctx, const char *contract,
    const char *const *results, size_t count,
    const struct sign_accept_options *options);

#ifdef __cplusplus
}
#endif

#endif
