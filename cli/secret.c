/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/secret.h"

#include "cli/exit.h"
#include "cli/term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One reading: for whom, and how its option is called. */
struct reading {
	const char *command, *option;
	struct secret *out;
};

static int
too_long(const struct reading *reading)
{
	return say_usage(reading->command, _("%s: it is longer than %d octets"),
	    reading->option, SECRET_ROOM - 1);
}

/* The variable is emptied where it stands: /proc shows that memory. */
static int
from_env(const struct reading *reading, const char *name)
{
	struct secret *out = reading->out;
	char *value = getenv(name);
	size_t len;

	if (value == NULL)
		return say_usage(reading->command,
		    _("%s: there is no variable %s"), reading->option, name);
	len = strlen(value);
	if (len < SECRET_ROOM)
		memcpy(out->octets, value, len);
	explicit_bzero(value, len);
	unsetenv(name);
	if (len >= SECRET_ROOM)
		return too_long(reading);
	out->len = len;
	return 0;
}

/* The first line, octet by octet: what follows stays for other readers. */
static int
from_fd(const struct reading *reading, int fd, const char *name)
{
	struct secret *out = reading->out;
	ssize_t got;
	char c;

	out->len = 0;
	for (;;) {
		got = read(fd, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == '\n')
			break;
		if (out->len == SECRET_ROOM)
			return too_long(reading);
		out->octets[out->len++] = c;
	}
	if (got < 0) {
		say_error(_("%s: cannot read from %s: %s"), reading->option,
		    name, strerror(errno));
		return EXIT_FILE;
	}
	if (out->len > 0 && out->octets[out->len - 1] == '\r')
		out->len--;
	return out->len < SECRET_ROOM ? 0 : too_long(reading);
}

static int
from_file(const struct reading *reading, const char *path)
{
	int fd, rc;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		say_error(_("%s: cannot read from %s: %s"), reading->option,
		    path, strerror(errno));
		return EXIT_FILE;
	}
	rc = from_fd(reading, fd, path);
	close(fd);
	return rc;
}

static int
from_number(const struct reading *reading, const char *text)
{
	char *end;
	long fd;

	errno = 0;
	fd = strtol(text, &end, 10);
	if (text[0] == '\0' || *end != '\0' || errno != 0 || fd < 0 ||
	    fd > 65535)
		return say_usage(reading->command,
		    _("%s: '%s' is no file descriptor"), reading->option, text);
	return from_fd(reading, (int)fd, text);
}

int
secret_read(const char *command, const char *option, const char *source,
    struct secret *out)
{
	const struct reading reading = { command, option, out };
	int rc;

	if (source == NULL || strcmp(source, "prompt") == 0)
		return 0;
	if (strncmp(source, "env:", 4) == 0)
		rc = from_env(&reading, source + 4);
	else if (strncmp(source, "file:", 5) == 0)
		rc = from_file(&reading, source + 5);
	else if (strncmp(source, "fd:", 3) == 0)
		rc = from_number(&reading, source + 3);
	else
		return say_usage(command,
		    _("%s: want env:VAR, file:PATH, fd:N or prompt"), option);
	if (rc != 0) {
		secret_forget(out);
		return rc;
	}
	out->octets[out->len] = '\0';
	out->set = 1;
	return 0;
}

void
secret_forget(struct secret *kept)
{
	explicit_bzero(kept, sizeof(*kept));
}
