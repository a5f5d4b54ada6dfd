/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/filter.h"
#include "formats/xml.h"

#include <libxml/parser.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The transform of SMEV 3 (urn://smev-gov-ru/xmldsig/transform): namespaces
 * get the prefixes ns1, ns2, ... where they are first used, attributes are
 * sorted, text of white space only goes, empty elements get an end tag. The
 * escapes are those of the reference implementation's stream writer.
 */

struct mapping {
	char *uri;
	unsigned number;
};

struct smev {
	struct sg_filter filter;
	struct sg_env *env;
	xmlParserCtxt *ctxt;
	xmlSAXHandler sax;
	int code; /* first failure, error set */

	/* prefixes in force; each element remembers how many there were */
	struct mapping *maps;
	size_t map_count, map_cap;
	size_t marks[SG_MAX_XML_DEPTH];
	size_t depth;
	unsigned last; /* the counter is never reset */

	struct sg_buf blank; /* text so far, all of it white space */
	int in_text;         /* something else was seen in it */
	char before;         /* its last octet, 0 at the start */
};

static void
out(struct smev *smev, const char *text, size_t len)
{
	const struct sg_sink *to = smev->filter.to;

	if (smev->code == 0 && len != 0)
		smev->code = to->put(smev->env, text, len, to->payload);
}

static void
out_str(struct smev *smev, const char *text)
{
	out(smev, text, strlen(text));
}

static void
fail(struct smev *smev, int code)
{
	if (smev->code == 0)
		smev->code = code;
	xmlStopParser(smev->ctxt);
}

/* '>' is escaped where it starts the text or could end a CDATA section. */
static const char *
text_escape(char c, char before)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '&':
		return "&amp;";
	case '\r':
		return "&#xd;";
	case '>':
		return before == '\0' || before == ']' ? "&gt;" : NULL;
	default:
		return NULL;
	}
}

static const char *
attr_escape(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\r':
		return "&#xd;";
	case '\n':
		return "&#xa;";
	case '\t':
		return "&#x9;";
	default:
		return NULL;
	}
}

static void
out_text(struct smev *smev, const char *text, size_t len)
{
	const char *escape;
	size_t i, start = 0;

	for (i = 0; i < len; i++) {
		escape = text_escape(text[i], smev->before);
		smev->before = text[i];
		if (escape == NULL)
			continue;
		out(smev, text + start, i - start);
		out_str(smev, escape);
		start = i + 1;
	}
	out(smev, text + start, len - start);
}

static void
out_value(struct smev *smev, const char *text, size_t len)
{
	const char *escape;
	size_t i, start = 0;

	for (i = 0; i < len; i++) {
		escape = attr_escape(text[i]);
		if (escape == NULL)
			continue;
		out(smev, text + start, i - start);
		out_str(smev, escape);
		start = i + 1;
	}
	out(smev, text + start, len - start);
}

/* As String.trim() sees it: everything up to U+0020 is white space. */
static size_t
blank_length(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && (unsigned char)text[i] <= ' '; i++)
		;
	return i;
}

static void
on_text(void *ctx, const xmlChar *ptr, int count)
{
	struct smev *smev = ((xmlParserCtxt *)ctx)->_private;
	const char *text = (const char *)ptr;
	size_t len = (size_t)count;

	if (!smev->in_text && blank_length(text, len) == len) {
		if (smev->blank.len > SG_MAX_XML_AGAIN)
			fail(smev,
			    sg_err_set(smev->env, SIGN_E_LIMIT,
				N_("too much white space in a row")));
		else if (sg_buf_append(smev->env, &smev->blank, text, len) < 0)
			fail(smev, SIGN_E_NOMEM);
		return;
	}
	if (smev->blank.len != 0)
		out_text(smev, (const char *)smev->blank.ptr, smev->blank.len);
	smev->blank.len = 0;
	smev->in_text = 1;
	out_text(smev, text, len);
}

/* The text ends where anything else begins. */
static void
end_text(struct smev *smev)
{
	smev->blank.len = 0;
	smev->in_text = 0;
	smev->before = '\0';
}

/* The code units of UTF-16, as Java compares strings: characters beyond the
 * basic plane come before U+E000. */
static int
java_compare(const char *a, const char *b)
{
	unsigned char x, y;

	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	x = (unsigned char)*a;
	y = (unsigned char)*b;
	if (x >= 0xf0 && (y == 0xee || y == 0xef))
		return -1;
	if (y >= 0xf0 && (x == 0xee || x == 0xef))
		return 1;
	return (x > y) - (x < y);
}

struct attribute {
	const char *name, *uri; /* uri NULL: unqualified */
	const char *value;
	size_t len;
};

static int
attribute_compare(const void *a, const void *b)
{
	const struct attribute *left = a, *right = b;
	int order = 0;

	if ((left->uri == NULL) != (right->uri == NULL))
		return left->uri == NULL ? 1 : -1;
	if (left->uri != NULL)
		order = java_compare(left->uri, right->uri);
	return order != 0 ? order : java_compare(left->name, right->name);
}

/* The prefix of a namespace in force, made on first use; 0: out of memory. */
static unsigned
prefix(struct smev *smev, const char *uri)
{
	struct mapping *maps;
	size_t i, cap;

	for (i = smev->map_count; i > 0; i--)
		if (strcmp(smev->maps[i - 1].uri, uri) == 0)
			return smev->maps[i - 1].number;
	if (smev->map_count == smev->map_cap) {
		cap = smev->map_cap != 0 ? smev->map_cap * 2 : 16;
		maps = realloc(smev->maps, cap * sizeof(*maps));
		if (maps == NULL)
			return 0;
		smev->maps = maps;
		smev->map_cap = cap;
	}
	smev->maps[smev->map_count].uri = strdup(uri);
	if (smev->maps[smev->map_count].uri == NULL)
		return 0;
	smev->maps[smev->map_count].number = ++smev->last;
	smev->map_count++;
	return smev->last;
}

static void
out_name(struct smev *smev, unsigned number, const char *name)
{
	char text[16];

	snprintf(text, sizeof(text), "ns%u:", number);
	out_str(smev, text);
	out_str(smev, name);
}

/* What this element declares, in the order it came up. */
static void
out_declarations(struct smev *smev)
{
	size_t i = smev->marks[smev->depth - 1];
	char text[32];

	for (; i < smev->map_count; i++) {
		snprintf(
		    text, sizeof(text), " xmlns:ns%u=\"", smev->maps[i].number);
		out_str(smev, text);
		out_value(smev, smev->maps[i].uri, strlen(smev->maps[i].uri));
		out_str(smev, "\"");
	}
}

static void
out_attributes(struct smev *smev, const struct attribute *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		out_str(smev, " ");
		if (list[i].uri != NULL)
			out_name(smev, prefix(smev, list[i].uri), list[i].name);
		else
			out_str(smev, list[i].name);
		out_str(smev, "=\"");
		out_value(smev, list[i].value, list[i].len);
		out_str(smev, "\"");
	}
}

/* Sorted; all namespaces have a prefix afterwards. */
static struct attribute *
read_attributes(struct smev *smev, const xmlChar **from, size_t count)
{
	struct attribute *list = calloc(count + 1, sizeof(*list));
	size_t i;

	if (list == NULL)
		return NULL;
	for (i = 0; i < count; i++, from += 5) {
		list[i].name = (const char *)from[0];
		list[i].uri = (const char *)from[2];
		list[i].value = (const char *)from[3];
		list[i].len = (size_t)(from[4] - from[3]);
	}
	qsort(list, count, sizeof(*list), attribute_compare);
	for (i = 0; i < count; i++)
		if (list[i].uri != NULL && prefix(smev, list[i].uri) == 0) {
			free(list);
			return NULL;
		}
	return list;
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *old, const xmlChar *uri,
    int ns_count, const xmlChar **ns, int attr_count, int defaulted,
    const xmlChar **attrs)
{
	struct smev *smev = ((xmlParserCtxt *)ctx)->_private;
	struct attribute *list;
	unsigned number;

	(void)old;
	(void)ns_count;
	(void)ns;
	(void)defaulted;
	end_text(smev);
	if (smev->code < 0)
		return;
	if (uri == NULL || uri[0] == '\0') {
		fail(smev,
		    sg_err_set(smev->env, SIGN_E_FORMAT,
			N_("SMEV 3 transform: the element %s has no "
			   "namespace"),
			(const char *)name));
		return;
	}
	if (smev->depth == SG_MAX_XML_DEPTH) {
		fail(smev,
		    sg_err_set(
			smev->env, SIGN_E_LIMIT, N_("nested too deeply")));
		return;
	}
	smev->marks[smev->depth++] = smev->map_count;
	number = prefix(smev, (const char *)uri);
	list = read_attributes(smev, attrs, (size_t)attr_count);
	if (number == 0 || list == NULL) {
		free(list);
		fail(smev, sg_err_nomem(smev->env));
		return;
	}
	out_str(smev, "<");
	out_name(smev, number, (const char *)name);
	out_declarations(smev);
	out_attributes(smev, list, (size_t)attr_count);
	out_str(smev, ">");
	free(list);
}

static void
drop_maps(struct smev *smev, size_t keep)
{
	while (smev->map_count > keep)
		free(smev->maps[--smev->map_count].uri);
}

static void
on_end(void *ctx, const xmlChar *name, const xmlChar *old, const xmlChar *uri)
{
	struct smev *smev = ((xmlParserCtxt *)ctx)->_private;

	(void)old;
	end_text(smev);
	if (smev->code < 0 || smev->depth == 0)
		return;
	out_str(smev, "</");
	out_name(smev, prefix(smev, (const char *)uri), (const char *)name);
	out_str(smev, ">");
	drop_maps(smev, smev->marks[--smev->depth]);
}

/* Comments and processing instructions go, and end the text before them. */
static void
on_comment(void *ctx, const xmlChar *text)
{
	(void)text;
	end_text(((xmlParserCtxt *)ctx)->_private);
}

static void
on_pi(void *ctx, const xmlChar *target, const xmlChar *text)
{
	(void)target;
	(void)text;
	end_text(((xmlParserCtxt *)ctx)->_private);
}

static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	struct smev *smev = ((xmlParserCtxt *)ctx)->_private;

	(void)name;
	(void)external;
	(void)system;
	fail(smev,
	    sg_err_set(smev->env, SIGN_E_FORMAT,
		N_("SMEV 3 transform: a DOCTYPE stands in the data")));
}

static int
smev_feed(struct smev *smev, const char *ptr, size_t len, int last)
{
	size_t part;

	do {
		part = len < SG_XML_CHUNK ? len : SG_XML_CHUNK;
		xmlParseChunk(smev->ctxt, ptr, (int)part, last && part == len);
		if (smev->code < 0)
			return smev->code;
		if (!smev->ctxt->wellFormed)
			return sg_err_set(smev->env, SIGN_E_FORMAT,
			    N_("SMEV 3 transform: the data is not well-formed "
			       "XML"));
		ptr += part;
		len -= part;
	} while (len != 0);
	return 0;
}

static int
smev_put(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	(void)env;
	return smev_feed(payload, ptr, len, 0);
}

static int
smev_end(struct sg_env *env, struct sg_filter *filter)
{
	struct smev *smev = filter->in.payload;

	(void)env;
	return smev_feed(smev, "", 0, 1);
}

static void
smev_free(struct sg_filter *filter)
{
	struct smev *smev = filter->in.payload;

	drop_maps(smev, 0);
	free(smev->maps);
	sg_buf_free(&smev->blank);
	if (smev->ctxt != NULL)
		xmlFreeDoc(smev->ctxt->myDoc);
	xmlFreeParserCtxt(smev->ctxt);
	free(smev);
}

int
sg_filter_smev(
    struct sg_env *env, const struct sg_sink *to, struct sg_filter **filter)
{
	struct smev *smev = calloc(1, sizeof(*smev));

	if (smev == NULL)
		return sg_err_nomem(env);
	smev->env = env;
	smev->filter.in.put = smev_put;
	smev->filter.in.payload = smev;
	smev->filter.end = smev_end;
	smev->filter.free = smev_free;
	smev->filter.to = to;
	smev->sax.initialized = XML_SAX2_MAGIC;
	smev->sax.startElementNs = on_start;
	smev->sax.endElementNs = on_end;
	smev->sax.characters = on_text;
	smev->sax.ignorableWhitespace = on_text;
	smev->sax.cdataBlock = on_text;
	smev->sax.comment = on_comment;
	smev->sax.processingInstruction = on_pi;
	smev->sax.internalSubset = on_doctype;
	smev->ctxt = sg_xml_new_sax(&smev->sax, smev);
	if (smev->ctxt == NULL) {
		free(smev);
		return sg_err_nomem(env);
	}
	*filter = &smev->filter;
	return 0;
}
