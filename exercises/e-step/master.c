/* e-step: which component made each datum, by Bayes' rule in logarithms.
 *
 * The page e-step.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check e-step */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

/* Responsibilities r_nk = p(k | x_n).                                [em.2]
 *   g  in   a mixture of K components in D dimensions
 *   x  in   N x D, a datum a row
 *   r  out  N x K, rows sum to 1; it may be a part of a wider matrix
 * Returns GSL_SUCCESS; what mg_gmm_log_joint returned when that refuses. */
int mg_gmm_responsibilities(const mg_gmm *g, const gsl_matrix *x,
                            gsl_matrix *r) {
#ifdef MARGINALIA_SOLUTION
  const int status = mg_gmm_log_joint(g, x, r); /* log p(x_n, k) into r */
  if (status != GSL_SUCCESS)
    return status;
  for (size_t n = 0; n < r->size1; n++) {
    double *row = gsl_matrix_ptr(r, n, 0);
    const double log_p = mg_log_sum_exp(r->size2, row);
    for (size_t k = 0; k < r->size2; k++)
      row[k] = exp(row[k] - log_p);
  }
  return GSL_SUCCESS;
#else
  /* Your turn.  mg_gmm_log_joint(g, x, m) fills an N x K matrix m with
   * log p(x_n, k). */
  (void)g;
  (void)x;
  gsl_matrix_set_all(r, 1 / (double)r->size2);
  return GSL_SUCCESS;
#endif
}
