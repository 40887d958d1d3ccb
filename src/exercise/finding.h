/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sanitizer found, as a sentence for a student.
 *
 * "heap-buffer-overflow ... READ of size 8 ... #1 0x... in mg_m_step
 * m-step.c:31" becomes "line 31 of m-step.c reads 8 bytes behind the end of an
 * array of 240 bytes that was allocated in ...". */
#ifndef MG_EXERCISE_FINDING_H
#define MG_EXERCISE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

/* Reads the output of a process under ASan and UBSan of gcc or clang.
 *   output  in   anything that it printed
 *   source  in   the student's file: "m-step.c"
 *   text    out  size bytes: the first finding; "" when there is none
 * Returns whether there is one. */
bool mg_finding_read(const char *output, const char *source, char *text,
                     size_t size);

#endif
