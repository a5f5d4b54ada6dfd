/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/key_pkcs11_part.h"

extern const struct sg_pkcs11_part sg_part_entry;

const struct sg_pkcs11_part sg_part_entry = {
	.head = { PACKAGE_VERSION },
	.open = sg_key_pkcs11_open,
	.list = sg_key_pkcs11_list,
};
