/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/term.h"
#include "sign/contract.h"
#include "sign/ctx.h"
#include "sign/verify.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char **service, **version, **snils, **oid, **ogrn, **expires;
	const char **description, **backlink, **mnemonics, **service_name;
	const char **org_name, **org_inn, **output;
	int chunked, force;
} opts;

static struct poptOption options[] = {
	OPT_INCLUDE(opt_key, NULL),
	OPT_VALUE("snils", '\0', &opts.snils, N_("SNILS of who is to sign"),
	    N_("NUMBER")),
	OPT_VALUE("oid", '\0', &opts.oid,
	    N_("or the identity service's number of that person"),
	    N_("NUMBER")),
	OPT_VALUE("expires", '\0', &opts.expires,
	    N_("until when, within 24 hours: RFC 3339"), N_("TIME")),
	OPT_VALUE("service", '\0', &opts.service,
	    N_("ukep (default, qualified), unep, or ukep-legal for an "
	       "organisation"),
	    "ukep|unep|ukep-legal"),
	OPT_VALUE("service-version", '\0', &opts.version,
	    N_("of the service's specification: 1.8 (default) or 1.9"),
	    "1.8|1.9"),
	OPT_VALUE("ogrn", '\0', &opts.ogrn,
	    N_("ukep-legal: OGRN of the organisation that is to sign"),
	    N_("NUMBER")),
	OPT_VALUE("description", '\0', &opts.description,
	    N_("what the person reads (default: the contract's title)"),
	    N_("TEXT")),
	OPT_VALUE("backlink", '\0', &opts.backlink,
	    N_("where the person goes after signing"), "URL"),
	OPT_VALUE("mnemonic", '\0', &opts.mnemonics,
	    N_("1.8: the system's mnemonic"), N_("TEXT")),
	OPT_VALUE("service-name", '\0', &opts.service_name,
	    N_("1.8: the service's name"), N_("TEXT")),
	OPT_VALUE("org-name", '\0', &opts.org_name,
	    N_("who asks (default: as in the certificate)"), N_("TEXT")),
	OPT_VALUE("org-inn", '\0', &opts.org_inn,
	    N_("1.9: its INN (default: as in the certificate)"), N_("NUMBER")),
	OPT_FLAG("chunked", '\0', &opts.chunked,
	    N_("it will be sent in pieces: more than 50 000 000 bytes may "
	       "be")),
	OPT_VALUE("output", 'o', &opts.output,
	    N_("where to write, for example req.zip"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
options_take(const struct cmd *cmd, struct sign_request_options *set)
{
	if (opt_value(opts.output) == NULL)
		return say_usage(
		    cmd->name, _("where to? --output FILE names it"));
	if (opt_value(opts.expires) == NULL)
		return say_usage(cmd->name,
		    _("until when is it to be signed? --expires TIME, within "
		      "24 hours"));
	if ((opts.snils != NULL) == (opts.oid != NULL))
		return say_usage(cmd->name,
		    _("who is to sign? --snils NUMBER or --oid NUMBER"));
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	if (sign_time_parse(
		app_ctx(), opt_value(opts.expires), &set->expires) != 0)
		return say_usage(
		    cmd->name, "--expires: %s", sign_ctx_message(app_ctx()));
	set->service = opt_value(opts.service);
	set->version = opt_value(opts.version);
	set->snils = opt_value(opts.snils);
	set->oid = opt_value(opts.oid);
	set->ogrn = opt_value(opts.ogrn);
	set->description = opt_value(opts.description);
	set->backlink = opt_value(opts.backlink);
	set->mnemonics = opt_value(opts.mnemonics);
	set->service_name = opt_value(opts.service_name);
	set->org_name = opt_value(opts.org_name);
	set->org_inn = opt_value(opts.org_inn);
	set->chunked = opts.chunked;
	set->force = opts.force;
	return 0;
}

static int
request_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_request_options set = SIGN_REQUEST_OPTIONS_INIT;
	const char *output = opt_value(opts.output);
	struct sign_key *key = NULL;
	int rc = options_take(cmd, &set);

	(void)count;
	if (rc == 0)
		rc = file_check_output(
		    cmd->name, output, files[0], opts.force, 0);
	if (rc == 0)
		rc = job_key(cmd, &key);
	if (rc != 0)
		return rc;
	rc = sign_contract_request(app_ctx(), files[0], &set, key, output);
	rc = app_written(rc, output);
	sign_key_free(key);
	return rc;
}

const struct cmd cmd_contract_request = {
	.name = "contract request",
	.args = N_("[option]... CONTRACT"),
	.summary = N_("Ask the state's phone service for a party's signature."),
	.text = N_("Writes the package that asks the service to have a person "
		   "sign the documents on the phone: the request, the "
		   "documents, and your organisation's signature for each of "
		   "these files. Nothing is sent. What the service would "
		   "refuse is refused at once. The contract must be in the "
		   "portal's layout."),
	.options = options,
	.run = request_run,
	.min = 1,
	.max = 1,
};
