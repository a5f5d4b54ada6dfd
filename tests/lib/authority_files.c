/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/authority_int.h"

#include "tests/lib/mkkey.h"

#include <openssl/pem.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * DIR/authorities: a line "ID ISSUER NAME" for each certificate, "-" for none;
 * DIR/NAME.pem, and DIR/NAME.key where its key is known. DIR/revoked: a line
 * "ID TIME REASON [KNOWN]", where TIME may be as in an ASN.1 time and REASON a name of
 * CRLReason; DIR/url: the URL that certificates name, if any.
 */

/* ---- writing */

static void
pem_put(struct authority *lab, const char *dir, const char *id)
{
	struct lab_cert *cert = lab_get(lab, id);
	const char *path = lab_text(lab, "%s/%s.pem", dir, id);

	/* mk_pem_*() append */
	if (access(path, F_OK) == 0)
		return;
	mk_pem_cert(path, cert->x509);
	if (cert->key != NULL)
		mk_pem_key(lab_text(lab, "%s/%s.key", dir, id), cert->key);
}

/* Written beside and renamed, as another process may be reading. */
static FILE *
table_open(struct authority *lab, const char *dir, const char *name)
{
	const char *path =
	    lab_text(lab, "%s/%s.%ld", dir, name, (long)getpid());
	FILE *file = fopen(path, "w");

	mk_must(file != NULL, path);
	return file;
}

static void
table_close(
    struct authority *lab, FILE *file, const char *dir, const char *name)
{
	const char *from =
	    lab_text(lab, "%s/%s.%ld", dir, name, (long)getpid());

	mk_must(fclose(file) == 0 &&
		rename(from, lab_text(lab, "%s/%s", dir, name)) == 0,
	    from);
}

void
authority_save(struct authority *lab, const char *dir)
{
	const struct authority_row *row;
	const struct lab_revoked *revoked;
	FILE *file;
	size_t i;

	for (i = 0; i < lab->cert_count; i++)
		if (lab->certs[i]->file == NULL)
			pem_put(lab, dir, lab->certs[i]->row.id);
	file = table_open(lab, dir, "authorities");
	for (i = 0; i < lab->cert_count; i++) {
		row = &lab->certs[i]->row;
		fprintf(file, "%s %s %s\n", row->id,
		    row->issuer != NULL ? row->issuer : "-",
		    lab->certs[i]->file != NULL ? lab->certs[i]->file
						: row->id);
	}
	table_close(lab, file, dir, "authorities");
	file = table_open(lab, dir, "revoked");
	for (i = 0; i < lab->revoked_count; i++) {
		revoked = &lab->revoked[i];
		fprintf(file, "%s %" PRId64 " %d\n", revoked->id, revoked->when,
		    revoked->reason);
	}
	table_close(lab, file, dir, "revoked");
	if (lab->url == NULL)
		return;
	file = table_open(lab, dir, "url");
	fprintf(file, "%s\n", lab->url);
	table_close(lab, file, dir, "url");
}

/* ---- reading */

int64_t
authority_time(const char *text)
{
	ASN1_TIME *when;
	struct tm tm = { 0 };
	char *end;
	long long seconds;

	if (strcmp(text, "now") == 0)
		return time(NULL);
	end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (end != NULL && *end == '\0')
		return timegm(&tm);
	seconds = strtoll(text, &end, 10);
	if (*end == '\0')
		return seconds;
	when = ASN1_TIME_new();
	mk_must(when != NULL && ASN1_TIME_set_string(when, text) == 1 &&
		ASN1_TIME_to_tm(when, &tm) == 1,
	    text);
	ASN1_TIME_free(when);
	return timegm(&tm);
}

static EVP_PKEY *
key_read(const char *path)
{
	FILE *file = fopen(path, "r");
	EVP_PKEY *key = NULL;

	if (file == NULL)
		return NULL;
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	mk_must(key != NULL, path);
	fclose(file);
	return key;
}

/* A line of DIR/authorities; 0, or -1 with a message. */
static int
cert_read(struct authority *lab, const char *dir, const char *line)
{
	char id[128], issuer[128], name[128];
	struct lab_cert *cert;
	const char *path;
	X509 *x509 = NULL;
	EVP_PKEY *key;
	FILE *file;

	if (sscanf(line, "%127s %127s %127s", id, issuer, name) != 3)
		return -1;
	path = lab_text(lab, "%s/%s.pem", dir, name);
	file = fopen(path, "r");
	if (file != NULL) {
		x509 = PEM_read_X509(file, NULL, NULL, NULL);
		fclose(file);
	}
	if (x509 == NULL) {
		fprintf(stderr, "authority: %s cannot be read\n", path);
		return -1;
	}
	key = key_read(lab_text(lab, "%s/%s.key", dir, name));
	authority_add_made(
	    lab, id, strcmp(issuer, "-") != 0 ? issuer : NULL, x509, key);
	cert = lab_find(lab, id);
	cert->file = lab_text(lab, "%s", name);
	X509_free(x509);
	EVP_PKEY_free(key);
	return 0;
}

/* RFC 5280, 5.3.1 */
static int
reason_read(const char *text)
{
	static const char *const names[] = { "unspecified", "keyCompromise",
		"CACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", "",
		"removeFromCRL" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], text) == 0)
			return (int)i;
	return (int)strtol(text, NULL, 10);
}

static int
revoked_read(struct authority *lab, const char *dir, const char *line)
{
	char id[128], when[64], reason[64], known[64];
	int count =
	    sscanf(line, "%127s %63s %63s %63s", id, when, reason, known);

	(void)dir;
	if (count < 3 || lab_find(lab, id) == NULL) {
		fprintf(stderr, "authority: revoked: %s", line);
		return -1;
	}
	authority_revoke_late(lab, id, authority_time(when),
	    authority_time(count == 4 ? known : when), reason_read(reason));
	return 0;
}

static int
table_read(struct authority *lab, const char *dir, const char *name,
    int (*row)(struct authority *, const char *, const char *))
{
	const char *path = lab_text(lab, "%s/%s", dir, name);
	FILE *file = fopen(path, "r");
	char line[512];
	int ret = 0;

	if (file == NULL) {
		perror(path);
		return -1;
	}
	while (ret == 0 && fgets(line, sizeof(line), file) != NULL)
		ret = row(lab, dir, line);
	fclose(file);
	return ret;
}

static int
url_read(struct authority *lab, const char *dir, const char *line)
{
	(void)dir;
	lab->url = lab_text(lab, "%.*s", (int)strcspn(line, "\r\n"), line);
	return 0;
}

struct authority *
authority_load(const char *dir)
{
	struct authority *lab = calloc(1, sizeof(*lab));

	mk_must(lab != NULL, "memory");
	mk_has_gost();
	lab->kind = "p256";
	if (table_read(lab, dir, "authorities", cert_read) == 0 &&
	    table_read(lab, dir, "revoked", revoked_read) == 0 &&
	    (access(lab_text(lab, "%s/url", dir), F_OK) != 0 ||
		table_read(lab, dir, "url", url_read) == 0))
		return lab;
	authority_free(lab);
	return NULL;
}
