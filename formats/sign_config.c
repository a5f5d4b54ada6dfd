/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/sign_config.h"

#include "base/err.h"
#include "base/limits.h"
#include "formats/markup.h"

#include <stdlib.h>
#include <string.h>

static int
check_name(struct sg_env *env, const char *name)
{
	if (sg_name_is_bare(name) && strcmp(name, SG_SIGN_CONFIG_NAME) != 0)
		return 0;
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("sign_config.xml: want the bare name of a file, have \"%s\""),
	    name);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
check_twice(struct sg_env *env, const char **names, size_t count)
{
	size_t i;

	qsort(names, count, sizeof(*names), by_name);
	for (i = 1; i < count; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			return sg_err_set(env, SIGN_E_FORMAT,
			    N_("sign_config.xml: the file %s is named twice"),
			    names[i]);
	return 0;
}

static int
check_doc(struct sg_env *env, const struct sg_sign_config_doc *doc,
    const char **names, size_t *count)
{
	size_t i;
	int rc = check_name(env, doc->name);

	names[(*count)++] = doc->name;
	for (i = 0; rc == 0 && i < doc->sig_count; i++) {
		rc = check_name(env, doc->sigs[i].name);
		names[(*count)++] = doc->sigs[i].name;
	}
	return rc;
}

int
sg_sign_config_check(struct sg_env *env, const struct sg_sign_config *config)
{
	const char **names;
	size_t total = 0, count = 0, i;
	int rc = 0;

	if (config->doc_count == 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("sign_config.xml: want a signedDocument"));
	for (i = 0; i < config->doc_count; i++)
		total += 1 + config->docs[i].sig_count;
	if (total > SG_MAX_PORTAL_FILES)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("sign_config.xml: want at most %d files"),
		    SG_MAX_PORTAL_FILES);
	names = calloc(total, sizeof(*names));
	if (names == NULL)
		return sg_err_nomem(env);
	for (i = 0; rc == 0 && i < config->doc_count; i++)
		rc = check_doc(env, &config->docs[i], names, &count);
	if (rc == 0)
		rc = check_twice(env, names, count);
	free(names);
	return rc;
}

static int
write_sig(struct sg_env *env, const struct sg_sign_config_sig *sig,
    struct sg_buf *out)
{
	int rc = sg_buf_printf(env, out, "    <signData>\n");

	if (rc == 0)
		rc = sg_markup_line(env, out, 6, "signFileName", sig->name);
	if (rc == 0)
		rc = sg_markup_line(
		    env, out, 6, "signFileDescription", sig->about);
	if (rc == 0)
		rc = sg_buf_printf(env, out, "    </signData>\n");
	return rc;
}

static int
write_doc(struct sg_env *env, const struct sg_sign_config_doc *doc,
    struct sg_buf *out)
{
	size_t i;
	int rc = sg_buf_printf(env, out, "  <signedDocument>\n");

	if (rc == 0)
		rc = sg_markup_line(env, out, 4, "documentFileName", doc->name);
	if (rc == 0)
		rc = sg_markup_line(
		    env, out, 4, "documentDescription", doc->about);
	for (i = 0; rc == 0 && i < doc->sig_count; i++)
		rc = write_sig(env, &doc->sigs[i], out);
	if (rc == 0)
		rc = sg_buf_printf(env, out, "  </signedDocument>\n");
	return rc;
}

int
sg_sign_config_write(
    struct sg_env *env, const struct sg_sign_config *config, struct sg_buf *out)
{
	size_t i;
	int rc = sg_sign_config_check(env, config);

	if (rc == 0)
		rc = sg_buf_printf(env, out,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		    "<signedAttachments>\n");
	for (i = 0; rc == 0 && i < config->doc_count; i++)
		rc = write_doc(env, &config->docs[i], out);
	if (rc == 0)
		rc = sg_buf_printf(env, out, "</signedAttachments>\n");
	return rc;
}
