/* kernel-density: log p(x_i) under a kernel density of all rows but the i-th,
 * by which the bandwidth is chosen.
 *
 * The page kernel-density.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check kernel-density */
#include "models/kde_cv.h"

#include <math.h>

#include "base/logmath.h"

/* Log density of kept row i under the others, with c times the bandwidth, nats.
 *                                                                   [kde.2]
 *   k  in  k->sample     N x D, the kept rows, N >= 2
 *          k->bandwidth  D, a bandwidth for each column
 *          k->dim        D
 *   i  in  the row that is left out, 0 .. N-1     c  in  above 0 */
double mg_kde_left_out(const mg_kde *k, size_t i, double c) {
#ifdef MARGINALIA_SOLUTION
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
    if (m != i)
      log_sum = mg_log_add_exp(log_sum, log_kernel);
  }
  return log_sum - log((double)N - 1);
#else
  /* Your turn.  gsl_matrix_get(k->sample, m, j) is x_mj. */
  (void)k;
  (void)i;
  (void)c;
  return 0;
#endif
}
