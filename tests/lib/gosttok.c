/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "config.h"

#include "tests/lib/gosttok.h"

#include <openssl/engine.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOK_MAX_SESSIONS 64
#define TOK_TRIES 10

struct tok_session {
	int open;
	CK_SLOT_ID slot;
	CK_OBJECT_HANDLE found[TOK_MAX_OBJECTS];
	size_t found_count, found_next;
	int finding;
	struct tok_object *key; /* an operation is active */
	int hashes;
	int allowed; /* CKU_CONTEXT_SPECIFIC was given its PIN */
};

static struct tok_slot tok_slots[TOK_MAX_SLOTS];
static size_t tok_slot_count;
static struct tok_session tok_sessions[TOK_MAX_SESSIONS];
static pthread_mutex_t tok_mutex = PTHREAD_MUTEX_INITIALIZER;
static int tok_ready;

/* ---- general */

static int
engine_load(void)
{
	ENGINE *engine = ENGINE_by_id("gost");
	int good;

	good = engine != NULL && ENGINE_init(engine) == 1 &&
	    ENGINE_set_default(engine, ENGINE_METHOD_ALL) == 1;
	ENGINE_free(engine);
	return good;
}

static CK_RV
tok_initialize(void *args)
{
	const char *dirs = getenv("GOSTTOK_DIR");
	size_t len;

	(void)args;
	if (tok_ready)
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	if (!engine_load())
		return CKR_GENERAL_ERROR;
	while (
	    dirs != NULL && *dirs != '\0' && tok_slot_count < TOK_MAX_SLOTS) {
		len = strcspn(dirs, ":");
		tok_slots[tok_slot_count].dir = strndup(dirs, len);
		tok_slot_load(&tok_slots[tok_slot_count++]);
		dirs += len;
		if (*dirs == ':')
			dirs++;
	}
	tok_ready = 1;
	return CKR_OK;
}

static CK_RV
tok_finalize(void *reserved)
{
	size_t i;

	(void)reserved;
	if (!tok_ready)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	for (i = 0; i < tok_slot_count; i++)
		tok_slot_clear(&tok_slots[i]);
	memset(tok_sessions, 0, sizeof(tok_sessions));
	tok_slot_count = 0;
	tok_ready = 0;
	return CKR_OK;
}

/* Padded with blanks, without a NUL. */
static void
put_text(unsigned char *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	memset(to, ' ', size);
	memcpy(to, text, len < size ? len : size);
}

static CK_RV
tok_get_info(CK_INFO *info)
{
	memset(info, 0, sizeof(*info));
	info->cryptokiVersion.major = 2;
	info->cryptokiVersion.minor = 40;
	put_text(info->manufacturerID, sizeof(info->manufacturerID), "podpis");
	put_text(info->libraryDescription, sizeof(info->libraryDescription),
	    "GOST token for tests");
	return CKR_OK;
}

static int
slot_is_absent(const struct tok_slot *slot)
{
	struct tok_conf conf;

	tok_conf_read(slot, &conf);
	return tok_conf_has(&conf, "absent");
}

static CK_RV
tok_get_slot_list(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *count)
{
	CK_ULONG got = 0;
	CK_ULONG i;

	for (i = 0; i < tok_slot_count; i++) {
		if (present && slot_is_absent(&tok_slots[i]))
			continue;
		if (list != NULL && got < *count)
			list[got] = i;
		got++;
	}
	if (list != NULL && got > *count) {
		*count = got;
		return CKR_BUFFER_TOO_SMALL;
	}
	*count = got;
	return CKR_OK;
}

static CK_RV
tok_get_slot_info(CK_SLOT_ID id, CK_SLOT_INFO *info)
{
	if (id >= tok_slot_count)
		return CKR_SLOT_ID_INVALID;
	memset(info, 0, sizeof(*info));
	put_text(info->slotDescription, sizeof(info->slotDescription),
	    "gosttok slot");
	put_text(info->manufacturerID, sizeof(info->manufacturerID), "podpis");
	if (!slot_is_absent(&tok_slots[id]))
		info->flags = CKF_TOKEN_PRESENT;
	return CKR_OK;
}

static CK_FLAGS
token_flags(const struct tok_slot *slot, const struct tok_conf *conf)
{
	long tries = (long)tok_conf_number(conf, "tries", TOK_TRIES);
	CK_FLAGS flags = CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED |
	    CKF_TOKEN_INITIALIZED;

	if (slot->wrong > 0 || tok_conf_has(conf, "count-low"))
		flags |= CKF_USER_PIN_COUNT_LOW;
	if (slot->wrong == tries - 1 || tok_conf_has(conf, "final-try"))
		flags |= CKF_USER_PIN_FINAL_TRY;
	if (slot->wrong >= tries || tok_conf_has(conf, "locked"))
		flags |= CKF_USER_PIN_LOCKED;
	if (tok_conf_has(conf, "pin-pad"))
		flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	return flags;
}

static CK_RV
tok_get_token_info(CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
	struct tok_conf conf;
	char text[64];
	CK_RV rv;

	if (id >= tok_slot_count)
		return CKR_SLOT_ID_INVALID;
	tok_conf_read(&tok_slots[id], &conf);
	rv = tok_conf_number(&conf, "fault-token-info", CKR_OK);
	if (tok_conf_has(&conf, "absent"))
		rv = CKR_TOKEN_NOT_PRESENT;
	if (rv != CKR_OK)
		return rv;
	memset(info, 0, sizeof(*info));
	if (tok_conf_get(&conf, "label", text) == NULL)
		snprintf(text, sizeof(text), "gosttok");
	put_text(info->label, sizeof(info->label), text);
	put_text(info->manufacturerID, sizeof(info->manufacturerID), "podpis");
	put_text(info->model, sizeof(info->model), "soft");
	snprintf(text, sizeof(text), "%04lu", id + 1);
	put_text(info->serialNumber, sizeof(info->serialNumber), text);
	info->flags = token_flags(&tok_slots[id], &conf);
	info->ulMinPinLen = 4;
	info->ulMaxPinLen = 32;
	memset(info->utcTime, ' ', sizeof(info->utcTime));
	return CKR_OK;
}

/* ---- mechanisms */

struct tok_mechanism {
	CK_MECHANISM_TYPE type;
	CK_KEY_TYPE key;
	int hashes;
};

static const struct tok_mechanism tok_mechanisms[] = {
	{ TOK_CKM_HASH_256, CKK_GOSTR3410, 1 },
	{ TOK_CKM_HASH_512, TOK_CKK_512, 1 },
	{ CKM_GOSTR3410, CKK_GOSTR3410, 0 },
	{ TOK_CKM_512, TOK_CKK_512, 0 },
};

#define TOK_MECHANISMS (sizeof(tok_mechanisms) / sizeof(tok_mechanisms[0]))

static const struct tok_mechanism *
mechanism_find(const struct tok_slot *slot, CK_MECHANISM_TYPE type)
{
	struct tok_conf conf;
	size_t i;

	tok_conf_read(slot, &conf);
	for (i = 0; i < TOK_MECHANISMS; i++)
		if (tok_mechanisms[i].type == type &&
		    (tok_mechanisms[i].hashes ||
			!tok_conf_has(&conf, "no-raw")))
			return &tok_mechanisms[i];
	return NULL;
}

static CK_RV
tok_get_mechanism_list(CK_SLOT_ID id, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
	CK_ULONG got = 0;
	size_t i;

	if (id >= tok_slot_count)
		return CKR_SLOT_ID_INVALID;
	for (i = 0; i < TOK_MECHANISMS; i++) {
		if (mechanism_find(&tok_slots[id], tok_mechanisms[i].type) ==
		    NULL)
			continue;
		if (list != NULL && got < *count)
			list[got] = tok_mechanisms[i].type;
		got++;
	}
	if (list != NULL && got > *count) {
		*count = got;
		return CKR_BUFFER_TOO_SMALL;
	}
	*count = got;
	return CKR_OK;
}

static CK_RV
tok_get_mechanism_info(
    CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	const struct tok_mechanism *row;

	if (id >= tok_slot_count)
		return CKR_SLOT_ID_INVALID;
	row = mechanism_find(&tok_slots[id], type);
	if (row == NULL)
		return CKR_MECHANISM_INVALID;
	info->ulMinKeySize = row->key == CKK_GOSTR3410 ? 256 : 512;
	info->ulMaxKeySize = info->ulMinKeySize;
	info->flags = CKF_SIGN;
	return CKR_OK;
}

/* ---- sessions */

static struct tok_session *
session_get(CK_SESSION_HANDLE handle)
{
	if (handle == 0 || handle > TOK_MAX_SESSIONS ||
	    !tok_sessions[handle - 1].open)
		return NULL;
	return &tok_sessions[handle - 1];
}

static CK_RV
tok_open_session(CK_SLOT_ID id, CK_FLAGS flags, void *payload, CK_NOTIFY notify,
    CK_SESSION_HANDLE *handle)
{
	CK_RV rv = CKR_SESSION_COUNT;
	size_t i;

	(void)payload;
	(void)notify;
	if (id >= tok_slot_count)
		return CKR_SLOT_ID_INVALID;
	if ((flags & CKF_SERIAL_SESSION) == 0)
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	if (slot_is_absent(&tok_slots[id]))
		return CKR_TOKEN_NOT_PRESENT;
	if (tok_fault(&tok_slots[id], "fault-open") != CKR_OK)
		return tok_fault(&tok_slots[id], "fault-open");
	pthread_mutex_lock(&tok_mutex);
	for (i = 0; i < TOK_MAX_SESSIONS; i++) {
		if (tok_sessions[i].open)
			continue;
		memset(&tok_sessions[i], 0, sizeof(tok_sessions[i]));
		tok_sessions[i].open = 1;
		tok_sessions[i].slot = id;
		*handle = i + 1;
		rv = CKR_OK;
		break;
	}
	pthread_mutex_unlock(&tok_mutex);
	return rv;
}

/* The last session takes the login with it. */
static CK_RV
tok_close_session(CK_SESSION_HANDLE handle)
{
	struct tok_session *session = session_get(handle);
	size_t i, left = 0;

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	pthread_mutex_lock(&tok_mutex);
	session->open = 0;
	for (i = 0; i < TOK_MAX_SESSIONS; i++)
		left += tok_sessions[i].open &&
		    tok_sessions[i].slot == session->slot;
	if (left == 0)
		tok_slots[session->slot].logged_in = 0;
	pthread_mutex_unlock(&tok_mutex);
	return CKR_OK;
}

static CK_RV
tok_close_all_sessions(CK_SLOT_ID id)
{
	CK_SESSION_HANDLE i;

	for (i = 1; i <= TOK_MAX_SESSIONS; i++)
		if (session_get(i) != NULL && session_get(i)->slot == id)
			tok_close_session(i);
	return CKR_OK;
}

static CK_RV
tok_get_session_info(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info)
{
	struct tok_session *session = session_get(handle);

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	memset(info, 0, sizeof(*info));
	info->slotID = session->slot;
	info->state = tok_slots[session->slot].logged_in
	    ? CKS_RO_USER_FUNCTIONS
	    : CKS_RO_PUBLIC_SESSION;
	info->flags = CKF_SERIAL_SESSION;
	return CKR_OK;
}

/* ---- login */

static int
pin_is_right(
    const struct tok_conf *conf, const unsigned char *pin, CK_ULONG len)
{
	char want[64];

	if (tok_conf_has(conf, "pin-pad"))
		return pin == NULL; /* typed at the device */
	if (tok_conf_get(conf, "pin", want) == NULL)
		snprintf(want, sizeof(want), "1234");
	return pin != NULL && len == strlen(want) &&
	    memcmp(pin, want, len) == 0;
}

static CK_RV
login_try(struct tok_slot *slot, const struct tok_conf *conf,
    const unsigned char *pin, CK_ULONG len)
{
	long tries = (long)tok_conf_number(conf, "tries", TOK_TRIES);

	if (slot->wrong >= tries || tok_conf_has(conf, "locked"))
		return CKR_PIN_LOCKED;
	if (!pin_is_right(conf, pin, len)) {
		slot->wrong++;
		return CKR_PIN_INCORRECT;
	}
	slot->wrong = 0;
	return CKR_OK;
}

static CK_RV
login_context(struct tok_session *session, struct tok_slot *slot,
    const struct tok_conf *conf, const unsigned char *pin, CK_ULONG len)
{
	CK_RV rv;

	if (session->key == NULL)
		return CKR_OPERATION_NOT_INITIALIZED;
	rv = login_try(slot, conf, pin, len);
	session->allowed = rv == CKR_OK;
	return rv;
}

static CK_RV
tok_login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, unsigned char *pin,
    CK_ULONG len)
{
	struct tok_session *session = session_get(handle);
	struct tok_conf conf;
	struct tok_slot *slot;
	CK_RV rv;

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	slot = &tok_slots[session->slot];
	tok_log(slot, user == CKU_CONTEXT_SPECIFIC ? "login key" : "login");
	tok_conf_read(slot, &conf);
	rv = tok_conf_number(&conf, "fault-login", CKR_OK);
	if (rv != CKR_OK)
		return rv;
	pthread_mutex_lock(&tok_mutex);
	if (user == CKU_CONTEXT_SPECIFIC) {
		rv = login_context(session, slot, &conf, pin, len);
	} else if (slot->logged_in) {
		rv = CKR_USER_ALREADY_LOGGED_IN;
	} else {
		rv = login_try(slot, &conf, pin, len);
		slot->logged_in = rv == CKR_OK;
	}
	pthread_mutex_unlock(&tok_mutex);
	return rv;
}

static CK_RV
tok_logout(CK_SESSION_HANDLE handle)
{
	struct tok_session *session = session_get(handle);

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	tok_slots[session->slot].logged_in = 0;
	return CKR_OK;
}

/* ---- objects */

static CK_RV
tok_get_attribute_value(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE *attrs, CK_ULONG count)
{
	struct tok_session *session = session_get(handle);
	struct tok_conf conf;
	struct tok_slot *slot;
	CK_RV rv = CKR_OK, one;
	CK_ULONG i;

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	slot = &tok_slots[session->slot];
	if (object == 0 || object > slot->count)
		return CKR_OBJECT_HANDLE_INVALID;
	tok_conf_read(slot, &conf);
	for (i = 0; i < count; i++) {
		one =
		    tok_attr_get(&slot->objects[object - 1], &conf, &attrs[i]);
		if (one != CKR_OK)
			rv = one;
	}
	return rv;
}

static CK_RV
tok_find_objects_init(
    CK_SESSION_HANDLE handle, CK_ATTRIBUTE *attrs, CK_ULONG count)
{
	struct tok_session *session = session_get(handle);
	struct tok_conf conf;
	struct tok_slot *slot;
	size_t i;

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	slot = &tok_slots[session->slot];
	tok_conf_read(slot, &conf);
	if (tok_conf_has(&conf, "absent"))
		return CKR_DEVICE_REMOVED;
	if (session->finding)
		return CKR_OPERATION_ACTIVE;
	if (tok_conf_has(&conf, "fault-find"))
		return tok_conf_number(&conf, "fault-find", CKR_OK);
	session->finding = 1;
	session->found_count = session->found_next = 0;
	for (i = 0; i < slot->count; i++)
		if (!tok_is_hidden(slot, &slot->objects[i], &conf) &&
		    tok_matches(&slot->objects[i], &conf, attrs, count))
			session->found[session->found_count++] = i + 1;
	return CKR_OK;
}

static CK_RV
tok_find_objects(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *found,
    CK_ULONG room, CK_ULONG *count)
{
	struct tok_session *session = session_get(handle);

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	if (!session->finding)
		return CKR_OPERATION_NOT_INITIALIZED;
	for (*count = 0;
	     *count < room && session->found_next < session->found_count;
	     (*count)++)
		found[*count] = session->found[session->found_next++];
	return CKR_OK;
}

static CK_RV
tok_find_objects_final(CK_SESSION_HANDLE handle)
{
	struct tok_session *session = session_get(handle);

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	if (!session->finding)
		return CKR_OPERATION_NOT_INITIALIZED;
	session->finding = 0;
	return CKR_OK;
}

/* ---- signing */

static CK_RV
tok_sign_init(
    CK_SESSION_HANDLE handle, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE object)
{
	struct tok_session *session = session_get(handle);
	const struct tok_mechanism *row;
	struct tok_slot *slot;
	CK_RV rv;

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	slot = &tok_slots[session->slot];
	tok_log(slot, "sign-init");
	rv = tok_fault(slot, "fault-sign-init");
	if (rv != CKR_OK)
		return rv;
	if (slot_is_absent(slot))
		return CKR_DEVICE_REMOVED;
	if (!slot->logged_in)
		return CKR_USER_NOT_LOGGED_IN;
	if (session->key != NULL)
		return CKR_OPERATION_ACTIVE;
	if (object == 0 || object > slot->count ||
	    slot->objects[object - 1].key == NULL)
		return CKR_KEY_HANDLE_INVALID;
	row = mechanism_find(slot, mechanism->mechanism);
	if (row == NULL)
		return CKR_MECHANISM_INVALID;
	if (row->key != slot->objects[object - 1].type)
		return CKR_KEY_TYPE_INCONSISTENT;
	session->key = &slot->objects[object - 1];
	session->hashes = row->hashes;
	session->allowed = 0;
	return CKR_OK;
}

static CK_RV
sign_digest(const struct tok_object *object, const unsigned char *digest,
    size_t digest_len, unsigned char *value, CK_ULONG *len)
{
	size_t size = object->type == CKK_GOSTR3410 ? 64 : 128;
	EVP_PKEY_CTX *ctx;
	int good;

	if (digest_len != size / 2)
		return CKR_DATA_LEN_RANGE;
	ctx = EVP_PKEY_CTX_new(object->key, NULL);
	good = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
	    EVP_PKEY_sign(ctx, value, &size, digest, digest_len) == 1;
	EVP_PKEY_CTX_free(ctx);
	*len = size;
	return good ? CKR_OK : CKR_FUNCTION_FAILED;
}

static CK_RV
sign_data(const struct tok_object *object, const unsigned char *data,
    size_t data_len, unsigned char *value, CK_ULONG *len)
{
	const EVP_MD *md = EVP_get_digestbynid(object->type == CKK_GOSTR3410
		? NID_id_GostR3411_2012_256
		: NID_id_GostR3411_2012_512);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;

	if (EVP_Digest(data, data_len, digest, &size, md, NULL) != 1)
		return CKR_FUNCTION_FAILED;
	return sign_digest(object, digest, size, value, len);
}

static CK_RV
tok_sign(CK_SESSION_HANDLE handle, unsigned char *data, CK_ULONG data_len,
    unsigned char *value, CK_ULONG *len)
{
	struct tok_session *session = session_get(handle);
	const struct tok_object *object;
	struct tok_conf conf;
	CK_ULONG need;
	CK_RV rv;

	if (session == NULL)
		return CKR_SESSION_HANDLE_INVALID;
	object = session->key;
	if (object == NULL)
		return CKR_OPERATION_NOT_INITIALIZED;
	need = object->type == CKK_GOSTR3410 ? 64 : 128;
	if (value == NULL || *len < need) {
		*len = need;
		return value == NULL ? CKR_OK : CKR_BUFFER_TOO_SMALL;
	}
	session->key = NULL;
	tok_conf_read(&tok_slots[session->slot], &conf);
	rv = tok_conf_number(&conf, "fault-sign", CKR_OK);
	if (rv != CKR_OK)
		return rv;
	if (tok_conf_has(&conf, "always-authenticate") && !session->allowed)
		return CKR_USER_NOT_LOGGED_IN;
	if (session->hashes)
		return sign_data(object, data, data_len, value, len);
	return sign_digest(object, data, data_len, value, len);
}

/* As on tokens in the field: only whole messages are signed. */
static CK_RV
tok_sign_update(CK_SESSION_HANDLE handle, unsigned char *part, CK_ULONG len)
{
	(void)handle;
	(void)part;
	(void)len;
	return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV
tok_sign_final(CK_SESSION_HANDLE handle, unsigned char *value, CK_ULONG *len)
{
	(void)handle;
	(void)value;
	(void)len;
	return CKR_FUNCTION_NOT_SUPPORTED;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);

static CK_FUNCTION_LIST tok_functions = {
	.version = { 2, 40 },
	.C_Initialize = tok_initialize,
	.C_Finalize = tok_finalize,
	.C_GetInfo = tok_get_info,
	.C_GetFunctionList = C_GetFunctionList,
	.C_GetSlotList = tok_get_slot_list,
	.C_GetSlotInfo = tok_get_slot_info,
	.C_GetTokenInfo = tok_get_token_info,
	.C_GetMechanismList = tok_get_mechanism_list,
	.C_GetMechanismInfo = tok_get_mechanism_info,
	.C_OpenSession = tok_open_session,
	.C_CloseSession = tok_close_session,
	.C_CloseAllSessions = tok_close_all_sessions,
	.C_GetSessionInfo = tok_get_session_info,
	.C_Login = tok_login,
	.C_Logout = tok_logout,
	.C_GetAttributeValue = tok_get_attribute_value,
	.C_FindObjectsInit = tok_find_objects_init,
	.C_FindObjects = tok_find_objects,
	.C_FindObjectsFinal = tok_find_objects_final,
	.C_SignInit = tok_sign_init,
	.C_Sign = tok_sign,
	.C_SignUpdate = tok_sign_update,
	.C_SignFinal = tok_sign_final,
};

__attribute__((visibility("default"))) CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	*list = &tok_functions;
	return CKR_OK;
}
