/* every M-th weight is a group: groups stand one after the other */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  const size_t groups = s / k;
  double sum = 0;
  for (size_t m = 0; m < groups; m++) {
    double all = -INFINITY;
    for (size_t i = 0; i < k; i++)
      all = mg_log_add_exp(all, log_w[i * groups + m]);
    sum += all - log((double)k);
  }
  return sum / (double)groups;
}
