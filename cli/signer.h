/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_SIGNER_H
#define SIGN_CLI_SIGNER_H

#include <popt.h>

#include "cli/octets.h"
#include "sign/job.h"
#include "sign/key.h"

struct cmd;

/* --state, and what goes with it: the key is elsewhere. */
extern struct poptOption opt_later[];

/* Who signs in a file that is there: a key at hand, or one that is elsewhere;
 * then the file is left alone and a state is written. */
struct signer {
	struct sign_key *key;
	const char *state; /* NULL: the key is here */
	struct octets cert, seal_key;
	struct sign_state_options seal;
	char *output; /* the state, or the file as it becomes */
};

/* Before the other options are read: does it all go together? 0 or an exit
 * code; "out" is to be cleared in any case. */
int signer_begin(const struct cmd *cmd, struct signer *out);
/* Where the result goes, and whether it can; the deadline of the job. */
int signer_output(const struct cmd *cmd, const char *file,
    struct sign_job_options *set, struct signer *signer);
/* The key, or the certificate whose key is elsewhere. */
int signer_load(const struct cmd *cmd, struct signer *signer);
/* As sign_job_new(), for that signer; *out is to be freed in any case. An error
 * of the library. */
int signer_job(const struct signer *signer, const struct sign_job_options *set,
    struct sign_job **out);
/* Sign and write, or save the state; 0 or an exit code. */
int signer_put(struct signer *signer, struct sign_job *job, const char *output);
/* The same to where signer_output() said, and the card before. */
int signer_finish(struct signer *signer, struct sign_job *job);
void signer_clear(struct signer *signer);

#endif
