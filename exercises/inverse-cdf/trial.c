/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inverse-cdf: how its three functions are called, and what is expected of
 * them.  Draws are judged by their law, not one by one: any use of the
 * generator is right that gives it. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "dist/exponential.h"
#include "dist/logistic.h"
#include "exercise/exercise.h"

typedef int inverse_cdf_quantile(double u, double rate, double *x);
typedef int inverse_cdf_exponential(gsl_rng *rng, double rate, double *x);
typedef int inverse_cdf_logistic(gsl_rng *rng, double mu, double s, double *x);

/* A generator of the few numbers that are rare: 0, the least above it, the
 * greatest. */
static void inverse_cdf_edges_set(void *state, unsigned long seed) {
  *(unsigned long *)state = seed;
}

static unsigned long inverse_cdf_edges_get(void *state) {
  static const unsigned long values[] = {0, 1, 0x80000000, 0xffffffff};
  return values[++*(unsigned long *)state % 4];
}

static double inverse_cdf_edges_get_double(void *state) {
  return (double)inverse_cdf_edges_get(state) / 4294967296.0;
}

static const gsl_rng_type inverse_cdf_edges = {
    .name = "edges",
    .max = 0xffffffff,
    .min = 0,
    .size = sizeof(unsigned long),
    .set = inverse_cdf_edges_set,
    .get = inverse_cdf_edges_get,
    .get_double = inverse_cdf_edges_get_double};

static int inverse_cdf_one(const mg_function *f, const mg_parcel *in,
                           gsl_rng *rng, double *x) {
  if (mg_parcel_find(in, "s"))
    return ((inverse_cdf_logistic *)f[2])(rng, mg_parcel_number(in, "mu"),
                                          mg_parcel_number(in, "s"), x);
  return ((inverse_cdf_exponential *)f[1])(rng, mg_parcel_number(in, "rate"),
                                           x);
}

/* n draws; then the generator is started anew, and they are made again. */
static int inverse_cdf_draws(const mg_function *f, const mg_parcel *in,
                             mg_parcel *out) {
  const size_t n = mg_parcel_count(in, "draws");
  const size_t seed = mg_parcel_count(in, "seed");
  gsl_rng *rng = gsl_rng_alloc(seed ? gsl_rng_mt19937 : &inverse_cdf_edges);
  gsl_vector *x = gsl_vector_alloc(n);
  size_t moved = 0;
  int status = rng && x ? GSL_SUCCESS : GSL_ENOMEM, packed = status;
  for (size_t i = 0; i < 2 * n && status == GSL_SUCCESS; i++) {
    double draw = NAN;
    if (i % n == 0)
      gsl_rng_set(rng, seed);
    status = inverse_cdf_one(f, in, rng, &draw);
    moved += i >= n && !(draw == gsl_vector_get(x, i - n));
    gsl_vector_set(x, i % n, draw);
  }
  gsl_rng_free(rng);
  if (packed == GSL_SUCCESS)
    packed = mg_parcel_add_number(out, "status", status);
  gsl_vector *told = NULL;
  if (packed == GSL_SUCCESS && status == GSL_SUCCESS) {
    told = mg_parcel_add_vector(out, "x", n);
    packed = told ? mg_parcel_add_count(out, "moved", moved) : GSL_ENOMEM;
  }
  if (told)
    gsl_vector_memcpy(told, x);
  gsl_vector_free(x);
  return packed;
}

static int inverse_cdf_call(const mg_function *f, const mg_parcel *in,
                            mg_parcel *out) {
  if (mg_parcel_find(in, "draws"))
    return inverse_cdf_draws(f, in, out);
  double x = NAN;
  const int status = ((inverse_cdf_quantile *)f[0])(
      mg_parcel_number(in, "u"), mg_parcel_number(in, "rate"), &x);
  const int packed = mg_parcel_add_number(out, "status", status);
  return packed || status ? packed : mg_parcel_add_number(out, "x", x);
}

/* ---- inputs ---- */

static int inverse_cdf_ask(double u, double rate, mg_parcel *in) {
  const int status = mg_parcel_add_number(in, "u", u);
  return status ? status : mg_parcel_add_number(in, "rate", rate);
}

static int inverse_cdf_shares(gsl_rng *rng, size_t i, mg_parcel *in) {
  return inverse_cdf_ask(gsl_rng_uniform(rng), exp2((double)i - 4), in);
}

/* Shares that 1 - u has no digits of, and both ends. */
static int inverse_cdf_ends(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double u[] = {0, 1, 1e-20, 1e-12, 1e-300, 1 - 1e-9};
  (void)rng;
  return inverse_cdf_ask(u[i], 0.5, in);
}

static int inverse_cdf_add(size_t draws, size_t seed, bool logistic,
                           double first, double second, mg_parcel *in) {
  int status = mg_parcel_add_count(in, "draws", draws);
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_count(in, "seed", seed);
  if (status == GSL_SUCCESS)
    status = mg_parcel_add_number(in, logistic ? "mu" : "rate", first);
  return status || !logistic ? status : mg_parcel_add_number(in, "s", second);
}

static int inverse_cdf_exponentials(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double rates[] = {1, 0.125, 40};
  return inverse_cdf_add(8000, 1 + gsl_rng_uniform_int(rng, 1000000), false,
                         rates[i], 0, in);
}

static int inverse_cdf_logistics(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double mu[] = {0, 3, -70}, s[] = {1, 0.25, 20};
  return inverse_cdf_add(8000, 1 + gsl_rng_uniform_int(rng, 1000000), true,
                         mu[i], s[i], in);
}

static int inverse_cdf_rare(gsl_rng *rng, size_t i, mg_parcel *in) {
  (void)rng;
  return inverse_cdf_add(8, 0, i == 1, 2, 0.5, in);
}

static int inverse_cdf_refused(gsl_rng *rng, size_t i, mg_parcel *in) {
  static const double bad[] = {0, -0.5, NAN, INFINITY};
  static const double shares[] = {-0.5, 1.5, NAN};
  const size_t group = i / 4, at = i % 4;
  const size_t seed = 1 + gsl_rng_uniform_int(rng, 1000000);
  if (group == 0)
    return inverse_cdf_ask(0.5, bad[at], in);
  if (group == 1)
    return inverse_cdf_add(1, seed, false, bad[at], 0, in);
  if (group == 2)
    return inverse_cdf_add(1, seed, true, 0, bad[at], in);
  if (group == 3)
    return inverse_cdf_ask(shares[at % 3], 1, in);
  return inverse_cdf_add(1, seed, true, at % 2 ? NAN : INFINITY, 1, in);
}

/* ---- verdicts ---- */

/* The draws, when they are there and came from rng alone. */
static const gsl_vector *inverse_cdf_seen(mg_judgement *j, const mg_parcel *in,
                                          const mg_parcel *expected,
                                          const mg_parcel *out) {
  const gsl_vector *x = mg_parcel_vector(out, "x");
  const size_t n = mg_parcel_count(in, "draws");
  if (!mg_judge_item(j, mg_parcel_find(expected, "status"), out, 0, 0))
    return NULL;
  if (!x || x->size != n) {
    mg_judge_fail(j, "there are no %zu draws in the answer", n);
    return NULL;
  }
  if (mg_parcel_count(out, "moved") > 0) {
    mg_judge_fail(j,
                  "with rng in the same state, %zu of %zu draws were others "
                  "the second time: chance came from elsewhere, too",
                  mg_parcel_count(out, "moved"), n);
    return NULL;
  }
  return x;
}

static bool inverse_cdf_judge_law(mg_judgement *j, const mg_parcel *in,
                                  const mg_parcel *expected,
                                  const mg_parcel *out) {
  const gsl_vector *x = inverse_cdf_seen(j, in, expected, out);
  const bool logistic = mg_parcel_find(in, "s");
  const double mu = mg_parcel_number(in, "mu"), s = mg_parcel_number(in, "s");
  const double rate = mg_parcel_number(in, "rate");
  gsl_vector *cdf = x ? gsl_vector_alloc(x->size) : NULL;
  if (!cdf)
    return x ? mg_judge_fail(j, "no memory to judge draws") : false;
  for (size_t i = 0; i < x->size; i++) {
    const double at = gsl_vector_get(x, i);
    gsl_vector_set(
        cdf, i, logistic ? 1 / (1 + exp(-(at - mu) / s)) : -expm1(-rate * at));
  }
  const bool right = mg_judge_law(j, "the draws", cdf);
  gsl_vector_free(cdf);
  return right;
}

static bool inverse_cdf_judge_finite(mg_judgement *j, const mg_parcel *in,
                                     const mg_parcel *expected,
                                     const mg_parcel *out) {
  const gsl_vector *x = inverse_cdf_seen(j, in, expected, out);
  if (x && gsl_vector_max(x) == gsl_vector_min(x))
    return mg_judge_fail(j, "all draws are %g", gsl_vector_get(x, 0));
  for (size_t i = 0; x && i < x->size; i++)
    if (!isfinite(gsl_vector_get(x, i)))
      return mg_judge_fail(j,
                           "draw %zu is %g; the generator gave numbers like 0 "
                           "and 1 - 2^-32 here, which it may",
                           i, gsl_vector_get(x, i));
  return x != NULL;
}

static const mg_exercise_test inverse_cdf_tests[] = {
    {.expects = "mg_exponential_quantile turns a share u into the x below "
                "which that share lies",
     .points = 2,
     .cases = 9,
     .make = inverse_cdf_shares,
     .relative = 1e-10},
    {.expects = "mg_exponential_sample draws from the exponential law, with "
                "chance from rng alone",
     .points = 2,
     .cases = 3,
     .make = inverse_cdf_exponentials,
     .judge = inverse_cdf_judge_law},
    {.expects = "mg_logistic_sample draws from the logistic law, with chance "
                "from rng alone",
     .points = 3,
     .cases = 3,
     .make = inverse_cdf_logistics,
     .judge = inverse_cdf_judge_law},
    {.expects = "all three refuse parameters that make no law, and the first a "
                "u that is no share",
     .points = 1,
     .cases = 20,
     .make = inverse_cdf_refused},
    {.expects = "mg_exponential_quantile keeps its digits for a tiny u, and is "
                "right at 0 and 1",
     .points = 1,
     .cases = 6,
     .hidden = true,
     .fixed = true,
     .make = inverse_cdf_ends,
     .relative = 1e-10},
    {.expects = "no draw is infinite, whatever number the generator gives",
     .points = 1,
     .cases = 2,
     .hidden = true,
     .fixed = true,
     .make = inverse_cdf_rare,
     .judge = inverse_cdf_judge_finite},
    {.expects = NULL}};

static const mg_exercise inverse_cdf_exercise = {
    .functions = (const char *const[]){"mg_exponential_quantile",
                                       "mg_exponential_sample",
                                       "mg_logistic_sample", NULL},
    .reference = (const mg_function[]){(mg_function)mg_exponential_quantile,
                                       (mg_function)mg_exponential_sample,
                                       (mg_function)mg_logistic_sample},
    .avoid = (const char *const[]){"gsl_ran_exponential", "gsl_ran_logistic",
                                   "gsl_cdf_exponential_Pinv",
                                   "gsl_cdf_logistic_Pinv",
                                   "mg_exponential_sample_reparam",
                                   "mg_logistic_sample_reparam",
                                   "gsl_ran_weibull", "gsl_cdf_weibull_Pinv",
                                   "gsl_cdf_gamma_Pinv", NULL},
    .call = inverse_cdf_call,
    .tests = inverse_cdf_tests};
