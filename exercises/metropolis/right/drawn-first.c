/* all uniform numbers are drawn before the proposals, by Box and Muller */
#include "infer/metropolis.h"

#include <gsl/gsl_math.h>
#include <stdlib.h>

static double normal(gsl_rng *rng) {
  const double radius = sqrt(-2 * log(gsl_rng_uniform_pos(rng)));
  return radius * cos(2 * M_PI * gsl_rng_uniform(rng));
}

int mg_metropolis_move(mg_metropolis *m, const mg_path *path, gsl_rng *rng,
                       double b, double step, mg_walkers *at,
                       double *accepted) {
  const size_t n = at->z->size1, dim = at->z->size2;
  double *u = malloc(n * sizeof *u);
  for (size_t k = 0; k < n; k++)
    u[k] = gsl_rng_uniform(rng);
  for (size_t k = 0; k < n * dim; k++) {
    double way = step * normal(rng);
    if (m->scale)
      way *= gsl_vector_get(m->scale, k % dim);
    gsl_matrix_set(m->other.z, k / dim, k % dim,
                   gsl_matrix_get(at->z, k / dim, k % dim) + way);
  }
  const int status = mg_path_evaluate(path, &m->other);
  double mean = 0;
  for (size_t k = 0; k < n && status == GSL_SUCCESS; k++) {
    double p = exp(mg_path_log_density(&m->other, b, k) -
                   mg_path_log_density(at, b, k));
    p = p >= 1 ? 1 : p > 0 ? p : 0;
    gsl_vector_set(m->chance, k, p);
    if (u[k] < p)
      mg_walkers_copy(&m->other, k, at);
    mean += p / (double)n;
  }
  if (accepted && status == GSL_SUCCESS)
    *accepted = mean;
  free(u);
  return status;
}
