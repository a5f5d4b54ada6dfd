/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/raise.h"

#include "cli/app.h"
#include "cli/evidence.h"
#include "cli/term.h"
#include "sign/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char **grace;

struct poptOption opt_raise[] = {
	OPT_VALUE("grace", '\0', &grace,
	    N_("only revocation data issued that long after the time-stamp: "
	       "30m, 24h, 3d"),
	    N_("TIME")),
	OPT_END,
};

/* those that a key alone makes come first */
#define LEVELS_OF_A_KEY 3
const char *const raise_words[] = { "b-b", "bes", "epes", "b-t", "b-lt",
	"b-lta", "t", "c", "x1", "x2", "xlt1", "xlt2", "a", NULL };

int
raise_is_level(const char *level)
{
	return level != NULL && opt_word(level, raise_words) >= LEVELS_OF_A_KEY;
}

int
raise_check_level(const struct cmd *cmd, const char *level)
{
	return opt_check_word(
	    cmd, "--level", level, raise_words + LEVELS_OF_A_KEY);
}

int64_t
raise_duration(const char *text)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	char *end;
	long count;
	size_t i;

	errno = 0;
	count = strtol(text, &end, 10);
	if (errno != 0 || end == text || count < 0 || count > 100000 ||
	    end[0] == '\0' || end[1] != '\0')
		return -1;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].letter == end[0])
			return count * units[i].seconds;
	return -1;
}

static int
raise_grace(const char *command, struct sign_extend_options *set)
{
	const char *text = opt_value(grace);

	if (text == NULL)
		return 0;
	set->grace = raise_duration(text);
	if (set->grace >= 0)
		return 0;
	return say_usage(command,
	    _("--grace: want a time such as 30m, 24h or 3d, have '%s'"), text);
}

int
raise_load(const char *command, const char *level, struct raise *out)
{
	static const struct sign_extend_options initial =
	    SIGN_EXTEND_OPTIONS_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	out->set = initial;
	out->set.level = level;
	out->set.policy = app.config.policy;
	rc = raise_grace(command, &out->set);
	if (rc == 0)
		rc = evidence_load(&out->trust);
	if (rc == 0)
		rc = net_setup(command, NET_NEEDED);
	if (rc == 0)
		rc = net_tsas(command, &out->tsas);
	out->set.tsas = out->tsas.list;
	out->set.tsa_count = out->tsas.count;
	return rc;
}

int
raise_load_tsas(const char *command, const char *level, struct raise *out)
{
	int rc = raise_load(command, level, out);

	if (rc != 0 || out->tsas.count != 0)
		return rc;
	return say_usage(command,
	    _("--level %s: which time-stamp authority? --tsa URL names one"),
	    level);
}

void
raise_clear(struct raise *raise)
{
	net_tsas_clear(&raise->tsas);
	sign_trust_free(raise->trust);
	raise->trust = NULL;
}
