/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/env.h"

#include <string.h>

/* What kinds of contract there are, and who concludes them. */
static const struct sg_contract_kind kinds[] = {
	{ "lease", N_("lease"), { "lessor", "lessee" } },
	{ "car-sale", N_("sale of a car"), { "seller", "buyer" } },
	{ "telecom", N_("communication services"),
	    { "operator", "subscriber" } },
	{ "other", N_("contract"), { NULL } },
};

static const struct {
	const char *role, *text;
} roles[] = {
	{ "lessor", N_("lessor") },
	{ "lessee", N_("lessee") },
	{ "seller", N_("seller") },
	{ "buyer", N_("buyer") },
	{ "operator", N_("operator") },
	{ "subscriber", N_("subscriber") },
};

static const struct sg_layout_ops *const layouts[] = {
	&sg_layout_container,
	&sg_layout_portal,
	NULL,
};

const struct sg_contract_kind *
sg_contract_kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const char *
sg_contract_role_text(const char *role)
{
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i].role, role) == 0)
			return roles[i].text;
	return role;
}

const struct sg_layout_ops *
sg_layout_find(const char *name)
{
	size_t i;

	for (i = 0; layouts[i] != NULL; i++)
		if (strcmp(layouts[i]->name, name) == 0)
			return layouts[i];
	return NULL;
}

int
sg_layout_of(struct sg_env *env, const struct sg_contract_from *from,
    const struct sg_layout_ops **out)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && layouts[i] != NULL; i++) {
		rc = layouts[i]->probe(env, from);
		if (rc > 0)
			*out = layouts[i];
	}
	return rc < 0 ? rc : 0;
}
