/* both by mg_log_sum_exp: the sums themselves are never there */
#include "base/logmath.h"
#include "eval/tails.h"
#include "eval/weights.h"

#include <math.h>
#include <stdlib.h>

void mg_weights_of(const gsl_vector *log_weight, double *log_mean,
                   double *ess) {
  const size_t n = log_weight->size;
  double *once = malloc(n * sizeof *once), *twice = malloc(n * sizeof *twice);
  for (size_t i = 0; i < n; i++) {
    once[i] = gsl_vector_get(log_weight, i);
    twice[i] = 2 * once[i];
  }
  const double sum = mg_log_sum_exp(n, once);
  *log_mean = sum - log((double)n);
  *ess = sum == -INFINITY ? 0 : exp(2 * sum - mg_log_sum_exp(n, twice));
  free(once);
  free(twice);
}

double mg_tails_error(double ess, size_t k) {
  const double n = (double)k;
  return ess >= n ? 0 : sqrt((n - ess) / (ess * n));
}
