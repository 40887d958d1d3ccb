/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian with a diagonal covariance: D Gaussians of dist/gaussian.h side
 * by side, so that every quantity is theirs, summed over the coordinates:
 *
 *   log p(x) = sum_d log N(x_d; m_d, s_d^2)              [mvn_diagonal.1]
 *   d log p / d m_d, d s_d: those of coordinate d          [mvn_diagonal.2]
 *   d f / d m_d = dx_d,  d f / d s_d = dx_d (x_d - m_d) / s_d
 *                                                          [mvn_diagonal.3]
 *   H  = sum_d H_d                                         [mvn_diagonal.4]
 *   KL = sum_d KL_d                                        [mvn_diagonal.5]
 *
 * and this file is the loops.  It is the law of a VAE's posterior and of a
 * mean-field guide.  The formulas are not written a second time; a program
 * that needs the last factor of two in speed works in its own arrays. */
#include "dist/mvn_diagonal.h"

#include <math.h>

#include "base/status.h"
#include "dist/domain.h"
#include "dist/gaussian.h"

static int diagonal_domain(const gsl_vector *mean, const gsl_vector *sigma) {
  int status = mg_domain_length("mvn_diagonal", "mean", mean, mean->size);
  if (!status)
    status = mg_domain_length("mvn_diagonal", "sigma", sigma, mean->size);
  if (!status)
    status = mg_domain_reals("mvn_diagonal", "mean", mean);
  if (!status)
    status = mg_domain_positives("mvn_diagonal", "sigma", sigma);
  return status;
}

static int rows_domain(const gsl_matrix *x, const gsl_vector *mean,
                       const gsl_vector *sigma) {
  int status = diagonal_domain(mean, sigma);
  if (!status && x->size2 != mean->size)
    status = mg_fail(GSL_EBADLEN,
                     "mvn_diagonal: data of %zu columns where %zu belong",
                     x->size2, mean->size);
  return status;
}

int mg_mvn_diagonal_log_density(const gsl_matrix *x, const gsl_vector *mean,
                                const gsl_vector *sigma, gsl_vector *log_p) {
  int status = rows_domain(x, mean, sigma);
  if (!status)
    status = mg_domain_length("mvn_diagonal", "log_p", log_p, x->size1);
  for (size_t n = 0; n < x->size1 && !status; n++) {
    double sum = 0, term = 0;
    for (size_t d = 0; d < x->size2 && !status; d++) {
      status = mg_gaussian_log_density(gsl_matrix_get(x, n, d),
                                       gsl_vector_get(mean, d),
                                       gsl_vector_get(sigma, d), &term);
      sum += term;
    }
    if (!status)
      gsl_vector_set(log_p, n, sum);
  }
  return status;
}

int mg_mvn_diagonal_sample(gsl_rng *rng, const gsl_vector *mean,
                           const gsl_vector *sigma, gsl_matrix *x) {
  int status = rows_domain(x, mean, sigma);
  for (size_t n = 0; n < x->size1 && !status; n++)
    for (size_t d = 0; d < x->size2 && !status; d++)
      status =
          mg_gaussian_sample(rng, gsl_vector_get(mean, d),
                             gsl_vector_get(sigma, d), gsl_matrix_ptr(x, n, d));
  return status;
}

static int derivative_domain(const gsl_matrix *x, const gsl_vector *mean,
                             const gsl_vector *sigma, const gsl_vector *d_mean,
                             const gsl_vector *d_sigma) {
  int status = rows_domain(x, mean, sigma);
  if (!status)
    status = mg_domain_length("mvn_diagonal", "d_mean", d_mean, mean->size);
  if (!status)
    status = mg_domain_length("mvn_diagonal", "d_sigma", d_sigma, mean->size);
  return status;
}

int mg_mvn_diagonal_score(const gsl_matrix *x, const gsl_vector *weights,
                          const gsl_vector *mean, const gsl_vector *sigma,
                          gsl_vector *d_mean, gsl_vector *d_sigma) {
  int status = derivative_domain(x, mean, sigma, d_mean, d_sigma);
  if (!status && weights)
    status = mg_domain_length("mvn_diagonal", "weights", weights, x->size1);
  if (!status && weights)
    status = mg_domain_reals("mvn_diagonal", "weights", weights);
  for (size_t d = 0; d < mean->size && !status; d++) {
    double sum_m = 0, sum_s = 0, d_m = 0, d_s = 0;
    for (size_t n = 0; n < x->size1 && !status; n++) {
      const double w = weights ? gsl_vector_get(weights, n) : 1;
      status =
          mg_gaussian_score(gsl_matrix_get(x, n, d), gsl_vector_get(mean, d),
                            gsl_vector_get(sigma, d), &d_m, &d_s);
      sum_m += w * d_m;
      sum_s += w * d_s;
    }
    if (!status) {
      gsl_vector_set(d_mean, d, sum_m);
      gsl_vector_set(d_sigma, d, sum_s);
    }
  }
  return status;
}

int mg_mvn_diagonal_pathwise(const gsl_matrix *x, const gsl_vector *mean,
                             const gsl_vector *sigma, const gsl_matrix *dx,
                             gsl_vector *d_mean, gsl_vector *d_sigma) {
  int status = derivative_domain(x, mean, sigma, d_mean, d_sigma);
  if (!status && (dx->size1 != x->size1 || dx->size2 != x->size2))
    status = mg_fail(GSL_EBADLEN, "mvn_diagonal: dx is not of the size of x");
  for (size_t d = 0; d < mean->size && !status; d++) {
    double sum_m = 0, sum_s = 0, x_m = 0, x_s = 0;
    for (size_t n = 0; n < x->size1 && !status; n++) {
      const double dx_nd = gsl_matrix_get(dx, n, d);
      status =
          mg_gaussian_pathwise(gsl_matrix_get(x, n, d), gsl_vector_get(mean, d),
                               gsl_vector_get(sigma, d), &x_m, &x_s);
      sum_m += dx_nd * x_m;
      sum_s += dx_nd * x_s;
    }
    if (!status) {
      gsl_vector_set(d_mean, d, sum_m);
      gsl_vector_set(d_sigma, d, sum_s);
    }
  }
  return status;
}

int mg_mvn_diagonal_entropy(const gsl_vector *mean, const gsl_vector *sigma,
                            double *h) {
  int status = diagonal_domain(mean, sigma);
  double sum = 0, term = 0;
  for (size_t d = 0; d < mean->size && !status; d++) {
    status = mg_gaussian_entropy(gsl_vector_get(mean, d),
                                 gsl_vector_get(sigma, d), &term);
    sum += term;
  }
  if (!status)
    *h = sum;
  return status;
}

int mg_mvn_diagonal_kl(const gsl_vector *mean0, const gsl_vector *sigma0,
                       const gsl_vector *mean1, const gsl_vector *sigma1,
                       double *kl) {
  int status = diagonal_domain(mean0, sigma0);
  if (!status)
    status = diagonal_domain(mean1, sigma1);
  if (!status)
    status = mg_domain_length("mvn_diagonal", "mean1", mean1, mean0->size);
  double sum = 0, term = 0;
  for (size_t d = 0; d < mean0->size && !status; d++) {
    status = mg_gaussian_kl(gsl_vector_get(mean0, d), gsl_vector_get(sigma0, d),
                            gsl_vector_get(mean1, d), gsl_vector_get(sigma1, d),
                            &term);
    sum += term;
  }
  if (!status)
    *kl = sum;
  return status;
}
