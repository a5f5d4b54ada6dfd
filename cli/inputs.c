/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/file.h"
#include "cli/inputs.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

/* A file that cannot be read is "other": verifying it will say why. */
static enum sign_kind
input_kind(const char *path)
{
	enum sign_kind kind = SIGN_KIND_OTHER;

	if (strcmp(path, "-") == 0)
		return SIGN_KIND_DETACHED;
	if (sign_probe(app_ctx(), path, &kind) != 0)
		return SIGN_KIND_OTHER;
	return kind;
}

/* Every signature beside a document; how many there were, -1: stopped. */
static int
input_beside(const char *document, inputs_fn *fn, void *payload)
{
	int i, found = 0, rc = 0;
	char *path;

	for (i = 0; rc == 0 && file_endings[i] != NULL; i++) {
		path = formatted("%s%s", document, file_endings[i]);
		if (path != NULL && file_exists(path)) {
			found++;
			rc = fn(path, &document, 1, payload);
		}
		free(path);
	}
	return rc == 0 ? found : -1;
}

/* A detached signature; a document or attached signature: what is inside and
 * what stands beside. */
static int
input_one(const char *path, inputs_fn *fn, void *payload)
{
	enum sign_kind kind = input_kind(path);
	int found;

	if (kind == SIGN_KIND_DETACHED)
		return fn(path, NULL, 0, payload);
	if (kind == SIGN_KIND_ATTACHED || kind == SIGN_KIND_CONTAINER) {
		if (fn(path, NULL, 0, payload) != 0)
			return -1;
		return input_beside(path, fn, payload) < 0 ? -1 : 0;
	}
	found = file_is_readable(path) ? input_beside(path, fn, payload) : 0;
	if (found != 0)
		return found < 0 ? -1 : 0;
	return fn(path, NULL, 0, payload);
}

void
inputs_each(const char *const *files, size_t count, const char *const *contents,
    size_t content_count, inputs_fn *fn, void *payload)
{
	size_t i;
	int rc = 0;

	if (count == 2 && content_count == 0 &&
	    input_kind(files[1]) == SIGN_KIND_DETACHED) {
		fn(files[1], &files[0], 1, payload);
		return;
	}
	for (i = 0; rc == 0 && i < count; i++)
		rc = content_count != 0
		    ? fn(files[i], contents, content_count, payload)
		    : input_one(files[i], fn, payload);
}
