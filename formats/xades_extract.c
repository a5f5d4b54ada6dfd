/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/reference.h"
#include "formats/xades_write.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <string.h>

/* Octets on their way out are digested too: only what was signed counts. */
struct checked {
	struct sg_hash *hash;
	const struct sg_sink *to;
};

static int
put_checked(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct checked *checked = payload;
	int ret = sg_hash_update(env, checked->hash, ptr, len);

	return ret < 0 ? ret
		       : checked->to->put(env, ptr, len, checked->to->payload);
}

/* Is it over the signature's own properties or key? */
static int
is_internal(struct sg_pool *pool, const xmlNode *reference)
{
	const char *type = sg_xml_attr(pool, reference, "Type");

	return type != NULL &&
	    (strstr(type, "#SignedProperties") != NULL ||
		strstr(type, "#SignatureProperties") != NULL);
}

/* The one reference to a document; several cannot go into one file. */
static int
find_reference(struct sg_env *env, struct sg_pool *pool,
    const xmlNode *signature, const xmlNode **out)
{
	const xmlNode *at = sg_xml_child(signature, SG_NS_DS, "SignedInfo");
	const xmlNode *found = NULL;
	int count = 0;

	at = at != NULL ? sg_xml_child(at, SG_NS_DS, "Reference") : NULL;
	for (; at != NULL; at = sg_xml_next(at, SG_NS_DS, "Reference")) {
		if (is_internal(pool, at))
			continue;
		found = at;
		count++;
	}
	if (count != 1)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the signature is over %d documents, want one to "
		       "extract"),
		    count);
	*out = found;
	return 0;
}

static int
write_reference(struct sg_env *env, struct sg_pool *pool, struct sg_xml *xml,
    xmlNode *signature, const struct sg_sink *sink)
{
	struct sg_reference_input input = { xml, signature, NULL };
	struct checked checked = { NULL, sink };
	struct sg_sink both = { put_checked, &checked };
	unsigned char value[SG_MAX_DIGEST];
	const struct sg_digest *digest = NULL;
	const xmlNode *reference = NULL, *method;
	struct sg_reference found;
	struct sg_view expected = { NULL, 0 };
	const char *uri = NULL;
	int ret = find_reference(env, pool, signature, &reference);

	if (ret < 0)
		return ret;
	method = sg_xml_child(reference, SG_NS_DS, "DigestMethod");
	if (method != NULL)
		uri = sg_xml_attr(pool, method, "Algorithm");
	if (uri != NULL)
		digest = sg_digest_by_uri(uri);
	method = sg_xml_child(reference, SG_NS_DS, "DigestValue");
	if (digest == NULL || method == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("XMLDSig, 4.4.3.5: unknown digest algorithm %s"),
		    uri != NULL ? uri : "");
	ret = sg_xml_base64(env, pool, method, &expected);
	if (ret == 0)
		ret = sg_hash_new(env, digest, &checked.hash);
	if (ret == 0)
		ret = sg_reference_write(
		    env, pool, &input, reference, &both, &found);
	if (ret == 0 && found.missing)
		ret = sg_err_set(env, SIGN_E_FORMAT,
		    N_("it is a detached signature: there is no document in "
		       "it"));
	if (ret == 0)
		ret = sg_hash_final(env, checked.hash, value);
	if (ret == 0 &&
	    !sg_view_equal(expected, sg_view_of(value, digest->size)))
		ret = sg_err_set(env, SIGN_E_VALUE,
		    N_("what stands there is not what was signed"));
	sg_hash_free(checked.hash);
	return ret;
}

int
sg_xades_extract(struct sg_env *env, struct sg_in *in, size_t index,
    const struct sg_sink *sink)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_xml *xml = NULL;
	xmlNode *signature = NULL;
	int ret;

	if (pool == NULL)
		return sg_err_nomem(env);
	ret = sg_xml_parse(env, in, &xml);
	if (ret == 0)
		signature = sg_xml_nth_signature(xml, index);
	if (ret == 0 && signature == NULL)
		ret = sg_err_set(
		    env, SIGN_E_FORMAT, N_("no signature in this XML"));
	if (ret == 0)
		ret = write_reference(env, pool, xml, signature, sink);
	sg_xml_free(xml);
	sg_pool_free(pool);
	return ret;
}
