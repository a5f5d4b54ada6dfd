/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "cli/party.h"
#include "cli/term.h"
#include "sign/contract.h"
#include "sign/ctx.h"
#include "sign/verify.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char **layout, **kind, **title, **party, **document;
	const char **deadline, **digest, **output;
	int ordered, force;
} opts;

static struct poptOption options[] = {
	OPT_VALUE("kind", '\0', &opts.kind,
	    N_("what it is: lease, car-sale, telecom or other (default)"),
	    N_("KIND")),
	OPT_VALUE("title", '\0', &opts.title, N_("title of the contract"),
	    N_("TEXT")),
	OPT_LIST("party", '\0', &opts.party,
	    N_("who must sign: role=, name=, inn=, snils=, ogrn=, ogrnip= and "
	       "pattern=, with a comma between them"),
	    N_("FIELDS")),
	OPT_LIST("document", '\0', &opts.document,
	    N_("a document of the contract"), N_("FILE")),
	OPT_FLAG("ordered", '\0', &opts.ordered,
	    N_("they sign in the order in which they are named")),
	OPT_VALUE("deadline", '\0', &opts.deadline,
	    N_("until when they may sign: RFC 3339"), N_("TIME")),
	OPT_VALUE("digest", '\0', &opts.digest,
	    N_("digest of the documents in the description, sha256 by "
	       "default"),
	    N_("ALG")),
	OPT_VALUE("layout", '\0', &opts.layout,
	    N_("container (default), or portal: a folder or ZIP archive as the "
	       "state portal has it"),
	    N_("LAYOUT")),
	OPT_VALUE(
	    "output", 'o', &opts.output, N_("where to write"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

/* The parties borrow from copies of their options. */
struct making {
	struct sign_contract_options set;
	struct sign_party *parties;
	char **texts;
	size_t count;
};

static int
read_parties(const struct cmd *cmd, struct making *m)
{
	size_t i, count = opt_count(opts.party);
	const char *bad;

	m->parties = calloc(count + 1, sizeof(*m->parties));
	m->texts = calloc(count + 1, sizeof(*m->texts));
	if (m->parties == NULL || m->texts == NULL) {
		say_error(_("out of memory"));
		return EXIT_OTHER;
	}
	m->count = count;
	for (i = 0; i < count; i++) {
		m->texts[i] = strdup(opts.party[i]);
		if (m->texts[i] == NULL)
			return EXIT_OTHER;
		if (party_parse(m->texts[i], &m->parties[i], &bad) != 0)
			return say_usage(cmd->name,
			    _("--party: want role=..., name=..., inn=..., "
			      "snils=..., ogrn=..., ogrnip=... or "
			      "pattern=..., each once, have '%s'"),
			    bad);
	}
	m->set.parties = m->parties;
	m->set.party_count = count;
	return 0;
}

static void
making_clear(struct making *m)
{
	size_t i;

	for (i = 0; i < m->count && m->texts != NULL; i++)
		free(m->texts[i]);
	free(m->texts);
	free(m->parties);
}

/* What nobody can guess. */
static int
check_given(const struct cmd *cmd)
{
	if (opt_value(opts.output) == NULL)
		return say_usage(
		    cmd->name, _("say where to write with --output FILE"));
	if (opt_count(opts.document) == 0)
		return say_usage(
		    cmd->name, _("which document? --document FILE names one"));
	if (opt_count(opts.party) == 0)
		return say_usage(cmd->name,
		    _("who must sign? --party role=...,inn=... names one"));
	if (opt_value(opts.title) == NULL)
		return say_usage(
		    cmd->name, _("what is it called? --title TEXT says so"));
	return 0;
}

static int
read_options(const struct cmd *cmd, struct making *m)
{
	const char *deadline = opt_value(opts.deadline);
	int rc = check_given(cmd);

	if (rc == 0)
		rc = read_parties(cmd, m);
	if (rc != 0)
		return rc;
	m->set.layout = opt_value(opts.layout);
	m->set.kind = opt_value(opts.kind);
	m->set.title = opt_value(opts.title);
	m->set.documents = opts.document;
	m->set.document_count = opt_count(opts.document);
	m->set.ordered = opts.ordered;
	m->set.digest = opt_value(opts.digest);
	m->set.force = opts.force;
	if (deadline != NULL &&
	    sign_time_parse(app_ctx(), deadline, &m->set.deadline) != 0)
		return say_usage(cmd->name,
		    _("--deadline: want a time such as 2026-12-01T18:00:00Z, "
		      "have '%s'"),
		    deadline);
	return 0;
}

static int
contract_new_run(const struct cmd *cmd, const char **files, size_t count)
{
	const struct sign_contract_options initial = SIGN_CONTRACT_OPTIONS_INIT;
	const char *output = opt_value(opts.output);
	struct making m = { .set = initial };
	int rc;

	(void)files;
	(void)count;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = read_options(cmd, &m);
	if (rc == 0)
		rc = file_check_output(cmd->name, output, NULL, opts.force, 0);
	if (rc == 0)
		rc = app_result(sign_contract_new(app_ctx(), &m.set, output));
	if (rc == 0)
		say_note(_("Written: %s. The parties sign it with podpis "
			   "contract sign"),
		    output);
	making_clear(&m);
	return rc;
}

const struct cmd cmd_contract_new = {
	.name = "contract new",
	.args = N_("[option]... --title TEXT --party FIELDS... -o OUT"),
	.summary = N_("Make a contract that parties are to sign."),
	.text = N_("OUT is one file with the documents and a description: who "
		   "must sign in which role, in which order if that matters, "
		   "and until when. Every signature will cover all of it. A "
		   "party is told by its certificate: each number that is "
		   "given must stand in it."),
	.options = options,
	.run = contract_new_run,
	.min = 0,
	.max = 0,
};
