/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tests of an exercise, put to a function that is somewhere else.
 *
 * Inputs are made here, expected values and verdicts stay here; what answers is
 * asked one parcel at a time and may be a child process, or a function of this
 * program (tests of the exercises themselves). */
#ifndef MG_EXERCISE_TRIAL_H
#define MG_EXERCISE_TRIAL_H

#include "exercise/exercise.h"

enum { MG_TRIAL_TESTS = 16, MG_TRIAL_SAYS = 1200 };

/* Answers one input.  Returns GSL_SUCCESS; else why there is no answer, as a
 * sentence for the author of the function in mg_reason(): then the test has
 * failed, and the next test is asked all the same. */
typedef int (*mg_answerer)(void *self, const mg_parcel *in, mg_parcel *out);

typedef struct {
  const mg_exercise_test *test;
  bool passed;
  size_t at;                /* the input that it failed on, from 0 */
  char says[MG_TRIAL_SAYS]; /* why it failed: the input, what was found and
                             * what was expected; "" when passed */
} mg_trial_result;

typedef struct {
  size_t tests, passed;
  unsigned points, most; /* earned, of how many */
  mg_trial_result result[MG_TRIAL_TESTS];
} mg_trial;

/* Puts all tests.
 *   seed   in   where chance starts: a seed, the same inputs
 *   trial  out  while an input is answered, the last result is of its test
 * Returns GSL_SUCCESS, also when tests failed; GSL_EFAILED with the reason when
 * the exercise itself is broken (no input, the library's function fails). */
int mg_trial_run(const mg_exercise_entry *entry, unsigned long seed,
                 mg_answerer answer, void *self, mg_trial *trial);

/* Functions of this program. */
typedef struct {
  const mg_exercise *exercise;
  const mg_function *functions;
} mg_local;

/* An answerer: self is an mg_local. */
int mg_local_answer(void *self, const mg_parcel *in, mg_parcel *out);

#endif
