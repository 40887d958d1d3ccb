/* log K less the entropy; squares are compared, not distances */
#include "eval/coverage.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

double mg_coverage_kl(size_t k, const unsigned *count) {
  double n = 0, sum = 0;
  for (size_t i = 0; i < k; i++) {
    n += count[i];
    sum += count[i] > 0 ? count[i] * log(count[i]) : 0;
  }
  return log((double)k) - log(n) + sum / n;
}

static double square(const gsl_matrix *x, size_t n, const gsl_matrix *centres,
                     size_t k) {
  double sum = 0;
  for (size_t j = 0; j < x->size2; j++) {
    const double d = gsl_matrix_get(x, n, j) - gsl_matrix_get(centres, k, j);
    sum += d * d;
  }
  return sum;
}

int mg_coverage_count(const gsl_matrix *x, const gsl_matrix *centres, double sd,
                      unsigned *high, mg_coverage *coverage) {
  const size_t modes = centres->size1;
  mg_coverage c = {.draws = x->size1, .modes = modes};
  memset(high, 0, modes * sizeof *high);
  for (size_t n = 0; n < x->size1; n++) {
    size_t best = 0;
    for (size_t k = 1; k < modes; k++)
      if (square(x, n, centres, k) < square(x, n, centres, best))
        best = k;
    if (square(x, n, centres, best) > 9 * sd * sd)
      continue;
    c.high++;
    c.found += high[best]++ == 0;
  }
  c.reverse_kl = mg_coverage_kl(modes, high);
  *coverage = c;
  return GSL_SUCCESS;
}
