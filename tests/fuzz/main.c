/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Replays files through a harness, so that every finding of the past is tried
 * again in each make check. Without arguments fuzz_NAME takes the directory
 * $srcdir/tests/fuzz/corpus/NAME; else files and directories as given. TAP.
 */
struct replay {
	char **paths;
	size_t count;
	int failed;
};

static void
replay_add(struct replay *replay, const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char **paths;
	char *path;

	paths = realloc(
	    replay->paths, (replay->count + 1) * sizeof(*replay->paths));
	path = malloc(size);
	if (paths == NULL || path == NULL)
		abort();
	snprintf(path, size, "%s%s%s", dir, dir[0] ? "/" : "", name);
	replay->paths = paths;
	replay->paths[replay->count++] = path;
}

static int
path_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
replay_collect(struct replay *replay, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL) {
		replay_add(replay, "", path);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			replay_add(replay, path, entry->d_name);
	closedir(dir);
	qsort(replay->paths, replay->count, sizeof(*replay->paths), path_order);
}

/* A heap copy of the exact size: an overrun is seen by the sanitizer. */
static uint8_t *
file_read(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	long size;

	if (file == NULL)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 &&
	    fseek(file, 0, SEEK_SET) == 0) {
		*len = (size_t)size;
		data = malloc(*len ? *len : 1);
		if (data != NULL && fread(data, 1, *len, file) != *len) {
			free(data);
			data = NULL;
		}
	}
	fclose(file);
	return data;
}

static void
replay_run(struct replay *replay)
{
	uint8_t *data;
	size_t i, len;

	for (i = 0; i < replay->count; i++) {
		/* named before it is tried: it may be the last words */
		printf("# %s\n", replay->paths[i]);
		fflush(stdout);
		data = file_read(replay->paths[i], &len);
		if (data != NULL)
			LLVMFuzzerTestOneInput(data, len);
		else
			replay->failed = 1;
		printf("%s %zu - replay\n", data ? "ok" : "not ok", i + 1);
		free(data);
		free(replay->paths[i]);
	}
	free(replay->paths);
}

int
main(int argc, char **argv)
{
	struct replay replay = { 0 };
	const char *srcdir = getenv("srcdir");
	const char *name = strrchr(argv[0], '/');
	char path[4096];
	int i;

	name = name ? name + 1 : argv[0];
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	for (i = 1; i < argc; i++)
		replay_collect(&replay, argv[i]);
	if (argc == 1) {
		snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s",
		    srcdir ? srcdir : ".", name);
		replay_collect(&replay, path);
	}
	printf("1..%zu\n", replay.count);
	replay_run(&replay);
	return replay.failed;
}
