/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_FILE_H
#define SIGN_CLI_FILE_H

#include <stddef.h>

int file_exists(const char *path); /* whatever it is, a link too */
int file_is_dir(const char *path);
int file_is_readable(const char *path);
int file_is_same(const char *a, const char *b);
/* The name behind the last slash. */
const char *file_base(const char *path);

/* Endings that detached signatures have beside their document. */
extern const char *const file_endings[]; /* ".sig" ..., NULL */

/*
 * Where a command writes: output NULL: the path that is given, an existing
 * directory: that file's name in there, else output. To be freed; NULL: out
 * of memory, after a message (also where it was made and is NULL).
 */
char *file_output(const char *output, const char *otherwise);
/* Where a command writes that changes its file unless output says otherwise:
 * not known for standard input. To be freed; 0 or an exit code. */
int file_in_place(
    const char *command, const char *file, const char *output, char **out);
/*
 * May it be written? EXIT_FILE with a hint where it exists and force is not
 * set, EXIT_USAGE where it is the input itself or a terminal gets binary.
 */
int file_check_output(const char *command, const char *output,
    const char *input, int force, int pem);
/* Without its ending if that is one of file_endings or the given one; NULL:
 * it has another one. To be freed. */
char *file_stem(const char *path, const char *also);

#endif
