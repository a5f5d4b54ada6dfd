/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#define P11_KIT_FUTURE_UNSTABLE_API 1
#include "libsign/key_pkcs11.h"

#include "libsign/ctx.h"
#include "libsign/key.h"
#include "tests/lib/mkkey.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PIN "1234"

static char *dir;
static char module[512]; /* gosttok.so; "" without it or the engine */

static int
setup(void **state)
{
	const char *builddir = getenv("builddir");

	(void)state;
	dir = mk_dir();
	snprintf(module, sizeof(module), "%s/.libs/gosttok.so",
	    builddir != NULL ? builddir : ".");
	if (access(module, R_OK) != 0 || !mk_has_gost())
		module[0] = '\0';
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	mk_remove(dir);
	return 0;
}

/* ---- a token of gosttok's: a folder with keys and a configuration */

static void
token_conf(const char *folder, const char *text)
{
	mk_file(mk_path(folder, "gosttok.conf"), text, strlen(text));
}

static void
token_add(
    const char *folder, const char *name, const char *kind, int from, int to)
{
	EVP_PKEY *key = mk_key(kind);
	X509 *cert = mk_cert(key, name, from, to);

	mk_pem_key(mk_path(folder, "%s.key", name), key);
	mk_pem_cert(mk_path(folder, "%s.pem", name), cert);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* A fresh folder under this name; GOSTTOK_DIR points at it. */
static const char *
token_new(const char *name)
{
	static char folder[512];

	snprintf(folder, sizeof(folder), "%s", mk_path(dir, "%s", name));
	assert_int_equal(mkdir(folder, 0755), 0);
	token_conf(folder, "log\n");
	setenv("GOSTTOK_DIR", folder, 1);
	return folder;
}

/* How often the token was asked to log in since the last time. */
static int
token_logins(const char *folder)
{
	char *path = mk_path(folder, "gosttok.log");
	FILE *file = fopen(path, "r");
	char line[64];
	int count = 0;

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		count += strncmp(line, "login", 5) == 0;
	fclose(file);
	remove(path);
	return count;
}

/* p11-kit's modules are those of the test's own folder: none, or gosttok. */
static void
modules_are(int registered)
{
	char *folder = mk_path(dir, "modules");
	char *file = mk_path(dir, "modules/gosttok.module");
	char text[600];
	int len;

	mkdir(folder, 0755);
	len = snprintf(text, sizeof(text), "module: %s\n", module);
	remove(file);
	if (registered)
		mk_file(file, text, (size_t)len);
	p11_kit_override_system_files(
	    "/nonexistent", "/nonexistent", folder, "/nonexistent", "/none");
}

/* ---- opening and signing */

static struct sign_key_options
options_of(const char *uri, const char *cert)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;

	options.name = uri;
	options.cert = cert;
	options.module = module;
	return options;
}

/* ---- what the token does, and what the person is told */

struct token_case {
	const char *name, *conf;
	const char *uri; /* NULL: whatever is there */
	const char *pin; /* NULL: the person cancels */
	int open, sign;  /* codes; sign only after a good open */
	int asked;
	enum sign_pin_kind kind; /* of the last question */
	unsigned flags;
	int logins;       /* that reached the token */
	const char *says; /* in the message or the hint; NULL */
};

#define URI "pkcs11:token=gosttok;object=anna"

static const struct token_case token_cases[] = {
	{ "plain", "", URI, PIN, 0, 0, 1, SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "the only key", "", NULL, PIN, 0, 0, 1, SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "by certificate", "", URI ";type=cert", PIN, 0, 0, 1, SIGN_PIN_TOKEN,
	    0, 1, NULL },
	{ "by public key", "", URI ";type=public", PIN, 0, 0, 1, SIGN_PIN_TOKEN,
	    0, 1, NULL },
	{ "by private key", "", URI ";type=private", PIN, 0, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "upper case scheme", "", "PKCS11:object=anna", PIN, 0, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "secret key", "", URI ";type=secret-key", PIN, SIGN_E_KEY, 0, 0, 0, 0,
	    0, "type" },
	{ "few tries", "count-low\n", URI, PIN, 0, 0, 1, SIGN_PIN_TOKEN,
	    SIGN_PIN_COUNT_LOW, 1, NULL },
	{ "final try", "final-try\n", URI, PIN, 0, 0, 1, SIGN_PIN_TOKEN,
	    SIGN_PIN_FINAL_TRY, 1, NULL },
	{ "locked", "locked\n", URI, PIN, 0, SIGN_E_LOCKED, 0, 0, 0, 0,
	    "locked" },
	{ "PIN pad", "pin-pad\n", URI, PIN, 0, 0, 1, SIGN_PIN_PAD, 0, 1, NULL },
	{ "each signature", "always-authenticate\n", URI, PIN, 0, 0, 2,
	    SIGN_PIN_KEY, 0, 2, NULL },
	{ "each signature, PIN pad", "always-authenticate\npin-pad\n", URI, PIN,
	    0, 0, 2, SIGN_PIN_PAD, 0, 2, NULL },
	{ "cancelled", "", URI, NULL, 0, SIGN_E_CANCEL, 1, SIGN_PIN_TOKEN, 0, 0,
	    "cancelled" },
	{ "empty answer", "", URI, "", 0, SIGN_E_CANCEL, 1, SIGN_PIN_TOKEN, 0,
	    0, "no PIN" },
	{ "wrong PIN", "", URI, "4321", 0, SIGN_E_PIN, 1, SIGN_PIN_TOKEN, 0, 1,
	    "few tries" },
	{ "wrong PIN, one left", "tries=2\n", URI, "4321", 0, SIGN_E_PIN, 1,
	    SIGN_PIN_TOKEN, 0, 1, "one more" },
	{ "wrong PIN, the last", "tries=1\n", URI, "4321", 0, SIGN_E_LOCKED, 1,
	    SIGN_PIN_TOKEN, SIGN_PIN_FINAL_TRY, 1, "locked" },
	{ "absent", "absent\n", URI, PIN, SIGN_E_MODULE, 0, 0, 0, 0, 0,
	    "insert" },
	{ "absent, no name", "absent\n", NULL, PIN, SIGN_E_MODULE, 0, 0, 0, 0,
	    0, "insert" },
	{ "another token", "label=other\n", URI, PIN, SIGN_E_MODULE, 0, 0, 0, 0,
	    0, "not there" },
	{ "wrapped", "wrap\n", URI, PIN, 0, 0, 1, SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "reversed", "reverse\n", URI, PIN, 0, 0, 1, SIGN_PIN_TOKEN, 0, 1,
	    NULL },
	{ "wrapped, reversed", "wrap\nreverse\n", URI, PIN, 0, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "no ids", "no-id\n", URI, PIN, 0, 0, 1, SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "no public key", "no-public\n", URI, PIN, 0, 0, 1, SIGN_PIN_TOKEN, 0,
	    1, NULL },
	{ "no public key, no name", "no-public\n", NULL, PIN, 0, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "private certificate", "private-cert\n", URI, PIN, 0, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "all private", "private-cert\nno-public\n", URI, PIN, 0, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, NULL },
	{ "no certificate", "no-cert\n", URI, PIN, SIGN_E_KEY, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, "--cert" },
	{ "vendor containers", "empty\n", NULL, PIN, SIGN_E_KEY, 0, 0, 0, 0, 0,
	    "vendor key containers" },
	{ "vendor containers, named", "empty\n", URI, PIN, SIGN_E_KEY, 0, 1,
	    SIGN_PIN_TOKEN, 0, 1, "vendor key containers" },
	{ "no such key", "", "pkcs11:token=gosttok;object=boris", PIN,
	    SIGN_E_KEY, 0, 1, SIGN_PIN_TOKEN, 0, 1, "no such key" },
	{ "hashing only", "no-raw\n", URI, PIN, 0, SIGN_E_UNSUPPORTED, 1,
	    SIGN_PIN_TOKEN, 0, 1, "hashed by itself" },
	{ "no session", "fault-open=0xb1\n", URI, PIN, SIGN_E_MODULE, 0, 0, 0,
	    0, 0, "other programs" },
	{ "search fails", "fault-find=0x30\n", URI, PIN, SIGN_E_MODULE, 0, 0, 0,
	    0, 0, "fault" },
	{ "PIN expired", "fault-login=0xa3\n", URI, PIN, 0, SIGN_E_LOCKED, 1,
	    SIGN_PIN_TOKEN, 0, 1, "expired" },
	{ "removed", "fault-sign=0x32\n", URI, PIN, 0, SIGN_E_MODULE, 1,
	    SIGN_PIN_TOKEN, 0, 1, "taken out" },
	{ "cancelled at the device", "fault-sign=0x50\n", URI, PIN, 0,
	    SIGN_E_CANCEL, 1, SIGN_PIN_TOKEN, 0, 1, "cancelled" },
	{ "unknown failure", "fault-sign=0x80000123\n", URI, PIN, 0,
	    SIGN_E_CRYPTO, 1, SIGN_PIN_TOKEN, 0, 1, "0x80000123" },
};

static void
check_said(struct sign_ctx *ctx, const struct token_case *row, int code)
{
	if (code == 0)
		return;
	assert_int_equal(sign_ctx_error(ctx), code);
	assert_null(strchr(sign_ctx_message(ctx), '\n'));
	if (row->says != NULL &&
	    strstr(sign_ctx_message(ctx), row->says) == NULL &&
	    strstr(sign_ctx_hint(ctx), row->says) == NULL)
		fail_msg("%s: \"%s\" is not in: %s / %s", row->name, row->says,
		    sign_ctx_message(ctx), sign_ctx_hint(ctx));
}

static void
run_case(const struct token_case *row, const char *folder)
{
	struct sign_key_options options = options_of(row->uri, NULL);
	struct mk_asked asked = { .pin = row->pin };
	struct sign_ctx *ctx = mk_ctx(&asked);
	struct sign_key *key = NULL;
	char conf[256];
	int ret;

	print_message("# %s\n", row->name);
	snprintf(conf, sizeof(conf), "log\n%s", row->conf);
	token_conf(folder, conf);
	ret = sign_key_open(ctx, &options, &key);
	if (ret != row->open)
		fail_msg("%s: open gives %d: %s", row->name, ret,
		    sign_ctx_message(ctx));
	check_said(ctx, row, row->open);
	if (ret == 0) {
		ret = mk_sign(ctx, key, 0);
		if (ret != row->sign)
			fail_msg("%s: sign gives %d: %s", row->name, ret,
			    sign_ctx_message(ctx));
		check_said(ctx, row, row->sign);
	}
	assert_int_equal(asked.count, row->asked);
	if (row->asked != 0) {
		assert_int_equal(asked.kind, row->kind);
		assert_int_equal(asked.flags, row->flags);
		assert_string_equal(asked.name, "gosttok");
	}
	assert_int_equal(token_logins(folder), row->logins);
	sign_key_free(key);
	sign_ctx_free(ctx);
}

static void
test_tokens(void **state)
{
	const char *folder;
	size_t i;

	(void)state;
	if (module[0] == '\0')
		skip();
	modules_are(0);
	folder = token_new("one");
	token_add(folder, "anna", "gost256:A", -10, 10);
	for (i = 0; i < sizeof(token_cases) / sizeof(token_cases[0]); i++)
		run_case(&token_cases[i], folder);
}

/* ---- parameter sets and sizes */

static void
test_parameter_sets(void **state)
{
	static const char *const kinds[] = { "gost256:B", "gost256:XA",
		"gost256:TCA", "gost256:TCB", "gost512:A", "gost512:C" };
	struct token_case row = { "", "", "pkcs11:object=key", PIN, 0, 0, 1,
		SIGN_PIN_TOKEN, 0, 1, NULL };
	const char *folder;
	size_t i;

	(void)state;
	if (module[0] == '\0')
		skip();
	modules_are(0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		row.name = kinds[i];
		folder = token_new(kinds[i]);
		/* ":" separates folders */
		assert_int_equal(rename(folder, mk_path(dir, "set%zu", i)), 0);
		folder = mk_path(dir, "set%zu", i);
		setenv("GOSTTOK_DIR", folder, 1);
		token_add(folder, "key", kinds[i], -1, 1);
		row.conf = "";
		run_case(&row, folder);
		row.conf = "wrap\nreverse\n";
		run_case(&row, folder);
	}
}

/* ---- a batch, two keys, removal meanwhile */

static void
test_batch(void **state)
{
	struct sign_key_options options = options_of(URI, NULL);
	struct mk_asked asked = { .pin = PIN };
	struct sign_key *key = NULL, *other = NULL;
	struct sign_ctx *ctx;
	const char *folder;
	int i;

	(void)state;
	if (module[0] == '\0')
		skip();
	modules_are(0);
	ctx = mk_ctx(&asked);
	folder = token_new("batch");
	token_add(folder, "anna", "gost256:A", -10, 10);
	assert_int_equal(sign_key_open(ctx, &options, &key), 0);
	assert_int_equal(asked.count, 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(mk_sign(ctx, key, 0), 0);
	assert_int_equal(asked.count, 1);
	/* another key of the same process finds the token open */
	assert_int_equal(sign_key_open(ctx, &options, &other), 0);
	assert_int_equal(mk_sign(ctx, other, 0), 0);
	assert_int_equal(asked.count, 1);
	assert_int_equal(token_logins(folder), 1);
	sign_key_free(other);
	/* taken out, and put back */
	token_conf(folder, "absent\n");
	assert_int_equal(mk_sign(ctx, key, 0), SIGN_E_MODULE);
	token_conf(folder, "");
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	/* a failure leaves no operation behind that stands in the way */
	token_conf(folder, "always-authenticate\n");
	sign_key_free(key);
	asked.count = 0;
	assert_int_equal(sign_key_open(ctx, &options, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	token_conf(folder, "always-authenticate\nfault-login=0xa0\n");
	assert_int_equal(mk_sign(ctx, key, 0), SIGN_E_PIN);
	token_conf(folder, "always-authenticate\n");
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	assert_int_equal(asked.count, 4);
	sign_key_free(key);
	sign_ctx_free(ctx);
}

/* ---- several keys */

static int
open_code(struct sign_ctx *ctx, const char *uri, const char *cert,
    struct sign_key **key)
{
	struct sign_key_options options = options_of(uri, cert);

	sign_key_free(*key);
	*key = NULL;
	return sign_key_open(ctx, &options, key);
}

static void
test_several(void **state)
{
	struct mk_asked asked = { .pin = PIN };
	struct sign_key *key = NULL;
	const char *folder, *cert;
	struct sign_ctx *ctx;

	(void)state;
	if (module[0] == '\0')
		skip();
	modules_are(0);
	ctx = mk_ctx(&asked);
	folder = token_new("several");
	cert = mk_path(folder, "boris.pem");
	token_add(folder, "anna", "gost256:A", -10, 10);
	token_add(folder, "boris", "gost256:B", -10, 10);
	token_add(folder, "expired", "gost256:A", -100, -10);
	token_add(folder, "early", "gost512:A", 10, 20);
	assert_int_equal(open_code(ctx, NULL, NULL, &key), SIGN_E_KEY);
	assert_non_null(strstr(sign_ctx_message(ctx), "2 keys"));
	assert_non_null(strstr(sign_ctx_hint(ctx), "object=anna"));
	assert_int_equal(
	    open_code(ctx, "pkcs11:token=gosttok", NULL, &key), SIGN_E_KEY);
	assert_non_null(strstr(sign_ctx_message(ctx), "4 keys"));
	/* the certificate picks the key */
	assert_int_equal(open_code(ctx, NULL, cert, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	assert_int_equal(open_code(ctx, "pkcs11:token=gosttok",
			     "pkcs11:object=boris;type=cert", &key),
	    0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	/* what was named is taken, expired or not: that is judged elsewhere */
	assert_int_equal(
	    open_code(ctx, "pkcs11:object=expired", NULL, &key), 0);
	assert_int_equal(
	    open_code(ctx, "pkcs11:object=anna", cert, &key), SIGN_E_KEY);
	assert_int_equal(
	    open_code(ctx, "pkcs11:object=anna", "pkcs11:object=nobody", &key),
	    SIGN_E_KEY);
	sign_key_free(key);
	sign_ctx_free(ctx);
}

/* A certificate under the key's id that belongs to another key: nothing is
 * signed, and no PIN is asked where the token tells. */
static void
test_mismatch(void **state)
{
	struct mk_asked asked = { .pin = PIN };
	struct sign_key *key = NULL;
	struct sign_ctx *ctx;
	const char *folder;
	EVP_PKEY *other;
	X509 *cert;

	(void)state;
	if (module[0] == '\0')
		skip();
	modules_are(0);
	ctx = mk_ctx(&asked);
	folder = token_new("mismatch");
	token_add(folder, "anna", "gost256:A", -10, 10);
	other = mk_key("gost256:A");
	cert = mk_cert(other, "not hers", -10, 10);
	remove(mk_path(folder, "anna.pem"));
	mk_pem_cert(mk_path(folder, "anna.pem"), cert);
	assert_int_equal(
	    open_code(ctx, URI ";type=private", NULL, &key), SIGN_E_KEY);
	assert_non_null(strstr(sign_ctx_message(ctx), "does not belong"));
	assert_int_equal(
	    open_code(ctx, URI, mk_path(folder, "anna.pem"), &key), SIGN_E_KEY);
	assert_int_equal(asked.count, 0);
	X509_free(cert);
	EVP_PKEY_free(other);
	sign_ctx_free(ctx);
}

static void
test_several_tokens(void **state)
{
	struct mk_asked asked = { .pin = PIN };
	char dirs[1200], first[512];
	struct sign_key *key = NULL;
	struct sign_ctx *ctx;
	const char *folder;

	(void)state;
	if (module[0] == '\0')
		skip();
	modules_are(0);
	ctx = mk_ctx(&asked);
	folder = token_new("first");
	token_add(folder, "anna", "gost256:A", -10, 10);
	snprintf(first, sizeof(first), "%s", folder);
	folder = token_new("second");
	token_add(folder, "boris", "gost512:A", -10, 10);
	token_conf(folder, "label=second\npin=777777\n");
	snprintf(dirs, sizeof(dirs), "%s:%s", first, folder);
	setenv("GOSTTOK_DIR", dirs, 1);
	assert_int_equal(open_code(ctx, NULL, NULL, &key), SIGN_E_KEY);
	assert_int_equal(open_code(ctx, "pkcs11:serial=0001", NULL, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	assert_string_equal(asked.name, "gosttok");
	asked.pin = "777777";
	assert_int_equal(open_code(ctx, "pkcs11:slot-id=1", NULL, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	assert_string_equal(asked.name, "second");
	assert_int_equal(open_code(ctx, "pkcs11:object=boris", NULL, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	/* a token that fails does not hide the other */
	token_conf(first, "fault-open=0x30\n");
	assert_int_equal(open_code(ctx, NULL, NULL, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	sign_key_free(key);
	sign_ctx_free(ctx);
}

/* ---- modules */

static void
test_modules(void **state)
{
	struct mk_asked asked = { .pin = PIN };
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;
	struct sign_ctx *ctx = mk_ctx(&asked);
	struct sign_key *key = NULL;
	const char *folder;
	char uri[600];

	(void)state;
	modules_are(0);
	options.name = "pkcs11:object=anna";
	assert_int_equal(sign_key_open(ctx, &options, &key), SIGN_E_MODULE);
	assert_non_null(strstr(sign_ctx_hint(ctx), "softhsm2"));
	options.module = "/nonexistent/module.so";
	assert_int_equal(sign_key_open(ctx, &options, &key), SIGN_E_MODULE);
	options.module = mk_path(dir, "text.so");
	mk_file(options.module, "text", 4);
	assert_int_equal(sign_key_open(ctx, &options, &key), SIGN_E_MODULE);
	assert_non_null(strstr(sign_ctx_hint(ctx), "--module"));
	if (module[0] == '\0') {
		sign_ctx_free(ctx);
		skip();
	}
	folder = token_new("named");
	token_add(folder, "anna", "gost256:A", -10, 10);
	/* named by the URI */
	options.module = NULL;
	snprintf(uri, sizeof(uri), "pkcs11:object=anna?module-path=%s", module);
	options.name = uri;
	assert_int_equal(sign_key_open(ctx, &options, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	sign_key_free(key);
	/* registered */
	modules_are(1);
	options.name = "pkcs11:object=anna?module-name=gosttok";
	assert_int_equal(sign_key_open(ctx, &options, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	sign_key_free(key);
	key = NULL;
	options.name = "pkcs11:object=anna?module-name=other";
	assert_int_equal(sign_key_open(ctx, &options, &key), SIGN_E_MODULE);
	/* registered and named: one token all the same */
	options.name = NULL;
	options.module = module;
	assert_int_equal(sign_key_open(ctx, &options, &key), 0);
	sign_key_free(key);
	modules_are(0);
	sign_ctx_free(ctx);
}

/* ---- lists */

static const struct sign_item *
list_find(struct sign_items *items, enum sign_item_kind kind, const char *label)
{
	const struct sign_item *item;
	size_t i;

	for (i = 0; i < sign_items_count(items); i++) {
		item = sign_items_get(items, i);
		if (item->kind == kind && strcmp(item->label, label) == 0)
			return item;
	}
	return NULL;
}

static void
test_list(void **state)
{
	struct mk_asked asked = { .pin = PIN };
	const struct sign_item *item;
	struct sign_items *items;
	struct sign_key *key = NULL;
	struct sign_ctx *ctx = mk_ctx(&asked);
	const char *folder;

	(void)state;
	modules_are(0);
	assert_int_equal(sign_items_list(ctx, NULL, 0, &items), 0);
	assert_int_equal(sign_items_count(items), 0);
	assert_null(sign_items_get(items, 0));
	sign_items_free(items);
	if (module[0] == '\0') {
		sign_ctx_free(ctx);
		skip();
	}
	folder = token_new("list");
	token_add(folder, "anna", "gost256:A", -10, 10);
	token_add(folder, "expired", "gost512:A", -100, -10);
	assert_int_equal(sign_items_list(ctx, module, 0, &items), 0);
	assert_int_equal(sign_items_count(items), 5);
	item = list_find(items, SIGN_ITEM_TOKEN, "gosttok");
	assert_string_equal(item->uri,
	    "pkcs11:model=soft;manufacturer=podpis;serial=0001;"
	    "token=gosttok");
	assert_string_equal(item->manufacturer, "podpis");
	assert_null(item->note);
	item = list_find(items, SIGN_ITEM_KEY, "anna");
	assert_non_null(strstr(item->algorithm, "256"));
	assert_int_equal(item->usable, 1);
	assert_true(item->cert_len > 100);
	/* the URI that is shown opens the key */
	assert_int_equal(open_code(ctx, item->uri, NULL, &key), 0);
	item = list_find(items, SIGN_ITEM_KEY, "expired");
	assert_non_null(strstr(item->algorithm, "512"));
	assert_int_equal(item->usable, 0);
	item = list_find(items, SIGN_ITEM_CERT, "anna");
	assert_int_equal(open_code(ctx, item->uri, NULL, &key), 0);
	assert_int_equal(asked.count, 0);
	sign_items_free(items);
	sign_key_free(key);

	token_conf(folder, "private-cert\nno-public\n");
	assert_int_equal(sign_items_list(ctx, module, 0, &items), 0);
	assert_int_equal(sign_items_count(items), 1);
	item = sign_items_get(items, 0);
	assert_non_null(strstr(item->note, "vendor key containers"));
	sign_items_free(items);
	assert_int_equal(sign_items_list(ctx, module, 1, &items), 0);
	assert_int_equal(sign_items_count(items), 5);
	assert_int_equal(asked.count, 1);
	sign_items_free(items);

	token_conf(folder, "locked\n");
	assert_int_equal(sign_items_list(ctx, module, 1, &items), 0);
	assert_string_equal(sign_items_get(items, 0)->note, "PIN locked");
	assert_int_equal(asked.count, 1);
	sign_items_free(items);
	sign_ctx_free(ctx);
}

/* ---- SoftHSM, as p11-kit's configuration of the system has it */

struct soft_case {
	const char *kind, *id;
	int pss;
};

static const struct soft_case soft_cases[] = {
	{ "rsa", "01", 0 },
	{ "rsa", "01", 1 },
	{ "p256", "02", 0 },
	{ "p384", "03", 0 },
	{ "ed25519", "04", 0 },
};

static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Into a shell; the answer must be yes. */
static int
shell(const char *format, ...)
{
	char command[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command) == 0;
}

static int
soft_import(const char *kind, const char *id)
{
	char *key_path = mk_path(dir, "soft.key");
	char *cert_path = mk_path(dir, "soft.der");
	EVP_PKEY *key = mk_key(kind);
	X509 *cert = mk_cert(key, kind, -10, 10);
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);
	int good;

	remove(key_path);
	mk_pem_key(key_path, key);
	mk_file(cert_path, der, (size_t)len);
	good = shell("softhsm2-util --import %s --token soft --pin 1234 "
		     "--label %s --id %s >/dev/null 2>&1",
		   key_path, kind, id) &&
	    shell("pkcs11-tool --module \"$(ls "
		  "/usr/lib/*/softhsm/libsofthsm2.so "
		  "/usr/lib/softhsm/libsofthsm2.so 2>/dev/null | head -1)\" "
		  "--token-label soft --login --pin 1234 --type cert "
		  "--write-object %s --id %s --label %s >/dev/null 2>&1",
		cert_path, id, kind);
	OPENSSL_free(der);
	X509_free(cert);
	EVP_PKEY_free(key);
	return good;
}

static int
soft_make(void)
{
	char *tokens = mk_path(dir, "softhsm");
	char *conf = mk_path(dir, "softhsm2.conf");
	char text[600];
	size_t i;
	int len;

	mkdir(tokens, 0755);
	len = snprintf(text, sizeof(text),
	    "directories.tokendir = %s\nobjectstore.backend = file\n"
	    "log.level = ERROR\n",
	    tokens);
	mk_file(conf, text, (size_t)len);
	setenv("SOFTHSM2_CONF", conf, 1);
	if (!shell("softhsm2-util --init-token --free --label soft "
		   "--pin 1234 --so-pin 12345678 >/dev/null 2>&1"))
		return 0;
	for (i = 0; i < sizeof(soft_cases) / sizeof(soft_cases[0]); i++)
		if (!soft_cases[i].pss &&
		    !soft_import(soft_cases[i].kind, soft_cases[i].id))
			return 0;
	return 1;
}

static int
soft_is_registered(struct sign_ctx *ctx)
{
	struct sign_items *items;
	int found;

	if (sign_items_list(ctx, NULL, 0, &items) != 0)
		return 0;
	found = list_find(items, SIGN_ITEM_TOKEN, "soft") != NULL;
	sign_items_free(items);
	return found;
}

static void
test_softhsm(void **state)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;
	struct mk_asked asked = { .pin = PIN };
	struct sign_ctx *ctx = mk_ctx(&asked);
	struct sign_key *key = NULL;
	char uri[128];
	size_t i;

	(void)state;
	if (!soft_make() || !soft_is_registered(ctx)) {
		sign_ctx_free(ctx);
		skip();
	}
	for (i = 0; i < sizeof(soft_cases) / sizeof(soft_cases[0]); i++) {
		print_message("# %s%s\n", soft_cases[i].kind,
		    soft_cases[i].pss ? ", PSS" : "");
		snprintf(uri, sizeof(uri), "pkcs11:token=soft;id=%%%s",
		    soft_cases[i].id);
		options.name = uri;
		asked.count = 0;
		assert_int_equal(sign_key_open(ctx, &options, &key), 0);
		assert_int_equal(asked.count, 0);
		assert_int_equal(mk_sign(ctx, key, soft_cases[i].pss), 0);
		assert_int_equal(mk_sign(ctx, key, soft_cases[i].pss), 0);
		assert_int_equal(asked.count, 1);
		sign_key_free(key);
	}
	options.name = "pkcs11:token=soft";
	assert_int_equal(sign_key_open(ctx, &options, &key), SIGN_E_KEY);
	options.name = uri;
	asked.pin = "9999";
	assert_int_equal(sign_key_open(ctx, &options, &key), 0);
	assert_int_equal(mk_sign(ctx, key, 0), SIGN_E_PIN);
	sign_key_free(key);
	sign_ctx_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* the first, while p11-kit's configuration is the system's */
		cmocka_unit_test(test_softhsm),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_parameter_sets),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_mismatch),
		cmocka_unit_test(test_several_tokens),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
