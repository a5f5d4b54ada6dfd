/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/env.h"
#include "base/err.h"

/* What a person can act on; everything else is a failure of the module. */
static const struct p11_error error_rows[] = {
	{ CKR_PIN_INCORRECT, SIGN_E_PIN, N_("the PIN is wrong"),
	    N_("it was tried once; too many wrong ones lock the token") },
	{ CKR_PIN_INVALID, SIGN_E_PIN,
	    N_("the PIN has characters that the token does not take"), NULL },
	{ CKR_PIN_LEN_RANGE, SIGN_E_PIN, N_("the PIN is too short or too long"),
	    NULL },
	{ CKR_PIN_TOO_WEAK, SIGN_E_PIN, N_("the token finds the PIN too weak"),
	    N_("change the PIN with the program that came with the token") },
	{ CKR_USER_NOT_LOGGED_IN, SIGN_E_PIN, N_("it wants a PIN"), NULL },
	{ CKR_PIN_LOCKED, SIGN_E_LOCKED, N_("the PIN is locked"),
	    N_("unlock it with the administrator's PIN (PUK) in the program "
	       "that came with the token") },
	{ CKR_PIN_EXPIRED, SIGN_E_LOCKED, N_("the PIN has expired"),
	    N_("change the PIN with the program that came with the token") },
	{ CKR_USER_PIN_NOT_INITIALIZED, SIGN_E_LOCKED,
	    N_("no user PIN has been set on it"),
	    N_("set one with the program that came with the token") },
	{ CKR_USER_ANOTHER_ALREADY_LOGGED_IN, SIGN_E_LOCKED,
	    N_("another user is logged in"),
	    N_("close other programs that use the token") },
	{ CKR_USER_TOO_MANY_TYPES, SIGN_E_LOCKED,
	    N_("another user is logged in"),
	    N_("close other programs that use the token") },
	{ CKR_KEY_FUNCTION_NOT_PERMITTED, SIGN_E_LOCKED,
	    N_("the key may not sign (CKA_SIGN is false)"), NULL },
	{ CKR_ACTION_PROHIBITED, SIGN_E_LOCKED,
	    N_("the token's settings forbid it"), NULL },
	{ CKR_TOKEN_NOT_PRESENT, SIGN_E_MODULE, N_("it is not in its slot"),
	    N_("insert the token and try again") },
	{ CKR_DEVICE_REMOVED, SIGN_E_MODULE, N_("it was taken out"),
	    N_("insert the token and try again") },
	{ CKR_SLOT_ID_INVALID, SIGN_E_MODULE, N_("its slot is gone"),
	    N_("insert the token and try again") },
	{ CKR_SESSION_HANDLE_INVALID, SIGN_E_MODULE,
	    N_("it was taken out or reset meanwhile"),
	    N_("insert the token and try again") },
	{ CKR_SESSION_CLOSED, SIGN_E_MODULE,
	    N_("it was taken out or reset meanwhile"),
	    N_("insert the token and try again") },
	{ CKR_TOKEN_NOT_RECOGNIZED, SIGN_E_MODULE,
	    N_("the module does not know this token"),
	    N_("name the module of the token's vendor with --module") },
	{ CKR_DEVICE_ERROR, SIGN_E_MODULE, N_("the device reports a fault"),
	    N_("take the token out, insert it and try again") },
	{ CKR_DEVICE_MEMORY, SIGN_E_MODULE, N_("the device is out of memory"),
	    N_("take the token out, insert it and try again") },
	{ CKR_SESSION_COUNT, SIGN_E_MODULE,
	    N_("other programs use it (no session left)"),
	    N_("close other programs that use the token") },
	{ CKR_FUNCTION_CANCELED, SIGN_E_CANCEL, N_("cancelled"), NULL },
	{ CKR_FUNCTION_REJECTED, SIGN_E_CANCEL, N_("rejected at the device"),
	    NULL },
	{ CKR_CANCEL, SIGN_E_CANCEL, N_("cancelled"), NULL },
	{ CKR_KEY_HANDLE_INVALID, SIGN_E_KEY, N_("the key is gone"), NULL },
	{ CKR_OBJECT_HANDLE_INVALID, SIGN_E_KEY, N_("the key is gone"), NULL },
	{ CKR_KEY_TYPE_INCONSISTENT, SIGN_E_KEY,
	    N_("the key is of another type than its certificate says"), NULL },
	{ CKR_KEY_SIZE_RANGE, SIGN_E_UNSUPPORTED,
	    N_("the key's size does not suit the token"), NULL },
	{ CKR_MECHANISM_INVALID, SIGN_E_UNSUPPORTED,
	    N_("it cannot make such signatures"), NULL },
	{ CKR_MECHANISM_PARAM_INVALID, SIGN_E_UNSUPPORTED,
	    N_("it does not take the signature's parameters"),
	    N_("try another --digest") },
	{ CKR_FUNCTION_NOT_SUPPORTED, SIGN_E_UNSUPPORTED,
	    N_("the module cannot sign"), NULL },
	{ CKR_DATA_LEN_RANGE, SIGN_E_UNSUPPORTED,
	    N_("it does not sign data of this length"), NULL },
	{ CKR_DATA_INVALID, SIGN_E_UNSUPPORTED,
	    N_("it does not sign such data"), NULL },
	{ CKR_HOST_MEMORY, SIGN_E_NOMEM, N_("out of memory"), NULL },
};

const struct p11_error *
sg_p11_error_rows(size_t *count)
{
	*count = sizeof(error_rows) / sizeof(error_rows[0]);
	return error_rows;
}

int
sg_p11_error(struct sg_env *env, const char *label, CK_RV rv)
{
	size_t i, count;
	const struct p11_error *row = sg_p11_error_rows(&count);

	for (i = 0; i < count; i++, row++) {
		if (row->rv != rv)
			continue;
		sg_err_set(env, row->code, N_("token \"%s\": %s"), label,
		    sg_tr(env, row->text));
		if (row->hint != NULL)
			sg_err_hint(env, "%s", sg_tr(env, row->hint));
		return row->code;
	}
	return sg_err_set(env, SIGN_E_CRYPTO,
	    N_("token \"%s\": its module failed (CKR 0x%lx: %s)"), label, rv,
	    p11_kit_strerror(rv));
}
