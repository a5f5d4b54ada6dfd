/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/show.h"

#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "certs/cert.h"
#include "certs/crl.h"
#include "certs/ocsp.h"
#include "formats/encoding.h"
#include "formats/format.h"
#include "libsign/ctx.h"
#include "libsign/state.h"
#include "sign/verify.h"

/* What one call shows, and how. */
struct showing {
	struct sg_tree tree;
	struct sg_node *top;
	struct sg_facts *facts; /* the tree borrows from them */
	int json;
	unsigned flags;
	sign_write_fn *fn;
	void *payload;
};

static int
showing_begin(struct showing *show, struct sign_ctx *ctx)
{
	sg_err_clear(&ctx->env);
	show->tree.env = &ctx->env;
	show->tree.pool = sg_pool_new();
	if (show->tree.pool != NULL)
		show->top =
		    sg_node_add(&show->tree, NULL, SG_NODE_OBJECT, NULL, NULL);
	return show->top != NULL ? 0 : sg_err_nomem(&ctx->env);
}

static int
showing_end(struct showing *show, int ret)
{
	if (ret == 0 && show->tree.failed)
		ret = sg_err_nomem(show->tree.env);
	if (ret == 0)
		ret = show->json ? sg_tree_json(&show->tree, show->top,
				       show->fn, show->payload)
				 : sg_tree_text(&show->tree, show->top,
				       show->flags, show->fn, show->payload);
	sg_facts_free(show->facts);
	sg_pool_free(show->tree.pool);
	return ret;
}

static void
showing_kind(struct showing *show, const char *path, const char *kind)
{
	if (path != NULL)
		sg_node_text(&show->tree, show->top, "file", NULL, path);
	sg_node_text(&show->tree, show->top, "kind", NULL, kind);
}

static int
show_certs(struct showing *show, const char *path, struct sg_view file)
{
	struct sg_tree *tree = &show->tree;
	struct sg_certs certs = { 0 };
	struct sg_node *list, *node;
	size_t i;
	int ret;

	ret = sg_certs_read(tree->env, file, &certs);
	if (ret < 0)
		return ret;
	showing_kind(show, path, "certificates");
	list = sg_node_add(
	    tree, show->top, SG_NODE_LIST, "certificates", N_("Certificates"));
	for (i = 0; list != NULL && i < certs.count; i++) {
		node = sg_node_add(
		    tree, list, SG_NODE_OBJECT, NULL, N_("Certificate"));
		sg_show_cert_node(tree, node, certs.list[i]);
	}
	sg_certs_clear(&certs);
	return 0;
}

static int
show_crls(struct showing *show, const char *path, struct sg_view file)
{
	struct sg_tree *tree = &show->tree;
	struct sg_crls crls = { 0 };
	struct sg_node *list, *node;
	size_t i;
	int ret;

	ret = sg_crls_read(tree->env, file, &crls);
	if (ret < 0)
		return ret;
	showing_kind(show, path, "crls");
	list = sg_node_add(tree, show->top, SG_NODE_LIST, "crls", N_("CRLs"));
	for (i = 0; list != NULL && i < crls.count; i++) {
		node = sg_node_add(tree, list, SG_NODE_OBJECT, NULL,
		    N_("List of revoked certificates"));
		sg_show_crl_node(tree, node, crls.list[i]);
	}
	sg_crls_clear(&crls);
	return 0;
}

static int
show_ocsps(struct showing *show, const char *path, struct sg_view file)
{
	struct sg_tree *tree = &show->tree;
	struct sg_ocsps ocsps = { 0 };
	struct sg_node *list, *node;
	size_t i;
	int ret;

	ret = sg_ocsps_read(tree->env, file, &ocsps);
	if (ret < 0)
		return ret;
	showing_kind(show, path, "ocsp");
	list = sg_node_add(
	    tree, show->top, SG_NODE_LIST, "responses", N_("OCSP responses"));
	for (i = 0; list != NULL && i < ocsps.count; i++) {
		node = sg_node_add(
		    tree, list, SG_NODE_OBJECT, NULL, N_("OCSP response"));
		sg_show_ocsp_node(tree, node, ocsps.list[i]);
	}
	sg_ocsps_clear(&ocsps);
	return 0;
}

/* Its files, and the signatures among them where there are some. */
static int
show_container(struct showing *show, struct sg_in *in)
{
	struct sg_env *env = show->tree.env;
	struct sg_in *spool = NULL;
	int ret = 0, shown;

	if (!sg_in_can_read_at(in)) {
		ret = sg_in_spool(env, in, &spool);
		in = spool;
	}
	if (ret == 0)
		sg_node_text(
		    &show->tree, show->top, "file", NULL, sg_in_name(in));
	if (ret == 0)
		ret = sg_show_container(&show->tree, show->top, in);
	shown = ret == 0;
	if (ret == 0)
		ret = sg_format_asic.read(env, in, NULL, &show->facts);
	sg_in_free(spool);
	if (show->facts != NULL) {
		sg_show_stamps_node(&show->tree, show->top, show->facts);
		sg_show_facts_node(&show->tree, show->top, show->facts);
	}
	if (ret != SIGN_E_FORMAT || !shown)
		return ret;
	sg_err_clear(env);
	return 0;
}

static int
show_signature(
    struct showing *show, struct sg_in *in, const struct sg_format *format)
{
	static const struct sg_sources none;
	int ret;

	if (format == &sg_format_asic)
		return show_container(show, in);
	ret = format->read(show->tree.env, in, &none, &show->facts);
	if (ret < 0)
		return ret;
	showing_kind(show, sg_in_name(in), "signature");
	/* a token alone is shown as the signature that it is */
	sg_show_facts_node(&show->tree, show->top,
	    show->facts->stamp_count != 0 ? show->facts->stamps[0].inside
					  : show->facts);
	return 0;
}

/* A signature that can be enumerated; FORMAT: then it is something else. */
static int
show_as_signature(struct showing *show, struct sg_in *raw)
{
	struct sg_env *env = show->tree.env;
	const struct sg_format *format;
	enum sg_encoding encoding;
	struct sg_in *in = NULL;
	struct sg_view head;
	int ret;

	ret = sg_encoding_open(env, raw, &in, &encoding, NULL);
	if (ret == 0)
		ret = sg_in_peek(env, in, SG_FORMAT_HEAD, &head);
	if (ret == 0) {
		format = sg_format_probe(head);
		ret = format != NULL
		    ? show_signature(show, in, format)
		    : sg_err_set(env, SIGN_E_FORMAT, N_("not a signature"));
	}
	sg_in_free(in);
	return ret;
}

/* Certificates, else CRLs, else OCSP responses. */
static int
show_as_evidence(struct showing *show, const char *path, struct sg_in *raw)
{
	struct sg_env *env = show->tree.env;
	struct sg_buf file = { 0 };
	int ret;

	ret = sg_read_all(env, raw, SG_MAX_CRL_SIZE, &file);
	if (ret == 0)
		ret = show_certs(show, path, sg_buf_view(&file));
	if (ret == SIGN_E_FORMAT || ret == SIGN_E_LIMIT)
		ret = show_crls(show, path, sg_buf_view(&file));
	if (ret == SIGN_E_FORMAT || ret == SIGN_E_LIMIT)
		ret = show_ocsps(show, path, sg_buf_view(&file));
	if (ret == SIGN_E_FORMAT)
		sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: neither a signature nor a certificate, nor a list "
		       "of revoked ones or an OCSP response"),
		    path);
	sg_buf_free(&file);
	return ret;
}

/* A job's state; *taken: that is what it is. */
static int
show_as_state(struct showing *show, struct sg_in *raw, int *taken)
{
	struct sg_env *env = show->tree.env;
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_view head;
	int ret = sg_in_peek(env, raw, SG_MAX_STATE, &head);

	*taken = ret == 0 && sg_state_probe(head);
	if (!*taken)
		return ret;
	ret = sg_read_all(env, raw, SG_MAX_STATE, &file);
	if (ret == 0) {
		showing_kind(show, sg_in_name(raw), "state");
		ret = sg_show_state(&show->tree, show->top, sg_buf_view(&file));
	}
	sg_buf_free(&file);
	return ret;
}

int
sign_show(struct sign_ctx *ctx, const char *path, int json, unsigned flags,
    sign_write_fn *fn, void *payload)
{
	struct showing show = {
		.json = json, .flags = flags, .fn = fn, .payload = payload
	};
	struct sg_in *raw = NULL;
	int ret, again, taken = 0;

	ret = showing_begin(&show, ctx);
	if (ret == 0)
		ret = sg_in_open(&ctx->env, path, &raw);
	if (ret == 0)
		ret = show_as_state(&show, raw, &taken);
	if (ret == 0 && !taken)
		ret = show_as_signature(&show, raw);
	again = ret == SIGN_E_FORMAT && !taken && raw != NULL &&
	    sg_in_can_rewind(raw);
	if (again)
		ret = sg_in_rewind(&ctx->env, raw);
	if (again && ret == 0)
		ret = show_as_evidence(&show, path, raw);
	sg_in_free(raw);
	return showing_end(&show, ret);
}

int
sign_show_cert(struct sign_ctx *ctx, const unsigned char *der, size_t len,
    int json, unsigned flags, sign_write_fn *fn, void *payload)
{
	struct showing show = {
		.json = json, .flags = flags, .fn = fn, .payload = payload
	};
	int ret;

	ret = showing_begin(&show, ctx);
	if (ret == 0)
		ret = show_certs(&show, NULL, sg_view_of(der, len));
	return showing_end(&show, ret);
}
