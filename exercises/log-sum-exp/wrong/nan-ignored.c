/* a comparison with NaN is false, so a NaN beside +inf is passed over */
#include "base/logmath.h"

#include <math.h>

double mg_log_sum_exp(size_t n, const double *a) {
  double m = -INFINITY;
  for (size_t i = 0; i < n; i++)
    if (a[i] > m)
      m = a[i];
  if (isinf(m))
    return m;
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += exp(a[i] - m);
  return m + log(sum);
}
