/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XML_PART_H
#define SIGN_FORMATS_XML_PART_H

#include "base/part.h"
#include "formats/asic.h"
#include "formats/augment.h"
#include "formats/format.h"
#include "formats/sign_config.h"
#include "formats/xades_write.h"

/* The part that needs libxml2: what format.h and xades_write.h declare of
 * XAdES, and asic.h of manifests. xml_door.c hands on to it, xml_part.c is
 * its end. */
struct sg_xml_part {
	struct sg_part_head head;
	const struct sg_format *format;
	int (*probe)(struct sg_env *env, struct sg_in *in, int *signatures,
	    int *detached);
	int (*extract)(struct sg_env *env, struct sg_in *in, size_t index,
	    const struct sg_sink *sink);
	int (*prepare)(struct sg_env *env, const struct sg_xades_want *want,
	    struct sg_xades_new **out);
	void (*new_free)(struct sg_xades_new *made);
	struct sg_view (*tbs)(const struct sg_xades_new *made);
	struct sg_view (*digest)(const struct sg_xades_new *made);
	int (*keep)(struct sg_env *env, const struct sg_xades_new *made,
	    struct sg_buf *out);
	int (*write)(struct sg_env *env, struct sg_xades_new *made,
	    struct sg_view value, const struct sg_sink *sink);
	const struct sg_augment_ops *augment;
	int (*manifest_read)(struct sg_env *env, struct sg_pool *pool,
	    struct sg_view octets, struct sg_asic_manifest *out);
	int (*manifest_write)(struct sg_env *env,
	    const struct sg_asic_manifest *manifest, struct sg_buf *out);
	int (*files_read)(struct sg_env *env, struct sg_pool *pool,
	    struct sg_view octets, struct sg_asic_files *out);
	int (*files_write)(struct sg_env *env,
	    const struct sg_asic_files *files, struct sg_buf *out);
	int (*config_read)(struct sg_env *env, struct sg_pool *pool,
	    struct sg_view octets, struct sg_sign_config *out);
};

#endif
