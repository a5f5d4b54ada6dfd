/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/prompt.h"
#include "sign/ctx.h"
#include "sign/key.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CHOICES 99

static struct {
	const char **key, **cert, **module, **pin_source;
} keys;

struct poptOption opt_key[] = {
	OPT_VALUE("key", 'k', &keys.key,
	    N_("pkcs11: URI, PKCS#12 or PEM file with the key"),
	    N_("URI|FILE")),
	OPT_VALUE("cert", 'c', &keys.cert,
	    N_("signing certificate, where there is none beside the key"),
	    N_("FILE|URI")),
	OPT_VALUE("module", '\0', &keys.module,
	    N_("a PKCS#11 module beside those that p11-kit knows"), N_("LIB")),
	OPT_VALUE("pin-source", '\0', &keys.pin_source,
	    N_("where the PIN comes from: env:VAR, file:PATH, fd:N or prompt"),
	    N_("SOURCE")),
	OPT_END,
};

const char *
job_key_name(void)
{
	return opt_value(keys.key);
}

const char *
job_cert_name(void)
{
	return opt_value(keys.cert);
}

/* "Ivanov Ivan" out of a certificate; to be freed. */
static int
key_name(const struct sign_cert_line *line, void *payload)
{
	char **name = payload;
	char until[SIGN_TIME_TEXT];

	if (*name == NULL)
		*name = formatted(_("%s, issued by %s, until %s"),
		    line->common_name != NULL ? line->common_name
					      : line->subject,
		    line->issuer, sign_time_text(line->not_after, until));
	return 0;
}

static char *
key_describe(const struct sign_item *item)
{
	char *name = NULL, *text;

	if (item->cert != NULL)
		sign_cert_describe(
		    app_ctx(), item->cert, item->cert_len, key_name, &name);
	if (name == NULL)
		name = strdup(item->label != NULL ? item->label : "");
	text = escaped(name != NULL ? name : "");
	free(name);
	return text;
}

static size_t
keys_usable(const struct sign_items *items, const struct sign_item **list)
{
	const struct sign_item *item;
	size_t i, count = 0;

	for (i = 0; (item = sign_items_get(items, i)) != NULL; i++)
		if (item->kind == SIGN_ITEM_KEY && item->usable &&
		    count < MAX_CHOICES)
			list[count++] = item;
	return count;
}

static void
keys_print(const struct sign_item *const *list, size_t count)
{
	char *text, *uri;
	size_t i;

	for (i = 0; i < count; i++) {
		text = key_describe(list[i]);
		uri = escaped(list[i]->uri);
		fprintf(stderr, "  %zu. %s\n     %s\n     %s\n", i + 1, text,
		    list[i]->algorithm != NULL ? list[i]->algorithm : "", uri);
		free(uri);
		free(text);
	}
}

/* Several keys: a person chooses, a script gets the list. */
static int
keys_choose(const struct sign_item *const *list, size_t count,
    const struct sign_item **out)
{
	char *question;
	int number;

	if (!prompt_possible()) {
		say_error(_("there are %zu keys that can sign"), count);
		say_hint(_("choose one with --key:"));
		keys_print(list, count);
		return EXIT_KEY;
	}
	fprintf(stderr, "%s\n", _("Several keys can sign:"));
	keys_print(list, count);
	question = formatted(_("Which one? [1-%zu] "), count);
	number = question != NULL ? prompt_number(question, (int)count) : 0;
	free(question);
	if (number == 0) {
		say_error(_("cancelled: no key was chosen"));
		return EXIT_CANCEL;
	}
	*out = list[number - 1];
	return 0;
}

static int
key_open(const struct sign_key_options *options, struct sign_key **out)
{
	return app_result(sign_key_open(app_ctx(), options, out));
}

/* No --key: the only one that there is, or the one that is chosen. */
static int
key_find(struct sign_key_options *options, struct sign_key **out)
{
	static char *found; /* who asked once is not asked again */
	const struct sign_item *list[MAX_CHOICES], *chosen;
	struct sign_items *items = NULL;
	size_t count;
	int rc;

	options->name = found;
	if (found != NULL)
		return key_open(options, out);
	rc = app_result(sign_items_list(app_ctx(), options->module, 0, &items));
	if (rc != 0)
		return rc;
	count = keys_usable(items, list);
	chosen = count > 0 ? list[0] : NULL;
	if (count > 1)
		rc = keys_choose(list, count, &chosen);
	if (rc == 0 && chosen != NULL)
		options->name = chosen->uri;
	if (rc == 0)
		rc = key_open(options, out);
	if (rc == 0 && options->name != NULL)
		found = strdup(options->name);
	sign_items_free(items);
	return rc;
}

int
job_key(const struct cmd *cmd, struct sign_key **out)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;
	int rc;

	app_lock_down();
	rc = prompt_set_source(cmd->name, opt_value(keys.pin_source));
	if (rc != 0)
		return rc;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	options.name = opt_value(keys.key);
	options.cert = opt_value(keys.cert);
	options.module = opt_value(keys.module);
	if (options.module == NULL)
		options.module = app.config.module;
	if (options.name == NULL)
		return key_find(&options, out);
	return key_open(&options, out);
}
