/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_AUGMENT_H
#define SIGN_FORMATS_AUGMENT_H

#include "formats/format.h"

struct sg_env;
struct sg_out;

/*
 * A signature file that is being raised to a higher level: unsigned parts are
 * added, one after the other, in memory; no octet that is signed or stamped
 * changes, and the content is never held. One table of functions per format;
 * signatures are numbered as in the facts.
 */
enum sg_stamp_kind {
	SG_STAMP_SIGNATURE,    /* T */
	SG_STAMP_SIG_AND_REFS, /* X type 1 (CAdES-C-time-stamp) */
	SG_STAMP_REFS,         /* X type 2 */
	SG_STAMP_ARCHIVE,      /* archive-time-stamp-v3, XAdES 1.4.1 */
};

/* Validation data: DER, borrowed. Responses as OCSPResponse; a format that
 * stores BasicOCSPResponse takes it out. */
struct sg_values {
	const struct sg_view *certs, *crls, *ocsps;
	size_t cert_count, crl_count, ocsp_count;
};

enum sg_stamp_place {
	SG_STAMP_INSIDE, /* into the signature */
	SG_STAMP_BESIDE, /* into the container, one for all signatures */
	SG_STAMP_DONE,   /* the same, and that one was added */
};

/* Instead of a signature's number: a container that has time-stamps alone. */
#define SG_NO_SIG SIZE_MAX

struct sg_augment; /* each format's own */

struct sg_augment_ops {
	/* in: decoded, rewindable, borrowed until free, as docs are. facts:
	 * as read from that file, borrowed too. */
	int (*open)(struct sg_env *env, struct sg_in *in,
	    const struct sg_sources *docs, const struct sg_facts *facts,
	    struct sg_augment **out);
	/* The digest of what a stamp of this kind must be over, as things
	 * stand now. The next add_stamp() of it belongs to this imprint. */
	int (*imprint)(struct sg_env *env, struct sg_augment *aug, size_t sig,
	    enum sg_stamp_kind kind, const struct sg_digest *digest,
	    struct sg_buf *out);
	/* values: validation data of the token's own chain that goes into the
	 * token (CAdES) or beside it (XAdES); NULL: none. */
	int (*add_stamp)(struct sg_env *env, struct sg_augment *aug, size_t sig,
	    enum sg_stamp_kind kind, struct sg_view token,
	    const struct sg_values *values);
	/* Complete certificate and revocation references (C). values->certs
	 * begins with the signer's own, which is not referenced. */
	int (*add_refs)(struct sg_env *env, struct sg_augment *aug, size_t sig,
	    const struct sg_values *values, const struct sg_digest *digest);
	/* baseline: SignedData's certificates and crls (B-LT), XAdES
	 * CertificateValues, RevocationValues; else the attributes of XL.
	 * What is there already is not added twice. */
	int (*add_values)(struct sg_env *env, struct sg_augment *aug,
	    size_t sig, const struct sg_values *values, int baseline);
	/* Validation data for the newest archive time-stamp of the signature,
	 * before the next one is made over it. */
	int (*renew_values)(struct sg_env *env, struct sg_augment *aug,
	    size_t sig, const struct sg_values *values);
	/* Where the next time-stamp of that kind goes. NULL: inside. */
	enum sg_stamp_place (*place)(
	    const struct sg_augment *aug, size_t sig, enum sg_stamp_kind kind);
	/* pem: CMS in base64 between lines; XML takes no notice */
	int (*write)(struct sg_env *env, struct sg_augment *aug,
	    struct sg_out *out, int pem);
	void (*free)(struct sg_augment *aug);
};

extern const struct sg_augment_ops sg_augment_cades, sg_augment_xades;

#endif
