/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/asic.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Names in a container, and what they mean. */
#define META "META-INF/"

/* ---- roles (EN 319 162-1, 4.3.3 and 4.4.3; case told apart by nobody) */

struct rule {
	const char *begins; /* behind META-INF/ */
	const char *has;
	const char *ends;
	enum sg_asic_role role;
};

/* The first that fits. Baltic tools have signatures one folder deeper, or put
 * something before the word: OpenDocument's documentsignatures.xml too. */
static const struct rule rules[] = {
	{ "ASiCArchiveManifest", "", ".xml", SG_ASIC_ARCHIVE },
	{ "ASiCEvidenceRecordManifest", "", ".xml", SG_ASIC_EVIDENCE_MANIFEST },
	{ "ASiCManifest", "", ".xml", SG_ASIC_MANIFEST },
	{ "", "signatures", ".xml", SG_ASIC_XADES },
	{ "", "signature", ".p7s", SG_ASIC_CADES },
	{ "", "signature", ".p7m", SG_ASIC_CADES },
	{ "", "timestamp", ".tst", SG_ASIC_STAMP },
	{ "", "evidencerecord", ".ers", SG_ASIC_EVIDENCE },
	{ "", "evidencerecord", ".xml", SG_ASIC_EVIDENCE },
};

static int
begins(const char *name, const char *with)
{
	return strncasecmp(name, with, strlen(with)) == 0;
}

static int
ends(const char *name, const char *with)
{
	size_t len = strlen(name), want = strlen(with);

	return len >= want && strcasecmp(name + len - want, with) == 0;
}

static int
has(const char *name, const char *word)
{
	for (; *name != '\0'; name++)
		if (begins(name, word))
			return 1;
	return *word == '\0';
}

enum sg_asic_role
sg_asic_role_of(const char *name)
{
	const struct rule *rule;
	size_t i, len = strlen(name);

	if (len != 0 && name[len - 1] == '/')
		return SG_ASIC_DIRECTORY;
	if (strcmp(name, "mimetype") == 0)
		return SG_ASIC_MIMETYPE;
	if (!begins(name, META))
		return SG_ASIC_DATA;
	name += strlen(META);
	if (strcasecmp(name, "manifest.xml") == 0)
		return SG_ASIC_ODF_MANIFEST;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		rule = &rules[i];
		if (begins(name, rule->begins) && has(name, rule->has) &&
		    ends(name, rule->ends))
			return rule->role;
	}
	return SG_ASIC_OTHER;
}

/* ---- names that people may give */

/* "", "." and ".." between slashes. */
static int
has_odd_component(const char *name)
{
	size_t len;

	for (;; name += len + 1) {
		len = strcspn(name, "/");
		if (len == 0 || (len == 1 && name[0] == '.') ||
		    (len == 2 && name[0] == '.' && name[1] == '.'))
			return 1;
		if (name[len] == '\0')
			return 0;
	}
}

static int
has_control(const char *name)
{
	const unsigned char *at = (const unsigned char *)name;

	while (*at >= ' ' && *at != 0x7f)
		at++;
	return *at != '\0';
}

static int
has_drive(const char *name)
{
	return name[0] != '\0' && name[1] == ':' &&
	    strchr("abcdefghijklmnopqrstuvwxyz", name[0] | 0x20) != NULL;
}

const char *
sg_asic_name_fault(const char *name)
{
	if (name[0] == '\0')
		return N_("an empty name");
	if (strlen(name) > SG_MAX_ZIP_NAME)
		return N_("a name that is too long");
	if (has_control(name))
		return N_("a control character in a name");
	if (strchr(name, '\\') != NULL)
		return N_("a backslash in a name");
	if (has_drive(name))
		return N_("a name with a drive letter");
	if (has_odd_component(name))
		return N_("a name that leads elsewhere, or to a folder");
	if (begins(name, META) || strcasecmp(name, "META-INF") == 0 ||
	    strcasecmp(name, "mimetype") == 0)
		return N_("a name that the container itself uses");
	return NULL;
}

/* ---- new names */

static const struct {
	enum sg_asic_role role;
	const char *alone; /* the one of ASiC-S (EN 319 162-1, 4.3.3.2) */
	const char *before, *after;
} names[] = {
	{ SG_ASIC_XADES, META "signatures.xml", META "signatures", ".xml" },
	{ SG_ASIC_CADES, META "signature.p7s", META "signature", ".p7s" },
	{ SG_ASIC_STAMP, META "timestamp.tst", META "timestamp", ".tst" },
	{ SG_ASIC_MANIFEST, NULL, META "ASiCManifest", ".xml" },
	{ SG_ASIC_ARCHIVE, NULL, META "ASiCArchiveManifest", ".xml" },
};

int
sg_asic_has_name(const struct sg_asic *asic, const char *name)
{
	size_t i;

	for (i = 0; asic != NULL && i < asic->entry_count; i++)
		if (strcasecmp(asic->entries[i].zip->name, name) == 0)
			return 1;
	return 0;
}

const char *
sg_asic_next_name(struct sg_env *env, struct sg_pool *pool,
    const struct sg_asic *asic, enum sg_asic_role role)
{
	size_t row = 0, number;
	char *name;

	while (names[row].role != role)
		row++;
	if (asic != NULL && asic->kind == SG_ASIC_S &&
	    names[row].alone != NULL &&
	    !sg_asic_has_name(asic, names[row].alone))
		return names[row].alone;
	for (number = 1;; number++) {
		name = sg_pool_printf(pool, "%s%03zu%s", names[row].before,
		    number, names[row].after);
		if (name == NULL) {
			sg_err_nomem(env);
			return NULL;
		}
		if (!sg_asic_has_name(asic, name))
			return name;
	}
}

/* ---- media types (by extension; the rest is octets) */

static const char *const types[][2] = {
	{ ".asice", "application/vnd.etsi.asic-e+zip" },
	{ ".asics", "application/vnd.etsi.asic-s+zip" },
	{ ".bmp", "image/bmp" },
	{ ".csv", "text/csv" },
	{ ".doc", "application/msword" },
	{ ".docx",
	    "application/vnd.openxmlformats-officedocument.wordprocessingml."
	    "document" },
	{ ".gif", "image/gif" },
	{ ".htm", "text/html" },
	{ ".html", "text/html" },
	{ ".jpeg", "image/jpeg" },
	{ ".jpg", "image/jpeg" },
	{ ".json", "application/json" },
	{ ".odp", "application/vnd.oasis.opendocument.presentation" },
	{ ".ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ ".odt", "application/vnd.oasis.opendocument.text" },
	{ ".pdf", "application/pdf" },
	{ ".png", "image/png" },
	{ ".ppt", "application/vnd.ms-powerpoint" },
	{ ".pptx",
	    "application/vnd.openxmlformats-officedocument.presentationml."
	    "presentation" },
	{ ".rtf", "application/rtf" },
	{ ".svg", "image/svg+xml" },
	{ ".tif", "image/tiff" },
	{ ".tiff", "image/tiff" },
	{ ".txt", "text/plain" },
	{ ".xls", "application/vnd.ms-excel" },
	{ ".xlsx",
	    "application/vnd.openxmlformats-officedocument.spreadsheetml."
	    "sheet" },
	{ ".xml", "application/xml" },
	{ ".zip", "application/zip" },
};

const char *
sg_asic_mime_type(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (ends(name, types[i][0]))
			return types[i][1];
	return "application/octet-stream";
}
