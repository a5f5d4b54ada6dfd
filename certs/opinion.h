/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_OPINION_H
#define SIGN_CERTS_OPINION_H

#include "certs/chain.h"
#include "certs/flaw.h"
#include "certs/path.h"
#include "certs/trial.h"

/* Inside of certs/: what is said of one candidate chain. */
struct sg_opinion {
	const struct sg_flaw *flaw; /* NULL: nothing is wrong */
	size_t at;                  /* the certificate that it is about */
	const char *detail;         /* %2$s of its text */
	struct sg_path path;
	struct sg_trial trial;
};

enum sg_badness sg_opinion_badness(const struct sg_opinion *opinion);
/* One more flaw: it is kept if it is worse than what is known. */
void sg_opinion_add(struct sg_opinion *opinion, int number, size_t at);
/* May the first certificate be used for this? */
void sg_opinion_add_usage(struct sg_opinion *opinion, enum sg_purpose purpose);
/* EN 319 102-1, 5.2.6.4: no chain leads to an anchor. The way that was gone
 * farthest is shown. */
void sg_opinion_no_chain(struct sg_opinion *opinion,
    const struct sg_certs *anchors, const struct sg_path *longest);
/* In words, and in the pool. */
int sg_opinion_tell(struct sg_env *env, struct sg_pool *pool,
    const struct sg_opinion *opinion, struct sg_chain *out);

#endif
