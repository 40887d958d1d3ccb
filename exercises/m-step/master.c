/* m-step: weights, means and covariances from responsibilities.
 *
 * The page m-step.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check m-step */
#include <math.h>

#include "base/status.h"
#include "models/gmm.h"

/* New parameters from responsibilities.                              [em.4]
 *   g  in/out  a mixture of K components with full covariances in D dimensions:
 *              g->weights K, g->means K x D, g->options.floor f, and g->spread,
 *              K D x D: the covariance of component k in the D rows from k D on
 *   x  in      N x D, a datum a row
 *   r  in      N x K, rows sum to 1
 * A component that no datum belongs to (N_k = 0) gets weight 0 and keeps its
 * mean and covariance.  Returns what mg_gmm_refresh(g) does, called last. */
int mg_gmm_m_step(mg_gmm *g, const gsl_matrix *x, const gsl_matrix *r) {
#ifdef MARGINALIA_SOLUTION
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
        double sum = i == j ? g->options.floor * total : 0;
        for (size_t n = 0; n < x->size1; n++)
          sum += gsl_matrix_get(r, n, k) * (gsl_matrix_get(x, n, i) - mu[i]) *
                 (gsl_matrix_get(x, n, j) - mu[j]);
        gsl_matrix_set(g->spread, k * g->dim + i, j, sum / count);
      }
  }
  return mg_gmm_refresh(g);
#else
  /* Your turn: a component at a time.  How many data does it have, where is
   * their mean, and how far do they lie around that? */
  (void)x;
  (void)r;
  return mg_gmm_refresh(g);
#endif
}
