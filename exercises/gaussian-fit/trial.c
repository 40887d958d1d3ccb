/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaussian-fit: how its two functions are called, and what is expected of
 * them. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "dist/gaussian_estimate.h"
#include "exercise/exercise.h"

typedef int gaussian_fit_estimate(const gsl_vector *x, double *mu,
                                  double *sigma);
typedef int gaussian_fit_posterior(const gsl_vector *x, double sigma,
                                   double prior_mean, double prior_sd,
                                   double *mean, double *sd);

/* The values of a, every third element of a longer array of NaN. */
static gsl_vector *gaussian_fit_spaced(const gsl_vector *a) {
  gsl_vector *room = gsl_vector_alloc(3 * a->size + 1);
  if (!room)
    return NULL;
  gsl_vector_set_all(room, NAN);
  for (size_t i = 0; i < a->size; i++)
    gsl_vector_set(room, 3 * i, gsl_vector_get(a, i));
  return room;
}

/* A prior in the parcel asks for the second function. */
static int gaussian_fit_call(const mg_function *f, const mg_parcel *in,
                             mg_parcel *out) {
  const gsl_vector *a = mg_parcel_vector(in, "x");
  const bool prior = mg_parcel_find(in, "prior_sd");
  gsl_vector *room = gaussian_fit_spaced(a);
  if (!room)
    return GSL_ENOMEM;
  const gsl_vector x = {
      .size = a->size, .stride = 3, .data = room->data, .block = room->block};
  double place = NAN, width = NAN;
  const int status = prior
                         ? ((gaussian_fit_posterior *)f[1])(
                               &x, mg_parcel_number(in, "sigma"),
                               mg_parcel_number(in, "prior_mean"),
                               mg_parcel_number(in, "prior_sd"), &place, &width)
                         : ((gaussian_fit_estimate *)f[0])(&x, &place, &width);
  gsl_vector_free(room);
  int packed = mg_parcel_add_number(out, "status", status);
  if (packed == GSL_SUCCESS && status == GSL_SUCCESS)
    packed = mg_parcel_add_number(out, prior ? "mean" : "mu", place);
  if (packed == GSL_SUCCESS && status == GSL_SUCCESS)
    packed = mg_parcel_add_number(out, prior ? "sd" : "sigma", width);
  return packed;
}

static int gaussian_fit_sample(gsl_rng *rng, size_t n, double place, double sd,
                               mg_parcel *in) {
  gsl_vector *x = mg_parcel_add_vector(in, "x", n);
  for (size_t i = 0; x && i < n; i++)
    gsl_vector_set(x, i, place + gsl_ran_gaussian_ziggurat(rng, sd));
  return x ? GSL_SUCCESS : GSL_ENOMEM;
}

static int gaussian_fit_add_prior(double sigma, double mean, double sd,
                                  mg_parcel *in) {
  int status = mg_parcel_add_number(in, "sigma", sigma);
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_number(in, "prior_mean", mean);
  return status ? status : mg_parcel_add_number(in, "prior_sd", sd);
}

static int gaussian_fit_plain(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gaussian_fit_sample(rng, 2 + i, gsl_ran_flat(rng, -5, 5),
                             exp2((double)i - 3), in);
}

static int gaussian_fit_far(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gaussian_fit_sample(rng, 5 + i, i % 2 ? 1e7 : -1e7, 0.1, in);
}

/* Empty, all the same, one value, one that is not finite. */
static int gaussian_fit_none(gsl_rng *rng, size_t i, mg_parcel *in) {
  (void)rng;
  const size_t sizes[] = {0, 3, 1, 3, 3};
  const double last[] = {0, 4, 4, NAN, INFINITY};
  gsl_vector *x = mg_parcel_add_vector(in, "x", sizes[i]);
  if (!x)
    return GSL_ENOMEM;
  gsl_vector_set_all(x, 4);
  if (x->size > 1)
    gsl_vector_set(x, x->size - 1, last[i]);
  return GSL_SUCCESS;
}

/* Neither prior nor sample outweighs the other. */
static int gaussian_fit_product(gsl_rng *rng, size_t i, mg_parcel *in) {
  const size_t n = 1 + i;
  const double sigma = exp2((double)i - 3);
  const int status =
      gaussian_fit_sample(rng, n, gsl_ran_flat(rng, -5, 5), sigma, in);
  return status ? status
                : gaussian_fit_add_prior(sigma, gsl_ran_flat(rng, 10, 20),
                                         sigma * gsl_ran_flat(rng, 0.3, 2), in);
}

/* A prior that is nearly certain, or says nearly nothing. */
static int gaussian_fit_extreme(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = gaussian_fit_sample(rng, 12, 300, 2, in);
  return status ? status
                : gaussian_fit_add_prior(2, -100 - (double)i,
                                         i % 2 ? 1e-3 : 1e5, in);
}

static int gaussian_fit_refused(gsl_rng *rng, size_t i, mg_parcel *in) {
  const double bad[][2] = {{1, 1},  {0, 1},   {-2, 1},  {1, 0},
                           {1, -2}, {NAN, 1}, {1, NAN}, {0, 0}};
  const int status = gaussian_fit_sample(rng, i == 0 ? 0 : 4, 0, 1, in);
  return status ? status
                : gaussian_fit_add_prior(bad[i][0], 0.5, bad[i][1], in);
}

static const mg_exercise_test gaussian_fit_tests[] = {
    {.expects = "mg_gaussian_estimate finds the mean, and the root of the mean "
                "squared distance from it",
     .points = 3,
     .cases = 8,
     .make = gaussian_fit_plain,
     .relative = 1e-10},
    {.expects = "mg_gaussian_posterior is prior times likelihood, normalised: "
                "precisions add, and means are weighed by them",
     .points = 3,
     .cases = 8,
     .make = gaussian_fit_product,
     .relative = 1e-10},
    {.expects = "mg_gaussian_estimate refuses a sample whose likelihood has no "
                "maximum",
     .points = 1,
     .cases = 5,
     .fixed = true,
     .make = gaussian_fit_none},
    {.expects = "mg_gaussian_posterior refuses an empty sample, and widths "
                "that are not above 0",
     .points = 1,
     .cases = 8,
     .fixed = true,
     .make = gaussian_fit_refused},
    {.expects = "mg_gaussian_estimate keeps its digits when the mean is large "
                "and the spread small",
     .points = 2,
     .cases = 4,
     .hidden = true,
     .make = gaussian_fit_far,
     .relative = 1e-6},
    {.expects = "mg_gaussian_posterior is right for a prior that is nearly "
                "certain, and for one that says nearly nothing",
     .points = 2,
     .cases = 4,
     .hidden = true,
     .make = gaussian_fit_extreme,
     .relative = 1e-7},
    {.expects = NULL}};

static const mg_exercise gaussian_fit_exercise = {
    .functions = (const char *const[]){"mg_gaussian_estimate",
                                       "mg_gaussian_posterior", NULL},
    .reference = (const mg_function[]){(mg_function)mg_gaussian_estimate,
                                       (mg_function)mg_gaussian_posterior},
    .call = gaussian_fit_call,
    .tests = gaussian_fit_tests};
