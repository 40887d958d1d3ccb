/* normalised over the data, not over the components */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  const int status = mg_gmm_log_joint(g, x, r);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t k = 0; k < r->size2; k++) {
    double log_p = -INFINITY;
    for (size_t n = 0; n < r->size1; n++)
      log_p = mg_log_add_exp(log_p, gsl_matrix_get(r, n, k));
    for (size_t n = 0; n < r->size1; n++)
      gsl_matrix_set(r, n, k, exp(gsl_matrix_get(r, n, k) - log_p));
  }
  return GSL_SUCCESS;
}
