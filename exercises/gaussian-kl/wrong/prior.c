/* the closed form to a standard Gaussian, whatever the second law is */
#include "dist/mvn_diagonal.h"

#include <gsl/gsl_errno.h>
#include <math.h>

int mg_mvn_diagonal_kl(const gsl_vector *mean0, const gsl_vector *sigma0,
                       const gsl_vector *mean1, const gsl_vector *sigma1,
                       double *kl) {
  double sum = 0;
  for (size_t d = 0; d < mean0->size; d++) {
    const double s0 = gsl_vector_get(sigma0, d);
    const double s1 = gsl_vector_get(sigma1, d);
    const double m = gsl_vector_get(mean0, d) - gsl_vector_get(mean1, d);
    sum += 0.5 * (s0 * s0 + m * m - 1 - 2 * log(s0)) + 0 * s1;
  }
  *kl = sum;
  return GSL_SUCCESS;
}
