/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Two processes and a database, as a messenger's backend has them:
 *	two_step prepare DB CERT DOCUMENT   its output is to be signed
 *	two_step complete DB VALUE OUTPUT   VALUE: a file with the signature
 */
#include <sign/ctx.h>
#include <sign/job.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* stands for a secret that only the servers know */
#define KEY "a secret of the servers, 16 octets or more"
static const struct sign_state_options seal = { sizeof(seal),
	(const unsigned char *)KEY, sizeof(KEY) - 1, 0 };

static size_t
file_read(const char *path, unsigned char *out, size_t room)
{
	FILE *f = fopen(path, "rb");
	size_t len = f != NULL ? fread(out, 1, room, f) : 0;

	return f != NULL && fclose(f) == 0 ? len : 0;
}

static int
db_put(sqlite3 *db, const char *state)
{
	static const char text[] = "CREATE TABLE job (state TEXT);"
				   "INSERT INTO job VALUES (%Q)";
	char *sql = sqlite3_mprintf(text, state);
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	sqlite3_free(sql);
	return rc;
}

static int
prepare(struct sign_job *job, sqlite3 *db, char **argv)
{
	unsigned char cert[65536];
	const char *state;
	size_t len = file_read(argv[3], cert, sizeof(cert));
	const unsigned char *data;

	if (sign_job_set_cert(job, cert, len) != 0 ||
	    sign_job_prepare(job, argv[4]) != 0 ||
	    sign_job_export(job, &seal, &state, &len) != 0 ||
	    db_put(db, state) != SQLITE_OK)
		return 1;
	data = sign_job_data(job, &len);
	fwrite(data, 1, len, stdout);
	return fflush(stdout) != 0 || getchar() == EOF; /* until killed */
}

/* sqlite3_exec() hands over the row with the state. */
static int
complete(void *payload, int columns, char **values, char **names)
{
	char **argv = ((void **)payload)[1];
	unsigned char value[4096];
	size_t len = file_read(argv[3], value, sizeof(value));
	struct sign_job *job = NULL;
	int rc = sign_job_import(
	    ((void **)payload)[0], &seal, values[0], strlen(values[0]), &job);

	(void)columns, (void)names;
	if (rc == 0)
		rc = sign_job_complete(job, value, len);
	if (rc == 0)
		rc = sign_job_write(job, argv[4]);
	sign_job_free(job);
	return rc;
}

int
main(int argc, char **argv)
{
	struct sign_ctx *ctx = NULL;
	struct sign_job *job = NULL;
	sqlite3 *db;
	int rc = 1;

	if (argc != 5 || sign_ctx_new(&ctx) != 0 || sqlite3_open(argv[2], &db))
		return 2;
	if (strcmp(argv[1], "complete") == 0)
		rc = sqlite3_exec(db, "SELECT state FROM job", complete,
		    (void *[]){ ctx, argv }, NULL);
	else if (sign_job_new(ctx, NULL, NULL, &job) == 0)
		rc = prepare(job, db, argv);
	if (rc != 0)
		fprintf(stderr, "two_step: %s\n", sign_ctx_message(ctx));
	sign_job_free(job);
	sqlite3_close(db);
	sign_ctx_free(ctx);
	return rc != 0;
}
