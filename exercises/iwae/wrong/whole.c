/* log of the mean of all: the groups are not told apart */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  (void)k;
  return mg_log_sum_exp(s, log_w) - log((double)s);
}
