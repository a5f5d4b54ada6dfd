/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/certline.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_COLUMN 14

static void
certline_row(const char *label, const char *text)
{
	char *safe = escaped(text != NULL ? text : "");

	out_text("  %s%*s%s\n", label, text_pad(label, LABEL_COLUMN), "", safe);
	free(safe);
}

/* "AB12 CD34 ..." out of hexadecimal; to be freed. */
static char *
fingerprint(const char *sha256)
{
	size_t len = strlen(sha256), i, at = 0;
	char *text = calloc(1, len + len / 4 + 1);

	for (i = 0; text != NULL && i < len; i++) {
		if (i != 0 && i % 4 == 0)
			text[at++] = ' ';
		text[at++] = sha256[i];
	}
	return text;
}

int
certline_out(const struct sign_cert_line *line, void *payload)
{
	char from[SIGN_TIME_TEXT], until[SIGN_TIME_TEXT];
	const char *name = line->common_name;
	char *safe, *print, *valid;

	(void)payload;
	safe = escaped(name != NULL ? name : line->subject);
	print = fingerprint(line->sha256);
	valid = formatted("%s - %s", sign_time_text(line->not_before, from),
	    sign_time_text(line->not_after, until));
	out_text("%s\n", safe);
	certline_row(_("Subject"), line->subject);
	certline_row(_("Issuer"), line->issuer);
	certline_row(_("Serial"), line->serial);
	certline_row(_("Valid"), valid);
	certline_row(_("Key"), line->algorithm);
	certline_row("SHA-256", print);
	free(valid);
	free(print);
	free(safe);
	return 0;
}
