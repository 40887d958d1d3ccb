/* weight after weight, with log K once at the end */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double mean = 0, group = -INFINITY;
  for (size_t i = 0; i < s; i++) {
    group = mg_log_add_exp(group, log_w[i]);
    if ((i + 1) % k == 0) {
      mean += group * (double)k / (double)s;
      group = -INFINITY;
    }
  }
  return mean - log((double)k);
}
