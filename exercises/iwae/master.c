/* iwae: the bound of K importance weights.
 *
 * The page iwae.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check iwae */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

/* The bound of K weights from S = M K of them, in groups of K as they stand:
 * the mean over groups of the log of the group's mean weight.       [iwae.1]
 *   s      in  S, a multiple of k above 0
 *   log_w  in  S, nats; -inf is one
 * K = 1 is the mean of logs of the ELBO, K = S the log of the mean.
 * Returns nats. */
double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
#ifdef MARGINALIA_SOLUTION
  const size_t groups = s / k;
  double sum = 0;
  for (size_t m = 0; m < groups; m++)
    sum += mg_log_sum_exp(k, log_w + m * k) - log((double)k);
  return sum / (double)groups;
#else
  /* Your turn.  What stands inside the logarithm, and what outside? */
  (void)s;
  (void)log_w;
  (void)k;
  return 0;
#endif
}
