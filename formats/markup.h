/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_MARKUP_H
#define SIGN_FORMATS_MARKUP_H

struct sg_buf;
struct sg_env;

/* Small XML files that are written without a tree. */

/* Text with what means something escaped. ARG: it is not UTF-8, or has a
 * character that cannot stand in XML (XML 1.0, 2.2). */
int sg_markup_text(struct sg_env *env, struct sg_buf *out, const char *text);
/* A line <name>text</name>, depth blanks before it. NULL: nothing. */
int sg_markup_line(struct sg_env *env, struct sg_buf *out, int depth,
    const char *name, const char *text);
/* How many characters; -1: it is not UTF-8. */
long sg_utf8_length(const char *text);
/*
 * The name of a file in a folder or a flat archive, and nothing else: no
 * folder, no drive, no control character, sound UTF-8, up to 255 octets.
 */
int sg_name_is_bare(const char *name);

#endif
