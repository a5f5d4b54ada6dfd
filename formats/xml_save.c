/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/sink.h"
#include "formats/xml.h"

#include <libxml/xmlsave.h>

struct save {
	struct sg_env *env;
	const struct sg_sink *sink;
	int code;
};

static int
save_write(void *context, const char *ptr, int len)
{
	struct save *save = context;

	if (save->code == 0)
		save->code = save->sink->put(
		    save->env, ptr, (size_t)len, save->sink->payload);
	return save->code == 0 ? len : -1;
}

static int
save_close(void *context)
{
	(void)context;
	return 0;
}

int
sg_xml_save(struct sg_env *env, struct sg_xml *xml, const struct sg_sink *sink)
{
	xmlDoc *doc = sg_xml_doc(xml);
	const char *encoding =
	    doc->encoding != NULL ? (const char *)doc->encoding : "UTF-8";
	struct save save = { env, sink, 0 };
	xmlSaveCtxt *ctxt = xmlSaveToIO(
	    save_write, save_close, &save, encoding, XML_SAVE_AS_XML);
	long ret = -1;

	if (ctxt == NULL)
		return sg_err_nomem(env);
	ret = xmlSaveDoc(ctxt, doc);
	if (xmlSaveClose(ctxt) < 0)
		ret = -1;
	if (save.code < 0)
		return save.code;
	if (ret < 0)
		return sg_err_set(
		    env, SIGN_E_INTERNAL, N_("the XML cannot be written"));
	return 0;
}
