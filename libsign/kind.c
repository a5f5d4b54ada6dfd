/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/kind.h"

#include "base/env.h"

#include <openssl/asn1.h>

#include <string.h>

struct kind {
	size_t offset;
	const char *octets;
	size_t len;
	const char *text;
};

#define KIND(offset, octets, text) \
	{ \
		offset, octets, sizeof(octets) - 1, text \
	}

/* The first that fits; finer ones stand before coarser ones. */
static const struct kind kinds[] = {
	KIND(0, "%PDF-", N_("PDF document")),
	KIND(38, "application/vnd.etsi.asic", N_("ASiC container")),
	KIND(38, "application/vnd.oasis.opendocument.text",
	    N_("OpenDocument text")),
	KIND(38, "application/vnd.oasis.opendocument", N_("OpenDocument file")),
	KIND(30, "[Content_Types].xml", N_("Office Open XML document")),
	KIND(30, "word/", N_("Office Open XML document")),
	KIND(30, "_rels/", N_("Office Open XML document")),
	KIND(0, "PK\3\4", N_("ZIP archive")),
	KIND(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
	    N_("Microsoft Office document")),
	KIND(0, "{\\rtf", N_("RTF document")),
	KIND(0, "<?xml", N_("XML document")),
	KIND(0, "\xef\xbb\xbf<?xml", N_("XML document")),
	KIND(0, "<!DOCTYPE html", N_("HTML document")),
	KIND(0, "<!doctype html", N_("HTML document")),
	KIND(0, "<html", N_("HTML document")),
	KIND(0, "\xff\xd8\xff", N_("JPEG picture")),
	KIND(0, "\x89PNG\r\n\x1a\n", N_("PNG picture")),
	KIND(0, "GIF8", N_("GIF picture")),
	KIND(0, "II*\0", N_("TIFF picture")),
	KIND(0, "MM\0*", N_("TIFF picture")),
	KIND(0, "\x1f\x8b", N_("gzip archive")),
	KIND(0, "7z\xbc\xaf\x27\x1c", N_("7-Zip archive")),
	KIND(0, "Rar!\x1a\7", N_("RAR archive")),
	KIND(0,
	    "\x7f"
	    "ELF",
	    N_("program")),
	KIND(0, "MZ", N_("program")),
	KIND(0, "-----BEGIN ", N_("PEM file")),
};

/* UTF-8 without control characters; the head may cut the last one. */
static int
looks_like_text(struct sg_view head)
{
	unsigned long code;
	size_t at = 0;
	int len;

	while (at < head.len) {
		len = UTF8_getc(head.ptr + at, (int)(head.len - at), &code);
		if (len <= 0)
			return head.len - at < 4 && head.len >= SG_KIND_HEAD;
		if (code < 0x20 && strchr("\t\n\r\f", (int)code) == NULL)
			return 0;
		if (code == 0)
			return 0;
		at += (size_t)len;
	}
	return 1;
}

const char *
sg_document_kind(struct sg_view head)
{
	const struct kind *kind;
	size_t i;

	if (head.len == 0)
		return N_("empty file");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		kind = &kinds[i];
		if (head.len >= kind->offset + kind->len &&
		    memcmp(head.ptr + kind->offset, kind->octets, kind->len) ==
			0)
			return kind->text;
	}
	if (head.len > SG_KIND_HEAD)
		head.len = SG_KIND_HEAD;
	return looks_like_text(head) ? N_("text") : N_("binary data");
}
