/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XADES_H
#define SIGN_FORMATS_XADES_H

#include <stdint.h>

#include <libxml/tree.h>

#include "formats/c14n.h"
#include "formats/facts.h"
#include "formats/format.h"
#include "formats/sink.h"

struct sg_env;
struct sg_pool;
struct sg_xml;
struct sg_xml_reading;
struct sg_xml_sig;

/* What the readers of one signature's properties share. */
struct sg_xades_props {
	struct sg_xml_reading *r;
	struct sg_xml_sig *sig;
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_sig_fact *fact;
};

/* A child of any version; XAdES 1.1.1 has DigestMethod and the like in its
 * own namespace, later ones take them from XMLDSig. NULL */
xmlNode *sg_xades_child(const xmlNode *node, const char *name);
/* The next sibling of the same name, of any version; NULL. */
xmlNode *sg_xades_again(const xmlNode *node);
/* The first QualifyingProperties in an Object of the signature; count: how
 * many there are. NULL: none. */
xmlNode *sg_xades_qualifying(const xmlNode *signature, int *count);
/* Its UnsignedSignatureProperties; NULL. */
xmlNode *sg_xades_unsigned(const xmlNode *signature);
/* An archive time-stamp covers the unsigned properties before it, counter-
 * signatures with all that is in them (EN 319 132-1, 5.5.2): UNSUPPORTED where
 * the signature is one of those. */
int sg_xades_check_frozen(struct sg_env *env, const xmlNode *signature);
/* DigestMethod and DigestValue below node; what is not base64 matches nothing
 * and gets a warning. */
int sg_xades_read_digest(struct sg_xades_props *p, const xmlNode *node,
    const struct sg_digest **digest, const char **uri, struct sg_view *hash);

/* ---- what is there, and the level that it makes */

#define SG_XADES_T (1u << 0)       /* SignatureTimeStamp */
#define SG_XADES_CREFS (1u << 1)   /* CompleteCertificateRefs */
#define SG_XADES_RREFS (1u << 2)   /* CompleteRevocationRefs */
#define SG_XADES_X1 (1u << 3)      /* SigAndRefsTimeStamp */
#define SG_XADES_X2 (1u << 4)      /* RefsOnlyTimeStamp */
#define SG_XADES_CVALUES (1u << 5) /* CertificateValues */
#define SG_XADES_RVALUES (1u << 6) /* RevocationValues */
#define SG_XADES_A (1u << 7)       /* ArchiveTimeStamp 1.4.1 */
#define SG_XADES_A132 (1u << 8)    /* and older ones */

/* data: SignedDataObjectProperties; NULL. */
const char *sg_xades_level(
    struct sg_xades_props *p, const xmlNode *data, unsigned has);

/* ---- time-stamps */

/* What the imprint of a time-stamp is over. */
enum sg_xades_over {
	SG_XADES_OVER_ALL_DATA,
	SG_XADES_OVER_SOME_DATA,
	SG_XADES_OVER_SIGNATURE,
	SG_XADES_OVER_SIG_AND_REFS,
	SG_XADES_OVER_REFS,
	SG_XADES_OVER_ARCHIVE,
	SG_XADES_OVER_ARCHIVE_132, /* without Objects that are referenced */
};

struct sg_xades_imprint {
	struct sg_xml *xml;
	xmlNode *signature;
	const struct sg_sources *docs;
	/* the time-stamp's element, or NULL: it would come last */
	const xmlNode *element;
	int second; /* over references of the second version (XAdES 1.4.1) */
	const struct sg_c14n *c14n;
	const xmlNode *method; /* its CanonicalizationMethod; NULL */
	uint64_t octets;       /* in and out: digested so far */
	const char *missing;   /* out: a document that is not given; NULL */
	size_t references;     /* out: how many it is over; some are empty */
};

/* The digest of the octets that it is over (EN 319 132-1, 5.2.8, 5.3 to
 * 5.5). FORMAT, UNSUPPORTED: a reference cannot be processed. */
int sg_xades_imprint_digest(struct sg_env *env, struct sg_pool *pool,
    struct sg_xades_imprint *imprint, enum sg_xades_over over,
    const struct sg_digest *digest, struct sg_view *out);

/* Is the time-stamp's element of the second version? */
int sg_xades_is_second(const xmlNode *element);
/* Is a time-stamp of this kind and version over that unsigned property when it
 * follows it? */
int sg_xades_is_over(
    enum sg_xades_over over, int second, const xmlNode *property);

/* All tokens in one time-stamp's element. */
int sg_xades_read_stamps(
    struct sg_xades_props *p, const xmlNode *element, enum sg_xades_over over);

/* ---- validation data */

/* What an unsigned property holds, for the time-stamps over it. */
enum sg_xades_item_kind {
	SG_XADES_ITEM_VALUE, /* a certificate, CRL, response */
	SG_XADES_ITEM_CERT_REF,
	SG_XADES_ITEM_REVOCATION_REF,
	SG_XADES_ITEM_STAMP,     /* a time-stamp, by its index */
	SG_XADES_ITEM_COUNTER,   /* a CounterSignature, by its element */
	SG_XADES_ITEM_SIGNATURE, /* the signature itself, by its element */
};

struct sg_xades_item {
	enum sg_xades_item_kind kind;
	const xmlNode *node;
	size_t sig, stamp; /* in facts */
	enum sg_xades_over over;
	struct sg_view octets; /* of a value, or what a reference names */
	const struct sg_digest *digest; /* of a reference; NULL: unknown */
	struct sg_view hash;
};

/* What is known of the properties while a file is read; in the pool of the
 * facts. Items are in document order within each signature. */
struct sg_xades_work {
	struct sg_xades_item *items;
	size_t item_count;
	uint64_t octets; /* digested for imprints so far */
};

struct sg_xades_item *sg_xades_add_item(struct sg_xades_props *p,
    enum sg_xades_item_kind kind, const xmlNode *node);
/* Certificates, CRLs and responses at any depth below the property. */
int sg_xades_read_values(struct sg_xades_props *p, const xmlNode *property);
/* CompleteCertificateRefs, CompleteRevocationRefs, and those of attribute
 * certificates. */
int sg_xades_read_refs(struct sg_xades_props *p, const xmlNode *property);

#endif
