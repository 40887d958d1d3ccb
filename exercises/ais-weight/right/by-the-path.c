/* the weight as the difference of log f at both ends of the crossing */
#include "eval/anneal.h"

int mg_annealing_cross(const mg_annealing *a, const mg_path *path, gsl_rng *rng,
                       size_t t, mg_hmc *h, mg_walkers *at,
                       gsl_vector *log_weight, double *accepted) {
  int status = GSL_SUCCESS;
  for (size_t n = 0; n < at->z->size1; n++) {
    const double before = mg_path_log_density(at, a->b[t - 1], n);
    const double after = mg_path_log_density(at, a->b[t], n);
    gsl_vector_set(log_weight, n,
                   gsl_vector_get(log_weight, n) + after - before);
  }
  if (t != a->temperatures)
    status =
        mg_hmc_move(h, path, rng, a->b[t], a->step[t], a->leaps, at, accepted);
  return status;
}
