/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/find.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const char *const endings[] = { ".sig", ".p7s", ".sgn", ".sign" };

int
sg_find_document(struct sg_env *env, const char *signature, char **out)
{
	const char *dot = strrchr(signature, '.');
	struct stat st;
	char *path;
	size_t i;

	*out = NULL;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (dot != NULL && strcasecmp(dot, endings[i]) == 0)
			break;
	if (i == sizeof(endings) / sizeof(endings[0]))
		return 0;
	path = strndup(signature, (size_t)(dot - signature));
	if (path == NULL)
		return sg_err_nomem(env);
	if (stat(path, &st) != 0 || S_ISDIR(st.st_mode)) {
		free(path);
		return 0;
	}
	*out = path;
	return 0;
}
