/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#define XMLENC "http://www.w3.org/2001/04/xmlenc#"

/* Around the input, which is what an Object of the signature holds: so that
 * what is tried is the reading of properties and not of XML. */
static const char before[] =
    "<Signature xmlns=\"" SG_NS_DS "\" xmlns:ds=\"" SG_NS_DS
    "\" xmlns:x=\"" SG_NS_XADES132 "\" xmlns:y=\"" SG_NS_XADES141
    "\" Id=\"s\"><SignedInfo>"
    "<CanonicalizationMethod Algorithm=\"" SG_NS_EXC_C14N "\"/>"
    "<SignatureMethod Algorithm=\"http://www.w3.org/2001/04/"
    "xmldsig-more#rsa-sha256\"/><Reference URI=\"#p\" "
    "Type=\"http://uri.etsi.org/01903#SignedProperties\"><Transforms>"
    "<Transform Algorithm=\"" SG_NS_EXC_C14N "\"/></Transforms>"
    "<DigestMethod Algorithm=\"" XMLENC "sha256\"/>"
    "<DigestValue>AAAA</DigestValue></Reference></SignedInfo>"
    "<SignatureValue>AAAA</SignatureValue><Object>";
static const char after[] = "</Object></Signature>";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_buf text = { 0 };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	if (sg_buf_append(&env, &text, before, sizeof(before) - 1) == 0 &&
	    sg_buf_append(&env, &text, data, size) == 0 &&
	    sg_buf_append(&env, &text, after, sizeof(after) - 1) == 0 &&
	    sg_in_memory(&env, "signature", sg_buf_view(&text), &in) == 0 &&
	    sg_format_xades.read(&env, in, NULL, &facts) == 0)
		sg_facts_free(facts);
	sg_in_free(in);
	sg_buf_free(&text);
	sg_err_clear(&env);
	return 0;
}
