/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/items.h"
#include "cli/opt.h"
#include "sign/key.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <string.h>

static int json;

static struct poptOption options[] = {
	OPT_FLAG("json", '\0', &json, N_("one line of JSON")),
	OPT_INCLUDE(opt_items, NULL),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
cert_print(const struct sign_cert_line *line, void *payload)
{
	size_t *shown = payload;
	unsigned flags = (term_color() ? SIGN_TEXT_COLOR : 0) |
	    (app.verbose > 0 ? SIGN_TEXT_VERBOSE : 0);

	if ((*shown)++ > 0 && !json)
		out_text("\n");
	return sign_show_cert(
	    app_ctx(), line->der, line->der_len, json, flags, out_write, NULL);
}

/* The certificate of a key or a certificate that this URI names. */
static int
cert_of_uri(const struct cmd *cmd, const char *uri)
{
	const struct sign_item *item, *found = NULL;
	struct sign_items *items = NULL;
	size_t i, shown = 0;
	int rc, matches;

	rc = items_list(cmd, &items);
	if (rc != 0)
		return rc;
	for (i = 0; (item = sign_items_get(items, i)) != NULL; i++) {
		if (item->cert == NULL)
			continue;
		matches = strcmp(item->uri, uri) == 0;
		if (matches && (found == NULL || found->kind == SIGN_ITEM_KEY))
			found = item;
	}
	if (found == NULL) {
		say_error(_("no certificate on any token matches %s"), uri);
		say_hint(_("'podpis cert list' shows what there is"));
		rc = EXIT_KEY;
	} else {
		rc = sign_cert_describe(app_ctx(), found->cert, found->cert_len,
		    cert_print, &shown);
		rc = app_result(rc);
	}
	sign_items_free(items);
	return rc;
}

static int
cert_show_run(const struct cmd *cmd, const char **files, size_t count)
{
	size_t i, shown = 0;
	int rc, worst = 0;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	for (i = 0; i < count; i++) {
		if (strncmp(files[i], "pkcs11:", 7) == 0) {
			worst = exit_worst(worst, cert_of_uri(cmd, files[i]));
			continue;
		}
		rc = sign_certs_each(app_ctx(), files[i], cert_print, &shown);
		worst = exit_worst(worst, app_result(rc));
	}
	return worst;
}

const struct cmd cmd_cert_show = {
	.name = "cert show",
	.args = N_("[option]... FILE|URI..."),
	.summary = N_("Show a certificate, from a file or a token."),
	.options = options,
	.run = cert_show_run,
	.min = 1,
	.max = OPT_ANY,
};
