/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/batch.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/raise.h"
#include "cli/sign.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* So many documents are prepared and shown before the first is signed. */
#define SIGN_CHUNK 64

static struct {
	int attached, detached, enveloped, enveloping, parallel;
	const char **place_id, **place_xpath;
} place;

struct poptOption opt_place[] = {
	OPT_FLAG("detached", '\0', &place.detached,
	    N_("the signature in a file of its own, FILE.sig (default)")),
	OPT_FLAG("attached", '\0', &place.attached,
	    N_("the document inside the signature, FILE.p7m")),
	OPT_FLAG("enveloped", '\0', &place.enveloped,
	    N_("XAdES: the signature inside the XML document (its default)")),
	OPT_FLAG("enveloping", '\0', &place.enveloping,
	    N_("XAdES: the document inside the signature")),
	OPT_FLAG("parallel", '\0', &place.parallel,
	    N_("XAdES enveloped: leave room for signatures of others")),
	OPT_VALUE("place-id", '\0', &place.place_id,
	    N_("XAdES enveloped: in the element with this Id"), "ID"),
	OPT_VALUE("place-xpath", '\0', &place.place_xpath,
	    N_("XAdES enveloped: in the first element that this names"),
	    "XPATH"),
	OPT_END,
};

static struct poptOption options[] = {
	OPT_INCLUDE(opt_key, NULL),
	OPT_INCLUDE(opt_place, NULL),
	OPT_INCLUDE(opt_output, NULL),
	OPT_INCLUDE(opt_props, N_("What the signature says:")),
	OPT_INCLUDE(opt_content_stamp, N_("Time-stamps and the network:")),
	OPT_INCLUDE(opt_tsa, NULL),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_raise, NULL),
	OPT_INCLUDE(opt_net, NULL),
	OPT_INCLUDE(opt_batch, N_("Many files:")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

struct sign_task {
	struct sign_job *job;
	char *output;
};

static int
is_xades(const struct sign_job_options *set)
{
	return set->format != NULL && strcasecmp(set->format, "xades") == 0;
}

static int
is_asic_e(const struct sign_job_options *set)
{
	return set->format != NULL && strcasecmp(set->format, "asic-e") == 0;
}

static int
is_container(const struct sign_job_options *set)
{
	return is_asic_e(set) ||
	    (set->format != NULL && strcasecmp(set->format, "asic-s") == 0);
}

/* "lease.pdf" to "lease.pdf.asice", a folder too. */
static char *
container_name(const struct sign_job_options *set, const char *document)
{
	size_t len = strlen(document);

	while (len > 1 && document[len - 1] == '/')
		len--;
	return formatted(
	    "%.*s%s", (int)len, document, is_asic_e(set) ? ".asice" : ".asics");
}

/* "lease.xml" to "lease.signed.xml". */
static char *
xml_name(const char *document)
{
	const char *dot = strrchr(document, '.');
	size_t len = strlen(document);

	if (dot != NULL && strcasecmp(dot, ".xml") == 0)
		len -= 4;
	return formatted("%.*s.signed.xml", (int)len, document);
}

static char *
task_name(const struct sign_job_options *set, const char *document)
{
	if (is_container(set))
		return container_name(set, document);
	if (!is_xades(set))
		return formatted("%s%s", document,
		    set->packaging == SIGN_ATTACHED ? ".p7m" : ".sig");
	if (set->packaging == SIGN_DETACHED)
		return formatted("%s.xades.xml", document);
	return xml_name(document);
}

char *
sign_output(const struct sign_job_options *set, const char *document)
{
	char *name, *path;

	if (strcmp(document, "-") == 0)
		return file_output(opt_value(job_output.output), "-");
	name = task_name(set, document);
	path = file_output(opt_value(job_output.output), name);
	free(name);
	return path;
}

static int
task_prepare(const struct sign_job_options *set, const struct sign_key *key,
    const char **documents, size_t count, struct sign_task *task)
{
	const char *document = documents[0];
	int rc;

	task->output = sign_output(set, document);
	if (task->output == NULL)
		return EXIT_OTHER;
	if (!job_output.dry_run) {
		rc = file_check_output(cmd_sign.name, task->output, document,
		    job_output.force, job_output.pem || is_xades(set));
		if (rc != 0)
			return rc;
	}
	rc = job_new(set, key, &task->job);
	if (rc == 0)
		rc = sign_job_prepare_many(task->job, documents, count);
	rc = app_result(rc);
	if (rc == 0)
		job_show(task->job, task->output);
	return rc;
}

static void
task_clear(struct sign_task *task)
{
	sign_job_free(task->job);
	free(task->output);
	task->job = NULL;
	task->output = NULL;
}

/* After these the next document would fare no better. */
static int
is_final(int code)
{
	return code == EXIT_OTHER ||
	    (code >= EXIT_MODULE && code <= EXIT_CANCEL);
}

/* Show them all, then sign them all. */
static int
sign_chunk(const struct sign_job_options *set, struct sign_key *key,
    const char **files, size_t count, int *final)
{
	struct sign_task tasks[SIGN_CHUNK] = { 0 };
	int results[SIGN_CHUNK], worst = 0;
	size_t i;

	for (i = 0; i < count; i++)
		results[i] = task_prepare(set, key, &files[i], 1, &tasks[i]);
	for (i = 0; i < count; i++) {
		if (results[i] == 0 && !*final)
			results[i] =
			    job_finish(tasks[i].job, key, tasks[i].output);
		if (is_final(results[i]))
			*final = 1;
		worst = exit_worst(worst, results[i]);
		task_clear(&tasks[i]);
	}
	return worst;
}

/* XAdES detached, ASiC-E: one signature over all files. */
static int
sign_together(const struct sign_job_options *set, struct sign_key *key,
    const char **files, size_t count)
{
	struct sign_task task = { 0 };
	int rc = task_prepare(set, key, files, count, &task);

	if (rc == 0)
		rc = job_finish(task.job, key, task.output);
	task_clear(&task);
	return rc;
}

/* Which of the four was asked for; the format's own default otherwise. */
static int
sign_packaging(const struct cmd *cmd, struct sign_job_options *set)
{
	if (place.attached + place.detached + place.enveloped +
		place.enveloping >
	    1)
		return say_usage(cmd->name,
		    _("--attached, --detached, --enveloped, --enveloping: it "
		      "can only be one"));
	if (!is_xades(set) &&
	    (place.enveloped || place.enveloping || place.parallel ||
		opt_value(place.place_id) != NULL ||
		opt_value(place.place_xpath) != NULL))
		return say_usage(cmd->name,
		    _("--enveloped, --enveloping, --parallel, --place-id and "
		      "--place-xpath go with --format xades"));
	if (is_xades(set) && (place.attached || set->pem))
		return say_usage(cmd->name,
		    _("--attached and --pem do not go with --format xades"));
	if (is_container(set) && (place.attached || set->pem))
		return say_usage(cmd->name,
		    _("--attached and --pem do not go with containers"));
	if (!is_container(set) && set->asic_with != NULL)
		return say_usage(cmd->name,
		    _("--asic-with goes with --format asic-e and asic-s"));
	if (place.attached)
		set->packaging = SIGN_ATTACHED;
	else if (place.enveloping)
		set->packaging = SIGN_ENVELOPING;
	else if (is_xades(set) && !place.detached)
		set->packaging = SIGN_ENVELOPED;
	if (set->packaging != SIGN_ENVELOPED &&
	    (place.parallel || opt_value(place.place_id) != NULL ||
		opt_value(place.place_xpath) != NULL))
		return say_usage(cmd->name,
		    _("--parallel, --place-id and --place-xpath go with an "
		      "enveloped signature"));
	set->parallel = place.parallel;
	set->place_id = opt_value(place.place_id);
	set->place_xpath = opt_value(place.place_xpath);
	return 0;
}

/* One signature over all of them? */
static int
sign_is_together(const struct sign_job_options *set, size_t count)
{
	return is_asic_e(set) ||
	    (is_xades(set) && set->packaging == SIGN_DETACHED && count > 1);
}

/* What a container is named after, and what it is made of. */
static int
sign_check_container(const struct cmd *cmd, const char **files, size_t count)
{
	const char *output = opt_value(job_output.output);
	const char *base = file_base(files[0]);
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(files[i], "-") == 0)
			return say_usage(cmd->name,
			    _("a container names its documents, and standard "
			      "input has no name"));
	if ((output == NULL || file_is_dir(output)) &&
	    (strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ||
		strspn(files[0], "/") == strlen(files[0])))
		return say_usage(cmd->name,
		    _("%s gives the container no name: say where with "
		      "--output FILE"),
		    files[0]);
	return 0;
}

static int
sign_check(const struct cmd *cmd, const struct sign_job_options *set,
    const char **files, size_t count)
{
	const char *output = opt_value(job_output.output);
	size_t i;
	int rc;

	if (count > 1 && !sign_is_together(set, count) && output != NULL &&
	    !file_is_dir(output)) {
		rc = say_usage(cmd->name,
		    _("several documents: --output must be a directory that "
		      "exists, have '%s'"),
		    output);
		if (is_container(set))
			say_hint(_("--format asic-e puts several documents "
				   "into one container"));
		return rc;
	}
	if (is_container(set))
		return sign_check_container(cmd, files, count);
	for (i = 0; i < count; i++)
		if (strcmp(files[i], "-") == 0 &&
		    (output == NULL || file_is_dir(output)))
			return say_usage(cmd->name,
			    _("standard input: say where with --output FILE"));
	return 0;
}

int
sign_settings(const struct cmd *cmd, struct sign_job_options *set)
{
	int rc = job_options(cmd, set);

	return rc == 0 ? sign_packaging(cmd, set) : rc;
}

static int
sign_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_job_options set;
	struct sign_key *key = NULL;
	size_t done, part;
	int rc, final = 0;

	if (batch_given())
		return sign_batch(cmd, count);
	if (count == 0)
		return say_usage(cmd->name, _("%s: which file?"), cmd->name);
	rc = sign_settings(cmd, &set);
	if (rc == 0)
		rc = sign_check(cmd, &set, files, count);
	if (rc == 0)
		rc = job_key(cmd, &key);
	if (rc != 0) {
		job_raise_clear();
		return rc;
	}
	if (sign_is_together(&set, count)) {
		rc = sign_together(&set, key, files, count);
		count = 0;
	}
	for (done = 0; done < count && !final; done += part) {
		part = count - done < SIGN_CHUNK ? count - done : SIGN_CHUNK;
		rc = exit_worst(
		    rc, sign_chunk(&set, key, files + done, part, &final));
	}
	sign_key_free(key);
	job_raise_clear();
	return rc;
}

const struct cmd cmd_sign = {
	.name = "sign",
	.args = N_("[option]... FILE...\n[option]... --batch LIST"),
	.summary = N_("Sign documents."),
	.text = N_("Makes FILE.sig beside each FILE: a CAdES signature that "
		   "leaves the document as it is. Before the PIN is asked for, "
		   "you see what is going to be signed and with which "
		   "certificate. If there is exactly one key that can sign on "
		   "your tokens, it is used; if there are several, you are "
		   "asked."),
	.options = options,
	.run = sign_run,
	.min = 0,
	.max = OPT_ANY,
};
