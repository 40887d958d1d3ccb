/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gaussian and lognormal laws of one coordinate of a guide.
 *
 * With e = (y - mean) / sd and sd = exp(log_sd), a Gaussian has [gaussian.6]
 *
 *     log q = -(e^2 + log 2 pi) / 2 - log_sd                  [gaussian.1]
 *     d log q / d mean = e / sd,   d log q / d log_sd = e^2 - 1
 *     dy / d mean = 1,             dy / d log_sd = sd e
 *     H = (1 + log 2 pi) / 2 + log_sd
 *
 * that is [gaussian.2] .. [gaussian.4] by the log of sigma instead of sigma.
 * y is z itself, or log z for the lognormal law, to which the slope of y adds:
 *
 *     log q(z) = log q(y) - y,   H(z) = H(y) + mean
 *
 * while scores are those of y, and a derivative of z is z times one of y.  A
 * draw whose exp is 0 or inf becomes the nearest number that is neither.
 *
 * The formulas are written here again, not taken from dist/gaussian.c, because
 * a column of draws shares one exp(log_sd) and one check. */
#include <float.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "infer/guide.h"

/* ---- Gaussian ---- */

static void gaussian_start(double mean, double sd, gsl_vector *lambda) {
  gsl_vector_set(lambda, 0, mean);
  gsl_vector_set(lambda, 1, log(sd));
}

static double mean_of(const gsl_vector *lambda) {
  return gsl_vector_get(lambda, 0);
}

static double sd_of(const gsl_vector *lambda) {
  return exp(gsl_vector_get(lambda, 1));
}

int mg_guide_gaussian_sample(const gsl_vector *lambda, gsl_rng *rng,
                             gsl_vector *z) {
  const double mean = mean_of(lambda), sd = sd_of(lambda);
  for (size_t s = 0; s < z->size; s++)
    gsl_vector_set(z, s, mean + gsl_ran_gaussian_ziggurat(rng, sd));
  return GSL_SUCCESS;
}

static int gaussian_log_density(const gsl_vector *lambda, const gsl_vector *z,
                                gsl_vector *log_q) {
  const double mean = mean_of(lambda), per_sd = 1 / sd_of(lambda);
  const double top = -MG_LN_2PI / 2 - gsl_vector_get(lambda, 1);
  for (size_t s = 0; s < z->size; s++) {
    const double e = (gsl_vector_get(z, s) - mean) * per_sd;
    *gsl_vector_ptr(log_q, s) += top - e * e / 2;
  }
  return GSL_SUCCESS;
}

int mg_guide_gaussian_score(const gsl_vector *lambda, const gsl_vector *z,
                            gsl_matrix *d) {
  const double mean = mean_of(lambda), per_sd = 1 / sd_of(lambda);
  for (size_t s = 0; s < z->size; s++) {
    const double e = (gsl_vector_get(z, s) - mean) * per_sd;
    gsl_matrix_set(d, s, 0, e * per_sd);
    gsl_matrix_set(d, s, 1, e * e - 1);
  }
  return GSL_SUCCESS;
}

static int gaussian_slope(const gsl_vector *lambda, const gsl_vector *z,
                          gsl_vector *d) {
  const double mean = mean_of(lambda), per_sd = 1 / sd_of(lambda);
  for (size_t s = 0; s < z->size; s++)
    gsl_vector_set(d, s, -(gsl_vector_get(z, s) - mean) * per_sd * per_sd);
  return GSL_SUCCESS;
}

int mg_guide_gaussian_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                               gsl_matrix *d) {
  const double mean = mean_of(lambda);
  for (size_t s = 0; s < z->size; s++) {
    gsl_matrix_set(d, s, 0, 1);
    gsl_matrix_set(d, s, 1, gsl_vector_get(z, s) - mean);
  }
  return GSL_SUCCESS;
}

static int gaussian_entropy(const gsl_vector *lambda, double *h,
                            gsl_vector *dh) {
  *h = (1 + MG_LN_2PI) / 2 + gsl_vector_get(lambda, 1);
  if (dh) {
    gsl_vector_set(dh, 0, 0);
    gsl_vector_set(dh, 1, 1);
  }
  return GSL_SUCCESS;
}

static int gaussian_moments(const gsl_vector *lambda, double *mean,
                            double *sd) {
  *mean = mean_of(lambda);
  *sd = sd_of(lambda);
  return GSL_SUCCESS;
}

static const char *const gaussian_parameters[] = {"mean", "log_sd", NULL};

const mg_guide_law mg_guide_gaussian = {.name = "gaussian",
                                        .support = MG_SUPPORT_REAL,
                                        .parameters = gaussian_parameters,
                                        .start = gaussian_start,
                                        .sample = mg_guide_gaussian_sample,
                                        .log_density = gaussian_log_density,
                                        .score = mg_guide_gaussian_score,
                                        .entropy = gaussian_entropy,
                                        .moments = gaussian_moments,
                                        .slope = gaussian_slope,
                                        .pathwise = mg_guide_gaussian_pathwise};

/* ---- lognormal ---- */

static void lognormal_start(double mean, double sd, gsl_vector *lambda) {
  const double at = mean > 0 ? mean : 1;
  const double variance = log1p(sd / at * (sd / at)); /* of log z */
  gsl_vector_set(lambda, 0, log(at) - variance / 2);
  gsl_vector_set(lambda, 1, log(variance) / 2);
}

static int lognormal_sample(const gsl_vector *lambda, gsl_rng *rng,
                            gsl_vector *z) {
  mg_guide_gaussian_sample(lambda, rng, z);
  for (size_t s = 0; s < z->size; s++) {
    const double at = exp(gsl_vector_get(z, s));
    gsl_vector_set(z, s, fmin(fmax(at, DBL_MIN), DBL_MAX));
  }
  return GSL_SUCCESS;
}

static int lognormal_log_density(const gsl_vector *lambda, const gsl_vector *z,
                                 gsl_vector *log_q) {
  const double mean = mean_of(lambda), per_sd = 1 / sd_of(lambda);
  const double top = -MG_LN_2PI / 2 - gsl_vector_get(lambda, 1);
  for (size_t s = 0; s < z->size; s++) {
    const double at = gsl_vector_get(z, s), y = log(at);
    const double e = (y - mean) * per_sd;
    *gsl_vector_ptr(log_q, s) += at > 0 ? top - e * e / 2 - y : -INFINITY;
  }
  return GSL_SUCCESS;
}

static int lognormal_score(const gsl_vector *lambda, const gsl_vector *z,
                           gsl_matrix *d) {
  const double mean = mean_of(lambda), per_sd = 1 / sd_of(lambda);
  for (size_t s = 0; s < z->size; s++) {
    const double at = gsl_vector_get(z, s);
    const double e = (log(at) - mean) * per_sd;
    if (!(at > 0))
      return mg_fail(GSL_EDOM,
                     "%g is not above 0: a lognormal law has no "
                     "score there",
                     at);
    gsl_matrix_set(d, s, 0, e * per_sd);
    gsl_matrix_set(d, s, 1, e * e - 1);
  }
  return GSL_SUCCESS;
}

static int lognormal_slope(const gsl_vector *lambda, const gsl_vector *z,
                           gsl_vector *d) {
  const double mean = mean_of(lambda), per_sd = 1 / sd_of(lambda);
  for (size_t s = 0; s < z->size; s++) {
    const double at = gsl_vector_get(z, s);
    gsl_vector_set(d, s, -((log(at) - mean) * per_sd * per_sd + 1) / at);
  }
  return GSL_SUCCESS;
}

static int lognormal_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                              gsl_matrix *d) {
  const double mean = mean_of(lambda);
  for (size_t s = 0; s < z->size; s++) {
    const double at = gsl_vector_get(z, s);
    gsl_matrix_set(d, s, 0, at);
    gsl_matrix_set(d, s, 1, at * (log(at) - mean));
  }
  return GSL_SUCCESS;
}

static int lognormal_entropy(const gsl_vector *lambda, double *h,
                             gsl_vector *dh) {
  gaussian_entropy(lambda, h, dh);
  *h += mean_of(lambda);
  if (dh)
    gsl_vector_set(dh, 0, 1);
  return GSL_SUCCESS;
}

static int lognormal_moments(const gsl_vector *lambda, double *mean,
                             double *sd) {
  const double variance = exp(2 * gsl_vector_get(lambda, 1));
  *mean = exp(mean_of(lambda) + variance / 2);
  *sd = *mean * sqrt(expm1(variance));
  return GSL_SUCCESS;
}

static const char *const lognormal_parameters[] = {"mu", "log_sigma", NULL};

const mg_guide_law mg_guide_lognormal = {.name = "lognormal",
                                         .support = MG_SUPPORT_POSITIVE,
                                         .parameters = lognormal_parameters,
                                         .start = lognormal_start,
                                         .sample = lognormal_sample,
                                         .log_density = lognormal_log_density,
                                         .score = lognormal_score,
                                         .entropy = lognormal_entropy,
                                         .moments = lognormal_moments,
                                         .slope = lognormal_slope,
                                         .pathwise = lognormal_pathwise};
