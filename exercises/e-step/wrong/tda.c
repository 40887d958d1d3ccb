/* rows at n K: a matrix may be a part of a wider one */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  const int status = mg_gmm_log_joint(g, x, r);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t n = 0; n < r->size1; n++) {
    double *row = r->data + n * r->size2;
    const double log_p = mg_log_sum_exp(r->size2, row);
    for (size_t k = 0; k < r->size2; k++)
      row[k] = exp(row[k] - log_p);
  }
  return GSL_SUCCESS;
}
