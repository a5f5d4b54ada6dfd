/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_one.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

/*
 * What of an XML file or a container a signature is over: so that a signature
 * over a part is never taken for one over the document.
 */
static const char clause[] = "EN 319 102-1, 5.2.7";

#define MAX_NAMED 8

static int
over_file(const struct sg_facts *facts, const struct sg_ref_fact *ref)
{
	return !ref->internal && ref->doc >= 0 &&
	    facts->docs[ref->doc].source < 0 && !facts->docs[ref->doc].missing;
}

/* Mark the parts that the signature covers, whether it is valid or not. */
static void
mark_covered(const struct sg_sig_fact *sig, unsigned char *covered)
{
	const struct sg_ref_fact *ref;
	size_t i, j;

	for (i = 0; i < sig->ref_count; i++) {
		ref = &sig->refs[i];
		if (ref->part_count == 0 || sg_ref_ok(ref) != SG_TRUE)
			continue;
		for (j = 0; j < ref->part_count; j++)
			covered[ref->parts[j]] = 1;
	}
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

/* Files of the container that this signature is not over. */
static const char *
unsigned_files(struct sg_one *one, const unsigned char *covered)
{
	const struct sg_facts *facts = one->facts;
	const char *list = NULL, *name;
	size_t i, count = 0;

	for (i = 0; i < facts->part_count && count <= MAX_NAMED; i++) {
		if (covered[i])
			continue;
		name = ++count > MAX_NAMED ? "..." : facts->parts[i].name;
		list = list == NULL
		    ? name
		    : sg_pool_printf(one->pool, "%s, %s", list, name);
	}
	return list;
}

/* EN 319 162-1, 4.4: a container may hold files that this one does not sign,
 * and who reads the verdict must know of them. */
static void
files_coverage(struct sg_one *one, const unsigned char *covered)
{
	const char *list = unsigned_files(one, covered);

	if (list == NULL)
		sg_one_check(one, "coverage", SG_PASSED, clause,
		    sg_one_say(one, N_("all files of the container are signed"),
			NULL, NULL));
	else
		sg_one_check(one, "coverage", SG_WARNING, clause,
		    sg_one_say(one,
			N_("not signed by it, though in the container: %1$s"),
			list, NULL));
}

static void
document_coverage(struct sg_one *one, const unsigned char *covered)
{
	const struct sg_facts *facts = one->facts;
	size_t i;

	for (i = 0; i < facts->part_count; i++)
		if (facts->parts[i].is_document && !covered[i]) {
			warn_part(one, facts->parts[i].name);
			return;
		}
	sg_one_check(one, "coverage", SG_PASSED, clause,
	    sg_one_say(
		one, N_("what is signed is signed as a whole"), NULL, NULL));
}

void
sg_one_coverage(struct sg_one *one)
{
	const struct sg_facts *facts = one->facts;
	int container = sg_facts_is_container(facts);
	unsigned char *covered;
	struct sg_msg why;

	if (strcmp(facts->format, "xades") != 0 && !container)
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
	covered = calloc(facts->part_count + 1, 1);
	if (covered == NULL) {
		one->nomem = 1;
		return;
	}
	mark_covered(one->sig, covered);
	if (container)
		files_coverage(one, covered);
	else
		document_coverage(one, covered);
	free(covered);
}

int
sg_judge_uncovered(struct sg_env *env, const struct sg_facts *facts,
    struct sign_report *report)
{
	unsigned char *covered = calloc(facts->part_count + 1, 1);
	const struct sg_report_sig *sig;
	const char **list;
	size_t i;

	list = sg_pool_array(report->pool, facts->part_count, sizeof(*list));
	if (list == NULL || covered == NULL) {
		free(covered);
		return sg_err_nomem(env);
	}
	/* by any signature that is not refused */
	for (i = 0; i < report->sig_count; i++) {
		sig = &report->sigs[i];
		if (sig->signature_ok == SG_TRUE &&
		    strcmp(sig->indication, "TOTAL-FAILED") != 0)
			mark_covered(&facts->sigs[i], covered);
	}
	for (i = 0; i < facts->part_count; i++)
		if (!covered[i])
			list[report->uncovered_count++] =
			    sg_pool_str(report->pool, facts->parts[i].name);
	report->uncovered = list;
	free(covered);
	return 0;
}
