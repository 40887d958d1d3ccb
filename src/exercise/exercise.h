/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an exercise is.
 *
 * An exercise asks for one or two functions of the library, by their own
 * prototypes: what a student writes can take the place of the library's.  It is
 * a folder exercises/NAME and a line in exercises/exercises.list.  In the
 * folder is master.c, from which skeleton and solution are cut, hints.md, wrong
 * and other right solutions, and trial.c, which says here, in a table, how the
 * functions are called and what is expected of them.
 *
 *     call   unpacks a parcel, calls the function, packs what it made
 *     tests  each a sentence, how its inputs are made, and how answers are
 *            judged: against the library's own function unless said otherwise
 *
 * `call` is run on both sides: in the child with the submitted function, in the
 * grader with the library's.  So an answer and what is expected of it cannot
 * differ in anything but the function.  All else of the table is the grader's
 * alone.
 *
 * All trial.c files are compiled as one source (exercises.awk writes it), so
 * names in them begin with the exercise's: log_sum_exp_call. */
#ifndef MG_EXERCISE_EXERCISE_H
#define MG_EXERCISE_EXERCISE_H

#include <gsl/gsl_rng.h>

#include "exercise/judge.h"
#include "exercise/parcel.h"

/* Any function; it is cast back to its own type before it is called. */
typedef void (*mg_function)(void);

typedef struct {
  const char *expects; /* of the function, a sentence for its author: "is not
                        * moved by a constant added to all a"; NULL ends */
  unsigned points;
  size_t cases; /* inputs, from index 0 */
  bool hidden;  /* neither sentence nor inputs are shown when it fails */
  bool fixed;   /* the inputs do not depend on the student */
  /* Makes the i-th input.  Returns GSL_SUCCESS, or why not. */
  int (*make)(gsl_rng *rng, size_t i, mg_parcel *in);
  /* How far numbers may be from the reference's: sums in another order are as
   * right.  1e-10 is a good relative one. */
  double relative, absolute;
  /* NULL: by mg_judge_close, with the two above.
   *   expected  in  what the library's function makes of `in` */
  bool (*judge)(mg_judgement *j, const mg_parcel *in, const mg_parcel *expected,
                const mg_parcel *out);
} mg_exercise_test;

typedef struct {
  const char *const *functions; /* asked for, by name; NULL ends; 4 at most */
  const mg_function *reference; /* the library's, in that order */
  const char *const *avoid;     /* others of the library that a submission may
                                 * not call; NULL ends it, or stands for it */
  /* Calls and packs.  What the functions were not given, they must not need:
   * a call has no state.  Returns GSL_SUCCESS, or why it could not. */
  int (*call)(const mg_function *f, const mg_parcel *in, mg_parcel *out);
  const mg_exercise_test *tests;
} mg_exercise;

/* A line of exercises/exercises.list. */
typedef struct {
  const char *name;  /* "log-sum-exp"; NULL ends the table */
  unsigned chapter;  /* 1 */
  unsigned points;   /* the sum over its tests */
  unsigned minutes;  /* that a student takes */
  const char *title; /* "Adding probabilities too small to exist" */
  const mg_exercise *exercise;
} mg_exercise_entry;

enum { MG_EXERCISE_FUNCTIONS = 4 };

/* In the order of the list. */
extern const mg_exercise_entry mg_exercises[];

/* The entry of that name.  Returns NULL, with the closest in mg_reason(), when
 * there is none. */
const mg_exercise_entry *mg_exercise_find(const char *name);

/* Tests of an exercise, and their points in all. */
size_t mg_exercise_tests(const mg_exercise *e);
unsigned mg_exercise_points(const mg_exercise *e);

/* Functions it asks for. */
size_t mg_exercise_functions(const mg_exercise *e);

#endif
