/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/portal.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/markup.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A new contract in the portal's layout, out of what a caller says. */
struct making {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sign_contract_options *from;
	struct sg_contract contract;
	struct sg_sign_config config;
	struct sg_buf text;
	struct sg_zip_item *items;
	size_t item_count;
};

/* ---- what the layout has no place for */

static int
check_options(struct making *m)
{
	const struct sign_contract_options *from = m->from;

	if (from->ordered || from->deadline != SG_NO_TIME)
		return sg_err_set(m->env, SIGN_E_ARG,
		    N_("the portal's layout has no place for an order or a "
		       "deadline: want a container"));
	if (from->document_count == 0 || from->party_count == 0)
		return sg_err_set(m->env, SIGN_E_ARG,
		    N_("a contract wants documents and parties"));
	return 0;
}

/* What is written must come back when it is read. */
static int
check_party(struct making *m, const struct sg_party *party, const char *about)
{
	const struct sg_sign_config_doc doc = { .name = "x" };
	const struct sg_sign_config_sig sig = { "x", about };
	struct sg_party back;
	int rc = sg_portal_about_read(m->env, m->pool, &doc, &sig, &back);

	if (rc < 0)
		return rc;
	if (back.role != NULL && strcmp(back.role, party->role) == 0 &&
	    (party->name == NULL) == (back.name == NULL) &&
	    (party->name == NULL || strcmp(party->name, back.name) == 0))
		return 0;
	return sg_err_set(m->env, SIGN_E_ARG,
	    N_("the portal's layout cannot tell the party \"%s\": its name or "
	       "role has a semicolon in it, or begins like a number's name"),
	    party->role);
}

/* ---- the list */

static int
name_taken(const struct making *m, const char *name)
{
	const struct sg_sign_config_doc *doc;
	size_t i, n;

	for (i = 0; i < m->config.doc_count; i++) {
		doc = &m->config.docs[i];
		if (doc->name != NULL && strcasecmp(doc->name, name) == 0)
			return 1;
		for (n = 0; n < doc->sig_count; n++)
			if (doc->sigs[n].name != NULL &&
			    strcasecmp(doc->sigs[n].name, name) == 0)
				return 1;
	}
	return 0;
}

/* "leaseLessorSign.sig", "lease.pdfLessorSign.sig", "lease.pdfLessor2..." */
static const char *
sig_name(struct making *m, const char *document, const char *role)
{
	const char *name = NULL, *numbered;
	int try;

	for (try = 0; try < SG_MAX_PARTIES + 2; try++) {
		numbered =
		    try < 2 ? role : sg_pool_printf(m->pool, "%s%d", role, try);
		if (numbered == NULL)
			return NULL;
		name = sg_portal_sig_name(m->pool, document, numbered, try > 0);
		if (name == NULL || !name_taken(m, name))
			return name;
	}
	return name;
}

static int
make_sig(struct making *m, struct sg_sign_config_doc *doc,
    const struct sg_party *party)
{
	struct sg_sign_config_sig *sig = &doc->sigs[doc->sig_count];
	struct sg_buf about = { 0 };
	int rc = sg_portal_about_write(m->env, party, &about);

	if (rc == 0) {
		sig->about =
		    sg_pool_strn(m->pool, (const char *)about.ptr, about.len);
		sig->name = sig_name(m, doc->name, party->role);
		if (sig->about == NULL || sig->name == NULL)
			rc = sg_err_nomem(m->env);
	}
	sg_buf_free(&about);
	if (rc < 0)
		return rc;
	doc->sig_count++;
	return check_party(m, party, sig->about);
}

static int
make_doc(struct making *m, size_t index)
{
	struct sg_sign_config_doc *doc = &m->config.docs[index];
	const struct sg_contract *contract = &m->contract;
	size_t i;
	int rc = 0;

	doc->about = contract->title;
	doc->sigs =
	    sg_pool_array(m->pool, contract->party_count, sizeof(*doc->sigs));
	if (doc->sigs == NULL)
		return sg_err_nomem(m->env);
	for (i = 0; rc == 0 && i < contract->party_count; i++)
		rc = make_sig(m, doc, &contract->parties[i]);
	return rc;
}

/* All documents have their names before the first signature gets one. */
static int
make_config(struct making *m)
{
	size_t i, count = m->contract.doc_count;
	int rc = 0;

	m->config.docs = sg_pool_array(m->pool, count, sizeof(*m->config.docs));
	if (m->config.docs == NULL)
		return sg_err_nomem(m->env);
	m->config.doc_count = count;
	for (i = 0; i < count; i++)
		m->config.docs[i].name = m->contract.docs[i].name;
	for (i = 0; rc == 0 && i < count; i++)
		rc = make_doc(m, i);
	return rc == 0 ? sg_sign_config_write(m->env, &m->config, &m->text)
		       : rc;
}

/* ---- the files */

static int
make_items(struct making *m)
{
	size_t i, count = m->contract.doc_count;
	int rc = 0;

	m->items = calloc(count + 1, sizeof(*m->items));
	if (m->items == NULL)
		return sg_err_nomem(m->env);
	m->items[0].name = SG_SIGN_CONFIG_NAME;
	m->items[0].octets = sg_buf_view(&m->text);
	m->item_count = 1;
	for (i = 0; rc == 0 && i < count; i++, m->item_count++) {
		m->items[1 + i].name = m->contract.docs[i].name;
		rc = sg_in_open(
		    m->env, m->from->documents[i], &m->items[1 + i].in);
	}
	return rc;
}

static int
make_new(struct making *m, const char *output)
{
	int rc;

	if ((rc = check_options(m)) < 0 ||
	    (rc = sg_contract_make(m->env, m->pool, m->from, &m->contract)) <
		0 ||
	    (rc = make_config(m)) < 0 || (rc = make_items(m)) < 0)
		return rc;
	return sg_portal_create(
	    m->env, output, m->from->force, m->items, m->item_count);
}

/* ---- out of a container that carries one */

static int
take_entries(struct making *m, struct sg_zip *zip)
{
	const size_t len = sizeof(SG_PORTAL_FOLDER) - 1;
	const struct sg_zip_entry *entry;
	struct sg_zip_item *item;
	size_t i;

	m->items = calloc(zip->entry_count + 1, sizeof(*m->items));
	if (m->items == NULL)
		return sg_err_nomem(m->env);
	for (i = 0; i < zip->entry_count; i++) {
		entry = &zip->entries[i];
		if (strncmp(entry->name, SG_PORTAL_FOLDER, len) != 0 ||
		    entry->is_directory)
			continue;
		if (entry->fault != NULL || !sg_name_is_bare(entry->name + len))
			return sg_err_set(m->env, SIGN_E_FORMAT,
			    N_("%s: a package of the portal is flat, and has "
			       "no place for an entry like \"%s\""),
			    m->from->from, entry->name);
		item = &m->items[m->item_count++];
		item->name = entry->name + len;
		item->from = zip;
		item->entry = entry;
	}
	if (sg_zip_find(zip, SG_PORTAL_FOLDER SG_SIGN_CONFIG_NAME) != NULL)
		return 0;
	return sg_err_set(m->env, SIGN_E_FORMAT,
	    N_("%s carries no contract in the portal's layout"), m->from->from);
}

/* Copied as packed under another name is not the same entry: its octets are
 * read. */
static int
open_items(struct making *m)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < m->item_count; i++) {
		rc = sg_zip_in(m->env, m->items[i].from, m->items[i].entry,
		    &m->items[i].in);
		m->items[i].from = NULL;
		m->items[i].entry = NULL;
	}
	return rc;
}

static void
close_items(struct making *m)
{
	size_t i;

	for (i = 0; m->items != NULL && i < m->item_count; i++)
		sg_in_free(m->items[i].in);
	free(m->items);
	m->items = NULL;
}

static int
make_from(struct making *m, const char *output)
{
	struct sg_zip *zip = NULL;
	struct sg_in *in = NULL;
	int rc = sg_in_open(m->env, m->from->from, &in);

	if (rc == 0)
		rc = sg_in_twice(m->env, &in);
	if (rc == 0)
		rc = sg_zip_open(m->env, in, &zip);
	if (rc == 0)
		rc = take_entries(m, zip);
	if (rc == 0)
		rc = open_items(m);
	if (rc == 0)
		rc = sg_portal_create(
		    m->env, output, m->from->force, m->items, m->item_count);
	close_items(m);
	sg_zip_free(zip);
	sg_in_free(in);
	return rc;
}

/* ---- carried in a container as data */

static int
carry_items(struct making *m, struct sg_portal *portal)
{
	static const char type[] = "application/vnd.etsi.asic-e+zip";
	struct sg_zip_item *item;
	size_t i;
	int rc = 0;

	m->items = calloc(portal->name_count + 1, sizeof(*m->items));
	if (m->items == NULL)
		return sg_err_nomem(m->env);
	m->items[0].name = "mimetype";
	m->items[0].octets = sg_view_str(type);
	m->items[0].stored = 1;
	m->item_count = 1;
	for (i = 0; rc == 0 && i < portal->name_count; i++) {
		item = &m->items[m->item_count++];
		item->name = sg_pool_printf(
		    m->pool, "%s%s", SG_PORTAL_FOLDER, portal->names[i]);
		rc = item->name != NULL
		    ? sg_portal_in(portal, portal->names[i], &item->in)
		    : sg_err_nomem(m->env);
	}
	return rc;
}

int
sg_portal_carry(struct sign_ctx *ctx,
    const struct sign_contract_options *options, const char *output)
{
	struct making m = { .env = &ctx->env, .from = options };
	struct sg_portal *portal = NULL;
	int rc;

	m.pool = sg_pool_new();
	if (m.pool == NULL)
		return sg_err_nomem(m.env);
	rc = sg_portal_open(m.env, options->from, &portal);
	if (rc == 0)
		rc = carry_items(&m, portal);
	if (rc == 0)
		rc = sg_portal_archive(
		    m.env, output, options->force, m.items, m.item_count);
	close_items(&m);
	sg_portal_close(portal);
	sg_pool_free(m.pool);
	return rc;
}

int
sg_portal_contract_new(struct sign_ctx *ctx,
    const struct sign_contract_options *options, const char *output)
{
	struct making m = { .env = &ctx->env, .from = options };
	int rc;

	m.pool = sg_pool_new();
	if (m.pool == NULL)
		return sg_err_nomem(m.env);
	rc = options->from != NULL ? make_from(&m, output)
				   : make_new(&m, output);
	close_items(&m);
	sg_buf_free(&m.text);
	sg_pool_free(m.pool);
	return rc;
}
