/* proposes with the ziggurat, decides by comparing logarithms */
#include "infer/metropolis.h"

#include <gsl/gsl_randist.h>
#include <math.h>

int mg_metropolis_move(mg_metropolis *m, const mg_path *path, gsl_rng *rng,
                       double b, double step, mg_walkers *at,
                       double *accepted) {
  double total = 0;
  gsl_matrix_memcpy(m->other.z, at->z);
  for (size_t i = 0; i < at->z->size2; i++) {
    gsl_vector_view column = gsl_matrix_column(m->other.z, i);
    const double sd = m->scale ? step * gsl_vector_get(m->scale, i) : step;
    for (size_t n = 0; n < at->z->size1; n++)
      *gsl_vector_ptr(&column.vector, n) += sd * gsl_ran_ugaussian(rng);
  }
  int status = mg_path_evaluate(path, &m->other);
  if (status)
    return status;
  for (size_t n = 0; n < at->z->size1; n++) {
    const double here = mg_path_log_density(at, b, n);
    const double there = mg_path_log_density(&m->other, b, n);
    const double log_u = log(gsl_rng_uniform_pos(rng));
    if (there - here >= log_u)
      mg_walkers_copy(&m->other, n, at);
    if (there >= here)
      gsl_vector_set(m->chance, n, 1);
    else if (there - here < 0)
      gsl_vector_set(m->chance, n, exp(there - here));
    else
      gsl_vector_set(m->chance, n, 0);
    /* From nowhere to nowhere nobody goes. */
    if (there == -INFINITY)
      gsl_vector_set(m->chance, n, 0);
    total += gsl_vector_get(m->chance, n);
  }
  if (accepted != NULL)
    *accepted = total / at->z->size1;
  return 0;
}
