/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "boxes.h"

#include "libsign/ctx.h"

#include <stdlib.h>

struct asickit boxes;

static void
put_files(const char *mime_type)
{
	asickit_clear(&boxes);
	asickit_text(&boxes, "mimetype", mime_type);
	asickit_text(&boxes, "lease.txt", "100 a month");
	asickit_text(&boxes, "act.txt", "the keys were handed over");
}

const struct asickit_row both[] = { { "lease.txt", 1 }, { "act.txt", 0 },
	{ NULL, 0 } };

void
xades_e(void)
{
	put_files(ASICKIT_E);
	asickit_xades(
	    &boxes, "META-INF/signatures001.xml", "lease.txt", "act.txt", NULL);
}

void
cades_e(void)
{
	put_files(ASICKIT_E);
	asickit_manifest(&boxes, "META-INF/ASiCManifest001.xml",
	    "META-INF/signature001.p7s", both);
	asickit_cades(&boxes, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", NULL, 0);
}

void
cades_s(void)
{
	put_files(ASICKIT_S);
	asickit_drop(&boxes, "act.txt");
	asickit_cades(&boxes, "META-INF/signature.p7s", "lease.txt", NULL, 0);
}

void
xades_s(void)
{
	put_files(ASICKIT_S);
	asickit_drop(&boxes, "act.txt");
	asickit_xades(
	    &boxes, "META-INF/signatures.xml", "lease.txt", NULL, NULL);
}

void
stamp_s(void)
{
	put_files(ASICKIT_S);
	asickit_drop(&boxes, "act.txt");
	asickit_stamp(&boxes, "META-INF/timestamp.tst", "lease.txt", NOW);
}

void
stamp_e(void)
{
	put_files(ASICKIT_E);
	asickit_manifest(&boxes, "META-INF/ASiCManifest.xml",
	    "META-INF/timestamp001.tst", both);
	asickit_stamp(&boxes, "META-INF/timestamp001.tst",
	    "META-INF/ASiCManifest.xml", NOW);
}

/* A B-LT signature, and an archive time-stamp over it. */
static const struct asickit_row archived[] = { { "lease.txt", 0 },
	{ "act.txt", 0 }, { "META-INF/ASiCManifest001.xml", 0 },
	{ "META-INF/signature001.p7s", 0 }, { NULL, 0 } };

void
cades_lt(void)
{
	put_files(ASICKIT_E);
	asickit_manifest(&boxes, "META-INF/ASiCManifest001.xml",
	    "META-INF/signature001.p7s", both);
	asickit_cades(&boxes, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", "b-lt", 0);
}

void
cades_lta(void)
{
	cades_lt();
	asickit_manifest(&boxes, "META-INF/ASiCArchiveManifest.xml",
	    "META-INF/timestamp001.tst", archived);
	asickit_stamp(&boxes, "META-INF/timestamp001.tst",
	    "META-INF/ASiCArchiveManifest.xml", NOW + AUTHORITY_DAY);
}

/* Somebody has brought a list of revoked certificates of that time. */
static void
bring_list(const char *issuer, int64_t time)
{
	const struct authority_crl how = { .issuer = issuer, .time = time };
	struct sg_buf crl = { 0 };

	authority_crl(boxes.lab->net.lab, &how, &crl);
	signlab_put(boxes.lab, "list.crl", crl.ptr, crl.len);
	if (sign_trust_add_crl(
		boxes.lab->trust, signlab_path(boxes.lab, "list.crl")) < 0)
		abort();
	sg_buf_free(&crl);
}

int
boxes_setup(void **state)
{
	(void)state;
	boxes.lab = signlab_new("p256");
	if (sign_trust_add_certs(
		boxes.lab->trust, signlab_path(boxes.lab, "ca.der")) < 0)
		return -1;
	bring_list("ca", CHECKED);
	bring_list("root", CHECKED);
	bring_list("ca", LATER);
	bring_list("root", LATER);
	return 0;
}

int
boxes_teardown(void **state)
{
	(void)state;
	asickit_clear(&boxes);
	signlab_free(boxes.lab);
	return 0;
}
