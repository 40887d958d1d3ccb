/* the largest term is the 1 in log1p: m + log1p(sum of the others) */
#include "base/logmath.h"

#include <math.h>

double mg_log_sum_exp(size_t n, const double *a) {
  size_t top = 0;
  for (size_t i = 0; i < n; i++) {
    if (isnan(a[i]))
      return NAN;
    if (a[i] > a[top])
      top = i;
  }
  if (n == 0)
    return -INFINITY;
  if (isinf(a[top]))
    return a[top];
  double others = 0;
  for (size_t i = 0; i < n; i++)
    if (i != top)
      others += exp(a[i] - a[top]);
  return a[top] + log1p(others);
}
