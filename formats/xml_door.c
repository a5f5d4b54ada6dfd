/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xml_part.h"

#include <stdatomic.h>

/*
 * The functions of XAdES as the rest of the library calls them. What is made
 * by the part (struct sg_xades_new) shows that it is open.
 */
static struct sg_part part = { "xml", "libxml2", NULL };

static int
door(struct sg_env *env, const struct sg_xml_part **xml)
{
	const void *entry;
	int ret = sg_part_open(env, &part, &entry);

	*xml = entry;
	return ret;
}

static const struct sg_xml_part *
door_open(void)
{
	return atomic_load(&part.entry);
}

static int
door_read(struct sg_env *env, struct sg_in *in, const struct sg_sources *docs,
    struct sg_facts **out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->format->read(env, in, docs, out);
}

const struct sg_format sg_format_xades = {
	.name = "xades",
	.probe = sg_format_is_xml,
	.read = door_read,
};

int
sg_xades_probe(
    struct sg_env *env, struct sg_in *in, int *signatures, int *detached)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->probe(env, in, signatures, detached);
}

int
sg_xades_extract(struct sg_env *env, struct sg_in *in, size_t index,
    const struct sg_sink *sink)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->extract(env, in, index, sink);
}

int
sg_xades_prepare(struct sg_env *env, const struct sg_xades_want *want,
    struct sg_xades_new **out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->prepare(env, want, out);
}

void
sg_xades_new_free(struct sg_xades_new *made)
{
	if (made != NULL)
		door_open()->new_free(made);
}

struct sg_view
sg_xades_tbs(const struct sg_xades_new *made)
{
	return door_open()->tbs(made);
}

struct sg_view
sg_xades_digest(const struct sg_xades_new *made)
{
	return door_open()->digest(made);
}

int
sg_xades_keep(
    struct sg_env *env, const struct sg_xades_new *made, struct sg_buf *out)
{
	return door_open()->keep(env, made, out);
}

int
sg_xades_write(struct sg_env *env, struct sg_xades_new *made,
    struct sg_view value, const struct sg_sink *sink)
{
	return door_open()->write(env, made, value, sink);
}

static int
door_augment(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, const struct sg_facts *facts,
    struct sg_augment **out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->augment->open(env, in, docs, facts, out);
}

static int
door_imprint(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, const struct sg_digest *digest, struct sg_buf *out)
{
	return door_open()->augment->imprint(env, aug, sig, kind, digest, out);
}

static int
door_add_stamp(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, struct sg_view token,
    const struct sg_values *values)
{
	return door_open()->augment->add_stamp(
	    env, aug, sig, kind, token, values);
}

static int
door_add_refs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, const struct sg_digest *digest)
{
	return door_open()->augment->add_refs(env, aug, sig, values, digest);
}

static int
door_add_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, int baseline)
{
	return door_open()->augment->add_values(
	    env, aug, sig, values, baseline);
}

static int
door_renew_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values)
{
	return door_open()->augment->renew_values(env, aug, sig, values);
}

static int
door_augment_write(
    struct sg_env *env, struct sg_augment *aug, struct sg_out *out, int pem)
{
	return door_open()->augment->write(env, aug, out, pem);
}

static void
door_augment_free(struct sg_augment *aug)
{
	if (aug != NULL)
		door_open()->augment->free(aug);
}

const struct sg_augment_ops sg_augment_xades = {
	.open = door_augment,
	.imprint = door_imprint,
	.add_stamp = door_add_stamp,
	.add_refs = door_add_refs,
	.add_values = door_add_values,
	.renew_values = door_renew_values,
	.write = door_augment_write,
	.free = door_augment_free,
};

int
sg_asic_manifest_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_asic_manifest *out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->manifest_read(env, pool, octets, out);
}

int
sg_asic_manifest_write(struct sg_env *env,
    const struct sg_asic_manifest *manifest, struct sg_buf *out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->manifest_write(env, manifest, out);
}

int
sg_asic_files_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_asic_files *out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->files_read(env, pool, octets, out);
}

int
sg_asic_files_write(
    struct sg_env *env, const struct sg_asic_files *files, struct sg_buf *out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->files_write(env, files, out);
}

int
sg_sign_config_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_sign_config *out)
{
	const struct sg_xml_part *xml;
	int ret = door(env, &xml);

	return ret < 0 ? ret : xml->config_read(env, pool, octets, out);
}
