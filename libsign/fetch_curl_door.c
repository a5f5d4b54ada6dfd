/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/fetch_curl_part.h"

static int
door(struct sg_env *env, const struct sg_net_part **net)
{
	static struct sg_part part = { "net", "libcurl4", NULL };
	const void *entry;
	int ret = sg_part_open(env, &part, &entry);

	*net = entry;
	return ret;
}

int
sg_net_new(struct sg_env *env, const struct sign_net_options *options,
    struct sg_net **out)
{
	const struct sg_net_part *part;
	int ret = door(env, &part);

	return ret < 0 ? ret : part->make(env, options, out);
}

void
sg_net_free(struct sg_net *net)
{
	const struct sg_net_part *part;

	/* where there is one, the part is open */
	if (net != NULL && door(NULL, &part) == 0)
		part->free(net);
}

int
sg_net_fetch(struct sg_env *env, struct sg_net *net,
    const struct sg_fetch *want, struct sg_buf *out)
{
	const struct sg_net_part *part;
	int ret = door(env, &part);

	return ret < 0 ? ret : part->fetch(env, net, want, out);
}

const char *
sg_net_version(struct sg_env *env)
{
	const struct sg_net_part *part;

	if (door(env, &part) == 0)
		return part->version(env);
	sg_err_clear(env);
	return NULL;
}
