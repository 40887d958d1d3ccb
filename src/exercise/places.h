/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the things are that exercises need: in the build folder and the source
 * folder before make install, in the installed folders behind it. */
#ifndef MG_EXERCISE_PLACES_H
#define MG_EXERCISE_PLACES_H

typedef struct {
  char *headers;    /* what -I names: base/logmath.h is below it */
  char *library;    /* the folder of libmarginalia.so */
  char *evaluator;  /* the program that calls submitted functions */
  char *sanitizing; /* the same under ASan and UBSan; NULL: was not built */
  char *skeletons;  /* NAME/NAME.c, NAME/solution.c are below it */
  char *exercises;  /* NAME/hints.md, and in a source tree master.c, wrong/ and
                     * right/ */
  char *statements; /* NAME.md is below it */
} mg_places;

/* Finds them from the folder of the running program: the build's when it lies
 * in one, else those of make install; then skeletons and exercises are one.
 *   own  in  that folder, from /; NULL: it cannot be told, so what was
 * installed Returns GSL_SUCCESS; GSL_EFAILED with what is missing, where it was
 * looked for, and what brings it. */
int mg_places_find(mg_places *places, const char *own);

/* Frees what is in it; safe on a zeroed one. */
void mg_places_clear(mg_places *places);

#endif
