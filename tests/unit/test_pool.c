/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/msg.h"
#include "base/pool.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_push_keeps_elements(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	size_t *list = NULL;
	size_t *item;
	size_t count = 0, i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		item = sg_pool_push(pool, &list, &count, sizeof(*list));
		assert_non_null(item);
		assert_int_equal(*item, 0);
		*item = i;
	}
	assert_int_equal(count, 1000);
	for (i = 0; i < count; i++)
		assert_int_equal(list[i], i);
	sg_pool_free(pool);
}

static void
test_alloc_zeroed_and_aligned(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	unsigned char *ptr;
	size_t size, i;

	(void)state;
	for (size = 0; size < 20000; size = size * 2 + 1) {
		ptr = sg_pool_alloc(pool, size);
		assert_non_null(ptr);
		assert_int_equal((uintptr_t)ptr % 16, 0);
		for (i = 0; i < size; i++)
			assert_int_equal(ptr[i], 0);
		memset(ptr, 0xff, size);
	}
	assert_null(sg_pool_alloc(pool, SIZE_MAX));
	assert_null(sg_pool_array(pool, SIZE_MAX / 2, 4));
	sg_pool_free(pool);
}

static void
test_msg_takes_arguments_by_position(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_msg msg =
	    sg_msg_make(pool, "want %2$s, have %1$s (100%%)", "a%s", "b", NULL);

	(void)state;
	assert_string_equal(
	    sg_msg_text(NULL, pool, &msg, 1), "want b, have a%s (100%)");
	sg_pool_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_push_keeps_elements),
		cmocka_unit_test(test_alloc_zeroed_and_aligned),
		cmocka_unit_test(test_msg_takes_arguments_by_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
