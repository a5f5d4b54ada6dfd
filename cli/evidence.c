/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/evidence.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/term.h"
#include "cli/trustdir.h"
#include "sign/ctx.h"
#include "sign/verify.h"

static struct {
	const char **trust, **chain, **crl, **ocsp;
} given;

struct poptOption opt_evidence[] = {
	OPT_LIST("trust", '\0', &given.trust,
	    N_("trust anchors: a file or directory, instead of the configured "
	       "ones"),
	    N_("PATH")),
	OPT_LIST("crl", '\0', &given.crl, N_("list of revoked certificates"),
	    N_("FILE")),
	OPT_LIST("ocsp", '\0', &given.ocsp,
	    N_("OCSP response: whether a certificate is revoked"), N_("FILE")),
	OPT_END,
};

struct poptOption opt_chain[] = {
	OPT_LIST("chain", '\0', &given.chain,
	    N_("more certificates, not trusted by themselves"), N_("FILE")),
	OPT_END,
};

typedef int add_fn(struct sign_trust *trust, const char *path);

static int
evidence_add(struct sign_trust *trust, add_fn *add, const char *const *list,
    size_t count)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < count; i++)
		rc = add(trust, list[i]);
	return app_result(rc);
}

/* What was given, then what is configured. */
static int
evidence_both(struct sign_trust *trust, add_fn *add, const char **list,
    const struct config_list *config)
{
	int rc = evidence_add(trust, add, list, opt_count(list));

	if (rc != 0)
		return rc;
	return evidence_add(
	    trust, add, (const char *const *)config->list, config->count);
}

int
evidence_load(struct sign_trust **out)
{
	int rc;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = app_result(sign_trust_new(app_ctx(), out));
	if (rc == 0)
		rc = trust_load(*out, given.trust);
	if (rc == 0)
		rc = evidence_both(
		    *out, sign_trust_add_certs, given.chain, &app.config.chain);
	if (rc == 0)
		rc = evidence_both(
		    *out, sign_trust_add_crl, given.crl, &app.config.crl);
	if (rc == 0)
		rc = evidence_add(*out, sign_trust_add_ocsp,
		    (const char *const *)given.ocsp, opt_count(given.ocsp));
	return rc;
}

int
evidence_given(struct sign_trust **out)
{
	static const struct {
		const char ***list;
		add_fn *add;
	} rows[] = {
		{ &given.trust, sign_trust_add_anchors },
		{ &given.chain, sign_trust_add_certs },
		{ &given.crl, sign_trust_add_crl },
		{ &given.ocsp, sign_trust_add_ocsp },
	};
	size_t i;
	int rc = app_result(sign_trust_new(app_ctx(), out));

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && rc == 0; i++)
		rc = evidence_add(*out, rows[i].add,
		    (const char *const *)*rows[i].list,
		    opt_count(*rows[i].list));
	return rc;
}
