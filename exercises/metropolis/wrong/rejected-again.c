/* a proposal where f is 0 is made again, until it is inside */
#include "infer/metropolis.h"

#include <gsl/gsl_randist.h>
#include <math.h>

/* Moves every walker once.                                            [mh.1]
 *   m         in/out  m->other holds the proposals z', evaluated, also
 *                     afterwards; m->chance the probability of each, N;
 *                     m->scale a unit for each z_i, or NULL: all are 1
 *   path      in      whose log f_b mg_path_log_density tells
 *   b         in      where on the path, 0 .. 1
 *   step      in      standard deviation of the proposal, in units
 *   at        in/out  the walkers, evaluated: N x D numbers at->z, and what
 *                     mg_path_evaluate fills
 *   accepted  out     mean of m->chance; NULL: not wanted
 * Returns GSL_SUCCESS, or what mg_path_evaluate returns; then nobody moves. */
int mg_metropolis_move(mg_metropolis *m, const mg_path *path, gsl_rng *rng,
                       double b, double step, mg_walkers *at,
                       double *accepted) {
  const size_t walkers = at->z->size1;
  for (size_t n = 0; n < walkers; n++)
    for (size_t i = 0; i < at->z->size2; i++) {
      const double unit = m->scale ? gsl_vector_get(m->scale, i) : 1;
      const double push = gsl_ran_gaussian(rng, step * unit);
      gsl_matrix_set(m->other.z, n, i, gsl_matrix_get(at->z, n, i) + push);
    }
  int status = mg_path_evaluate(path, &m->other);
  if (status != GSL_SUCCESS)
    return status;
  double sum = 0;
  for (int i = 0; i < 60; i++) {
    for (size_t n = 0; n < walkers; n++)
      if (!isfinite(mg_path_log_density(&m->other, b, n)))
        gsl_matrix_set(m->other.z, n, 0,
                       gsl_matrix_get(at->z, n, 0) +
                           gsl_ran_gaussian(rng, step));
    status = mg_path_evaluate(path, &m->other);
  }
  for (size_t n = 0; n < walkers; n++) {
    const double gain =
        mg_path_log_density(&m->other, b, n) - mg_path_log_density(at, b, n);
    const double chance = isnan(gain) ? 0 : exp(fmin(0, gain));
    gsl_vector_set(m->chance, n, chance);
    sum += chance;
    if (gsl_rng_uniform(rng) < chance)
      mg_walkers_copy(&m->other, n, at);
  }
  if (accepted)
    *accepted = sum / (double)walkers;
  return GSL_SUCCESS;
}
