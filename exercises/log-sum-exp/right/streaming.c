/* one pass: the sum so far is rescaled whenever a larger term comes */
#include "base/logmath.h"

#include <math.h>

double mg_log_sum_exp(size_t n, const double *a) {
  double m = -INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]))
      return NAN;
    if (a[i] > m) {
      sum = sum * exp(m - a[i]) + 1;
      m = a[i];
    } else if (a[i] > -INFINITY) {
      sum += exp(a[i] - m);
    }
  }
  return isinf(m) ? m : m + log(sum);
}
