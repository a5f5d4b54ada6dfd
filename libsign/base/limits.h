/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_LIMITS_H
#define SIGN_BASE_LIMITS_H

/*
 * Every bound on untrusted input has its name here. Sizes in octets.
 */
#define SG_IO_CHUNK (256 * 1024)            /* one read of a document */
#define SG_MAX_CMS_META (64 * 1024 * 1024)  /* a CMS without its content */
#define SG_MAX_CERT_SIZE (256 * 1024)       /* one certificate */
#define SG_MAX_CERT_FILE (16 * 1024 * 1024) /* a file of certificates */
#define SG_MAX_CRL_SIZE (256 * 1024 * 1024) /* one CRL */
#define SG_MAX_OCSP_ANSWERS 1024            /* answers in one response */
#define SG_MAX_OCSP_CERTS 64                /* certificates in one response */
#define SG_MAX_OCSP_CHECKS 256              /* signatures tried per signer */
#define SG_MAX_KEY_FILE (4 * 1024 * 1024)   /* a PKCS#12 or PEM key file */
#define SG_MAX_PIN 1024                     /* a PIN or passphrase */
#define SG_MAX_VALUE 2048                   /* a signature value of a key */
#define SG_MAX_KDF_ROUNDS 10000000          /* key derivation of a key file */
#define SG_MAX_FILE_KEYS 16                 /* private keys in one file */
#define SG_MAX_URI 8192                     /* a PKCS#11 URI */
#define SG_MAX_SLOTS 256                    /* slots of one module */
#define SG_MAX_TOKEN_OBJECTS 4096           /* keys and certificates on it */
#define SG_MAX_TOKEN_VALUE (256 * 1024)     /* an attribute of an object */
#define SG_MAX_DER_DEPTH 64                 /* nesting of a structure */
#define SG_MAX_OID_SIZE 126                 /* an object identifier's value */
#define SG_MAX_TIME_SIZE 64                 /* a UTCTime, GeneralizedTime */
#define SG_MAX_PEM_PREAMBLE (64 * 1024)     /* text before a PEM block */
#define SG_MAX_REORDERED (4 * 1024 * 1024)  /* attributes tried in DER too */
#define SG_MAX_LOCATION 4096                /* where the signer says to be */
#define SG_MAX_SIGNERS 2048                 /* signatures in one file */
#define SG_MAX_COUNTER_DEPTH 8              /* counter-signatures' nesting */
#define SG_MAX_STAMP_DEPTH 3 /* time-stamps within their tokens */
#define SG_MAX_STAMPS 8192   /* time-stamps in one file */
#define SG_MAX_CMS_IMPRINTS (1024u * 1024 * 1024) /* hashed for imprints */
#define SG_MAX_COVERS 262144                /* what time-stamps cover, in all */
#define SG_MAX_TOKEN_SIZE (4 * 1024 * 1024) /* one time-stamp token */
#define SG_MAX_ATTRS 512                    /* attributes of one signer */
#define SG_MAX_ATTR_VALUES 1024             /* values of one attribute */
#define SG_MAX_CERTS 4096                   /* certificates in one file */
#define SG_MAX_CRLS 4096                    /* CRLs and responses in one file */
#define SG_MAX_CHAIN_DEPTH 10               /* certificates above the signer */
#define SG_MAX_CHAIN_TRIES 64               /* candidate chains per signer */
#define SG_MAX_PROPERTY 4096                /* a signed property's text */
#define SG_MAX_ROLES 16                     /* roles claimed by one signer */
#define SG_MAX_STATUS_RUNS 64               /* responders' chains per signer */
#define SG_MAX_PAST_RUNS 256                /* the same, for the past */
#define SG_MAX_CHAIN_STEPS 1024             /* issuers looked at per signer */
#define SG_MAX_CRL_ISSUERS 64               /* CRL issuers outside the chain */
#define SG_MAX_KNOWN_CERTS 256              /* remembered per context */
#define SG_MAX_KNOWN_CHAINS 64              /* remembered per context */
#define SG_CLOCK_SKEW 300                   /* seconds that clocks may differ */
#define SG_MAX_STAMP_AGE 600 /* seconds: a token that was just asked for */
#define SG_MAX_DIGESTS 32    /* digests of one document */
#define SG_MAX_BARE_CONTENT (64 * 1024 * 1024) /* EdDSA without attributes */
#define SG_XML_CHUNK (64 * 1024)              /* one piece for the XML parser */
#define SG_MAX_XML_SIZE (512u * 1024 * 1024)  /* an XML document */
#define SG_MAX_XML_NODES 20000000             /* its elements and attributes */
#define SG_MAX_XML_DEPTH 512                  /* its nesting */
#define SG_MAX_XML_ATTRS 4096                 /* attributes of one element */
#define SG_MAX_XML_SIGNATURES 1000            /* ds:Signature in one document */
#define SG_MAX_XML_QUESTIONS 64               /* at once to a large one */
#define SG_MIN_XML_STREAM (256 * 1024)        /* smaller ones are a tree */
#define SG_MAX_XML_AGAIN (64 * 1024 * 1024)   /* parsed between transforms */
#define SG_MAX_XML_OBJECT (256 * 1024 * 1024) /* enveloped in a ds:Object */
#define SG_MAX_REFERENCES 1024         /* ds:Reference in one signature */
#define SG_MAX_TRANSFORMS 8            /* ds:Transform in one reference */
#define SG_MAX_XPATH_STEPS 20000000    /* work of one XPath expression */
#define SG_MAX_ESIA_DATA 16384         /* what a client_secret is over */
#define SG_MAX_URL 2048                /* an address to fetch from */
#define SG_MAX_TSP_SIZE (1024 * 1024)  /* an answer of a TSA */
#define SG_MAX_OCSP_SIZE (1024 * 1024) /* an answer of a responder */
#define SG_MAX_AIA_SIZE (1024 * 1024)  /* certificates of an issuer */
#define SG_MAX_POLICY (256 * 1024)     /* a file with a policy */
#define SG_MAX_FACTS_FILE (256u * 1024 * 1024) /* facts saved for judging */
#define SG_MAX_FACTS_DOCS 1000                 /* documents in them */
#define SG_MAX_FACTS_NOTES 1000                /* and notes */
#define SG_MAX_FACTS (64u * 1024 * 1024)       /* the signature in them */
#define SG_MAX_STATE (64u * 1024)              /* a job's saved state */
#define SG_MIN_STATE_KEY 16                    /* what seals it */
#define SG_MAX_STATE_DOCS 1000                 /* documents in it */
#define SG_MAX_FETCHES 64                      /* in one verification */
#define SG_MAX_FETCHED (512u * 1024 * 1024)    /* octets in one verification */
#define SG_MAX_XML_STAMPS 512       /* time-stamps of one XML signature */
#define SG_MAX_XML_ITEMS 16384      /* values, references in properties */
#define SG_MAX_COVER_STEPS 50000000 /* looks into counter-signatures */
#define SG_MAX_IMPRINT_WORK (UINT64_C(32) << 30) /* digested for imprints */
#define SG_MAX_ZIP_ENTRIES 20000                 /* entries of one archive */
#define SG_MAX_ZIP_DIRECTORY (64 * 1024 * 1024)  /* its central directory */
#define SG_MAX_ZIP_NAME 1024                     /* octets of an entry's name */
#define SG_MAX_ZIP_RATIO 100 /* octets of a file to those packed */
#define SG_MIN_ZIP_BOMB (64u * 1024 * 1024) /* below it no ratio is a bomb */
#define SG_MIN_ZIP_BOMB_ALL (UINT64_C(1) << 30) /* the same of all its files */
#define SG_MAX_ZIP_TOTAL (UINT64_C(1) << 40)    /* octets of all its files */
#define SG_MAX_ASIC_FILE (64u * 1024 * 1024)  /* a signature, manifest in it */
#define SG_MAX_ASIC_MANIFEST_REFS 20000       /* files named by one manifest */
#define SG_MAX_ASIC_META (512u * 1024 * 1024) /* all of these in a container */
#define SG_MAX_ASIC_REFS 262144  /* files named for all its signatures */
#define SG_MAX_FOLDER_DEPTH 64   /* of a folder that is signed */
#define SG_MAX_FETCH_SECONDS 300 /* of one verification */

#define SG_MAX_CONTRACT (1024 * 1024)    /* the description of a contract */
#define SG_MAX_CONTRACT_TEXT 1000        /* a name, title or role in it */
#define SG_MAX_PARTIES 100               /* of one contract */
#define SG_MAX_CONTRACT_DOCS 200         /* its documents */
#define SG_MAX_SIGN_CONFIG (1024 * 1024) /* a portal's list of signatures */
#define SG_MAX_PORTAL_FILES 4096         /* documents, signatures in it */

#endif
