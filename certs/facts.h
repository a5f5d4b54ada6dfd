/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_FACTS_H
#define SIGN_CERTS_FACTS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/der.h"

struct sg_cert_fact;
struct sg_env;
struct sg_pool;

/* Inside of certs/: putting extensions into words. */
struct sg_facts_of {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_cert_fact *list;
	size_t count;
	int critical;      /* of the extension at hand */
	const char *label; /* its name, N_() */
};

/* value: what stands in extnValue. FORMAT: it is not what it should be. */
typedef int sg_facts_fn(struct sg_facts_of *facts, struct sg_view value);

/* One more line; label NULL: the extension's own. */
int sg_facts_add(
    struct sg_facts_of *facts, const char *label, const char *text);
/* What the buffer holds, which is then freed; ret < 0: only that. */
int sg_facts_add_buf(
    struct sg_facts_of *facts, int ret, const char *label, struct sg_buf *buf);
/* "; " between the items of a list, then the text. */
int sg_facts_item(
    struct sg_facts_of *facts, struct sg_buf *buf, const char *text);
/* Name of an OID in the person's language, else its digits. */
const char *sg_facts_oid(struct sg_facts_of *facts, const char *dotted);
/* A string of any type, or a number, as text; hexadecimal for the rest. */
const char *sg_facts_value(struct sg_facts_of *facts, const struct sg_tlv *tlv);

/* Russian profile (RFC 9215, 5) and statements of qualified certificates
 * (RFC 3739, 3.2.6). */
int sg_facts_subject_sign_tool(struct sg_facts_of *facts, struct sg_view value);
int sg_facts_issuer_sign_tool(struct sg_facts_of *facts, struct sg_view value);
int sg_facts_identification_kind(
    struct sg_facts_of *facts, struct sg_view value);
int sg_facts_qc_statements(struct sg_facts_of *facts, struct sg_view value);

#endif
