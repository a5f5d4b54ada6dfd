/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xml_parse.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"

#include <libxml/SAX2.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* NOENT so that character references in attributes come as characters; with
 * every DOCTYPE refused there are no entities to expand. */
#define XML_OPTIONS \
	(XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR | \
	    XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES | XML_PARSE_NOENT)

static pthread_once_t xml_once = PTHREAD_ONCE_INIT;

void
sg_xml_pass_stop(struct sg_xml_pass *pass, int code, const char *fault)
{
	if (pass->code == 0) {
		pass->fault = fault;
		pass->code = code;
	}
	xmlStopParser(pass->ctxt);
}

/* A DTD can define entities and default attributes: none is taken. */
static void
pass_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	const xmlParserCtxt *ctxt = ctx;

	(void)name;
	(void)external;
	(void)system;
	sg_xml_pass_stop(
	    ctxt->_private, SIGN_E_FORMAT, N_("a DOCTYPE stands in it"));
}

int
sg_xml_pass_count(struct sg_xml_pass *pass, int ns_count, int attr_count)
{
	const xmlParserCtxt *ctxt = pass->ctxt;

	pass->nodes += 1 + (uint64_t)ns_count + (uint64_t)attr_count;
	if (pass->nodes > SG_MAX_XML_NODES)
		sg_xml_pass_stop(pass, SIGN_E_LIMIT, N_("too many elements"));
	else if (ctxt->nameNr > SG_MAX_XML_DEPTH)
		sg_xml_pass_stop(pass, SIGN_E_LIMIT, N_("nested too deeply"));
	else if (attr_count > SG_MAX_XML_ATTRS || ns_count > SG_MAX_XML_ATTRS)
		sg_xml_pass_stop(pass, SIGN_E_LIMIT, N_("too many attributes"));
	else
		return 1;
	return 0;
}

int
sg_xml_pass_open(struct sg_env *env, struct sg_xml_pass *pass)
{
	memset(pass, 0, sizeof(*pass));
	pass->env = env;
	pthread_once(&xml_once, xmlInitParser);
	pass->ctxt = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL);
	if (pass->ctxt == NULL)
		return sg_err_nomem(env);
	xmlCtxtUseOptions(pass->ctxt, XML_OPTIONS);
	pass->ctxt->_private = pass;
	pass->ctxt->sax->internalSubset = pass_doctype;
	return 0;
}

void
sg_xml_pass_close(struct sg_xml_pass *pass)
{
	if (pass->ctxt == NULL)
		return;
	xmlFreeDoc(pass->ctxt->myDoc);
	xmlFreeParserCtxt(pass->ctxt);
	pass->ctxt = NULL;
}

/* Some complaints go around the options: none is for standard error. */
static void
pass_silent(void *data, const char *format, ...)
{
	(void)data;
	(void)format;
}

/* Of an octet that is none in the document's encoding libxml2 may tell by what
 * it returns alone, and stops there as if that were the end. */
static int
pass_chunk(struct sg_xml_pass *pass, struct sg_in *in, char *chunk, size_t *got)
{
	int ret = sg_in_read(pass->env, in, chunk, SG_XML_CHUNK, got);

	if (ret == 0 && pass->octets != NULL)
		ret = sg_hash_update(pass->env, pass->octets, chunk, *got);
	pass->size += *got;
	if (ret == 0 && pass->size > SG_MAX_XML_SIZE)
		sg_xml_pass_stop(pass, SIGN_E_LIMIT, N_("too large"));
	else if (ret == 0 &&
	    xmlParseChunk(pass->ctxt, chunk, (int)*got, *got == 0) ==
		XML_ERR_INVALID_ENCODING)
		sg_xml_pass_stop(pass, SIGN_E_FORMAT,
		    N_("its octets do not fit its encoding"));
	return ret;
}

/* Half a character at the end is left over. */
static int
has_rest(const xmlParserCtxt *ctxt)
{
	const xmlParserInput *input = ctxt->input;

	return input != NULL && input->buf != NULL &&
	    input->buf->encoder != NULL && xmlBufUse(input->buf->raw) != 0;
}

static int
pass_feed(struct sg_xml_pass *pass, struct sg_in *in)
{
	xmlGenericErrorFunc loud = xmlGenericError;
	void *loud_data = xmlGenericErrorContext;
	char *chunk = malloc(SG_XML_CHUNK);
	size_t got = 1;
	int ret = 0;

	if (chunk == NULL)
		return sg_err_nomem(pass->env);
	xmlSetGenericErrorFunc(NULL, pass_silent);
	while (
	    ret == 0 && got != 0 && pass->code == 0 && pass->ctxt->wellFormed)
		ret = pass_chunk(pass, in, chunk, &got);
	if (ret == 0 && pass->code == 0 && pass->ctxt->wellFormed &&
	    has_rest(pass->ctxt))
		sg_xml_pass_stop(pass, SIGN_E_FORMAT,
		    N_("its octets do not fit its encoding"));
	xmlSetGenericErrorFunc(loud_data, loud);
	free(chunk);
	return ret;
}

/* What libxml2 or our bounds have to say against the document. */
static int
pass_verdict(const struct sg_xml_pass *pass, const char *name)
{
	const xmlParserCtxt *ctxt = pass->ctxt;
	const xmlError *error = &ctxt->lastError;
	const char *text = error->message != NULL ? error->message : "";

	if (pass->fault != NULL)
		return sg_err_set(pass->env, pass->code,
		    N_("%s: XML refused: %s"), name,
		    sg_tr(pass->env, pass->fault));
	if (pass->code < 0)
		return pass->code;
	if (ctxt->wellFormed && ctxt->nsWellFormed && pass->nodes != 0 &&
	    ctxt->nameNr == 0 && ctxt->instate == XML_PARSER_EOF)
		return 0;
	if (error->code == XML_ERR_NO_MEMORY)
		return sg_err_nomem(pass->env);
	return sg_err_set(pass->env, SIGN_E_FORMAT,
	    N_("%s: not well-formed XML: line %d: %.*s"), name, error->line,
	    (int)strcspn(text, "\n"), text);
}

int
sg_xml_pass_run(struct sg_xml_pass *pass, struct sg_in *in)
{
	const char *name = sg_in_name(in);
	int ret = pass_feed(pass, in);

	return ret < 0 ? ret : pass_verdict(pass, name != NULL ? name : "XML");
}

xmlParserCtxt *
sg_xml_new_sax(xmlSAXHandler *sax, void *payload)
{
	xmlParserCtxt *ctxt;

	pthread_once(&xml_once, xmlInitParser);
	ctxt = xmlCreatePushParserCtxt(sax, NULL, NULL, 0, NULL);
	if (ctxt == NULL)
		return NULL;
	xmlCtxtUseOptions(ctxt, XML_OPTIONS);
	ctxt->_private = payload;
	return ctxt;
}
