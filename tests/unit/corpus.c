/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/corpus.h"

#include "srckit.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CORPUS_MAX_FILE (8 * 1024 * 1024)
#define CORPUS_MAX_LINE 65536

static FILE *
corpus_open(const char *file)
{
	if (getenv("PODPIS_SLOW") != NULL) /* as if it were not there */
		return NULL;
	return fopen(src_path("../shared/corpus/russia/%s", file), "rb");
}

static const char *
corpus_text(json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text != NULL ? text : "";
}

static const char *
corpus_issuer(json_t *line)
{
	const char *key, *text;
	json_t *value;

	json_object_foreach(json_object_get(line, "verify"), key, value)
	{
		text = json_string_value(value);
		if (text != NULL && strncmp(text, "OK by ", 6) == 0)
			return text + 6;
	}
	return NULL;
}

static int
corpus_line(json_t *line, unsigned char *room, corpus_fn *fn, void *payload)
{
	struct corpus_row row = { corpus_text(line, "file"),
		corpus_text(line, "alg"), corpus_text(line, "expected"),
		corpus_issuer(line), { room, 0 } };
	FILE *file = corpus_open(row.file);

	if (file == NULL || strstr(row.file, ".tar.gz") != NULL) {
		if (file != NULL)
			fclose(file);
		return 0;
	}
	row.octets.len = fread(room, 1, CORPUS_MAX_FILE, file);
	fclose(file);
	return fn(&row, payload);
}

int
corpus_each(const char *kind, corpus_fn *fn, void *payload)
{
	static char text[CORPUS_MAX_LINE];
	FILE *list = corpus_open("manifest.jsonl");
	unsigned char *room;
	json_t *line;
	int ret = 0;

	if (list == NULL)
		return -1;
	room = malloc(CORPUS_MAX_FILE);
	while (ret == 0 && room != NULL &&
	    fgets(text, sizeof(text), list) != NULL) {
		line = json_loads(text, 0, NULL);
		if (strcmp(corpus_text(line, "kind"), kind) == 0)
			ret = corpus_line(line, room, fn, payload);
		json_decref(line);
	}
	free(room);
	fclose(list);
	return ret;
}
