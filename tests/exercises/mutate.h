/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source with one small error, and all the ways to make one.
 *
 *   operators    relational, arithmetic, logical and assignments, each by the
 *                others that a person could have meant
 *   constants    one more, one less; true and false
 *   statements   left out: assignments, calls, break, continue, early returns
 *   signs        a minus more or less
 *   arguments    two of a call exchanged
 *
 * Only inside the bodies of functions, and never in comments, strings or
 * directives. */
#ifndef MG_TESTS_MUTATE_H
#define MG_TESTS_MUTATE_H

#include <stddef.h>

enum { MUTANTS = 2000, MUTANT_TEXT = 400 };

/* length bytes of the source at a place become a text. */
typedef struct {
  size_t at, length;
  char text[MUTANT_TEXT];
} mutant;

/* All mutants of a source, MUTANTS at most.  Returns how many. */
size_t mutate(const char *source, mutant *all);

/* The source with the error, in fresh memory. */
char *mutant_apply(const char *source, const mutant *m);

/* "sum += x; => sum -= x;": the lines that it touches, before and after, blanks
 * made one. */
void mutant_print(const char *source, const mutant *m, char *text, size_t size);

/* The line of the source where it is, from 1. */
size_t mutant_line(const char *source, const mutant *m);

#endif
