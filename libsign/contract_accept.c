/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/err.h"
#include "base/limits.h"
#include "formats/encoding.h"
#include "libsign/ctx.h"
#include "libsign/portal.h"
#include "libsign/verify.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Signatures that were made elsewhere become those of parties. */
struct taking {
	struct sign_ctx *ctx;
	struct sg_env *env;
	struct sg_pool *pool;
	struct sign_accept_options set;
	struct sign_verify_options how;
	struct sg_contract contract;
	struct sg_portal *portal;
	struct sg_portal_new *made;
	size_t made_count;
};

/* One file with a signature. */
struct found {
	const char *name; /* as it came */
	struct sg_view octets;
	size_t doc;
	struct sg_party *party;
};

/* ---- which document */

/* All of them: a CMS names none, the digest tells. */
static int
open_docs(struct taking *t, struct sg_sources *out)
{
	const struct sg_contract *c = &t->contract;
	size_t i;
	int rc = 0;

	out->list = calloc(c->doc_count, sizeof(*out->list));
	if (out->list == NULL)
		return sg_err_nomem(t->env);
	for (i = 0; rc == 0 && i < c->doc_count; i++) {
		if (c->docs[i].state == SG_DOC_MISSING)
			continue;
		out->list[out->count].name = c->docs[i].name;
		rc = sg_portal_in(
		    t->portal, c->docs[i].name, &out->list[out->count].in);
		out->count += rc == 0;
	}
	return rc;
}

static int
find_doc(struct taking *t, const struct sg_report_sig *sig, struct found *found)
{
	size_t i, n;

	for (i = 0; i < sig->doc_count; i++)
		for (n = 0; n < t->contract.doc_count; n++)
			if (sig->docs[i].digest_ok == SG_TRUE &&
			    sig->docs[i].name != NULL &&
			    strcmp(sig->docs[i].name,
				t->contract.docs[n].name) == 0) {
				found->doc = n;
				return 0;
			}
	return sg_err_set(t->env, SIGN_E_VALUE,
	    N_("%s is over no document of this contract"), found->name);
}

/* ---- which party */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* How well it fits: 0 not at all; the role that was asked for and the name of
 * the file tell those apart whom a certificate fits alike. */
static int
rank(const struct taking *t, const struct sg_party *party,
    const struct sg_report_sig *sig, const struct found *found)
{
	const char *file = party->files[found->doc];

	if (file == NULL || !sg_party_fits(party, &sig->signer) ||
	    (t->set.role != NULL && strcmp(t->set.role, party->role) != 0))
		return 0;
	if (strcmp(file, base_name(found->name)) == 0)
		return 3;
	return party->there[found->doc] ? 1 : 2;
}

static int
find_party(
    struct taking *t, const struct sg_report_sig *sig, struct found *found)
{
	const char *who = sig->signer.common_name != NULL
	    ? sig->signer.common_name
	    : found->name;
	struct sg_party *party;
	int best = 0, now, several = 0;
	size_t i;

	for (i = 0; i < t->contract.party_count; i++) {
		party = &t->contract.parties[i];
		now = rank(t, party, sig, found);
		if (now == 0 || now < best)
			continue;
		several = now == best;
		best = now;
		found->party = party;
	}
	if (best == 0)
		return sg_err_set(t->env, SIGN_E_KEY,
		    N_("%s is no party that signs %s: the certificate fits "
		       "none of them"),
		    who, t->contract.docs[found->doc].name);
	if (found->party->there[found->doc]) {
		sg_err_set(t->env, SIGN_E_STATE,
		    N_("the party \"%s\" has signed %s already"),
		    found->party->role, t->contract.docs[found->doc].name);
		sg_err_hint(t->env,
		    N_("podpis contract status says whether that signature "
		       "counts; one that does not is taken out"));
		return SIGN_E_STATE;
	}
	if (several && best < 3)
		return sg_err_set(t->env, SIGN_E_KEY,
		    N_("the certificate of %s fits several parties: whose "
		       "signature is it?"),
		    who);
	return 0;
}

/* ---- one signature */

/* What the party has for that document: taken just now, or there before. */
static int
party_octets(struct taking *t, const char *name, struct sg_buf *out)
{
	struct sg_in *in = NULL;
	size_t i;
	int rc;

	for (i = 0; i < t->made_count; i++)
		if (strcmp(t->made[i].name, name) == 0)
			return sg_buf_append_view(
			    t->env, out, t->made[i].octets);
	rc = sg_portal_in(t->portal, name, &in);
	if (rc == 0)
		rc = sg_read_all(t->env, in, SG_MAX_CMS_META, out);
	sg_in_free(in);
	return rc;
}

/* One signature is not two, whoever the certificate fits. */
static int
check_copy(struct taking *t, const struct found *found)
{
	const struct sg_party *party;
	struct sg_buf octets = { 0 };
	size_t i;
	int rc = 0, same;

	for (i = 0; rc == 0 && i < t->contract.party_count; i++) {
		party = &t->contract.parties[i];
		if (party == found->party || !party->there[found->doc])
			continue;
		octets.len = 0;
		rc = party_octets(t, party->files[found->doc], &octets);
		same = rc == 0 &&
		    sg_view_equal(sg_buf_view(&octets), found->octets);
		if (same)
			rc = sg_err_set(t->env, SIGN_E_STATE,
			    N_("%s is a copy of the signature of the party "
			       "\"%s\""),
			    found->name, party->role);
	}
	sg_buf_free(&octets);
	return rc;
}

static int
check_report(struct taking *t, const struct sign_report *report,
    const struct found *found, const struct sg_report_sig **out)
{
	const struct sg_report_sig *sig = NULL;
	size_t i, count = 0;

	for (i = 0; i < report->sig_count; i++)
		if (report->sigs[i].parent == NULL) {
			sig = &report->sigs[i];
			count++;
		}
	if (report->error_code != NULL)
		return sg_err_set(t->env, SIGN_E_FORMAT, "%s: %s", found->name,
		    report->error_local);
	if (count != 1)
		return sg_err_set(t->env, SIGN_E_FORMAT,
		    N_("%s: want one signature, have %zu"), found->name, count);
	*out = sig;
	return 0;
}

/* What is not valid does not become part of a contract; what cannot be
 * confirmed here, as for want of a root, does: the status tells it. */
static int
check_value(struct taking *t, const struct sg_report_sig *sig,
    const struct found *found)
{
	if (sig->signature_ok == SG_TRUE &&
	    strcmp(sig->indication, "TOTAL-FAILED") != 0)
		return 0;
	return sg_err_set(t->env, SIGN_E_VALUE,
	    N_("%s: the signature is not valid"), found->name);
}

static int
keep(struct taking *t, const struct found *found)
{
	struct sg_portal_new *row =
	    sg_pool_push(t->pool, &t->made, &t->made_count, sizeof(*row));

	if (row == NULL)
		return sg_err_nomem(t->env);
	row->name = found->party->files[found->doc];
	row->octets = found->octets;
	found->party->there[found->doc] = 1;
	return 0;
}

static int
take_octets(struct taking *t, struct found *found)
{
	struct sg_verify_source source = { .name = found->name };
	const struct sg_report_sig *sig = NULL;
	struct sign_report *report = NULL;
	int rc = sg_in_memory(t->env, found->name, found->octets, &source.in);
	size_t i;

	if (rc == 0)
		rc = open_docs(t, &source.docs);
	if (rc < 0) {
		for (i = 0; i < source.docs.count; i++)
			sg_in_free(source.docs.list[i].in);
		free(source.docs.list);
		sg_in_free(source.in);
		return rc;
	}
	rc = sg_verify_source(t->ctx, &source, t->set.trust, &t->how, &report);
	if (rc == 0 && (rc = check_report(t, report, found, &sig)) == 0 &&
	    (rc = find_doc(t, sig, found)) == 0 &&
	    (rc = check_value(t, sig, found)) == 0 &&
	    (rc = find_party(t, sig, found)) == 0 &&
	    (rc = check_copy(t, found)) == 0)
		rc = keep(t, found);
	sign_report_free(report);
	return rc;
}

/* Armour, if any, comes off: the portal wants DER. */
static int
take_in(struct taking *t, const char *name, struct sg_in *in)
{
	struct found found = { .name = sg_pool_str(t->pool, name) };
	enum sg_encoding encoding;
	struct sg_in *decoded = NULL;
	struct sg_buf octets = { 0 };
	int rc = found.name != NULL ? 0 : sg_err_nomem(t->env);

	if (rc == 0)
		rc = sg_encoding_open(t->env, in, &decoded, &encoding, NULL);
	if (rc == 0)
		rc = sg_read_all(t->env, decoded, SG_MAX_CMS_META, &octets);
	if (rc == 0)
		rc = sg_pool_copy(
		    t->env, t->pool, sg_buf_view(&octets), &found.octets);
	if (rc == 0)
		rc = take_octets(t, &found);
	sg_buf_free(&octets);
	sg_in_free(decoded);
	return rc;
}

/* ---- what came back */

/* Beside the signatures a result may hold the documents, and other things. */
static int
is_signature(const char *name)
{
	static const char *const endings[] = { ".sig", ".p7s", ".sgn",
		".sign" };
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(endings) / sizeof(endings[0]);
	     i++)
		if (strcasecmp(dot, endings[i]) == 0)
			return 1;
	return 0;
}

static int
take_archive(struct taking *t, const char *path, struct sg_in *in)
{
	const struct sg_zip_entry *entry;
	struct sg_zip *zip = NULL;
	struct sg_in *one;
	size_t i, taken = 0;
	int rc = sg_zip_open(t->env, in, &zip);

	for (i = 0; rc == 0 && i < zip->entry_count; i++) {
		entry = &zip->entries[i];
		if (entry->is_directory || !is_signature(entry->name))
			continue;
		one = NULL;
		rc = sg_zip_in(t->env, zip, entry, &one);
		if (rc == 0)
			rc = take_in(t, entry->name, one);
		sg_in_free(one);
		taken++;
	}
	sg_zip_free(zip);
	if (rc == 0 && taken == 0)
		rc = sg_err_set(t->env, SIGN_E_FORMAT,
		    N_("%s: there is no signature in it"), path);
	return rc;
}

static int
take_result(struct taking *t, const char *path)
{
	struct sg_in *in = NULL;
	struct sg_view head;
	int rc = sg_in_open(t->env, path, &in);

	if (rc == 0)
		rc = sg_in_twice(t->env, &in);
	if (rc == 0)
		rc = sg_in_peek(t->env, in, 64, &head);
	if (rc == 0)
		rc = sg_zip_probe(head) ? take_archive(t, path, in)
					: take_in(t, path, in);
	sg_in_free(in);
	return rc;
}

static int
taking_start(struct taking *t, const struct sign_accept_options *from,
    const char *contract)
{
	const struct sign_accept_options initial = SIGN_ACCEPT_OPTIONS_INIT;
	const struct sign_verify_options how = SIGN_VERIFY_OPTIONS_INIT;
	const struct sg_contract_from where = { contract, NULL };
	int rc;

	t->set = initial;
	t->how = how;
	rc = sg_options_take(t->env, from, &t->set, sizeof(t->set));
	if (rc == 0)
		rc = sg_options_take(
		    t->env, t->set.verify, &t->how, sizeof(t->how));
	if (rc < 0)
		return rc;
	if (t->how.policy == NULL)
		t->how.policy = "63fz";
	t->pool = sg_pool_new();
	if (t->pool == NULL)
		return sg_err_nomem(t->env);
	rc = sg_portal_want(t->env, contract);
	if (rc == 0)
		rc = sg_layout_portal.read(
		    t->ctx, t->pool, &where, &t->contract);
	return rc == 0 ? sg_portal_open(t->env, contract, &t->portal) : rc;
}

int
sign_contract_accept(struct sign_ctx *ctx, const char *contract,
    const char *const *results, size_t count,
    const struct sign_accept_options *options)
{
	struct taking t = { .ctx = ctx, .env = &ctx->env };
	size_t i;
	int rc;

	sg_err_clear(t.env);
	rc = taking_start(&t, options, contract);
	for (i = 0; rc == 0 && i < count; i++)
		rc = take_result(&t, results[i]);
	if (rc == 0 && t.made_count == 0)
		rc = sg_err_set(
		    t.env, SIGN_E_ARG, N_("there is no signature to accept"));
	if (rc == 0)
		rc = sg_portal_add(t.portal, t.made, t.made_count);
	sg_portal_close(t.portal);
	sg_pool_free(t.pool);
	return rc;
}
