/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian in D dimensions.
 *
 * Everything goes through the Cholesky factor, Sigma = L L^T, and the whitened
 * residual e = L^-1 (x - m), which is N(0, I) and costs one triangular solve
 * for all rows at once; no inverse and no determinant is ever formed.
 *
 *   log p(x) = -(|e|^2 + D log 2 pi) / 2 - sum_i log L_ii           [mvn.1]
 *   d log p / d m = L^-T e,
 *   d log p / d L = tril(L^-T e e^T) - diag(1 / L_ii)               [mvn.2]
 *
 * (d L changes e by -L^-1 dL e, so |e|^2 / 2 by -(L^-T e)^T dL e.)  For many
 * rows the sums of w e and w e e^T are taken first and L^-T applied once.
 *
 *   x = m + L e with e ~ N(0, I), so that at fixed e, with dx = d f / d x,
 *   d f / d m = dx,   d f / d L = tril(dx e^T)                      [mvn.3]
 *   H  = D (1 + log 2 pi) / 2 + sum_i log L_ii                      [mvn.4]
 *   KL = (|L1^-1 L0|^2 + |L1^-1 (m0 - m1)|^2 - D) / 2
 *        + sum_i (log L1_ii - log L0_ii)                            [mvn.5]
 *
 * |.|^2 of a matrix is the sum of its squares.  Data are rows, so a solve with
 * L on columns is one with L^T from the right.
 *
 * GSL's Cholesky answers success for a matrix with NaN in it, and reads one
 * triangle only; so finiteness and symmetry are looked at first, and the
 * factor's diagonal afterwards.  A covariance is called positive definite when
 * the factorisation in double precision goes through. */
#include "dist/mvn.h"

#include <float.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/domain.h"

static int fits(const char *name, const gsl_matrix *a, size_t rows,
                size_t columns) {
  if (a->size1 == rows && a->size2 == columns)
    return GSL_SUCCESS;
  return mg_fail(GSL_EBADLEN, "mvn: %s is %zu x %zu where %zu x %zu belongs",
                 name, a->size1, a->size2, rows, columns);
}

static int mvn_domain(const gsl_vector *mean, const gsl_matrix *chol) {
  const size_t dim = mean->size;
  int status = mg_domain_reals("mvn", "mean", mean);
  if (!status)
    status = fits("chol", chol, dim, dim);
  for (size_t i = 0; i < dim && !status; i++) {
    gsl_vector_const_view row = gsl_matrix_const_subrow(chol, i, 0, i + 1);
    status = mg_domain_reals("mvn", "chol", &row.vector);
    if (!status)
      status = mg_domain_positive("mvn", "diagonal of chol",
                                  gsl_matrix_get(chol, i, i));
  }
  return status;
}

static double log_determinant(const gsl_matrix *chol) {
  double sum = 0;
  for (size_t i = 0; i < chol->size1; i++)
    sum += log(gsl_matrix_get(chol, i, i));
  return sum;
}

static void clear_upper(gsl_matrix *a) {
  for (size_t i = 0; i < a->size1; i++)
    for (size_t j = i + 1; j < a->size2; j++)
      gsl_matrix_set(a, i, j, 0);
}

static int symmetric(const gsl_matrix *a) {
  for (size_t i = 0; i < a->size1; i++)
    for (size_t j = 0; j < i; j++) {
      const double scale = sqrt(fabs(gsl_matrix_get(a, i, i))) *
                           sqrt(fabs(gsl_matrix_get(a, j, j)));
      const double gap = gsl_matrix_get(a, i, j) - gsl_matrix_get(a, j, i);
      if (!(fabs(gap) <= 1e-9 * scale))
        return 0;
    }
  return 1;
}

int mg_mvn_factor(const gsl_matrix *covariance, gsl_matrix *chol) {
  const size_t dim = covariance->size1;
  int status = fits("covariance", covariance, dim, dim);
  if (!status)
    status = fits("chol", chol, dim, dim);
  for (size_t i = 0; i < dim && !status; i++) {
    gsl_vector_const_view row = gsl_matrix_const_row(covariance, i);
    status = mg_domain_reals("mvn", "covariance", &row.vector);
  }
  if (status)
    return status;
  if (!symmetric(covariance))
    return mg_fail(GSL_EDOM, "mvn: the covariance is not symmetric");
  gsl_matrix_memcpy(chol, covariance);
  status = gsl_linalg_cholesky_decomp1(chol);
  for (size_t i = 0; i < dim && !status; i++) {
    const double pivot = gsl_matrix_get(chol, i, i);
    const double least = (double)dim * DBL_EPSILON;
    if (!(pivot * pivot > least * gsl_matrix_get(covariance, i, i)))
      status = GSL_EDOM;
  }
  if (status)
    return mg_fail(GSL_EDOM, "mvn: the covariance is not positive definite: "
                             "add to its diagonal, or drop a dimension");
  clear_upper(chol);
  return GSL_SUCCESS;
}

/* work <- the rows L^-1 (x_n - mean). */
static void whiten(const gsl_matrix *x, const gsl_vector *mean,
                   const gsl_matrix *chol, gsl_matrix *work) {
  if (work != x)
    gsl_matrix_memcpy(work, x);
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_view row = gsl_matrix_row(work, n);
    gsl_vector_sub(&row.vector, mean);
  }
  gsl_blas_dtrsm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1, chol,
                 work);
}

static int rows_domain(const gsl_matrix *x, const gsl_vector *mean,
                       const gsl_matrix *chol, const gsl_matrix *work) {
  int status = mvn_domain(mean, chol);
  if (!status)
    status = fits("x", x, x->size1, mean->size);
  if (!status)
    status = fits("work", work, x->size1, mean->size);
  for (size_t n = 0; n < x->size1 && !status; n++)
    for (size_t d = 0; d < x->size2 && !status; d++)
      status = mg_domain_datum("mvn", gsl_matrix_get(x, n, d));
  return status;
}

/* Rows with every element finite, as derivatives need them. */
static int rows_inside(const gsl_matrix *x) {
  int status = GSL_SUCCESS;
  for (size_t n = 0; n < x->size1 && !status; n++)
    for (size_t d = 0; d < x->size2 && !status; d++) {
      const double x_nd = gsl_matrix_get(x, n, d);
      status = mg_domain_inside("mvn", x_nd, isfinite(x_nd));
    }
  return status;
}

int mg_mvn_log_density(const gsl_matrix *x, const gsl_vector *mean,
                       const gsl_matrix *chol, gsl_matrix *work,
                       gsl_vector *log_p) {
  int status = rows_domain(x, mean, chol, work);
  if (!status)
    status = mg_domain_length("mvn", "log_p", log_p, x->size1);
  if (status)
    return status;
  whiten(x, mean, chol, work);
  const double constant =
      -0.5 * MG_LN_2PI * (double)mean->size - log_determinant(chol);
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_const_view e = gsl_matrix_const_row(work, n);
    double square;
    gsl_blas_ddot(&e.vector, &e.vector, &square);
    /* inf - inf inside a solve: an infinite datum, or one past range */
    gsl_vector_set(log_p, n, isnan(square) ? -INFINITY : constant - square / 2);
  }
  return GSL_SUCCESS;
}

int mg_mvn_sample(gsl_rng *rng, const gsl_vector *mean, const gsl_matrix *chol,
                  gsl_matrix *x) {
  int status = mvn_domain(mean, chol);
  if (!status)
    status = fits("x", x, x->size1, mean->size);
  if (status)
    return status;
  for (size_t n = 0; n < x->size1; n++)
    for (size_t d = 0; d < x->size2; d++)
      gsl_matrix_set(x, n, d, gsl_ran_gaussian_ziggurat(rng, 1));
  gsl_blas_dtrmm(CblasRight, CblasLower, CblasTrans, CblasNonUnit, 1, chol, x);
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_view row = gsl_matrix_row(x, n);
    gsl_vector_add(&row.vector, mean);
  }
  return GSL_SUCCESS;
}

/* What score and pathwise check alike. */
static int derivative_domain(const gsl_matrix *x, const gsl_vector *mean,
                             const gsl_matrix *chol, const gsl_matrix *work,
                             const gsl_vector *d_mean,
                             const gsl_matrix *d_chol) {
  int status = rows_domain(x, mean, chol, work);
  if (!status)
    status = rows_inside(x);
  if (!status)
    status = mg_domain_length("mvn", "d_mean", d_mean, mean->size);
  if (!status)
    status = fits("d_chol", d_chol, mean->size, mean->size);
  return status;
}

int mg_mvn_score(const gsl_matrix *x, const gsl_vector *weights,
                 const gsl_vector *mean, const gsl_matrix *chol,
                 gsl_matrix *work, gsl_vector *d_mean, gsl_matrix *d_chol) {
  int status = derivative_domain(x, mean, chol, work, d_mean, d_chol);
  if (!status && weights)
    status = mg_domain_length("mvn", "weights", weights, x->size1);
  if (!status && weights)
    status = mg_domain_reals("mvn", "weights", weights);
  if (status)
    return status;
  whiten(x, mean, chol, work);
  gsl_vector_set_zero(d_mean);
  gsl_matrix_set_zero(d_chol);
  double total = 0;
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_const_view e = gsl_matrix_const_row(work, n);
    const double w = weights ? gsl_vector_get(weights, n) : 1;
    gsl_blas_daxpy(w, &e.vector, d_mean);
    gsl_blas_dger(w, &e.vector, &e.vector, d_chol);
    total += w;
  }
  gsl_blas_dtrsv(CblasLower, CblasTrans, CblasNonUnit, chol, d_mean);
  gsl_blas_dtrsm(CblasLeft, CblasLower, CblasTrans, CblasNonUnit, 1, chol,
                 d_chol);
  clear_upper(d_chol);
  for (size_t i = 0; i < mean->size; i++)
    *gsl_matrix_ptr(d_chol, i, i) -= total / gsl_matrix_get(chol, i, i);
  return GSL_SUCCESS;
}

int mg_mvn_pathwise(const gsl_matrix *x, const gsl_vector *mean,
                    const gsl_matrix *chol, const gsl_matrix *dx,
                    gsl_matrix *work, gsl_vector *d_mean, gsl_matrix *d_chol) {
  int status = derivative_domain(x, mean, chol, work, d_mean, d_chol);
  if (!status)
    status = fits("dx", dx, x->size1, x->size2);
  if (status)
    return status;
  whiten(x, mean, chol, work);
  gsl_vector_set_zero(d_mean);
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_const_view dx_n = gsl_matrix_const_row(dx, n);
    gsl_vector_add(d_mean, &dx_n.vector);
  }
  gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1, dx, work, 0, d_chol);
  clear_upper(d_chol);
  return GSL_SUCCESS;
}

int mg_mvn_entropy(const gsl_vector *mean, const gsl_matrix *chol, double *h) {
  int status = mvn_domain(mean, chol);
  if (status)
    return status;
  *h = 0.5 * (1 + MG_LN_2PI) * (double)mean->size + log_determinant(chol);
  return GSL_SUCCESS;
}

/* |L^-1 v|^2 for the v in work, which is lost. */
static double solved_square(const gsl_matrix *chol, gsl_vector *work) {
  double square;
  gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, chol, work);
  gsl_blas_ddot(work, work, &square);
  return square;
}

int mg_mvn_kl(const gsl_vector *mean0, const gsl_matrix *chol0,
              const gsl_vector *mean1, const gsl_matrix *chol1,
              gsl_vector *work, double *kl) {
  int status = mvn_domain(mean0, chol0);
  if (!status)
    status = mvn_domain(mean1, chol1);
  if (!status)
    status = mg_domain_length("mvn", "mean1", mean1, mean0->size);
  if (!status)
    status = mg_domain_length("mvn", "work", work, mean0->size);
  if (status)
    return status;
  gsl_vector_memcpy(work, mean0);
  gsl_vector_sub(work, mean1);
  double sum = solved_square(chol1, work) - (double)mean0->size;
  for (size_t j = 0; j < mean0->size; j++) {
    gsl_vector_set_zero(work);
    for (size_t i = j; i < mean0->size; i++)
      gsl_vector_set(work, i, gsl_matrix_get(chol0, i, j));
    sum += solved_square(chol1, work);
  }
  sum = sum / 2 + log_determinant(chol1) - log_determinant(chol0);
  *kl = sum < 0 ? 0 : sum; /* rounding, where the laws agree */
  return GSL_SUCCESS;
}
