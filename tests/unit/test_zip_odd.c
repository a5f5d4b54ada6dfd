/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"
#include "srckit.h"
#include "zipkit.h"

#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A thousand ways of being odd: tests/lab/mkzip.py makes them. */

static char dir[] = "/tmp/test_zip.XXXXXX";

static const struct sg_zip_entry *
first_fault(const struct sg_zip *zip)
{
	size_t i;

	for (i = 0; i < zip->entry_count; i++)
		if (zip->entries[i].fault != NULL)
			return &zip->entries[i];
	return NULL;
}

static int
read_entries(struct sg_zip *zip)
{
	struct sg_in *in;
	uint64_t total;
	int rc = 0;
	size_t i;

	for (i = 0; rc == 0 && i < zip->entry_count; i++) {
		assert_int_equal(
		    sg_zip_in(&env, zip, &zip->entries[i], &in), 0);
		rc = drain(in, &total);
		assert_true(rc < 0 || total == zip->entries[i].size);
		sg_in_free(in);
	}
	return rc;
}

/* A copy of everything has the same names and the same files. */
static void
assert_copies(struct sg_zip *zip)
{
	struct sg_zip_item *items =
	    calloc(zip->entry_count + 1, sizeof(*items));
	struct sg_buf copy = { 0 };
	struct sg_zip *again;
	struct sg_in *in;
	size_t i;

	assert_non_null(items);
	assert_int_equal(write_items(items, copy_all(zip, items), &copy), 0);
	again = open_buf(&copy, &in);
	assert_int_equal(again->entry_count, zip->entry_count);
	for (i = 0; i < zip->entry_count; i++) {
		assert_string_equal(
		    again->entries[i].name, zip->entries[i].name);
		assert_int_equal(again->entries[i].crc, zip->entries[i].crc);
	}
	assert_int_equal(read_entries(again), 0);
	sg_zip_free(again);
	sg_in_free(in);
	sg_buf_free(&copy);
	free(items);
}

/* What happens, as the table calls it. */
static const char *
outcome(struct sg_in *in)
{
	struct sg_zip *zip = NULL;
	const struct sg_zip_entry *fault;
	const char *what = "good";
	int rc = sg_zip_open(&env, in, &zip);

	if (rc < 0)
		return rc == SIGN_E_LIMIT ? "limit" : "format";
	fault = first_fault(zip);
	rc = read_entries(zip);
	if (rc == 0)
		assert_copies(zip);
	if (zip->warning_count != 0) {
		what = "warn";
		sg_err_set(&env, 0, "%s", zip->warnings[0].id);
	}
	if (rc < 0) {
		assert_int_equal(rc, SIGN_E_FORMAT);
		what = fault != NULL ? "fault" : "broken";
		if (fault != NULL)
			assert_non_null(strstr(env.english, fault->fault));
	}
	assert_true((fault != NULL) == (strcmp(what, "fault") == 0));
	sg_zip_free(zip);
	return what;
}

static int
try_row(const char *name, const char *expect, const char *words)
{
	char path[600];
	const char *what;
	struct sg_in *in;
	regex_t regex;
	int ok;

	snprintf(path, sizeof(path), "%s/%s.zip", dir, name);
	assert_int_equal(sg_in_open(&env, path, &in), 0);
	sg_err_clear(&env);
	what = outcome(in);
	sg_in_free(in);
	assert_int_equal(regcomp(&regex, words, REG_EXTENDED), 0);
	ok = strcmp(what, expect) == 0 &&
	    (words[0] == '\0' || regexec(&regex, env.english, 0, NULL, 0) == 0);
	regfree(&regex);
	if (!ok)
		print_message("%s: want %s (%s), have %s (%s)\n", name, expect,
		    words, what, env.english);
	return ok;
}

static void
test_table_of_odd_archives(void **state)
{
	char line[512];
	char *expect, *words;
	int rows = 0, failed = 0;
	FILE *table;

	(void)state;
	if (system("command -v python3 >/dev/null") != 0) {
		print_message("python3 is not there\n");
		skip();
	}
	snprintf(line, sizeof(line), "python3 '%s' '%s'",
	    src_path("tests/lab/mkzip.py"), dir);
	assert_int_equal(system(line), 0);
	snprintf(line, sizeof(line), "%s/table", dir);
	table = fopen(line, "r");
	assert_non_null(table);
	while (fgets(line, sizeof(line), table) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		expect = strchr(line, '\t');
		assert_non_null(expect);
		*expect++ = '\0';
		words = strchr(expect, '\t');
		assert_non_null(words);
		*words++ = '\0';
		failed += !try_row(line, expect, words);
		rows++;
	}
	fclose(table);
	assert_true(rows > 150);
	assert_int_equal(failed, 0);
}

static int
setup(void **state)
{
	if (mkdtemp(dir) == NULL)
		return -1;
	return env_setup(state);
}

static int
teardown(void **state)
{
	char command[64];

	env_teardown(state);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_of_odd_archives),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
