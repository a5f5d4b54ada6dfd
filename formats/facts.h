/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_FACTS_H
#define SIGN_FORMATS_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/alg.h"
#include "base/msg.h"
#include "base/pool.h"

/*
 * What a signature file says, before anybody judges it. Inputs only: octets,
 * digests found and computed, attributes. Everything lives in facts->pool.
 */
enum sg_packaging {
	SG_PACK_DETACHED,
	SG_PACK_ATTACHED,
	SG_PACK_ENVELOPED,
	SG_PACK_ENVELOPING,
	SG_PACK_COUNTER,
};

/* A digest that was computed over a document or parent signature. */
struct sg_digest_fact {
	const struct sg_digest *digest;
	struct sg_view value;
};

/* A document that signatures speak of. */
struct sg_doc_fact {
	const char *name; /* file name as given, NULL for attached content */
	const char *uri;  /* XAdES, ASiC; NULL */
	int source;       /* which of the given documents; -1: the file */
	uint64_t size;
	struct sg_digest_fact *digests; /* computed */
	size_t digest_count;
	int missing;           /* detached and not given */
	int looks_signed;      /* begins like a SET OF Attribute */
	struct sg_view head;   /* CMS: its first octets */
	struct sg_view octets; /* only where a signature needs the bytes
				  themselves (EdDSA without attributes) */
};

/* What a signature says of one document: one reference. */
struct sg_ref_fact {
	int doc;             /* index into facts->docs, -1: none was found */
	const char *element; /* XAdES: what of it; NULL */
	const char *const *transforms;
	size_t transform_count;
	const char *coverage;           /* "whole", "part", "none" */
	const struct sg_digest *digest; /* NULL: unknown algorithm */
	const char *digest_oid;
	struct sg_view found;    /* digest in the signature */
	struct sg_view computed; /* empty: could not be computed */
	int counts;              /* 0: inside ds:Manifest, not for digest_ok */
	int internal;  /* over the signature's own properties or key: no
			 document */
	size_t *parts; /* XML: indexes of facts->parts that it covers */
	size_t part_count;
};

/* What stands in an XML file or container and wants to be signed: the document,
 * every Object of a signature that holds more than its properties; each file of
 * a container. */
struct sg_part_fact {
	const char *name; /* the file's, or "#id /Signature/Object" */
	int is_document;
};

/* A reference to a certificate by hash (RFC 5035). */
struct sg_cert_ref {
	const struct sg_digest *digest; /* NULL: unknown algorithm */
	const char *digest_oid;
	struct sg_view hash;
	struct sg_view issuer; /* directoryName's Name TLV; empty if none */
	struct sg_view serial; /* INTEGER TLV */
};

/* An attribute, as stored; XAdES: a property by its name, without values. */
struct sg_attr_fact {
	const char *oid;
	struct sg_view all; /* Attribute TLV */
	struct sg_view *values;
	size_t value_count;
};

/* Octets that the signature value may stand over; the first that verifies
 * counts, and its warning then goes into the report. */
struct sg_tbs_fact {
	struct sg_view octets;
	struct sg_msg warning; /* id NULL: none */
};

/* TSTInfo (RFC 3161, 2.4.2). */
struct sg_tst_info {
	const char *policy;
	const struct sg_digest *digest; /* NULL: unknown algorithm */
	const char *digest_oid;
	struct sg_view imprint;
	struct sg_view serial; /* INTEGER TLV */
	int64_t time;          /* genTime, the second that it falls into */
	uint32_t micros;       /* and its fraction */
	uint64_t accuracy;     /* microseconds; 0: none is said */
	int ordering;
	struct sg_view nonce; /* INTEGER TLV; empty */
	struct sg_view tsa;   /* GeneralName TLV; empty */
};

/* What the imprint of a time-stamp may be: rules that differ live side by
 * side, the first that matches counts and its warning goes into the report. */
struct sg_imprint_fact {
	struct sg_view value; /* under info.digest */
	struct sg_msg warning;
};

/*
 * What a time-stamp proves the existence of, if it is valid. Octets are those
 * of a certificate, CRL, OCSP response (as in facts) or token; a signature
 * stands for its value, what it signs and its signed attributes.
 */
struct sg_cover_fact {
	int is_signature;
	size_t sig;                  /* then: its index in facts->sigs */
	struct sg_view octets;       /* else */
	const struct sg_digest *via; /* only behind this digest (hash index,
					references); NULL: directly */
};

/* A time-stamp token, in a signature or over a document. */
struct sg_stamp_fact {
	const char *kind;     /* the contract's word: "signature", "archive" */
	const char *form;     /* "archive-time-stamp-v3", XAdES: the element */
	struct sg_view token; /* ContentInfo, as stored */
	/* the token as a signature over its TSTInfo (sigs[0]), and its
	 * certificates and revocation data, which stand in the outer lists
	 * too; NULL: it is no token, and fault says why */
	struct sg_facts *inside;
	struct sg_tst_info info;
	struct sg_msg fault;
	struct sg_imprint_fact *imprints;
	size_t imprint_count;
	struct sg_msg unknown; /* why there is no imprint to compare with */
	struct sg_cover_fact *covers;
	size_t cover_count;
	/* of a container: what the manifest that it is over lists, or the one
	 * file that it is over */
	struct sg_ref_fact *refs;
	size_t ref_count;
};

/* An entry of a container, in its order. */
struct sg_entry_fact {
	const char *name;
	const char *role; /* for people and "show": "data", "signature" */
	uint64_t size, packed;
	int method; /* of the archive: 0 stored, 8 deflated */
	long part;  /* index of facts->parts; -1: it wants no signature */
	const char *fault; /* why it is not what a person would open; NULL */
};

struct sg_policy_fact {
	int present;
	int implied;
	const char *oid; /* or URI */
	const struct sg_digest *digest;
	struct sg_view hash;
	const char *uri; /* SPuri; NULL */
};

struct sg_sig_fact {
	const char *id;     /* "S-1", "S-1.1" */
	int parent;         /* index, -1 */
	const char *format; /* "cms", "cades", "xmldsig", "xades" */
	const char *level;  /* the contract's level of what is there */
	enum sg_packaging packaging;

	/* structure broken so that it must be refused: FORMAT_FAILURE */
	struct sg_msg *faults;
	size_t fault_count;
	struct sg_msg *warnings; /* deviations that never turn a verdict */
	size_t warning_count;

	/* XMLDSig: oid is the URI, digest_alg is empty, pss is read */
	struct sg_algid signature_alg;
	struct sg_pss pss;
	struct sg_algid digest_alg; /* SignerInfo.digestAlgorithm */
	enum sg_value_form value_form;
	struct sg_view value;
	/* none: the value stands over the content itself (refs[0]) */
	struct sg_tbs_fact *tbs;
	size_t tbs_count;
	int content_looks_signed; /* no attributes, but the content could be a
				     SET OF Attribute: refuse */
	struct sg_ref_fact *refs;
	size_t ref_count;

	/* who: SignerIdentifier, KeyInfo */
	struct sg_view issuer, serial; /* TLVs; empty */
	struct sg_view ski;            /* octets; empty */
	/* XMLDSig: KeyInfo's serial number (INTEGER TLV; empty), and its
	 * certificates, candidates in this order */
	int by_key_info; /* KeyInfo names the signer, not an identifier */
	struct sg_view key_serial;
	struct sg_view key_spki; /* KeyValue, a hint; empty */
	struct sg_view *key_certs;
	size_t key_cert_count;
	struct sg_cert_ref *cert_refs; /* signing-certificate v1 and v2 */
	size_t cert_ref_count;
	int cert_ref_v2;
	int cert_ref_attrs; /* how many such attributes: 0, 1; more: fault */

	/* said by the signer */
	int64_t signing_time; /* SG_NO_TIME */
	const char *content_type;
	const char *mime_type;
	const char *content_hint;
	const char *commitment; /* OID or URI */
	const char *location;
	const char *const *roles;
	size_t role_count;
	struct sg_policy_fact policy;

	struct sg_attr_fact *signed_attrs, *unsigned_attrs;
	size_t signed_attr_count, unsigned_attr_count;
	struct sg_stamp_fact *stamps;
	size_t stamp_count;
	struct sg_view raw; /* CMS: the SignerInfo TLV as stored */
	const char *entry;  /* container: the signature file; NULL */
};

struct sg_facts {
	struct sg_pool *pool; /* owns all this, the struct itself too */
	const char *format;   /* of the file */
	const char *encoding; /* "der", "ber", "pem", "base64" */
	struct sg_doc_fact *docs;
	size_t doc_count;
	struct sg_sig_fact *sigs; /* file order, counter-signatures after
				     their parent, depth first */
	size_t sig_count;
	/* DER, each list without doubles */
	struct sg_view *certs;
	size_t cert_count;
	struct sg_view *crls; /* CertificateList */
	size_t crl_count;
	struct sg_view *ocsps; /* OCSPResponse or BasicOCSPResponse */
	size_t ocsp_count;
	/* their indexes by their octets, for who adds one more */
	struct sg_facts_order {
		size_t *list;
		size_t count;
	} cert_order, crl_order, ocsp_order;
	struct sg_part_fact *parts;
	size_t part_count;
	struct sg_stamp_fact *stamps; /* of the file itself, not of one
					 signature: a token alone, ASiC */
	size_t stamp_count;
	struct sg_entry_fact *entries; /* of a container, all of them */
	size_t entry_count;
	const char *mime_type;    /* that the container gives itself; NULL */
	struct sg_facts **others; /* facts of tokens, freed with this one */
	size_t other_count;
	struct sg_msg *warnings; /* of the file */
	size_t warning_count;
};

/* A time-stamp is over that document, whose digest this is (RFC 3161, 2.4.2);
 * empty: it was not computed. */
int sg_stamp_expect(struct sg_env *env, struct sg_pool *pool,
    struct sg_stamp_fact *stamp, struct sg_view digest);
/* Empty: that digest was not computed. */
struct sg_view sg_doc_digest(
    const struct sg_doc_fact *doc, const struct sg_digest *digest);

/* Is it a container, whose files are its parts? */
int sg_facts_is_container(const struct sg_facts *facts);
struct sg_facts *sg_facts_new(void);
void sg_facts_free(struct sg_facts *facts);
/* Append one; NULL: out of memory. Pointers to earlier ones may move. */
struct sg_sig_fact *sg_facts_add_sig(struct sg_facts *facts);
/* Appends unless the same octets are there. 0 or NOMEM. */
int sg_facts_add_cert(struct sg_facts *facts, struct sg_view der);
int sg_facts_add_crl(struct sg_facts *facts, struct sg_view der);
int sg_facts_add_ocsp(struct sg_facts *facts, struct sg_view der);
/* Hands over facts of a token: freed with these. 0 or NOMEM. */
int sg_facts_own(struct sg_facts *facts, struct sg_facts *other);
/*
 * Take over the facts of a file inside of this one: its documents, signatures,
 * certificates and revocation data come behind what is there, their indexes and
 * ids ("S-3") counted on; signatures get the entry's name. part_of: for each of
 * its documents the index of our part, -1 none; NULL. Owns from, whatever
 * happens.
 */
int sg_facts_join(struct sg_facts *facts, struct sg_facts *from,
    const char *entry, const long *part_of);
int sg_facts_fault(struct sg_facts *facts, struct sg_sig_fact *sig,
    const char *id, const char *a, const char *b);
int sg_facts_warn(struct sg_facts *facts, struct sg_sig_fact *sig_or_null,
    const char *id, const char *a, const char *b);

#endif
