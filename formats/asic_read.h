/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_ASIC_READ_H
#define SIGN_FORMATS_ASIC_READ_H

#include "formats/asic.h"
#include "formats/format.h"

struct sg_env;

/* What the readers of one container share: asic_read.c, asic_stamp.c,
 * asic_notes.c. Lists have a row for each entry. */
struct sg_asic_reading {
	struct sg_env *env;
	struct sg_asic *asic;
	struct sg_facts *facts;
	struct sg_sources all; /* index is that of the entry */
	struct sg_box box;
	struct sg_asic_row {
		long part; /* of facts->parts; -1 */
		int doc;   /* of facts->docs; -1: not made yet */
		/* the signatures of this file, or its token */
		const struct sg_facts *inside; /* NULL */
		size_t first_sig, sig_count;
	} * rows;
	size_t refs, covers; /* so far, for the limits */
};

/* What a manifest says of a file, compared with the file: a reference. */
int sg_asic_read_ref(struct sg_asic_reading *r, const struct sg_asic_ref *from,
    struct sg_ref_fact *to);
/* The document row of an entry; made once. */
int sg_asic_doc(struct sg_asic_reading *r, size_t entry, const char *uri);

/* Time-stamps of the container, what they prove, levels they give. */
int sg_asic_read_stamps(struct sg_asic_reading *r);

/* What turns no verdict and should be known. */
int sg_asic_read_notes(struct sg_asic_reading *r);

#endif
