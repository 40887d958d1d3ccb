/* by halves: log(exp(a) + exp(b)) of the two halves, by log1p */
#include "base/logmath.h"

#include <math.h>

static double add(double a, double b) {
  if (isnan(a) || isnan(b))
    return NAN;
  const double high = a > b ? a : b, low = a > b ? b : a;
  if (isinf(high) || isinf(low))
    return high;
  return high + log1p(exp(low - high));
}

double mg_log_sum_exp(size_t n, const double *a) {
  if (n == 0)
    return -INFINITY;
  if (n == 1)
    return a[0];
  return add(mg_log_sum_exp(n / 2, a), mg_log_sum_exp(n - n / 2, a + n / 2));
}
