/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/secret.h"
#include "sign/ctx.h"
#include "sign/esia.h"
#include "cli/term.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct {
	const char **form, **client_id, **scope, **scope_org, **timestamp;
	const char **state, **redirect_uri, **code, **data, **api_key;
	int json;
} opts;

static struct poptOption options[] = {
	OPT_INCLUDE(opt_key, NULL),
	OPT_VALUE("form", '\0', &opts.form,
	    N_("raw, the bare GOST signature (default), or pkcs7"),
	    "raw|pkcs7"),
	OPT_VALUE("client-id", '\0', &opts.client_id,
	    N_("the system's mnemonic"), N_("TEXT")),
	OPT_VALUE("scope", '\0', &opts.scope, N_("what is asked of a person"),
	    N_("TEXT")),
	OPT_VALUE("scope-org", '\0', &opts.scope_org,
	    N_("what is asked of an organisation"), N_("TEXT")),
	OPT_VALUE("timestamp", '\0', &opts.timestamp,
	    N_("of the request, 2026.11.21 10:00:00 +0000 (default: now)"),
	    N_("TIME")),
	OPT_VALUE("state", '\0', &opts.state,
	    N_("of the request, a UUID (default: a new one)"), "UUID"),
	OPT_VALUE("redirect-uri", '\0', &opts.redirect_uri,
	    N_("where the person comes back to"), "URI"),
	OPT_VALUE("code-source", '\0', &opts.code,
	    N_("for a token: where the authorisation code comes from, "
	       "env:VAR, file:PATH or fd:N"),
	    N_("SOURCE")),
	OPT_VALUE("data", '\0', &opts.data,
	    N_("instead of fields: a file with the string to be signed, '-' "
	       "is standard input"),
	    N_("FILE")),
	OPT_VALUE("api-key-source", '\0', &opts.api_key,
	    N_("instead of fields: where an application's key comes from, "
	       "whose token is wanted"),
	    N_("SOURCE")),
	OPT_FLAG("json", '\0', &opts.json, N_("one line of JSON")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

/* What must not stand in the process's arguments, and the string of --data. */
struct kept {
	struct secret code, api_key;
	char data[16384 + 3];
};

static int
source_read(const struct cmd *cmd, const char *option, const char *source,
    struct secret *out)
{
	if (source != NULL && strcmp(source, "prompt") == 0)
		return say_usage(cmd->name,
		    _("%s: want env:VAR, file:PATH or fd:N"), option);
	return secret_read(cmd->name, option, source, out);
}

/* A line's end behind the string is no part of it. */
static int
data_read(const struct cmd *cmd, const char *path, struct kept *kept)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	size_t len;

	if (file == NULL) {
		say_error(_("%s: cannot read from %s: %s"), "--data", path,
		    strerror(errno));
		return EXIT_FILE;
	}
	len = fread(kept->data, 1, sizeof(kept->data) - 1, file);
	if (file != stdin)
		fclose(file);
	if (len > 0 && kept->data[len - 1] == '\n')
		len--;
	if (len > 0 && kept->data[len - 1] == '\r')
		len--;
	kept->data[len] = '\0';
	if (strlen(kept->data) == len)
		return 0;
	return say_usage(
	    cmd->name, _("%s: there is a zero octet in it"), "--data");
}

static int
options_check(const struct cmd *cmd)
{
	static const char *const forms[] = { "raw", "pkcs7", NULL };
	const char *form = opt_value(opts.form);
	int fields = opts.client_id != NULL || opts.scope != NULL ||
	    opts.scope_org != NULL || opts.timestamp != NULL ||
	    opts.state != NULL || opts.redirect_uri != NULL ||
	    opts.code != NULL;

	if (form != NULL && opt_word(form, forms) < 0)
		return say_usage(
		    cmd->name, _("--form: want raw or pkcs7, have '%s'"), form);
	if (fields + (opts.data != NULL) + (opts.api_key != NULL) > 1)
		return say_usage(cmd->name,
		    _("fields, --data, --api-key-source: it can only be one"));
	if (opts.api_key != NULL && form != NULL && opt_word(form, forms) == 0)
		return say_usage(cmd->name,
		    _("--api-key-source: its signature is a PKCS#7"));
	if (opts.data == NULL && opts.api_key == NULL &&
	    (opts.client_id == NULL || opts.redirect_uri == NULL ||
		(opts.scope == NULL && opts.scope_org == NULL)))
		return say_usage(cmd->name,
		    _("want --client-id, --redirect-uri, and --scope or "
		      "--scope-org (or --data, or --api-key-source)"));
	return 0;
}

static int
options_take(
    const struct cmd *cmd, struct kept *kept, struct sign_esia_options *set)
{
	const char *form = opt_value(opts.form);
	int rc = options_check(cmd);

	if (rc == 0)
		rc = source_read(
		    cmd, "--code-source", opt_value(opts.code), &kept->code);
	if (rc == 0)
		rc = source_read(cmd, "--api-key-source",
		    opt_value(opts.api_key), &kept->api_key);
	if (rc == 0 && opts.data != NULL)
		rc = data_read(cmd, opt_value(opts.data), kept);
	if (rc != 0)
		return rc;
	set->form = form != NULL && strcasecmp(form, "pkcs7") == 0
	    ? SIGN_ESIA_PKCS7
	    : SIGN_ESIA_RAW;
	set->client_id = opt_value(opts.client_id);
	set->scope = opt_value(opts.scope);
	set->scope_org = opt_value(opts.scope_org);
	set->timestamp = opt_value(opts.timestamp);
	set->state = opt_value(opts.state);
	set->redirect_uri = opt_value(opts.redirect_uri);
	set->code = kept->code.set ? kept->code.octets : NULL;
	set->api_key = kept->api_key.set ? kept->api_key.octets : NULL;
	set->data = opts.data != NULL ? kept->data : NULL;
	return 0;
}

static void
show_line(const char *name, const char *value)
{
	if (value != NULL)
		out_text("%s: %s\n", name, value);
}

static int
show(const struct sign_esia_values *values, void *payload)
{
	const struct sign_esia_options *set = payload;

	if (opts.json) {
		out_text("%s", values->json);
		return 0;
	}
	if (app.quiet) {
		out_text("%s\n", values->secret);
		return 0;
	}
	show_line(set->api_key != NULL ? "signature" : "client_secret",
	    values->secret);
	show_line("client_certificate_hash", values->certificate_hash);
	show_line("timestamp", values->timestamp);
	show_line("state", values->state);
	return 0;
}

static int
esia_run(const struct cmd *cmd, const char **args, size_t count)
{
	struct sign_esia_options set = SIGN_ESIA_OPTIONS_INIT;
	struct kept kept = { .code = { .set = 0 } };
	struct sign_key *key = NULL;
	int rc;

	(void)args;
	(void)count;
	app_lock_down();
	rc = options_take(cmd, &kept, &set);
	if (rc == 0)
		rc = job_key(cmd, &key);
	if (rc == 0)
		rc = app_result(
		    sign_esia_secret(app_ctx(), &set, key, show, &set));
	sign_key_free(key);
	explicit_bzero(&kept, sizeof(kept));
	return rc;
}

const struct cmd cmd_esia_secret = {
	.name = "esia-secret",
	.args = N_("[option]..."),
	.summary = N_("Sign a request to the state identity service."),
	.text = N_("Makes the client_secret of a system's request to ESIA and "
		   "the hash of its certificate: the signature is over "
		   "client_id, scope, scope_org, timestamp, state, "
		   "redirect_uri and code, one behind the other. All that the "
		   "request needs is printed; with --quiet the signature "
		   "alone."),
	.options = options,
	.run = esia_run,
	.min = 0,
	.max = 0,
};
