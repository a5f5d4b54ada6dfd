/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_CMD_H
#define SIGN_CLI_CMD_H

#include "cli/opt.h"

/* The commands, each in its own file. */
extern const struct cmd cmd_sign;
extern const struct cmd cmd_add_signer;
extern const struct cmd cmd_countersign;
extern const struct cmd cmd_prepare;
extern const struct cmd cmd_complete;
extern const struct cmd cmd_verify;
extern const struct cmd cmd_judge;
extern const struct cmd cmd_extend;
extern const struct cmd cmd_show;
extern const struct cmd cmd_extract;
extern const struct cmd cmd_convert;
extern const struct cmd cmd_timestamp;
extern const struct cmd cmd_contract_new;
extern const struct cmd cmd_contract_sign;
extern const struct cmd cmd_contract_status;
extern const struct cmd cmd_contract_request;
extern const struct cmd cmd_contract_accept;
extern const struct cmd cmd_contract_import;
extern const struct cmd cmd_contract_export;
extern const struct cmd cmd_esia_secret;
extern const struct cmd cmd_token_list;
extern const struct cmd cmd_cert_list;
extern const struct cmd cmd_cert_show;
extern const struct cmd cmd_trust_list;
extern const struct cmd cmd_trust_add;
extern const struct cmd cmd_trust_remove;
extern const struct cmd cmd_version;
extern const struct cmd cmd_help;

/* The command whose name these words begin with, and how many of them it
 * takes; NULL after a message. */
const struct cmd *cmd_find(int argc, const char **argv, int *taken);

#endif
