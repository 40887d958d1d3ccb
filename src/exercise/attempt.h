/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One submission of one exercise, from its source to its points.
 *
 *     compile, twice        plain, and under ASan and UBSan
 *     symbols               nothing but computation, the functions are there
 *     tests                 each input to the plain child, and when that has
 *                           answered to the sanitized one; the answer is the
 *                           plain one's, a finding of the other fails the test
 *
 * All that is made is made in a folder of its own, which is removed. */
#ifndef MG_EXERCISE_ATTEMPT_H
#define MG_EXERCISE_ATTEMPT_H

#include <signal.h>

#include "exercise/compile.h"
#include "exercise/trial.h"

typedef struct {
  unsigned long seed;
  bool unchecked_symbols; /* for tests of the sandbox alone */
  bool unsanitized;       /* plain child only: where there is no sanitizer */
  double seconds;         /* wall clock for all tests; 0: 10 */
  bool unconfined;        /* limits alone: where mg_confine_check says no */
  const char *keep; /* where the plain object goes when all tests pass, for
                     * chapter --with; NULL: nowhere */
  const volatile sig_atomic_t *stop; /* when it becomes true, the attempt ends
                                      * soon and means nothing; or NULL */
} mg_attempt_options;

typedef enum {
  MG_ATTEMPT_MISSING, /* there is no such file */
  MG_ATTEMPT_ERRORS,  /* it does not compile */
  MG_ATTEMPT_SYMBOLS, /* it uses what it may not, or defines too little */
  MG_ATTEMPT_TESTED
} mg_attempt_stage;

typedef struct {
  mg_attempt_stage stage;
  char says[MG_COMPILE_SAYS]; /* of the first three stages, why */
  char warnings[MG_COMPILE_SAYS];
  mg_trial trial;        /* of the fourth */
  unsigned points, most; /* 0 before the fourth */
  char printed[2000];    /* the beginning of what the function printed, but
                          * for hidden tests */
  double seconds;        /* wall clock */
} mg_attempt;

/* The attempt as a whole, in a folder of its own below TMPDIR or /tmp.
 *   source  in  path of the student's file, which is no link: it could lead to
 *               a file of the grader's, and errors quote lines
 * Returns GSL_SUCCESS whatever the submission is worth; GSL_EFAILED when it
 * could not be graded: no compiler, no evaluator, nothing to confine with. */
int mg_attempt_run(const mg_places *places, const mg_exercise_entry *entry,
                   const char *source, const mg_attempt_options *options,
                   mg_attempt *attempt);

/* The same of a source that was read already: its text and its bytes. */
int mg_attempt_text(const mg_places *places, const mg_exercise_entry *entry,
                    const char *text, size_t length,
                    const mg_attempt_options *options, mg_attempt *attempt);

/* Did all tests pass? */
bool mg_attempt_passed(const mg_attempt *a);

#endif
