/* noise first, then scaled and shifted as a whole */
#include "infer/guide.h"

#include <gsl/gsl_randist.h>
#include <math.h>

int mg_guide_gaussian_sample(const gsl_vector *lambda, gsl_rng *rng,
                             gsl_vector *z) {
  for (size_t s = z->size; s-- > 0;)
    gsl_vector_set(z, s, gsl_ran_ugaussian_ratio_method(rng));
  gsl_vector_scale(z, exp(gsl_vector_get(lambda, 1)));
  gsl_vector_add_constant(z, gsl_vector_get(lambda, 0));
  return GSL_SUCCESS;
}

int mg_guide_gaussian_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                               gsl_matrix *d) {
  gsl_vector_view of_mean = gsl_matrix_column(d, 0);
  gsl_vector_view of_log_sd = gsl_matrix_column(d, 1);
  gsl_vector_set_all(&of_mean.vector, 1);
  gsl_vector_memcpy(&of_log_sd.vector, z);
  return gsl_vector_add_constant(&of_log_sd.vector, -gsl_vector_get(lambda, 0));
}
