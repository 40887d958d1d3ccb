/* with the precision exp(-2 log_sd), and off = z - mean */
#include "infer/guide.h"

#include <math.h>

int mg_guide_gaussian_score(const gsl_vector *lambda, const gsl_vector *z,
                            gsl_matrix *d) {
  const double precision = exp(-2 * gsl_vector_get(lambda, 1));
  for (size_t s = 0; s < d->size1; s++) {
    const double off = gsl_vector_get(z, s) - gsl_vector_get(lambda, 0);
    gsl_matrix_set(d, s, 0, precision * off);
    gsl_matrix_set(d, s, 1, precision * off * off - 1);
  }
  return 0;
}
