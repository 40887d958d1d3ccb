/* one pass: the sums are scaled anew when a larger weight comes */
#include "eval/tails.h"
#include "eval/weights.h"

#include <math.h>

void mg_weights_of(const gsl_vector *log_weight, double *log_mean,
                   double *ess) {
  double top = -INFINITY, sum = 0, squares = 0;
  for (size_t i = 0; i < log_weight->size; i++) {
    const double a = gsl_vector_get(log_weight, i);
    if (a == -INFINITY)
      continue;
    if (a > top) {
      const double shrink = exp(top - a);
      sum = sum * shrink + 1;
      squares = squares * shrink * shrink + 1;
      top = a;
    } else {
      sum += exp(a - top);
      squares += exp(2 * (a - top));
    }
  }
  *log_mean = top + log(sum) - log(log_weight->size);
  *ess = squares > 0 ? sum * sum / squares : 0;
}

double mg_tails_error(double ess, size_t k) {
  const double variance = 1 / ess - 1.0 / k;
  return variance > 0 ? sqrt(variance) : 0;
}
