/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log-sum-exp: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "exercise/exercise.h"

static int log_sum_exp_call(const mg_function *f, const mg_parcel *in,
                            mg_parcel *out) {
  double (*function)(size_t, const double *) =
      (double (*)(size_t, const double *))f[0];
  const gsl_vector *a = mg_parcel_vector(in, "a");
  return mg_parcel_add_number(out, "result", function(a->size, a->data));
}

/* n terms about a place, some sd apart. */
static int log_sum_exp_fill(gsl_rng *rng, size_t n, double place, double sd,
                            mg_parcel *in) {
  gsl_vector *a = mg_parcel_add_vector(in, "a", n);
  for (size_t i = 0; a && i < n; i++)
    gsl_vector_set(a, i, place + gsl_ran_gaussian_ziggurat(rng, sd));
  return a ? GSL_SUCCESS : GSL_ENOMEM;
}

static int log_sum_exp_moderate(gsl_rng *rng, size_t i, mg_parcel *in) {
  return log_sum_exp_fill(rng, i + 1, 0, 1, in);
}

/* exp of these is 0, or infinite. */
static int log_sum_exp_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  return log_sum_exp_fill(rng, 2 + i, i % 2 ? 1000 : -1000, 3, in);
}

/* One so far above the rest that exp of the distance overflows: it stands
 * first, last, or between. */
static int log_sum_exp_spread(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t n = 3 + i;
  if (log_sum_exp_fill(rng, n, -800, 3, in) != GSL_SUCCESS)
    return GSL_ENOMEM;
  const size_t places[] = {0, n - 1, i};
  gsl_vector_set(mg_parcel_vector(in, "a"), places[i % 3], 150);
  return GSL_SUCCESS;
}

static int log_sum_exp_edge(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double edges[][3] = {{-INFINITY, -INFINITY, -INFINITY},
                                    {-INFINITY, 0, -INFINITY},
                                    {INFINITY, 1, 2},
                                    {INFINITY, INFINITY, -INFINITY},
                                    {1, NAN, INFINITY}};
  if (i == 0)
    return mg_parcel_add_vector(in, "a", 0) ? GSL_SUCCESS : GSL_ENOMEM;
  (void)rng;
  gsl_vector *a = mg_parcel_add_vector(in, "a", 3);
  for (size_t k = 0; a && k < 3; k++)
    gsl_vector_set(a, k, edges[i - 1][k]);
  return a ? GSL_SUCCESS : GSL_ENOMEM;
}

static const mg_exercise_test log_sum_exp_tests[] = {
    {.expects = "is the logarithm of the sum of exponentials, where these are "
                "ordinary numbers",
     .points = 3,
     .cases = 12,
     .make = log_sum_exp_moderate,
     .relative = 1e-12,
     .absolute = 1e-12},
    {.expects = "is right where exp(a) is 0 or infinite in double precision",
     .points = 3,
     .cases = 8,
     .make = log_sum_exp_far,
     .relative = 1e-13},
    {.expects = "of nothing is -inf, and infinities and NaN come out as the "
                "contract says",
     .points = 2,
     .cases = 6,
     .fixed = true,
     .make = log_sum_exp_edge},
    {.expects = "is right wherever the largest term stands",
     .points = 2,
     .cases = 10,
     .hidden = true,
     .make = log_sum_exp_spread,
     .relative = 1e-12},
    {.expects = NULL}};

static const mg_exercise log_sum_exp_exercise = {
    .functions = (const char *const[]){"mg_log_sum_exp", NULL},
    .reference = (const mg_function[]){(mg_function)mg_log_sum_exp},
    .avoid =
        (const char *const[]){"mg_softmax", "mg_log_add_exp",
                              "mg_guide_categorical", "mg_weights_add",
                              "mg_weights_log_mean", "mg_weights_of", NULL},
    .call = log_sum_exp_call,
    .tests = log_sum_exp_tests};
