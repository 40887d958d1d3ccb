/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score: how it is called, and what is expected of it. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "exercise/exercise.h"
#include "infer/guide.h"

/* A column of a matrix of other columns, as a guide hands it out. */
static int score_columns(const mg_function f, const gsl_vector *lambda,
                         const gsl_vector *z, gsl_matrix *room,
                         mg_parcel *out) {
  int (*function)(const gsl_vector *, const gsl_vector *, gsl_matrix *) =
      (int (*)(const gsl_vector *, const gsl_vector *, gsl_matrix *))f;
  gsl_vector_view at = gsl_matrix_column(room, 1);
  gsl_matrix_view d = gsl_matrix_submatrix(room, 0, 3, z->size, 2);
  gsl_matrix_set_all(room, NAN);
  gsl_vector_memcpy(&at.vector, z);
  const int status = function(lambda, &at.vector, &d.matrix);
  gsl_vector *mean = mg_parcel_add_vector(out, "d_mean", z->size);
  gsl_vector *log_sd = mg_parcel_add_vector(out, "d_log_sd", z->size);
  if (!mean || !log_sd)
    return GSL_ENOMEM;
  gsl_matrix_get_col(mean, &d.matrix, 0);
  gsl_matrix_get_col(log_sd, &d.matrix, 1);
  return mg_parcel_add_number(out, "status", status);
}

static int score_call(const mg_function *f, const mg_parcel *in,
                      mg_parcel *out) {
  const gsl_vector *z = mg_parcel_vector(in, "z");
  gsl_matrix *room = gsl_matrix_alloc(z->size, 6);
  if (!room)
    return GSL_ENOMEM;
  const int status =
      score_columns(f[0], mg_parcel_vector(in, "lambda"), z, room, out);
  gsl_matrix_free(room);
  return status;
}

/* S numbers about the mean. */
static int score_input(gsl_rng *rng, size_t size, double mean, double log_sd,
                       mg_parcel *in) {
  gsl_vector *lambda = mg_parcel_add_vector(in, "lambda", 2);
  gsl_vector *z = mg_parcel_add_vector(in, "z", size);
  if (!lambda || !z)
    return GSL_ENOMEM;
  gsl_vector_set(lambda, 0, mean);
  gsl_vector_set(lambda, 1, log_sd);
  for (size_t s = 0; s < size; s++)
    gsl_vector_set(z, s, mean + gsl_ran_gaussian_ziggurat(rng, exp(log_sd)));
  return GSL_SUCCESS;
}

static int score_any(gsl_rng *rng, size_t i, mg_parcel *in) {
  return score_input(rng, 1 + i, gsl_ran_gaussian_ziggurat(rng, 3),
                     gsl_ran_gaussian_ziggurat(rng, 1), in);
}

static int score_draws(gsl_rng *rng, size_t i, mg_parcel *in) {
  return score_input(rng, 4000, 2 * (double)i - 1, (double)i - 1, in);
}

/* Spreads that differ by a factor of 10^8. */
static int score_extreme(gsl_rng *rng, size_t i, mg_parcel *in) {
  return score_input(rng, 5, 0.3, i % 2 ? 9 : -9, in);
}

static bool score_mean(mg_judgement *j, const mg_parcel *in,
                       const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "d_mean"), out, 1e-10,
                       1e-12);
}

static bool score_log_sd(mg_judgement *j, const mg_parcel *in,
                         const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "d_log_sd"), out, 1e-10,
                       1e-11);
}

/* The variances of the score are 1/sd^2 and 2; the mean of 4000 e^2 has more of
 * a tail than a Gaussian. */
static bool score_vanishes(mg_judgement *j, const mg_parcel *in,
                           const mg_parcel *expected, const mg_parcel *out) {
  static const char *const names[] = {"d_mean", "d_log_sd"};
  const double sd = exp(gsl_vector_get(mg_parcel_vector(in, "lambda"), 1));
  const double spread[] = {1 / sd, 1.1 * M_SQRT2};
  (void)expected;
  const size_t size = mg_parcel_vector(in, "z")->size;
  for (size_t k = 0; k < 2; k++) {
    const gsl_vector *d = mg_parcel_vector(out, names[k]);
    double mean = 0;
    if (!d || d->size != size)
      return mg_judge_fail(j, "there is no %s in the answer", names[k]);
    for (size_t s = 0; s < size; s++)
      mean += gsl_vector_get(d, s) / (double)size;
    if (!mg_judge_mean(j, k ? "mean of d_log_sd" : "mean of d_mean", mean,
                       spread[k] / sqrt((double)size), 0))
      return false;
  }
  return true;
}

static const mg_exercise_test score_tests[] = {
    {.expects = "tells d log q / d mean, which is 0 at the mean and positive "
                "above it",
     .points = 3,
     .cases = 10,
     .make = score_any,
     .judge = score_mean},
    {.expects = "tells d log q / d log_sd, which is negative within one sd of "
                "the mean and positive beyond",
     .points = 3,
     .cases = 10,
     .make = score_any,
     .judge = score_log_sd},
    {.expects = "has the mean 0 over draws of q itself",
     .points = 2,
     .cases = 3,
     .make = score_draws,
     .judge = score_vanishes},
    {.expects =
         "is right of laws ten thousand times as narrow, or as wide, and "
         "returns GSL_SUCCESS",
     .points = 2,
     .cases = 4,
     .hidden = true,
     .make = score_extreme,
     .relative = 1e-10,
     .absolute = 1e-11},
    {.expects = NULL}};

static const mg_exercise score_exercise = {
    .functions = (const char *const[]){"mg_guide_gaussian_score", NULL},
    .reference = (const mg_function[]){(mg_function)mg_guide_gaussian_score},
    .avoid = (const char *const[]){"mg_guide_score", "mg_gaussian_score",
                                   "mg_gaussian_natural_score",
                                   "mg_mvn_diagonal_score", "mg_guide_gaussian",
                                   "mg_guide_law_find", "mg_guide_law_of",
                                   "mg_guide_lognormal", NULL},
    .call = score_call,
    .tests = score_tests};
