/* distances first, then log-sum-exp over an array; scale taken out */
#include "models/kde_cv.h"

#include <math.h>
#include <stdlib.h>

#include "base/logmath.h"

double mg_kde_left_out(const mg_kde *k, size_t i, double c) {
  size_t n = 0, N = k->sample->size1;
  double *a = malloc(N * sizeof *a);
  if (!a)
    return NAN;
  for (size_t m = 0; m < N; m++) {
    if (m == i)
      continue;
    double square = 0;
    for (size_t j = 0; j < k->dim; j++)
      square += pow(
          (gsl_matrix_get(k->sample, i, j) - gsl_matrix_get(k->sample, m, j)) /
              k->bandwidth[j],
          2);
    a[n++] = -square / (2 * c * c);
  }
  double result = mg_log_sum_exp(n, a) - log((double)n);
  free(a);
  for (size_t j = 0; j < k->dim; j++)
    result -= log(c * k->bandwidth[j] * sqrt(2 * M_PI));
  return result;
}
