/* the log of 1/K goes into each term */
#include "eval/weights.h"

#include <math.h>

#include "base/logmath.h"

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double mean = 0;
  for (size_t m = 0; m < s / k; m++) {
    double terms[k];
    for (size_t i = 0; i < k; i++)
      terms[i] = log_w[m * k + i] - log((double)k);
    mean += mg_log_sum_exp(k, terms) / (double)(s / k);
  }
  return mean;
}
