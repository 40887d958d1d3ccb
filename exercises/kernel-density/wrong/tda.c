/* rows by x->data[m * D + j]: a matrix may be a part of a wider one */
#include "models/kde_cv.h"

#include <math.h>

#include "base/logmath.h"

double mg_kde_left_out(const mg_kde *k, size_t i, double c) {
  const size_t N = k->sample->size1;
  double log_sum = -INFINITY;
  for (size_t m = 0; m < N; m++) {
    double log_kernel = 0;
    for (size_t j = 0; j < k->dim; j++) {
      const double h = c * k->bandwidth[j];
      const double z =
          (k->sample->data[i * k->dim + j] - k->sample->data[m * k->dim + j]) /
          h;
      log_kernel -= z * z / 2 + log(h) + MG_LN_2PI / 2;
    }
    if (m != i)
      log_sum = mg_log_add_exp(log_sum, log_kernel);
  }
  return log_sum - log((double)N - 1);
}
