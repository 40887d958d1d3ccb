/* shifted by the first term, not by the largest */
#include "base/logmath.h"

#include <math.h>

double mg_log_sum_exp(size_t n, const double *a) {
  if (n == 0)
    return -INFINITY;
  double m = a[0];
  if (isinf(m))
    return m;
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += exp(a[i] - m);
  return m + log(sum);
}
