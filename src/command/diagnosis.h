/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of marginalia doctor and of marginalia exercise doctor: each a
 * check, its verdict, and what was found or what to do. */
#ifndef MG_COMMAND_DIAGNOSIS_H
#define MG_COMMAND_DIAGNOSIS_H

#include "base/status.h"

enum { DIAGNOSIS_SIZE = 1024 };

enum verdict { OK, WARN, BROKEN };

/* Puts the words into text, DIAGNOSIS_SIZE bytes.  Returns verdict. */
enum verdict diagnosis_say(char *text, enum verdict verdict, const char *format,
                           ...) MG_PRINTF(3, 4);

/* Prints "ok  compiler  gcc", wrapped; the verdict in its colour. */
void diagnosis_print(enum verdict verdict, const char *name, const char *text);

/* Can the current folder be written?
 *   remedy  in  what to do when not: "go elsewhere" */
enum verdict diagnosis_folder(char *text, const char *remedy);

#endif
