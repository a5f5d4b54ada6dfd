/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_PART_H
#define SIGN_BASE_PART_H

struct sg_env;

/*
 * A part of the library that needs a large library of others is a file of its
 * own, opened when it is first needed: who verifies a CMS file does not wait
 * for XML or tokens. Callers see ordinary functions: the part's door, which
 * opens it and hands the call on.
 */
struct sg_part {
	const char *name;            /* file NAME.so */
	const char *package;         /* has the library that it needs */
	_Atomic(const void *) entry; /* NULL: not opened yet */
};

/* What a part begins its table of functions with; the table is its one symbol,
 * sg_part_entry. */
struct sg_part_head {
	const char *version; /* PACKAGE_VERSION: a part fits one version */
};

/* The part's table, which stays for the life of the process; MODULE: it, or a
 * library that it needs, is not there. */
int sg_part_open(struct sg_env *env, struct sg_part *part, const void **entry);

#endif
