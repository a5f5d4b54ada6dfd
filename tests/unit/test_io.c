/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sg_env env;
static char dir[] = "/tmp/test_io.XXXXXX";
static char path_buf[512];

static const char *
in_dir(const char *name)
{
	snprintf(path_buf, sizeof(path_buf), "%s/%s", dir, name);
	return path_buf;
}

/* How many entries are in the test's directory. */
static int
entries(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int count = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		count +=
		    strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return count;
}

static void
empty_dir(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while ((e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
}

static void
put_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, mode);
}

static void
assert_file(const char *path, const char *text)
{
	struct sg_buf buf = { 0 };

	assert_int_equal(sg_read_file(&env, path, 1 << 20, &buf), 0);
	assert_int_equal(buf.len, strlen(text));
	assert_memory_equal(buf.ptr, text, buf.len);
	sg_buf_free(&buf);
}

static int
write_file(const char *path, enum sg_out_mode mode, const char *text)
{
	struct sg_out *out = NULL;
	int rc = sg_out_create(&env, path, mode, &out);

	if (rc == 0)
		rc = sg_out_write(&env, out, text, strlen(text));
	if (rc == 0)
		rc = sg_out_commit(&env, out);
	sg_out_free(out);
	return rc;
}

static void
test_memory_reads_and_peeks(void **state)
{
	static unsigned char data[100000];
	unsigned char back[100000];
	struct sg_in *in = NULL;
	struct sg_view view;
	size_t i, got, step;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 7 + i / 251);
	assert_int_equal(
	    sg_in_memory(&env, "m", sg_view_of(data, sizeof(data)), &in), 0);
	assert_int_equal(sg_in_size(in), sizeof(data));
	for (step = 1; step < 70000; step = step * 3 + 1) {
		assert_int_equal(sg_in_rewind(&env, in), 0);
		for (i = 0; i < sizeof(data); i += got) {
			assert_int_equal(sg_in_tell(in), i);
			if (step % 2 == 0) {
				assert_int_equal(
				    sg_in_peek(&env, in, step, &view), 0);
				assert_memory_equal(
				    view.ptr, data + i, view.len);
				assert_true(view.len == step ||
				    view.len == sizeof(data) - i);
			}
			assert_int_equal(
			    sg_in_read(&env, in, back + i,
				step < sizeof(back) - i ? step
							: sizeof(back) - i,
				&got),
			    0);
			assert_true(got > 0);
		}
		assert_int_equal(sg_in_read(&env, in, back, 1, &got), 0);
		assert_int_equal(got, 0);
		assert_memory_equal(back, data, sizeof(data));
	}
	assert_int_equal(sg_in_rewind(&env, in), 0);
	assert_int_equal(sg_in_skip(&env, in, 99999), 0);
	assert_int_equal(sg_in_read_full(&env, in, back, 2, &got), 0);
	assert_int_equal(got, 1);
	assert_int_equal(back[0], data[99999]);
	assert_int_equal(sg_in_skip(&env, in, 1), SIGN_E_FORMAT);
	assert_int_equal(sg_in_peek(&env, in, 10, &view), 0);
	assert_int_equal(view.len, 0);
	sg_in_free(in);
}

/* What a file's size says is room to begin with, and no end. */
static void
test_file_grows(void **state)
{
	static char more[40000];
	const char *path = in_dir("grows");
	struct sg_in *in = NULL;
	struct sg_view view;
	FILE *f;

	(void)state;
	memset(more, 'x', sizeof(more));
	put_file(path, "0123456789", 0600);
	assert_int_equal(sg_in_open(&env, path, &in), 0);
	assert_true(sg_in_chunk(in) >= 10);
	assert_int_equal(sg_in_skip(&env, in, 3), 0);
	f = fopen(path, "a");
	assert_non_null(f);
	assert_int_equal(fwrite(more, 1, sizeof(more), f), sizeof(more));
	fclose(f);
	assert_int_equal(sg_in_peek(&env, in, 30000, &view), 0);
	assert_int_equal(view.len, 30000);
	assert_memory_equal(view.ptr, "3456789xxx", 10);
	assert_memory_equal(view.ptr + 10, more, 29990);
	assert_int_equal(sg_in_skip(&env, in, 7 + sizeof(more)), 0);
	assert_int_equal(sg_in_peek(&env, in, 1, &view), 0);
	assert_int_equal(view.len, 0);
	sg_in_free(in);
	empty_dir();
}

static void
test_in_refuses(void **state)
{
	static const struct {
		const char *name, *path, *part;
	} cases[] = {
		{ "directory", "/tmp", "is a directory" },
		{ "missing", "/tmp/no such file", "No such file" },
		{ "below a file", "/etc/passwd/x", "Not a directory" },
	};
	struct sg_in *in = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].name);
		assert_int_equal(
		    sg_in_open(&env, cases[i].path, &in), SIGN_E_IO);
		assert_null(in);
		assert_non_null(strstr(env.message, cases[i].part));
	}
}

static void
test_read_file_is_bounded(void **state)
{
	struct sg_buf buf = { 0 };
	const char *path = in_dir("f");

	(void)state;
	put_file(path, "12345678", 0600);
	assert_int_equal(sg_read_file(&env, path, 8, &buf), 0);
	assert_int_equal(buf.len, 8);
	buf.len = 0;
	assert_int_equal(sg_read_file(&env, path, 7, &buf), SIGN_E_LIMIT);
	sg_buf_free(&buf);
	empty_dir();
}

static void
test_pipe_and_spool(void **state)
{
	char back[16] = "";
	struct sg_in *in = NULL, *spool = NULL;
	const char *path = in_dir("fifo");
	size_t got;
	pid_t pid;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_WRONLY);

		_exit(write(fd, "through", 7) == 7 ? 0 : 1);
	}
	assert_int_equal(sg_in_open(&env, path, &in), 0);
	assert_true(sg_in_size(in) == SG_SIZE_UNKNOWN);
	assert_false(sg_in_can_rewind(in));
	assert_int_equal(sg_in_rewind(&env, in), SIGN_E_IO);
	assert_int_equal(sg_in_spool(&env, in, &spool), 0);
	waitpid(pid, NULL, 0);
	assert_int_equal(sg_in_size(spool), 7);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    sg_in_read_full(&env, spool, back, 16, &got), 0);
		assert_int_equal(got, 7);
		assert_memory_equal(back, "through", 7);
		assert_int_equal(sg_in_rewind(&env, spool), 0);
	}
	sg_in_free(in);
	sg_in_free(spool);
	empty_dir();
}

static void
test_new_never_replaces(void **state)
{
	const char *path = in_dir("out");
	struct sg_out *out = NULL;
	struct stat st;
	mode_t mask = umask(027);

	(void)state;
	assert_int_equal(write_file(path, SG_OUT_NEW, "first"), 0);
	assert_file(path, "first");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	umask(mask);
	assert_int_equal(write_file(path, SG_OUT_NEW, "second"), SIGN_E_IO);
	assert_non_null(strstr(env.message, "exists"));
	assert_true(env.hint[0] != '\0');
	unlink(path);
	/* somebody else was faster */
	assert_int_equal(sg_out_create(&env, path, SG_OUT_NEW, &out), 0);
	assert_int_equal(sg_out_write(&env, out, "x", 1), 0);
	put_file(path, "other", 0600);
	assert_int_equal(sg_out_commit(&env, out), SIGN_E_IO);
	assert_non_null(strstr(env.message, "exists"));
	sg_out_free(out);
	assert_file(path, "other");
	assert_int_equal(entries(), 1);
	empty_dir();
}

static void
test_replace_keeps_mode_and_link(void **state)
{
	char target[512];
	struct sg_out *out = NULL;
	struct stat st;

	(void)state;
	snprintf(target, sizeof(target), "%s/target", dir);
	put_file(target, "old", 0604);
	assert_int_equal(symlink("target", in_dir("link")), 0);
	assert_int_equal(write_file(in_dir("link"), SG_OUT_REPLACE, "new"), 0);
	assert_file(target, "new");
	assert_int_equal(stat(target, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	assert_int_equal(lstat(in_dir("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(entries(), 2);
	/* not committed: nothing happened */
	assert_int_equal(sg_out_create(&env, target, SG_OUT_REPLACE, &out), 0);
	assert_int_equal(sg_out_write(&env, out, "zzz", 3), 0);
	sg_out_free(out);
	assert_file(target, "new");
	assert_int_equal(entries(), 2);
	unlink(target);
	assert_int_equal(
	    write_file(in_dir("link"), SG_OUT_REPLACE, "x"), SIGN_E_IO);
	assert_int_equal(
	    write_file(in_dir("fresh"), SG_OUT_REPLACE, "made"), 0);
	assert_file(in_dir("fresh"), "made");
	empty_dir();
}

static void
test_out_refuses(void **state)
{
	static const struct {
		const char *name, *path, *part;
	} cases[] = {
		{ "directory", "", "is a directory" },
		{ "trailing slash", "new/", "is a directory" },
		{ "missing directory", "no/file", "No such file" },
		{ "below a file", "plain/x", "Not a directory" },
	};
	struct sg_out *out = NULL;
	int replace;
	size_t i;

	(void)state;
	put_file(in_dir("plain"), "", 0600);
	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		replace = (int)(i % 2);
		print_message("# %s %d\n", cases[i / 2].name, replace);
		assert_int_equal(
		    sg_out_create(&env, in_dir(cases[i / 2].path),
			replace ? SG_OUT_REPLACE : SG_OUT_NEW, &out),
		    SIGN_E_IO);
		assert_null(out);
		assert_non_null(strstr(env.message, cases[i / 2].part));
	}
	assert_int_equal(entries(), 1);
	empty_dir();
}

/* Root may write everywhere, so that it is nobody for a while. */
static void
test_out_closed(void **state)
{
	int is_root = geteuid() == 0;

	(void)state;
	assert_int_equal(chmod(dir, 0500), 0);
	if (is_root)
		assert_int_equal(seteuid(65534), 0);
	assert_int_equal(write_file(in_dir("f"), SG_OUT_NEW, "x"), SIGN_E_IO);
	assert_non_null(strstr(env.message, "Permission denied"));
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(entries(), 0);
}

/* A device is no file that could be replaced: /dev/null stays one. */
static void
test_device_is_written_through(void **state)
{
	struct sg_out *out = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(write_file("/dev/null", SG_OUT_REPLACE, "x"), 0);
	assert_int_equal(write_file("/dev/null", SG_OUT_NEW, "x"), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(write_file("/dev/full", SG_OUT_NEW, "x"), SIGN_E_IO);
	assert_non_null(strstr(env.message, "No space left"));
	assert_int_equal(sg_out_create(&env, "-", SG_OUT_NEW, &out), 0);
	assert_false(sg_out_can_patch(out));
	sg_out_free(out);
}

/* "0123456789" there, whatever stands where reading stands: nothing moves. */
static void
assert_reads_at(struct sg_in *in)
{
	static const char digits[] = "0123456789";
	char text[16];
	size_t got, at;

	assert_true(sg_in_can_read_at(in));
	assert_int_equal(sg_in_read(&env, in, text, 3, &got), 0);
	assert_int_equal(got, 3);
	for (at = 0; at < 12; at++) {
		assert_int_equal(sg_in_read_at(&env, in, at, text, 4, &got), 0);
		assert_int_equal(got, at < 6 ? 4 : at < 10 ? 10 - at : 0);
		assert_memory_equal(text, &digits[at < 10 ? at : 0], got);
	}
	assert_int_equal(sg_in_read_at(&env, in, UINT64_MAX, text, 4, &got), 0);
	assert_int_equal(got, 0);
	assert_int_equal(
	    sg_in_read_at(&env, in, (uint64_t)INT64_MAX, text, 4, &got), 0);
	assert_int_equal(got, 0);
	assert_int_equal(sg_in_tell(in), 3);
	assert_int_equal(sg_in_read_full(&env, in, text, 16, &got), 0);
	assert_int_equal(got, 7);
	assert_memory_equal(text, "3456789", 7);
	sg_in_free(in);
}

static void
test_read_at(void **state)
{
	const char *path = in_dir("digits");
	struct sg_out *out;
	struct sg_in *in, *spool;
	char text[4];
	size_t got;
	int ends[2];

	(void)state;
	put_file(path, "0123456789", 0600);
	assert_int_equal(sg_in_open(&env, path, &in), 0);
	assert_reads_at(in);
	assert_int_equal(
	    sg_in_memory(&env, "", sg_view_str("0123456789"), &in), 0);
	assert_reads_at(in);
	assert_int_equal(sg_in_open(&env, path, &in), 0);
	assert_int_equal(sg_in_spool(&env, in, &spool), 0);
	sg_in_free(in);
	assert_reads_at(spool);
	assert_int_equal(sg_out_scratch(&env, &out), 0);
	assert_int_equal(sg_out_write(&env, out, "0123456789", 10), 0);
	assert_int_equal(sg_out_reread(&env, out, &in), 0);
	assert_reads_at(in);
	sg_out_free(out);

	/* a pipe cannot, and says so */
	assert_int_equal(pipe(ends), 0);
	snprintf(path_buf, sizeof(path_buf), "/dev/fd/%d", ends[0]);
	assert_int_equal(sg_in_open(&env, path_buf, &in), 0);
	assert_false(sg_in_can_read_at(in));
	assert_int_equal(sg_in_read_at(&env, in, 0, text, 4, &got), SIGN_E_IO);
	sg_in_free(in);
	close(ends[0]);
	close(ends[1]);
	empty_dir();
}

static void
test_patch(void **state)
{
	static unsigned char big[700000];
	struct sg_buf memory = { 0 };
	struct sg_buf file = { 0 };
	struct sg_out *out = NULL;
	const char *path = in_dir("p");
	int i;

	(void)state;
	memset(big, 'b', sizeof(big));
	sg_buf_append(&env, &memory, "head", 4);
	for (i = 0; i < 2; i++) {
		assert_int_equal(i == 0
			? sg_out_memory(&env, &memory, &out)
			: sg_out_create(&env, path, SG_OUT_NEW, &out),
		    0);
		assert_int_equal(sg_out_write(&env, out, "....", 4), 0);
		assert_int_equal(sg_out_write(&env, out, big, sizeof(big)), 0);
		assert_int_equal(sg_out_write(&env, out, "....", 4), 0);
		assert_int_equal(sg_out_tell(out), sizeof(big) + 8);
		assert_int_equal(sg_out_patch(&env, out, 1, "XY", 2), 0);
		assert_int_equal(
		    sg_out_patch(&env, out, sizeof(big) + 4, "tail", 4), 0);
		assert_int_equal(
		    sg_out_patch(&env, out, sizeof(big) + 5, "tail", 4),
		    SIGN_E_INTERNAL);
		assert_int_equal(sg_out_write(&env, out, "!", 1), 0);
		assert_int_equal(sg_out_commit(&env, out), 0);
		sg_out_free(out);
	}
	assert_int_equal(sg_read_file(&env, path, 1 << 20, &file), 0);
	assert_memory_equal(file.ptr, ".XY.", 4);
	assert_memory_equal(file.ptr + sizeof(big) + 4, "tail!", 5);
	assert_int_equal(memory.len, file.len + 4);
	assert_memory_equal(memory.ptr + 4, file.ptr, file.len);
	sg_buf_free(&memory);
	sg_buf_free(&file);
	empty_dir();
}

/* A write that cannot be done whole leaves no file (stands for a full disk). */
static void
test_too_large_leaves_nothing(void **state)
{
	static unsigned char big[600000];
	struct rlimit old, now;
	struct sg_out *out = NULL;
	int rc;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	now = old;
	now.rlim_cur = 300000;
	setrlimit(RLIMIT_FSIZE, &now);
	rc = sg_out_create(&env, in_dir("big"), SG_OUT_NEW, &out);
	if (rc == 0)
		rc = sg_out_write(&env, out, big, sizeof(big));
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(rc, SIGN_E_IO);
	assert_non_null(strstr(env.message, "too large"));
	assert_int_equal(sg_out_commit(&env, out), SIGN_E_INTERNAL);
	sg_out_free(out);
	assert_int_equal(entries(), 0);
}

static void
test_closed_pipe(void **state)
{
	static unsigned char big[600000];
	struct sg_out *out = NULL;
	const char *path = in_dir("fifo");
	int fd, rc;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(sg_out_create(&env, path, SG_OUT_NEW, &out), 0);
	close(fd);
	rc = sg_out_write(&env, out, big, sizeof(big));
	assert_int_equal(rc, SIGN_E_IO);
	assert_non_null(strstr(env.message, "Broken pipe"));
	sg_out_free(out);
	empty_dir();
}

/* Killed at a random moment, there is the old file or the whole new one. */
static void
killed_once(const char *path, unsigned char letter, useconds_t when)
{
	static unsigned char big[400000];
	struct sg_out *out = NULL;
	pid_t pid = fork();

	if (pid == 0) {
		memset(big, letter, sizeof(big));
		if (sg_out_create(&env, path, SG_OUT_REPLACE, &out) == 0 &&
		    sg_out_write(&env, out, big, sizeof(big)) == 0)
			(void)sg_out_commit(&env, out);
		_exit(0);
	}
	usleep(when);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
test_kill_leaves_whole_files(void **state)
{
	struct sg_buf buf = { 0 };
	const char *path = in_dir("k");
	time_t end = time(NULL) + 2;
	size_t i;
	int round;

	(void)state;
	for (round = 0; round < 300 && time(NULL) < end; round++) {
		killed_once(path, (unsigned char)('a' + round % 26),
		    (useconds_t)(rand() % 3000));
		if (access(path, F_OK) < 0)
			continue;
		buf.len = 0;
		assert_int_equal(sg_read_file(&env, path, 1 << 20, &buf), 0);
		assert_int_equal(buf.len, 400000);
		for (i = 1; i < buf.len; i++)
			assert_int_equal(buf.ptr[i], buf.ptr[0]);
	}
	sg_buf_free(&buf);
	empty_dir();
}

/* ---- below a directory, by somebody else's names */

static int
write_below(const char *name, enum sg_out_mode mode)
{
	struct sg_out *out = NULL;
	int rc = sg_out_create_below(&env, dir, name, mode, NULL);

	if (rc == 0)
		rc = sg_out_create_below(&env, dir, name, mode, &out);
	if (rc == 0)
		rc = sg_out_write(&env, out, "below", 5);
	if (rc == 0)
		rc = sg_out_commit(&env, out);
	sg_out_free(out);
	return rc;
}

static void
test_below(void **state)
{
	static const struct {
		const char *name;
		enum sg_out_mode mode;
		int rc;
	} rows[] = {
		{ "plain", SG_OUT_NEW, 0 },
		{ "a/b/c", SG_OUT_NEW, 0 },
		{ "a/b/d", SG_OUT_NEW, 0 },
		{ "a/b/c", SG_OUT_NEW, SIGN_E_IO },
		{ "a/b/c", SG_OUT_REPLACE, 0 },
		{ "a/b", SG_OUT_REPLACE, SIGN_E_IO },
		{ "plain/x", SG_OUT_NEW, SIGN_E_IO },
		{ "\xd0\xb4/\xd0\xb0", SG_OUT_NEW, 0 },
		{ "..x/.y", SG_OUT_NEW, 0 },
		{ "", SG_OUT_NEW, SIGN_E_ARG },
		{ ".", SG_OUT_NEW, SIGN_E_ARG },
		{ "..", SG_OUT_NEW, SIGN_E_ARG },
		{ "../x", SG_OUT_NEW, SIGN_E_ARG },
		{ "a/../x", SG_OUT_NEW, SIGN_E_ARG },
		{ "a/./x", SG_OUT_NEW, SIGN_E_ARG },
		{ "a//x", SG_OUT_NEW, SIGN_E_ARG },
		{ "/x", SG_OUT_NEW, SIGN_E_ARG },
		{ "a/", SG_OUT_NEW, SIGN_E_ARG },
		{ "link", SG_OUT_NEW, SIGN_E_IO },
		{ "link", SG_OUT_REPLACE, SIGN_E_IO },
		{ "up/x", SG_OUT_NEW, SIGN_E_IO },
		{ "fifo", SG_OUT_REPLACE, SIGN_E_IO },
	};
	char command[64];
	size_t i;
	int rc;

	(void)state;
	assert_int_equal(symlink("nowhere", in_dir("link")), 0);
	assert_int_equal(symlink("/tmp", in_dir("up")), 0);
	assert_int_equal(mkfifo(in_dir("fifo"), 0600), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rc = write_below(rows[i].name, rows[i].mode);
		if (rc != rows[i].rc)
			fail_msg("%zu, %s: %d, %s", i, rows[i].name, rc,
			    env.message);
		if (rc == 0)
			assert_file(in_dir(rows[i].name), "below");
	}
	snprintf(command, sizeof(command), "rm -rf %s/*", dir);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof(command), "rm -rf %s/..x", dir);
	assert_int_equal(system(command), 0);
}

static int
setup(void **state)
{
	(void)state;
	return sg_env_init(&env) < 0 || mkdtemp(dir) == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	sg_env_clear(&env);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_reads_and_peeks),
		cmocka_unit_test(test_file_grows),
		cmocka_unit_test(test_in_refuses),
		cmocka_unit_test(test_read_file_is_bounded),
		cmocka_unit_test(test_pipe_and_spool),
		cmocka_unit_test(test_new_never_replaces),
		cmocka_unit_test(test_replace_keeps_mode_and_link),
		cmocka_unit_test(test_out_refuses),
		cmocka_unit_test(test_out_closed),
		cmocka_unit_test(test_device_is_written_through),
		cmocka_unit_test(test_read_at),
		cmocka_unit_test(test_patch),
		cmocka_unit_test(test_too_large_leaves_nothing),
		cmocka_unit_test(test_closed_pipe),
		cmocka_unit_test(test_below),
		cmocka_unit_test(test_kill_leaves_whole_files),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
