/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/err.h"
#include "formats/sign_request.h"
#include "libsign/ctx.h"
#include "libsign/key.h"
#include "libsign/plain.h"
#include "libsign/portal.h"

#include <stdlib.h>
#include <string.h>

/* The package for the state signing service for phones. */
struct asking {
	struct sign_ctx *ctx;
	struct sg_env *env;
	struct sg_pool *pool;
	struct sign_key *key;
	struct sign_request_options set;
	struct sg_portal *portal;
	struct sg_sign_request request;
	struct sg_sign_request_doc *docs;
	struct sg_buf text; /* req.xml */
	/* pairs: a file and its signature */
	struct sg_zip_item *items;
	struct sg_buf *sigs;
	size_t count;
};

/* ---- the request */

static int
take_service(struct asking *a)
{
	static const char *const words[] = { "unep", "ukep", "ukep-legal" };
	const char *service = a->set.service != NULL ? a->set.service : "ukep";
	const char *version = a->set.version;
	size_t i;

	for (i = 0; i < 3 && strcmp(words[i], service) != 0; i++)
		;
	if (i == 3)
		return sg_err_set(a->env, SIGN_E_ARG,
		    N_("service '%s': want unep, ukep or ukep-legal"), service);
	a->request.kind = (enum sg_request_kind)i;
	if (version == NULL)
		version = i == SG_REQUEST_UKEP_LEGAL ? "1.9" : "1.8";
	a->request.version = strcmp(version, "1.8") == 0 ? 18
	    : strcmp(version, "1.9") == 0                ? 19
							 : 0;
	return 0;
}

/* Blanks and hyphens are for people; the check digits are for typing errors. */
static int
take_snils(struct asking *a)
{
	struct sg_party party = { .role = "x" };
	const char *from = a->set.snils;
	char *text, *to;

	if (from == NULL)
		return 0;
	text = to = sg_pool_str(a->pool, from);
	if (text == NULL)
		return sg_err_nomem(a->env);
	for (; *from != '\0'; from++)
		if (*from != '-' && *from != ' ')
			*to++ = *from;
	*to = '\0';
	party.snils = a->request.snils = text;
	return sg_party_check(a->env, SIGN_E_ARG, &party);
}

static const char *
or_default(const char *text, const char *otherwise)
{
	return text != NULL ? text : otherwise;
}

/* What is not said stands in the certificate of who asks, or is usual. */
static int
take_fields(struct asking *a)
{
	struct sg_report_signer who = { .subject = NULL };
	struct sg_sign_request *to = &a->request;
	const struct sign_request_options *set = &a->set;
	int rc = take_service(a);

	if (rc == 0)
		rc = take_snils(a);
	if (rc < 0)
		return rc;
	sg_report_names(a->pool, &who, a->key->cert);
	to->oid = set->oid;
	to->ogrn = set->ogrn;
	to->now = sg_env_now(a->env);
	to->expires = set->expires;
	to->description =
	    or_default(set->description, a->portal->config.docs[0].about);
	to->backlink = set->backlink;
	if (to->backlink == NULL && to->version < 19)
		to->backlink = "https://lk.gosuslugi.ru/notifications";
	to->mnemonics = set->mnemonics;
	to->service_name = or_default(
	    set->service_name, "Отправка документов на подпись в «Госключ»");
	to->org_name = or_default(
	    set->org_name, or_default(who.organisation, who.common_name));
	to->org_inn = or_default(set->org_inn, or_default(who.inn_le, who.inn));
	return 0;
}

static int
take_docs(struct asking *a)
{
	const struct sg_sign_config *config = &a->portal->config;
	size_t i;
	int rc = 0;

	a->docs = sg_pool_array(a->pool, config->doc_count, sizeof(*a->docs));
	if (a->docs == NULL)
		return sg_err_nomem(a->env);
	for (i = 0; rc == 0 && i < config->doc_count; i++) {
		a->docs[i].name = config->docs[i].name;
		rc = sg_portal_size(
		    a->portal, config->docs[i].name, &a->docs[i].size);
	}
	a->request.docs = a->docs;
	a->request.doc_count = config->doc_count;
	return rc;
}

/* ---- the package */

static int
add_pair(struct asking *a, const char *name, struct sg_in *in)
{
	struct sg_zip_item *file = &a->items[2 * a->count];
	struct sg_buf *sig = &a->sigs[a->count];
	int rc;

	a->count++;
	file[0].name = name;
	file[1].name = sg_pool_printf(a->pool, "%s.sig", name);
	rc = sg_plain_sign(a->ctx, a->key, in, sig);
	file[1].octets = sg_buf_view(sig);
	if (rc == 0 && file[1].name == NULL)
		rc = sg_err_nomem(a->env);
	return rc;
}

static int
add_request(struct asking *a)
{
	struct sg_view text = sg_buf_view(&a->text);
	struct sg_in *in = NULL;
	int rc = sg_in_memory(a->env, SG_SIGN_REQUEST_NAME, text, &in);

	a->items[0].octets = text;
	return rc == 0 ? add_pair(a, SG_SIGN_REQUEST_NAME, in) : rc;
}

static int
add_doc(struct asking *a, const char *name)
{
	struct sg_zip_item *file = &a->items[2 * a->count];
	struct sg_in *in = NULL;
	int rc = sg_portal_in(a->portal, name, &in);

	if (rc == 0)
		rc = add_pair(a, name, in);
	return rc == 0 ? sg_portal_in(a->portal, name, &file->in) : rc;
}

static int
make_items(struct asking *a)
{
	size_t i, pairs = a->request.doc_count + 1;
	int rc;

	a->items = calloc(2 * pairs, sizeof(*a->items));
	a->sigs = calloc(pairs, sizeof(*a->sigs));
	if (a->items == NULL || a->sigs == NULL)
		return sg_err_nomem(a->env);
	rc = add_request(a);
	for (i = 0; rc == 0 && i < a->request.doc_count; i++)
		rc = add_doc(a, a->docs[i].name);
	return rc;
}

static int
write_package(struct asking *a, const char *output)
{
	struct sg_zip_want want = { .items = a->items,
		.item_count = 2 * a->count,
		.time = a->request.now };
	struct sg_out *out = NULL;
	int rc = sg_out_create(
	    a->env, output, a->set.force ? SG_OUT_REPLACE : SG_OUT_NEW, &out);

	if (rc == 0)
		rc = sg_zip_write(a->env, &want, out);
	if (rc == 0 && !a->set.chunked &&
	    sg_out_tell(out) > SG_MAX_REQUEST_PACKAGE) {
		rc = sg_err_set(a->env, SIGN_E_LIMIT,
		    N_("the package is larger than the %d octets that the "
		       "portal takes at once"),
		    SG_MAX_REQUEST_PACKAGE);
		sg_err_hint(a->env,
		    N_("say that it is sent in pieces, or ask for fewer "
		       "documents"));
	}
	if (rc == 0)
		rc = sg_out_commit(a->env, out);
	sg_out_free(out);
	return rc;
}

static void
asking_clear(struct asking *a)
{
	size_t i;

	for (i = 0; i < a->count; i++) {
		sg_in_free(a->items[2 * i].in);
		sg_buf_free(&a->sigs[i]);
	}
	free(a->items);
	free(a->sigs);
	sg_buf_free(&a->text);
	sg_portal_close(a->portal);
	sg_pool_free(a->pool);
}

/* A container's signatures must cover its description, which the service knows
 * nothing of. */
int
sg_portal_want(struct sg_env *env, const char *path)
{
	const struct sg_layout_ops *layout = NULL;
	const struct sg_contract_from from = { path, NULL };
	struct sg_file_id id;
	int rc = sg_layout_of(env, &from, &layout);

	sg_file_id(path, &id);
	if (rc < 0 || layout == &sg_layout_portal)
		return rc;
	if (layout == NULL)
		return sg_err_set(env, id.known ? SIGN_E_FORMAT : SIGN_E_IO,
		    N_("%s is no contract in the portal's layout"), path);
	sg_err_set(env, SIGN_E_ARG,
	    N_("%s: signatures of the service for phones are over documents "
	       "alone, and those of a container cover its description, too"),
	    path);
	sg_err_hint(env,
	    N_("make the contract with the layout portal, or let the phone "
	       "sign a prepared job"));
	return SIGN_E_ARG;
}

int
sign_contract_request(struct sign_ctx *ctx, const char *contract,
    const struct sign_request_options *options, struct sign_key *key,
    const char *output)
{
	struct asking a = { .ctx = ctx, .env = &ctx->env, .key = key };
	int rc;

	sg_err_clear(a.env);
	rc = sg_options_take(a.env, options, &a.set, sizeof(a.set));
	if (rc < 0)
		return rc;
	if (key->cert == NULL)
		return sg_err_set(
		    a.env, SIGN_E_KEY, "the key has no certificate");
	a.pool = sg_pool_new();
	if (a.pool == NULL)
		return sg_err_nomem(a.env);
	if ((rc = sg_portal_want(a.env, contract)) == 0 &&
	    (rc = sg_portal_open(a.env, contract, &a.portal)) == 0 &&
	    (rc = take_fields(&a)) == 0 && (rc = take_docs(&a)) == 0 &&
	    (rc = sg_sign_request_write(a.env, &a.request, &a.text)) == 0 &&
	    (rc = make_items(&a)) == 0)
		rc = write_package(&a, output);
	asking_clear(&a);
	return rc;
}
