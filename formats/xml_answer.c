/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/canon.h"
#include "formats/xml_asked.h"
#include "formats/xml_parse.h"

#include <libxml/SAX2.h>

#include <stdlib.h>
#include <string.h>

/* The second pass over a large document: every question hears every event. */
struct answering {
	struct sg_env *env;
	struct sg_xml_stream *stream;
	struct sg_xml_pass pass;
	size_t depth, signatures; /* begun so far */
	/* the element that begins */
	struct sg_canon_element element;
	struct sg_canon_ns *spaces;
	struct sg_canon_attr *attrs;
	size_t space_room, attr_room;
};

static struct answering *
answering_of(const xmlParserCtxt *ctxt)
{
	const struct sg_xml_pass *pass = ctxt->_private;

	return pass->owner;
}

static void
check(struct answering *a, int ret)
{
	if (ret < 0)
		sg_xml_pass_stop(&a->pass, ret, NULL);
}

/* ---- one question */

/* A comment between two texts is looked for between tags. */
static void
forget_text(struct sg_xml_asked *asked)
{
	asked->text = asked->comment = 0;
}

static int
listens(const struct sg_xml_asked *asked)
{
	return asked->inside && !asked->done && asked->out_depth == 0;
}

static int
is_out(const struct sg_xml_asked *asked, size_t signature)
{
	return asked->out_depth != 0 ||
	    (signature != SIZE_MAX &&
		(asked->out[signature / 8] >> signature % 8 & 1) != 0);
}

static int
hear_start(struct sg_xml_asked *asked, const struct sg_canon_element *element,
    int is_apex, size_t signature)
{
	struct sg_canon_element gone = *element;

	if (asked->done)
		return 0;
	if (!asked->inside && !is_apex)
		return sg_canon_above(asked->canon, element);
	asked->inside = 1;
	asked->depth++;
	forget_text(asked);
	if (!is_out(asked, signature)) {
		asked->answer.kept = 1;
		if (asked->depth == 1)
			asked->top = 1;
		return sg_canon_start(asked->canon, element);
	}
	asked->out_depth++;
	asked->gone = 1;
	gone.left_out = 1;
	gone.attr_count = 0;
	return sg_canon_start(asked->canon, &gone);
}

static int
hear_end(struct sg_xml_asked *asked, const char *prefix, const char *name)
{
	if (asked->done)
		return 0;
	if (asked->inside) {
		forget_text(asked);
		asked->depth--;
		asked->out_depth -= asked->out_depth != 0;
		asked->done = asked->depth == 0 && asked->want != NULL;
	}
	return sg_canon_end(asked->canon, prefix, name);
}

static int
hear_text(struct sg_xml_asked *asked, const char *text, size_t len, int blank)
{
	if (!listens(asked))
		return 0;
	if (!blank) {
		asked->answer.kept = 1;
		asked->split |= asked->comment;
		asked->text = 1;
	}
	return sg_canon_text(asked->canon, text, len);
}

static int
hear_pi(struct sg_xml_asked *asked, const char *target, const char *data)
{
	if (!listens(asked))
		return 0;
	asked->answer.kept = 1;
	if (asked->depth == 0)
		asked->beside = 1;
	return sg_canon_pi(asked->canon, target, data);
}

static int
hear_comment(struct sg_xml_asked *asked, const char *text)
{
	if (!listens(asked))
		return 0;
	asked->comment |= asked->text;
	return sg_canon_comment(asked->canon, text);
}

/* ---- events */

static int
need_room(struct answering *a, int spaces, int attrs)
{
	size_t space_room = (size_t)spaces * 2 + 16;
	size_t attr_room = (size_t)attrs * 2 + 16;
	void *ptr;

	if (a->space_room < (size_t)spaces || a->spaces == NULL) {
		ptr = reallocarray(a->spaces, space_room, sizeof(*a->spaces));
		if (ptr == NULL)
			return sg_err_nomem(a->env);
		a->spaces = ptr;
		a->space_room = space_room;
	}
	if (a->attr_room < (size_t)attrs || a->attrs == NULL) {
		ptr = reallocarray(a->attrs, attr_room, sizeof(*a->attrs));
		if (ptr == NULL)
			return sg_err_nomem(a->env);
		a->attrs = ptr;
		a->attr_room = attr_room;
	}
	return 0;
}

static void
take_spaces(struct answering *a, int count, const xmlChar **ns)
{
	int i;

	for (i = 0; i < count; i++) {
		a->spaces[i].prefix = (const char *)ns[2 * i];
		a->spaces[i].uri =
		    ns[2 * i + 1] != NULL ? (const char *)ns[2 * i + 1] : "";
	}
	a->element.spaces = a->spaces;
	a->element.space_count = (size_t)count;
}

static void
take_attrs(struct answering *a, int count, const xmlChar **attrs)
{
	struct sg_canon_attr *slot;
	int i;

	for (i = 0; i < count; i++, attrs += 5) {
		slot = &a->attrs[i];
		slot->name = (const char *)attrs[0];
		slot->prefix = (const char *)attrs[1];
		slot->uri = (const char *)attrs[2];
		slot->value = (const char *)attrs[3];
		slot->len = (size_t)(attrs[4] - attrs[3]);
		slot->left_out = 0;
	}
	a->element.attrs = a->attrs;
	a->element.attr_count = (size_t)count;
}

/* Give the wanted element that was not kept its name and those above it. */
static int
name_wanted(struct answering *a, struct sg_xml_want *want)
{
	xmlParserCtxt *ctxt = a->pass.ctxt;
	xmlNode *node = want->node, *parent;
	int i, depth;

	xmlNodeSetName(node, (const xmlChar *)a->element.name);
	if (a->element.uri != NULL)
		node->ns =
		    xmlNewNs(node, (const xmlChar *)a->element.uri, NULL);
	for (i = ctxt->nameNr, depth = 0; i > 0 && depth < 16; depth++) {
		parent = xmlNewDocNode(
		    a->stream->nameless, NULL, ctxt->nameTab[--i], NULL);
		if (parent == NULL)
			return sg_err_nomem(a->env);
		xmlAddChild(parent, node);
		node = parent;
	}
	return 0;
}

/* The wanted Ids that the element has; the first is enough to know it. */
static int
find_wanted(struct answering *a, struct sg_xml_want **out)
{
	struct sg_xml_want *want;
	xmlChar *id;
	size_t i;
	int ret = 0;

	for (i = 0; i < a->element.attr_count && ret == 0; i++) {
		const struct sg_canon_attr *attr = &a->attrs[i];

		if (!sg_xml_is_id((const xmlChar *)attr->name,
			(const xmlChar *)attr->uri))
			continue;
		id = xmlStrndup((const xmlChar *)attr->value, (int)attr->len);
		if (id == NULL)
			return sg_err_nomem(a->env);
		want = xmlHashLookup(a->stream->wants, id);
		xmlFree(id);
		/* two attributes of one element may say the same */
		if (want == NULL || want == *out)
			continue;
		if (want->count++ == 0 && !want->in_tree && want->node != NULL)
			ret = name_wanted(a, want);
		if (*out != NULL)
			a->stream->starves = 1;
		*out = want;
	}
	return ret;
}

static void
answer_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int ns_count, const xmlChar **ns, int attr_count,
    int defaulted, const xmlChar **attrs)
{
	const xmlParserCtxt *ctxt = ctx;
	struct answering *a = answering_of(ctxt);
	struct sg_xml_want *want = NULL;
	size_t i, signature = SIZE_MAX;
	int ret = 0;

	(void)defaulted;
	if (!sg_xml_pass_count(&a->pass, ns_count, attr_count))
		return;
	if (sg_xml_is_signature(name, uri))
		signature = a->signatures++;
	a->element.name = (const char *)name;
	a->element.prefix = (const char *)prefix;
	a->element.uri = (const char *)uri;
	ret = need_room(a, ns_count, attr_count);
	if (ret == 0) {
		take_spaces(a, ns_count, ns);
		take_attrs(a, attr_count, attrs);
		ret = find_wanted(a, &want);
	}
	if (signature != SIZE_MAX && signature >= a->stream->signature_count)
		ret = SIGN_E_INTERNAL;
	for (i = 0; i < a->stream->asked_count && ret == 0; i++)
		ret = hear_start(&a->stream->asked[i], &a->element,
		    want != NULL && a->stream->asked[i].want == want,
		    signature);
	check(a, ret);
}

static void
answer_end(
    void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct answering *a = answering_of(ctx);
	size_t i;

	(void)uri;
	for (i = 0; i < a->stream->asked_count; i++)
		check(a,
		    hear_end(&a->stream->asked[i], (const char *)prefix,
			(const char *)name));
}

static void
answer_text(void *ctx, const xmlChar *text, int len)
{
	struct answering *a = answering_of(ctx);
	int blank = sg_xml_blank_text((const char *)text, (size_t)len);
	size_t i;

	for (i = 0; i < a->stream->asked_count; i++)
		check(a,
		    hear_text(&a->stream->asked[i], (const char *)text,
			(size_t)len, blank));
}

static void
answer_pi(void *ctx, const xmlChar *target, const xmlChar *data)
{
	struct answering *a = answering_of(ctx);
	size_t i;

	for (i = 0; i < a->stream->asked_count; i++)
		check(a,
		    hear_pi(&a->stream->asked[i], (const char *)target,
			(const char *)data));
}

static void
answer_comment(void *ctx, const xmlChar *text)
{
	struct answering *a = answering_of(ctx);
	size_t i;

	for (i = 0; i < a->stream->asked_count; i++)
		check(
		    a, hear_comment(&a->stream->asked[i], (const char *)text));
}

static void
answer_handlers(xmlSAXHandler *sax)
{
	sax->startElementNs = answer_start;
	sax->endElementNs = answer_end;
	sax->characters = answer_text;
	sax->ignorableWhitespace = answer_text;
	sax->cdataBlock = answer_text;
	sax->processingInstruction = answer_pi;
	sax->comment = answer_comment;
}

/* ---- before and after */

static int
put_hash(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct sg_xml_asked *asked = payload;

	return asked->hash != NULL ? sg_hash_update(env, asked->hash, ptr, len)
				   : 0;
}

static int
begin_one(struct sg_env *env, struct sg_xml_asked *asked)
{
	const struct sg_xml_question *question = &asked->question;
	int ret = 0;

	asked->sink.put = put_hash;
	asked->sink.payload = asked;
	asked->inside = question->nodes.apex == NULL;
	if (question->digest != NULL)
		ret = sg_hash_new(env, question->digest, &asked->hash);
	/* a digest that is not to be had: the judge says so */
	if (ret == SIGN_E_MODULE || ret == SIGN_E_UNSUPPORTED) {
		sg_err_clear(env);
		ret = 0;
	}
	return ret < 0
	    ? ret
	    : sg_canon_new(env, question->c14n, asked->prefixes,
		  question->nodes.comments, &asked->sink, &asked->canon);
}

static int
end_one(
    struct sg_env *env, const struct sg_xml *xml, struct sg_xml_asked *asked)
{
	const struct sg_xml_question *question = &asked->question;
	struct sg_xml_answer *answer = &asked->answer;
	int ret = sg_canon_finish(asked->canon);

	if (ret == 0 && asked->hash != NULL) {
		ret = sg_hash_final(env, asked->hash, answer->value);
		answer->known = ret == 0;
	}
	answer->ready = 1;
	if (asked->top && !asked->gone && !asked->beside)
		answer->single = question->nodes.apex != NULL
		    ? question->nodes.apex
		    : sg_xml_root(xml);
	if (asked->split &&
	    !(question->c14n->comments && question->nodes.comments))
		xml->stream->starves = 1;
	return ret;
}

/* An Id that no element has, or several, is the tree's to complain about. */
static void
check_wants(struct sg_xml_stream *stream)
{
	size_t i;

	for (i = 0; i < stream->want_count; i++)
		if (stream->want_list[i]->count !=
		    stream->want_list[i]->expected)
			stream->starves = 1;
}

static int
run_pass(struct answering *a, const struct sg_xml *xml, struct sg_in *in)
{
	unsigned char octets[SG_MAX_DIGEST];
	int ret =
	    sg_hash_new(a->env, sg_digest_by_option("sha256"), &a->pass.octets);

	a->pass.owner = a;
	answer_handlers(a->pass.ctxt->sax);
	if (ret == 0)
		ret = sg_xml_pass_run(&a->pass, in);
	if (ret == 0)
		ret = sg_hash_final(a->env, a->pass.octets, octets);
	sg_hash_free(a->pass.octets);
	return ret < 0 ? ret : sg_xml_stream_same(a->env, xml, in, octets);
}

int
sg_xml_stream_answer(struct sg_env *env, struct sg_xml *xml, struct sg_in *in)
{
	struct sg_xml_stream *stream = xml->stream;
	struct answering a = { .env = env, .stream = stream };
	size_t i;
	int ret = sg_in_rewind(env, in);

	if (ret == 0)
		ret = sg_xml_pass_open(env, &a.pass);
	for (i = 0; i < stream->asked_count && ret == 0; i++)
		ret = begin_one(env, &stream->asked[i]);
	if (ret == 0)
		ret = run_pass(&a, xml, in);
	for (i = 0; i < stream->asked_count && ret == 0; i++)
		ret = end_one(env, xml, &stream->asked[i]);
	for (i = 0; i < stream->asked_count; i++) {
		sg_canon_free(stream->asked[i].canon);
		sg_hash_free(stream->asked[i].hash);
		stream->asked[i].canon = NULL;
		stream->asked[i].hash = NULL;
	}
	check_wants(stream);
	stream->answered = 1;
	/* what cannot be canonicalised, too */
	if (ret == SIGN_E_FORMAT) {
		sg_err_clear(env);
		stream->starves = 1;
		ret = 0;
	}
	sg_xml_pass_close(&a.pass);
	free(a.spaces);
	free(a.attrs);
	return ret;
}
