/* shifted by the smallest term */
#include "base/logmath.h"

#include <math.h>

double mg_log_sum_exp(size_t n, const double *a) {
  double m = INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]))
      return NAN;
    if (a[i] < m)
      m = a[i];
  }
  if (n == 0)
    return -INFINITY;
  if (isinf(m))
    return m;
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += exp(a[i] - m);
  return m + log(sum);
}
