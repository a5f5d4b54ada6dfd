/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xml_part.h"

extern const struct sg_xml_part sg_part_entry;

const struct sg_xml_part sg_part_entry = {
	.head = { PACKAGE_VERSION },
	.format = &sg_format_xades,
	.probe = sg_xades_probe,
	.extract = sg_xades_extract,
	.prepare = sg_xades_prepare,
	.new_free = sg_xades_new_free,
	.tbs = sg_xades_tbs,
	.digest = sg_xades_digest,
	.keep = sg_xades_keep,
	.write = sg_xades_write,
	.augment = &sg_augment_xades,
	.manifest_read = sg_asic_manifest_read,
	.manifest_write = sg_asic_manifest_write,
	.files_read = sg_asic_files_read,
	.files_write = sg_asic_files_write,
	.config_read = sg_sign_config_read,
};
