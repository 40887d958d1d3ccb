/* log-sum-exp: log (exp(a_0) + ... + exp(a_(n-1))), for any a.
 *
 * The page log-sum-exp.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check log-sum-exp */
#include "base/logmath.h"

#include <math.h>

/* log sum_i exp(a_i).                                              [log.1]
 *   n  in  how many, perhaps 0     a  in  n log terms
 * Returns -inf for n = 0, or when every a_i is -inf; +inf when one is +inf; NaN
 * when one is NaN. */
double mg_log_sum_exp(size_t n, const double *a) {
#ifdef MARGINALIA_SOLUTION
  double m = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]))
      return NAN;
    if (a[i] > m)
      m = a[i];
  }
  if (isinf(m))
    return m;
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += exp(a[i] - m);
  return m + log(sum);
#else
  /* Your turn.  What is exp(-1000) in double precision? */
  (void)n;
  (void)a;
  return 0;
#endif
}
