/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the source of a submission may not hold, before it is compiled.
 *
 * The compiler runs with the rights of whoever grades, and can be told to read
 * any file of theirs: by #include, whose errors then quote that file; by the
 * assembler's .incbin, which puts it into the object.  No exercise needs a
 * header that is not the library's or the system's, nor asm. */
#ifndef MG_EXERCISE_SOURCE_H
#define MG_EXERCISE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

/* Each returns whether nothing is wrong; else `says` (size bytes) tells what,
 * with the line: "log-sum-exp.c:7: asm ...".
 *   name  in  the student's file, as the compiler was given it */

/* The text as it was handed in: no 0 byte, no #line, which would let a part of
 * it pass for a system's header, and nothing that could hide one. */
bool mg_source_check(const char *text, size_t length, const char *name,
                     char *says, size_t size);

/* What the preprocessor made of it: no asm, no section or symver, through which
 * text comes to the assembler; in a header, of names alone. */
bool mg_source_check_preprocessed(const char *text, const char *name,
                                  char *says, size_t size);

/* The files that it includes.
 *   rules    in  what -MD wrote, "x: name.c a.h \ b.h"
 *   folders  in  what -v wrote: where the compiler looks for <...>
 *   headers  in  the library's folder of headers; of it, .h alone */
bool mg_source_check_included(const char *rules, const char *folders,
                              const char *headers, const char *name, char *says,
                              size_t size);

#endif
