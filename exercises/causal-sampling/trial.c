/* SPDX-License-Identifier: GPL-3.0-or-later */
/* causal-sampling: how it is called, and what is expected of it.
 *
 * The model is a table: for each column and each content of the columns before
 * it a row of weights, any numbers above 0.  A row of negative ones is a law
 * that cannot be told.  All states are few, so the law is known exactly. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "eval/terms.h"
#include "exercise/exercise.h"

enum { CAUSAL_SAMPLING_ROWS = 3000, CAUSAL_SAMPLING_FEW = 3 };

/* Rows of weights of the columns before column i, of L levels. */
static size_t causal_sampling_place(size_t i, size_t levels) {
  size_t place = 0, states = 1;
  for (size_t k = 0; k < i; k++, states *= levels)
    place += states;
  return place;
}

/* The weights of column i behind the columns of x before it; NULL where x has
 * something that is no level. */
static const double *causal_sampling_law(const gsl_matrix *weights,
                                         const gsl_matrix *x, size_t n,
                                         size_t i) {
  size_t state = 0;
  for (size_t k = 0; k < x->size2; k++) {
    const double value = gsl_matrix_get(x, n, k);
    if (!(value >= 0 && value < (double)weights->size2) ||
        value != floor(value))
      return NULL;
    if (k < i)
      state = state * weights->size2 + (size_t)value;
  }
  return gsl_matrix_const_ptr(
      weights, causal_sampling_place(i, weights->size2) + state, 0);
}

/* The terms into each, or their sums into log_p; the other is NULL. */
static int causal_sampling_tell(const gsl_matrix *weights, const gsl_matrix *x,
                                gsl_matrix *each, gsl_vector *log_p) {
  for (size_t n = 0; n < x->size1; n++) {
    double sum = 0;
    for (size_t i = 0; i < x->size2; i++) {
      const double *law = causal_sampling_law(weights, x, n, i);
      if (!law)
        return mg_fail(GSL_EDOM, "row %zu holds something that is no level",
                       n + 1);
      if (law[0] < 0)
        return mg_fail(GSL_ESING, "column %zu has no law", i + 1);
      const double term = log(law[(size_t)gsl_matrix_get(x, n, i)]);
      sum += term;
      if (each)
        gsl_matrix_set(each, n, i, term);
    }
    if (log_p)
      gsl_vector_set(log_p, n, sum);
  }
  return GSL_SUCCESS;
}

static int causal_sampling_terms(const void *self, const gsl_matrix *x,
                                 gsl_matrix *each) {
  return causal_sampling_tell(self, x, each, NULL);
}

static int causal_sampling_density(const void *self, const gsl_matrix *x,
                                   gsl_vector *log_p) {
  return causal_sampling_tell(self, x, NULL, log_p);
}

static const mg_model_type causal_sampling_type = {
    .name = "table",
    .measures = 1u << MG_LEVELS,
    .log_density = causal_sampling_density,
    .conditionals = causal_sampling_terms};

/* Draws so many rows behind what is given, into a matrix that is wider. */
static int causal_sampling_draw(mg_function f, const mg_parcel *in,
                                gsl_matrix *wide, gsl_rng *rng,
                                mg_parcel *out) {
  int (*function)(const mg_model *, gsl_rng *, size_t, gsl_matrix *) =
      (int (*)(const mg_model *, gsl_rng *, size_t, gsl_matrix *))f;
  gsl_matrix *weights = mg_parcel_matrix(in, "weights");
  const gsl_vector *given = mg_parcel_vector(in, "given");
  const mg_model model = {.type = &causal_sampling_type,
                          .self = weights,
                          .space = {.dim = given->size,
                                    .measure = MG_LEVELS,
                                    .levels = (unsigned)weights->size2}};
  gsl_matrix_view x =
      gsl_matrix_submatrix(wide, 0, 0, wide->size1, given->size);
  gsl_matrix_set_all(wide, NAN);
  for (size_t n = 0; n < wide->size1; n++)
    for (size_t i = 0; i < mg_parcel_count(in, "first"); i++)
      gsl_matrix_set(wide, n, i, gsl_vector_get(given, i));
  gsl_rng_set(rng, mg_parcel_count(in, "seed"));
  const int status =
      function(&model, rng, mg_parcel_count(in, "first"), &x.matrix);
  gsl_matrix_memcpy(mg_parcel_matrix(out, "x"), &x.matrix);
  return mg_parcel_add_number(out, "status", status);
}

static int causal_sampling_call(const mg_function *f, const mg_parcel *in,
                                mg_parcel *out) {
  const size_t rows = mg_parcel_count(in, "rows");
  const size_t d = mg_parcel_vector(in, "given")->size;
  gsl_matrix *wide = gsl_matrix_alloc(rows, d + 1);
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  int status = GSL_ENOMEM;
  if (wide && rng && mg_parcel_add_matrix(out, "x", rows, d))
    status = causal_sampling_draw(f[0], in, wide, rng, out);
  gsl_matrix_free(wide);
  gsl_rng_free(rng);
  return status;
}

/* ---- inputs ---- */

/* A table of d columns, whose weights add up to `sum`. */
static int causal_sampling_fill(gsl_rng *rng, size_t d, size_t levels,
                                size_t first, double sum, mg_parcel *in) {
  gsl_matrix *weights = mg_parcel_add_matrix(
      in, "weights", causal_sampling_place(d, levels), levels);
  gsl_vector *given = mg_parcel_add_vector(in, "given", d);
  if (!weights || !given)
    return GSL_ENOMEM;
  for (size_t r = 0; r < weights->size1; r++) {
    double all = 0;
    gsl_vector_view row = gsl_matrix_row(weights, r);
    for (size_t v = 0; v < levels; v++) {
      gsl_vector_set(&row.vector, v, gsl_ran_exponential(rng, 1) + 0.1);
      all += gsl_vector_get(&row.vector, v);
    }
    gsl_vector_scale(&row.vector, sum / all);
  }
  for (size_t i = 0; i < d; i++)
    gsl_vector_set(given, i, (double)gsl_rng_uniform_int(rng, levels));
  return mg_parcel_add_count(in, "first", first) ||
         mg_parcel_add_count(in, "rows", CAUSAL_SAMPLING_ROWS) ||
         mg_parcel_add_count(in, "seed", gsl_rng_uniform_int(rng, 1 << 20));
}

static int causal_sampling_bits(gsl_rng *rng, size_t i, mg_parcel *in) {
  return causal_sampling_fill(rng, 1 + i, 2, 0, 1, in);
}

static int causal_sampling_given(gsl_rng *rng, size_t i, mg_parcel *in) {
  return causal_sampling_fill(rng, 3, 2, 1 + i, 1, in);
}

static int causal_sampling_levels(gsl_rng *rng, size_t i, mg_parcel *in) {
  return causal_sampling_fill(rng, 2, 3 + i, 0, 1, in);
}

/* No law: the terms of a column add up to something else. */
static int causal_sampling_leak(gsl_rng *rng, size_t i, mg_parcel *in) {
  return causal_sampling_fill(rng, 2, 3, 0, i ? 1.8 : 0.4, in);
}

/* The law of the middle column cannot be told. */
static int causal_sampling_broken(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = causal_sampling_fill(rng, 3, 2 + i, 0, 1, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_matrix *weights = mg_parcel_matrix(in, "weights");
  for (size_t r = 1; r < 1 + weights->size2; r++)
    gsl_matrix_set(weights, r, 0, -1);
  return GSL_SUCCESS;
}

/* Few rows of a law that is sure of every level. */
static int causal_sampling_sure(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t d = 2, levels = 2 + i;
  gsl_matrix *weights = mg_parcel_add_matrix(
      in, "weights", causal_sampling_place(d, levels), levels);
  if (!weights || !mg_parcel_add_vector(in, "given", d))
    return GSL_ENOMEM;
  for (size_t r = 0; r < weights->size1; r++)
    for (size_t v = 0; v < levels; v++)
      gsl_matrix_set(weights, r, v, v == (r + 1) % levels);
  gsl_vector_set_zero(mg_parcel_vector(in, "given"));
  return mg_parcel_add_count(in, "first", 0) ||
         mg_parcel_add_count(in, "rows", CAUSAL_SAMPLING_FEW) ||
         mg_parcel_add_count(in, "seed", gsl_rng_uniform_int(rng, 1 << 20));
}

/* ---- judges ---- */

static bool causal_sampling_status(mg_judgement *j, const mg_parcel *in,
                                   const mg_parcel *expected,
                                   const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "status"), out, 0, 0);
}

/* How many of n draws may be off from n p, of `states` such counts, with one
 * false alarm in 10^9: Bernstein's inequality. */
static double causal_sampling_slack(double n, double p, size_t states) {
  const double a = log(2e9 * (double)states);
  return a / 3 + sqrt(a * a / 9 + 2 * a * n * p * (1 - p));
}

/* The probability of a state under the table, given what is given; 0 for one
 * that changes it. */
static double causal_sampling_mass(const mg_parcel *in, const gsl_matrix *x) {
  const gsl_matrix *weights = mg_parcel_matrix(in, "weights");
  const gsl_vector *given = mg_parcel_vector(in, "given");
  const size_t first = mg_parcel_count(in, "first");
  double mass = 1;
  for (size_t i = 0; i < x->size2; i++) {
    const double *law = causal_sampling_law(weights, x, 0, i);
    double sum = 0;
    if (i < first) {
      mass *= gsl_matrix_get(x, 0, i) == gsl_vector_get(given, i);
      continue;
    }
    for (size_t v = 0; v < weights->size2; v++)
      sum += law[v];
    mass *= law[(size_t)gsl_matrix_get(x, 0, i)] / sum;
  }
  return mass;
}

/* The share of every state of the table, against its probability. */
static bool causal_sampling_judge(mg_judgement *j, const mg_parcel *in,
                                  const mg_parcel *expected,
                                  const mg_parcel *out) {
  const gsl_matrix *x = mg_parcel_matrix(out, "x");
  const size_t levels = mg_parcel_matrix(in, "weights")->size2;
  const size_t d = mg_parcel_vector(in, "given")->size;
  const double n = CAUSAL_SAMPLING_ROWS;
  double row[8], counts[64] = {0}, mass[64];
  size_t states = 1;
  if (!causal_sampling_status(j, in, expected, out))
    return false;
  if (!x || x->size1 != CAUSAL_SAMPLING_ROWS || x->size2 != d)
    return mg_judge_fail(j, "there is no x of that size in the answer");
  for (size_t i = 0; i < d; i++)
    states *= levels;
  for (size_t r = 0; r < x->size1; r++) {
    size_t state = 0;
    for (size_t i = 0; i < d; i++) {
      const double v = gsl_matrix_get(x, r, i);
      if (!(v >= 0 && v < (double)levels) || v != floor(v))
        return mg_judge_fail(j, "x[%zu, %zu] is %g, which is no level", r, i,
                             v);
      state = state * levels + (size_t)v;
    }
    counts[state]++;
  }
  for (size_t state = 0; state < states; state++) {
    gsl_matrix_view one = gsl_matrix_view_array(row, 1, d);
    for (size_t i = d, rest = state; i-- > 0; rest /= levels)
      row[i] = (double)(rest % levels);
    mass[state] = causal_sampling_mass(in, &one.matrix);
    char name[64] = "the share of draws";
    int used = 18;
    for (size_t i = 0; i < d; i++)
      used += snprintf(name + used, sizeof name - (size_t)used, " %g", row[i]);
    /* 6.1 of these errors are the slack. */
    if (!mg_judge_mean(j, name, counts[state] / n,
                       causal_sampling_slack(n, mass[state], states) /
                           (6.1 * n),
                       mass[state]))
      return false;
  }
  return true;
}

static const mg_exercise_test causal_sampling_tests[] = {
    {.expects = "draws the one level there can be, where the law is sure of "
                "it, in every row and column",
     .points = 1,
     .cases = 3,
     .make = causal_sampling_sure},
    {.expects = "draws each pixel from its law given the pixels that were "
                "drawn before it: all states of a small binary image come as "
                "often as they should",
     .points = 3,
     .cases = 3,
     .make = causal_sampling_bits,
     .judge = causal_sampling_judge},
    {.expects = "keeps the columns that are given, and draws the rest given "
                "them",
     .points = 2,
     .cases = 3,
     .make = causal_sampling_given,
     .judge = causal_sampling_judge},
    {.expects = "draws levels, not only bits",
     .points = 2,
     .cases = 2,
     .make = causal_sampling_levels,
     .judge = causal_sampling_judge},
    {.expects = "returns the status of a law that cannot be told",
     .points = 1,
     .cases = 2,
     .make = causal_sampling_broken,
     .judge = causal_sampling_status},
    {.expects = "draws in proportion to the terms of a column where these do "
                "not add up to 1",
     .points = 1,
     .cases = 2,
     .hidden = true,
     .make = causal_sampling_leak,
     .judge = causal_sampling_judge},
    {.expects = NULL}};

static const mg_exercise causal_sampling_exercise = {
    .functions = (const char *const[]){"mg_terms_draw", NULL},
    .reference = (const mg_function[]){(mg_function)mg_terms_draw},
    .call = causal_sampling_call,
    .tests = causal_sampling_tests};
