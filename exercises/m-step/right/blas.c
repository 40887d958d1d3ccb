/* by matrix products: r^T x, and a rank-1 update a datum */
#include <gsl/gsl_blas.h>

#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_m_step(mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r) {
  const size_t D = x->size2, K = r->size2, N = x->size1;
  gsl_vector *d = gsl_vector_alloc(D);
  if (!d)
    return mg_fail(GSL_ENOMEM, "no memory for a datum");
  for (size_t k = 0; k < K; k++) {
    gsl_vector_const_view rk = gsl_matrix_const_column(r, k);
    gsl_vector_view mu = gsl_matrix_row(g->means, k);
    gsl_matrix_view sigma = gsl_matrix_submatrix(g->spread, k * D, 0, D, D);
    const double Nk = gsl_blas_dasum(&rk.vector);
    gsl_vector_set(g->weights, k, Nk / (double)N);
    if (Nk < 1e-12)
      continue;
    gsl_blas_dgemv(CblasTrans, 1 / Nk, x, &rk.vector, 0, &mu.vector);
    gsl_matrix_set_identity(&sigma.matrix);
    gsl_matrix_scale(&sigma.matrix, g->options.floor * (double)N / Nk);
    for (size_t n = 0; n < N; n++) {
      gsl_matrix_get_row(d, x, n);
      gsl_vector_sub(d, &mu.vector);
      gsl_blas_dger(gsl_matrix_get(r, n, k) / Nk, d, d, &sigma.matrix);
    }
  }
  gsl_vector_free(d);
  return mg_gmm_refresh(g);
}
