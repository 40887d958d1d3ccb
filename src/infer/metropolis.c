/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oldest move of all, for a block of walkers.
 *
 *     z' = z + e s * n,   n ~ N(0, I)                                 [mh.1]
 *
 * is accepted with probability min(1, f_b(z') / f_b(z)), else z stays.  To go
 * from z to z' is proposed as often as the way back, so what flows either way
 * under f_b is min(f_b(z), f_b(z')), the same: detailed balance.  A z' where f
 * is 0 or no number is not accepted.
 *
 * How long a step?  Short ones are accepted and go nowhere, long ones are
 * refused.  In many dimensions the walk gets farthest where 0.234 of its steps
 * are accepted, on a line 0.44 (Roberts, Gelman & Gilks 1997), and then it
 * takes about D moves to forget where it was.  A Hamiltonian move, of about
 * D^(1/4) leaps, does as much (Beskos et al. 2013).
 *
 * Source: Metropolis, Rosenbluth, Rosenbluth, Teller & Teller (1953).
 * Not here: proposals that prefer a direction (Hastings 1970). */
#include "infer/metropolis.h"

#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/status.h"

int mg_metropolis_init(mg_metropolis *m, const mg_path *path, size_t n) {
  m->chance = gsl_vector_calloc(n);
  if (!m->chance)
    return mg_fail(GSL_ENOMEM, "no memory to move %zu walkers", n);
  return mg_walkers_init(&m->other, path, n);
}

void mg_metropolis_clear(mg_metropolis *m) {
  mg_walkers_clear(&m->other);
  gsl_vector_free(m->chance);
  *m = (mg_metropolis){.chance = NULL};
}

static void propose(mg_metropolis *m, gsl_rng *rng, double step,
                    const gsl_matrix *z) {
  for (size_t n = 0; n < z->size1; n++)
    for (size_t i = 0; i < z->size2; i++) {
      const double unit = m->scale ? gsl_vector_get(m->scale, i) : 1;
      gsl_matrix_set(m->other.z, n, i,
                     gsl_matrix_get(z, n, i) +
                         step * unit * gsl_ran_gaussian_ziggurat(rng, 1));
    }
}

int mg_metropolis_move(mg_metropolis *m, const mg_path *path, gsl_rng *rng,
                       double b, double step, mg_walkers *at,
                       double *accepted) {
  const size_t size = at->z->size1;
  double sum = 0;
  propose(m, rng, step, at->z);
  const int status = mg_path_evaluate(path, &m->other);
  if (status != GSL_SUCCESS)
    return status;
  for (size_t n = 0; n < size; n++) {
    const double gain =
        mg_path_log_density(&m->other, b, n) - mg_path_log_density(at, b, n);
    const double chance = isnan(gain) ? 0 : exp(fmin(0, gain));
    if (gsl_rng_uniform(rng) < chance)
      mg_walkers_copy(&m->other, n, at);
    gsl_vector_set(m->chance, n, chance);
    sum += chance;
  }
  if (accepted)
    *accepted = sum / (double)size;
  return GSL_SUCCESS;
}
