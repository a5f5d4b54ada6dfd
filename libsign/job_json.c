/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/job.h"
#include "libsign/json.h"

/* {"code": ..., "message": ...} or null, as in the report. */
static void
job_error(struct sg_json *json, const struct sign_job *job, int error)
{
	struct sg_json object;

	if (error == 0) {
		sg_json_text(json, "error", NULL);
		return;
	}
	object = sg_json_object();
	sg_json_text(&object, "code", sign_error_name(error));
	sg_json_text(&object, "message", job->ctx->env.english);
	sg_json_put(json, "error", sg_json_done(&object));
}

static void
job_card(struct sg_json *json, const struct sign_card *card)
{
	const char *const rows[][2] = {
		{ "format", card->format },
		{ "level", card->level },
		{ "packaging", card->packaging },
		{ "algorithm", card->algorithm },
		{ "signer", card->signer },
		{ "serial", card->serial },
		{ "digest_algorithm", card->digest_algorithm },
		{ "digest", card->digest },
		{ "control_code", card->control_code },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		sg_json_text(json, rows[i][0], rows[i][1]);
}

int
sign_job_json(const struct sign_job *job, const char *document,
    const char *output, int error, sign_write_fn *fn, void *payload)
{
	static const struct sign_card none;
	const struct sign_card *card = sign_job_card(job);
	struct sg_json json = sg_json_object();

	sg_json_text(&json, "schema", "podpis-job/1");
	sg_json_text(&json, "file", document);
	sg_json_text(&json, "output", error == 0 ? output : NULL);
	job_card(&json, card != NULL ? card : &none);
	job_error(&json, job, error);
	return sg_json_write(&job->ctx->env, &json, fn, payload);
}
