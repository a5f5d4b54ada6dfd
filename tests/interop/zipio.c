/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/zip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Archives without signatures, for trying them against other programs:
 *   zipio write OUT FILE...      the first one stored
 *   zipio copy IN OUT [FILE...]  what is in it, and more
 *   zipio list IN                names; warnings and faults after a "#"
 *   zipio cat IN NAME
 *   zipio all IN                 read everything
 */
static struct sg_env env;

static int
put_archive(const char *path, struct sg_zip *from, char **files, int count)
{
	size_t have = from != NULL ? from->entry_count : 0, i;
	struct sg_zip_item *items =
	    calloc(have + (size_t)count + 1, sizeof(*items));
	struct sg_zip_want want = { .items = items,
		.item_count = have + (size_t)count,
		.time = 1700000000 };
	struct sg_out *out = NULL;
	int rc = items != NULL ? sg_out_create(&env, path, SG_OUT_REPLACE, &out)
			       : sg_err_nomem(&env);

	for (i = 0; rc == 0 && i < have; i++) {
		items[i].name = from->entries[i].name;
		items[i].from = from;
		items[i].entry = &from->entries[i];
	}
	for (; rc == 0 && i < want.item_count; i++) {
		items[i].name = files[i - have];
		items[i].stored = i == 0;
		rc = sg_in_open(&env, files[i - have], &items[i].in);
	}
	if (rc == 0)
		rc = sg_zip_write(&env, &want, out);
	if (rc == 0)
		rc = sg_out_commit(&env, out);
	sg_out_free(out);
	for (i = have; items != NULL && i < want.item_count; i++)
		sg_in_free(items[i].in);
	free(items);
	return rc;
}

static int
cat(struct sg_zip *zip, const struct sg_zip_entry *entry, FILE *to)
{
	static unsigned char chunk[SG_IO_CHUNK];
	struct sg_in *in = NULL;
	size_t got = 1;
	int rc;

	if (entry == NULL)
		return sg_err_set(&env, SIGN_E_FORMAT, "no such entry");
	rc = sg_zip_in(&env, zip, entry, &in);
	while (rc == 0 && got != 0) {
		rc = sg_in_read(&env, in, chunk, sizeof(chunk), &got);
		if (rc == 0 && to != NULL)
			fwrite(chunk, 1, got, to);
	}
	sg_in_free(in);
	return rc;
}

static void
list(struct sg_zip *zip)
{
	size_t i;

	for (i = 0; i < zip->entry_count; i++) {
		fputs(zip->entries[i].name, stdout);
		if (zip->entries[i].fault != NULL)
			printf(" # %s", zip->entries[i].fault);
		putchar('\n');
	}
	for (i = 0; i < zip->warning_count; i++)
		printf("# %s\n", zip->warnings[i].id);
}

static int
with_archive(struct sg_zip *zip, int argc, char **argv)
{
	size_t i;
	int rc = 0;

	if (strcmp(argv[1], "copy") == 0 && argc > 3)
		return put_archive(argv[3], zip, argv + 4, argc - 4);
	if (strcmp(argv[1], "cat") == 0 && argc == 4)
		return cat(zip, sg_zip_find(zip, argv[3]), stdout);
	if (strcmp(argv[1], "list") == 0)
		list(zip);
	for (i = 0;
	     strcmp(argv[1], "all") == 0 && rc == 0 && i < zip->entry_count;
	     i++)
		rc = cat(zip, &zip->entries[i], NULL);
	return rc;
}

int
main(int argc, char **argv)
{
	struct sg_zip *zip = NULL;
	struct sg_in *in = NULL;
	int rc;

	if (argc < 3 || sg_env_init(&env) < 0)
		return 2;
	if (strcmp(argv[1], "write") == 0) {
		rc = put_archive(argv[2], NULL, argv + 3, argc - 3);
	} else {
		rc = sg_in_open(&env, argv[2], &in);
		if (rc == 0)
			rc = sg_zip_open(&env, in, &zip);
		if (rc == 0)
			rc = with_archive(zip, argc, argv);
		sg_zip_free(zip);
		sg_in_free(in);
	}
	if (rc < 0)
		fprintf(stderr, "zipio: %s\n", env.english);
	sg_env_clear(&env);
	return rc < 0;
}
