/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaussian-kl: how it is called, and what is expected of it. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "dist/mvn_diagonal.h"
#include "exercise/exercise.h"

static const char *const gaussian_kl_names[] = {"mean0", "sigma0", "mean1",
                                                "sigma1"};

/* The four vectors are columns of a matrix here: their stride is 4. */
static int gaussian_kl_call(const mg_function *f, const mg_parcel *in,
                            mg_parcel *out) {
  int (*function)(const gsl_vector *, const gsl_vector *, const gsl_vector *,
                  const gsl_vector *, double *) =
      (int (*)(const gsl_vector *, const gsl_vector *, const gsl_vector *,
               const gsl_vector *, double *))f[0];
  gsl_matrix *laws =
      gsl_matrix_alloc(mg_parcel_vector(in, gaussian_kl_names[0])->size, 4);
  if (!laws)
    return GSL_ENOMEM;
  gsl_vector_view v[4];
  for (size_t k = 0; k < 4; k++) {
    v[k] = gsl_matrix_column(laws, k);
    gsl_vector_memcpy(&v[k].vector, mg_parcel_vector(in, gaussian_kl_names[k]));
  }
  double kl = NAN;
  const int status =
      function(&v[0].vector, &v[1].vector, &v[2].vector, &v[3].vector, &kl);
  gsl_matrix_free(laws);
  mg_parcel_add_number(out, "kl", kl);
  return mg_parcel_add_number(out, "status", status);
}

static double gaussian_kl_sigma(gsl_rng *rng) {
  return exp(gsl_ran_gaussian_ziggurat(rng, 0.7));
}

/* Two laws in d dimensions, and which of their numbers are equal. */
static int gaussian_kl_fill(gsl_rng *rng, size_t d, bool mean, bool sigma,
                            mg_parcel *in) {
  gsl_vector *v[4];
  for (size_t k = 0; k < 4; k++) {
    v[k] = mg_parcel_add_vector(in, gaussian_kl_names[k], d);
    if (!v[k])
      return GSL_ENOMEM;
    for (size_t i = 0; i < d; i++)
      gsl_vector_set(v[k], i,
                     k % 2 ? gaussian_kl_sigma(rng)
                           : gsl_ran_gaussian_ziggurat(rng, 2));
  }
  if (mean)
    gsl_vector_memcpy(v[2], v[0]);
  if (sigma)
    gsl_vector_memcpy(v[3], v[1]);
  return GSL_SUCCESS;
}

static int gaussian_kl_shifted(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gaussian_kl_fill(rng, 1 + i % 2, false, true, in);
}

static int gaussian_kl_stretched(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gaussian_kl_fill(rng, 1 + i % 2, true, false, in);
}

static int gaussian_kl_same(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gaussian_kl_fill(rng, 1 + i, true, true, in);
}

static int gaussian_kl_any(gsl_rng *rng, size_t i, mg_parcel *in) {
  return gaussian_kl_fill(rng, 2 + 3 * i, false, false, in);
}

/* Rows of codes as an encoder says them, against the prior N(0, I). */
static int gaussian_kl_prior(gsl_rng *rng, size_t i, mg_parcel *in) {
  const int status = gaussian_kl_fill(rng, 8 + i, false, false, in);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector_set_zero(mg_parcel_vector(in, "mean1"));
  gsl_vector_set_all(mg_parcel_vector(in, "sigma1"), 1);
  return GSL_SUCCESS;
}

static const mg_exercise_test gaussian_kl_tests[] = {
    {.expects = "of two laws with equal standard deviations is half the "
                "squared distance of their means, in units of sigma",
     .points = 2,
     .cases = 6,
     .make = gaussian_kl_shifted,
     .relative = 1e-10},
    {.expects = "of two laws with equal means tells which of them is wider",
     .points = 2,
     .cases = 6,
     .make = gaussian_kl_stretched,
     .relative = 1e-10,
     .absolute = 1e-12},
    {.expects = "of a law to itself is 0",
     .points = 1,
     .cases = 4,
     .make = gaussian_kl_same,
     .absolute = 1e-12},
    {.expects = "is the sum over all coordinates, and its status is "
                "GSL_SUCCESS",
     .points = 3,
     .cases = 8,
     .make = gaussian_kl_any,
     .relative = 1e-10},
    {.expects = "to the prior N(0, I) is what a VAE pays for a code",
     .points = 2,
     .cases = 4,
     .hidden = true,
     .make = gaussian_kl_prior,
     .relative = 1e-10},
    {.expects = NULL}};

static const mg_exercise gaussian_kl_exercise = {
    .functions = (const char *const[]){"mg_mvn_diagonal_kl", NULL},
    .reference = (const mg_function[]){(mg_function)mg_mvn_diagonal_kl},
    .avoid = (const char *const[]){"mg_gaussian_kl", "mg_mvn_kl", NULL},
    .call = gaussian_kl_call,
    .tests = gaussian_kl_tests};
