/* the Gaussians written out, by the Cholesky factor of each */
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "base/status.h"
#include "models/gmm.h"

/* log N(x; mu, L L^T) by forward substitution. */
static double log_normal(const gsl_matrix *l, const double *x,
                         const double *mu) {
  size_t d = l->size1;
  double w[64], value = -0.5 * (double)d * log(2 * M_PI);
  for (size_t i = 0; i < d; i++) {
    w[i] = x[i] - mu[i];
    for (size_t j = 0; j < i; j++)
      w[i] -= gsl_matrix_get(l, i, j) * w[j];
    w[i] /= gsl_matrix_get(l, i, i);
    value -= w[i] * w[i] / 2 + log(gsl_matrix_get(l, i, i));
  }
  return value;
}

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  size_t d = g->dim, K = g->weights->size;
  if (x->size2 != d || r->size1 != x->size1 || r->size2 != K)
    return mg_fail(GSL_EBADLEN, "shapes");
  gsl_matrix *l = gsl_matrix_alloc(d, d);
  if (!l)
    return mg_fail(GSL_ENOMEM, "no memory");
  for (size_t k = 0; k < K; k++) {
    mg_gmm_covariance_get(g, k, l);
    gsl_linalg_cholesky_decomp1(l);
    for (size_t n = 0; n < x->size1; n++)
      gsl_matrix_set(r, n, k,
                     log(gsl_vector_get(g->weights, k)) +
                         log_normal(l, gsl_matrix_const_ptr(x, n, 0),
                                    gsl_matrix_const_ptr(g->means, k, 0)));
  }
  gsl_matrix_free(l);
  for (size_t n = 0; n < x->size1; n++) {
    double most = -INFINITY, sum = 0;
    for (size_t k = 0; k < K; k++)
      most = fmax(most, gsl_matrix_get(r, n, k));
    for (size_t k = 0; k < K; k++)
      sum += exp(gsl_matrix_get(r, n, k) - most);
    for (size_t k = 0; k < K; k++)
      gsl_matrix_set(r, n, k, exp(gsl_matrix_get(r, n, k) - most) / sum);
    if (isnan(sum))
      return mg_fail(GSL_EDOM, "datum %zu is not finite", n + 1);
  }
  return GSL_SUCCESS;
}
