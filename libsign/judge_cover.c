/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_one.h"

#include "base/err.h"

#include <string.h>

/*
 * What of an XML file a signature is over: so that a signature over a part is
 * never taken for one over the document.
 */
static const char clause[] = "EN 319 102-1, 5.2.7";

#define MAX_NAMED 8

static int
over_file(const struct sg_facts *facts, const struct sg_ref_fact *ref)
{
	return !ref->internal && ref->doc >= 0 &&
	    facts->docs[ref->doc].source < 0 && !facts->docs[ref->doc].missing;
}

static int
covers_part(const struct sg_ref_fact *ref, size_t part)
{
	size_t i;

	for (i = 0; i < ref->part_count; i++)
		if (ref->parts[i] == part)
			return 1;
	return 0;
}

static int
sig_covers(const struct sg_sig_fact *sig, size_t part)
{
	size_t i;

	for (i = 0; i < sig->ref_count; i++)
		if (covers_part(&sig->refs[i], part) &&
		    sg_ref_ok(&sig->refs[i]) == SG_TRUE)
			return 1;
	return 0;
}

/* XMLDSig 1.1, 8.1.1: only what is signed is secure. Transforms may leave
 * nothing, and then nothing is signed. */
static int
signs_nothing(const struct sg_one *one)
{
	const struct sg_sig_fact *sig = one->sig;
	const struct sg_ref_fact *ref;
	size_t i;

	if (sig->packaging == SG_PACK_COUNTER || sig->fault_count != 0)
		return 0;
	for (i = 0; i < sig->ref_count; i++) {
		ref = &sig->refs[i];
		if (ref->internal || !ref->counts)
			continue;
		if (!over_file(one->facts, ref) ||
		    strcmp(ref->coverage, "none") != 0)
			return 0;
	}
	return 1;
}

/* The elements that are signed, for the report; "/" is what is left of the
 * document after transforms. NULL: none, or out of memory. */
static const char *
signed_elements(struct sg_one *one)
{
	const struct sg_sig_fact *sig = one->sig;
	const char *list = NULL, *name;
	size_t i, count = 0;

	for (i = 0; i < sig->ref_count; i++) {
		if (!over_file(one->facts, &sig->refs[i]) ||
		    strcmp(sig->refs[i].coverage, "none") == 0)
			continue;
		name = sig->refs[i].element;
		if (name == NULL)
			name = "/";
		if (++count > MAX_NAMED)
			name = "...";
		list = list == NULL
		    ? name
		    : sg_pool_printf(one->pool, "%s, %s", list, name);
		if (count > MAX_NAMED)
			break;
	}
	return list;
}

static void
warn_part(struct sg_one *one, const char *document)
{
	const char *list = signed_elements(one);
	const char *slash = strrchr(document, '/');
	struct sg_msg why;

	if (slash != NULL && slash[1] != '\0')
		document = slash + 1;
	if (list != NULL)
		why = sg_one_say(one,
		    N_("not the whole of %1$s is signed, only: %2$s"), document,
		    list);
	else
		why = sg_one_say(one,
		    N_("%1$s, in which the signature stands, is not signed by "
		       "it"),
		    document, NULL);
	sg_one_check(one, "coverage", SG_WARNING, clause, why);
}

void
sg_one_coverage(struct sg_one *one)
{
	const struct sg_facts *facts = one->facts;
	struct sg_msg why;
	size_t i;

	if (strcmp(facts->format, "xades") != 0)
		return;
	if (signs_nothing(one)) {
		why = sg_one_say(one,
		    N_("the signature is over nothing but its own properties"),
		    NULL, NULL);
		sg_one_check(one, "coverage", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "SIG_CONSTRAINTS_FAILURE", why);
		return;
	}
	if (one->sig->packaging == SG_PACK_COUNTER)
		return;
	for (i = 0; i < facts->part_count; i++)
		if (facts->parts[i].is_document && !sig_covers(one->sig, i)) {
			warn_part(one, facts->parts[i].name);
			return;
		}
	sg_one_check(one, "coverage", SG_PASSED, clause,
	    sg_one_say(
		one, N_("what is signed is signed as a whole"), NULL, NULL));
}

/* Does any signature that is not refused cover it? */
static int
is_covered(
    const struct sg_facts *facts, const struct sign_report *report, size_t part)
{
	const struct sg_report_sig *sig;
	size_t i;

	for (i = 0; i < report->sig_count; i++) {
		sig = &report->sigs[i];
		if (sig->signature_ok == SG_TRUE &&
		    strcmp(sig->indication, "TOTAL-FAILED") != 0 &&
		    sig_covers(&facts->sigs[i], part))
			return 1;
	}
	return 0;
}

int
sg_judge_uncovered(struct sg_env *env, const struct sg_facts *facts,
    struct sign_report *report)
{
	const char **list;
	size_t i;

	list = sg_pool_array(report->pool, facts->part_count, sizeof(*list));
	if (list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < facts->part_count; i++)
		if (!is_covered(facts, report, i))
			list[report->uncovered_count++] =
			    sg_pool_str(report->pool, facts->parts[i].name);
	report->uncovered = list;
	return 0;
}
