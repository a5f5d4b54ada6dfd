/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/policy.h"

#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/json_read.h"
#include "libsign/level.h"

#include <stdlib.h>
#include <string.h>

#define ROW(name_, wants_, qualification_) \
	{ \
		.name = (name_), .wants_signing_certificate = (wants_), \
		.qualification = (qualification_), .grace_period = SG_NO_TIME, \
		.stamp_delay = SG_NO_TIME \
	}

static const struct sg_policy policies[] = {
	ROW("ades", 1, NULL),
	ROW("cms", 0, NULL),
	ROW("63fz", 0, "undetermined"),
	ROW("eidas", 1, "undetermined"),
};

const struct sg_policy *
sg_policy_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (strcmp(policies[i].name, name) == 0)
			return &policies[i];
	return NULL;
}

/* ---- a policy in a file */

struct reading {
	struct sg_json_in in;
	struct sg_policy *to;
	struct sg_strength_row *rows;
	size_t count;
};

/* "36h", "7d": a number and a unit. */
static int
read_duration(const struct reading *r, const char *key, int64_t *out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	const char *text = NULL;
	int64_t number = 0;
	size_t i, at;
	int ret = sg_json_read_text(&r->in, key, &text);

	if (ret < 0 || text == NULL)
		return ret;
	for (at = 0; text[at] >= '0' && text[at] <= '9' && at < 9; at++)
		number = number * 10 + (text[at] - '0');
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (at != 0 && text[at] == units[i].unit &&
		    text[at + 1] == '\0') {
			*out = number * units[i].seconds;
			return 0;
		}
	return sg_err_set(r->in.env, SIGN_E_FORMAT,
	    N_("%s, \"%s\": want a duration such as 36h or 7d, have \"%s\""),
	    r->in.what, key, text);
}

/* Does the table of algorithms know that name? "rsa:2048" stands for the keys
 * below that size. */
static int
is_algorithm(const char *name)
{
	const struct sg_scheme *schemes;
	size_t i, count;

	if (sg_digest_by_option(name) != NULL || sg_strength_is_key(name))
		return 1;
	schemes = sg_scheme_rows(&count);
	for (i = 0; i < count; i++)
		if (strcmp(schemes[i].name, name) == 0)
			return 1;
	return 0;
}

static int
read_algorithm(const char *name, const char *text, void *payload)
{
	struct reading *r = payload;
	struct sg_strength_row *row;

	if (!is_algorithm(name))
		return sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s: unknown algorithm \"%s\""), r->in.what, name);
	row = sg_pool_push(r->in.pool, &r->rows, &r->count, sizeof(*row));
	if (row == NULL)
		return sg_err_nomem(r->in.env);
	row->name = sg_pool_str(r->in.pool, name);
	row->until = SG_NO_TIME;
	if (text != NULL && strcmp(text, "never") == 0)
		row->until = INT64_MIN + 1;
	else if (text != NULL &&
	    (strcmp(text, "now") == 0 ||
		sg_time_parse(r->in.env, text, &row->until) < 0))
		return sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s, \"%s\": want a date, \"never\" or null, have "
		       "\"%s\""),
		    r->in.what, name, text);
	return row->name != NULL ? 0 : sg_err_nomem(r->in.env);
}

/* Its name, and the row that it builds upon. */
static int
read_base(struct reading *r)
{
	const char *name = NULL, *base = "ades";
	int ret = sg_json_read_text(&r->in, "name", &name);

	if (ret == 0)
		ret = sg_json_read_text(&r->in, "base", &base);
	if (ret < 0)
		return ret;
	if (name == NULL || name[0] == '\0' || sg_policy_find(name) != NULL)
		return sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s, \"name\": want a name of its own"), r->in.what);
	if (sg_policy_find(base) == NULL)
		return sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s, \"base\": want ades, cms, 63fz or eidas, have "
		       "\"%s\""),
		    r->in.what, base);
	*r->to = *sg_policy_find(base);
	r->to->name = name;
	return 0;
}

static int
read_demands(struct reading *r)
{
	struct sg_policy *to = r->to;
	int ret = sg_json_read_bool(
	    &r->in, "signing_certificate", &to->wants_signing_certificate);

	if (ret == 0)
		ret = sg_json_read_text(&r->in, "level", &to->level);
	if (ret == 0 && to->level != NULL && !sg_level_known(to->level))
		ret = sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s, \"level\": there is no level \"%s\""), r->in.what,
		    to->level);
	if (ret == 0)
		ret = read_duration(
		    r, "revocation_max_age", &to->revocation_max_age);
	if (ret == 0)
		ret = read_duration(r, "grace_period", &to->grace_period);
	if (ret == 0)
		ret = read_duration(r, "timestamp_delay", &to->stamp_delay);
	return ret;
}

int
sg_policy_read(const struct sg_json_in *in, struct sg_policy *out)
{
	static const char *const keys[] = { "name", "base",
		"signing_certificate", "level", "algorithms",
		"revocation_max_age", "grace_period", "timestamp_delay", NULL };
	struct reading r = { .in = *in, .to = out };
	int ret = sg_json_only(in, keys);

	if (ret == 0)
		ret = read_base(&r);
	if (ret == 0)
		ret = read_demands(&r);
	if (ret == 0)
		ret = sg_json_read_pairs(in, "algorithms", read_algorithm, &r);
	out->strength.rows = r.rows;
	out->strength.count = r.count;
	return ret;
}

static int
policy_load(struct sg_env *env, struct sg_pool *pool, const char *path,
    struct sg_policy *out)
{
	struct sg_buf file = { 0 };
	struct sg_json_in in = { env, pool, NULL, path };
	int ret = sg_read_file(env, path, SG_MAX_POLICY, &file);

	if (ret == 0)
		ret = sg_json_parse(env, sg_buf_view(&file), path, &in.at);
	if (ret == 0)
		ret = sg_policy_read(&in, out);
	if (ret == 0)
		ret = sg_pool_copy(env, pool, sg_buf_view(&file), &out->source);
	sg_json_drop(in.at);
	sg_buf_free(&file);
	return ret;
}

int
sg_policy_get(struct sg_env *env, struct sg_pool *pool, const char *name,
    struct sg_policy *out)
{
	const struct sg_policy *row = sg_policy_find(name);

	if (row != NULL) {
		*out = *row;
		return 0;
	}
	if (strpbrk(name, "/.") == NULL)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("unknown policy %s: want ades, cms, 63fz, eidas or a "
		       "file"),
		    name);
	return policy_load(env, pool, name, out);
}
