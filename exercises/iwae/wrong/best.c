/* the best weight of a group for all of them */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double sum = 0;
  for (size_t m = 0; m < s / k; m++) {
    double best = -INFINITY;
    for (size_t i = 0; i < k; i++)
      best = fmax(best, log_w[m * k + i]);
    sum += best - log((double)k);
  }
  return sum / (double)(s / k);
}
