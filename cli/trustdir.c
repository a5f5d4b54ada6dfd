/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"
#include "cli/trustdir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_OCTETS 64
#define NAME_DIGITS 16

static int
trust_load_dir(struct sign_trust *trust, int system)
{
	char *dir = config_trust_dir(system);
	int rc = 0;

	if (dir != NULL && file_is_dir(dir))
		rc = sign_trust_add_anchors(trust, dir);
	free(dir);
	return rc;
}

int
trust_load(struct sign_trust *trust, const char *const *paths)
{
	const struct config_list *more = &app.config.trust;
	size_t i, count = opt_count(paths);
	int rc = 0;

	for (i = 0; rc == 0 && i < count; i++)
		rc = sign_trust_add_anchors(trust, paths[i]);
	if (rc == 0 && count == 0)
		rc = trust_load_dir(trust, 0);
	if (rc == 0 && count == 0)
		rc = trust_load_dir(trust, 1);
	for (i = 0; rc == 0 && count == 0 && i < more->count; i++)
		rc = sign_trust_add_anchors(trust, more->list[i]);
	return app_result(rc);
}

struct trust_walk {
	const char *file;
	trust_fn *fn;
	void *payload;
};

static int
trust_cert(const struct sign_cert_line *line, void *payload)
{
	struct trust_walk *walk = payload;

	return walk->fn(walk->file, line, walk->payload);
}

static int
trust_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int
trust_each(const char *dir, trust_fn *fn, void *payload)
{
	struct trust_walk walk = { NULL, fn, payload };
	struct dirent **entries = NULL;
	int count, i, rc;
	char *path;

	count = scandir(dir, &entries, trust_visible, alphasort);
	if (count < 0 && errno == ENOENT)
		return 0;
	if (count < 0) {
		say_error(_("cannot read %s: %s"), dir, strerror(errno));
		return EXIT_FILE;
	}
	for (i = 0; i < count; i++) {
		path = formatted("%s/%s", dir, entries[i]->d_name);
		walk.file = path;
		rc = path == NULL || file_is_dir(path)
		    ? 0
		    : sign_certs_each(app_ctx(), path, trust_cert, &walk);
		if (rc < 0)
			app_result(rc);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

int
trust_make_dir(const char *dir)
{
	char *path = strdup(dir);
	char *slash;

	if (path == NULL)
		return EXIT_OTHER;
	for (slash = strchr(path + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755); /* the last one says what is wrong */
		*slash = '/';
	}
	free(path);
	if (mkdir(dir, 0755) == 0 || file_is_dir(dir))
		return 0;
	say_error(_("cannot make the directory %s: %s"), dir, strerror(errno));
	return EXIT_FILE;
}

/* What is awkward in a file name becomes a hyphen; UTF-8 stays whole. */
char *
trust_file_name(const struct sign_cert_line *line)
{
	const char *name = line->common_name;
	char text[NAME_OCTETS + 1];
	size_t i;

	if (name == NULL || name[0] == '\0')
		name = "certificate";
	for (i = 0; i < NAME_OCTETS && name[i] != '\0'; i++)
		text[i] = (unsigned char)name[i] <= ' ' || name[i] == 0x7F ||
			strchr("/\\:*?\"<>|'", name[i]) != NULL
		    ? '-'
		    : name[i];
	while (
	    i > 0 && name[i] != '\0' && ((unsigned char)name[i] & 0xC0) == 0x80)
		i--;
	text[i] = '\0';
	if (text[0] == '.')
		text[0] = '-';
	return formatted("%s-%.*s.pem", text, NAME_DIGITS, line->sha256);
}
