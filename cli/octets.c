/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/octets.h"

#include "cli/exit.h"
#include "cli/term.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- in */

static int
load_all(FILE *file, const char *path, size_t max, struct octets *out)
{
	out->ptr = malloc(max + 1);
	if (out->ptr == NULL) {
		say_error(_("out of memory"));
		return EXIT_OTHER;
	}
	out->len = fread(out->ptr, 1, max + 1, file);
	if (ferror(file)) {
		say_error("%s: %s", path, strerror(errno));
		return EXIT_FILE;
	}
	if (out->len <= max)
		return 0;
	say_error(_("%s: more than %zu bytes"), path, max);
	return EXIT_FORMAT;
}

int
octets_load(const char *path, size_t max, struct octets *out)
{
	int standard = strcmp(path, "-") == 0, rc;
	FILE *file = standard ? stdin : fopen(path, "rb");

	memset(out, 0, sizeof(*out));
	if (file == NULL) {
		say_error("%s: %s", path, strerror(errno));
		return EXIT_FILE;
	}
	rc = load_all(file, path, max, out);
	if (!standard)
		fclose(file);
	return rc;
}

void
octets_wipe(struct octets *octets)
{
	if (octets->ptr != NULL)
		explicit_bzero(octets->ptr, octets->len);
	free(octets->ptr);
	memset(octets, 0, sizeof(*octets));
}

/* ---- out */

static int
write_all(int fd, const unsigned char *ptr, size_t len)
{
	ssize_t done;

	while (len > 0) {
		done = write(fd, ptr, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		ptr += done;
		len -= (size_t)done;
	}
	return 0;
}

/* Under another name first, which then becomes this one. */
static int
put_in_place(const char *temporary, const char *path, int force)
{
	if (force)
		return rename(temporary, path);
	if (link(temporary, path) < 0)
		return -1;
	return unlink(temporary);
}

static int
save_file(const char *path, const void *ptr, size_t len, int force)
{
	char *temporary = formatted("%s.%ld.new", path, (long)getpid());
	int fd = -1, rc = -1;

	if (temporary == NULL)
		return -1;
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0) {
		rc = write_all(fd, ptr, len) == 0 && fsync(fd) == 0 ? 0 : -1;
		if (close(fd) < 0)
			rc = -1;
		if (rc == 0)
			rc = put_in_place(temporary, path, force);
		if (rc < 0) {
			fd = errno;
			unlink(temporary);
			errno = fd;
		}
	}
	free(temporary);
	return rc;
}

/* A pipe or device has no place that something could be put into. */
static int
save_through(const char *path, const void *ptr, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc = -1;

	if (fd >= 0) {
		rc = write_all(fd, ptr, len);
		if (close(fd) < 0)
			rc = -1;
	}
	return rc;
}

int
octets_save(const char *path, const void *ptr, size_t len, int force)
{
	struct stat st;
	int rc;

	if (strcmp(path, "-") == 0) {
		fwrite(ptr, 1, len, stdout);
		return 0; /* out_finish() sees what was lost */
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		rc = save_through(path, ptr, len);
	else
		rc = save_file(path, ptr, len, force);
	if (rc == 0)
		return 0;
	say_error("%s: %s", path, strerror(errno));
	return EXIT_FILE;
}

/* ---- text */

static int
hex_value(unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	if (at == NULL || (c < 'A' && (c < '0' || c > '9')))
		return -1;
	return (int)(at - digits);
}

static int
base64_value(unsigned char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* Digits of so many bits each, with padding at the end where there may be. */
static int
from_digits(const struct octets *text, int bits, int (*value)(unsigned char c),
    struct octets *out)
{
	uint32_t window = 0;
	int have = 0, padded = 0, digit;
	size_t i;

	out->len = 0;
	out->ptr = malloc(text->len + 1);
	for (i = 0; out->ptr != NULL && i < text->len; i++) {
		if (strchr(" \t\r\n", text->ptr[i]) != NULL &&
		    text->ptr[i] != '\0')
			continue;
		if (bits == 6 && text->ptr[i] == '=') {
			padded++;
			continue;
		}
		digit = value(text->ptr[i]);
		if (digit < 0 || padded != 0)
			break;
		window = window << bits | (uint32_t)digit;
		have += bits;
		if (have < 8)
			continue;
		have -= 8;
		out->ptr[out->len++] = (unsigned char)(window >> have);
	}
	if (out->ptr != NULL && i == text->len && out->len != 0 &&
	    (bits == 6 ? have < 6 && padded <= 2 : have == 0))
		return 1;
	octets_wipe(out);
	return 0;
}

int
octets_from_hex(const struct octets *text, struct octets *out)
{
	return from_digits(text, 4, hex_value, out);
}

int
octets_from_base64(const struct octets *text, struct octets *out)
{
	return from_digits(text, 6, base64_value, out);
}
