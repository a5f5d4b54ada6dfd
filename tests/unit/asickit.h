/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_UNIT_ASICKIT_H
#define SIGN_TESTS_UNIT_ASICKIT_H

#include "formats/asic.h"
#include "signlab.h"

/*
 * Containers that are put together file by file in the lab, right or wrong: so
 * that readers are tried on what no writer of ours would make. A failure in
 * here ends the test program.
 */
#define ASICKIT_E "application/vnd.etsi.asic-e+zip"
#define ASICKIT_S "application/vnd.etsi.asic-s+zip"

struct asickit {
	struct signlab *lab;
	struct asickit_file {
		char name[160];
		struct sg_buf octets;
		int stored;
	} files[24];
	size_t count;
	const char *comment; /* NULL */
};

void asickit_clear(struct asickit *kit);
/* One more at the end, or another in place of one that is there. */
void asickit_put(struct asickit *kit, const char *name, struct sg_view octets);
void asickit_text(struct asickit *kit, const char *name, const char *text);
void asickit_drop(struct asickit *kit, const char *name);
struct sg_view asickit_get(struct asickit *kit, const char *name);

/* One row of a manifest: SHA-256 of the file of that name, which is escaped. */
struct asickit_row {
	const char *name;
	int rootfile;
};
/* A manifest over these files (up to a row without a name) that names a
 * signature; its own name. */
void asickit_manifest(struct asickit *kit, const char *name,
    const char *signature, const struct asickit_row *rows);
/* CAdES over one file of the kit; level NULL: B-B. */
void asickit_cades(struct asickit *kit, const char *name, const char *over,
    const char *level, int attached);
/* XAdES over one file or two (NULL), by their bare names. */
void asickit_xades(struct asickit *kit, const char *name, const char *over,
    const char *also, const char *level);
/* A time-stamp token over one file, of that time. */
void asickit_stamp(
    struct asickit *kit, const char *name, const char *over, int64_t time);

/* The archive, into the lab's file of that name; to be freed. */
void asickit_write(
    struct asickit *kit, const char *file, struct sg_buf *archive);
/* The whole verdict on one line:
 * "TOTAL-PASSED 0 asic-e | TOTAL-PASSED xades B-B | T container PASSED |
 * extra.txt": of the file with its exit code, each signature, each time-stamp
 * of the container, what nobody signed. Static. */
const char *asickit_verdict(struct asickit *kit, int64_t at);

#endif
