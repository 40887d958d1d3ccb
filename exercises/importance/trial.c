/* SPDX-License-Identifier: GPL-3.0-or-later */
/* importance: how it is called, and what is expected of it. */
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "eval/tails.h"
#include "eval/weights.h"
#include "exercise/exercise.h"

/* The weights stand in every other place of a vector. */
static int importance_weigh(const mg_function f, const gsl_vector *from,
                            mg_parcel *out) {
  void (*function)(const gsl_vector *, double *, double *) =
      (void (*)(const gsl_vector *, double *, double *))f;
  double log_mean = NAN, ess = NAN;
  gsl_vector *room = gsl_vector_alloc(2 * from->size);
  if (!room)
    return GSL_ENOMEM;
  gsl_vector_set_all(room, NAN);
  gsl_vector_view w = gsl_vector_subvector_with_stride(room, 1, 2, from->size);
  gsl_vector_memcpy(&w.vector, from);
  function(&w.vector, &log_mean, &ess);
  gsl_vector_free(room);
  const int status = mg_parcel_add_number(out, "log_mean", log_mean);
  return status ? status : mg_parcel_add_number(out, "ess", ess);
}

static int importance_call(const mg_function *f, const mg_parcel *in,
                           mg_parcel *out) {
  const gsl_vector *log_weight = mg_parcel_vector(in, "log_weight");
  if (log_weight)
    return importance_weigh(f[0], log_weight, out);
  double (*error)(double, size_t) = (double (*)(double, size_t))f[1];
  return mg_parcel_add_number(
      out, "error",
      error(mg_parcel_number(in, "ess"), mg_parcel_count(in, "k")));
}

/* n log weights about a place, some sd apart. */
static int importance_fill(gsl_rng *rng, size_t n, double place, double sd,
                           mg_parcel *in) {
  gsl_vector *w = mg_parcel_add_vector(in, "log_weight", n);
  for (size_t i = 0; w && i < n; i++)
    gsl_vector_set(w, i, place + gsl_ran_gaussian_ziggurat(rng, sd));
  return w ? GSL_SUCCESS : GSL_ENOMEM;
}

static int importance_moderate(gsl_rng *rng, size_t i, mg_parcel *in) {
  return importance_fill(rng, i < 6 ? i + 1 : 40 * i, -1, 1, in);
}

static int importance_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  return importance_fill(rng, 3 + 7 * i, i % 2 ? 2000 : -2000, 2, in);
}

/* The last of these has no weight at all, nor has the first of each. */
static int importance_zeros(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = importance_fill(rng, 4 + i, 0, 1, in);
  gsl_vector *w = mg_parcel_vector(in, "log_weight");
  for (size_t k = 0; !status && k < w->size; k++)
    if (k == 0 || i == 4 || k == i)
      gsl_vector_set(w, k, -INFINITY);
  return status;
}

/* One is worth more than all the others, or they are hundreds of nats apart. */
static int importance_skewed(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = importance_fill(rng, 5 + 30 * i, -700, 400, in);
  if (!status && i % 2)
    gsl_vector_set(mg_parcel_vector(in, "log_weight"), i, 3000);
  return status;
}

static int importance_pair(double ess, size_t k, mg_parcel *in) {
  const int status = mg_parcel_add_number(in, "ess", ess);
  return status ? status : mg_parcel_add_count(in, "k", k);
}

static int importance_errors(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t k = 2 + gsl_rng_uniform_int(rng, 40) + 300 * i;
  const double most = i % 2 ? 0.9 * (double)k : 5;
  return importance_pair(1 + (most - 1) * gsl_rng_uniform(rng), k, in);
}

/* All alike, and what rounding makes of that. */
static int importance_alike(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const size_t k[] = {1, 3, 10, 3000};
  const double n = (double)k[i / 2];
  (void)rng;
  return importance_pair(i % 2 ? n * (1 + 4 * GSL_DBL_EPSILON) : n, k[i / 2],
                         in);
}

static bool importance_mean(mg_judgement *j, const mg_parcel *in,
                            const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "log_mean"), out, 1e-12,
                       1e-11);
}

static bool importance_ess(mg_judgement *j, const mg_parcel *in,
                           const mg_parcel *expected, const mg_parcel *out) {
  (void)in;
  return mg_judge_item(j, mg_parcel_find(expected, "ess"), out, 1e-9, 0);
}

static const mg_exercise_test importance_tests[] = {
    {.expects = "tells the logarithm of the mean of the weights, which is not "
                "the mean of their logarithms",
     .points = 2,
     .cases = 12,
     .make = importance_moderate,
     .judge = importance_mean},
    {.expects = "tells an effective sample size of (sum w)^2 / sum w^2",
     .points = 2,
     .cases = 12,
     .make = importance_moderate,
     .judge = importance_ess},
    {.expects = "is right where exp(log_weight) is 0 or infinite in double "
                "precision",
     .points = 2,
     .cases = 8,
     .make = importance_far,
     .relative = 1e-9},
    {.expects = "counts a weight of 0, log -inf, among the draws, and tells "
                "-inf and 0 where there is no other",
     .points = 1,
     .cases = 5,
     .make = importance_zeros,
     .relative = 1e-9,
     .absolute = 1e-11},
    {.expects = "mg_tails_error is sqrt(1/ess - 1/k)",
     .points = 1,
     .cases = 12,
     .make = importance_errors,
     .relative = 1e-11},
    {.expects = "mg_tails_error is 0 where all weights are alike, also when "
                "ess is a rounding above k",
     .points = 1,
     .cases = 8,
     .fixed = true,
     .make = importance_alike,
     .absolute = 1e-15},
    {.expects = "is right where one weight outweighs all others, wherever it "
                "stands",
     .points = 1,
     .cases = 8,
     .hidden = true,
     .make = importance_skewed,
     .relative = 1e-9},
    {.expects = NULL}};

static const mg_exercise importance_exercise = {
    .functions = (const char *const[]){"mg_weights_of", "mg_tails_error", NULL},
    .reference = (const mg_function[]){(mg_function)mg_weights_of,
                                       (mg_function)mg_tails_error},
    .avoid = (const char *const[]){"mg_weights_init", "mg_weights_start",
                                   "mg_weights_add", "mg_weights_log_mean",
                                   "mg_weights_ess", "mg_tails_say", NULL},
    .call = importance_call,
    .tests = importance_tests};
