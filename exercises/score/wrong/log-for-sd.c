/* takes log_sd for sd */
#include "infer/guide.h"

#include <math.h>

/* d log q(z) / d lambda of the Gaussian with lambda = (mean, log_sd).
 *                                                      [gaussian.6] [guide.1]
 *   lambda  in   2
 *   z       in   S
 *   d       out  S x 2: a row for each z, first d / d mean, then d / d log_sd
 * Returns GSL_SUCCESS. */
int mg_guide_gaussian_score(const gsl_vector *lambda, const gsl_vector *z,
                            gsl_matrix *d) {
  const double mean = gsl_vector_get(lambda, 0);
  const double sd = gsl_vector_get(lambda, 1);
  for (size_t s = 0; s < z->size; s++) {
    const double e = (gsl_vector_get(z, s) - mean) / sd;
    gsl_matrix_set(d, s, 0, e / sd);
    gsl_matrix_set(d, s, 1, e * e - 1);
  }
  return GSL_SUCCESS;
}
