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
sg_xades_write(struct sg_env *env, struct sg_xades_new *made,
    struct sg_view value, const struct sg_sink *sink)
{
	return door_open()->write(env, made, value, sink);
}
