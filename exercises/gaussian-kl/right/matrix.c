/* four sums, each over all coordinates, put together at the end */
#include "dist/mvn_diagonal.h"

#include <gsl/gsl_errno.h>
#include <math.h>

int mg_mvn_diagonal_kl(const gsl_vector *mean0, const gsl_vector *sigma0,
                       const gsl_vector *mean1, const gsl_vector *sigma1,
                       double *kl) {
  double trace = 0, distance = 0, log_det0 = 0, log_det1 = 0;
  for (size_t d = 0; d < mean0->size; d++) {
    const double v0 = pow(gsl_vector_get(sigma0, d), 2);
    const double v1 = pow(gsl_vector_get(sigma1, d), 2);
    const double m = gsl_vector_get(mean1, d) - gsl_vector_get(mean0, d);
    trace += v0 / v1;
    distance += m * m / v1;
    log_det0 += log(v0);
    log_det1 += log(v1);
  }
  *kl = 0.5 * (trace + distance - (double)mean0->size + log_det1 - log_det0);
  return GSL_SUCCESS;
}
