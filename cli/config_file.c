/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/config_file.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "cli/term.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYSTEM_DIR "/etc/podpis"
#define MAX_LINES 10000

enum config_kind { CONFIG_TEXT, CONFIG_PATH, CONFIG_TEXTS, CONFIG_PATHS };

struct config_key {
	const char *name;
	enum config_kind kind;
	void *where;
};

char *
config_xdg_dir(const char *variable, const char *below_home)
{
	const char *base = getenv(variable);
	const char *home = getenv("HOME");

	if (base != NULL && base[0] == '/')
		return formatted("%s/podpis", base);
	if (home == NULL || home[0] != '/')
		return NULL;
	return formatted("%s/%s/podpis", home, below_home);
}

static char *
user_dir(void)
{
	return config_xdg_dir("XDG_CONFIG_HOME", ".config");
}

char *
config_trust_dir(int system)
{
	char *dir, *path;

	if (system)
		return formatted("%s/trust", SYSTEM_DIR);
	dir = user_dir();
	if (dir == NULL)
		return NULL;
	path = formatted("%s/trust", dir);
	free(dir);
	return path;
}

/* A relative path counts from the directory of the configuration file. */
static char *
config_path(const char *file, const char *value)
{
	const char *slash = strrchr(file, '/');

	if (value[0] == '/' || slash == NULL)
		return strdup(value);
	return formatted("%.*s/%s", (int)(slash - file), file, value);
}

static int
list_add(struct config_list *list, char *value)
{
	char **grown;

	grown = realloc(list->list, (list->count + 1) * sizeof(*grown));
	if (grown == NULL || value == NULL) {
		free(value);
		if (grown != NULL)
			list->list = grown;
		return -1;
	}
	grown[list->count++] = value;
	list->list = grown;
	return 0;
}

static int
config_set(const struct config_key *key, const char *file, const char *value)
{
	char **text = key->where;

	if (key->kind == CONFIG_TEXTS)
		return list_add(key->where, strdup(value));
	if (key->kind == CONFIG_PATHS)
		return list_add(key->where, config_path(file, value));
	free(*text);
	*text =
	    key->kind == CONFIG_TEXT ? strdup(value) : config_path(file, value);
	return *text != NULL ? 0 : -1;
}

static char *
trim(char *text)
{
	char *end;

	text += strspn(text, " \t\r");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r\n", end[-1]) != NULL)
		end--;
	*end = '\0';
	return text;
}

static int
config_line(
    const struct config_key *keys, const char *file, unsigned no, char *line)
{
	char *equals, *name;
	size_t i;

	name = trim(line);
	if (name[0] == '\0' || name[0] == '#')
		return 0;
	equals = strchr(name, '=');
	if (equals == NULL) {
		say_error(_("%s, line %u: want 'key = value'"), file, no);
		return EXIT_USAGE;
	}
	*equals = '\0';
	name = trim(name);
	for (i = 0; keys[i].name != NULL; i++)
		if (strcmp(keys[i].name, name) == 0)
			break;
	if (keys[i].name == NULL) {
		say_error(_("%s, line %u: unknown key '%s'"), file, no, name);
		return EXIT_USAGE;
	}
	if (config_set(&keys[i], file, trim(equals + 1)) == 0)
		return 0;
	say_error(_("out of memory"));
	return EXIT_OTHER;
}

static int
config_read(struct config *config, const char *path, FILE *file)
{
	const struct config_key keys[] = {
		{ "lang", CONFIG_TEXT, &config->lang },
		{ "color", CONFIG_TEXT, &config->color },
		{ "policy", CONFIG_TEXT, &config->policy },
		{ "module", CONFIG_TEXT, &config->module },
		{ "trust", CONFIG_PATHS, &config->trust },
		{ "crl", CONFIG_PATHS, &config->crl },
		{ "chain", CONFIG_PATHS, &config->chain },
		{ "online", CONFIG_TEXT, &config->online },
		{ "proxy", CONFIG_TEXT, &config->proxy },
		{ "tsa", CONFIG_TEXTS, &config->tsa },
		{ "tsa-user", CONFIG_TEXT, &config->tsa_user },
		{ "tsa-pin-source", CONFIG_TEXT, &config->tsa_pin_source },
		{ "tsa-policy", CONFIG_TEXT, &config->tsa_policy },
		{ NULL, CONFIG_TEXT, NULL },
	};
	char line[8192];
	unsigned no;
	int rc = 0;

	for (no = 1; rc == 0 && no <= MAX_LINES; no++) {
		if (fgets(line, sizeof(line), file) == NULL)
			break;
		rc = config_line(keys, path, no, line);
	}
	if (rc == 0 && ferror(file)) {
		say_error(_("cannot read %s: %s"), path, strerror(errno));
		rc = EXIT_FILE;
	}
	return rc;
}

/* 0, an exit code, or -1: there is no such file. One in a home directory that
 * is closed to us is somebody else's. */
static int
config_try(struct config *config, const char *path, int named)
{
	FILE *file;
	int rc;

	file = fopen(path, "re");
	if (file == NULL &&
	    (errno == ENOENT || errno == ENOTDIR ||
		(errno == EACCES && !named)))
		return -1;
	if (file == NULL) {
		say_error(_("cannot read %s: %s"), path, strerror(errno));
		return EXIT_FILE;
	}
	rc = config_read(config, path, file);
	fclose(file);
	return rc;
}

static int
config_check(const struct config *config)
{
	static const char *const langs[] = { "ru", "en", NULL };
	static const char *const colors[] = { "auto", "always", "never", NULL };
	static const char *const yes_no[] = { "yes", "no", NULL };

	if (config->lang != NULL && opt_word(config->lang, langs) < 0) {
		say_error(_("podpis.conf: lang: want ru or en, have '%s'"),
		    config->lang);
		return EXIT_USAGE;
	}
	if (config->color != NULL && opt_word(config->color, colors) < 0) {
		say_error(
		    _("podpis.conf: color: want auto, always or never, have '%s'"),
		    config->color);
		return EXIT_USAGE;
	}
	if (config->online != NULL && opt_word(config->online, yes_no) < 0) {
		say_error(_("podpis.conf: online: want yes or no, have '%s'"),
		    config->online);
		return EXIT_USAGE;
	}
	return 0;
}

int
config_load(struct config *config)
{
	const char *named = getenv("PODPIS_CONFIG");
	char *dir, *path = NULL;
	int rc = -1;

	config->loaded = 1;
	if (named != NULL && named[0] != '\0') {
		rc = config_try(config, named, 1);
		return rc > 0 ? rc : config_check(config);
	}
	dir = user_dir();
	if (dir != NULL)
		path = formatted("%s/podpis.conf", dir);
	if (path != NULL)
		rc = config_try(config, path, 0);
	if (rc < 0)
		rc = config_try(config, SYSTEM_DIR "/podpis.conf", 1);
	free(path);
	free(dir);
	return rc > 0 ? rc : config_check(config);
}

static void
list_clear(struct config_list *list)
{
	while (list->count > 0)
		free(list->list[--list->count]);
	free(list->list);
	list->list = NULL;
}

void
config_clear(struct config *config)
{
	char **const texts[] = { &config->lang, &config->color, &config->policy,
		&config->module, &config->online, &config->proxy,
		&config->tsa_user, &config->tsa_pin_source,
		&config->tsa_policy };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		free(*texts[i]);
		*texts[i] = NULL;
	}
	list_clear(&config->trust);
	list_clear(&config->crl);
	list_clear(&config->chain);
	list_clear(&config->tsa);
}
