/* SPDX-License-Identifier: GPL-3.0-or-later */
/* baseline: how it is called, and what is expected of it. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "exercise/exercise.h"
#include "infer/estimator.h"

/* Both matrices are parts of wider ones. */
static int baseline_within(const mg_function f, const mg_parcel *in,
                           gsl_matrix *room, mg_parcel *out) {
  void (*function)(const gsl_matrix *, gsl_matrix *) =
      (void (*)(const gsl_matrix *, gsl_matrix *))f;
  const gsl_matrix *score = mg_parcel_matrix(in, "score");
  const size_t n = score->size1, p = score->size2;
  gsl_matrix_view g = gsl_matrix_submatrix(room, 0, 1, n, p);
  gsl_matrix_view w = gsl_matrix_submatrix(room, 0, p + 2, n, p);
  gsl_matrix_set_all(room, NAN);
  gsl_matrix_memcpy(&g.matrix, score);
  gsl_matrix_memcpy(&w.matrix, mg_parcel_matrix(in, "weight"));
  function(&g.matrix, &w.matrix);
  gsl_matrix *to = mg_parcel_add_matrix(out, "weight", n, p);
  return to ? gsl_matrix_memcpy(to, &w.matrix) : GSL_ENOMEM;
}

static int baseline_call(const mg_function *f, const mg_parcel *in,
                         mg_parcel *out) {
  const gsl_matrix *score = mg_parcel_matrix(in, "score");
  gsl_matrix *room = gsl_matrix_alloc(score->size1, 2 * score->size2 + 3);
  if (!room)
    return GSL_ENOMEM;
  const int status = baseline_within(f[0], in, room, out);
  gsl_matrix_free(room);
  return status;
}

/* ---- inputs ---- */

/* f about a place; `same`: in every column the same.  Scores are not near 0, so
 * that no sum of squares loses its digits. */
static int baseline_fill(gsl_rng *rng, size_t draws, size_t p, double place,
                         bool same, mg_parcel *in) {
  gsl_matrix *score = mg_parcel_add_matrix(in, "score", draws, p);
  gsl_matrix *weight = mg_parcel_add_matrix(in, "weight", draws, p);
  if (!score || !weight)
    return GSL_ENOMEM;
  for (size_t s = 0; s < draws; s++)
    for (size_t j = 0; j < p; j++) {
      const double f = place + gsl_ran_gaussian_ziggurat(rng, 2);
      const double g = 0.4 + 1.6 * gsl_rng_uniform(rng);
      gsl_matrix_set(score, s, j, gsl_rng_uniform(rng) < 0.5 ? g : -g);
      gsl_matrix_set(weight, s, j,
                     same && j > 0 ? gsl_matrix_get(weight, s, 0) : f);
    }
  return GSL_SUCCESS;
}

static int baseline_one(gsl_rng *rng, size_t i, mg_parcel *in) {
  return baseline_fill(rng, 3 + i, 1, -3, true, in);
}

static int baseline_many(gsl_rng *rng, size_t i, mg_parcel *in) {
  return baseline_fill(rng, 4 + i, 2 + i, -2, true, in);
}

/* As of Rao-Blackwellised rows. */
static int baseline_parts(gsl_rng *rng, size_t i, mg_parcel *in) {
  return baseline_fill(rng, 5, 2 + i % 4, 1, false, in);
}

/* f is c: the best constant is that, and nothing is left. */
static int baseline_constant(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = baseline_fill(rng, 4, 3, 0, true, in);
  if (!status)
    gsl_matrix_set_all(mg_parcel_matrix(in, "weight"), 10 * (double)i - 15);
  return status;
}

/* Classes that are nearly certain: a column with a single score, and one with
 * none. */
static int baseline_zeros(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = baseline_fill(rng, 3 + i, 3, -1, true, in);
  gsl_matrix *score = mg_parcel_matrix(in, "score");
  for (size_t s = 0; !status && s < score->size1; s++) {
    gsl_matrix_set(score, s, 1, s == i ? 0.5 : 0);
    gsl_matrix_set(score, s, 2, 0);
  }
  return status;
}

static int baseline_two(gsl_rng *rng, size_t i, mg_parcel *in) {
  return baseline_fill(rng, 2, 1 + i, -400, i % 2, in);
}

/* Gaussian draws, f = -50 - 3 e, score = e. */
static int baseline_gaussian(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = baseline_fill(rng, 2000, 1, 0, true, in);
  gsl_matrix *score = mg_parcel_matrix(in, "score");
  (void)i;
  for (size_t s = 0; !status && s < score->size1; s++) {
    const double e = gsl_ran_gaussian_ziggurat(rng, 1);
    gsl_matrix_set(score, s, 0, e);
    gsl_matrix_set(mg_parcel_matrix(in, "weight"), s, 0, -50 - 3 * e);
  }
  return status;
}

/* ---- judges ---- */

/* The rows weight * score have the mean -3, and the variance 18 in the place of
 * 50^2 + 18: E (3 e^2)^2 = 27.  The mean of 2000 e^2 has more of a tail than a
 * Gaussian. */
static bool baseline_gradient(mg_judgement *j, const mg_parcel *in,
                              const mg_parcel *expected, const mg_parcel *out) {
  const gsl_matrix *score = mg_parcel_matrix(in, "score");
  const gsl_matrix *weight = mg_parcel_matrix(out, "weight");
  const double n = (double)score->size1;
  double mean = 0, square = 0;
  (void)expected;
  if (!weight || weight->size1 != score->size1 || weight->size2 != 1)
    return mg_judge_fail(j, "there is no weight in the answer");
  for (size_t s = 0; s < score->size1; s++) {
    const double row =
        gsl_matrix_get(weight, s, 0) * gsl_matrix_get(score, s, 0);
    mean += row / n;
    square += row * row / n;
  }
  if (!(square < 60))
    return mg_judge_fail(j,
                         "weight * score has the mean square %.4g, and by the "
                         "best constant it is about 27",
                         square);
  return mg_judge_mean(j, "mean of weight * score", mean, 1.15 * sqrt(18 / n),
                       -3);
}

static const mg_exercise_test baseline_tests[] = {
    {.expects = "takes sum f g^2 / sum g^2 over the OTHER draws, g the score, "
                "of one parameter",
     .points = 3,
     .cases = 8,
     .make = baseline_one,
     .relative = 1e-8,
     .absolute = 1e-9},
    {.expects = "takes a constant of its own for every parameter",
     .points = 2,
     .cases = 6,
     .make = baseline_many,
     .relative = 1e-8,
     .absolute = 1e-9},
    {.expects = "leaves nothing of an f that is the same for all draws",
     .points = 1,
     .cases = 4,
     .make = baseline_constant,
     .absolute = 1e-9},
    {.expects = "leaves f as it is where the scores of all other draws are 0",
     .points = 1,
     .cases = 3,
     .make = baseline_zeros,
     .relative = 1e-8,
     .absolute = 1e-9},
    {.expects = "makes rows of the same mean and of a far smaller variance",
     .points = 1,
     .cases = 1,
     .make = baseline_gaussian,
     .judge = baseline_gradient},
    {.expects = "takes f as it stands in each column, where columns differ",
     .points = 1,
     .cases = 6,
     .hidden = true,
     .make = baseline_parts,
     .relative = 1e-8,
     .absolute = 1e-9},
    {.expects = "is right of two draws, where each has but the other",
     .points = 1,
     .cases = 4,
     .hidden = true,
     .make = baseline_two,
     .relative = 1e-7,
     .absolute = 1e-7},
    {.expects = NULL}};

static const mg_exercise baseline_exercise = {
    .functions = (const char *const[]){"mg_estimator_control", NULL},
    .reference = (const mg_function[]){(mg_function)mg_estimator_control},
    .avoid = (const char *const[]){"mg_draws_make", "mg_bbvi_iterate", NULL},
    .call = baseline_call,
    .tests = baseline_tests};
