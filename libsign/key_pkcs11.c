/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/alg.h"
#include "base/crypt.h"
#include "base/err.h"
#include "base/pool.h"
#include "libsign/ctx.h"
#include "libsign/key.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <stdlib.h>
#include <string.h>

/* Room for any signature: a question for its length would make some PIN pads
 * ask twice. */
#define P11_SIGNATURE 1024

/* A key on a token: session and login last as long as it does. */
struct p11_key {
	struct p11 *p11;
	struct p11_token *token;
	struct sg_view id, label;       /* may be empty */
	struct p11_object *private_key; /* NULL: not seen yet */
};

/* What is being looked for. */
struct p11_search {
	struct sign_ctx *ctx;
	const struct sign_key_options *options;
	P11KitUri *uri; /* NULL: whatever is usable */
	struct p11 *p11;
	struct sg_certs named; /* --cert */
	struct p11_entries entries;
};

static struct sg_env *
search_env(const struct p11_search *search)
{
	return &search->ctx->env;
}

/* ---- nothing there: say why, and what to do */

static int
search_no_token(struct p11_search *search)
{
	struct sg_env *env = search_env(search);
	const struct p11 *p11 = search->p11;

	if (p11->others != 0) {
		sg_err_set(env, SIGN_E_MODULE,
		    N_("the token that the URI means is not there (%zu other "
		       "tokens are)"),
		    p11->others);
		sg_err_hint(env,
		    N_("insert it; \"podpis token list\" shows what is there"));
		return SIGN_E_MODULE;
	}
	if (p11->foreign != 0)
		return sg_p11_error(env, sg_tr(env, N_("in the reader")),
		    CKR_TOKEN_NOT_RECOGNIZED);
	if (p11->named == NULL &&
	    (p11->known == NULL || p11->known[0] == NULL)) {
		sg_err_set(env, SIGN_E_MODULE,
		    N_("no PKCS#11 module is installed, so no token can be "
		       "used"));
		sg_err_hint(env,
		    N_("install the module of the token's vendor (for a "
		       "software token: package softhsm2) or name it with "
		       "--module"));
		return SIGN_E_MODULE;
	}
	sg_err_set(env, SIGN_E_MODULE, N_("no token is present"));
	sg_err_hint(env,
	    N_("insert the token; if it is in, name its vendor's module with "
	       "--module"));
	return SIGN_E_MODULE;
}

/* Vendors' programs keep keys in files on the token that PKCS#11 never
 * shows: the token then looks empty. */
static int
search_vendor_only(struct p11_search *search, const struct p11_token *token)
{
	sg_err_set(search_env(search), SIGN_E_KEY,
	    N_("token \"%s\" shows no PKCS#11 keys or certificates: it is "
	       "empty, or holds only vendor key containers (CryptoPro CSP, "
	       "ViPNet), which only their programs can use"),
	    token->label);
	sg_err_hint(search_env(search),
	    N_("ask the certification authority for a key of type PKCS#11 on "
	       "the token"));
	return SIGN_E_KEY;
}

static int
search_no_key(struct p11_search *search)
{
	const struct p11 *p11 = search->p11;

	if (p11->count == 1 && p11->tokens[0].count == 0)
		return search_vendor_only(search, &p11->tokens[0]);
	if (search->uri == NULL && search->options->cert == NULL) {
		sg_err_set(search_env(search), SIGN_E_KEY,
		    N_("no token has a signing key whose certificate is valid "
		       "now"));
		sg_err_hint(search_env(search),
		    N_("\"podpis cert list\" shows what is there; name a key "
		       "with --key"));
		return SIGN_E_KEY;
	}
	if (p11->count == 1)
		sg_err_set(search_env(search), SIGN_E_KEY,
		    N_("no such key on token \"%s\""), p11->tokens[0].label);
	else
		sg_err_set(search_env(search), SIGN_E_KEY,
		    N_("no such key on any of %zu tokens"), p11->count);
	sg_err_hint(search_env(search),
	    N_("\"podpis cert list\" shows what is there; a token= in the URI "
	       "names the one to look into"));
	return SIGN_E_KEY;
}

static const char *
entry_uri(struct p11 *p11, const struct p11_entry *entry)
{
	return sg_p11_uri_make(p11->pool, &entry->token->info,
	    entry->private_key != NULL || entry->public_key != NULL
		? CKO_PRIVATE_KEY
		: CKO_CERTIFICATE,
	    sg_p11_entry_id(entry), sg_p11_entry_label(entry));
}

static int
search_several(struct p11_search *search)
{
	struct sg_env *env = search_env(search);
	struct sg_buf list = { 0 };
	const char *uri;
	size_t i;

	sg_err_set(env, SIGN_E_KEY, N_("%zu keys could be meant"),
	    search->entries.count);
	for (i = 0; i < search->entries.count; i++) {
		uri = entry_uri(search->p11, &search->entries.list[i]);
		if (uri != NULL &&
		    sg_buf_printf(
			env, &list, "%s\"%s\"", i != 0 ? ", " : "", uri) < 0)
			break;
	}
	sg_err_hint(env, N_("name one of them with --key: %s"),
	    list.ptr != NULL ? (const char *)list.ptr : "");
	sg_buf_free(&list);
	return SIGN_E_KEY;
}

/* ---- which entries are meant */

static int
object_is_meant(P11KitUri *uri, const struct p11_object *object)
{
	return object != NULL &&
	    sg_p11_uri_wants(uri, object->id, object->label);
}

/* A URI may name the key by its certificate or its public key; a private key
 * that is not visible before login is known by those two. */
static int
entry_is_meant(P11KitUri *uri, const struct p11_entry *entry)
{
	switch (sg_p11_uri_class(uri)) {
	case CKO_CERTIFICATE:
		return object_is_meant(uri, entry->cert);
	case CKO_PUBLIC_KEY:
		return object_is_meant(uri, entry->public_key);
	case CKO_PRIVATE_KEY:
		if (entry->private_key != NULL)
			return object_is_meant(uri, entry->private_key);
		break;
	default:
		break;
	}
	return object_is_meant(uri, entry->private_key) ||
	    object_is_meant(uri, entry->public_key) ||
	    object_is_meant(uri, entry->cert);
}

/* Without a URI: certificates that are usable, with a sign of their key. A
 * token that shows no public keys at all gets the benefit of the doubt. */
static int
entry_is_usable(struct p11_search *search, const struct p11_entry *entry)
{
	size_t i;

	if (entry->cert == NULL ||
	    !sg_key_cert_usable(search->ctx, entry->cert->cert))
		return 0;
	if (entry->private_key != NULL)
		return entry->private_key->signs;
	if (entry->public_key != NULL)
		return 1;
	if (sg_cert_is_ca(entry->cert->cert) ||
	    !sg_p11_needs_login(entry->token))
		return 0;
	for (i = 0; i < entry->token->count; i++)
		if (entry->token->objects[i].cls != CKO_CERTIFICATE)
			return 0;
	return 1;
}

/* 1: may be the named certificate's key; the token may not tell. */
static int
entry_fits_named(struct p11_search *search, struct p11_entry *entry)
{
	size_t i;
	int same;

	if (search->named.count == 0)
		return 1;
	for (i = 0; i < search->named.count; i++) {
		same = sg_p11_entry_is_pair(
		    search->p11, entry, search->named.list[i]);
		if (same < 0 && entry->cert != NULL)
			same = sg_view_equal(sg_key_public(entry->cert->cert),
			    sg_key_public(search->named.list[i]));
		if (same != 0)
			return 1;
	}
	return 0;
}

/* The same certificate twice (two modules for one token, a copy of a key on
 * another token) is no question to ask. */
static int
entry_is_twin(const struct p11_entry *a, const struct p11_entry *b)
{
	return a->cert != NULL && b->cert != NULL &&
	    sg_view_equal(
		sg_cert_der(a->cert->cert), sg_cert_der(b->cert->cert));
}

static int
entry_is_wanted(struct p11_search *search, struct p11_entry *entry, size_t kept)
{
	size_t i;

	if (search->uri != NULL && !entry_is_meant(search->uri, entry))
		return 0;
	if (search->uri == NULL && search->named.count == 0 &&
	    !entry_is_usable(search, entry))
		return 0;
	/* certificates of others, beside keys that are meant too */
	if (search->uri == NULL && entry->private_key == NULL &&
	    entry->public_key == NULL && entry->cert != NULL &&
	    sg_cert_is_ca(entry->cert->cert))
		return 0;
	if (!entry_fits_named(search, entry))
		return 0;
	for (i = 0; i < kept; i++)
		if (entry_is_twin(&search->entries.list[i], entry))
			return 0;
	return 1;
}

static int
entry_has_key(const struct p11_entry *entry)
{
	return entry->private_key != NULL || entry->public_key != NULL;
}

/* Certificates without a sign of their key give way to entries with one. */
static void
search_drop_certs(struct p11_entries *entries)
{
	size_t from, to = 0, keys = 0;

	for (from = 0; from < entries->count; from++)
		keys += entry_has_key(&entries->list[from]) != 0;
	if (keys == 0)
		return;
	for (from = 0; from < entries->count; from++)
		if (entry_has_key(&entries->list[from]))
			entries->list[to++] = entries->list[from];
	entries->count = to;
}

static void
search_filter(struct p11_search *search)
{
	struct p11_entries *entries = &search->entries;
	size_t from, to = 0;

	for (from = 0; from < entries->count; from++)
		if (entry_is_wanted(search, &entries->list[from], to))
			entries->list[to++] = entries->list[from];
	entries->count = to;
	search_drop_certs(entries);
}

/* A token that fails is passed over while there are others. */
static int
search_look(struct p11_search *search)
{
	struct p11 *p11 = search->p11;
	size_t i;
	int ret = 0;

	search->entries.count = 0;
	search->entries.list = NULL;
	for (i = 0; i < p11->count; i++) {
		ret = sg_p11_load(p11, &p11->tokens[i]);
		if (ret < 0 && (p11->count == 1 || ret == SIGN_E_NOMEM))
			return ret;
		if (ret < 0)
			continue;
		ret = sg_p11_pair(
		    p11, &p11->tokens[i], search->uri, &search->entries);
		if (ret < 0)
			return ret;
	}
	search_filter(search);
	return 0;
}

/* Some tokens show nothing before login, or no certificates. Which one to
 * ask for a PIN must be clear; and a token that is wholly empty is not worth
 * a PIN unless the person named the key or its certificate. */
static int
search_is_enough(const struct p11_search *search)
{
	const struct p11_entries *entries = &search->entries;

	if (search->p11->count != 1 ||
	    !sg_p11_needs_login(&search->p11->tokens[0]))
		return 1;
	if (entries->count == 0)
		return search->uri == NULL && search->named.count == 0;
	return entries->count > 1 || entries->list[0].cert != NULL ||
	    entries->list[0].mismatched != 0 || search->named.count != 0;
}

static int
search_look_inside(struct p11_search *search)
{
	struct p11 *p11 = search->p11;
	int ret;

	if (search_is_enough(search))
		return 0;
	ret = sg_p11_login(p11, &p11->tokens[0]);
	if (ret < 0)
		return ret;
	return search_look(search);
}

/* ---- the certificate */

static int
named_cert_by_uri(struct p11_search *search, const char *text)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;
	struct p11_search inner = { 0 };
	size_t i;
	int ret;

	options.module = search->options->module;
	inner.ctx = search->ctx;
	inner.options = &options;
	ret = sg_p11_uri_parse(search_env(search), text, &inner.uri);
	if (ret == 0)
		ret = sg_p11_open(
		    search->ctx, options.module, inner.uri, &inner.p11);
	if (ret == 0 && inner.p11->count == 0)
		ret = search_no_token(&inner);
	if (ret == 0)
		ret = search_look(&inner);
	for (i = 0; ret == 0 && i < inner.entries.count; i++)
		if (inner.entries.list[i].cert != NULL)
			ret = sg_certs_add(search_env(search), &search->named,
			    inner.entries.list[i].cert->cert);
	sg_p11_close(inner.p11);
	p11_kit_uri_free(inner.uri);
	return ret;
}

static int
search_named_cert(struct p11_search *search)
{
	const char *name = search->options->cert;
	int ret;

	if (name == NULL)
		return 0;
	if (sg_key_is_uri(name))
		ret = named_cert_by_uri(search, name);
	else
		ret = sg_key_read_certs(search->ctx, name, &search->named);
	if (ret == 0 && search->named.count == 0)
		ret = sg_err_set(search_env(search), SIGN_E_KEY,
		    N_("no certificate is found under \"%s\""), name);
	return ret;
}

static int
search_mismatch(struct p11_search *search, const struct p11_entry *entry)
{
	return sg_err_set(search_env(search), SIGN_E_KEY,
	    N_("the certificate does not belong to the key on token \"%s\": "
	       "nothing was signed"),
	    entry->token->label);
}

/* Of the named certificates the one that fits; where the token does not tell,
 * there must be only one. */
static int
search_pick_named(
    struct p11_search *search, struct p11_entry *entry, struct sg_cert **out)
{
	const struct sg_certs *named = &search->named;
	size_t i;
	int same = 0;

	for (i = 0; i < named->count; i++) {
		same = sg_p11_entry_is_pair(search->p11, entry, named->list[i]);
		if (same == 1 || (same < 0 && named->count == 1)) {
			*out = named->list[i];
			return 0;
		}
	}
	if (same == 0)
		return search_mismatch(search, entry);
	return sg_err_set(search_env(search), SIGN_E_KEY,
	    N_("\"%s\" holds %zu certificates, and token \"%s\" does not tell "
	       "which is the key's"),
	    search->options->cert, named->count, entry->token->label);
}

static int
search_pick_cert(
    struct p11_search *search, struct p11_entry *entry, struct sg_cert **out)
{
	if (!entry_has_key(entry) && entry->mismatched != 0)
		return search_mismatch(search, entry);
	if (search->named.count != 0)
		return search_pick_named(search, entry, out);
	if (entry->cert != NULL) {
		*out = entry->cert->cert;
		return 0;
	}
	if (entry->mismatched != 0)
		return search_mismatch(search, entry);
	sg_err_set(search_env(search), SIGN_E_KEY,
	    N_("token \"%s\" holds no certificate to the key"),
	    entry->token->label);
	sg_err_hint(
	    search_env(search), N_("name the certificate's file with --cert"));
	return SIGN_E_KEY;
}

/* ---- signing */

static int
key_no_private(struct sign_key *key)
{
	struct p11_key *self = key->self;

	sg_err_set(&key->ctx->env, SIGN_E_KEY,
	    N_("token \"%s\" has the certificate and no private key to it"),
	    self->token->label);
	sg_err_hint(&key->ctx->env,
	    N_("the key may be in a vendor's key container, which only that "
	       "program can use"));
	return SIGN_E_KEY;
}

/* The same id; where keys have none, the same label. */
static int
key_is_named_so(
    const struct p11_key *self, const struct p11_object *private_key)
{
	if (!sg_view_equal(private_key->id, self->id))
		return 0;
	return self->id.len != 0 || self->label.len == 0 ||
	    private_key->label.len == 0 ||
	    sg_view_equal(private_key->label, self->label);
}

/* The private key by its public half or modulus, else by CKA_ID. Where the
 * token tells of neither, the job's verification of the value decides. */
static int
key_is_private(struct sign_key *key, struct p11_entry *entry, int *mismatch)
{
	struct p11_key *self = key->self;
	int named, same;

	if (entry->private_key == NULL)
		return 0;
	named = key_is_named_so(self, entry->private_key);
	same = sg_p11_entry_is_pair(self->p11, entry, key->cert);
	if (same == 0 && named)
		*mismatch = 1;
	return same >= 0 ? same : named;
}

static int
key_look(struct sign_key *key, int *mismatch)
{
	struct p11_key *self = key->self;
	struct p11_entries entries = { 0 };
	size_t i;
	int ret = sg_p11_pair(self->p11, self->token, NULL, &entries);

	for (i = 0; ret == 0 && i < entries.count; i++) {
		if (!key_is_private(key, &entries.list[i], mismatch))
			continue;
		self->private_key = entries.list[i].private_key;
		return 1;
	}
	return ret;
}

/* What was read before the login need not be read again, unless that leads to
 * no key. */
static int
key_find_private(struct sign_key *key)
{
	struct p11_key *self = key->self;
	int mismatch = 0, ret = 0;

	if (self->token->count != 0)
		ret = sg_p11_load_private(self->p11, self->token);
	if (ret == 0 && self->token->count != 0)
		ret = key_look(key, &mismatch);
	mismatch = 0;
	if (ret == 0)
		ret = sg_p11_load(self->p11, self->token);
	if (ret == 0)
		ret = key_look(key, &mismatch);
	if (ret != 0)
		return ret < 0 ? ret : 0;
	if (mismatch)
		return sg_err_set(&key->ctx->env, SIGN_E_KEY,
		    N_("the certificate does not belong to the key on token "
		       "\"%s\": nothing was signed"),
		    self->token->label);
	return key_no_private(key);
}

/* Login and the private key, when they are first needed. */
static int
key_ready(struct sign_key *key)
{
	struct p11_key *self = key->self;
	int ret;

	if (sg_p11_needs_login(self->token)) {
		ret = sg_p11_login(self->p11, self->token);
		if (ret < 0)
			return ret;
	}
	if (self->private_key != NULL)
		return 0;
	return key_find_private(key);
}

/* One C_Sign: some tokens have no C_SignUpdate. */
static int
key_sign_once(struct sign_key *key, const struct sg_scheme *scheme,
    struct p11_mech *mech, const struct p11_pin *pin, struct sg_buf *raw)
{
	struct p11_key *self = key->self;
	CK_FUNCTION_LIST *module = self->token->module;
	CK_SESSION_HANDLE session = self->token->session;
	CK_ULONG len = P11_SIGNATURE;
	unsigned char *to;
	CK_RV rv;
	int ret = 0;

	to = sg_buf_reserve(&key->ctx->env, raw, P11_SIGNATURE);
	if (to == NULL)
		return SIGN_E_NOMEM;
	rv = module->C_SignInit(
	    session, &mech->mechanism, self->private_key->handle);
	if (rv == CKR_MECHANISM_INVALID)
		return sg_p11_mech_missing(self->p11, self->token, scheme);
	if (rv != CKR_OK)
		return sg_p11_error(&key->ctx->env, self->token->label, rv);
	if (self->private_key->always)
		ret = sg_p11_login_key(self->p11, self->token, pin);
	/* called after a failed login too: it ends the operation, which would
	 * stand in the way of the next */
	rv =
	    module->C_Sign(session, mech->input.ptr, mech->input.len, to, &len);
	if (ret < 0)
		return ret;
	if (rv != CKR_OK)
		return sg_p11_error(&key->ctx->env, self->token->label, rv);
	if (len > P11_SIGNATURE)
		return sg_p11_error(
		    &key->ctx->env, self->token->label, CKR_GENERAL_ERROR);
	raw->len = len;
	return 0;
}

static int
key_sign(struct sign_key *key, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct sg_buf *value)
{
	struct p11_key *self = key->self;
	struct sg_buf raw = { 0 };
	struct p11_pin pin = { 0 };
	struct p11_mech mech;
	int ret;

	ret = sg_p11_mech_make(&key->ctx->env, scheme, pss, data, &mech);
	if (ret == 0)
		ret = key_ready(key);
	/* asked again for each signature: that is what the card's owner chose
	 * with CKA_ALWAYS_AUTHENTICATE */
	if (ret == 0 && self->private_key->always)
		ret = sg_p11_ask_key(self->p11, self->token, &pin);
	if (ret == 0)
		ret = key_sign_once(key, scheme, &mech, &pin, &raw);
	if (ret == 0)
		ret = sg_value_to_cms(
		    &key->ctx->env, scheme, sg_buf_view(&raw), value);
	sg_buf_free(&mech.input);
	sg_buf_wipe(&pin.text);
	sg_buf_free(&raw);
	/* SoftHSM leaves failures of its own in OpenSSL's queue */
	ERR_clear_error();
	return ret;
}

static void
key_free(struct sign_key *key)
{
	struct p11_key *self = key->self;

	sg_p11_close(self->p11);
	free(self);
}

static const struct sg_key_ops key_ops = { "pkcs11", key_sign, key_free };

/* ---- opening */

/* Takes the modules and sessions over from the search. */
static int
search_make_key(
    struct p11_search *search, struct p11_entry *entry, struct sign_key **out)
{
	struct p11_key *self = NULL;
	struct sg_cert *cert = NULL;
	int ret;

	ret = search_pick_cert(search, entry, &cert);
	if (ret < 0)
		return ret;
	self = calloc(1, sizeof(*self));
	if (self == NULL)
		return sg_err_nomem(search_env(search));
	self->p11 = search->p11;
	self->token = entry->token;
	self->id = sg_p11_entry_id(entry);
	self->label = sg_p11_entry_label(entry);
	self->private_key = entry->private_key;
	sg_cert_ref(cert);
	ret = sg_key_new(search->ctx, &key_ops, cert, self, out);
	if (ret < 0) {
		sg_cert_free(cert);
		free(self);
		return ret;
	}
	search->p11 = NULL;
	return 0;
}

static int
search_run(struct p11_search *search, struct sign_key **out)
{
	int ret;

	ret = search_named_cert(search);
	if (ret == 0)
		ret = sg_p11_open(search->ctx, search->options->module,
		    search->uri, &search->p11);
	if (ret < 0)
		return ret;
	if (search->p11->count == 0)
		return search_no_token(search);
	ret = search_look(search);
	if (ret == 0)
		ret = search_look_inside(search);
	if (ret < 0)
		return ret;
	if (search->entries.count == 0)
		return search_no_key(search);
	if (search->entries.count > 1)
		return search_several(search);
	return search_make_key(search, &search->entries.list[0], out);
}

/* type=data and type=secret-key name no key to sign with. */
static int
search_check_class(struct p11_search *search)
{
	CK_OBJECT_CLASS cls;

	if (search->uri == NULL)
		return 0;
	cls = sg_p11_uri_class(search->uri);
	if (cls == P11_CLASS_ANY || cls == CKO_PRIVATE_KEY ||
	    cls == CKO_PUBLIC_KEY || cls == CKO_CERTIFICATE)
		return 0;
	return sg_err_set(search_env(search), SIGN_E_KEY,
	    N_("the URI's type names no key pair or certificate"));
}

int
sg_key_pkcs11_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct sign_key **out)
{
	struct p11_search search = { 0 };
	int ret = 0;

	search.ctx = ctx;
	search.options = options;
	if (options->name != NULL)
		ret = sg_p11_uri_parse(&ctx->env, options->name, &search.uri);
	if (ret == 0)
		ret = search_check_class(&search);
	if (ret == 0)
		ret = search_run(&search, out);
	sg_p11_close(search.p11);
	sg_certs_clear(&search.named);
	p11_kit_uri_free(search.uri);
	ERR_clear_error();
	return ret;
}
