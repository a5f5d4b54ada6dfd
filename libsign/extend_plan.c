/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/extend.h"

#include "base/err.h"
#include "base/oid.h"
#include "libsign/level.h"

#include <string.h>
#include <strings.h>

/*
 * Two families that do not mix: the baseline (EN 319 122-1, 6; EN 319 132-1,
 * 6) keeps validation data apart from references, the extended forms (TS 101
 * 733, 4.4; EN 319 122-2) reference it first.
 */
static const struct sg_plan plans[] = {
	{ "B-T", SG_HAS_STAMP, 1 },
	{ "B-LT", SG_HAS_STAMP | SG_HAS_VALUES, 1 },
	{ "B-LTA", SG_HAS_STAMP | SG_HAS_VALUES | SG_HAS_ARCHIVE, 1 },
	{ "T", SG_HAS_STAMP, 0 },
	{ "C", SG_HAS_STAMP | SG_HAS_REFS, 0 },
	{ "X1", SG_HAS_STAMP | SG_HAS_REFS | SG_HAS_SIG_AND_REFS, 0 },
	{ "X2", SG_HAS_STAMP | SG_HAS_REFS | SG_HAS_REFS_STAMP, 0 },
	{ "XLT1",
	    SG_HAS_STAMP | SG_HAS_REFS | SG_HAS_SIG_AND_REFS | SG_HAS_VALUES,
	    0 },
	{ "XLT2",
	    SG_HAS_STAMP | SG_HAS_REFS | SG_HAS_REFS_STAMP | SG_HAS_VALUES, 0 },
	{ "A",
	    SG_HAS_STAMP | SG_HAS_REFS | SG_HAS_SIG_AND_REFS | SG_HAS_VALUES |
		SG_HAS_ARCHIVE,
	    0 },
};

const struct sg_plan *
sg_plan_find(const char *level)
{
	size_t i;

	for (i = 0; level != NULL && i < sizeof(plans) / sizeof(plans[0]); i++)
		if (strcasecmp(plans[i].level, level) == 0)
			return &plans[i];
	return NULL;
}

/* What tells that a part is there: the kind of a time-stamp, or an unsigned
 * attribute of CMS or property of XAdES. */
static const struct {
	unsigned part;
	const char *kind, *attr;
} signs[] = {
	{ SG_HAS_STAMP, "signature", NULL },
	{ SG_HAS_SIG_AND_REFS, "sig-and-refs", NULL },
	{ SG_HAS_REFS_STAMP, "refs", NULL },
	{ SG_HAS_ARCHIVE, "archive", NULL },
	{ SG_HAS_REFS, NULL, SG_OID_CERTIFICATE_REFS },
	{ SG_HAS_REFS, NULL, SG_OID_REVOCATION_REFS },
	{ SG_HAS_REFS, NULL, "CompleteCertificateRefs" },
	{ SG_HAS_REFS, NULL, "CompleteCertificateRefsV2" },
	{ SG_HAS_REFS, NULL, "CompleteRevocationRefs" },
	{ SG_HAS_VALUES, NULL, SG_OID_CERTIFICATE_VALUES },
	{ SG_HAS_VALUES, NULL, SG_OID_REVOCATION_VALUES },
	{ SG_HAS_VALUES, NULL, "CertificateValues" },
	{ SG_HAS_VALUES, NULL, "RevocationValues" },
};

static int
plan_sees(const struct sg_sig_fact *sig, const char *kind, const char *attr)
{
	size_t i;

	for (i = 0; kind != NULL && i < sig->stamp_count; i++)
		if (strcmp(sig->stamps[i].kind, kind) == 0)
			return 1;
	for (i = 0; attr != NULL && i < sig->unsigned_attr_count; i++)
		if (strcmp(sig->unsigned_attrs[i].oid, attr) == 0)
			return 1;
	return 0;
}

/* An archive time-stamp of the container, over the signature's file. */
static int
plan_beside(const struct sg_facts *facts, size_t sig)
{
	const struct sg_stamp_fact *stamp;
	size_t i, k;

	for (i = 0; i < facts->stamp_count; i++) {
		stamp = &facts->stamps[i];
		if (strcmp(stamp->kind, "archive") != 0)
			continue;
		if (sig == SG_NO_SIG)
			return 1;
		for (k = 0; k < stamp->cover_count; k++)
			if (stamp->covers[k].is_signature &&
			    stamp->covers[k].sig == sig)
				return 1;
	}
	return 0;
}

unsigned
sg_plan_has(const struct sg_facts *facts, size_t index)
{
	unsigned has = plan_beside(facts, index) ? SG_HAS_ARCHIVE : 0;
	const struct sg_sig_fact *sig;
	size_t i;

	if (index == SG_NO_SIG)
		return has;
	sig = &facts->sigs[index];
	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (plan_sees(sig, signs[i].kind, signs[i].attr))
			has |= signs[i].part;
	/* in CMS a baseline signature keeps them in SignedData */
	if (sg_level_is_baseline(sig->level) && sg_level_has_values(sig->level))
		has |= SG_HAS_VALUES;
	return has;
}

static int
plan_refuse(struct sg_env *env, const struct sg_plan *plan,
    const struct sg_sig_fact *sig, const char *next)
{
	sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("signature %s is of level %s and cannot become %s without "
	       "breaking what is there"),
	    sig->id, sig->level != NULL ? sig->level : "?", plan->level);
	sg_err_hint(env, N_("the lawful next step is %s"), next);
	return SIGN_E_UNSUPPORTED;
}

#define EXTENDED (SG_HAS_REFS | SG_HAS_SIG_AND_REFS | SG_HAS_REFS_STAMP)

/* EN 319 122-1, 6.3: a baseline signature has none of the attributes of the
 * extended forms; and built on B-B alone. */
static int
plan_family(struct sg_env *env, const struct sg_plan *plan,
    const struct sg_sig_fact *sig, unsigned has)
{
	if (plan->baseline && (has & EXTENDED) != 0)
		return plan_refuse(env, plan, sig,
		    (has & SG_HAS_VALUES) != 0           ? "--level a"
			: (has & SG_HAS_REFS_STAMP) != 0 ? "--level xlt2"
							 : "--level xlt1");
	if (plan->baseline && !sg_level_is_baseline(sig->level))
		return plan_refuse(env, plan, sig,
		    plan->parts == SG_HAS_STAMP ? "--level t" : "--level xlt1");
	if (!plan->baseline && plan->parts != SG_HAS_STAMP &&
	    sg_level_is_baseline(sig->level) && (has & SG_HAS_VALUES) != 0)
		return plan_refuse(env, plan, sig, "--level b-lta");
	return 0;
}

/* X type 1 or type 2, never both; A stands on either. */
static unsigned
plan_parts(const struct sg_plan *plan, unsigned has)
{
	unsigned both = SG_HAS_SIG_AND_REFS | SG_HAS_REFS_STAMP;

	if ((plan->parts & SG_HAS_ARCHIVE) == 0 || plan->baseline ||
	    (has & both) != SG_HAS_REFS_STAMP)
		return plan->parts;
	return (plan->parts & ~both) | SG_HAS_REFS_STAMP;
}

int
sg_plan_make(struct sg_env *env, const struct sg_plan *plan,
    const struct sg_facts *facts, size_t index, int renew, unsigned *missing)
{
	const struct sg_sig_fact *sig = &facts->sigs[index];
	unsigned has = sg_plan_has(facts, index);
	unsigned parts = plan_parts(plan, has);
	unsigned stamps = SG_HAS_SIG_AND_REFS | SG_HAS_REFS_STAMP;
	unsigned need = parts & ~has;
	int rc = plan_family(env, plan, sig, has);

	if (rc < 0)
		return rc;
	if (renew && (has & parts & SG_HAS_ARCHIVE) != 0)
		need |= SG_HAS_ARCHIVE;
	if ((need & stamps) != 0 && (has & stamps) != 0)
		return plan_refuse(env, plan, sig,
		    (has & SG_HAS_REFS_STAMP) != 0 ? "--level xlt2"
						   : "--level xlt1");
	/* what is added below a time-stamp is not under it */
	if ((has & SG_HAS_ARCHIVE) != 0 && (need & ~SG_HAS_ARCHIVE) != 0)
		return plan_refuse(env, plan, sig,
		    sg_level_is_baseline(sig->level) ? "--level b-lta --renew"
						     : "--level a --renew");
	if ((has & stamps) != 0 && (need & SG_HAS_REFS) != 0)
		return plan_refuse(env, plan, sig, "--level a");
	*missing = need;
	return 0;
}

int
sg_plan_stamps(struct sg_env *env, const struct sg_plan *plan,
    const struct sg_facts *facts, int renew, unsigned *missing)
{
	unsigned has = sg_plan_has(facts, SG_NO_SIG);

	if (!plan->baseline || (plan->parts & SG_HAS_ARCHIVE) == 0) {
		sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("it has a time-stamp and no signature, which cannot "
		       "become %s"),
		    plan->level);
		sg_err_hint(
		    env, N_("the lawful next step is %s"), "--level b-lta");
		return SIGN_E_UNSUPPORTED;
	}
	*missing = has == 0 || renew ? SG_HAS_ARCHIVE : 0;
	return 0;
}
