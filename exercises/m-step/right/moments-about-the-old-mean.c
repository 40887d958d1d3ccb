/* one pass over the data: moments about the old mean, then moved */
#include <string.h>

#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_m_step(mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r) {
  const size_t D = g->dim, K = g->means->size1, N = x->size1;
  double s[64], S[64][64], diff[64];
  for (size_t k = 0; k < K; k++) {
    double Nk = 0;
    memset(s, 0, sizeof s);
    memset(S, 0, sizeof S);
    for (size_t n = 0; n < N; n++) {
      double w = gsl_matrix_get(r, n, k);
      Nk += w;
      for (size_t i = 0; i < D; i++) {
        diff[i] = gsl_matrix_get(x, n, i) - gsl_matrix_get(g->means, k, i);
        s[i] += w * diff[i];
        for (size_t j = 0; j <= i; j++)
          S[i][j] += w * diff[i] * diff[j];
      }
    }
    gsl_vector_set(g->weights, k, Nk / (double)N);
    if (!(Nk > 0))
      continue;
    for (size_t i = 0; i < D; i++) {
      *gsl_matrix_ptr(g->means, k, i) += s[i] / Nk;
      for (size_t j = 0; j <= i; j++) {
        double c = S[i][j] / Nk - s[i] / Nk * (s[j] / Nk);
        if (i == j)
          c += g->options.floor * (double)N / Nk;
        gsl_matrix_set(g->spread, k * D + i, j, c);
        gsl_matrix_set(g->spread, k * D + j, i, c);
      }
    }
  }
  return mg_gmm_refresh(g);
}
