/* a draw counts at every centre within 3 sd of it */
#include "eval/coverage.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

/* KL(q || u) of counts against the even law, nats; NaN when all are 0.
 *                                                             [coverage.1] */
double mg_coverage_kl(size_t k, const unsigned *count) {
  double n = 0, kl = 0;
  for (size_t i = 0; i < k; i++)
    n += count[i];
  for (size_t i = 0; i < k; i++) {
    const double q = count[i] / n;
    if (q != 0)
      kl += q * log((double)k * q);
  }
  return kl;
}

/* Counts draws at the centres.
 *   x        in   S x D, finite, S at least 1
 *   centres  in   K x D, K at least 1
 *   sd       in   of each mode in each coordinate, above 0
 *   high     out  K, draws of high quality whose nearest centre that is; of
 *                 two as near the first.  High quality: within 3 sd of it
 * Returns GSL_SUCCESS.  (The library's own also refuses other arguments; here
 * there are none.) */
int mg_coverage_count(const gsl_matrix *x, const gsl_matrix *centres, double sd,
                      unsigned *high, mg_coverage *coverage) {
  *coverage = (mg_coverage){.draws = x->size1, .modes = centres->size1};
  for (size_t k = 0; k < centres->size1; k++)
    high[k] = 0;
  for (size_t n = 0; n < x->size1; n++) {
    double distance[centres->size1];
    for (size_t k = 0; k < centres->size1; k++) {
      double square = 0;
      for (size_t j = 0; j < x->size2; j++)
        square +=
            pow(gsl_matrix_get(x, n, j) - gsl_matrix_get(centres, k, j), 2);
      distance[k] = sqrt(square);
    }
    for (size_t k = 0; k < centres->size1; k++)
      high[k] += distance[k] <= 3 * sd;
  }
  for (size_t k = 0; k < centres->size1; k++) {
    coverage->high += high[k];
    coverage->found += high[k] > 0;
  }
  coverage->reverse_kl = mg_coverage_kl(centres->size1, high);
  return GSL_SUCCESS;
}
