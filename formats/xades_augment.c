/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades_augment.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/pool.h"
#include "formats/tst.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <stdlib.h>
#include <string.h>

/*
 * Unsigned properties are added to the tree of the whole document, always
 * last: what others have signed or stamped stands before them. Before the
 * document is written all of that is computed again and compared.
 */

/* ---- what stands there must stay as it is */

static int
ref_changed(const struct sg_ref_fact *old, const struct sg_ref_fact *now)
{
	return sg_view_equal(old->found, old->computed) &&
	    !sg_view_equal(old->computed, now->computed);
}

/* The imprint that matches the token's; NULL: none does. */
static const struct sg_imprint_fact *
good_imprint(const struct sg_stamp_fact *stamp)
{
	size_t i;

	for (i = 0; i < stamp->imprint_count; i++)
		if (sg_view_equal(
			stamp->imprints[i].value, stamp->info.imprint))
			return &stamp->imprints[i];
	return NULL;
}

/* Time-stamps are only ever added behind the old ones. */
static int
stamps_changed(const struct sg_sig_fact *old, const struct sg_sig_fact *now)
{
	size_t i;

	if (now->stamp_count < old->stamp_count)
		return 1;
	for (i = 0; i < old->stamp_count; i++)
		if (good_imprint(&old->stamps[i]) != NULL &&
		    good_imprint(&now->stamps[i]) == NULL)
			return 1;
	return 0;
}

static int
sig_changed(const struct sg_sig_fact *old, const struct sg_sig_fact *now)
{
	size_t i;

	if (old->tbs_count != now->tbs_count ||
	    old->ref_count != now->ref_count ||
	    !sg_view_equal(old->value, now->value))
		return 1;
	for (i = 0; i < old->tbs_count; i++)
		if (!sg_view_equal(old->tbs[i].octets, now->tbs[i].octets))
			return 1;
	for (i = 0; i < old->ref_count; i++)
		if (ref_changed(&old->refs[i], &now->refs[i]))
			return 1;
	return stamps_changed(old, now);
}

static int
compare_facts(struct sg_augment *aug, const struct sg_facts *now)
{
	const struct sg_facts *old = aug->facts;
	size_t i;

	if (now->sig_count != old->sig_count)
		return sg_err_set(aug->build.env, SIGN_E_INTERNAL,
		    N_("another number of signatures than before"));
	for (i = 0; i < old->sig_count; i++)
		if (sig_changed(&old->sigs[i], &now->sigs[i]))
			return sg_err_set(aug->build.env, SIGN_E_UNSUPPORTED,
			    N_("the signature %s, or a time-stamp in it, "
			       "covers the place where something would be "
			       "added, and would break"),
			    old->sigs[i].id);
	return 0;
}

/* Reads the tree as a file is read. */
static int
check_tree(struct sg_augment *aug)
{
	struct sg_xml_reading reading = { .env = aug->build.env,
		.xml = aug->build.xml,
		.name = aug->name,
		.docs = aug->docs,
		.facts = sg_facts_new() };
	int ret;

	if (reading.facts == NULL)
		return sg_err_nomem(aug->build.env);
	reading.facts->format = "xades";
	ret = sg_xmldsig_read_all(&reading);
	if (ret == 0)
		ret = compare_facts(aug, reading.facts);
	sg_facts_free(reading.facts);
	return ret;
}

/* ---- places */

/* UnsignedSignatureProperties come before UnsignedDataObjectProperties. */
static xmlNode *
add_container(struct sg_build *build, xmlNode *parent, const char *name)
{
	xmlNode *first = sg_xml_first(parent);
	xmlNode *node = sg_build_add(build, parent, parent->ns, name, NULL);

	if (node != NULL && first != NULL &&
	    sg_xades_is(first, "UnsignedDataObjectProperties"))
		xmlAddPrevSibling(first, node);
	return node;
}

static xmlNode *
need_container(struct sg_build *build, xmlNode *parent, const char *name)
{
	xmlNode *node = parent != NULL ? sg_xades_child(parent, name) : NULL;

	if (node != NULL || parent == NULL)
		return node;
	return add_container(build, parent, name);
}

/* XAdES 1.1.1 and 1.2.2 lack half of the properties. */
static int
check_version(struct sg_env *env, const xmlNode *node)
{
	if (strcmp((const char *)node->ns->href, SG_NS_XADES132) == 0)
		return 0;
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("want a signature of XAdES 1.3.2 to extend, have %s"),
	    (const char *)node->ns->href);
}

static int
find_container(struct sg_augment *aug, struct sg_xades_place *place)
{
	struct sg_build *build = &aug->build;
	xmlNode *node;
	int count, ret;

	node = sg_xades_qualifying(place->signature, &count);
	if (count != 1)
		return sg_err_set(build->env, SIGN_E_UNSUPPORTED,
		    N_("only a XAdES signature has a place for unsigned "
		       "properties, and this is a plain XML signature (EN "
		       "319 132-1, 4.3)"));
	ret = check_version(build->env, node);
	if (ret == 0)
		ret = sg_xades_check_frozen(build->env, place->signature);
	if (ret < 0)
		return ret;
	node = need_container(build, node, "UnsignedProperties");
	node = need_container(build, node, "UnsignedSignatureProperties");
	if (node == NULL)
		return build->rc;
	place->properties = node;
	return check_version(build->env, node);
}

/* Would anything break if something stood there? */
static int
try_place(struct sg_augment *aug, struct sg_xades_place *place)
{
	xmlNode *node = sg_build_add(&aug->build, place->properties,
	    place->properties->ns, "UnsignedProperty", NULL);
	int ret = aug->build.rc;

	if (ret == 0)
		ret = check_tree(aug);
	if (node != NULL) {
		xmlUnlinkNode(node);
		xmlFreeNode(node);
	}
	return ret;
}

static int
need_place(struct sg_augment *aug, size_t sig, struct sg_xades_place **out)
{
	struct sg_xades_place *place;
	int ret;

	if (aug->build.rc < 0)
		return sg_err_set(aug->build.env, SIGN_E_INTERNAL,
		    N_("the signature could not be extended before"));
	if (sig >= aug->facts->sig_count)
		return sg_err_set(aug->build.env, SIGN_E_ARG,
		    N_("there is no such signature in the file"));
	place = &aug->places[sig];
	*out = place;
	if (place->properties != NULL)
		return 0;
	if (strcmp(aug->facts->sigs[sig].format, "xades") != 0)
		return sg_err_set(aug->build.env, SIGN_E_UNSUPPORTED,
		    N_("only a XAdES signature has a place for unsigned "
		       "properties, and this is a plain XML signature (EN "
		       "319 132-1, 4.3)"));
	ret = find_container(aug, place);
	if (ret == 0)
		ret = try_place(aug, place);
	if (ret < 0)
		aug->build.rc = ret;
	return ret;
}

xmlNode *
sg_augment_find(const struct sg_xades_place *place, const char *name)
{
	xmlNode *at = sg_xml_first(place->properties), *found = NULL;

	for (; at != NULL; at = sg_xml_sibling(at))
		if (sg_xades_is(at, name))
			found = at;
	return found;
}

/* ---- new properties */

/* The namespace as it can be used below node: one in scope, or a new one with
 * a prefix that means nothing else there. */
static xmlNs *
need_ns(
    struct sg_build *build, xmlNode *node, const char *uri, const char *prefix)
{
	const xmlChar *href = (const xmlChar *)uri;
	const char *name = prefix;
	unsigned number;
	xmlNs *ns;

	ns = xmlSearchNsByHref(node->doc, node, href);
	for (number = 1; ns == NULL && name != NULL; number++) {
		if (xmlSearchNs(node->doc, node, (const xmlChar *)name) ==
		    NULL) {
			ns = xmlNewNs(node, href, (const xmlChar *)name);
			break;
		}
		name = sg_pool_printf(build->pool, "%s%u", prefix, number);
	}
	if (ns == NULL && build->rc == 0)
		build->rc = sg_err_nomem(build->env);
	return ns;
}

xmlNode *
sg_augment_property(struct sg_augment *aug, const struct sg_xades_place *place,
    const char *ns, const char *name)
{
	struct sg_build *build = &aug->build;
	xmlNode *node;

	build->xades = place->properties->ns;
	node = sg_build_add(build, place->properties, build->xades, name, NULL);
	if (node == NULL)
		return NULL;
	if (strcmp(ns, SG_NS_XADES141) == 0)
		xmlSetNs(node, need_ns(build, node, ns, "xades141"));
	build->ds = need_ns(build, node, SG_NS_DS, "ds");
	aug->last.known = 0;
	return node;
}

/* An Id for the element: the same octets give the same. */
static const char *
new_id(struct sg_augment *aug, const char *what, struct sg_view octets)
{
	struct sg_build *build = &aug->build;
	unsigned char hash[SG_MAX_DIGEST];
	const char *id = NULL;
	unsigned number;

	if (build->rc == 0)
		build->rc = sg_hash_once(
		    build->env, sg_digest_by_option("sha256"), octets, hash);
	for (number = 1; build->rc == 0; number++) {
		id = sg_pool_printf(build->pool,
		    "%s-%02x%02x%02x%02x%02x%02x-%u", what, hash[0], hash[1],
		    hash[2], hash[3], hash[4], hash[5], number);
		if (id == NULL)
			build->rc = sg_err_nomem(build->env);
		else if (!sg_xml_has_id(build->xml, id))
			break;
	}
	return id;
}

/* ---- imprints */

/* References of the first version, made by somebody else, need a time-stamp of
 * the first version. */
static int
wants_second(const struct sg_xades_place *place)
{
	return sg_augment_find(place, "CompleteCertificateRefs") == NULL ||
	    sg_augment_find(place, "CompleteCertificateRefsV2") != NULL;
}

static int
digest_imprint(struct sg_augment *aug, const struct sg_xades_place *place,
    enum sg_stamp_kind kind, const struct sg_digest *digest,
    struct sg_view *out)
{
	static const enum sg_xades_over overs[] = {
		[SG_STAMP_SIGNATURE] = SG_XADES_OVER_SIGNATURE,
		[SG_STAMP_SIG_AND_REFS] = SG_XADES_OVER_SIG_AND_REFS,
		[SG_STAMP_REFS] = SG_XADES_OVER_REFS,
		[SG_STAMP_ARCHIVE] = SG_XADES_OVER_ARCHIVE,
	};
	struct sg_env *env = aug->build.env;
	struct sg_xades_imprint imprint = { .xml = aug->build.xml,
		.signature = place->signature,
		.docs = aug->docs,
		.second = wants_second(place),
		.c14n = sg_c14n_find(SG_NS_EXC_C14N) };
	int ret = sg_xades_imprint_digest(
	    env, aug->build.pool, &imprint, overs[kind], digest, out);

	if (ret < 0)
		return ret;
	if (imprint.missing != NULL)
		return sg_err_set(env, SIGN_E_IO,
		    N_("the time-stamp has to be over the document %s, which "
		       "is not given"),
		    imprint.missing);
	if (imprint.octets == 0)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("there is nothing that the time-stamp could be over"));
	return 0;
}

static int
augment_imprint(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, const struct sg_digest *digest, struct sg_buf *out)
{
	struct sg_xades_place *place;
	struct sg_view value;
	int ret;

	aug->build.env = env;
	ret = need_place(aug, sig, &place);
	if (ret == 0)
		ret = digest_imprint(aug, place, kind, digest, &value);
	if (ret < 0)
		return ret;
	aug->last.known = 1;
	aug->last.sig = sig;
	aug->last.kind = kind;
	aug->last.digest = digest;
	memcpy(aug->last.value, value.ptr, value.len);
	return sg_buf_append_view(env, out, value);
}

/* A token over something else must not get in. */
static int
check_token(struct sg_augment *aug, size_t sig, enum sg_stamp_kind kind,
    struct sg_view token)
{
	struct sg_env *env = aug->build.env;
	struct sg_facts *scratch = sg_facts_new();
	struct sg_stamp_fact stamp = { .token = token };
	struct sg_buf value = { 0 };
	int ret;

	if (scratch == NULL)
		return sg_err_nomem(env);
	ret = sg_tst_read(env, scratch, token, 0, &stamp);
	if (ret == 0 && (stamp.inside == NULL || stamp.info.digest == NULL))
		ret = sg_err_set(env, SIGN_E_FORMAT,
		    N_("the time-stamp token cannot be read"));
	if (ret == 0 &&
	    (!aug->last.known || aug->last.sig != sig ||
		aug->last.kind != kind ||
		aug->last.digest != stamp.info.digest))
		ret = augment_imprint(
		    env, aug, sig, kind, stamp.info.digest, &value);
	if (ret == 0 &&
	    !sg_view_equal(stamp.info.imprint,
		sg_view_of(aug->last.value, stamp.info.digest->size)))
		ret = sg_err_set(env, SIGN_E_VALUE,
		    N_("the time-stamp token is over something else"));
	sg_buf_free(&value);
	sg_facts_free(scratch);
	return ret;
}

/* ---- the table */

static int
augment_add_stamp(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, struct sg_view token,
    const struct sg_values *values)
{
	static const struct {
		const char *ns, *first, *second;
	} names[] = {
		[SG_STAMP_SIGNATURE] = { SG_NS_XADES132, NULL,
		    "SignatureTimeStamp" },
		[SG_STAMP_SIG_AND_REFS] = { SG_NS_XADES141,
		    "SigAndRefsTimeStamp", "SigAndRefsTimeStampV2" },
		[SG_STAMP_REFS] = { SG_NS_XADES141, "RefsOnlyTimeStamp",
		    "RefsOnlyTimeStampV2" },
		[SG_STAMP_ARCHIVE] = { SG_NS_XADES141, NULL,
		    "ArchiveTimeStamp" },
	};
	struct sg_build *build = &aug->build;
	struct sg_xades_place *place;
	xmlNode *node, *inner;
	const char *id;
	int first, ret;

	build->env = env;
	ret = need_place(aug, sig, &place);
	if (ret == 0)
		ret = check_token(aug, sig, kind, token);
	if (ret < 0)
		return ret;
	first = names[kind].first != NULL && !wants_second(place);
	node = sg_augment_property(aug, place,
	    first ? SG_NS_XADES132 : names[kind].ns,
	    first ? names[kind].first : names[kind].second);
	sg_build_id(build, node, new_id(aug, "ts", token));
	sg_build_algorithm(
	    build, node, "CanonicalizationMethod", SG_NS_EXC_C14N);
	inner = sg_build_add(
	    build, node, build->xades, "EncapsulatedTimeStamp", NULL);
	id = new_id(aug, "token", token);
	sg_build_id(build, inner, id);
	sg_build_base64(build, inner, token);
	if (values != NULL)
		sg_augment_stamp_data(aug, place, values, id);
	return build->rc;
}

static int
augment_add_refs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, const struct sg_digest *digest)
{
	struct sg_xades_place *place;
	int ret;

	aug->build.env = env;
	ret = need_place(aug, sig, &place);
	if (ret < 0)
		return ret;
	if (sg_augment_find(place, "CompleteCertificateRefs") != NULL ||
	    sg_augment_find(place, "CompleteCertificateRefsV2") != NULL ||
	    sg_augment_find(place, "CompleteRevocationRefs") != NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the signature has complete references already"));
	sg_augment_refs(aug, place, values, digest);
	return aug->build.rc;
}

static int
augment_add_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, int baseline)
{
	struct sg_xades_place *place;
	int ret;

	aug->build.env = env;
	ret = need_place(aug, sig, &place);
	if (ret < 0)
		return ret;
	sg_augment_values(aug, place, values, baseline);
	return aug->build.rc;
}

/* The Id of the last token in a time-stamp; NULL. */
static const char *
token_id(struct sg_augment *aug, const xmlNode *stamp)
{
	const xmlNode *at = sg_xades_child(stamp, "EncapsulatedTimeStamp");
	const xmlNode *last = at;

	for (; at != NULL; at = sg_xades_again(at))
		last = at;
	return last != NULL ? sg_xml_attr(aug->build.pool, last, "Id") : NULL;
}

static int
augment_renew_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values)
{
	struct sg_xades_place *place;
	const xmlNode *stamp;
	int ret;

	aug->build.env = env;
	ret = need_place(aug, sig, &place);
	if (ret < 0)
		return ret;
	stamp = sg_augment_find(place, "ArchiveTimeStamp");
	if (stamp == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the signature has no archive time-stamp to renew"));
	sg_augment_stamp_data(aug, place, values, token_id(aug, stamp));
	return aug->build.rc;
}

static int
put_out(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_out_write(env, payload, ptr, len);
}

static int
augment_write(
    struct sg_env *env, struct sg_augment *aug, struct sg_out *out, int pem)
{
	struct sg_sink sink = { put_out, out };
	int ret;

	(void)pem;
	aug->build.env = env;
	if (aug->build.rc < 0)
		return sg_err_set(env, SIGN_E_INTERNAL,
		    N_("the signature could not be extended before"));
	ret = check_tree(aug);
	return ret == 0 ? sg_xml_save(env, aug->build.xml, &sink) : ret;
}

static void
augment_free(struct sg_augment *aug)
{
	if (aug == NULL)
		return;
	sg_xml_free(aug->build.xml);
	sg_pool_free(aug->build.pool);
	free(aug);
}

/* Signatures are numbered in document order, as the facts are. */
static int
find_places(struct sg_augment *aug)
{
	size_t found = 0, count = aug->facts->sig_count;
	const struct sg_xml *xml = aug->build.xml;
	xmlNode *node = sg_xml_next_signature(xml, NULL);

	aug->places =
	    sg_pool_array(aug->build.pool, count + 1, sizeof(*aug->places));
	if (aug->places == NULL)
		return sg_err_nomem(aug->build.env);
	for (; node != NULL && found <= count;
	     node = sg_xml_next_signature(xml, node))
		aug->places[found++].signature = node;
	if (found != count)
		return sg_err_set(aug->build.env, SIGN_E_STATE,
		    N_("the file is not as it was when it was read"));
	return 0;
}

static int
augment_open(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, const struct sg_facts *facts,
    struct sg_augment **out)
{
	struct sg_augment *aug = calloc(1, sizeof(*aug));
	int ret;

	if (aug != NULL)
		aug->build.pool = sg_pool_new();
	if (aug == NULL || aug->build.pool == NULL) {
		free(aug);
		return sg_err_nomem(env);
	}
	aug->build.env = env;
	aug->docs = docs;
	aug->facts = facts;
	aug->name = sg_in_name(in);
	ret = sg_in_rewind(env, in);
	if (ret == 0)
		ret = sg_xml_parse(env, in, &aug->build.xml);
	if (ret == 0)
		ret = find_places(aug);
	if (ret < 0) {
		augment_free(aug);
		return ret;
	}
	*out = aug;
	return 0;
}

const struct sg_augment_ops sg_augment_xades = {
	.open = augment_open,
	.imprint = augment_imprint,
	.add_stamp = augment_add_stamp,
	.add_refs = augment_add_refs,
	.add_values = augment_add_values,
	.renew_values = augment_renew_values,
	.write = augment_write,
	.free = augment_free,
};
