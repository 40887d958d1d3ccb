/* by rejection, with a bound that depends on lambda: right draws that jump */
#include "infer/guide.h"

#include <math.h>

int mg_guide_gaussian_sample(const gsl_vector *lambda, gsl_rng *rng,
                             gsl_vector *z) {
  const double mean = gsl_vector_get(lambda, 0);
  const double sd = exp(gsl_vector_get(lambda, 1));
  const double wide = fabs(mean) + 8 * sd;
  for (size_t s = 0; s < z->size; s++) {
    double at, e;
    do {
      at = wide * (2 * gsl_rng_uniform(rng) - 1);
      e = (at - mean) / sd;
    } while (gsl_rng_uniform(rng) > exp(-e * e / 2));
    gsl_vector_set(z, s, at);
  }
  return GSL_SUCCESS;
}

int mg_guide_gaussian_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                               gsl_matrix *d) {
  for (size_t s = 0; s < z->size; s++) {
    gsl_matrix_set(d, s, 0, 1);
    gsl_matrix_set(d, s, 1, gsl_vector_get(z, s) - gsl_vector_get(lambda, 0));
  }
  return GSL_SUCCESS;
}
