/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/certline.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/items.h"
#include "cli/opt.h"
#include "sign/key.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>

static int json;

static struct poptOption options[] = {
	OPT_INCLUDE(opt_items, NULL),
	OPT_FLAG(
	    "json", '\0', &json, N_("one line of JSON for each certificate")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
cert_json(const struct sign_cert_line *line, void *payload)
{
	(void)payload;
	return sign_show_cert(
	    app_ctx(), line->der, line->der_len, 1, 0, out_write, NULL);
}

static int
certs_in_files(const char **files, size_t count)
{
	size_t i;
	int rc, worst = 0;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	for (i = 0; i < count; i++) {
		rc = sign_certs_each(
		    app_ctx(), files[i], json ? cert_json : certline_out, NULL);
		worst = exit_worst(worst, app_result(rc));
	}
	return worst;
}

static void
cert_on_token(const struct sign_item *item)
{
	char *uri;
	int rc;

	rc = sign_cert_describe(app_ctx(), item->cert, item->cert_len,
	    json ? cert_json : certline_out, NULL);
	if (app_result(rc) != 0 || json)
		return;
	uri = escaped(item->uri);
	out_text("  %s%*s%s\n", "URI", text_pad("URI", 14), "", uri);
	free(uri);
}

static int
cert_list_run(const struct cmd *cmd, const char **files, size_t count)
{
	const struct sign_item *item;
	struct sign_items *items = NULL;
	size_t i, found = 0;
	int rc;

	if (count > 0)
		return certs_in_files(files, count);
	rc = items_list(cmd, &items);
	if (rc != 0)
		return rc;
	for (i = 0; (item = sign_items_get(items, i)) != NULL; i++) {
		if (item->kind != SIGN_ITEM_CERT || item->cert == NULL)
			continue;
		cert_on_token(item);
		found++;
	}
	if (found == 0 && !json)
		say_note(_("No certificate was found on any token."));
	sign_items_free(items);
	return 0;
}

const struct cmd cmd_cert_list = {
	.name = "cert list",
	.args = N_("[option]... [FILE]..."),
	.summary = N_("List the certificates on tokens, or in files."),
	.options = options,
	.run = cert_list_run,
	.min = 0,
	.max = OPT_ANY,
};
