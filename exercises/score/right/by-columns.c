/* a column after the other, by operations on whole vectors */
#include "infer/guide.h"

#include <math.h>

int mg_guide_gaussian_score(const gsl_vector *lambda, const gsl_vector *z,
                            gsl_matrix *d) {
  const double per_sd = exp(-gsl_vector_get(lambda, 1));
  gsl_vector_view first = gsl_matrix_column(d, 0);
  gsl_vector_view second = gsl_matrix_column(d, 1);
  gsl_vector_memcpy(&first.vector, z);
  gsl_vector_add_constant(&first.vector, -gsl_vector_get(lambda, 0));
  gsl_vector_scale(&first.vector, per_sd);
  gsl_vector_memcpy(&second.vector, &first.vector);
  gsl_vector_mul(&second.vector, &first.vector);
  gsl_vector_add_constant(&second.vector, -1);
  gsl_vector_scale(&first.vector, per_sd);
  return GSL_SUCCESS;
}
