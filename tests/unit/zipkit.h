/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_ZIPKIT_H
#define TESTS_UNIT_ZIPKIT_H

#include "formats/zip.h"

/* Archives in memory, in the environment of envkit.h. A failure in here is the
 * test's. */
#define MIME "application/vnd.etsi.asic-e+zip"

struct sg_zip_item item_text(const char *name, const char *text, int stored);
/* All the entries of an archive as items of another; how many. */
size_t copy_all(struct sg_zip *zip, struct sg_zip_item *items);
/* With a comment and a fixed time; the code of writing it. */
int write_items(
    const struct sg_zip_item *items, size_t count, struct sg_buf *target);
/* One that opens; free both. */
struct sg_zip *open_buf(const struct sg_buf *buf, struct sg_in **in);
/* Read to the end; how many octets. */
int drain(struct sg_in *in, uint64_t *total);

#endif
