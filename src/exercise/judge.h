/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is an answer right, and if not, what is wrong with it, in words.
 *
 * A sentence of a judge says the name of what is wrong, its place, what it is
 * and what was expected; never that two things differ and no more. */
#ifndef MG_EXERCISE_JUDGE_H
#define MG_EXERCISE_JUDGE_H

#include "base/status.h"
#include "exercise/parcel.h"

enum { MG_SAYS = 600 };

/* What a judge found; right when says is "". */
typedef struct {
  char says[MG_SAYS];
} mg_judgement;

/* Finds the answer wrong, for a reason; of several the first is kept.
 * Returns false. */
bool mg_judge_fail(mg_judgement *j, const char *format, ...) MG_PRINTF(2, 3);

/* Is every item of `expected` in `out`, of its kind and shape, and every number
 * within absolute + relative |expected| of it?  Infinities and NaN are equal to
 * themselves alone.  Says the first item, its first wrong place, and of how
 * many numbers how many are off. */
bool mg_judge_close(mg_judgement *j, const mg_parcel *expected,
                    const mg_parcel *out, double relative, double absolute);

/* The same of one item; one of the name "status" is what the function returned,
 * exact, and told by its name in GSL. */
bool mg_judge_item(mg_judgement *j, const mg_parcel_item *expected,
                   const mg_parcel *out, double relative, double absolute);

/* Is a mean of draws within 6.1 standard errors of what it should be?  A sound
 * function is failed once in 10^9.
 *   what   in  of what it is the mean, for the sentence: "mean of x"
 *   error  in  standard error of `mean`, from the law, not from the draws
 *              where these could cheat with it */
bool mg_judge_mean(mg_judgement *j, const char *what, double mean, double error,
                   double expected);

/* Do n draws come from the law with this cumulative distribution function?  By
 * the largest distance between it and the draws' own (Kolmogorov), against its
 * bound sqrt(log(2 10^9) / 2n) for one false alarm in 10^9 (Massart 1990).
 *   cdf  in  n, the function at each draw, in any order; it is sorted here */
bool mg_judge_law(mg_judgement *j, const char *what, gsl_vector *cdf);

#endif
