/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "srckit.h"

#include "base/err.h"
#include "base/fetch.h"
#include "base/limits.h"
#include "libsign/address.h"
#include "libsign/ctx.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* The built-in transport against the lab's server and its faults of HTTP. */

static char top[] = "net-test-XXXXXX";
static char plain[64], secure[64], roots[80];
static pid_t server;
static struct sign_ctx *ctx;

/* ---- the server; without python3 what needs it is skipped */

static int run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int
run(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

static int
read_url(FILE *from, char *url, size_t room)
{
	if (fgets(url, (int)room, from) == NULL)
		return -1;
	url[strcspn(url, "\n")] = '\0';
	return 0;
}

static void
serve(int out, const char *script)
{
	char cert[80], key[80];

	snprintf(cert, sizeof(cert), "%s/cert.pem", top);
	snprintf(key, sizeof(key), "%s/key.pem", top);
	dup2(out, STDOUT_FILENO);
	execlp("python3", "python3", script, "--tool", "false", "--dir", top,
	    "--tls", cert, key, "--life", "120", (char *)NULL);
	_exit(127);
}

static int
start(void **state)
{
	const char *script = src_path("tests/lab/serve.py");
	int out[2];
	FILE *from;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(top) == NULL || pipe(out) != 0)
		return -1;
	snprintf(roots, sizeof(roots), "%s/cert.pem", top);
	if (run("OPENSSL_CONF=/dev/null openssl req -x509 -newkey ec -pkeyopt "
		"ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=lab -addext "
		"subjectAltName=IP:127.0.0.1 -keyout %s/key.pem -out %s "
		"2>/dev/null",
		top, roots) != 0)
		return 0;
	server = fork();
	if (server == 0)
		serve(out[1], script);
	close(out[1]);
	from = fdopen(out[0], "r");
	if (read_url(from, plain, sizeof(plain)) != 0 ||
	    read_url(from, secure, sizeof(secure)) != 0)
		plain[0] = '\0';
	fclose(from);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	if (server > 0 && kill(server, SIGTERM) == 0)
		waitpid(server, NULL, 0);
	return run("rm -rf '%s'", top);
}

static void
need_server(void)
{
	if (plain[0] == '\0')
		skip();
}

static int
context(void **state)
{
	(void)state;
	return sign_ctx_new(&ctx);
}

static int
context_end(void **state)
{
	(void)state;
	sign_ctx_free(ctx);
	return 0;
}

/* ---- faults, each within its time */

struct row {
	const char *name;
	const char *base; /* NULL: the server */
	const char *path;
	int secure, stranger, allow;
	int post;
	const char *user, *password;
	size_t max; /* 0: 1 MiB */
	int code;
	const char *says; /* in the message, or in the body when it is good */
	int seconds;      /* it may take so long; 0: 1 */
};

static const struct row rows[] = {
	{ "good", .path = "/text", .says = "text" },
	{ "a question", .path = "/text", .post = 1, .says = "text" },
	{ "over TLS", .path = "/text", .secure = 1, .says = "text" },
	{ "chunked", .path = "/text?http=chunked", .says = "text" },
	{ "any type", .path = "/text?http=wrong-type", .says = "text" },
	{ "nothing in it", .path = "/text?http=empty-body", .says = "" },
	{ "404", .path = "/text?http=404", .code = SIGN_E_NET,
	    .says = "answers 404: there is no such page" },
	{ "403", .path = "/text?http=403", .code = SIGN_E_NET, .says = "403" },
	{ "500", .path = "/text?http=500", .code = SIGN_E_NET, .says = "500" },
	{ "503", .path = "/text?http=503", .code = SIGN_E_NET, .says = "503" },
	{ "late", .path = "/text?http=late&seconds=9", .code = SIGN_E_NET,
	    .says = "within 2 seconds", .seconds = 3 },
	{ "slow drip", .path = "/text?http=drip&seconds=0.3",
	    .code = SIGN_E_NET, .says = "within 2 seconds", .seconds = 3 },
	{ "slow drip of headers", .path = "/text?http=drip-head&seconds=0.3",
	    .code = SIGN_E_NET, .says = "within 2 seconds", .seconds = 3 },
	{ "endless", .path = "/text?http=endless", .code = SIGN_E_LIMIT,
	    .says = "more than 1048576 octets" },
	{ "endless chunks", .path = "/text?http=endless-chunks",
	    .code = SIGN_E_LIMIT, .says = "more than 1048576 octets" },
	{ "endless headers", .path = "/text?http=endless-head",
	    .code = SIGN_E_NET },
	{ "reset", .path = "/text?http=reset", .code = SIGN_E_NET,
	    .says = "not reached" },
	{ "reset in the middle", .path = "/text?http=reset-body",
	    .code = SIGN_E_NET },
	{ "not a word", .path = "/text?http=empty", .code = SIGN_E_NET },
	{ "a huge length", .path = "/text?http=huge", .code = SIGN_E_LIMIT },
	{ "a length that is no number", .path = "/text?http=huge-number",
	    .code = SIGN_E_LIMIT },
	{ "shorter than promised", .path = "/text?http=short",
	    .code = SIGN_E_NET },
	{ "cut short in chunks", .path = "/text?http=chunked-cut",
	    .code = SIGN_E_NET },
	{ "not HTTP", .path = "/text?http=not-http", .code = SIGN_E_NET },
	{ "one octet too many", .path = "/text", .max = 3,
	    .code = SIGN_E_LIMIT },
	/* what is packed stays packed: it is small, and no bomb */
	{ "packed", .path = "/text?http=gzip", .says = "" },

	{ "who are you", .path = "/text?http=auth", .code = SIGN_E_NET,
	    .says = "it wants a name and password" },
	{ "wrong password", .path = "/text?http=auth", .user = "lab",
	    .password = "wrong", .code = SIGN_E_NET,
	    .says = "it wants a name and password" },
	{ "right password", .path = "/text?http=auth", .user = "lab",
	    .password = "secret", .says = "text" },
	{ "the same with a question over TLS", .path = "/text?http=auth",
	    .user = "lab", .password = "secret", .post = 1, .secure = 1,
	    .says = "text" },

	{ "a stranger's address: loopback", .path = "/text", .stranger = 1,
	    .code = SIGN_E_NET, .says = "private network" },
	{ "allowed", .path = "/text", .stranger = 1, .allow = 1,
	    .says = "text" },
	{ "a redirect is a stranger's", .path = "/text?http=redirect",
	    .code = SIGN_E_NET, .says = "private network" },
	{ "allowed", .path = "/text?http=redirect", .allow = 1,
	    .says = "text" },
	{ "a question again", .path = "/text?http=redirect", .allow = 1,
	    .post = 1, .says = "text" },
	{ "to a private network", .path = "/text?http=redirect-private",
	    .code = SIGN_E_NET, .says = "private network" },
	{ "link-local", .path = "/text?http=redirect-link-local",
	    .code = SIGN_E_NET, .says = "private network" },
	{ "to a file", .path = "/text?http=redirect-file", .allow = 1,
	    .code = SIGN_E_NET, .says = "http://" },
	{ "to FTP", .path = "/text?http=redirect-ftp", .allow = 1,
	    .code = SIGN_E_NET, .says = "http://" },
	{ "with a name in it", .path = "/text?http=redirect-userinfo",
	    .allow = 1, .code = SIGN_E_NET, .says = "name or password" },
	{ "a loop", .path = "/text?http=loop", .allow = 1, .code = SIGN_E_NET,
	    .says = "more than 3 times" },

	{ "a file", .base = "file:///etc/", .path = "passwd",
	    .code = SIGN_E_NET, .says = "want an address with http://" },
	{ "a blank in it", .base = "http://127.0.0.1/", .path = "a b",
	    .code = SIGN_E_NET, .says = "escaped" },
	{ "a new line in it", .base = "http://127.0.0.1/", .path = "a\r\nb",
	    .code = SIGN_E_NET, .says = "escaped" },
	{ "a password in it", .base = "http://me:secret@127.0.0.1/", .path = "",
	    .code = SIGN_E_NET, .says = "name or password" },
	{ "nobody listens", .base = "http://127.0.0.1:1", .path = "/",
	    .code = SIGN_E_NET, .says = "not reached" },
	{ "no such host", .base = "http://nobody.invalid", .path = "/",
	    .code = SIGN_E_NET, .says = "not reached", .seconds = 3 },
	{ "this host by name", .base = "http://localhost", .path = "/",
	    .stranger = 1, .code = SIGN_E_NET, .says = "private network" },
	{ "this host in odd figures", .base = "http://0x7f.1", .path = "/",
	    .stranger = 1, .code = SIGN_E_NET, .says = "private network" },
	{ "this host in IPv6", .base = "http://[::ffff:127.0.0.1]", .path = "/",
	    .stranger = 1, .code = SIGN_E_NET, .says = "private network" },
};

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
fetch(const struct row *row, struct sg_buf *out)
{
	static const unsigned char question[] = "question";
	struct sg_fetch want = { .untrusted_url = row->stranger,
		.max = row->max != 0 ? row->max : 1 << 20,
		.user = row->user,
		.password = row->password };
	char url[512];

	snprintf(url, sizeof(url), "%s%s",
	    row->base != NULL      ? row->base
		: row->secure != 0 ? secure
				   : plain,
	    row->path);
	want.url = url;
	if (row->post) {
		want.content_type = "application/x-question";
		want.body = sg_view_of(question, sizeof(question));
	}
	return sg_fetch(&ctx->env, &want, out);
}

static void
test_faults(void **state)
{
	struct sign_net_options options = SIGN_NET_OPTIONS_INIT;
	struct sg_buf out = { 0 };
	int64_t begin, took;
	size_t i;
	int ret;

	(void)state;
	need_server();
	options.total_seconds = 2;
	options.ca_file = roots;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		options.insecure_allow_private = rows[i].allow;
		assert_int_equal(sign_ctx_use_network(ctx, &options), 0);
		sg_err_clear(&ctx->env);
		out.len = 0;
		begin = milliseconds();
		ret = fetch(&rows[i], &out);
		took = milliseconds() - begin;
		if (ret != rows[i].code)
			fail_msg("%d: %s", ret, ctx->env.message);
		if (ret != 0 && rows[i].says != NULL &&
		    strstr(ctx->env.message, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].says, ctx->env.message);
		if (ret == 0 && rows[i].says[0] != '\0')
			assert_non_null(memmem(out.ptr, out.len, rows[i].says,
			    strlen(rows[i].says)));
		if (ret != 0)
			assert_int_equal(out.len, 0);
		assert_null(strstr(ctx->env.message, "secret"));
		/* a busy machine is not what is tested */
		assert_in_range(took, 0, 1000 * (rows[i].seconds + 1) + 4000);
	}
	sg_buf_free(&out);
}

/* ---- settings */

static void
test_off(void **state)
{
	struct sign_net_options options = SIGN_NET_OPTIONS_INIT;
	const struct row row = { .base = "http://127.0.0.1:1", .path = "/" };
	struct sg_buf out = { 0 };

	(void)state;
	assert_int_equal(fetch(&row, &out), SIGN_E_NET);
	assert_non_null(strstr(ctx->env.message, "not to be used"));
	assert_int_equal(sign_ctx_use_network(ctx, &options), 0);
	assert_int_equal(fetch(&row, &out), SIGN_E_NET);
	assert_non_null(strstr(ctx->env.message, "not reached"));
	assert_int_equal(sign_ctx_use_network(ctx, NULL), 0);
	assert_int_equal(fetch(&row, &out), SIGN_E_NET);
	assert_non_null(strstr(ctx->env.message, "not to be used"));
	options.total_seconds = -1;
	assert_int_equal(sign_ctx_use_network(ctx, &options), SIGN_E_ARG);
	options.total_seconds = 0;
	options.ca_file = "/nonexistent";
	assert_int_equal(sign_ctx_use_network(ctx, &options), SIGN_E_IO);
}

/* TLS without the right root is no answer. */
static void
test_tls(void **state)
{
	struct sign_net_options options = SIGN_NET_OPTIONS_INIT;
	const struct row row = { .path = "/text", .secure = 1 };
	struct sg_buf out = { 0 };

	(void)state;
	need_server();
	assert_int_equal(sign_ctx_use_network(ctx, &options), 0);
	assert_int_equal(fetch(&row, &out), SIGN_E_NET);
	assert_int_equal(out.len, 0);
}

/* A proxy is the caller's choice; the environment's is not asked. */
static void
test_proxy(void **state)
{
	struct sign_net_options options = SIGN_NET_OPTIONS_INIT;
	const struct row direct = { .path = "/text" };
	const struct row far = {
		.base = "http://lab.example", .path = "/text", .stranger = 1
	};
	const struct row near = {
		.base = "http://10.1.2.3", .path = "/text", .stranger = 1
	};
	struct sg_buf out = { 0 };

	(void)state;
	need_server();
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	assert_int_equal(sign_ctx_use_network(ctx, &options), 0);
	assert_int_equal(fetch(&direct, &out), 0);
	setenv("no_proxy", "lab.example", 1);
	options.proxy = plain;
	assert_int_equal(sign_ctx_use_network(ctx, &options), 0);
	assert_int_equal(fetch(&far, &out), 0);
	assert_int_equal(fetch(&near, &out), SIGN_E_NET);
	assert_non_null(strstr(ctx->env.message, "private network"));
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("no_proxy");
	sg_buf_free(&out);
}

static int
cancel(uint64_t done, uint64_t total, void *payload)
{
	(void)done;
	(void)total;
	(void)payload;
	return 1;
}

static void
test_cancel(void **state)
{
	struct sign_net_options options = SIGN_NET_OPTIONS_INIT;
	const struct row row = { .path = "/text?http=late&seconds=9" };
	struct sg_buf out = { 0 };
	int64_t begin = milliseconds();

	(void)state;
	need_server();
	sign_ctx_set_progress(ctx, cancel, NULL);
	assert_int_equal(sign_ctx_use_network(ctx, &options), 0);
	assert_int_equal(fetch(&row, &out), SIGN_E_CANCEL);
	assert_in_range(milliseconds() - begin, 0, 5000);
}

/* ---- the caller's transport */

struct answers {
	size_t pieces, size;
	int code;
};

static int
own_fetch(const struct sign_fetch_request *request, sign_append_fn *append,
    void *sink, void *payload)
{
	const struct answers *answers = payload;
	unsigned char piece[100];
	size_t i;

	assert_int_equal(request->size, sizeof(*request));
	memset(piece, 'x', sizeof(piece));
	for (i = 0; i < answers->pieces; i++)
		if (append(piece, answers->size, sink) != 0)
			return SIGN_E_NET;
	return answers->code;
}

static void
test_own(void **state)
{
	static const struct {
		const char *name;
		struct answers answers;
		int code;
	} cases[] = {
		{ "good", { 10, 100, 0 }, 0 },
		{ "nothing", { 0, 0, 0 }, 0 },
		{ "too much", { 11, 100, 0 }, SIGN_E_LIMIT },
		{ "failed", { 1, 100, SIGN_E_NET }, SIGN_E_NET },
		{ "another code", { 0, 0, SIGN_E_IO }, SIGN_E_NET },
		{ "cancelled", { 1, 100, SIGN_E_CANCEL }, SIGN_E_CANCEL },
	};
	const struct row row = {
		.base = "http://example.com", .path = "/", .max = 1000
	};
	struct sg_buf out = { 0 };
	struct answers answers;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].name);
		answers = cases[i].answers;
		sign_ctx_set_fetch(ctx, own_fetch, &answers);
		out.len = 0;
		assert_int_equal(fetch(&row, &out), cases[i].code);
		assert_int_equal(out.len,
		    cases[i].code == 0
			? cases[i].answers.pieces * cases[i].answers.size
			: 0);
	}
	sg_buf_free(&out);
}

/* ---- addresses */

static void
test_addresses(void **state)
{
	static const struct {
		const char *text;
		int is_public;
	} cases[] = {
		{ "0.0.0.0", 0 },
		{ "0.1.2.3", 0 },
		{ "1.1.1.1", 1 },
		{ "9.255.255.255", 1 },
		{ "10.0.0.0", 0 },
		{ "10.255.255.255", 0 },
		{ "11.0.0.0", 1 },
		{ "100.63.255.255", 1 },
		{ "100.64.0.0", 0 },
		{ "100.127.255.255", 0 },
		{ "100.128.0.0", 1 },
		{ "127.0.0.1", 0 },
		{ "127.255.255.255", 0 },
		{ "128.0.0.1", 1 },
		{ "169.254.169.254", 0 },
		{ "172.15.255.255", 1 },
		{ "172.16.0.0", 0 },
		{ "172.31.255.255", 0 },
		{ "172.32.0.0", 1 },
		{ "192.0.0.1", 0 },
		{ "192.0.2.1", 0 },
		{ "192.168.0.1", 0 },
		{ "192.169.0.1", 1 },
		{ "198.18.0.1", 0 },
		{ "198.20.0.1", 1 },
		{ "223.255.255.255", 1 },
		{ "224.0.0.1", 0 },
		{ "239.255.255.255", 0 },
		{ "240.0.0.1", 0 },
		{ "255.255.255.255", 0 },
		{ "::", 0 },
		{ "::1", 0 },
		{ "::127.0.0.1", 0 },
		{ "::ffff:127.0.0.1", 0 },
		{ "::ffff:10.1.1.1", 0 },
		{ "::ffff:1.1.1.1", 1 },
		{ "64:ff9b::7f00:1", 0 },
		{ "64:ff9b::101:101", 1 },
		{ "64:ff9b:1::101:101", 0 },
		{ "2001::1", 0 },
		{ "2001:db8::1", 0 },
		{ "2002:7f00:1::", 0 },
		{ "2002:101:101::", 1 },
		{ "2a00:1450:4010::1", 1 },
		{ "3fff::1", 0 },
		{ "fc00::1", 0 },
		{ "fd12:3456::1", 0 },
		{ "fe80::1", 0 },
		{ "fec0::1", 0 },
		{ "ff02::1", 0 },
		{ "4000::1", 0 },
	};
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr local = { .sa_family = AF_UNIX };
	size_t i;
	int have;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (inet_pton(AF_INET, cases[i].text, &in4.sin_addr) == 1) {
			have = sg_address_is_public(
			    (struct sockaddr *)&in4, sizeof(in4));
		} else {
			assert_int_equal(
			    inet_pton(AF_INET6, cases[i].text, &in6.sin6_addr),
			    1);
			have = sg_address_is_public(
			    (struct sockaddr *)&in6, sizeof(in6));
		}
		if (have != cases[i].is_public)
			fail_msg("%s", cases[i].text);
		assert_int_equal(
		    sg_address_may_name(cases[i].text), cases[i].is_public);
	}
	assert_int_equal(sg_address_is_public(&local, sizeof(local)), 0);
	assert_int_equal(sg_address_is_public((struct sockaddr *)&in4, 4), 0);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		int may;
	} cases[] = {
		{ "example.com", 1 },
		{ "local.example.com", 1 },
		{ "notlocalhost", 1 },
		{ "localhost", 0 },
		{ "LOCALHOST.", 0 },
		{ "a.localhost", 0 },
		{ "printer.local", 0 },
		{ "metadata.google.internal", 0 },
		{ "127.1", 0 },
		{ "0x7f000001", 0 },
		{ "2130706433", 0 },
		{ "017700000001", 0 },
		{ "134744072", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (sg_address_may_name(cases[i].name) != cases[i].may)
			fail_msg("%s", cases[i].name);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, context, context_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_faults),
		CASE(test_off),
		CASE(test_tls),
		CASE(test_proxy),
		CASE(test_cancel),
		CASE(test_own),
		CASE(test_addresses),
		CASE(test_names),
	};

	return cmocka_run_group_tests_name("net", tests, start, stop);
}
