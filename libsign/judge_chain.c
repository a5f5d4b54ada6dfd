/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_one.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"

#include <string.h>

static int
chain_passed(const struct sg_chain *chain)
{
	return strcmp(chain->indication, "PASSED") == 0;
}

/* Key usage: whether the key may be used for that at all. */
static void
chain_usage(struct sg_one *one)
{
	static const char clause[] = "RFC 5280, 4.2.1.3";
	struct sg_msg why;

	if (one->purpose != SG_FOR_DOCUMENTS)
		return; /* judged with the chain */
	if (sg_cert_may_sign(one->who.cert)) {
		sg_one_check(one, "key-usage", SG_PASSED, clause,
		    sg_one_say(
			one, N_("the key may sign documents"), NULL, NULL));
		return;
	}
	why = sg_one_say(one,
	    N_("the certificate's key usage does not allow signing documents"),
	    NULL, NULL);
	sg_one_check(one, "key-usage", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "CHAIN_CONSTRAINTS_FAILURE", why);
}

/* EN 319 102-1, 5.2.6: as things stand at the time of validation. */
static int
chain_now(struct sg_one *one)
{
	struct sg_question question = { .cert = one->who.cert,
		.purpose = one->purpose,
		.at = one->time,
		.known = one->time };

	return sg_chain_judge(
	    one->env, one->pool, &question, one->evidence, &one->chain);
}

static void
chain_tell(struct sg_one *one)
{
	const struct sg_chain *chain = &one->chain;

	if (chain_passed(chain)) {
		sg_one_check(one, "chain", SG_PASSED, chain->clause,
		    sg_one_say(one,
			N_("the certificate is valid, not revoked, and leads "
			   "to a trusted one"),
			NULL, NULL));
		return;
	}
	sg_one_check(
	    one, "chain", SG_INDETERMINATE, chain->clause, chain->reason);
	sg_one_conclude(one, 0, chain->sub_indication, chain->reason);
}

int
sg_one_chain(struct sg_one *one)
{
	int ret;

	if (one->who.cert == NULL)
		return 0;
	chain_usage(one);
	ret = chain_now(one);
	if (ret == 0)
		chain_tell(one);
	return ret;
}
