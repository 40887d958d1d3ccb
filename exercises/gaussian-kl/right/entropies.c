/* cross-entropy less entropy, a function of its own */
#include "dist/mvn_diagonal.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>

/* -E log N(x; m1, s1^2) for x of mean m0 and standard deviation s0. */
static double cross_entropy(double m0, double s0, double m1, double s1) {
  return 0.5 * log(2 * M_PI) + log(s1) +
         (gsl_pow_2(s0) + gsl_pow_2(m0 - m1)) / (2 * gsl_pow_2(s1));
}

int mg_mvn_diagonal_kl(const gsl_vector *mean0, const gsl_vector *sigma0,
                       const gsl_vector *mean1, const gsl_vector *sigma1,
                       double *kl) {
  *kl = 0;
  for (size_t d = mean0->size; d-- > 0;) {
    const double m0 = gsl_vector_get(mean0, d), s0 = gsl_vector_get(sigma0, d);
    const double m1 = gsl_vector_get(mean1, d), s1 = gsl_vector_get(sigma1, d);
    *kl += cross_entropy(m0, s0, m1, s1) - cross_entropy(m0, s0, m0, s0);
  }
  return GSL_SUCCESS;
}
