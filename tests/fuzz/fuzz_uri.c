/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "tests/fuzz/fuzz.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/pool.h"
#include "libsign/key.h"
#include "libsign/key_pkcs11.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What of an accepted URI is used further on, against an object that some
 * URIs of the corpus mean. */
static void
use(P11KitUri *uri)
{
	static const CK_TOKEN_INFO token = { .label = "gosttok" };
	static const unsigned char id[] = { 1 };
	struct sg_view name = sg_view_of("anna", 4);
	struct sg_pool *pool = sg_pool_new();

	sg_p11_uri_class(uri);
	sg_p11_uri_wants(uri, sg_view_of(id, sizeof(id)), name);
	p11_kit_uri_match_token_info(uri, &token);
	p11_kit_uri_get_module_name(uri);
	p11_kit_uri_get_module_path(uri);
	if (p11_kit_uri_get_pin_value(uri) != NULL ||
	    p11_kit_uri_get_pin_source(uri) != NULL)
		abort(); /* no PIN gets through */
	if (pool == NULL ||
	    sg_p11_uri_make(pool, &token, CKO_PRIVATE_KEY,
		sg_view_of(id, sizeof(id)), name) == NULL)
		abort();
	sg_pool_free(pool);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	char *text = malloc(size + sizeof("pkcs11:"));
	P11KitUri *uri = NULL;

	if (text == NULL || (env.lib == NULL && sg_env_init(&env) < 0))
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (!sg_key_is_uri(text)) {
		memmove(text + 7, text, size + 1);
		memcpy(text, "pkcs11:", 7);
	}
	if (sg_p11_uri_parse(&env, text, &uri) == 0)
		use(uri);
	p11_kit_uri_free(uri);
	free(text);
	return 0;
}
