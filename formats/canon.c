/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/canon.h"

#include "base/err.h"

#include <libxml/c14n.h>
#include <libxml/uri.h>

#include <stdlib.h>
#include <string.h>

#define HELD 32768
#define FEW 16 /* sorted without a call */

/* An attribute of the xml namespace that orphans may inherit. */
struct inherited {
	char *name, *value;
	size_t depth; /* of its element */
};

/* An open element: what goes when it ends. */
struct frame {
	size_t scope, rendered, inherited;
	int in; /* the node-set has it */
};

struct sg_canon {
	struct sg_env *env;
	const struct sg_c14n *c14n;
	const char *const *prefixes;
	int exclusive, comments;
	const struct sg_sink *sink;
	int code; /* of the first failure */

	struct frame *frames;
	size_t depth, frame_room;
	/* namespaces: declared by open elements, and written by them */
	struct sg_canon_ns *scope, *rendered;
	size_t scope_count, scope_room, rendered_count, rendered_room;
	struct inherited *inherited;
	size_t inherited_count, inherited_room;

	size_t in_depth; /* open elements that the node-set has */
	int after;       /* such an element has ended at the top */
	char *absolute;  /* the last namespace found to be */

	/* what one start tag writes */
	struct sg_canon_ns *spaces;
	size_t space_count, space_room;
	struct sg_canon_attr *attrs;
	size_t attr_count, attr_room;
	char *base; /* xml:base, joined */

	size_t held;
	char hold[HELD];
};

static int
failed(struct sg_canon *canon, int code)
{
	if (canon->code == 0)
		canon->code = code;
	return canon->code;
}

static int
no_memory(struct sg_canon *canon)
{
	return failed(canon, sg_err_nomem(canon->env));
}

/* ---- arrays that grow */

static int
grow(
    struct sg_canon *canon, void *array, size_t *room, size_t want, size_t size)
{
	size_t more = *room != 0 ? *room : 16;
	void *old, *ptr;

	if (want <= *room)
		return 0;
	while (more < want)
		more *= 2;
	memcpy(&old, array, sizeof(old));
	ptr = reallocarray(old, more, size);
	if (ptr == NULL)
		return no_memory(canon);
	memcpy(array, &ptr, sizeof(ptr));
	*room = more;
	return 0;
}

/* ---- octets out */

static int
flush(struct sg_canon *canon)
{
	size_t len = canon->held;

	canon->held = 0;
	if (canon->code != 0 || len == 0)
		return canon->code;
	return failed(canon,
	    canon->sink->put(
		canon->env, canon->hold, len, canon->sink->payload));
}

static void
put(struct sg_canon *canon, const char *ptr, size_t len)
{
	size_t part;

	while (len > HELD - canon->held) {
		part = HELD - canon->held;
		memcpy(canon->hold + canon->held, ptr, part);
		canon->held = HELD;
		flush(canon);
		ptr += part;
		len -= part;
	}
	memcpy(canon->hold + canon->held, ptr, len);
	canon->held += len;
}

static void
put_str(struct sg_canon *canon, const char *text)
{
	put(canon, text, strlen(text));
}

static void
put_char(struct sg_canon *canon, char c)
{
	if (canon->held == HELD)
		flush(canon);
	canon->hold[canon->held++] = c;
}

static void
put_name(struct sg_canon *canon, const char *prefix, const char *name)
{
	if (prefix != NULL) {
		put_str(canon, prefix);
		put_char(canon, ':');
	}
	put_str(canon, name);
}

/* Canonical XML 1.0, 2.3: what is escaped, where: bits. */
enum { IN_TEXT = 1, IN_VALUE = 2, IN_OTHER = 4 };

static const unsigned char escaped[256] = {
	['\t'] = IN_VALUE,
	['\n'] = IN_VALUE,
	['\r'] = IN_TEXT | IN_VALUE | IN_OTHER,
	['"'] = IN_VALUE,
	['&'] = IN_TEXT | IN_VALUE,
	['<'] = IN_TEXT | IN_VALUE,
	['>'] = IN_TEXT,
};

static const char *
escape_of(char c)
{
	switch (c) {
	case '\t':
		return "&#x9;";
	case '\n':
		return "&#xA;";
	case '\r':
		return "&#xD;";
	case '"':
		return "&quot;";
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	default:
		return "&gt;";
	}
}

static void
put_escaped(struct sg_canon *canon, const char *ptr, size_t len, unsigned where)
{
	const char *end = ptr + len, *start = ptr;

	for (; ptr != end; ptr++) {
		if ((escaped[(unsigned char)*ptr] & where) == 0)
			continue;
		put(canon, start, (size_t)(ptr - start));
		put_str(canon, escape_of(*ptr));
		start = ptr + 1;
	}
	put(canon, start, (size_t)(end - start));
}

/* ---- namespaces */

static int
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const struct sg_canon_ns *
find_space(const struct sg_canon_ns *list, size_t count, const char *prefix)
{
	while (count-- > 0)
		if (same(list[count].prefix, prefix))
			return &list[count];
	return NULL;
}

/* To be written, unless the nearest element written before said the same. */
static void
want_space(struct sg_canon *canon, const char *prefix, const char *uri)
{
	const struct sg_canon_ns *found =
	    find_space(canon->rendered, canon->rendered_count, prefix);
	struct sg_canon_ns *slot;

	if (strcmp(found != NULL ? found->uri : "", uri) == 0 ||
	    same(prefix, "xml"))
		return;
	if (grow(canon, &canon->rendered, &canon->rendered_room,
		canon->rendered_count + 1, sizeof(*canon->rendered)) < 0 ||
	    grow(canon, &canon->spaces, &canon->space_room,
		canon->space_count + 1, sizeof(*canon->spaces)) < 0)
		return;
	slot = &canon->rendered[canon->rendered_count++];
	slot->prefix = prefix;
	slot->uri = uri;
	canon->spaces[canon->space_count++] = *slot;
}

/* Canonical XML 1.0, 2.3: all that are in scope; of a child of a written
 * element the others were written before. */
static void
want_inclusive(
    struct sg_canon *canon, const struct sg_canon_element *e, int orphan)
{
	size_t i, count = canon->scope_count;
	const struct sg_canon_ns *at;

	for (i = 0; !orphan && i < e->space_count; i++)
		want_space(canon, e->spaces[i].prefix, e->spaces[i].uri);
	for (i = 0; orphan && i < count; i++) {
		at = &canon->scope[i];
		if (find_space(canon->scope, count, at->prefix) == at)
			want_space(canon, at->prefix, at->uri);
	}
}

/* Exclusive XML Canonicalization 1.0, 3: those that are visibly utilised, and
 * those of the PrefixList. */
static void
want_exclusive(struct sg_canon *canon, const struct sg_canon_element *e)
{
	const char *const *prefix = canon->prefixes;
	const struct sg_canon_ns *found;
	const char *name;
	size_t i;

	for (; prefix != NULL && *prefix != NULL; prefix++) {
		name = strcmp(*prefix, "#default") != 0 ? *prefix : NULL;
		found = find_space(canon->scope, canon->scope_count, name);
		if (found != NULL)
			want_space(canon, name, found->uri);
	}
	want_space(canon, e->prefix, e->uri != NULL ? e->uri : "");
	for (i = 0; i < e->attr_count; i++)
		if (e->attrs[i].prefix != NULL && !e->attrs[i].left_out)
			want_space(canon, e->attrs[i].prefix, e->attrs[i].uri);
}

static int
by_prefix(const void *a, const void *b)
{
	const struct sg_canon_ns *left = a, *right = b;

	return strcmp(left->prefix != NULL ? left->prefix : "",
	    right->prefix != NULL ? right->prefix : "");
}

/* Canonical XML 1.0, 1.3: a relative namespace URI is an error. */
static int
check_spaces(struct sg_canon *canon, const struct sg_canon_element *e)
{
	size_t i;

	for (i = 0; i < e->space_count; i++) {
		const char *uri = e->spaces[i].uri;
		xmlURI *parsed;
		int relative;

		if (uri[0] == '\0' ||
		    (canon->absolute != NULL &&
			strcmp(uri, canon->absolute) == 0))
			continue;
		parsed = xmlParseURI(uri);
		relative = parsed == NULL || parsed->scheme == NULL;
		xmlFreeURI(parsed);
		if (relative)
			return failed(canon,
			    sg_err_set(canon->env, SIGN_E_FORMAT,
				N_("%s: the XML cannot be canonicalised"),
				canon->c14n->uri));
		free(canon->absolute);
		canon->absolute = strdup(uri);
	}
	return 0;
}

/* ---- attributes */

static int
is_xml(const struct sg_canon_attr *attr)
{
	return attr->uri != NULL &&
	    strcmp(attr->uri, (const char *)XML_XML_NAMESPACE) == 0;
}

/* Those without a namespace first; then by its URI; by name. */
static int
by_name(const void *a, const void *b)
{
	const struct sg_canon_attr *left = a, *right = b;
	int order = 0;

	if (left->uri != right->uri)
		order = strcmp(left->uri != NULL ? left->uri : "",
		    right->uri != NULL ? right->uri : "");
	return order != 0 ? order : strcmp(left->name, right->name);
}

static void
add_attr(struct sg_canon *canon, const struct sg_canon_attr *attr)
{
	if (grow(canon, &canon->attrs, &canon->attr_room, canon->attr_count + 1,
		sizeof(*canon->attrs)) == 0)
		canon->attrs[canon->attr_count++] = *attr;
}

static void
add_xml_attr(struct sg_canon *canon, const char *name, const char *value)
{
	struct sg_canon_attr attr = { "xml", name,
		(const char *)XML_XML_NAMESPACE, value, strlen(value), 0 };

	add_attr(canon, &attr);
}

static int
has_xml_attr(const struct sg_canon_attr *attrs, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_xml(&attrs[i]) && strcmp(attrs[i].name, name) == 0)
			return 1;
	return 0;
}

/* Canonical XML 1.0, 2.4: an orphan takes those of its ancestors that it does
 * not have, be its own in the node-set or not. */
static void
inherit_10(
    struct sg_canon *canon, const struct sg_canon_element *e, size_t count)
{
	const char *name;

	while (count-- > 0) {
		name = canon->inherited[count].name;
		if (!has_xml_attr(e->attrs, e->attr_count, name) &&
		    !has_xml_attr(canon->attrs, canon->attr_count, name))
			add_xml_attr(
			    canon, name, canon->inherited[count].value);
	}
}

/* The nearest of these among the ancestors, counted from below, that are left
 * out up to the first that is not; NULL: there is none. */
static const struct inherited *
find_hidden(const struct sg_canon *canon, const char *name, size_t *count)
{
	const struct inherited *at;
	size_t depth = canon->depth;

	while (depth > 0 && !canon->frames[depth - 1].in)
		depth--;
	while (*count > 0) {
		at = &canon->inherited[--*count];
		if (at->depth < depth)
			return NULL;
		if (strcmp(at->name, name) == 0)
			return at;
	}
	return NULL;
}

/* Canonical XML 1.1, 2.4: xml:base of what was left out goes before. */
static void
join_base(struct sg_canon *canon, const char *own, size_t count)
{
	const struct inherited *at;
	xmlChar *value = NULL, *above, *joined;
	size_t len;

	if (own != NULL)
		value = xmlStrdup((const xmlChar *)own);
	for (at = find_hidden(canon, "base", &count); at != NULL;
	     at = find_hidden(canon, "base", &count)) {
		above = xmlStrdup((const xmlChar *)at->value);
		len = strlen(at->value);
		if (value != NULL && len > 1 && at->value[len - 2] == '.')
			above = xmlStrcat(above, (const xmlChar *)"/");
		joined = value != NULL ? xmlBuildURI(value, above)
				       : xmlStrdup(above);
		xmlFree(above);
		xmlFree(value);
		value = joined;
		if (value == NULL)
			break;
	}
	if (value != NULL && value[0] != '\0') {
		free(canon->base);
		canon->base = strdup((const char *)value);
		if (canon->base != NULL)
			add_xml_attr(canon, "base", canon->base);
		else
			no_memory(canon);
	}
	xmlFree(value);
}

/* Canonical XML 1.1, 2.4: xml:lang, xml:space, and xml:base. */
static void
inherit_11(struct sg_canon *canon, const struct sg_canon_element *e,
    const struct sg_canon_attr *base, size_t inherited)
{
	static const char *const names[] = { "lang", "space" };
	const struct inherited *found;
	size_t i, count;
	char *own = NULL;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		count = inherited;
		found = has_xml_attr(e->attrs, e->attr_count, names[i])
		    ? NULL
		    : find_hidden(canon, names[i], &count);
		if (found != NULL)
			add_xml_attr(canon, found->name, found->value);
	}
	if (base != NULL) {
		own = strndup(base->value, base->len);
		if (own == NULL) {
			no_memory(canon);
			return;
		}
	}
	join_base(canon, own, inherited);
	free(own);
}

static void
want_attrs(struct sg_canon *canon, const struct sg_canon_element *e, int orphan,
    size_t inherited)
{
	int mode = canon->c14n->mode;
	const struct sg_canon_attr *base = NULL, *at;
	size_t i;

	for (i = 0; i < e->attr_count; i++) {
		at = &e->attrs[i];
		if (mode == XML_C14N_1_1 && !e->left_out && is_xml(at) &&
		    strcmp(at->name, "base") == 0)
			base = at;
		else if (!at->left_out)
			add_attr(canon, at);
	}
	if (e->left_out || mode == XML_C14N_EXCLUSIVE_1_0)
		return;
	if (mode == XML_C14N_1_1)
		inherit_11(canon, e, base, inherited);
	else if (orphan)
		inherit_10(canon, e, inherited);
}

/* ---- start tags */

static void
sort(void *array, size_t count, size_t size,
    int (*compare)(const void *a, const void *b))
{
	unsigned char *at = array, spare[sizeof(struct sg_canon_attr)];
	size_t i, j;

	if (count > FEW) {
		qsort(array, count, size, compare);
		return;
	}
	for (i = 1; i < count; i++) {
		for (j = i;
		     j > 0 && compare(at + (j - 1) * size, at + i * size) > 0;
		     j--)
			;
		if (j == i)
			continue;
		memcpy(spare, at + i * size, size);
		memmove(at + (j + 1) * size, at + j * size, (i - j) * size);
		memcpy(at + j * size, spare, size);
	}
}

static void
put_spaces(struct sg_canon *canon)
{
	size_t i;

	sort(canon->spaces, canon->space_count, sizeof(*canon->spaces),
	    by_prefix);
	for (i = 0; i < canon->space_count; i++) {
		put(canon, " xmlns", 6);
		if (canon->spaces[i].prefix != NULL) {
			put_char(canon, ':');
			put_str(canon, canon->spaces[i].prefix);
		}
		put(canon, "=\"", 2);
		put_escaped(canon, canon->spaces[i].uri,
		    strlen(canon->spaces[i].uri), IN_VALUE);
		put_char(canon, '"');
	}
}

static void
put_attrs(struct sg_canon *canon)
{
	size_t i;

	sort(canon->attrs, canon->attr_count, sizeof(*canon->attrs), by_name);
	for (i = 0; i < canon->attr_count; i++) {
		put_char(canon, ' ');
		put_name(canon, canon->attrs[i].prefix, canon->attrs[i].name);
		put(canon, "=\"", 2);
		put_escaped(canon, canon->attrs[i].value, canon->attrs[i].len,
		    IN_VALUE);
		put_char(canon, '"');
	}
}

/* What its descendants may inherit. */
static void
keep_xml_attrs(struct sg_canon *canon, const struct sg_canon_element *e)
{
	struct inherited *slot;
	size_t i;

	for (i = 0; i < e->attr_count; i++) {
		if (!is_xml(&e->attrs[i]))
			continue;
		if (grow(canon, &canon->inherited, &canon->inherited_room,
			canon->inherited_count + 1,
			sizeof(*canon->inherited)) < 0)
			return;
		slot = &canon->inherited[canon->inherited_count++];
		slot->depth = canon->depth;
		slot->name = strdup(e->attrs[i].name);
		slot->value = strndup(e->attrs[i].value, e->attrs[i].len);
		if (slot->name == NULL || slot->value == NULL) {
			no_memory(canon);
			return;
		}
	}
}

static int
open_frame(struct sg_canon *canon, const struct sg_canon_element *e, int in)
{
	struct frame *frame;
	size_t i;

	if (grow(canon, &canon->frames, &canon->frame_room, canon->depth + 1,
		sizeof(*canon->frames)) < 0 ||
	    grow(canon, &canon->scope, &canon->scope_room,
		canon->scope_count + e->space_count, sizeof(*canon->scope)) < 0)
		return canon->code;
	frame = &canon->frames[canon->depth];
	frame->scope = canon->scope_count;
	frame->rendered = canon->rendered_count;
	frame->inherited = canon->inherited_count;
	frame->in = in;
	for (i = 0; i < e->space_count; i++)
		canon->scope[canon->scope_count++] = e->spaces[i];
	if (!canon->exclusive)
		keep_xml_attrs(canon, e);
	return canon->code;
}

int
sg_canon_above(struct sg_canon *canon, const struct sg_canon_element *element)
{
	if (canon->code == 0 && open_frame(canon, element, 0) == 0)
		canon->depth++;
	return canon->code;
}

int
sg_canon_start(struct sg_canon *canon, const struct sg_canon_element *element)
{
	int in = !element->left_out;
	int orphan = canon->depth == 0 || !canon->frames[canon->depth - 1].in;

	if (canon->code != 0 || check_spaces(canon, element) < 0 ||
	    open_frame(canon, element, in) < 0)
		return canon->code;
	canon->space_count = canon->attr_count = 0;
	if (in && canon->exclusive)
		want_exclusive(canon, element);
	else if (in)
		want_inclusive(canon, element, orphan);
	want_attrs(canon, element, orphan && canon->depth != 0,
	    canon->frames[canon->depth].inherited);
	if (in) {
		put_char(canon, '<');
		put_name(canon, element->prefix, element->name);
		put_spaces(canon);
	}
	put_attrs(canon);
	if (in)
		put_char(canon, '>');
	canon->in_depth += (size_t)in;
	canon->depth++;
	return canon->code;
}

int
sg_canon_end(struct sg_canon *canon, const char *prefix, const char *name)
{
	struct frame *frame;

	if (canon->code != 0)
		return canon->code;
	frame = &canon->frames[--canon->depth];
	if (frame->in) {
		put(canon, "</", 2);
		put_name(canon, prefix, name);
		put_char(canon, '>');
		canon->after = --canon->in_depth == 0;
	}
	canon->scope_count = frame->scope;
	canon->rendered_count = frame->rendered;
	while (canon->inherited_count > frame->inherited) {
		canon->inherited_count--;
		free(canon->inherited[canon->inherited_count].name);
		free(canon->inherited[canon->inherited_count].value);
	}
	return canon->code;
}

/* ---- everything else */

int
sg_canon_text(struct sg_canon *canon, const char *text, size_t len)
{
	put_escaped(canon, text, len, IN_TEXT);
	return canon->code;
}

/* Canonical XML 1.0, 2.3: what stands beside the root has lines of its own. */
static void
begin_line(struct sg_canon *canon)
{
	if (canon->in_depth == 0 && canon->after)
		put_char(canon, '\n');
}

static void
end_line(struct sg_canon *canon)
{
	if (canon->in_depth == 0 && !canon->after)
		put_char(canon, '\n');
}

int
sg_canon_pi(struct sg_canon *canon, const char *target, const char *data)
{
	begin_line(canon);
	put(canon, "<?", 2);
	put_str(canon, target);
	if (data != NULL && data[0] != '\0') {
		put_char(canon, ' ');
		put_escaped(canon, data, strlen(data), IN_OTHER);
	}
	put(canon, "?>", 2);
	end_line(canon);
	return canon->code;
}

int
sg_canon_comment(struct sg_canon *canon, const char *text)
{
	if (!canon->comments)
		return canon->code;
	begin_line(canon);
	put(canon, "<!--", 4);
	put_escaped(canon, text, strlen(text), IN_OTHER);
	put(canon, "-->", 3);
	end_line(canon);
	return canon->code;
}

int
sg_canon_finish(struct sg_canon *canon)
{
	return flush(canon);
}

int
sg_canon_new(struct sg_env *env, const struct sg_c14n *c14n,
    const char *const *prefixes, int comments, const struct sg_sink *sink,
    struct sg_canon **out)
{
	struct sg_canon *canon = malloc(sizeof(*canon));

	if (canon == NULL)
		return sg_err_nomem(env);
	/* what is held back need not be cleared */
	memset(canon, 0, offsetof(struct sg_canon, hold));
	canon->env = env;
	canon->c14n = c14n;
	canon->exclusive = c14n->mode == XML_C14N_EXCLUSIVE_1_0;
	canon->prefixes = prefixes;
	canon->comments = c14n->comments && comments;
	canon->sink = sink;
	*out = canon;
	return 0;
}

void
sg_canon_free(struct sg_canon *canon)
{
	if (canon == NULL)
		return;
	while (canon->inherited_count > 0) {
		canon->inherited_count--;
		free(canon->inherited[canon->inherited_count].name);
		free(canon->inherited[canon->inherited_count].value);
	}
	free(canon->frames);
	free(canon->scope);
	free(canon->rendered);
	free(canon->inherited);
	free(canon->spaces);
	free(canon->attrs);
	free(canon->base);
	free(canon->absolute);
	free(canon);
}
