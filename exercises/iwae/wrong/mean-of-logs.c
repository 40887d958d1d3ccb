/* mean of logs: the bound is constant in K */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double sum = 0;
  for (size_t m = 0; m < s / k; m++) {
    double group = 0;
    for (size_t i = 0; i < k; i++)
      group += log_w[m * k + i] / (double)k;
    sum += group;
  }
  return sum / (double)(s / k);
}
