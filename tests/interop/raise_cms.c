/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/cadeskit.h"

#include <openssl/pem.h>

#include <stdio.h>
#include <string.h>

/*
 * Usage: raise_cms KEY PACKAGING STEPS FILE: a CAdES signature of a world of
 * its own, raised by these steps (tests/unit/cadeskit.h). PACKAGING: attached,
 * detached, counter. FILE.doc is the document, FILE.value the value and
 * FILE.token the first time-stamp of the first signature. The certificates of
 * its authorities go to standard output.
 */
static int
put_file(const char *path, const char *suffix, struct sg_view octets)
{
	char name[4096];
	FILE *file;
	int good;

	if (snprintf(name, sizeof(name), "%s%s", path, suffix) < 0)
		return 0;
	file = fopen(name, "wb");
	if (file == NULL)
		return 0;
	good = fwrite(octets.ptr, 1, octets.len, file) == octets.len;
	return fclose(file) == 0 && good;
}

static int
put_files(struct cadeskit *kit, const char *path, const struct sg_buf *cms)
{
	struct sg_facts *facts = cadeskit_read(kit, sg_buf_view(cms));
	const struct sg_sig_fact *sig = &facts->sigs[0];
	int good = put_file(path, "", sg_buf_view(cms)) &&
	    put_file(path, ".doc", sg_view_str(cadeskit_text)) &&
	    put_file(path, ".value", sig->value);
	size_t i;

	for (i = 0; i < sig->stamp_count; i++)
		if (strcmp(sig->stamps[i].kind, "signature") == 0) {
			good &= put_file(path, ".token", sig->stamps[i].token);
			break;
		}
	sg_facts_free(facts);
	return good;
}

int
main(int argc, char **argv)
{
	static const char *const ids[] = { "root", "ca" };
	struct sg_buf cms = { NULL, 0, 0 };
	struct cadeskit kit;
	size_t i;
	int good;

	if (argc != 5)
		return 2;
	if (!cadeskit_open(&kit, argv[1]))
		return 77;
	kit.detached = strcmp(argv[2], "detached") == 0;
	cadeskit_sign(&kit, &cms);
	good = 1;
	if (strcmp(argv[2], "counter") == 0) {
		cadeskit_counter(&kit, &cms);
		good = cadeskit_raise(&kit, &cms, 1, "T", NULL) == 0;
	}
	good = good && cadeskit_raise(&kit, &cms, 0, argv[3], NULL) == 0 &&
	    put_files(&kit, argv[4], &cms);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		PEM_write_X509(stdout, authority_x509(kit.lab, ids[i]));
	sg_buf_free(&cms);
	cadeskit_close(&kit);
	return !good;
}
