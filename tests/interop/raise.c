/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/xadeskit.h"

#include "base/io.h"

#include <openssl/pem.h>

#include <stdio.h>
#include <string.h>

/*
 * Usage: raise KEY PACKAGING STEPS FILE: a XAdES signature of a world of its
 * own, raised by these steps (tests/unit/xadeskit.h). The certificates of its
 * authorities go to standard output. PACKAGING: enveloped, enveloping,
 * detached (over lease.txt), counter.
 */
static const char lease[] =
    "<?xml version=\"1.0\"?>\n<l:lease xmlns:l=\"urn:lease\" "
    "xmlns=\"urn:other\"><l:flat a=\"&lt;&#10;x\">Sadovaya &amp; 10"
    "</l:flat></l:lease>\n";

static void
make(struct xadeskit *kit, const char *packaging, struct sg_buf *xml)
{
	struct sg_buf first = { 0 };

	if (strcmp(packaging, "detached") == 0) {
		xadeskit_sign(kit, NULL, SG_PACK_DETACHED, 0, xml);
	} else if (strcmp(packaging, "enveloping") == 0) {
		xadeskit_sign(kit, lease, SG_PACK_ENVELOPING, 0, xml);
	} else if (strcmp(packaging, "counter") == 0) {
		xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &first);
		xadeskit_sign(
		    kit, (const char *)first.ptr, SG_PACK_COUNTER, 0, xml);
		xadeskit_raise(kit, xml, 1, "TL");
	} else {
		xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, xml);
	}
	sg_buf_free(&first);
}

static int
put_file(const char *path, const struct sg_buf *xml)
{
	FILE *file = fopen(path, "wb");
	int good;

	if (file == NULL)
		return 1;
	good = fwrite(xml->ptr, 1, xml->len, file) == xml->len;
	return fclose(file) != 0 || !good;
}

int
main(int argc, char **argv)
{
	static const char *const ids[] = { "root", "ca" };
	struct sg_source file = { .name = "lease.txt" };
	struct xadeskit *kit;
	struct sg_buf xml = { 0 };
	size_t i;
	int ret;

	if (argc != 5)
		return 2;
	kit = xadeskit_open(argv[1]);
	if (kit == NULL || sg_in_open(&kit->env, "lease.txt", &file.in) != 0)
		return 77;
	kit->docs.list = &file;
	kit->docs.count = 1;
	make(kit, argv[2], &xml);
	xadeskit_raise(kit, &xml, 0, argv[3]);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		PEM_write_X509(stdout, authority_x509(kit->lab, ids[i]));
	ret = put_file(argv[4], &xml);
	sg_buf_free(&xml);
	sg_in_free(file.in);
	xadeskit_close(kit);
	return ret;
}
