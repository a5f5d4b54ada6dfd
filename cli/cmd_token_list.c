/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/items.h"
#include "cli/opt.h"
#include "sign/key.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>

#define LABEL_COLUMN 14

static int json;

static struct poptOption options[] = {
	OPT_INCLUDE(opt_items, NULL),
	OPT_FLAG("json", '\0', &json, N_("one line of JSON")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static void
item_row(int indent, const char *label, const char *text)
{
	char *safe;

	if (text == NULL || text[0] == '\0')
		return;
	safe = escaped(text);
	out_text("%*s%s%*s%s\n", indent, "", label,
	    text_pad(label, LABEL_COLUMN), "", safe);
	free(safe);
}

static void
item_title(int indent, const char *kind, const char *label)
{
	char *safe = escaped(label != NULL ? label : "");

	out_text("%*s%s %s\n", indent, "", kind, safe);
	free(safe);
}

static void
token_print(const struct sign_item *item)
{
	item_title(0, _("Token"), item->label);
	item_row(2, _("Manufacturer"), item->manufacturer);
	item_row(2, _("Model"), item->model);
	item_row(2, _("Serial"), item->serial);
	item_row(2, _("Module"), item->module);
	item_row(2, _("Note"), item->note != NULL ? _(item->note) : NULL);
	item_row(2, "URI", item->uri);
}

static void
object_print(const struct sign_item *item)
{
	int is_key = item->kind == SIGN_ITEM_KEY;

	item_title(2, is_key ? _("Key") : _("Certificate"), item->label);
	item_row(4, _("Algorithm"), item->algorithm);
	if (is_key)
		item_row(4, _("Can sign"),
		    item->usable
			? _("yes, its certificate is valid now")
			: _("no valid certificate for signing beside it"));
	item_row(4, _("Note"), item->note != NULL ? _(item->note) : NULL);
	item_row(4, "URI", item->uri);
}

static int
token_list_run(const struct cmd *cmd, const char **files, size_t count)
{
	const struct sign_item *item;
	struct sign_items *items = NULL;
	size_t i;
	int rc;

	(void)files;
	(void)count;
	rc = items_list(cmd, &items);
	if (rc != 0)
		return rc;
	if (json)
		sign_items_json(items, out_write, NULL);
	for (i = 0; !json && (item = sign_items_get(items, i)) != NULL; i++) {
		if (item->kind == SIGN_ITEM_TOKEN)
			token_print(item);
		else
			object_print(item);
	}
	if (sign_items_count(items) == 0 && !json) {
		say_note(_("No token was found."));
		say_hint(_("plug it in; if it needs its maker's PKCS#11 "
			   "library, name that with --module"));
	}
	sign_items_free(items);
	return 0;
}

const struct cmd cmd_token_list = {
	.name = "token list",
	.args = N_("[option]..."),
	.summary = N_("Show tokens, their keys and certificates."),
	.text = N_("The URI of a key is what --key takes."),
	.options = options,
	.run = token_list_run,
	.min = 0,
	.max = 0,
};
