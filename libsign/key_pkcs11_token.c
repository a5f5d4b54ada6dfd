/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "libsign/ctx.h"
#include "libsign/key.h"

#include <stdlib.h>
#include <string.h>

/* ---- modules */

/* Tokens of trust modules hold other people's certificates only. */
static int
module_is_trust(CK_FUNCTION_LIST *module)
{
	char *policy = p11_kit_config_option(module, "trust-policy");
	int yes = policy != NULL && strcmp(policy, "yes") == 0;

	free(policy);
	return yes;
}

static int
module_is_named(CK_FUNCTION_LIST *module, const char *path)
{
	char *file = p11_kit_module_get_filename(module);
	char *real = file != NULL ? realpath(file, NULL) : NULL;
	int same = path != NULL && real != NULL && strcmp(real, path) == 0;

	free(real);
	free(file);
	return same;
}

/* p11-kit's list without trust modules and the one that the person named. */
static void
modules_filter(CK_FUNCTION_LIST **list, const char *named)
{
	size_t from, to = 0;

	for (from = 0; list[from] != NULL; from++) {
		if (module_is_trust(list[from]) ||
		    module_is_named(list[from], named))
			p11_kit_module_release(list[from]);
		else
			list[to++] = list[from];
	}
	list[to] = NULL;
}

static void
module_release(void *module)
{
	p11_kit_module_release(module);
}

/* A vendor's module that fails must not take the others with it: p11-kit
 * drops it from the list. */
static void
modules_load_known(struct p11 *p11, const char *named)
{
	p11->known = p11_kit_modules_load(NULL, 0);
	if (p11->known == NULL)
		return;
	modules_filter(p11->known, named);
	p11_kit_modules_initialize(p11->known, module_release);
}

static int
module_failed(struct sg_env *env, const char *path, const char *why)
{
	sg_err_set(env, SIGN_E_MODULE,
	    N_("PKCS#11 module \"%s\" cannot be loaded: %s"), path, why);
	sg_err_hint(env,
	    N_("--module wants the library that came with the token, such as "
	       "/usr/lib/librtpkcs11ecp.so"));
	return SIGN_E_MODULE;
}

static int
module_load_named(struct p11 *p11, const char *path)
{
	struct sg_env *env = &p11->ctx->env;
	const char *why;
	CK_RV rv;

	p11->named = p11_kit_module_load(path, 0);
	if (p11->named == NULL) {
		why = p11_kit_message();
		return module_failed(env, path, why != NULL ? why : "?");
	}
	rv = p11_kit_module_initialize(p11->named);
	if (rv == CKR_OK)
		return 0;
	p11_kit_module_release(p11->named);
	p11->named = NULL;
	return module_failed(env, path, p11_kit_strerror(rv));
}

/* A name without "/" is looked for in p11-kit's folder of modules. */
static int
modules_load(struct p11 *p11, const char *path, int alone)
{
	char *real = NULL;
	int ret = 0;

	if (path != NULL && strchr(path, '/') != NULL) {
		real = realpath(path, NULL);
		if (real == NULL)
			return sg_err_sys(&p11->ctx->env, SIGN_E_MODULE,
			    N_("PKCS#11 module \"%s\" cannot be loaded"), path);
	}
	if (path != NULL)
		ret = module_load_named(p11, real != NULL ? real : path);
	if (ret == 0 && !alone)
		modules_load_known(p11, real);
	free(real);
	return ret;
}

/* ---- slots and tokens */

/* module-name: that of p11-kit's configuration, or of the library's file
 * without "lib" and ".so" (RFC 7512, 2.3). */
static int
module_has_name(const char *file, const char *origin, const char *name)
{
	const char *base = file != NULL ? strrchr(file, '/') : NULL;
	size_t len = strlen(name);

	if (strcmp(origin, name) == 0)
		return 1;
	if (base == NULL)
		return 0;
	base++;
	if (strncmp(base, "lib", 3) == 0)
		base += 3;
	return strncmp(base, name, len) == 0 &&
	    (base[len] == '.' || base[len] == '\0');
}

static int
module_matches(CK_FUNCTION_LIST *module, const char *origin, P11KitUri *uri)
{
	const char *name = p11_kit_uri_get_module_name(uri);
	CK_INFO info;
	char *file;
	int same = 1;

	memset(&info, 0, sizeof(info));
	if (module->C_GetInfo(&info) != CKR_OK ||
	    !p11_kit_uri_match_module_info(uri, &info))
		return 0;
	if (name != NULL) {
		file = p11_kit_module_get_filename(module);
		same = module_has_name(file, origin, name);
		free(file);
	}
	return same;
}

static const char *
module_origin(struct p11 *p11, CK_FUNCTION_LIST *module)
{
	char *name = p11_kit_module_get_name(module);
	const char *copy;

	if (name == NULL)
		name = p11_kit_module_get_filename(module);
	copy = sg_pool_str(p11->pool, name != NULL ? name : "");
	free(name);
	return copy;
}

/* Padded with blanks and without a NUL (PKCS#11, 3.2). */
static const char *
token_text(struct p11 *p11, const unsigned char *text, size_t size)
{
	return sg_pool_strn(
	    p11->pool, (const char *)text, p11_kit_space_strlen(text, size));
}

static int
token_matches(P11KitUri *uri, CK_SLOT_ID slot, const CK_SLOT_INFO *slot_info,
    const CK_TOKEN_INFO *info)
{
	CK_SLOT_ID want = p11_kit_uri_get_slot_id(uri);

	return (want == (CK_SLOT_ID)-1 || want == slot) &&
	    p11_kit_uri_match_slot_info(uri, slot_info) &&
	    p11_kit_uri_match_token_info(uri, info);
}

/* SoftHSM and others show a slot with a token that has not been set up. */
static int
token_is_blank(const CK_TOKEN_INFO *info)
{
	return (info->flags &
		   (CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED)) == 0;
}

static int
token_add(struct p11 *p11, CK_FUNCTION_LIST *module, CK_SLOT_ID slot,
    const CK_TOKEN_INFO *info)
{
	struct p11_token *token;

	token =
	    sg_pool_push(p11->pool, &p11->tokens, &p11->count, sizeof(*token));
	if (token == NULL)
		return sg_err_nomem(&p11->ctx->env);
	token->module = module;
	token->slot = slot;
	token->info = *info;
	token->label = token_text(p11, info->label, sizeof(info->label));
	if (token->label != NULL && token->label[0] == '\0')
		token->label = token_text(
		    p11, info->serialNumber, sizeof(info->serialNumber));
	token->origin = module_origin(p11, module);
	if (token->label == NULL || token->origin == NULL)
		return sg_err_nomem(&p11->ctx->env);
	return 0;
}

static int
slot_look(
    struct p11 *p11, CK_FUNCTION_LIST *module, CK_SLOT_ID slot, P11KitUri *uri)
{
	CK_SLOT_INFO slot_info;
	CK_TOKEN_INFO info;
	CK_RV rv;

	memset(&slot_info, 0, sizeof(slot_info));
	memset(&info, 0, sizeof(info));
	if (module->C_GetSlotInfo(slot, &slot_info) != CKR_OK)
		return 0;
	rv = module->C_GetTokenInfo(slot, &info);
	if (rv == CKR_TOKEN_NOT_RECOGNIZED)
		p11->foreign++;
	if (rv != CKR_OK || token_is_blank(&info))
		return 0;
	if (uri != NULL && !token_matches(uri, slot, &slot_info, &info)) {
		p11->others++;
		return 0;
	}
	return token_add(p11, module, slot, &info);
}

static int
module_look(struct p11 *p11, CK_FUNCTION_LIST *module, P11KitUri *uri)
{
	CK_SLOT_ID slots[SG_MAX_SLOTS];
	CK_ULONG count = SG_MAX_SLOTS, i;
	const char *origin = module_origin(p11, module);
	int ret = 0;

	if (origin == NULL)
		return sg_err_nomem(&p11->ctx->env);
	if (uri != NULL && !module_matches(module, origin, uri))
		return 0;
	if (module->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK)
		return 0;
	for (i = 0; i < count && i < SG_MAX_SLOTS && ret == 0; i++)
		ret = slot_look(p11, module, slots[i], uri);
	return ret;
}

static int
modules_look(struct p11 *p11, P11KitUri *uri)
{
	size_t i;
	int ret = 0;

	if (p11->named != NULL)
		ret = module_look(p11, p11->named, uri);
	if (p11->known == NULL)
		return ret;
	for (i = 0; p11->known[i] != NULL && ret == 0; i++)
		ret = module_look(p11, p11->known[i], uri);
	return ret;
}

int
sg_p11_open(
    struct sign_ctx *ctx, const char *module, P11KitUri *uri, struct p11 **out)
{
	const char *path = NULL;
	struct p11 *p11 = calloc(1, sizeof(*p11));
	int ret;

	if (p11 != NULL)
		p11->pool = sg_pool_new();
	if (p11 == NULL || p11->pool == NULL) {
		free(p11);
		return sg_err_nomem(&ctx->env);
	}
	p11->ctx = ctx;
	if (uri != NULL)
		path = p11_kit_uri_get_module_path(uri);
	ret = modules_load(p11, path != NULL ? path : module, path != NULL);
	if (ret == 0)
		ret = modules_look(p11, uri);
	if (ret < 0) {
		sg_p11_close(p11);
		return ret;
	}
	*out = p11;
	return 0;
}

void
sg_p11_close(struct p11 *p11)
{
	struct p11_token *token;
	size_t i;

	if (p11 == NULL)
		return;
	for (i = 0; i < p11->count; i++) {
		token = &p11->tokens[i];
		sg_p11_unload(token);
		/* the last session takes the login with it */
		if (token->is_open)
			token->module->C_CloseSession(token->session);
	}
	if (p11->named != NULL) {
		p11_kit_module_finalize(p11->named);
		p11_kit_module_release(p11->named);
	}
	if (p11->known != NULL)
		p11_kit_modules_finalize_and_release(p11->known);
	sg_pool_free(p11->pool);
	free(p11);
}

int
sg_p11_session(struct p11 *p11, struct p11_token *token)
{
	CK_RV rv;

	if (token->is_open)
		return 0;
	rv = token->module->C_OpenSession(
	    token->slot, CKF_SERIAL_SESSION, NULL, NULL, &token->session);
	if (rv != CKR_OK)
		return sg_p11_error(&p11->ctx->env, token->label, rv);
	token->is_open = 1;
	return 0;
}

/* ---- login */

const char *
sg_p11_pin_note(const CK_TOKEN_INFO *info)
{
	if ((info->flags & CKF_LOGIN_REQUIRED) == 0)
		return NULL;
	if ((info->flags & CKF_USER_PIN_LOCKED) != 0)
		return N_("PIN locked");
	if ((info->flags & CKF_USER_PIN_INITIALIZED) == 0)
		return N_("no user PIN has been set");
	if ((info->flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return N_("one more wrong PIN locks the token");
	if ((info->flags & CKF_USER_PIN_COUNT_LOW) != 0)
		return N_("a wrong PIN was given before; few tries are left");
	return NULL;
}

int
sg_p11_needs_login(const struct p11_token *token)
{
	return !token->is_logged_in &&
	    (token->info.flags & CKF_LOGIN_REQUIRED) != 0;
}

/* What the token says of its PIN at this moment. */
static int
token_refresh(struct p11 *p11, struct p11_token *token)
{
	CK_TOKEN_INFO info;
	CK_RV rv;

	memset(&info, 0, sizeof(info));
	rv = token->module->C_GetTokenInfo(token->slot, &info);
	if (rv != CKR_OK)
		return sg_p11_error(&p11->ctx->env, token->label, rv);
	token->info = info;
	return 0;
}

static unsigned
token_pin_flags(const struct p11_token *token)
{
	unsigned flags = 0;

	if ((token->info.flags & CKF_USER_PIN_COUNT_LOW) != 0)
		flags |= SIGN_PIN_COUNT_LOW;
	if ((token->info.flags & CKF_USER_PIN_FINAL_TRY) != 0)
		flags |= SIGN_PIN_FINAL_TRY;
	return flags;
}

/* Tells the person what the token says of its PIN, then asks; never asks for
 * a PIN that cannot be right any more. */
static int
token_ask(struct p11 *p11, struct p11_token *token, enum sign_pin_kind kind,
    struct p11_pin *pin)
{
	struct sg_env *env = &p11->ctx->env;
	int ret;

	ret = token_refresh(p11, token);
	if (ret < 0)
		return ret;
	if ((token->info.flags & CKF_USER_PIN_LOCKED) != 0)
		return sg_p11_error(env, token->label, CKR_PIN_LOCKED);
	pin->pad = (token->info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
	return sg_key_ask_pin(p11->ctx, pin->pad ? SIGN_PIN_PAD : kind,
	    token->label, token_pin_flags(token), &pin->text);
}

/* After a wrong PIN the token knows how many tries are left. */
static int
token_pin_wrong(struct p11 *p11, struct p11_token *token, CK_RV rv)
{
	struct sg_env *env = &p11->ctx->env;
	const char *note;
	int code;

	if (token_refresh(p11, token) == 0 && rv == CKR_PIN_INCORRECT &&
	    (token->info.flags & CKF_USER_PIN_LOCKED) != 0)
		rv = CKR_PIN_LOCKED;
	code = sg_p11_error(env, token->label, rv);
	note = sg_p11_pin_note(&token->info);
	if (code == SIGN_E_PIN && note != NULL)
		sg_err_hint(env, "%s", sg_tr(env, note));
	return code;
}

static int
token_login(struct p11 *p11, struct p11_token *token, CK_USER_TYPE user,
    const struct p11_pin *pin)
{
	CK_RV rv;

	rv = token->module->C_Login(token->session, user,
	    pin->pad ? NULL : pin->text.ptr,
	    pin->pad ? 0 : (CK_ULONG)pin->text.len);
	if (rv == CKR_OK ||
	    (rv == CKR_USER_ALREADY_LOGGED_IN && user == CKU_USER))
		return 0;
	return token_pin_wrong(p11, token, rv);
}

/* Is the token open already, through another key of this process? */
static int
token_is_user(struct p11_token *token)
{
	CK_SESSION_INFO info;

	memset(&info, 0, sizeof(info));
	return token->module->C_GetSessionInfo(token->session, &info) ==
	    CKR_OK &&
	    (info.state == CKS_RO_USER_FUNCTIONS ||
		info.state == CKS_RW_USER_FUNCTIONS);
}

int
sg_p11_login(struct p11 *p11, struct p11_token *token)
{
	struct p11_pin pin = { 0 };
	int ret;

	if (token->is_logged_in)
		return 0;
	ret = sg_p11_session(p11, token);
	if (ret == 0 && !token_is_user(token)) {
		ret = token_ask(p11, token, SIGN_PIN_TOKEN, &pin);
		if (ret == 0)
			ret = token_login(p11, token, CKU_USER, &pin);
	}
	sg_buf_wipe(&pin.text);
	if (ret == 0)
		token->is_logged_in = 1;
	return ret;
}

int
sg_p11_ask_key(struct p11 *p11, struct p11_token *token, struct p11_pin *pin)
{
	return token_ask(p11, token, SIGN_PIN_KEY, pin);
}

int
sg_p11_login_key(
    struct p11 *p11, struct p11_token *token, const struct p11_pin *pin)
{
	return token_login(p11, token, CKU_CONTEXT_SPECIFIC, pin);
}
