/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cmskit.h"

#include "envkit.h"
#include "srckit.h"

#include "base/io.h"
#include "formats/encoding.h"
#include "formats/format.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

void
cms_data(const char *name, struct sg_buf *out)
{
	out->len = 0;
	assert_int_equal(sg_read_file(&env, src_path("tests/data/cms/%s", name),
			     1 << 20, out),
	    0);
}

int
cms_facts(struct sg_view view, const char *const *docs, struct sg_facts **facts)
{
	struct sg_source list[4] = { { .name = NULL } };
	struct sg_sources sources = { list, 0 };
	struct sg_in *in = NULL, *decoded = NULL;
	enum sg_encoding encoding;
	size_t i;
	int rc;

	for (; docs != NULL && docs[sources.count] != NULL; sources.count++) {
		list[sources.count].name = "document";
		assert_int_equal(sg_in_memory(&env, "document",
				     sg_view_str(docs[sources.count]),
				     &list[sources.count].in),
		    0);
	}
	assert_int_equal(sg_in_memory(&env, "test", view, &in), 0);
	assert_int_equal(
	    sg_encoding_open(&env, in, &decoded, &encoding, NULL), 0);
	*facts = NULL;
	rc = sg_format_cades.read(&env, decoded, &sources, facts);
	sg_in_free(decoded);
	sg_in_free(in);
	for (i = 0; i < sources.count; i++)
		sg_in_free(list[i].in);
	return rc;
}
