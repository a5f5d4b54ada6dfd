/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/reference.h"
#include "formats/xml.h"

#include <string.h>

/*
 * Input: a letter for what the URI is, letters for the transforms, a line
 * end, XML for the inside of the Transform elements, a line end, and the
 * document in which the reference stands.
 */
static const char *const uris[] = {
	"",
	"#x",
	"#s",
	"#xpointer(/)",
	"#xpointer(id('x'))",
	"document",
};

static const char *const transforms[] = {
	SG_NS_DS "enveloped-signature",
	SG_NS_DS "base64",
	"http://www.w3.org/TR/1999/REC-xpath-19991116",
	"http://www.w3.org/2002/06/xmldsig-filter2",
	"urn://smev-gov-ru/xmldsig/transform",
	"http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
	"http://www.w3.org/2006/12/xml-c14n11#WithComments",
	SG_NS_EXC_C14N,
	SG_NS_EXC_C14N "WithComments",
};

struct input {
	struct sg_view letters, inside, document;
};

static struct sg_view
take_line(struct sg_view *rest)
{
	const unsigned char *end = memchr(rest->ptr, '\n', rest->len);
	struct sg_view line = *rest;

	if (end != NULL)
		line.len = (size_t)(end - rest->ptr);
	rest->ptr += line.len + (end != NULL);
	rest->len -= line.len + (end != NULL);
	return line;
}

static void
put(struct sg_env *env, struct sg_buf *to, const char *text)
{
	(void)sg_buf_append(env, to, text, strlen(text));
}

static void
make(struct sg_env *env, struct sg_buf *to, const struct input *input)
{
	size_t i, count = sizeof(transforms) / sizeof(transforms[0]);
	unsigned char first =
	    input->letters.len != 0 ? input->letters.ptr[0] : 0;

	put(env, to,
	    "<r xmlns:ds=\"" SG_NS_DS "\"><Signature xmlns=\"" SG_NS_DS
	    "\" Id=\"s\"><Reference URI=\"");
	put(env, to, uris[first % (sizeof(uris) / sizeof(uris[0]))]);
	put(env, to, "\"><Transforms>");
	for (i = 1; i < input->letters.len && i < 12; i++) {
		put(env, to, "<Transform Algorithm=\"");
		put(env, to, transforms[input->letters.ptr[i] % count]);
		put(env, to, "\">");
		(void)sg_buf_append(
		    env, to, input->inside.ptr, input->inside.len);
		put(env, to, "</Transform>");
	}
	put(env, to, "</Transforms></Reference></Signature>");
	(void)sg_buf_append(env, to, input->document.ptr, input->document.len);
	put(env, to, "</r>");
}

static int
discard(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	(void)env;
	(void)ptr;
	(void)len;
	(void)payload;
	return 0;
}

static void
process(struct sg_env *env, struct sg_xml *xml, const struct sg_sources *docs)
{
	xmlNode *signature =
	    sg_xml_child(sg_xml_root(xml), SG_NS_DS, "Signature");
	struct sg_reference_input input = { xml, signature, docs };
	struct sg_sink sink = { discard, NULL };
	struct sg_pool *pool = sg_pool_new();
	struct sg_reference found;
	const xmlNode *reference;

	reference = sg_xml_child(signature, SG_NS_DS, "Reference");
	if (pool != NULL && reference != NULL)
		(void)sg_reference_write(
		    env, pool, &input, reference, &sink, &found);
	sg_pool_free(pool);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_source source = { .name = "document" };
	struct sg_sources docs = { &source, 1 };
	struct sg_view rest = sg_view_of(data, size);
	struct input input;
	struct sg_buf text = { 0 };
	struct sg_xml *xml = NULL;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	if (size == 0)
		return 0;
	input.letters = take_line(&rest);
	input.inside = take_line(&rest);
	input.document = rest;
	make(&env, &text, &input);
	if (sg_in_memory(&env, "document", input.document, &source.in) == 0 &&
	    sg_xml_parse_view(&env, sg_buf_view(&text), "fuzz", &xml) == 0)
		process(&env, xml, &docs);
	sg_xml_free(xml);
	sg_in_free(source.in);
	sg_buf_free(&text);
	sg_err_clear(&env);
	return 0;
}
