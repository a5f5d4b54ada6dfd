/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_PORTAL_H
#define SIGN_LIBSIGN_PORTAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/io.h"
#include "base/pool.h"
#include "formats/sign_config.h"
#include "formats/zip.h"

struct sg_party;
struct sg_env;
struct sg_saved_package;
struct sg_saving;

/*
 * Where a contract in the state portal's layout is: a folder, or a flat
 * archive, with sign_config.xml among its files.
 */
struct sg_portal {
	struct sg_env *env;
	struct sg_pool *pool;
	const char *path;
	struct sg_file_id id; /* of the archive */
	struct sg_in *in;     /* NULL: a folder */
	struct sg_zip *zip;
	const char **names; /* of all its files, sorted */
	size_t name_count;
	struct sg_sign_config config;
	const struct sg_saved_package *saved; /* no file is read; NULL */
};

/* Is there a sign_config.xml? 1, 0; never an error. */
int sg_portal_probe(struct sg_env *env, const char *path);
/* FORMAT: not flat, names that are not bare, no or a broken list. */
int sg_portal_open(
    struct sg_env *env, const char *path, struct sg_portal **out);
/* Out of saved facts; names no file that is there. */
int sg_portal_open_saved(struct sg_env *env, const char *path,
    const struct sg_saved_package *saved, struct sg_portal **out);
/* Its list and the names of its files, without the signatures. */
int sg_portal_save(struct sg_portal *portal, struct sg_saving *to);
void sg_portal_close(struct sg_portal *portal);
/* A file of it: is it there, how large, its octets (the caller's; one in an
 * archive must go before the portal). A symbolic link is not there. */
int sg_portal_has(const struct sg_portal *portal, const char *name);
int sg_portal_size(struct sg_portal *portal, const char *name, uint64_t *size);
int sg_portal_in(
    struct sg_portal *portal, const char *name, struct sg_in **out);
/* "folder/name"; of an archive the name alone. In the pool; NULL: memory. */
const char *sg_portal_path(const struct sg_portal *portal, const char *name);

/* A file that is added. */
struct sg_portal_new {
	const char *name;
	struct sg_view octets;
};
/* All of them, or none: in an archive in one step, in a folder so that those
 * that are there already go away again where one cannot be written. STATE: the
 * archive changed meanwhile, or there is such a file. */
int sg_portal_add(
    struct sg_portal *portal, const struct sg_portal_new *list, size_t count);
/* The same into an output that somebody else puts in place: the archive and
 * what is new. */
int sg_portal_copy(struct sg_portal *portal, const struct sg_portal_new *list,
    size_t count, struct sg_out *out);

/* A new one, whole or not at all: a folder, or an archive where the name ends
 * with ".zip". items: names bare. */
int sg_portal_create(struct sg_env *env, const char *output, int force,
    const struct sg_zip_item *items, size_t count);

/* The archive alone, whatever its name. */
int sg_portal_archive(struct sg_env *env, const char *output, int force,
    const struct sg_zip_item *items, size_t count);

struct sign_contract_options;
struct sign_ctx;
/* The layout's create(), in portal_new.c. */
int sg_portal_contract_new(struct sign_ctx *ctx,
    const struct sign_contract_options *options, const char *output);
/* A container without signatures that carries options->from as data. */
int sg_portal_carry(struct sign_ctx *ctx,
    const struct sign_contract_options *options, const char *output);
/* Is the contract there one of this layout? ARG, FORMAT, IO: it is not. In
 * contract_request.c. */
int sg_portal_want(struct sg_env *env, const char *path);
/* What a container carries of such a contract stands in this folder of it. */
#define SG_PORTAL_FOLDER "portal/"

/* ---- who must sign, told by descriptions, in portal_party.c */

/* "Подпись продавца; Иванов Иван; ИНН 500100732259": what a description of a
 * signature's file says of a party, and back. */
int sg_portal_about_write(
    struct sg_env *env, const struct sg_party *party, struct sg_buf *out);
int sg_portal_about_read(struct sg_env *env, struct sg_pool *pool,
    const struct sg_sign_config_doc *doc, const struct sg_sign_config_sig *sig,
    struct sg_party *out);
/* "edkpXmlSellerSign.sig" for "edkpXml.xml" and "seller". */
const char *sg_portal_sig_name(
    struct sg_pool *pool, const char *document, const char *role, int whole);

#endif
