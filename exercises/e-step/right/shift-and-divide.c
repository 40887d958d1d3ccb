/* shifted by the largest, exponentials, then divided by their sum */
#include <math.h>

#include "models/gmm.h"

int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
  int status = mg_gmm_log_joint(g, x, r);
  for (size_t n = 0; status == 0 && n < r->size1; n++) {
    gsl_vector_view row = gsl_matrix_row(r, n);
    double sum = 0, most = gsl_vector_max(&row.vector);
    for (size_t k = 0; k < row.vector.size; k++) {
      double p = exp(gsl_vector_get(&row.vector, k) - most);
      gsl_vector_set(&row.vector, k, p);
      sum += p;
    }
    gsl_vector_scale(&row.vector, 1 / sum);
  }
  return status;
}
