/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "formats/format.h"
#include "formats/xml.h"

#include <stdlib.h>
#include <string.h>

/*
 * What kind of XML is it? A pass of events, without a tree: this is asked
 * before anything is verified, also of large documents.
 */
struct probe {
	xmlParserCtxt *ctxt;
	int signatures, external, decided;
	int in_info; /* depth inside ds:SignedInfo */
};

static int
is_ds(const xmlChar *uri, const xmlChar *local, const char *name)
{
	return uri != NULL && strcmp((const char *)uri, SG_NS_DS) == 0 &&
	    strcmp((const char *)local, name) == 0;
}

/* A URI that leads out of the document. */
static void
probe_reference(struct probe *probe, int count, const xmlChar **attrs)
{
	for (; count > 0; count--, attrs += 5)
		if (attrs[2] == NULL &&
		    strcmp((const char *)attrs[0], "URI") == 0 &&
		    attrs[4] != attrs[3] && attrs[3][0] != '#')
			probe->external = 1;
}

static void
probe_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri, int ns_count, const xmlChar **ns, int attr_count,
    int defaulted, const xmlChar **attrs)
{
	struct probe *probe = ((xmlParserCtxt *)ctx)->_private;

	(void)prefix;
	(void)ns_count;
	(void)ns;
	(void)defaulted;
	if (is_ds(uri, local, "Signature"))
		probe->signatures++;
	if (is_ds(uri, local, "SignedInfo"))
		probe->in_info++;
	else if (probe->in_info != 0 && is_ds(uri, local, "Reference"))
		probe_reference(probe, attr_count, attrs);
}

/* The first signature tells. */
static void
probe_end(
    void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct probe *probe = ((xmlParserCtxt *)ctx)->_private;

	(void)prefix;
	if (!is_ds(uri, local, "SignedInfo"))
		return;
	probe->decided = 1;
	xmlStopParser(probe->ctxt);
}

/* Refused when it is read; here it only ends the look. */
static void
probe_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	xmlStopParser(ctx);
}

static int
probe_feed(struct sg_env *env, struct probe *probe, struct sg_in *in)
{
	char *chunk = malloc(SG_XML_CHUNK);
	size_t got = 1;
	int ret = 0;

	if (chunk == NULL)
		return sg_err_nomem(env);
	while (ret == 0 && got != 0 && !probe->decided &&
	    probe->ctxt->wellFormed) {
		ret = sg_in_read(env, in, chunk, SG_XML_CHUNK, &got);
		if (ret == 0)
			xmlParseChunk(probe->ctxt, chunk, (int)got, got == 0);
	}
	free(chunk);
	return ret;
}

int
sg_xades_probe(
    struct sg_env *env, struct sg_in *in, int *signatures, int *detached)
{
	struct probe probe = { 0 };
	xmlSAXHandler sax;
	int ret;

	memset(&sax, 0, sizeof(sax));
	sax.initialized = XML_SAX2_MAGIC;
	sax.startElementNs = probe_start;
	sax.endElementNs = probe_end;
	sax.internalSubset = probe_doctype;
	probe.ctxt = sg_xml_new_sax(&sax, &probe);
	if (probe.ctxt == NULL)
		return sg_err_nomem(env);
	ret = probe_feed(env, &probe, in);
	*signatures = probe.signatures;
	*detached = probe.external;
	xmlFreeDoc(probe.ctxt->myDoc);
	xmlFreeParserCtxt(probe.ctxt);
	return ret;
}
