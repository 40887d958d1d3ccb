/* the mean of the logs for the log of the mean */
#include "eval/tails.h"
#include "eval/weights.h"

#include <math.h>

/* The log of the weights' mean, and how many draws they are worth.
 *                                                            [iwae.1] [ess.1]
 *   log_weight     in   n of 1 or more, nats: log p(x, z) - log q(z) of a draw
 *                       each; -inf is a weight of 0
 *   log_mean, ess  out  nats; between 1 and n.  -inf and 0 when every weight
 *                       is 0 */
void mg_weights_of(const gsl_vector *log_weight, double *log_mean,
                   double *ess) {
  const double top = gsl_vector_max(log_weight);
  double sum = 0, squares = 0, mean = 0;
  if (top == -INFINITY) {
    *log_mean = -INFINITY;
    *ess = 0;
    return;
  }
  for (size_t n = 0; n < log_weight->size; n++) {
    const double w = exp(gsl_vector_get(log_weight, n) - top);
    sum += w;
    mean += gsl_vector_get(log_weight, n);
    squares += w * w;
  }
  *log_mean = mean / (double)log_weight->size;
  *ess = sum * sum / squares;
}

/* Standard error of the log of a mean of k weights, to first order.   [ess.2]
 *   ess  in  of the k; a rounding above k is k
 * Returns nats. */
double mg_tails_error(double ess, size_t k) {
  return sqrt(fmax(1 / ess - 1 / (double)k, 0));
}
