/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/xmlkit.h"

#include "factkit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/reference.h"
#include "formats/xml.h"
#include "libsign/ctx.h"
#include "sign/ctx.h"
#include "sign/verify.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct {
	struct sign_ctx *ctx;
	struct sign_trust *trust;
	char world[512], dir[64], file[128];
	EVP_PKEY *key;
} kit;

struct sg_env *
xmlkit_env(void)
{
	return &kit.ctx->env;
}

static FILE *
open_world(const char *name, const char *end)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s%s", kit.world, name, end);
	return fopen(path, "rb");
}

static int
add_evidence(void)
{
	char path[600];
	int ret;

	snprintf(path, sizeof(path), "%s/roots.pem", kit.world);
	ret = sign_trust_add_anchors(kit.trust, path);
	snprintf(path, sizeof(path), "%s/chain.pem", kit.world);
	if (ret == 0)
		ret = sign_trust_add_certs(kit.trust, path);
	snprintf(path, sizeof(path), "%s/crls.pem", kit.world);
	return ret == 0 ? sign_trust_add_crl(kit.trust, path) : ret;
}

int
xmlkit_open(void)
{
	const char *build = getenv("builddir");
	FILE *file;

	snprintf(kit.world, sizeof(kit.world), "%s/lab/world",
	    build != NULL ? build : ".");
	snprintf(kit.dir, sizeof(kit.dir), "/tmp/podpis-xml.XXXXXX");
	if (mkdtemp(kit.dir) == NULL || sign_ctx_new(&kit.ctx) != 0 ||
	    sign_trust_new(kit.ctx, &kit.trust) != 0)
		return -1;
	snprintf(kit.file, sizeof(kit.file), "%s/contract.xml", kit.dir);
	file = open_world("rsa", ".key");
	if (file == NULL)
		return -1;
	kit.key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	return kit.key != NULL ? add_evidence() : -1;
}

void
xmlkit_close(void)
{
	unlink(kit.file);
	rmdir(kit.dir);
	EVP_PKEY_free(kit.key);
	sign_trust_free(kit.trust);
	sign_ctx_free(kit.ctx);
}

static char *
base64(struct sg_pool *pool, struct sg_view octets)
{
	unsigned char *text = sg_pool_alloc(pool, octets.len * 2 + 4);

	assert_non_null(text);
	EVP_EncodeBlock(text, octets.ptr, (int)octets.len);
	return (char *)text;
}

static struct sg_view
read_cert(struct sg_pool *pool, const char *person)
{
	FILE *file = open_world(person, ".pem");
	unsigned char *der = NULL;
	struct sg_view view;
	X509 *cert;
	int len;

	assert_non_null(file);
	cert = PEM_read_X509(file, NULL, NULL, NULL);
	fclose(file);
	len = i2d_X509(cert, &der);
	assert_true(len > 0);
	view = sg_pool_dup(pool, sg_view_of(der, (size_t)len));
	OPENSSL_free(der);
	X509_free(cert);
	return view;
}

char *
xmlkit_cert(struct sg_pool *pool, const char *person)
{
	return base64(pool, read_cert(pool, person));
}

static char *
replace_first(
    struct sg_pool *pool, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (at == NULL)
		fail_msg("nothing to replace: %s", from);
	return sg_pool_printf(
	    pool, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

char *
xmlkit_replace(
    struct sg_pool *pool, const char *text, const char *from, const char *to)
{
	size_t room = strlen(text) + 1, len = strlen(from);
	const char *at;
	char *out, *end;

	if (strstr(text, from) == NULL)
		fail_msg("nothing to replace: %s", from);
	for (at = strstr(text, from); at != NULL; at = strstr(at + len, from))
		room += strlen(to);
	out = end = sg_pool_alloc(pool, room);
	assert_non_null(out);
	while ((at = strstr(text, from)) != NULL) {
		memcpy(end, text, (size_t)(at - text));
		end += at - text;
		memcpy(end, to, strlen(to));
		end += strlen(to);
		text = at + len;
	}
	memcpy(end, text, strlen(text) + 1);
	return out;
}

static int
put_buf(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(env, payload, ptr, len);
}

static xmlNode *
next_node(xmlNode *node)
{
	if (node->type == XML_ELEMENT_NODE && node->children != NULL)
		return node->children;
	while (node != NULL && node->next == NULL)
		node = node->parent;
	return node != NULL ? node->next : NULL;
}

/* The first element of that name with that text in it. */
static xmlNode *
find_mark(struct sg_pool *pool, struct sg_xml *xml, const char *name,
    const char *mark)
{
	xmlNode *node = sg_xml_root(xml);
	const char *text;

	for (; node != NULL; node = next_node(node)) {
		if (!sg_xml_is(node, SG_NS_DS, name))
			continue;
		text = sg_xml_text(pool, node);
		if (text != NULL && strcmp(text, mark) == 0)
			return node;
	}
	return NULL;
}

static xmlNode *
signature_of(xmlNode *node)
{
	while (!sg_xml_is(node, SG_NS_DS, "Signature"))
		node = node->parent;
	return node;
}

static struct sg_xml *
parse(const char *text)
{
	struct sg_xml *xml = NULL;

	if (sg_xml_parse_view(
		xmlkit_env(), sg_view_str(text), "template", &xml) != 0)
		fail_msg("%s", xmlkit_env()->english);
	return xml;
}

/* The first such mark becomes the digest of its reference; NULL: no mark. A
 * reference that cannot be processed gets a digest of nothing. */
static char *
fill_digest(struct sg_pool *pool, const char *text, const char *mark)
{
	struct sg_xml *xml = parse(text);
	xmlNode *node = find_mark(pool, xml, "DigestValue", mark);
	struct sg_reference_input input = { xml, NULL, NULL };
	struct sg_buf octets = { 0 };
	struct sg_sink sink = { put_buf, &octets };
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_reference found;
	char *filled = NULL;

	if (node != NULL) {
		input.signature = signature_of(node);
		if (sg_reference_write(xmlkit_env(), pool, &input, node->parent,
			&sink, &found) != 0)
			sg_err_clear(xmlkit_env());
		assert_int_equal(sg_hash_once(xmlkit_env(),
				     sg_digest_by_uri(KIT_XMLENC "sha256"),
				     sg_buf_view(&octets), hash),
		    0);
		filled = replace_first(
		    pool, text, mark, base64(pool, sg_view_of(hash, 32)));
	}
	sg_buf_free(&octets);
	sg_xml_free(xml);
	return filled;
}

static char *
fill_value(struct sg_pool *pool, const char *text)
{
	struct sg_xml *xml = parse(text);
	xmlNode *node = find_mark(pool, xml, "SignatureValue", "@V@");
	struct sg_nodes nodes = { .xml = xml, .comments = 1 };
	struct sg_buf octets = { 0 };
	struct sg_sink sink = { put_buf, &octets };
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char value[1024];
	size_t len = sizeof(value);
	char *filled = NULL;

	if (node != NULL) {
		nodes.apex = sg_xml_child(node->parent, SG_NS_DS, "SignedInfo");
		assert_non_null(nodes.apex);
		assert_int_equal(
		    sg_c14n_write(xmlkit_env(), sg_c14n_find(KIT_EXC), NULL,
			&nodes, &sink),
		    0);
		assert_int_equal(
		    EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, kit.key),
		    1);
		assert_int_equal(
		    EVP_DigestSign(md, value, &len, octets.ptr, octets.len), 1);
		filled = replace_first(
		    pool, text, "@V@", base64(pool, sg_view_of(value, len)));
	}
	EVP_MD_CTX_free(md);
	sg_buf_free(&octets);
	sg_xml_free(xml);
	return filled;
}

/* Digests of one signature, then its value, then the next signature's: a
 * counter-signature is over the value. */
char *
xmlkit_sign(struct sg_pool *pool, const char *format)
{
	struct sg_view cert = read_cert(pool, "rsa");
	unsigned char hash[SG_MAX_DIGEST];
	char *text = sg_pool_str(pool, format);
	char *next, *value;

	assert_int_equal(sg_hash_once(xmlkit_env(),
			     sg_digest_by_uri(KIT_XMLENC "sha256"), cert, hash),
	    0);
	if (strstr(text, "@CERT@") != NULL)
		text = xmlkit_replace(pool, text, "@CERT@", base64(pool, cert));
	if (strstr(text, "@HASH@") != NULL)
		text = xmlkit_replace(
		    pool, text, "@HASH@", base64(pool, sg_view_of(hash, 32)));
	while ((next = fill_digest(pool, text, "@M@")) != NULL)
		text = next;
	while (strstr(text, "@V@") != NULL) {
		while ((value = strstr(text, "@V@")) != NULL &&
		    strstr(text, "@D@") != NULL && strstr(text, "@D@") < value)
			text = fill_digest(pool, text, "@D@");
		text = fill_value(pool, text);
	}
	return text;
}

struct sign_report *
xmlkit_verify(const char *text)
{
	struct sign_report *report = NULL;
	FILE *file;

	factkit_same(xmlkit_env(), kit.file, sg_view_str(text));
	unlink(kit.file);
	file = fopen(kit.file, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(
	    sign_verify(kit.ctx, kit.file, kit.trust, NULL, &report), 0);
	return report;
}
