/* the row is not left out, and N rows are counted */
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
          (gsl_matrix_get(k->sample, i, j) - gsl_matrix_get(k->sample, m, j)) /
          h;
      log_kernel -= z * z / 2 + log(h) + MG_LN_2PI / 2;
    }
    log_sum = mg_log_add_exp(log_sum, log_kernel);
  }
  return log_sum - log((double)N);
}
