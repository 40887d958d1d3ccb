/* the floor is forgotten */
#include <math.h>

#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_m_step(mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r) {
  const double total = (double)x->size1;
  for (size_t k = 0; k < r->size2; k++) {
    double count = 0;
    for (size_t n = 0; n < x->size1; n++)
      count += gsl_matrix_get(r, n, k);
    gsl_vector_set(g->weights, k, count / total);
    if (count == 0)
      continue;
    double *mu = gsl_matrix_ptr(g->means, k, 0);
    for (size_t i = 0; i < g->dim; i++) {
      double sum = 0;
      for (size_t n = 0; n < x->size1; n++)
        sum += gsl_matrix_get(r, n, k) * gsl_matrix_get(x, n, i);
      mu[i] = sum / count;
    }
    for (size_t i = 0; i < g->dim; i++)
      for (size_t j = 0; j < g->dim; j++) {
        double sum = 0;
        for (size_t n = 0; n < x->size1; n++)
          sum += gsl_matrix_get(r, n, k) * (gsl_matrix_get(x, n, i) - mu[i]) *
                 (gsl_matrix_get(x, n, j) - mu[j]);
        gsl_matrix_set(g->spread, k * g->dim + i, j, sum / count);
      }
  }
  return mg_gmm_refresh(g);
}
