/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/sign_request.h"

#include "base/err.h"
#include "base/time.h"
#include "formats/markup.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MOSCOW (3 * 3600)

static const char *const namespaces[] = {
	[SG_REQUEST_UNEP] = "urn://mpkey.gosuslugi.ru/sign_document/1.0.0",
	[SG_REQUEST_UKEP] = "urn://mpkey.gosuslugi.ru/sign_document_ukep/1.0.0",
	[SG_REQUEST_UKEP_LEGAL] =
	    "urn://mpkey.gosuslugi.ru/sign_document_ukep_legalperson/1.0.0",
};

/* Which files it takes, since when. */
static const struct {
	const char *ending, *type;
	int version;
} types[] = {
	{ ".pdf", "application/pdf", 18 },
	{ ".tif", "image/tiff", 18 },
	{ ".tiff", "image/tiff", 18 },
	{ ".xml", "application/xml", 18 },
	{ ".txt", "text/plain", 18 },
	{ ".jpg", "image/jpeg", 19 },
	{ ".jpeg", "image/jpeg", 19 },
};

static const char *
type_of(const struct sg_sign_request *request, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcasecmp(dot, types[i].ending) == 0 &&
		    types[i].version <= request->version)
			return types[i].type;
	return NULL;
}

/* ---- checks */

/* xsd:normalizedString with a length: one line of text. */
static int
check_text(struct sg_env *env, const char *what, const char *text, long most)
{
	long length = text != NULL ? sg_utf8_length(text) : 0;
	size_t i;

	if (text == NULL || length == 0)
		return sg_err_set(
		    env, SIGN_E_ARG, N_("the request wants %s"), what);
	for (i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < 0x20)
			length = -1;
	if (length < 0)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s: it is not UTF-8, or has a control character or "
		       "the end of a line in it"),
		    what);
	if (most != 0 && length > most)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("%s: the service takes %ld characters at most, have "
		       "%ld"),
		    what, most, length);
	return 0;
}

static int
is_digits(const char *text, const char *lengths)
{
	size_t len = strlen(text);

	return strspn(text, "0123456789") == len && len < 20 &&
	    strchr(lengths, (int)len) != NULL && len != 0;
}

static int
check_person(struct sg_env *env, const struct sg_sign_request *request)
{
	if ((request->snils != NULL) == (request->oid != NULL))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the request wants a SNILS or an identifier of the "
		       "person (OID), one of them"));
	if (request->snils != NULL && !is_digits(request->snils, "\x0b"))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("snils: want 11 digits, have \"%s\""), request->snils);
	if (request->oid != NULL)
		return check_text(env, "OID", request->oid, SG_MAX_REQUEST_OID);
	return 0;
}

static int
check_legal(struct sg_env *env, const struct sg_sign_request *request)
{
	if (request->kind != SG_REQUEST_UKEP_LEGAL)
		return 0;
	if (request->version != 19)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a request to an organisation is made as of version "
		       "1.9"));
	if (request->ogrn != NULL && is_digits(request->ogrn, "\x0b\x0d\x0f"))
		return 0;
	return sg_err_set(
	    env, SIGN_E_ARG, N_("a request to an organisation wants its OGRN"));
}

/* "Not more than 24 hours from the moment when the documents were sent." */
static int
check_time(struct sg_env *env, const struct sg_sign_request *request)
{
	char text[SG_TIME_TEXT];

	if (request->expires <= request->now)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the time to sign, %s, is over already"),
		    sg_time_format(request->expires, text));
	if (request->expires - request->now > SG_MAX_REQUEST_SECONDS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("the time to sign, %s: the service takes 24 hours at "
		       "most"),
		    sg_time_format(request->expires, text));
	return 0;
}

/* Latin letters, digits, underscores, blanks and points; as of 1.9 Russian
 * letters, commas and apostrophes, too. */
static int
name_fits(const char *name, int version)
{
	const unsigned char *at = (const unsigned char *)name;

	for (; *at != '\0'; at++) {
		if ((*at >= '0' && *at <= '9') || *at == '_' || *at == '.' ||
		    *at == ' ' || (*at >= 'A' && *at <= 'Z') ||
		    (*at >= 'a' && *at <= 'z'))
			continue;
		if (version < 19)
			return 0;
		if (*at == ',' || *at == '\'')
			continue;
		/* U+0401, U+0410 to U+044F, U+0451 */
		if ((at[0] == 0xd0 &&
			(at[1] == 0x81 || (at[1] >= 0x90 && at[1] <= 0xbf))) ||
		    (at[0] == 0xd1 && at[1] >= 0x80 && at[1] <= 0x91 &&
			at[1] != 0x90)) {
			at++;
			continue;
		}
		return 0;
	}
	return 1;
}

static int
check_doc(struct sg_env *env, const struct sg_sign_request *request,
    const struct sg_sign_request_doc *doc)
{
	long length = sg_utf8_length(doc->name);

	if (!sg_name_is_bare(doc->name))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("want the bare name of a file, have \"%s\""), doc->name);
	if (length > SG_MAX_REQUEST_FILE)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("%s: the service takes names of %d characters at most, "
		       "have %ld"),
		    doc->name, SG_MAX_REQUEST_FILE, length);
	if (type_of(request, doc->name) == NULL)
		return sg_err_set(env, SIGN_E_ARG,
		    request->version < 19
			? N_("%s: the service takes pdf, tif, tiff, xml and "
			     "txt")
			: N_("%s: the service takes pdf, tif, tiff, jpg, xml "
			     "and txt"),
		    doc->name);
	if (!name_fits(doc->name, request->version))
		return sg_err_set(env, SIGN_E_ARG,
		    request->version < 19
			? N_("%s: the service takes Latin letters, digits, "
			     "underscores and blanks in names")
			: N_("%s: the service takes letters, digits, "
			     "underscores and blanks in names"),
		    doc->name);
	if (strcmp(doc->name, SG_SIGN_REQUEST_NAME) == 0)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s is the request's own name"), doc->name);
	if (doc->size == 0)
		return sg_err_set(
		    env, SIGN_E_ARG, N_("%s is empty"), doc->name);
	return 0;
}

static int
check_docs(struct sg_env *env, const struct sg_sign_request *request)
{
	size_t most = request->version < 19 ? SG_MAX_REQUEST_DOCS_18
					    : SG_MAX_REQUEST_DOCS_19;
	uint64_t total = 0;
	size_t i, n;
	int rc = 0;

	if (request->doc_count == 0)
		return sg_err_set(
		    env, SIGN_E_ARG, N_("the request wants a document"));
	if (request->doc_count > most)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("the service takes %zu documents at most, have %zu"),
		    most, request->doc_count);
	for (i = 0; rc == 0 && i < request->doc_count; i++) {
		rc = check_doc(env, request, &request->docs[i]);
		for (n = 0; rc == 0 && n < i; n++)
			if (strcasecmp(request->docs[n].name,
				request->docs[i].name) == 0)
				rc = sg_err_set(env, SIGN_E_ARG,
				    N_("%s stands in the request twice"),
				    request->docs[i].name);
		if (rc == 0 && request->docs[i].size <= SG_MAX_REQUEST_TOTAL)
			total += request->docs[i].size;
		else if (rc == 0)
			total = UINT64_MAX / 2;
	}
	if (rc == 0 && total > SG_MAX_REQUEST_TOTAL)
		rc = sg_err_set(env, SIGN_E_LIMIT,
		    N_("the service takes documents of %d octets together at "
		       "most"),
		    SG_MAX_REQUEST_TOTAL);
	return rc;
}

static int
check_attributes(struct sg_env *env, const struct sg_sign_request *request)
{
	int rc = check_text(env, "orgName", request->org_name,
	    request->version < 19 ? 0 : SG_MAX_REQUEST_TEXT);

	if (rc < 0)
		return rc;
	if (request->version >= 19) {
		if (request->org_inn != NULL &&
		    is_digits(request->org_inn, "\x0a\x0c"))
			return 0;
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the request wants the organisation's INN, of 10 or 12 "
		       "digits"));
	}
	rc = check_text(env, "mnemonics", request->mnemonics, 0);
	return rc == 0
	    ? check_text(env, "serviceName", request->service_name, 0)
	    : rc;
}

int
sg_sign_request_check(struct sg_env *env, const struct sg_sign_request *request)
{
	int rc;

	if (request->version != 18 && request->version != 19)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("version of the service: want 1.8 or 1.9"));
	if ((rc = check_person(env, request)) < 0 ||
	    (rc = check_legal(env, request)) < 0 ||
	    (rc = check_time(env, request)) < 0 ||
	    (rc = check_text(env, "Description", request->description,
		 SG_MAX_REQUEST_TEXT)) < 0 ||
	    (rc = check_attributes(env, request)) < 0)
		return rc;
	if (request->backlink != NULL || request->version < 19)
		rc = check_text(
		    env, "Backlink", request->backlink, SG_MAX_REQUEST_TEXT);
	return rc == 0 ? check_docs(env, request) : rc;
}

/* ---- writing */

struct writing {
	struct sg_env *env;
	const struct sg_sign_request *request;
	struct sg_buf *out;
	int rc;
};

static void
put_raw(struct writing *w, const char *text)
{
	if (w->rc == 0)
		w->rc = sg_buf_append(w->env, w->out, text, strlen(text));
}

static void
put(struct writing *w, int depth, const char *name, const char *text)
{
	if (w->rc == 0)
		w->rc = sg_markup_line(w->env, w->out, depth, name, text);
}

static void
put_attribute(struct writing *w, int depth, const char *name, const char *value)
{
	if (value == NULL)
		return;
	put_raw(w, depth > 2 ? "    <ns:Attribute>\n" : "  <ns:Attribute>\n");
	put(w, depth + 2, "ns:AttributeName", name);
	put(w, depth + 2, "ns:AttributeValue", value);
	put_raw(w, depth > 2 ? "    </ns:Attribute>\n" : "  </ns:Attribute>\n");
}

/* "2022-04-28T17:22:00.000+03:00": in Moscow's time, as the service has it. */
static void
put_expires(struct writing *w, int depth)
{
	char utc[SG_TIME_TEXT], text[SG_TIME_TEXT + 16];

	sg_time_format(w->request->expires + MOSCOW, utc);
	snprintf(text, sizeof(text), "%.19s.000+03:00", utc);
	put(w, depth, "ns:SignExpiration", text);
}

/* "000-729-729 38" */
static void
put_person(struct writing *w, int depth)
{
	const char *snils = w->request->snils;
	char text[16];

	put(w, depth, "ns:OID", w->request->oid);
	if (snils == NULL)
		return;
	snprintf(text, sizeof(text), "%.3s-%.3s-%.3s %.2s", snils, snils + 3,
	    snils + 6, snils + 9);
	put(w, depth, "ns:Snils", text);
}

static void
put_docs_18(struct writing *w)
{
	const struct sg_sign_request *request = w->request;
	size_t i;

	for (i = 0; i < request->doc_count; i++) {
		put_raw(w, "  <ns:Document>\n");
		put(w, 4, "ns:DocumentId", request->docs[i].name);
		put(w, 4, "ns:MimeType",
		    type_of(request, request->docs[i].name));
		put(w, 4, "ns:Description", request->description);
		put(w, 4, "ns:Backlink", request->backlink);
		put_expires(w, 4);
		put_attribute(w, 4, "mnemonics", request->mnemonics);
		put_attribute(w, 4, "serviceName", request->service_name);
		put_attribute(w, 4, "orgName", request->org_name);
		put_raw(w, "  </ns:Document>\n");
	}
}

static void
put_common_19(struct writing *w)
{
	put(w, 2, "ns:Backlink", w->request->backlink);
	put_expires(w, 2);
	put(w, 2, "ns:Description", w->request->description);
	put_attribute(w, 2, "orgName", w->request->org_name);
	put_attribute(w, 2, "orgINN", w->request->org_inn);
}

int
sg_sign_request_write(struct sg_env *env, const struct sg_sign_request *request,
    struct sg_buf *out)
{
	struct writing w = { env, request, out, 0 };
	int legal = request->kind == SG_REQUEST_UKEP_LEGAL;

	w.rc = sg_sign_request_check(env, request);
	put_raw(&w,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<ns:SignRequest xmlns:ns=\"");
	put_raw(&w, namespaces[request->kind]);
	put_raw(&w, "\">\n");
	if (legal)
		put_raw(&w, "  <ns:RFOrg>\n");
	put_person(&w, legal ? 4 : 2);
	if (legal) {
		put(&w, 4, "ns:OGRN", request->ogrn);
		put_raw(&w, "  </ns:RFOrg>\n");
	}
	if (request->version < 19)
		put_docs_18(&w);
	else
		put_common_19(&w);
	put_raw(&w, "</ns:SignRequest>\n");
	return w.rc;
}
