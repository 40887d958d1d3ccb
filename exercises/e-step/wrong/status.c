/* the status of mg_gmm_log_joint is thrown away */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  mg_gmm_log_joint(g, x, r);
  for (size_t n = 0; n < r->size1; n++) {
    double *row = gsl_matrix_ptr(r, n, 0);
    const double log_p = mg_log_sum_exp(r->size2, row);
    for (size_t k = 0; k < r->size2; k++)
      row[k] = exp(row[k] - log_p);
  }
  return GSL_SUCCESS;
}
