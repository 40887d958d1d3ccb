/* exp before the division: 0/0 far from all components */
#include <math.h>

#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  const int status = mg_gmm_log_joint(g, x, r);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t n = 0; n < r->size1; n++) {
    double *row = gsl_matrix_ptr(r, n, 0);
    double sum = 0;
    for (size_t k = 0; k < r->size2; k++)
      sum += exp(row[k]);
    for (size_t k = 0; k < r->size2; k++)
      row[k] = exp(row[k]) / sum;
  }
  return GSL_SUCCESS;
}
