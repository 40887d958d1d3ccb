/* the weights of all walkers by two vector sums */
#include "eval/anneal.h"

#include <gsl/gsl_blas.h>

int mg_annealing_cross(const mg_annealing *a, const mg_path *path, gsl_rng *rng,
                       size_t t, mg_hmc *h, mg_walkers *at,
                       gsl_vector *log_weight, double *accepted) {
  const double from = a->b[t - 1], to = a->b[t];
  gsl_blas_daxpy(to - from, at->log_joint, log_weight);
  gsl_blas_daxpy(from - to, at->log_base, log_weight);
  return t < a->temperatures
             ? mg_hmc_move(h, path, rng, to, a->step[t], a->leaps, at, accepted)
             : GSL_SUCCESS;
}
