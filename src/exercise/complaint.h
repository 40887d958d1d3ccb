/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the compiler and the linker say, as far as a student needs it.
 *
 *     m-step.c:21:10: error: implicit declaration of function 'lgo'; did you
 *     mean 'log'?
 *         return m + lgo(sum);
 *
 * The first few errors and warnings, each with its line of the student's file;
 * no notes, no stacks of templates, no words about the compiler's processes. */
#ifndef MG_EXERCISE_COMPLAINT_H
#define MG_EXERCISE_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

/* Adds what was said to `text`, 0-ended and of `size` bytes.
 *   said    in  all that gcc or clang printed, and ld
 *   source  in  the student's text, and its name for the compiler
 *   errors  in  errors, or else warnings
 * Returns how many were added. */
size_t mg_complaint_read(const char *said, const char *source, const char *name,
                         bool errors, char *text, size_t size);

#endif
