/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_STATEKIT_H
#define TESTS_UNIT_STATEKIT_H

#include "jobkit.h"

/* What the tests of states, jobs on paper, share. */
#define XML_TEXT "<lease Id=\"l\"><flat>7</flat></lease>\n"

/* With a key, and with none. */
extern const struct sign_state_options sealed, loose;

/* With a NUL at its end; to be freed. */
char *copy_of(const char *text, size_t len);
/* The state as text; to be freed. */
char *export_with(struct sign_job *job, const struct sign_state_options *how);
int import_text(const char *text, const struct sign_state_options *how,
    struct sign_job **out);
/* The code of reading it, and nothing kept. */
int refused(const char *text, const struct sign_state_options *how);
/* A job with its document; who may be NULL. */
struct sign_job *prepared(struct signer *who,
    const struct sign_job_options *options, const char *path);
/* A value over what the job wants to be signed. */
struct sg_buf value_of(struct sign_job *job, struct signer *who);
void complete(
    struct sign_job *job, const struct sg_buf *value, const char *output);

#endif
