/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/raise.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CARD_COLUMN 16

static struct {
	const char **format, **level, **digest, **chain, **role, **commitment;
	const char **country, **region, **city, **postal_code;
	const char **policy_id, **policy_file, **policy_uri;
	const char **mime, **content_hint, **asic_with;
	int pss;
} props;

struct job_output job_output;
/* where --level or --content-timestamp want time-stamps */
static _Thread_local struct raise job_raise;
static int content_stamp;

struct poptOption opt_props[] = {
	OPT_VALUE("format", 'F', &props.format,
	    N_("format of the signature: cades (default), cms or xades, or a "
	       "container with documents and signatures: asic-e, asic-s"),
	    N_("FORMAT")),
	OPT_VALUE("asic-with", '\0', &props.asic_with,
	    N_("signatures in the container: xades (default) or cades"),
	    "xades|cades"),
	OPT_VALUE("level", 'l', &props.level,
	    N_("level: b-b (default), bes or epes; with time-stamps b-t, "
	       "b-lt, b-lta, t, c, x1, x2, xlt1, xlt2, a"),
	    N_("LEVEL")),
	OPT_VALUE("digest", '\0', &props.digest,
	    N_("digest, if not the one that belongs to the key"), N_("ALG")),
	OPT_FLAG("pss", '\0', &props.pss,
	    N_("RSA keys: PSS instead of PKCS#1 v1.5")),
	OPT_LIST("chain", '\0', &props.chain,
	    N_("put these certificates into the signature, too"), N_("FILE")),
	OPT_LIST("role", '\0', &props.role, N_("role claimed by the signer"),
	    N_("TEXT")),
	OPT_VALUE("commitment", '\0', &props.commitment,
	    N_("what the signature stands for: origin, receipt, delivery, "
	       "sender, approval, creation, or an OID"),
	    N_("KIND")),
	OPT_VALUE("country", '\0', &props.country,
	    N_("where it is signed: country"), N_("TEXT")),
	OPT_VALUE("region", '\0', &props.region, N_("region"), N_("TEXT")),
	OPT_VALUE("city", '\0', &props.city, N_("city"), N_("TEXT")),
	OPT_VALUE("postal-code", '\0', &props.postal_code, N_("postal code"),
	    N_("TEXT")),
	OPT_VALUE("policy-id", '\0', &props.policy_id,
	    N_("signature policy that the signer follows"), "OID"),
	OPT_VALUE("policy-file", '\0', &props.policy_file,
	    N_("the policy's document, for its digest"), N_("FILE")),
	OPT_VALUE("policy-uri", '\0', &props.policy_uri,
	    N_("where the policy can be read"), "URI"),
	OPT_VALUE("mime", '\0', &props.mime, N_("MIME type of the document"),
	    N_("TYPE")),
	OPT_VALUE("content-hint", '\0', &props.content_hint,
	    N_("description of the document, signed with it"), N_("TEXT")),
	OPT_END,
};

struct poptOption opt_content_stamp[] = {
	OPT_FLAG("content-timestamp", '\0', &content_stamp,
	    N_("put a time-stamp on the document first, and sign it too")),
	OPT_END,
};

struct poptOption opt_output[] = {
	OPT_VALUE("output", 'o', &job_output.output,
	    N_("where to write, '-' is standard output"), N_("FILE")),
	OPT_FLAG(
	    "force", 'f', &job_output.force, N_("replace a file that exists")),
	OPT_FLAG("pem", '\0', &job_output.pem, N_("PEM instead of DER")),
	OPT_FLAG("dry-run", '\0', &job_output.dry_run,
	    N_("show what would be signed, touch no key")),
	OPT_END,
};

static int
job_check(const struct cmd *cmd, const char *format, const char *level)
{
	static const char *const formats[] = { "cades", "xades", "cms",
		"asic-e", "asic-s", NULL };
	static const char *const flavours[] = { "xades", "cades", NULL };
	int rc;

	rc = opt_check_word(cmd, "--format", format, formats);
	if (rc == 0)
		rc = opt_check_word(
		    cmd, "--asic-with", opt_value(props.asic_with), flavours);
	if (rc == 0)
		rc = opt_check_word(cmd, "--level", level, raise_words);
	if (rc == 0 && level != NULL && format != NULL &&
	    opt_word(format, formats) == 2 &&
	    (!raise_is_level(level) || strchr("bB", level[0]) != NULL))
		rc = say_usage(cmd->name,
		    _("--level: plain CMS has no levels; t, c, x1, x2, xlt1, "
		      "xlt2 and a put time-stamps on it"));
	if (rc == 0 && level != NULL && opt_word(level, raise_words) == 2 &&
	    opt_value(props.policy_id) == NULL)
		rc = say_usage(cmd->name,
		    _("--level epes: which policy? Give --policy-id"));
	if (rc == 0 && opt_value(props.policy_id) == NULL &&
	    (opt_value(props.policy_file) != NULL ||
		opt_value(props.policy_uri) != NULL))
		rc = say_usage(cmd->name,
		    _("--policy-file and --policy-uri need --policy-id"));
	return rc;
}

/* Before anything is signed: is there a time-stamp authority at all? */
static int
job_raise_load(const struct cmd *cmd, const char *level)
{
	int rc;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	if (raise_is_level(level))
		return raise_load_tsas(cmd->name, level, &job_raise);
	rc = raise_load(cmd->name, level, &job_raise);
	if (rc != 0 || job_raise.tsas.count != 0)
		return rc;
	return say_usage(cmd->name,
	    _("--content-timestamp: which time-stamp authority? --tsa URL "
	      "names one"));
}

void
job_raise_clear(void)
{
	raise_clear(&job_raise);
}

int
job_options(const struct cmd *cmd, struct sign_job_options *out)
{
	struct sign_job_options set = SIGN_JOB_OPTIONS_INIT;
	int rc, stamps;

	set.format = opt_value(props.format);
	set.level = opt_value(props.level);
	rc = job_check(cmd, set.format, set.level);
	stamps =
	    (raise_is_level(set.level) && !job_output.later) || content_stamp;
	if (rc == 0 && content_stamp && set.format != NULL &&
	    strcasecmp(set.format, "cms") == 0)
		rc = say_usage(cmd->name,
		    _("--content-timestamp: plain CMS has no place for it"));
	if (rc == 0 && net_tsa_given() && !stamps)
		rc = say_usage(cmd->name,
		    _("--tsa: which level? Give --level, for example b-t or "
		      "xlt1"));
	if (rc == 0 && stamps && !job_output.dry_run)
		rc = job_raise_load(cmd, set.level);
	if (rc != 0)
		return rc;
	set.digest = opt_value(props.digest);
	set.pss = props.pss;
	set.chain = props.chain;
	set.chain_count = opt_count(props.chain);
	set.roles = props.role;
	set.role_count = opt_count(props.role);
	set.commitment = opt_value(props.commitment);
	set.country = opt_value(props.country);
	set.region = opt_value(props.region);
	set.city = opt_value(props.city);
	set.postal_code = opt_value(props.postal_code);
	set.policy_oid = opt_value(props.policy_id);
	set.policy_file = opt_value(props.policy_file);
	set.policy_uri = opt_value(props.policy_uri);
	set.mime_type = opt_value(props.mime);
	set.content_hint = opt_value(props.content_hint);
	set.asic_with = opt_value(props.asic_with);
	set.force = job_output.force;
	set.pem = job_output.pem;
	*out = set;
	return 0;
}

const struct sign_extend_options *
job_content_stamp(const struct sign_trust **trust)
{
	*trust = job_raise.trust;
	return content_stamp && !job_output.dry_run ? &job_raise.set : NULL;
}

int
job_new(const struct sign_job_options *set, const struct sign_key *key,
    struct sign_job **out)
{
	const struct sign_trust *trust;
	const struct sign_extend_options *stamp = job_content_stamp(&trust);
	int rc = sign_job_new(app_ctx(), set, key, out);

	if (rc == 0 && stamp != NULL)
		rc = sign_job_content_timestamp(*out, trust, stamp);
	return rc;
}

static void card_line(const char *label, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
card_line(const char *label, const char *format, ...)
{
	va_list args;
	char *text, *safe;

	va_start(args, format);
	text = vformatted(format, args);
	va_end(args);
	safe = escaped(text != NULL ? text : "");
	fprintf(stderr, "  %s%*s%s\n", label, text_pad(label, CARD_COLUMN), "",
	    safe);
	free(safe);
	free(text);
}

static void
card_document(const struct sign_card *card)
{
	const char *type = card->document_type;
	char size[24];

	if (card->document == NULL || card->document_count != 0)
		return;
	card_line(_("Document"), "%s", card->document);
	snprintf(size, sizeof(size), "%" PRIu64, card->document_size);
	if (card->document_size != UINT64_MAX)
		card_line(_("Size"), _("%s bytes"), size);
	if (type != NULL && type[0] != '\0')
		card_line(_("Type"), "%s", _(type));
}

/* Each document of a container, with its digest. */
static void
card_documents(const struct sign_card *card)
{
	const struct sign_card_document *doc = card->documents;
	char size[24];
	size_t i;

	for (i = 0; i < card->document_count; i++, doc++) {
		card_line(_("Document"), "%s", doc->name);
		snprintf(size, sizeof(size), "%" PRIu64, doc->size);
		if (doc->type != NULL)
			card_line("", _("%s bytes, %s"), size, _(doc->type));
		else
			card_line("", _("%s bytes"), size);
		card_line("", "%s %s", doc->digest_algorithm, doc->digest);
	}
}

static const char *
format_name(const char *format)
{
	if (strcmp(format, "asic-e") == 0)
		return "ASiC-E";
	if (strcmp(format, "asic-s") == 0)
		return "ASiC-S";
	if (strcmp(format, "cades") == 0)
		return "CAdES";
	if (strcmp(format, "xades") == 0)
		return "XAdES";
	return strcmp(format, "cms") == 0 ? "CMS" : format;
}

static void
card_signature(const struct sign_card *card)
{
	const char *level = card->level != NULL ? card->level : "";

	if (card->asic_with != NULL)
		card_line(_("Signature"), "%s %s, %s",
		    format_name(card->asic_with), level,
		    format_name(card->format));
	else
		card_line(_("Signature"), "%s%s%s, %s",
		    format_name(card->format), level[0] != '\0' ? " " : "",
		    level, _(card->packaging));
}

void
job_show_as(const char *title, const struct sign_job *job, const char *output)
{
	const struct sign_card *card = sign_job_card(job);
	char from[SIGN_TIME_TEXT], until[SIGN_TIME_TEXT];

	progress_end();
	if (app.quiet)
		return;
	fprintf(stderr, "%s\n", title);
	card_document(card);
	card_documents(card);
	if (card->digest != NULL && card->document_count == 0)
		card_line(
		    _("Digest"), "%s %s", card->digest_algorithm, card->digest);
	card_signature(card);
	card_line(_("Certificate"), "%s", card->signer);
	card_line(_("Issued by"), "%s", card->issuer);
	card_line(_("Valid"), "%s - %s", sign_time_text(card->not_before, from),
	    sign_time_text(card->not_after, until));
	card_line(_("Algorithm"), "%s", card->algorithm);
	if (card->control_code != NULL)
		card_line(_("Control code"), "%s", card->control_code);
	if (card->deadline != 0)
		card_line(
		    _("Until"), "%s", sign_time_text(card->deadline, until));
	card_line(_("Output"), "%s",
	    strcmp(output, "-") == 0 ? _("standard output") : output);
}

void
job_show(const struct sign_job *job, const char *output)
{
	job_show_as(
	    job_output.dry_run ? _("Would be signed:") : _("To be signed:"),
	    job, output);
}

int
job_change_output(const struct cmd *cmd, const char *file, char **out)
{
	const char *output = opt_value(job_output.output);
	int rc = file_in_place(cmd->name, file, output, out);

	if (rc == 0 && output != NULL && !job_output.dry_run &&
	    !file_is_same(*out, file))
		rc = file_check_output(
		    cmd->name, *out, NULL, job_output.force, job_output.pem);
	return rc;
}

int
job_put(struct sign_job *job, struct sign_key *key, const char *output)
{
	int rc = sign_job_sign(job, key);

	if (rc == 0 && raise_is_level(opt_value(props.level)))
		return sign_job_write_level(
		    job, job_raise.trust, &job_raise.set, output);
	return rc == 0 ? sign_job_write(job, output) : rc;
}

int
job_signed(int rc, const char *output)
{
	rc = app_result(rc);
	if (rc == 0 && strcmp(output, "-") != 0)
		say_note(_("Signed: %s"), output);
	return rc;
}

int
job_finish(struct sign_job *job, struct sign_key *key, const char *output)
{
	if (job_output.dry_run)
		return 0;
	return job_signed(job_put(job, key, output), output);
}
