/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/net.h"
#include "cli/octets.h"
#include "cli/opt.h"
#include "cli/prepared.h"
#include "cli/sign.h"
#include "cli/state.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CERT (1024 * 1024)
#define MAX_DIGESTS 16

static struct {
	const char **cert, **state, **digest_value;
} opts;

static struct poptOption options[] = {
	OPT_VALUE("cert", 'c', &opts.cert,
	    N_("the signer's certificate; without one the job waits for it"),
	    N_("FILE")),
	OPT_VALUE("state", '\0', &opts.state,
	    N_("go on with a state that waits for its certificate"),
	    N_("STATE")),
	OPT_LIST("digest-value", '\0', &opts.digest_value,
	    N_("FILE is elsewhere, and this is its digest"), "ALG:HEX"),
	OPT_INCLUDE(opt_prepared, NULL),
	OPT_INCLUDE(opt_place, NULL),
	OPT_INCLUDE(opt_output, NULL),
	OPT_INCLUDE(opt_props, N_("What the signature says:")),
	OPT_INCLUDE(opt_content_stamp, N_("Time-stamps and the network:")),
	OPT_INCLUDE(opt_tsa, NULL),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_net, NULL),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

/* What the command holds; to be cleared in any case. */
struct preparing {
	const struct cmd *cmd;
	struct sign_job *job;
	struct sign_state_options seal;
	struct octets key;
	const char *output;
};

/* ---- options */

static int
check_usage(const struct cmd *cmd, size_t count)
{
	const char *output = opt_value(job_output.output);
	int again = opt_value(opts.state) != NULL;

	if (output == NULL && !job_output.dry_run)
		return say_usage(cmd->name,
		    _("where does the state go? Give --output STATE"));
	if (again && count != 0)
		return say_usage(cmd->name,
		    _("--state goes on with a job, and no FILE is named"));
	if (again && opt_value(opts.cert) == NULL)
		return say_usage(
		    cmd->name, _("--state waits for a certificate: --cert"));
	if (!again && count == 0)
		return say_usage(cmd->name, _("%s: which file?"), cmd->name);
	if (opt_value(opts.cert) == NULL && prepared_wants_cert())
		return say_usage(cmd->name,
		    _("--data-out and --octets-out: what is to be signed "
		      "depends on the certificate: --cert"));
	if (opt_count(opts.digest_value) != 0 && count != 1)
		return say_usage(cmd->name,
		    _("--digest-value goes with one FILE, the document's "
		      "name"));
	return 0;
}

/* ---- the job */

/* "sha256:1f3a..." */
static int
read_digest(
    const struct cmd *cmd, const char *text, char **name, struct octets *value)
{
	const char *colon = strchr(text, ':');
	struct octets hex;
	int good;

	if (colon == NULL || colon == text)
		return say_usage(cmd->name,
		    _("--digest-value: want ALG:HEX such as sha256:1f3a..., "
		      "have '%s'"),
		    text);
	*name = strndup(text, (size_t)(colon - text));
	hex.ptr = (unsigned char *)strdup(colon + 1);
	hex.len = strlen(colon + 1);
	good = *name != NULL && hex.ptr != NULL && octets_from_hex(&hex, value);
	free(hex.ptr);
	if (good)
		return 0;
	return say_usage(
	    cmd->name, _("--digest-value: '%s' is not hexadecimal"), colon + 1);
}

static int
prepare_digests(struct preparing *p, const char *document)
{
	struct sign_digest rows[MAX_DIGESTS] = { 0 };
	struct octets values[MAX_DIGESTS] = { 0 };
	char *names[MAX_DIGESTS] = { NULL };
	size_t i, count = opt_count(opts.digest_value);
	int rc = 0;

	if (count > MAX_DIGESTS)
		return say_usage(
		    p->cmd->name, _("--digest-value: at most %d"), MAX_DIGESTS);
	for (i = 0; rc == 0 && i < count; i++) {
		rc = read_digest(
		    p->cmd, opts.digest_value[i], &names[i], &values[i]);
		rows[i].document = file_base(document);
		rows[i].algorithm = names[i];
		rows[i].value = values[i].ptr;
		rows[i].len = values[i].len;
	}
	if (rc == 0)
		rc = app_result(sign_job_prepare_digest(p->job, rows, count));
	for (i = 0; i < count; i++) {
		free(names[i]);
		octets_wipe(&values[i]);
	}
	return rc;
}

static int
set_cert(struct preparing *p)
{
	const char *path = opt_value(opts.cert);
	struct octets cert;
	int rc;

	if (path == NULL)
		return 0;
	rc = octets_load(path, MAX_CERT, &cert);
	if (rc == 0)
		rc = app_result(sign_job_set_cert(p->job, cert.ptr, cert.len));
	octets_wipe(&cert);
	return rc;
}

static int
prepare_files(struct preparing *p, const char **files, size_t count)
{
	struct sign_job_options set;
	int rc = sign_settings(p->cmd, &set);

	if (rc == 0)
		rc = prepared_deadline(p->cmd, &set.deadline);
	if (rc != 0)
		return rc;
	rc = app_result(job_new(&set, NULL, &p->job));
	if (rc == 0)
		rc = set_cert(p);
	if (rc == 0 && opt_count(opts.digest_value) != 0)
		return prepare_digests(p, files[0]);
	if (rc == 0)
		rc = app_result(sign_job_prepare_many(p->job, files, count));
	return rc;
}

static int
prepare_again(struct preparing *p)
{
	int rc = state_load(opt_value(opts.state), &p->seal, &p->job);

	return rc == 0 ? set_cert(p) : rc;
}

static int
prepare_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct preparing p = { .cmd = cmd };
	int rc;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	job_output.later = 1;
	p.output = opt_value(job_output.output);
	rc = check_usage(cmd, count);
	if (rc == 0)
		rc =
		    prepared_check(cmd, p.output, count != 0 ? files[0] : NULL);
	if (rc == 0)
		rc = state_key(cmd, &p.key, &p.seal);
	if (rc == 0)
		rc = opt_value(opts.state) != NULL
		    ? prepare_again(&p)
		    : prepare_files(&p, files, count);
	if (rc == 0 && sign_job_card(p.job) != NULL)
		job_show(p.job, p.output != NULL ? p.output : "-");
	else if (rc == 0)
		say_note(_("The job waits for its certificate: go on with "
			   "'podpis prepare --state'"));
	if (rc == 0 && !job_output.dry_run)
		rc = prepared_save(p.job, &p.seal, p.output);
	sign_job_free(p.job);
	octets_wipe(&p.key);
	job_raise_clear();
	return rc;
}

const struct cmd cmd_prepare = {
	.name = "prepare",
	.args = N_("--cert FILE -o STATE [option]... FILE...\n"
		   "--state STATE --cert FILE -o STATE [option]..."),
	.summary = N_("Prepare a signature that somebody else makes."),
	.text = N_("The first half of signing: reads the document, shows what "
		   "is going to be signed with its control code, and writes a "
		   "state. The key is elsewhere: on a phone, in a remote "
		   "service. When the signature value is there, minutes or "
		   "hours later, 'podpis complete' makes the signature of it, "
		   "on any machine."),
	.options = options,
	.run = prepare_run,
	.min = 0,
	.max = OPT_ANY,
};
