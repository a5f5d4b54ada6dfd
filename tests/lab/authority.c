/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/authority.h"
#include "tests/lib/mkkey.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The authorities of tests/lib/authority.h on the command line: a world in a
 * directory, one answer a call. */

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define MOST_REQUEST (1 << 20)

static const char usage_text[] =
    "usage: authority new DIR KIND [--url URL] [--from T] [--until T]\n"
    "       authority add DIR ID ISSUER ROLE [--cn NAME] [--key ID]\n"
    "                 [--kind KIND] [--from T] [--until T]\n"
    "       authority revoke DIR ID T [REASON [KNOWN]]\n"
    "       authority tsa DIR <request >answer\n"
    "       authority ocsp DIR <request >answer\n"
    "       authority crl DIR CA >crl\n"
    "       authority cert DIR ID >certificate\n"
    "       authority faults\n"
    "       authority wait DIR <questions >answers\n"
    "tsa, ocsp, crl: [--time T] [--fault NAME]... [--id ID] [--policy OID]\n"
    "       [--digest NAME] [--next T] [--base T] [--flag NAME]...\n"
    "KIND: rsa p256 ed25519 gost256 gost512. ISSUER: an id, or - for itself.\n"
    "ROLE: signer ca tsa ocsp crl tls. REASON: a number of CRLReason.\n"
    "T: now, seconds since 1970, 2026-01-31T12:00:00Z, 20260131120000Z.\n";

struct arguments {
	const char *words[8]; /* without the options */
	int count;
	const char *url, *cn, *key, *kind, *id, *policy, *digest;
	int64_t time, from, until, next, base;
	const char *faults[16], *flags[16];
	int fault_count, flag_count;
};

static void
usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

static void
fail(const char *what, const char *which)
{
	fprintf(stderr, "authority: %s: %s\n", what, which);
	exit(1);
}

/* ---- reading the command line */

enum {
	OPT_URL = 1,
	OPT_CN,
	OPT_KEY,
	OPT_KIND,
	OPT_ID,
	OPT_POLICY,
	OPT_DIGEST,
	OPT_TIME,
	OPT_FROM,
	OPT_UNTIL,
	OPT_NEXT,
	OPT_BASE,
	OPT_FAULT,
	OPT_FLAG,
};

static const struct option options[] = {
	{ "url", required_argument, NULL, OPT_URL },
	{ "cn", required_argument, NULL, OPT_CN },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "kind", required_argument, NULL, OPT_KIND },
	{ "id", required_argument, NULL, OPT_ID },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "digest", required_argument, NULL, OPT_DIGEST },
	{ "time", required_argument, NULL, OPT_TIME },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "next", required_argument, NULL, OPT_NEXT },
	{ "base", required_argument, NULL, OPT_BASE },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "flag", required_argument, NULL, OPT_FLAG },
	{ NULL, 0, NULL, 0 },
};

static void
list_add(const char **list, int *count, const char *text)
{
	if (*count == 16)
		usage();
	list[(*count)++] = text;
}

static void
option_take(struct arguments *args, int opt)
{
	const char **texts[] = { NULL, &args->url, &args->cn, &args->key,
		&args->kind, &args->id, &args->policy, &args->digest };
	int64_t *times[] = { &args->time, &args->from, &args->until,
		&args->next, &args->base };

	if (opt >= OPT_URL && opt <= OPT_DIGEST)
		*texts[opt] = optarg;
	else if (opt >= OPT_TIME && opt <= OPT_BASE)
		*times[opt - OPT_TIME] = authority_time(optarg);
	else if (opt == OPT_FAULT)
		list_add(args->faults, &args->fault_count, optarg);
	else if (opt == OPT_FLAG)
		list_add(args->flags, &args->flag_count, optarg);
	else
		usage();
}

static void
arguments_read(struct arguments *args, int argc, char **argv)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		option_take(args, opt);
	for (; optind < argc; optind++) {
		if (args->count == 8)
			usage();
		args->words[args->count++] = argv[optind];
	}
	if (args->time == 0)
		args->time = time(NULL);
}

/* Flags have names here and rows like faults. */
static const struct authority_fault tsa_flags[] = {
	{ "ordering", AUTHORITY_TSA_ORDERING, "ordering TRUE" },
	{ "name", AUTHORITY_TSA_NAME, "tsa field" },
	{ "chain", AUTHORITY_TSA_CHAIN, "the CA's certificates too" },
	{ "ess-v1", AUTHORITY_TSA_ESS_V1, "signing-certificate with SHA-1" },
	{ "mods", AUTHORITY_TSA_MODS, "status grantedWithMods" },
	{ NULL, 0, NULL },
};
static const struct authority_fault ocsp_flags[] = {
	{ "by-name", AUTHORITY_OCSP_BY_NAME, "responderID byName" },
	{ "by-ca", AUTHORITY_OCSP_BY_CA, "the CA itself answers" },
	{ NULL, 0, NULL },
};
static const struct authority_fault crl_flags[] = {
	{ "indirect", AUTHORITY_CRL_INDIRECT, "of another's certificates" },
	{ "pem", AUTHORITY_CRL_PEM, "PEM" },
	{ "no-number", AUTHORITY_CRL_NO_NUMBER, "no cRLNumber" },
	{ NULL, 0, NULL },
};

static unsigned
bits(const struct authority_fault *rows, const char *const *names, int count)
{
	unsigned bit, all = 0;

	for (; count > 0; count--, names++) {
		bit = authority_fault(rows, *names);
		if (bit == 0)
			fail("no such fault or flag", *names);
		all |= bit;
	}
	return all;
}

/* ---- input, output */

/* One process at a time works with a world: an answer may add to it. */
static struct authority *
world_open(const char *dir)
{
	struct authority *lab;
	char path[1024];
	int fd;

	snprintf(path, sizeof(path), "%s/lock", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		fail(path, strerror(errno));
	lab = authority_load(dir);
	if (lab == NULL)
		exit(1);
	return lab;
}

static void
need(struct authority *lab, const char *id)
{
	if (id != NULL && !authority_has(lab, id))
		fail("nobody has this id", id);
}

static void
request_read(struct sg_buf *request)
{
	size_t got;

	if (sg_buf_reserve(NULL, request, MOST_REQUEST) == NULL)
		fail("request", "no memory");
	got = fread(request->ptr, 1, MOST_REQUEST, stdin);
	request->len = got;
}

static int
answer_write(const struct sg_buf *answer)
{
	if (fwrite(answer->ptr, 1, answer->len, stdout) != answer->len ||
	    fflush(stdout) != 0)
		fail("standard output", strerror(errno));
	return 0;
}

/* ---- commands */

/* Dates that suit a program whose clock is the system's. */
static int
cmd_new(const struct arguments *args)
{
	int64_t from = args->from != 0 ? args->from : INT64_C(1704067200);
	int64_t until = args->until != 0 ? args->until : INT64_C(2366755200);
	const struct authority_row rows[] = {
		{ "signer", .from = from, .until = until },
		{ "signer2", .from = from, .until = until },
		{ "tsa", .from = from, .until = until },
		{ "tsa2", .from = from, .until = until },
		{ "ocsp", .from = from, .until = until },
		{ "ocsp2", .from = from, .until = until },
	};
	struct authority_options how = { .url = args->url,
		.rows = rows,
		.row_count = sizeof(rows) / sizeof(rows[0]) };
	struct authority *lab;

	if (args->count != 3)
		usage();
	how.kind = args->words[2];
	lab = authority_new(&how);
	if (lab == NULL)
		fail("no GOST module", how.kind);
	if (mkdir(args->words[1], 0777) != 0 && errno != EEXIST)
		fail(args->words[1], strerror(errno));
	authority_save(lab, args->words[1]);
	authority_free(lab);
	return 0;
}

static const struct {
	const char *name;
	struct authority_row row;
} roles[] = {
	{ "signer", { .role = AUTHORITY_SIGNER } },
	{ "ca", { .role = AUTHORITY_CA } },
	{ "tsa", { .role = AUTHORITY_TSA } },
	{ "ocsp", { .role = AUTHORITY_OCSP } },
	{ "crl", { .role = AUTHORITY_CRL_ISSUER } },
	{ "tls",
	    { .role = AUTHORITY_BARE,
		.ext = { { "2.5.29.15", "critical,digitalSignature" },
		    { "2.5.29.37", "serverAuth" },
		    { "2.5.29.17", "IP:127.0.0.1,DNS:localhost" } } } },
};

static int
cmd_add(const struct arguments *args)
{
	struct authority_row row = { 0 };
	struct authority *lab;
	size_t i = 0;

	if (args->count != 5)
		usage();
	while (strcmp(roles[i].name, args->words[4]) != 0)
		if (++i == sizeof(roles) / sizeof(roles[0]))
			fail("no such role", args->words[4]);
	row = roles[i].row;
	row.id = args->words[2];
	if (strcmp(args->words[3], "-") != 0)
		row.issuer = args->words[3];
	row.cn = args->cn;
	row.key = args->key;
	row.kind = args->kind;
	row.from = args->from;
	row.until = args->until;
	lab = world_open(args->words[1]);
	need(lab, row.issuer);
	need(lab, row.key);
	authority_add(lab, &row);
	authority_save(lab, args->words[1]);
	authority_free(lab);
	return 0;
}

static int
cmd_revoke(const struct arguments *args)
{
	struct authority *lab;
	int reason = -1;

	if (args->count < 4 || args->count > 6)
		usage();
	if (args->count >= 5)
		reason = (int)strtol(args->words[4], NULL, 10);
	lab = world_open(args->words[1]);
	need(lab, args->words[2]);
	authority_revoke_late(lab, args->words[2],
	    authority_time(args->words[3]),
	    authority_time(args->words[args->count == 6 ? 5 : 3]), reason);
	authority_save(lab, args->words[1]);
	authority_free(lab);
	return 0;
}

static int
cmd_tsa(const struct arguments *args)
{
	struct authority_tsa how = {
		.id = args->id,
		.time = args->time,
		.policy = args->policy,
		.digest = args->digest,
		.flags = bits(tsa_flags, args->flags, args->flag_count),
		.faults =
		    bits(authority_tsa_faults, args->faults, args->fault_count),
	};
	struct sg_buf request = { 0 }, answer = { 0 };
	struct authority *lab;

	if (args->count != 2)
		usage();
	request_read(&request);
	lab = world_open(args->words[1]);
	need(lab, how.id);
	authority_tsa_reply(lab, &how, sg_buf_view(&request), &answer);
	authority_save(lab, args->words[1]);
	authority_free(lab);
	answer_write(&answer);
	sg_buf_free(&request);
	sg_buf_free(&answer);
	return 0;
}

static int
cmd_ocsp(const struct arguments *args)
{
	struct authority_ocsp how = {
		.id = args->id,
		.time = args->time,
		.next = args->next,
		.digest = args->digest,
		.flags = bits(ocsp_flags, args->flags, args->flag_count),
		.faults = bits(
		    authority_ocsp_faults, args->faults, args->fault_count),
	};
	struct sg_buf request = { 0 }, answer = { 0 };
	struct authority *lab;

	if (args->count != 2)
		usage();
	request_read(&request);
	lab = world_open(args->words[1]);
	need(lab, how.id);
	authority_ocsp_reply(lab, &how, sg_buf_view(&request), &answer);
	authority_save(lab, args->words[1]);
	authority_free(lab);
	answer_write(&answer);
	sg_buf_free(&request);
	sg_buf_free(&answer);
	return 0;
}

static int
cmd_crl(const struct arguments *args)
{
	struct authority_crl how = {
		.issuer = args->words[2],
		.of = args->id,
		.time = args->time,
		.next = args->next,
		.base = args->base,
		.digest = args->digest,
		.flags = bits(crl_flags, args->flags, args->flag_count),
		.faults =
		    bits(authority_crl_faults, args->faults, args->fault_count),
	};
	struct sg_buf answer = { 0 };
	struct authority *lab;

	if (args->count != 3)
		usage();
	lab = world_open(args->words[1]);
	need(lab, how.issuer);
	need(lab, how.of);
	authority_crl(lab, &how, &answer);
	authority_free(lab);
	answer_write(&answer);
	sg_buf_free(&answer);
	return 0;
}

static int
cmd_cert(const struct arguments *args)
{
	struct authority *lab;
	struct sg_buf answer = { 0 };

	if (args->count != 3)
		usage();
	lab = world_open(args->words[1]);
	need(lab, args->words[2]);
	if (sg_buf_append_view(
		NULL, &answer, authority_cert(lab, args->words[2])) < 0)
		fail("certificate", "no memory");
	authority_free(lab);
	answer_write(&answer);
	sg_buf_free(&answer);
	return 0;
}

static void
table_print(const char *kind, const struct authority_fault *rows)
{
	for (; rows->name != NULL; rows++)
		printf("%-5s %-18s %s\n", kind, rows->name, rows->text);
}

static int
cmd_faults(const struct arguments *args)
{
	(void)args;
	table_print("tsa", authority_tsa_faults);
	table_print("ocsp", authority_ocsp_faults);
	table_print("crl", authority_crl_faults);
	return 0;
}

/* ---- one process for many answers: to load the libraries and the engine takes
 * much longer than to answer */

#define MOST_WORDS 32

/* "COUNT LENGTH\n", the words of a command line, one a line, and so many
 * octets for its standard input. */
struct question {
	char *words[MOST_WORDS + 1];
	int count;
	FILE *in, *out;
};

static void
question_free(struct question *q)
{
	while (q->count > 0)
		free(q->words[--q->count]);
	fclose(q->in);
	fclose(q->out);
}

/* 1, or 0 when nobody asks any more. */
static int
question_read(struct question *q, FILE *from)
{
	size_t len, room;
	int i;

	memset(q, 0, sizeof(*q));
	if (fscanf(from, "%d %zu", &q->count, &len) != 2)
		return 0;
	q->in = tmpfile();
	q->out = tmpfile();
	if (q->count < 1 || q->count > MOST_WORDS || q->in == NULL ||
	    q->out == NULL || getc(from) != '\n')
		fail("question", "cannot be read");
	for (i = 0; i < q->count; i++) {
		room = 0;
		if (getline(&q->words[i], &room, from) < 1)
			fail("question", "is cut short");
		q->words[i][strcspn(q->words[i], "\n")] = '\0';
	}
	for (; len > 0; len--)
		putc(getc(from), q->in);
	rewind(q->in);
	return 1;
}

static int run(int argc, char **argv);

/* In a process of its own: what it loads, locks and spoils ends with it. */
static int
question_run(struct question *q)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		fail("fork", strerror(errno));
	if (pid == 0) {
		if (dup2(fileno(q->in), STDIN_FILENO) < 0 ||
		    dup2(fileno(q->out), STDOUT_FILENO) < 0)
			_exit(1);
		optind = 0;
		status = run(q->count, q->words);
		fflush(stdout);
		_exit(status);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* "STATUS LENGTH\n" and what went to standard output. */
static void
question_answer(const struct question *q, int status)
{
	off_t len = -1;
	int c;

	if (fseeko(q->out, 0, SEEK_END) == 0)
		len = ftello(q->out);
	if (len < 0)
		fail("answer", strerror(errno));
	printf("%d %jd\n", status, (intmax_t)len);
	for (rewind(q->out); (c = getc(q->out)) != EOF;)
		putchar(c);
	fflush(stdout);
}

static int
cmd_wait(const struct arguments *args)
{
	FILE *from = fdopen(dup(STDIN_FILENO), "r");
	struct question q;

	if (args->count != 2)
		usage();
	if (from == NULL)
		fail("standard input", strerror(errno));
	/* OpenSSL, and for this world's keys its engine */
	authority_free(authority_load(args->words[1]));
	while (question_read(&q, from)) {
		question_answer(&q, question_run(&q));
		question_free(&q);
	}
	fclose(from);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const struct arguments *);
} commands[] = {
	{ "new", cmd_new },
	{ "add", cmd_add },
	{ "revoke", cmd_revoke },
	{ "tsa", cmd_tsa },
	{ "ocsp", cmd_ocsp },
	{ "crl", cmd_crl },
	{ "cert", cmd_cert },
	{ "faults", cmd_faults },
	{ "wait", cmd_wait },
};

static int
run(int argc, char **argv)
{
	struct arguments args = { 0 };
	size_t i;
	int ret;

	arguments_read(&args, argc, argv);
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (args.count == 0 ||
		    strcmp(commands[i].name, args.words[0]) != 0)
			continue;
		ret = commands[i].run(&args);
		mk_forget_keys();
		return ret;
	}
	usage();
	return 2;
}

int
main(int argc, char **argv)
{
	return run(argc, argv);
}
