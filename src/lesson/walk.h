/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The story goes on, and is told while it does. */
#ifndef MG_LESSON_WALK_H
#define MG_LESSON_WALK_H

#include <stdint.h>
#include <stdio.h>

#include "lesson/inside.h"

/* A level that no piece ends: on to the end of the step. */
#define MG_WALK_WHOLE SIZE_MAX

enum { MG_WALK_ROWS = 16 }; /* of a table, that one stop prints */

/* Does pieces of the step at the place, until k of them ended that level, the
 * step ends, or somebody pressed Ctrl-C.  The story must not be over.
 *   level  in  0: every piece; an index in the step's levels; MG_WALK_WHOLE
 * Returns as mg_lesson_advance. */
int mg_walk_pieces(mg_lesson *lesson, size_t level, size_t k);

/* The same, and prints what it came by: how the step begins, its news, and how
 * it ends.
 * Returns as mg_lesson_advance. */
int mg_walk_tell(FILE *stream, mg_lesson *lesson, size_t level, size_t k);

/* The step that is on the screen: the one under way, between two steps the one
 * just done; NULL at the beginning of the chapter. */
const mg_step *mg_walk_shown(const mg_lesson *lesson);

/* Prints where the story stands into text: "7/12 em, half-step 5"; between two
 * steps the one just done, "7/12 em".  Returns text. */
const char *mg_walk_place(const mg_lesson *lesson, char *text, size_t size);

#endif
