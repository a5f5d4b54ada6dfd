/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_OID_H
#define SIGN_BASE_OID_H

/* One row per object identifier that the tree names, algorithms apart (those
 * are rows of alg.c). Code names them by constant: SG_OID_CONTENT_TYPE. */
#define SG_OIDS(X) \
	X(DATA, "1.2.840.113549.1.7.1", N_("data"), "RFC 5652, 4") \
	X(SIGNED_DATA, "1.2.840.113549.1.7.2", N_("signed data"), \
	    "RFC 5652, 5.1")

#define SG_OID_DATA "1.2.840.113549.1.7.1"
#define SG_OID_SIGNED_DATA "1.2.840.113549.1.7.2"

struct sg_oid {
	const char *dotted;
	const char *name;   /* N_(), for people */
	const char *clause; /* the standard that defines it */
};

/* The row, or NULL. */
const struct sg_oid *sg_oid_find(const char *dotted);
/* The row's name, else the dotted form itself. */
const char *sg_oid_name(const char *dotted);
/* All rows, sorted by dotted form, for tests. */
const struct sg_oid *sg_oid_rows(int *count);

#endif
