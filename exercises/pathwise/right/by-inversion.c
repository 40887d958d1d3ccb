/* draws by the quantile function; sd e by way of e */
#include "infer/guide.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

int mg_guide_gaussian_sample(const gsl_vector *lambda, gsl_rng *rng,
                             gsl_vector *z) {
  for (size_t s = 0; s < z->size; s++) {
    const double e = gsl_cdf_ugaussian_Pinv(gsl_rng_uniform_pos(rng));
    gsl_vector_set(
        z, s, gsl_vector_get(lambda, 0) + exp(gsl_vector_get(lambda, 1)) * e);
  }
  return GSL_SUCCESS;
}

int mg_guide_gaussian_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                               gsl_matrix *d) {
  const double mean = gsl_vector_get(lambda, 0);
  const double sd = exp(gsl_vector_get(lambda, 1));
  for (size_t s = 0; s < z->size; s++) {
    const double e = (gsl_vector_get(z, s) - mean) / sd;
    gsl_matrix_set(d, s, 0, 1);
    gsl_matrix_set(d, s, 1, sd * e);
  }
  return GSL_SUCCESS;
}
