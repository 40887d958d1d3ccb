/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a student's source to objects that can be loaded, and what the compiler
 * says of it, in the words of its first errors with the student's lines. */
#ifndef MG_EXERCISE_COMPILE_H
#define MG_EXERCISE_COMPILE_H

#include <stddef.h>

#include "exercise/exercise.h"
#include "exercise/places.h"

enum { MG_COMPILE_SAYS = 4000 };

typedef struct {
  char errors[MG_COMPILE_SAYS];   /* "" when it compiled; first the line:
                                   * "log-sum-exp.c:21: ..." */
  char warnings[MG_COMPILE_SAYS]; /* "" when none */
} mg_compiled;

/* Compiles `source` and links it into a shared object, and into a second one
 * under ASan and UBSan, side by side.  The compiler runs with limits of time,
 * memory and of what it writes; a source that includes files outside of the
 * headers' folders and the system's, or holds asm, is not compiled.
 *   source     in  the student's text, `length` bytes and a 0
 *   name       in  its file, as messages shall name it: "log-sum-exp.c"
 *   folder     in  an empty one that exists; there the compiler works
 *   object     in  the path of the plain object
 *   sanitized  in  the path of the other; NULL: not wanted
 * Returns GSL_SUCCESS, also when the source has errors, which are then said;
 * GSL_EFAILED when there is no compiler, with the remedy. */
int mg_compile(const mg_places *places, const char *source, size_t length,
               const char *name, const char *folder, const char *object,
               const char *sanitized, mg_compiled *compiled);

/* Looks at the symbols of an object: are the exercise's functions defined, and
 * is all that is used from outside something that a computation uses (libm,
 * memory, strings, printing, GSL, the library but for the functions asked for
 * and those to avoid)?
 * Returns GSL_SUCCESS; GSL_EINVAL with the function's name and why it is not
 * for an exercise; GSL_EFAILED when the object cannot be read. */
int mg_compile_symbols(const mg_exercise *exercise, const char *object);

#endif
