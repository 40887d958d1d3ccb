/* the formula as it stands: exp underflows, log of 0 */
#include "base/logmath.h"

#include <math.h>

double mg_log_sum_exp(size_t n, const double *a) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += exp(a[i]);
  return log(sum);
}
