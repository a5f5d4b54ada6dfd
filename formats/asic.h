/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_ASIC_H
#define SIGN_FORMATS_ASIC_H

#include "formats/augment.h"
#include "formats/format.h"
#include "formats/zip.h"

struct sg_env;

/*
 * Associated signature containers (EN 319 162-1 and -2), and the older dialects
 * of them that are read. A container is an archive; what its entries are is
 * decided here once, by name and content, for all who read or change it.
 */
enum sg_asic_kind {
	SG_ASIC_S,   /* one file */
	SG_ASIC_E,   /* any number of files */
	SG_ASIC_ODF, /* OpenDocument, ADOC: read only */
};

enum sg_asic_role {
	SG_ASIC_DATA, /* a file that people put in */
	SG_ASIC_MIMETYPE,
	SG_ASIC_DIRECTORY,
	SG_ASIC_XADES,    /* META-INF/.*signatures.*\.xml */
	SG_ASIC_CADES,    /* META-INF/.*signature.*\.p7[sm] */
	SG_ASIC_STAMP,    /* META-INF/.*timestamp.*\.tst */
	SG_ASIC_MANIFEST, /* META-INF/ASiCManifest.*\.xml */
	SG_ASIC_ARCHIVE,  /* META-INF/ASiCArchiveManifest.*\.xml */
	SG_ASIC_EVIDENCE, /* META-INF/.*evidencerecord.*\.(ers|xml) */
	SG_ASIC_EVIDENCE_MANIFEST,
	SG_ASIC_ODF_MANIFEST, /* META-INF/manifest.xml */
	SG_ASIC_OTHER,        /* anything else in META-INF: nobody's data */
};

/* One DataObjectReference of a manifest (EN 319 162-1, A.4). */
struct sg_asic_ref {
	const char *uri;       /* as written */
	const char *name;      /* percent-decoded; NULL: it names no entry */
	const char *mime_type; /* NULL */
	int rootfile;
	const struct sg_digest *digest; /* NULL: unknown algorithm */
	const char *digest_uri;
	struct sg_view value;
};

/* An ASiCManifest, ASiCArchiveManifest or ASiCEvidenceRecordManifest. */
struct sg_asic_manifest {
	const char *sig_uri, *sig_name; /* SigReference; name decoded */
	const char *sig_mime_type;
	struct sg_asic_ref *refs;
	size_t ref_count;
};

/* Parsed without a tree's worth of trust: no DTD, bounded. In the pool.
 * asic_manifest.c is in the XML part. */
int sg_asic_manifest_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_asic_manifest *out);
/* The same manifest always gives the same octets. */
int sg_asic_manifest_write(struct sg_env *env,
    const struct sg_asic_manifest *manifest, struct sg_buf *out);

/* META-INF/manifest.xml of OpenDocument: names with their media types. */
struct sg_asic_file {
	const char *name, *mime_type;
};
struct sg_asic_files {
	struct sg_asic_file *list; /* without the one for "/" */
	size_t count;
	const char *mime_type; /* of "/" */
};
int sg_asic_files_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_asic_files *out);
int sg_asic_files_write(
    struct sg_env *env, const struct sg_asic_files *files, struct sg_buf *out);

/* A container that is open. */
struct sg_asic_entry {
	const struct sg_zip_entry *zip;
	enum sg_asic_role role;
	/* MANIFEST, ARCHIVE, EVIDENCE_MANIFEST: what it says; NULL: broken */
	struct sg_asic_manifest *manifest;
	/* CADES, STAMP, EVIDENCE: the entry of the manifest that it is over;
	 * -1: the one file (ASiC-S), or none */
	long over;
	size_t over_count; /* manifests that name it as theirs */
};

struct sg_asic {
	struct sg_zip *zip;
	struct sg_pool *pool;
	enum sg_asic_kind kind;
	const char *mime_type;         /* as the mimetype entry says; NULL */
	struct sg_asic_entry *entries; /* as in zip */
	size_t entry_count;
	size_t *data; /* indexes of the DATA ones, in order */
	size_t data_count;
	struct sg_msg *warnings; /* mimetype not first, deflated, ... */
	size_t warning_count;
};

/* FORMAT: not a container (no entry that signs, no mimetype), or a zip of two
 * faces. in as in sg_zip_open(). */
int sg_asic_open(struct sg_env *env, struct sg_in *in, struct sg_asic **out);
void sg_asic_free(struct sg_asic *asic);
/* The entry that a manifest names; -1: there is none. decoded may be NULL. */
long sg_asic_find(
    const struct sg_asic *asic, const char *uri, const char *decoded);
/* Its files as documents of detached signatures, by their names in the
 * container, those left out that have a fault; list and sources are freed by
 * sg_asic_sources_free(). */
int sg_asic_sources(
    struct sg_env *env, struct sg_asic *asic, struct sg_sources *out);
/* All entries, by their index, as references in a XAdES signature name them;
 * what is computed of them is remembered with the container. box: the caller's,
 * as long as the sources. */
int sg_asic_boxed(struct sg_env *env, struct sg_asic *asic, struct sg_box *box,
    struct sg_sources *out);
void sg_asic_sources_free(struct sg_sources *sources);

/* For people and programs: "data", "signature". */
const char *sg_asic_role_word(enum sg_asic_role role);
/* What an entry of this name would be. */
enum sg_asic_role sg_asic_role_of(const char *name);
/* May people name a file like that in a container? NULL: yes, else why not,
 * English marked with N_(). */
const char *sg_asic_name_fault(const char *name);

/* ---- writing: the archive of a container, new or changed */
struct sg_asic_put {
	const char *name;      /* of an entry, new or replaced */
	struct sg_in *in;      /* a document */
	struct sg_view octets; /* else: a file in META-INF */
	const char *mime_type; /* of a document; NULL: by its name */
};
struct sg_asic_want {
	enum sg_asic_kind kind;
	int cades;            /* no OpenDocument manifest is written then */
	struct sg_asic *from; /* changed: its other entries are copied */
	const struct sg_asic_put *puts;
	size_t put_count;
	/* from: entries that get another name (the archive manifest's turn) */
	const char *const *renames; /* old, new, old, new, ...; NULL */
	size_t rename_count;        /* pairs */
	int64_t time;
};
int sg_asic_write(
    struct sg_env *env, const struct sg_asic_want *want, struct sg_out *out);

/* The next free name for a signature file, manifest or token of this kind:
 * "META-INF/signatures002.xml", the first one of ASiC-S without a number. asic
 * NULL: a new ASiC-E. In the pool; NULL: out of memory, error set. */
const char *sg_asic_next_name(struct sg_env *env, struct sg_pool *pool,
    const struct sg_asic *asic, enum sg_asic_role role);
/* Is there an entry of this name, in whatever case? */
int sg_asic_has_name(const struct sg_asic *asic, const char *name);
/* Media type of a document by its name. Static. */
const char *sg_asic_mime_type(const char *name);

/* The time-stamp of the container that no archive time-stamp of it is over, the
 * newest of these: an archive time-stamp itself, or any. NULL: there is none. */
const struct sg_stamp_fact *sg_asic_newest_stamp(
    const struct sg_facts *facts, int any);
/* Raising: hands on to the format of each signature file in the container, and
 * makes ASiCArchiveManifests for CAdES in ASiC-E (EN 319 162-1, 4.4.4). */
extern const struct sg_augment_ops sg_augment_asic;

#endif
