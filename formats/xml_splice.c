/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "formats/sink.h"
#include "formats/xml_asked.h"
#include "formats/xml_parse.h"

#include <libxml/xmlsave.h>

#include <stdlib.h>
#include <string.h>

/*
 * A large document is not written from a tree: its octets are copied as they
 * are, and what is new goes in before the root's end tag.
 */
struct splice {
	struct sg_env *env;
	const struct sg_sink *sink;
	const xmlNode *node;
	uint64_t left; /* octets before it */
	int done;
	int code;
};

static int
put(struct splice *splice, const void *ptr, size_t len)
{
	return splice->sink->put(splice->env, ptr, len, splice->sink->payload);
}

static int
node_write(void *context, const char *ptr, int len)
{
	struct splice *splice = context;

	if (splice->code == 0)
		splice->code = put(splice, ptr, (size_t)len);
	return splice->code == 0 ? len : -1;
}

static int
node_close(void *context)
{
	(void)context;
	return 0;
}

static int
put_node(struct splice *splice)
{
	xmlSaveCtxt *ctxt = xmlSaveToIO(node_write, node_close, splice, "UTF-8",
	    XML_SAVE_AS_XML | XML_SAVE_NO_DECL);
	long ret;

	if (ctxt == NULL)
		return sg_err_nomem(splice->env);
	ret = xmlSaveTree(ctxt, (xmlNode *)(uintptr_t)splice->node);
	if (xmlSaveClose(ctxt) < 0)
		ret = -1;
	if (splice->code < 0)
		return splice->code;
	splice->done = 1;
	return ret < 0 ? sg_err_set(splice->env, SIGN_E_INTERNAL,
			     N_("the XML cannot be written"))
		       : 0;
}

static int
put_chunk(struct splice *splice, const char *ptr, size_t len)
{
	size_t before = splice->left < len ? (size_t)splice->left : len;
	int ret = put(splice, ptr, before);

	splice->left -= before;
	if (ret == 0 && splice->left == 0 && !splice->done && before < len)
		ret = ptr[before] == '<'
		    ? put_node(splice)
		    : sg_err_set(splice->env, SIGN_E_INTERNAL,
			  N_("the XML cannot be written"));
	if (ret == 0 && before < len)
		ret = put(splice, ptr + before, len - before);
	return ret;
}

static int
copy(struct splice *splice, struct sg_in *in, struct sg_hash *hash)
{
	char *chunk = malloc(SG_IO_CHUNK);
	size_t got = 1;
	int ret = sg_in_rewind(splice->env, in);

	if (chunk == NULL)
		return sg_err_nomem(splice->env);
	while (ret == 0 && got != 0) {
		ret = sg_in_read(splice->env, in, chunk, SG_IO_CHUNK, &got);
		if (ret == 0)
			ret = sg_hash_update(splice->env, hash, chunk, got);
		if (ret == 0 && got != 0)
			ret = put_chunk(splice, chunk, got);
	}
	free(chunk);
	return ret;
}

int
sg_xml_stream_splice(struct sg_env *env, const struct sg_xml *xml,
    struct sg_in *in, const xmlNode *node, const struct sg_sink *sink)
{
	const struct sg_xml_stream *stream = xml->stream;
	struct splice splice = {
		.env = env, .sink = sink, .node = node, .left = stream->end_tag
	};
	unsigned char octets[SG_MAX_DIGEST];
	struct sg_hash *hash = NULL;
	int ret = sg_hash_new(env, sg_digest_by_option("sha256"), &hash);

	if (ret == 0)
		ret = copy(&splice, in, hash);
	if (ret == 0)
		ret = sg_hash_final(env, hash, octets);
	sg_hash_free(hash);
	if (ret == 0)
		ret = sg_xml_stream_same(env, xml, in, octets);
	if (ret == 0 && !splice.done)
		ret = sg_err_set(
		    env, SIGN_E_INTERNAL, N_("the XML cannot be written"));
	return ret;
}
