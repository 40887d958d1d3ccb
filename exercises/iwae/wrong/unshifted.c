/* unshifted: exp(-900) is 0 */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double sum = 0;
  for (size_t m = 0; m < s / k; m++) {
    double mean = 0;
    for (size_t i = 0; i < k; i++)
      mean += exp(log_w[m * k + i]) / (double)k;
    sum += log(mean);
  }
  return sum / (double)(s / k);
}
