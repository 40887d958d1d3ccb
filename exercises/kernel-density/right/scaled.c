/* from the scaled columns and log_norm, with a running maximum */
#include "models/kde_cv.h"

#include <math.h>

double mg_kde_left_out(const mg_kde *k, size_t i, double c) {
  const size_t N = k->sample->size1;
  double top = -INFINITY, sum = 0;
  for (size_t m = 0; m < N; m++) {
    double a = 0;
    for (size_t j = 0; j < k->dim; j++) {
      const double *z = k->scaled + j * N;
      a -= (z[i] - z[m]) * (z[i] - z[m]) / (2 * c * c);
    }
    if (m != i && a > top) {
      sum = sum * exp(top - a) + 1;
      top = a;
    } else if (m != i) {
      sum += exp(a - top);
    }
  }
  return top + log(sum / (double)(N - 1)) + k->log_norm - k->dim * log(c);
}
