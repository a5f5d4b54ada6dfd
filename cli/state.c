/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/state.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "cli/term.h"
#include "sign/ctx.h"

#include <string.h>

#define MAX_KEY 65536
#define MAX_STATE (1024 * 1024) /* the library says what is too much */

static const char **source;

struct poptOption opt_state_key[] = {
	OPT_VALUE("state-key", '\0', &source,
	    N_("what seals the state against changes: file:PATH"),
	    N_("SOURCE")),
	OPT_END,
};

int
state_key_given(void)
{
	return opt_value(source) != NULL;
}

int
state_key(
    const struct cmd *cmd, struct octets *key, struct sign_state_options *out)
{
	const struct sign_state_options initial = SIGN_STATE_OPTIONS_INIT;
	const char *text = opt_value(source);
	int rc;

	*out = initial;
	memset(key, 0, sizeof(*key));
	if (text == NULL)
		return 0;
	if (strncmp(text, "file:", 5) != 0 || text[5] == '\0')
		return say_usage(cmd->name,
		    _("--state-key: want file:PATH, have '%s'"), text);
	rc = octets_load(text + 5, MAX_KEY, key);
	out->key = key->ptr;
	out->key_len = key->len;
	return rc;
}

int
state_load(const char *path, const struct sign_state_options *set,
    struct sign_job **out)
{
	struct octets text;
	int rc = octets_load(path, MAX_STATE, &text);

	if (rc == EXIT_FORMAT)
		rc = EXIT_STATE;
	if (rc == 0)
		rc = app_result(sign_job_import(
		    app_ctx(), set, (const char *)text.ptr, text.len, out));
	octets_wipe(&text);
	return rc;
}
