/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Dirichlet law: the beta law for K classes, and the usual prior of a
 * mixture's weights.  With A = sum_k alpha_k, and
 * log B = sum_k log Gamma(alpha_k) - log Gamma(A):
 *
 *   log p(x) = sum_k (alpha_k - 1) log x_k - log B            [dirichlet.1]
 *   d log p / d alpha_k = log x_k - psi(alpha_k) + psi(A)     [dirichlet.2]
 *
 * The pathwise derivative holds some noise fixed, and which noise is a choice.
 * Of a Dirichlet draw, x_j is Beta(alpha_j, A - alpha_j), and the other
 * elements divided by 1 - x_j are independent of it, with a law in which
 * alpha_j does not occur.  So for alpha_j hold F_beta(x_j) and those ratios:
 * x_j moves as the beta law says, and the others make room in proportion,
 *
 *   d x_i / d alpha_j = b_j ([i = j] - [i != j] x_i / (1 - x_j)),
 *   b_j = d x_j / d alpha_j under Beta(alpha_j, A - alpha_j)  [dirichlet.3]
 *
 * (Jankowiak & Obermeyer 2018).  It is a function of x alone, where the way
 * over gamma variables needs their sum as well.
 *
 *   H  = log B - sum_k (alpha_k - 1) (psi(alpha_k) - psi(A))  [dirichlet.4]
 *   KL = log B1 - log B0
 *        + sum_k (alpha0_k - alpha1_k) (psi(alpha0_k) - psi(A0))
 *                                                             [dirichlet.5]
 * On the border, x_k = 0, a term is -inf, 0 or +inf by alpha_k; where terms of
 * both signs meet, the log density is given as -inf. */
#include "dist/dirichlet.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "base/status.h"
#include "dist/beta.h"
#include "dist/domain.h"

/* Checks alpha and gives its sum. */
static int alpha_domain(const gsl_vector *alpha, double *total) {
  *total = 0;
  if (alpha->size < 2)
    return mg_fail(GSL_EBADLEN,
                   "dirichlet: alpha has %zu elements: give at "
                   "least 2",
                   alpha->size);
  int status = mg_domain_positives("dirichlet", "alpha", alpha);
  for (size_t k = 0; k < alpha->size; k++)
    *total += gsl_vector_get(alpha, k);
  return status ? status : mg_domain_real("dirichlet", "sum of alpha", *total);
}

static int dirichlet_domain(const gsl_vector *x, const gsl_vector *alpha,
                            double *total) {
  int status = alpha_domain(alpha, total);
  if (!status)
    status = mg_domain_length("dirichlet", "x", x, alpha->size);
  for (size_t k = 0; k < x->size && !status; k++)
    status = mg_domain_datum("dirichlet", gsl_vector_get(x, k));
  return status;
}

static int interior(const gsl_vector *x) {
  if (mg_domain_on_simplex(x, true))
    return GSL_SUCCESS;
  return mg_fail(GSL_EDOM, "dirichlet: no derivative at this datum: give "
                           "probabilities above 0 that sum to 1");
}

/* log B; alpha checked. */
static int log_norm(const gsl_vector *alpha, double total, double *log_b) {
  gsl_sf_result log_gamma;
  int status = gsl_sf_lngamma_e(total, &log_gamma);
  *log_b = -log_gamma.val;
  for (size_t k = 0; k < alpha->size && !status; k++) {
    status = gsl_sf_lngamma_e(gsl_vector_get(alpha, k), &log_gamma);
    *log_b += log_gamma.val;
  }
  return status;
}

/* psi(alpha_k) - psi(A), the mean of log x_k. */
static int mean_log(double alpha_k, double total, double *mean) {
  gsl_sf_result psi, psi_total;
  int status = gsl_sf_psi_e(alpha_k, &psi);
  if (!status)
    status = gsl_sf_psi_e(total, &psi_total);
  if (!status)
    *mean = psi.val - psi_total.val;
  return status;
}

int mg_dirichlet_log_density(const gsl_vector *x, const gsl_vector *alpha,
                             double *log_p) {
  double total, log_b, sum = 0;
  int status = dirichlet_domain(x, alpha, &total);
  if (!status)
    status = log_norm(alpha, total, &log_b);
  if (status)
    return status;
  for (size_t k = 0; k < x->size; k++) {
    const double power = gsl_vector_get(alpha, k) - 1;
    sum += power == 0 ? 0 : power * log(gsl_vector_get(x, k));
  }
  const int defined = mg_domain_on_simplex(x, false) && !isnan(sum);
  *log_p = defined ? sum - log_b : -INFINITY;
  return mg_domain_result("dirichlet", *log_p);
}

int mg_dirichlet_sample(gsl_rng *rng, const gsl_vector *alpha, gsl_vector *x) {
  double total;
  int status = alpha_domain(alpha, &total);
  if (!status)
    status = mg_domain_length("dirichlet", "x", x, alpha->size);
  if (!status && (x->stride != 1 || alpha->stride != 1))
    status = mg_fail(GSL_EINVAL, "dirichlet: alpha and x must be contiguous");
  if (status)
    return status;
  gsl_ran_dirichlet(rng, x->size, alpha->data, x->data);
  for (size_t k = 0; k < x->size; k++)
    gsl_vector_set(x, k, fmax(gsl_vector_get(x, k), DBL_MIN));
  return GSL_SUCCESS;
}

int mg_dirichlet_score(const gsl_vector *x, const gsl_vector *alpha,
                       gsl_vector *d_alpha) {
  double total, mean = 0;
  int status = dirichlet_domain(x, alpha, &total);
  if (!status)
    status = mg_domain_length("dirichlet", "d_alpha", d_alpha, x->size);
  if (!status)
    status = interior(x);
  for (size_t k = 0; k < x->size && !status; k++) {
    status = mean_log(gsl_vector_get(alpha, k), total, &mean);
    gsl_vector_set(d_alpha, k, log(gsl_vector_get(x, k)) - mean);
  }
  return status;
}

int mg_dirichlet_pathwise(const gsl_vector *x, const gsl_vector *alpha,
                          const gsl_vector *dx, gsl_vector *d_alpha) {
  double total, dx_dot_x, b, unused;
  int status = dirichlet_domain(x, alpha, &total);
  if (!status)
    status = mg_domain_length("dirichlet", "dx", dx, x->size);
  if (!status)
    status = mg_domain_length("dirichlet", "d_alpha", d_alpha, x->size);
  if (!status)
    status = interior(x);
  if (status)
    return status;
  gsl_blas_ddot(dx, x, &dx_dot_x);
  for (size_t j = 0; j < x->size && !status; j++) {
    const double x_j = gsl_vector_get(x, j), dx_j = gsl_vector_get(dx, j);
    const double alpha_j = gsl_vector_get(alpha, j);
    status = mg_beta_pathwise(x_j, alpha_j, total - alpha_j, &b, &unused);
    if (status)
      return status;
    const double others = (dx_dot_x - dx_j * x_j) / (1 - x_j);
    gsl_vector_set(d_alpha, j, b * (dx_j - others));
  }
  return status;
}

int mg_dirichlet_entropy(const gsl_vector *alpha, double *h) {
  double total, mean = 0;
  int status = alpha_domain(alpha, &total);
  if (!status)
    status = log_norm(alpha, total, h);
  for (size_t k = 0; k < alpha->size && !status; k++) {
    status = mean_log(gsl_vector_get(alpha, k), total, &mean);
    *h -= (gsl_vector_get(alpha, k) - 1) * mean;
  }
  return status ? status : mg_domain_result("dirichlet", *h);
}

int mg_dirichlet_kl(const gsl_vector *alpha0, const gsl_vector *alpha1,
                    double *kl) {
  double total0, total1, log_b0, log_b1, mean = 0, sum = 0;
  int status = alpha_domain(alpha0, &total0);
  if (!status)
    status = alpha_domain(alpha1, &total1);
  if (!status)
    status = mg_domain_length("dirichlet", "alpha1", alpha1, alpha0->size);
  if (!status)
    status = log_norm(alpha0, total0, &log_b0);
  if (!status)
    status = log_norm(alpha1, total1, &log_b1);
  for (size_t k = 0; k < alpha0->size && !status; k++) {
    const double alpha_k = gsl_vector_get(alpha0, k);
    status = mean_log(alpha_k, total0, &mean);
    sum += (alpha_k - gsl_vector_get(alpha1, k)) * mean;
  }
  if (status)
    return status;
  sum += log_b1 - log_b0;
  *kl = sum < 0 ? 0 : sum; /* rounding, where the laws agree */
  return mg_domain_result("dirichlet", *kl);
}
