/* one noise for all draws */
#include "infer/guide.h"

#include <gsl/gsl_randist.h>
#include <math.h>

/* S draws from the Gaussian with lambda = (mean, log_sd).  From an rng in the
 * same state they move smoothly with lambda: chance does not know it.
 *                                                                [gaussian.6]
 *   lambda  in  2     z  out  S
 * Returns GSL_SUCCESS. */
int mg_guide_gaussian_sample(const gsl_vector *lambda, gsl_rng *rng,
                             gsl_vector *z) {
  const double mean = gsl_vector_get(lambda, 0);
  const double sd = exp(gsl_vector_get(lambda, 1));
  const double e = gsl_ran_gaussian(rng, 1);
  for (size_t s = 0; s < z->size; s++)
    gsl_vector_set(z, s, mean + sd * e);
  return GSL_SUCCESS;
}

/* d z / d lambda for the noise that gave z.            [gaussian.6] [guide.2]
 *   lambda  in   2
 *   z       in   S
 *   d       out  S x 2: a row for each z, first d z / d mean, then
 *                d z / d log_sd
 * Returns GSL_SUCCESS. */
int mg_guide_gaussian_pathwise(const gsl_vector *lambda, const gsl_vector *z,
                               gsl_matrix *d) {
  for (size_t s = 0; s < z->size; s++) {
    gsl_matrix_set(d, s, 0, 1);
    gsl_matrix_set(d, s, 1, gsl_vector_get(z, s) - gsl_vector_get(lambda, 0));
  }
  return GSL_SUCCESS;
}
