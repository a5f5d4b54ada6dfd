/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_LIB_GOSTTOK_H
#define SIGN_TESTS_LIB_GOSTTOK_H

#include <stddef.h>

#include <openssl/sha.h>
#include <openssl/types.h>
#include <p11-kit/pkcs11.h>

/*
 * A PKCS#11 module with GOST R 34.10-2012 for tests: no software token has
 * these mechanisms. Keys are PEM files, the GOST engine signs.
 *
 * GOSTTOK_DIR names folders, separated by ":"; each is a slot with a token:
 *   NAME.key NAME.pem   a private key and its certificate
 *   gosttok.conf        how the token behaves, read anew with every call;
 *                       lines "name" or "name=value":
 *     label=TEXT pin=TEXT tries=N          what it says and wants
 *     absent locked final-try count-low    token and PIN flags
 *     pin-pad always-authenticate          how it wants its PIN
 *     empty no-public no-cert private-cert what it shows
 *     no-id                                keys without CKA_ID
 *     wrap reverse                         how it shows public keys
 *     no-raw                               only hashing mechanisms
 *     fault-NAME=CKR                       NAME: open login find sign-init
 *                                          sign token-info
 *     log                                  calls go to gosttok.log
 */

#define TC26 0xD4321000UL
#define TOK_CKK_512 (TC26 | 0x003UL)
#define TOK_CKM_512 (TC26 | 0x006UL)
#define TOK_CKM_HASH_256 (TC26 | 0x008UL)
#define TOK_CKM_HASH_512 (TC26 | 0x009UL)

#define TOK_MAX_SLOTS 8
#define TOK_MAX_OBJECTS 64
#define TOK_MAX_CONF 4096

struct tok_bytes {
	unsigned char *ptr;
	size_t len;
};

struct tok_object {
	CK_OBJECT_CLASS cls;
	CK_KEY_TYPE type;
	char label[64];
	unsigned char id[SHA_DIGEST_LENGTH];
	struct tok_bytes value; /* public key, certificate */
	struct tok_bytes curve; /* DER OIDs */
	struct tok_bytes digest;
	struct tok_bytes subject; /* certificates */
	EVP_PKEY *key;            /* private keys */
};

struct tok_slot {
	char *dir;
	struct tok_object objects[TOK_MAX_OBJECTS];
	size_t count;
	int logged_in;
	long wrong; /* PINs in a row */
};

struct tok_conf {
	char text[TOK_MAX_CONF];
};

/* gosttok_keys.c: how the token behaves, what is on it */
void tok_conf_read(const struct tok_slot *slot, struct tok_conf *conf);
/* The value, "" for a bare name, NULL when there is no such line. */
const char *tok_conf_get(
    const struct tok_conf *conf, const char *name, char value[64]);
int tok_conf_has(const struct tok_conf *conf, const char *name);
unsigned long tok_conf_number(
    const struct tok_conf *conf, const char *name, unsigned long other);
void tok_log(const struct tok_slot *slot, const char *line);
CK_RV tok_fault(const struct tok_slot *slot, const char *name);

void tok_slot_load(struct tok_slot *slot);
void tok_slot_clear(struct tok_slot *slot);
int tok_is_hidden(const struct tok_slot *slot, const struct tok_object *object,
    const struct tok_conf *conf);
int tok_matches(const struct tok_object *object, const struct tok_conf *conf,
    const CK_ATTRIBUTE *attrs, CK_ULONG count);
CK_RV tok_attr_get(const struct tok_object *object, const struct tok_conf *conf,
    CK_ATTRIBUTE *attr);

#endif
