/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/msg.h"

#include "base/env.h"

#include <stdio.h>
#include <string.h>

struct sg_msg
sg_msg_make(struct sg_pool *pool, const char *id, const char *a, const char *b,
    const char *c)
{
	struct sg_msg msg = { id,
		{ sg_pool_str(pool, a), sg_pool_str(pool, b),
		    sg_pool_str(pool, c) } };

	return msg;
}

/* Puts the arguments where the text has %1$s, %2$s, %3$s; %% is a per cent.
 * Done by hand: a translation must not be able to ask printf for anything. */
const char *
sg_msg_text(
    struct sg_env *env, struct sg_pool *pool, const struct sg_msg *msg, int tr)
{
	const char *in, *arg, *text;
	size_t size = 1;
	char *out, *to;
	int i;

	if (msg->id == NULL)
		return "";
	text = msg->id;
	if (tr)
		text = sg_tr(env, msg->id);
	for (i = 0; i < 3; i++)
		if (msg->arg[i] != NULL)
			size += strlen(msg->arg[i]) * (strlen(text) / 4 + 1);
	out = sg_pool_alloc(pool, size + strlen(text));
	if (out == NULL)
		return "";
	for (in = text, to = out; *in != '\0';) {
		if (in[0] == '%' && in[1] >= '1' && in[1] <= '3' &&
		    strncmp(in + 2, "$s", 2) == 0) {
			arg = msg->arg[in[1] - '1'];
			if (arg != NULL) {
				memcpy(to, arg, strlen(arg));
				to += strlen(arg);
			}
			in += 4;
			continue;
		}
		if (in[0] == '%' && in[1] == '%')
			in++;
		*to++ = *in++;
	}
	return out;
}
