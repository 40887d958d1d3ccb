/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bbvi-step: how it is called, and what is expected of it. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "exercise/exercise.h"
#include "infer/estimator.h"

/* A matrix within a wider one, filled with NaN. */
static gsl_matrix bbvi_step_within(gsl_matrix *wide, size_t n, size_t p) {
  gsl_matrix_set_all(wide, NAN);
  return gsl_matrix_submatrix(wide, 0, 1, n, p).matrix;
}

static int bbvi_step_rows(const mg_function f, const mg_parcel *in,
                          gsl_matrix *rows, mg_parcel *out) {
  void (*function)(const gsl_vector *, const gsl_matrix *, gsl_matrix *) =
      (void (*)(const gsl_vector *, const gsl_matrix *, gsl_matrix *))f;
  function(mg_parcel_vector(in, "f"), mg_parcel_matrix(in, "score"), rows);
  gsl_matrix *to = mg_parcel_add_matrix(out, "rows", rows->size1, rows->size2);
  return to ? gsl_matrix_memcpy(to, rows) : GSL_ENOMEM;
}

static int bbvi_step_gradient(const mg_function f, const mg_parcel *in,
                              gsl_matrix *rows, mg_parcel *out) {
  void (*function)(const mg_draws *, gsl_vector *, gsl_vector *) =
      (void (*)(const mg_draws *, gsl_vector *, gsl_vector *))f;
  const mg_draws draws = {.rows = rows};
  gsl_vector *gradient = mg_parcel_add_vector(out, "gradient", rows->size2);
  gsl_vector *variance =
      mg_parcel_find(in, "quiet")
          ? NULL
          : mg_parcel_add_vector(out, "variance", rows->size2);
  if (!gradient)
    return GSL_ENOMEM;
  function(&draws, gradient, variance);
  return GSL_SUCCESS;
}

/* Rows that are made of f and score, or handed in. */
static int bbvi_step_call(const mg_function *f, const mg_parcel *in,
                          mg_parcel *out) {
  const gsl_matrix *made = mg_parcel_matrix(in, "rows");
  const gsl_matrix *like = made ? made : mg_parcel_matrix(in, "score");
  gsl_matrix *wide = gsl_matrix_alloc(like->size1, like->size2 + 3);
  if (!wide)
    return GSL_ENOMEM;
  gsl_matrix rows = bbvi_step_within(wide, like->size1, like->size2);
  int status = made ? gsl_matrix_memcpy(&rows, made)
                    : bbvi_step_rows(f[0], in, &rows, out);
  if (!status && !mg_parcel_find(in, "rows_alone"))
    status = bbvi_step_gradient(f[1], in, &rows, out);
  gsl_matrix_free(wide);
  return status;
}

/* ---- inputs ---- */

static int bbvi_step_f(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t draws = 2 + i, p = 1 + (i + 1) % 4;
  gsl_vector *f = mg_parcel_add_vector(in, "f", draws);
  gsl_matrix *score = mg_parcel_add_matrix(in, "score", draws, p);
  if (!f || !score)
    return GSL_ENOMEM;
  for (size_t s = 0; s < draws; s++)
    gsl_vector_set(f, s, gsl_ran_gaussian_ziggurat(rng, 2) - 3);
  for (size_t k = 0; k < draws * p; k++)
    score->data[k] = gsl_ran_gaussian_ziggurat(rng, 1);
  return mg_parcel_add_count(in, "rows_alone", 1);
}

static int bbvi_step_fill(gsl_rng *rng, size_t draws, size_t p, double place,
                          mg_parcel *in) {
  gsl_matrix *rows = mg_parcel_add_matrix(in, "rows", draws, p);
  for (size_t k = 0; rows && k < draws * p; k++)
    rows->data[k] =
        place * (1 + (double)(k % p)) + gsl_ran_gaussian_ziggurat(rng, 1);
  return rows ? GSL_SUCCESS : GSL_ENOMEM;
}

static int bbvi_step_some(gsl_rng *rng, size_t i, mg_parcel *in) {
  return bbvi_step_fill(rng, 2 + i, 1 + (i + 1) % 5, 0.5, in);
}

static int bbvi_step_long(gsl_rng *rng, size_t i, mg_parcel *in) {
  return bbvi_step_fill(rng, 20 + i, 2, i % 2 ? 3e7 : -3e7, in);
}

static int bbvi_step_quiet(gsl_rng *rng, size_t i, mg_parcel *in) {
  return bbvi_step_fill(rng, 7, 1 + i, 1, in) ||
         mg_parcel_add_count(in, "quiet", 1);
}

/* Draws of q = N(m, 1) with the target exp(-z^2): f and score in m. */
static int bbvi_step_slope(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t draws = 4000;
  const double m = (double)i - 0.5;
  gsl_vector *f = mg_parcel_add_vector(in, "f", draws);
  gsl_matrix *score = mg_parcel_add_matrix(in, "score", draws, 1);
  if (!f || !score)
    return GSL_ENOMEM;
  for (size_t s = 0; s < draws; s++) {
    const double e = gsl_ran_gaussian_ziggurat(rng, 1);
    gsl_vector_set(f, s, -gsl_pow_2(m + e) + e * e / 2);
    gsl_matrix_set(score, s, 0, e);
  }
  return mg_parcel_add_number(in, "m", m);
}

/* ---- judges ---- */

static bool bbvi_step_mean(mg_judgement *j, const mg_parcel *in,
                           const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "gradient"), out, 1e-10,
                       1e-11);
}

static bool bbvi_step_spread(mg_judgement *j, const mg_parcel *in,
                             const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "variance"), out, 1e-6, 0);
}

/* E (-(m + e)^2 + e^2 / 2 + c) is -m^2 - 1/2 + c: its slope in m is -2 m.  Rows
 * hold e^3, whose tail is heavier than a Gaussian's. */
static bool bbvi_step_climbs(mg_judgement *j, const mg_parcel *in,
                             const mg_parcel *expected, const mg_parcel *out) {
  const gsl_vector *g = mg_parcel_vector(out, "gradient");
  const gsl_vector *v = mg_parcel_vector(expected, "variance");
  const double n = (double)mg_parcel_vector(in, "f")->size;
  if (!g || g->size != 1)
    return mg_judge_fail(j, "there is no gradient in the answer");
  return mg_judge_mean(j, "gradient[0]", gsl_vector_get(g, 0),
                       1.5 * sqrt(gsl_vector_get(v, 0) / n),
                       -2 * mg_parcel_number(in, "m"));
}

static const mg_exercise_test bbvi_step_tests[] = {
    {.expects = "mg_estimator_score makes a row of each draw, its f times its "
                "score",
     .points = 3,
     .cases = 8,
     .make = bbvi_step_f,
     .relative = 1e-12,
     .absolute = 1e-13},
    {.expects = "mg_draws_gradient tells the mean of the rows, a number for "
                "each parameter",
     .points = 2,
     .cases = 10,
     .make = bbvi_step_some,
     .judge = bbvi_step_mean},
    {.expects = "mg_draws_gradient tells the variance of one row, without bias",
     .points = 2,
     .cases = 10,
     .make = bbvi_step_some,
     .judge = bbvi_step_spread},
    {.expects = "loses no variance where the mean is ten million times as long",
     .points = 1,
     .cases = 4,
     .make = bbvi_step_long,
     .judge = bbvi_step_spread},
    {.expects = "together: for q = N(m, 1) and the target exp(-z^2) the "
                "gradient is -2 m, by 4000 draws",
     .points = 1,
     .cases = 3,
     .make = bbvi_step_slope,
     .judge = bbvi_step_climbs},
    {.expects = "mg_draws_gradient bears variance being NULL",
     .points = 1,
     .cases = 3,
     .hidden = true,
     .make = bbvi_step_quiet,
     .relative = 1e-10,
     .absolute = 1e-11},
    {.expects = NULL}};

static const mg_exercise bbvi_step_exercise = {
    .functions =
        (const char *const[]){"mg_estimator_score", "mg_draws_gradient", NULL},
    .reference = (const mg_function[]){(mg_function)mg_estimator_score,
                                       (mg_function)mg_draws_gradient},
    .avoid = (const char *const[]){"mg_draws_make", "mg_bbvi_iterate", NULL},
    .call = bbvi_step_call,
    .tests = bbvi_step_tests};
