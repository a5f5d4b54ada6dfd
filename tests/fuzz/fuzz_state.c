/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/json.h"
#include "libsign/state.h"

#include <stdlib.h>
#include <string.h>

struct sealed {
	struct sg_env *env;
	struct sg_buf buf;
};

static int
put(const char *text, size_t len, void *payload)
{
	struct sealed *to = payload;

	return sg_buf_append(to->env, &to->buf, text, len);
}

/* Anybody can make the checksum of what he changed: so that what is behind it
 * is reached. */
static int
seal_again(struct sg_view text, struct sealed *out)
{
	struct sg_env *env = out->env;
	unsigned char mac[SG_MAX_DIGEST];
	struct sg_json_in in = { .env = env, .what = "state" };
	struct sg_json json = { NULL, NULL, 0 };

	if (sg_json_parse(env, text, "state", &in.at) < 0)
		return -1;
	if (!sg_json_is_object(in.at)) {
		sg_json_drop(in.at);
		return -1;
	}
	sg_json_leave_out(&in, "mac");
	sg_json_leave_out(&in, "checksum");
	json.object = in.at;
	if (sg_state_mac(env, in.at, sg_view_of(NULL, 0), mac) < 0) {
		sg_json_drop(in.at);
		return -1;
	}
	sg_json_octets(&json, "checksum", sg_view_of(mac, SG_STATE_MAC));
	return sg_json_write(env, &json, put, out);
}

static void
use(struct sign_ctx *ctx, struct sg_view text)
{
	static const unsigned char value[64];
	struct sign_job *job = NULL;
	const char *state;
	size_t len;

	if (sign_job_import(
		ctx, NULL, (const char *)text.ptr, text.len, &job) == 0) {
		sign_job_export(job, NULL, &state, &len);
		sign_job_complete(job, value, sizeof(value));
		sign_job_complete_cms(job, value, sizeof(value));
	}
	sign_job_free(job);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sign_ctx *ctx;
	struct sealed sealed = { NULL, { NULL, 0, 0 } };

	if (ctx == NULL && sign_ctx_new(&ctx) < 0)
		return 0;
	use(ctx, sg_view_of(data, size));
	sealed.env = &ctx->env;
	if (seal_again(sg_view_of(data, size), &sealed) == 0)
		use(ctx, sg_buf_view(&sealed.buf));
	sg_buf_free(&sealed.buf);
	sg_err_clear(&ctx->env);
	return 0;
}
