/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/asic.h"
#include "formats/uri.h"
#include "formats/xml.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

#define NS_ASIC "http://uri.etsi.org/02918/v1.2.1#"
#define NS_ASIC_OLD "http://uri.etsi.org/02918/v1.1.1#"
#define NS_ODF "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"

/* ---- ASiCManifest and its kin (EN 319 162-1, A.4) */

struct reading {
	struct sg_env *env;
	struct sg_pool *pool;
};

static int
is_asic(const xmlNode *node, const char *name)
{
	return sg_xml_is(node, NS_ASIC, name) ||
	    sg_xml_is(node, NS_ASIC_OLD, name);
}

/* The name of an entry out of a URI relative to the container's root (EN 319
 * 162-1, A.1): nothing that leads out of it. NULL: it names none. */
static const char *
name_of(struct reading *r, const char *uri)
{
	char *name;

	if (strncmp(uri, "./", 2) == 0)
		uri += 2;
	if (uri[0] == '\0' || uri[0] == '/' || strchr(uri, '#') != NULL)
		return NULL;
	name = sg_pool_alloc(r->pool, strlen(uri) + 1);
	if (name == NULL || sg_uri_decode(uri, name, strlen(uri) + 1) < 0)
		return NULL;
	return name;
}

static int
want_attr(struct reading *r, const xmlNode *node, const char **out)
{
	*out = sg_xml_attr(r->pool, node, "URI");
	if (*out != NULL)
		return 0;
	return sg_err_set(r->env, SIGN_E_FORMAT,
	    N_("EN 319 162-1, A.4: want a URI in %s"),
	    (const char *)node->name);
}

static int
read_sig_reference(
    struct reading *r, const xmlNode *node, struct sg_asic_manifest *out)
{
	int ret;

	if (out->sig_uri != NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("EN 319 162-1, A.4: want one SigReference, have "
		       "several"));
	ret = want_attr(r, node, &out->sig_uri);
	if (ret < 0)
		return ret;
	out->sig_name = name_of(r, out->sig_uri);
	out->sig_mime_type = sg_xml_attr(r->pool, node, "MimeType");
	return 0;
}

/* xsd:boolean */
static int
is_true(const char *text)
{
	return text != NULL &&
	    (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static int
read_digest(struct reading *r, const xmlNode *node, struct sg_asic_ref *ref)
{
	const xmlNode *method = sg_xml_child(node, SG_NS_DS, "DigestMethod");
	const xmlNode *value = sg_xml_child(node, SG_NS_DS, "DigestValue");

	if (method != NULL)
		ref->digest_uri = sg_xml_attr(r->pool, method, "Algorithm");
	if (ref->digest_uri == NULL || value == NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("EN 319 162-1, A.4: want a digest for %s"), ref->uri);
	ref->digest = sg_digest_by_uri(ref->digest_uri);
	return sg_xml_base64(r->env, r->pool, value, &ref->value);
}

static int
read_data_reference(
    struct reading *r, const xmlNode *node, struct sg_asic_manifest *out)
{
	struct sg_asic_ref *ref;
	int ret;

	if (out->ref_count >= SG_MAX_ASIC_MANIFEST_REFS)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("want at most %d files in a manifest"),
		    SG_MAX_ASIC_MANIFEST_REFS);
	ref = sg_pool_push(r->pool, &out->refs, &out->ref_count, sizeof(*ref));
	if (ref == NULL)
		return sg_err_nomem(r->env);
	ret = want_attr(r, node, &ref->uri);
	if (ret < 0)
		return ret;
	ref->name = name_of(r, ref->uri);
	ref->mime_type = sg_xml_attr(r->pool, node, "MimeType");
	ref->rootfile = is_true(sg_xml_attr(r->pool, node, "Rootfile"));
	return read_digest(r, node, ref);
}

static int
read_manifest(
    struct reading *r, const xmlNode *root, struct sg_asic_manifest *out)
{
	const xmlNode *at;
	int ret = 0;

	if (!is_asic(root, "ASiCManifest"))
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("EN 319 162-1, A.4: want an ASiCManifest, have %s"),
		    (const char *)root->name);
	for (at = sg_xml_first(root); at != NULL && ret == 0;
	     at = sg_xml_sibling(at)) {
		if (is_asic(at, "SigReference"))
			ret = read_sig_reference(r, at, out);
		else if (is_asic(at, "DataObjectReference"))
			ret = read_data_reference(r, at, out);
	}
	if (ret == 0 && (out->sig_uri == NULL || out->ref_count == 0))
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("EN 319 162-1, A.4: want a SigReference and a "
		       "DataObjectReference"));
	return ret;
}

int
sg_asic_manifest_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_asic_manifest *out)
{
	struct reading reading = { env, pool };
	struct sg_xml *xml = NULL;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = sg_xml_parse_view(env, octets, "ASiCManifest", &xml);
	if (ret == 0)
		ret = read_manifest(&reading, sg_xml_root(xml), out);
	sg_xml_free(xml);
	return ret;
}

/* ---- META-INF/manifest.xml (OpenDocument 1.2, part 3) */

static const char *
odf_attr(struct reading *r, const xmlNode *node, const char *name)
{
	xmlChar *value =
	    xmlGetNsProp(node, (const xmlChar *)name, (const xmlChar *)NS_ODF);
	const char *copy;

	if (value == NULL) /* some writers leave the prefix out */
		return sg_xml_attr(r->pool, node, name);
	copy = sg_pool_str(r->pool, (const char *)value);
	xmlFree(value);
	return copy;
}

static int
read_file(struct reading *r, const xmlNode *node, struct sg_asic_files *out)
{
	const char *name = odf_attr(r, node, "full-path");
	const char *type = odf_attr(r, node, "media-type");
	struct sg_asic_file *file;

	if (name == NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("OpenDocument 1.2, part 3, 4.8.4: want a full-path in "
		       "file-entry"));
	if (strcmp(name, "/") == 0) {
		out->mime_type = type;
		return 0;
	}
	if (out->count >= SG_MAX_ASIC_MANIFEST_REFS)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("want at most %d files in a manifest"),
		    SG_MAX_ASIC_MANIFEST_REFS);
	file = sg_pool_push(r->pool, &out->list, &out->count, sizeof(*file));
	if (file == NULL)
		return sg_err_nomem(r->env);
	file->name = name;
	file->mime_type = type;
	return 0;
}

int
sg_asic_files_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_asic_files *out)
{
	struct reading reading = { env, pool };
	struct sg_xml *xml = NULL;
	const xmlNode *at;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = sg_xml_parse_view(env, octets, "META-INF/manifest.xml", &xml);
	if (ret < 0)
		return ret;
	if (!sg_xml_is(sg_xml_root(xml), NS_ODF, "manifest"))
		ret = sg_err_set(env, SIGN_E_FORMAT,
		    N_("OpenDocument 1.2, part 3, 4.2: want a manifest, "
		       "have %s"),
		    (const char *)sg_xml_root(xml)->name);
	for (at = sg_xml_first(sg_xml_root(xml)); at != NULL && ret == 0;
	     at = sg_xml_sibling(at))
		if (sg_xml_is(at, NS_ODF, "file-entry"))
			ret = read_file(&reading, at, out);
	sg_xml_free(xml);
	return ret;
}

/* ---- writing */

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n";

/* XML 1.0, 2.2: no other control character can stand in it at all. */
static int
put_text(struct sg_env *env, struct sg_buf *out, const char *text)
{
	int ret = 0;

	for (; *text != '\0' && ret == 0; text++) {
		if (strchr("<>&\"", *text) != NULL)
			ret = sg_buf_printf(
			    env, out, "&#%d;", (unsigned char)*text);
		else if ((unsigned char)*text < ' ')
			ret = sg_err_set(env, SIGN_E_ARG,
			    N_("a control character cannot stand in a "
			       "manifest"));
		else
			ret = sg_buf_append(env, out, text, 1);
	}
	return ret;
}

/* name="value"; without a value nothing. */
static int
put_attr(
    struct sg_env *env, struct sg_buf *out, const char *name, const char *value)
{
	int ret;

	if (value == NULL)
		return 0;
	ret = sg_buf_printf(env, out, " %s=\"", name);
	if (ret == 0)
		ret = put_text(env, out, value);
	return ret == 0 ? sg_buf_append(env, out, "\"", 1) : ret;
}

/* As written, else made of the name. */
static int
put_uri(
    struct sg_env *env, struct sg_buf *out, const char *uri, const char *name)
{
	struct sg_pool *pool = sg_pool_new();
	int ret;

	if (pool == NULL)
		return sg_err_nomem(env);
	if (uri == NULL && name != NULL)
		uri = sg_uri_encode_path(pool, name);
	if (uri == NULL)
		ret = sg_err_nomem(env);
	else
		ret = put_attr(env, out, "URI", uri);
	sg_pool_free(pool);
	return ret;
}

static int
put_base64(struct sg_env *env, struct sg_buf *out, struct sg_view octets)
{
	size_t size = (octets.len + 2) / 3 * 4;
	unsigned char *to;

	if (octets.len > SG_MAX_ASIC_FILE)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("too large to stand in XML as base64"));
	to = sg_buf_reserve(env, out, size + 1);
	if (to == NULL)
		return SIGN_E_NOMEM;
	EVP_EncodeBlock(to, octets.ptr, (int)octets.len);
	out->len += size;
	return 0;
}

static int
put_ref(struct sg_env *env, struct sg_buf *out, const struct sg_asic_ref *ref)
{
	const char *uri =
	    ref->digest != NULL ? ref->digest->xml_uri[0] : ref->digest_uri;
	int ret;

	if (uri == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the digest has no name in XML"));
	ret = sg_buf_printf(env, out, "<asic:DataObjectReference");
	if (ret == 0)
		ret = put_uri(env, out, ref->uri, ref->name);
	if (ret == 0)
		ret = put_attr(env, out, "MimeType", ref->mime_type);
	if (ret == 0 && ref->rootfile)
		ret = put_attr(env, out, "Rootfile", "true");
	if (ret == 0)
		ret = sg_buf_printf(env, out, "><ds:DigestMethod");
	if (ret == 0)
		ret = put_attr(env, out, "Algorithm", uri);
	if (ret == 0)
		ret = sg_buf_printf(env, out,
		    "></ds:DigestMethod>"
		    "<ds:DigestValue>");
	if (ret == 0)
		ret = put_base64(env, out, ref->value);
	if (ret == 0)
		ret = sg_buf_printf(
		    env, out, "</ds:DigestValue></asic:DataObjectReference>");
	return ret;
}

int
sg_asic_manifest_write(struct sg_env *env,
    const struct sg_asic_manifest *manifest, struct sg_buf *out)
{
	size_t i;
	int ret = sg_buf_printf(env, out,
	    "%s<asic:ASiCManifest xmlns:asic=\"" NS_ASIC
	    "\" xmlns:ds=\"" SG_NS_DS "\"><asic:SigReference",
	    head);

	if (ret == 0)
		ret = put_uri(env, out, manifest->sig_uri, manifest->sig_name);
	if (ret == 0)
		ret = put_attr(env, out, "MimeType", manifest->sig_mime_type);
	if (ret == 0)
		ret = sg_buf_printf(env, out, "></asic:SigReference>");
	for (i = 0; i < manifest->ref_count && ret == 0; i++)
		ret = put_ref(env, out, &manifest->refs[i]);
	return ret == 0 ? sg_buf_printf(env, out, "</asic:ASiCManifest>\n")
			: ret;
}

static int
put_file(struct sg_env *env, struct sg_buf *out, const char *name,
    const char *mime_type)
{
	int ret = sg_buf_printf(env, out, "<manifest:file-entry");

	if (ret == 0)
		ret = put_attr(env, out, "manifest:full-path", name);
	if (ret == 0)
		ret = put_attr(env, out, "manifest:media-type",
		    mime_type != NULL ? mime_type : "");
	return ret == 0 ? sg_buf_printf(env, out, "></manifest:file-entry>")
			: ret;
}

int
sg_asic_files_write(
    struct sg_env *env, const struct sg_asic_files *files, struct sg_buf *out)
{
	size_t i;
	int ret = sg_buf_printf(env, out,
	    "%s<manifest:manifest xmlns:manifest=\"" NS_ODF
	    "\" manifest:version=\"1.2\">",
	    head);

	if (ret == 0)
		ret = put_file(env, out, "/", files->mime_type);
	for (i = 0; i < files->count && ret == 0; i++)
		ret = put_file(
		    env, out, files->list[i].name, files->list[i].mime_type);
	return ret == 0 ? sg_buf_printf(env, out, "</manifest:manifest>\n")
			: ret;
}
