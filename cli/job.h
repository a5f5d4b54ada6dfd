/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_JOB_H
#define SIGN_CLI_JOB_H

#include <popt.h>

#include "sign/job.h"
#include "sign/key.h"

struct cmd;
struct sign_extend_options;
struct sign_trust;

/* What the commands that sign have in common. */
extern struct poptOption opt_key[];    /* --key --cert --module --pin-source */
extern struct poptOption opt_props[];  /* --format ... signed properties */
extern struct poptOption opt_output[]; /* -o -f --pem --dry-run */
extern struct poptOption opt_content_stamp[]; /* --content-timestamp */

struct job_output {
	const char **output;
	int force, pem, dry_run;
	int later; /* the level is reached when the job is completed */
};
extern struct job_output job_output;

/* Options out of those tables; 0 or an exit code after a message. */
int job_options(const struct cmd *cmd, struct sign_job_options *out);
/* Gives back what a --level with time-stamps took. */
void job_raise_clear(void);
/* As sign_job_new(), with the content time-stamp where it was asked for; *out
 * is to be freed in any case. */
int job_new(const struct sign_job_options *set, const struct sign_key *key,
    struct sign_job **out);
/* Where --content-timestamp was asked for: whom to ask for it, trusting whom;
 * NULL: it was not. */
const struct sign_extend_options *job_content_stamp(
    const struct sign_trust **trust);
/* The key, chosen by a person where there are several. */
int job_key(const struct cmd *cmd, struct sign_key **out);
/* What --key and --cert say; NULL: nothing. */
const char *job_key_name(void);
const char *job_cert_name(void);
/* Show what is about to be signed. */
void job_show(const struct sign_job *job, const char *output);
/* The same under another headline. */
void job_show_as(
    const char *title, const struct sign_job *job, const char *output);
/* Where a command writes that changes its file in place unless --output says
 * otherwise; *out is to be freed in any case; 0 or an exit code. */
int job_change_output(const struct cmd *cmd, const char *file, char **out);
/* Sign and write, at the level asked for; an error of the library. */
int job_put(struct sign_job *job, struct sign_key *key, const char *output);
/* What that came to, said; 0 or an exit code. */
int job_signed(int rc, const char *output);
/* Both, unless --dry-run; 0 or an exit code. */
int job_finish(struct sign_job *job, struct sign_key *key, const char *output);

#endif
