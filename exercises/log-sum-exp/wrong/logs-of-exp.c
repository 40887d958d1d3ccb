/* the sum of logs for the log of a sum */
#include "base/logmath.h"

#include <math.h>

double mg_log_sum_exp(size_t n, const double *a) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += log(exp(a[i]));
  return n > 0 ? sum : -INFINITY;
}
