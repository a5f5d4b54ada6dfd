/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_SIGN_CONFIG_H
#define SIGN_FORMATS_SIGN_CONFIG_H

#include <stddef.h>

#include "base/buf.h"

struct sg_env;
struct sg_pool;

/*
 * sign_config.xml: which detached signatures belong to which document of a
 * package (API of the state portal, version 1.13, appendix 5).
 */
#define SG_SIGN_CONFIG_NAME "sign_config.xml"

struct sg_sign_config_sig {
	const char *name, *about; /* about NULL: none */
};

struct sg_sign_config_doc {
	const char *name, *about;
	struct sg_sign_config_sig *sigs;
	size_t sig_count;
};

struct sg_sign_config {
	struct sg_sign_config_doc *docs;
	size_t doc_count;
};

/* Names are bare, and none stands twice; strings in the pool. FORMAT, LIMIT. */
int sg_sign_config_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_sign_config *out);
/* The same files give the same octets. */
int sg_sign_config_write(struct sg_env *env,
    const struct sg_sign_config *config, struct sg_buf *out);
/* What holds of names and their number whichever way they go: FORMAT, LIMIT. */
int sg_sign_config_check(
    struct sg_env *env, const struct sg_sign_config *config);

#endif
