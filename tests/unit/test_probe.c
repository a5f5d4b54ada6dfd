/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "srckit.h"

#include "sign/ctx.h"
#include "sign/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MAX_FILE 65536

static char target[] = "/tmp/podpis-probe.XXXXXX";

/* Files of tests/data/cms, and what they are. */
static const struct {
	const char *file;
	enum sign_kind kind;
} files[] = {
	{ "attached.der", SIGN_KIND_ATTACHED },
	{ "detached.der", SIGN_KIND_DETACHED },
	{ "stream.ber", SIGN_KIND_ATTACHED },
	{ "two.der", SIGN_KIND_ATTACHED },
	{ "enveloped.der", SIGN_KIND_OTHER },
};

static const struct {
	const char *name, *text;
	enum sign_kind kind;
} texts[] = {
	{ "nothing", "", SIGN_KIND_OTHER },
	{ "text", "the lease\n", SIGN_KIND_OTHER },
	{ "letters of base64", "MIIB", SIGN_KIND_OTHER },
	{ "XML without a signature", "<a/>", SIGN_KIND_OTHER },
	{ "broken XML", "<a", SIGN_KIND_OTHER },
	{ "PEM of something else",
	    "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
	    SIGN_KIND_OTHER },
	{ "a head alone",
	    "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
	    SIGN_KIND_OTHER },
};

static void
put(const void *octets, size_t len)
{
	FILE *file = fopen(target, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(octets, 1, len, file), len);
	fclose(file);
}

static size_t
get(const char *name, unsigned char *octets)
{
	const char *path = src_path("tests/data/cms/%s", name);
	size_t len;
	FILE *file;

	file = fopen(path, "rb");
	if (file == NULL)
		fail_msg("no %s", path);
	len = fread(octets, 1, MAX_FILE, file);
	fclose(file);
	return len;
}

static void
test_files(void **state)
{
	static unsigned char octets[MAX_FILE];
	enum sign_kind kind;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		put(octets, get(files[i].file, octets));
		assert_int_equal(sign_probe(*state, target, &kind), 0);
		if (kind != files[i].kind)
			fail_msg("%s: %d", files[i].file, (int)kind);
	}
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put(texts[i].text, strlen(texts[i].text));
		assert_int_equal(sign_probe(*state, target, &kind), 0);
		if (kind != texts[i].kind)
			fail_msg("%s: %d", texts[i].name, (int)kind);
	}
	assert_int_equal(
	    sign_probe(*state, "/nothing/there", &kind), SIGN_E_IO);
	assert_int_equal(sign_probe(*state, "/tmp", &kind), SIGN_E_IO);
}

/* Cut short, a file is what it was or nothing, never the other kind. */
static void
test_cut(void **state)
{
	static unsigned char octets[MAX_FILE];
	enum sign_kind kind;
	size_t i, len, cut;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		len = get(files[i].file, octets);
		for (cut = 0; cut < len && cut < 512; cut++) {
			put(octets, cut);
			assert_int_equal(sign_probe(*state, target, &kind), 0);
			if (kind != files[i].kind && kind != SIGN_KIND_OTHER)
				fail_msg("%s, %zu octets: %d", files[i].file,
				    cut, (int)kind);
		}
	}
}

/* Each octet of the beginning with each bit turned: no crash, no error. */
static void
test_bits(void **state)
{
	static unsigned char octets[MAX_FILE];
	enum sign_kind kind;
	size_t len = get("detached.der", octets), i;
	int bit;

	for (i = 0; i < len && i < 64; i++) {
		for (bit = 0; bit < 8; bit++) {
			octets[i] ^= (unsigned char)(1 << bit);
			put(octets, len);
			assert_int_equal(sign_probe(*state, target, &kind), 0);
			octets[i] ^= (unsigned char)(1 << bit);
		}
	}
}

static int
set_up(void **state)
{
	struct sign_ctx *ctx = NULL;
	int fd = mkstemp(target);

	if (fd < 0 || sign_ctx_new(&ctx) != 0)
		return -1;
	close(fd);
	*state = ctx;
	return 0;
}

static int
tear_down(void **state)
{
	sign_ctx_free(*state);
	return unlink(target);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bits),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
