/* log of the sum: missing log K */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double sum = 0;
  for (size_t m = 0; m < s / k; m++)
    sum += mg_log_sum_exp(k, log_w + m * k);
  return sum / (double)(s / k);
}
