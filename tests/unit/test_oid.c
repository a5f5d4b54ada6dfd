/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/oid.h"
#include "base/env.h"

#include <openssl/objects.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_rows_are_sorted(void **state)
{
	const struct sg_oid *rows;
	int count, i;

	(void)state;
	rows = sg_oid_rows(&count);
	assert_true(count > 100);
	for (i = 1; i < count; i++)
		if (strcmp(rows[i - 1].dotted, rows[i].dotted) >= 0)
			fail_msg("%s does not stand before %s",
			    rows[i - 1].dotted, rows[i].dotted);
}

/* Dotted form to an object and back is the same text. */
static void
test_rows_round_trip(void **state)
{
	const struct sg_oid *rows;
	ASN1_OBJECT *object;
	char text[128];
	int count, i;

	(void)state;
	rows = sg_oid_rows(&count);
	for (i = 0; i < count; i++) {
		object = OBJ_txt2obj(rows[i].dotted, 1);
		assert_non_null(object);
		assert_true(OBJ_obj2txt(text, sizeof(text), object, 1) > 0);
		assert_string_equal(text, rows[i].dotted);
		assert_ptr_equal(sg_oid_find(text), &rows[i]);
		assert_true(rows[i].name[0] != '\0');
		assert_true(rows[i].clause[0] != '\0');
		ASN1_OBJECT_free(object);
	}
}

static void
test_constants_are_rows(void **state)
{
	(void)state;
#define CONSTANT(name, dotted, text, clause) \
	assert_string_equal(sg_oid_name(SG_OID_##name), text);
	SG_OIDS(CONSTANT)
#undef CONSTANT
}

static void
test_unknown_is_its_dotted_form(void **state)
{
	(void)state;
	assert_null(sg_oid_find("1.2.3"));
	assert_null(sg_oid_find(""));
	assert_string_equal(sg_oid_name("1.2.3"), "1.2.3");
}

/* Any value of up to five octets, and some longer: as OpenSSL writes it, where
 * it is none that OpenSSL has to write. */
static void
test_text_is_as_openssl_writes(void **state)
{
	unsigned char octets[2 + 24] = { V_ASN1_OBJECT };
	char ours[SG_OID_TEXT], theirs[SG_OID_TEXT];
	const unsigned char *at;
	ASN1_OBJECT *object;
	size_t len, i;
	unsigned round;
	int rc;

	(void)state;
	srand(7);
	for (round = 0; round < 50000; round++) {
		len = 1 + (size_t)rand() % (round % 10 == 0 ? 24 : 5);
		octets[1] = (unsigned char)len;
		for (i = 0; i < len; i++)
			octets[2 + i] = (unsigned char)rand();
		octets[1 + len] &= 0x7f;
		at = octets;
		object = d2i_ASN1_OBJECT(NULL, &at, (long)len + 2);
		rc = sg_oid_text(sg_view_of(octets + 2, len), ours);
		if (object == NULL) {
			assert_int_equal(rc, -1);
			continue;
		}
		assert_true(OBJ_obj2txt(theirs, sizeof(theirs), object, 1) > 0);
		if (rc == 0)
			assert_string_equal(ours, theirs);
		else
			assert_true(len > 8);
		assert_int_equal(sg_oid_of(object, ours), 0);
		assert_string_equal(ours, theirs);
		ASN1_OBJECT_free(object);
	}
	assert_int_equal(sg_oid_text(sg_view_of(octets + 2, 0), ours), -1);
	assert_int_equal(sg_oid_text(sg_view_of("\x2a\x83", 2), ours), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_sorted),
		cmocka_unit_test(test_rows_round_trip),
		cmocka_unit_test(test_constants_are_rows),
		cmocka_unit_test(test_unknown_is_its_dotted_form),
		cmocka_unit_test(test_text_is_as_openssl_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
