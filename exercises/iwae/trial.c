/* SPDX-License-Identifier: GPL-3.0-or-later */
/* iwae: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "eval/weights.h"
#include "exercise/exercise.h"

static int iwae_call(const mg_function *f, const mg_parcel *in,
                     mg_parcel *out) {
  double (*function)(size_t, const double *, size_t) =
      (double (*)(size_t, const double *, size_t))f[0];
  const gsl_vector *log_w = mg_parcel_vector(in, "log_w");
  return mg_parcel_add_number(
      out, "bound",
      function(log_w->size, log_w->data, mg_parcel_count(in, "k")));
}

/* m groups of k log weights about a place. */
static int iwae_fill(gsl_rng *rng, size_t m, size_t k, double place, double sd,
                     mg_parcel *in) {
  gsl_vector *log_w = mg_parcel_add_vector(in, "log_w", m * k);
  for (size_t i = 0; log_w && i < m * k; i++)
    gsl_vector_set(log_w, i, place + gsl_ran_gaussian_ziggurat(rng, sd));
  return log_w ? mg_parcel_add_count(in, "k", k) : GSL_ENOMEM;
}

static int iwae_elbo(gsl_rng *rng, size_t i, mg_parcel *in) {
  return iwae_fill(rng, 1 + 2 * i, 1, -2, 1, in);
}

static int iwae_whole(gsl_rng *rng, size_t i, mg_parcel *in) {
  return iwae_fill(rng, 1, 2 + 3 * i, -2, 1, in);
}

static int iwae_groups(gsl_rng *rng, size_t i, mg_parcel *in) {
  return iwae_fill(rng, 2 + i, 2 + i % 3, -2, 2, in);
}

/* Images: exp of such a number is 0, or infinite. */
static int iwae_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  return iwae_fill(rng, 3, 2 + i, i % 2 ? 900 : -900, 5, in);
}

/* In every group a draw is impossible. */
static int iwae_impossible(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t k = 4, m = 2 + i;
  const int status = iwae_fill(rng, m, k, -100, 3, in);
  gsl_vector *log_w = mg_parcel_vector(in, "log_w");
  for (size_t j = 0; status == GSL_SUCCESS && j < m; j++)
    gsl_vector_set(log_w, j * k + gsl_rng_uniform_int(rng, k), -INFINITY);
  return status;
}

static const mg_exercise_test iwae_tests[] = {
    {.expects = "with K = 1 is the mean of the log weights, the ELBO",
     .points = 2,
     .cases = 4,
     .make = iwae_elbo,
     .relative = 1e-12},
    {.expects = "with K = S is the log of the mean weight",
     .points = 2,
     .cases = 4,
     .make = iwae_whole,
     .relative = 1e-12},
    {.expects = "takes the mean over K inside the logarithm and the mean over "
                "groups outside",
     .points = 3,
     .cases = 6,
     .make = iwae_groups,
     .relative = 1e-12,
     .absolute = 1e-12},
    {.expects = "is right where weights are 0 or infinite in double precision",
     .points = 2,
     .cases = 4,
     .make = iwae_far,
     .relative = 1e-12},
    {.expects = "counts draws of weight 0 among the K",
     .points = 1,
     .cases = 3,
     .hidden = true,
     .make = iwae_impossible,
     .relative = 1e-12},
    {.expects = NULL}};

static const mg_exercise iwae_exercise = {
    .functions = (const char *const[]){"mg_weights_iwae", NULL},
    .reference = (const mg_function[]){(mg_function)mg_weights_iwae},
    .avoid = (const char *const[]){"mg_weights_log_mean", NULL},
    .call = iwae_call,
    .tests = iwae_tests};
