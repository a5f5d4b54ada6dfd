/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_NET_H
#define SIGN_NET_H

#include <stddef.h>
#include <stdint.h>

#include "sign/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sign_ctx;
struct sign_trust;

/*
 * The network: time-stamps, revocation data, certificates of issuers. Nothing
 * is ever fetched unless one of the two transports below is set.
 */

struct sign_fetch_request {
	size_t size; /* of this struct */
	const char *url;
	const char *content_type; /* of body, then it is a POST; NULL: GET */
	const unsigned char *body;
	size_t body_len;
	const char *accept; /* media type that is wanted back; NULL */
	/* the address stands in a certificate, nobody chose it: refuse
	 * loopback, private and link-local ones */
	int untrusted_url;
	size_t max;                  /* octets of the answer, no more */
	const char *user, *password; /* HTTP authentication; NULL */
};

/** Takes the next piece of the answer's body. Non-zero: too much, or the
 * person cancelled: stop. */
typedef int sign_append_fn(const unsigned char *data, size_t len, void *sink);
/**
 * Fetch over a transport of the caller's: hand the body of a good answer to
 * append, piece by piece.
 *
 * @return 0; SIGN_E_NET: not reached, refused, or another answer than 200.
 */
typedef int sign_fetch_fn(const struct sign_fetch_request *request,
    sign_append_fn *append, void *sink, void *payload);
/** NULL: back to none. It comes before the built-in transport. */
void sign_ctx_set_fetch(struct sign_ctx *ctx, sign_fetch_fn *fn, void *payload);

/* The built-in transport, over libcurl: HTTP and HTTPS. */
struct sign_net_options {
	size_t size;
	int connect_seconds;    /* 0: 10 */
	int total_seconds;      /* of one fetch, redirects and all; 0: 30
				   for a question, 120 for a file */
	int max_redirects;      /* 0: 3; negative: none */
	const char *proxy;      /* URL; NULL: none, whatever the environment
				   says */
	const char *user_agent; /* NULL: "podpis" and the version */
	const char *ca_file;    /* PEM, roots of TLS; NULL: the system's */
	/* addresses in certificates may lead to loopback, private and
	 * link-local hosts */
	int insecure_allow_private;
};
#define SIGN_NET_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_net_options) \
	}

/**
 * From now on the library may go to the network by itself. NULL: not any more.
 *
 * @return 0; SIGN_E_MODULE: libcurl is absent; SIGN_E_ARG, SIGN_E_NOMEM.
 */
int sign_ctx_use_network(
    struct sign_ctx *ctx, const struct sign_net_options *options);

/* What was fetched is kept on disk, for all processes of one person. */
struct sign_cache_options {
	size_t size;
	uint64_t max_octets; /* of the whole directory; 0: 256 MiB */
	int default_seconds; /* how long what does not say until when it
				 holds is kept; 0: a day */
};
#define SIGN_CACHE_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_cache_options) \
	}

/**
 * Look there before the network, and keep there what came from it. The
 * directory is made where it is missing; it must belong to the caller and be
 * closed to others. dir NULL: no cache. options NULL: the defaults.
 *
 * @return 0; SIGN_E_IO: it cannot be used; SIGN_E_NOMEM.
 */
int sign_ctx_set_cache(struct sign_ctx *ctx, const char *dir,
    const struct sign_cache_options *options);

/* A time-stamp authority (RFC 3161). */
struct sign_tsa {
	size_t size;
	const char *url;
	const char *user, *password; /* NULL */
	const char *policy;          /* dotted OID; NULL: its own */
};
#define SIGN_TSA_INIT \
	{ \
		.size = sizeof(struct sign_tsa) \
	}

struct sign_timestamp_options {
	size_t size;
	const struct sign_tsa *tsas; /* in order of fallback */
	size_t tsa_count;
	const char *digest; /* as of --digest; NULL: "sha256" */
	int force;          /* replace an existing output */
	/* "tst" (NULL): the token alone; "asic-s", "asic-e": a container with
	 * the documents and the token */
	const char *format;
};
#define SIGN_TIMESTAMP_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_timestamp_options) \
	}

/**
 * A stand-alone time-stamp token over a document ("-": standard input), which
 * is read once. trust may be NULL; with anchors in it the authority must lead
 * to one of them. The token is checked whole before it is written.
 *
 * @return 0; SIGN_E_NET: no authority gave a good answer.
 */
int sign_timestamp(struct sign_ctx *ctx, const char *document,
    const struct sign_trust *trust,
    const struct sign_timestamp_options *options, const char *output);
/**
 * The same; in a container of the format "asic-e" over several documents, where
 * a folder stands for all files in it. In a container documents are read twice,
 * and must not change meanwhile.
 *
 * @return as sign_timestamp(); SIGN_E_STATE: a document changed; SIGN_E_ARG:
 *         the format takes one document alone.
 */
int sign_timestamp_many(struct sign_ctx *ctx, const char *const *documents,
    size_t count, const struct sign_trust *trust,
    const struct sign_timestamp_options *options, const char *output);

#ifdef __cplusplus
}
#endif

#endif
