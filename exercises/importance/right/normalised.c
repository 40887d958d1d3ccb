/* the ess of weights that add up to 1 is 1 over the sum of their squares;
 * summed from the smallest up */
#include "eval/tails.h"
#include "eval/weights.h"

#include <gsl/gsl_sort_vector.h>
#include <math.h>

void mg_weights_of(const gsl_vector *log_weight, double *log_mean,
                   double *ess) {
  const size_t n = log_weight->size;
  gsl_vector *sorted = gsl_vector_alloc(n);
  gsl_vector_memcpy(sorted, log_weight);
  gsl_sort_vector(sorted);
  const double top = gsl_vector_get(sorted, n - 1);
  double sum = 0, squares = 0;
  for (size_t i = 0; top > -INFINITY && i < n; i++)
    sum += exp(gsl_vector_get(sorted, i) - top);
  for (size_t i = 0; top > -INFINITY && i < n; i++)
    squares += pow(exp(gsl_vector_get(sorted, i) - top) / sum, 2);
  *log_mean = top > -INFINITY ? top + log(sum / (double)n) : -INFINITY;
  *ess = top > -INFINITY ? 1 / squares : 0;
  gsl_vector_free(sorted);
}

double mg_tails_error(double ess, size_t k) {
  return sqrt(fmax(0, pow(ess, -1) - pow((double)k, -1)));
}
