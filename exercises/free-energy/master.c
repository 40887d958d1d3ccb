/* free-energy: log p(x) taken apart into a bound and what it lacks.
 *
 * The page free-energy.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check free-energy */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

/* The two sides of log p = ELBO + KL for any responsibilities q, sums over the
 * data, nats.                                                        [em.3]
 *   g      in   a mixture of K components
 *   x      in   N x D     q  in  N x K
 *   parts  out  expected  sum_nk q_nk log p(x_n, k)
 *               entropy   -sum_nk q_nk log q_nk
 *               elbo      expected + entropy
 *               kl        sum_nk q_nk (log q_nk - log p(k | x_n))
 *               log_p     sum_n log p(x_n)
 * A q_nk of 0 adds 0 to every sum.  Returns GSL_SUCCESS; GSL_EDOM when a q_nk
 * is below 0 or not a number, or when a row of q does not sum to 1 within 1e-9;
 * GSL_ENOMEM; what mg_gmm_log_joint returns when it refuses. */
int mg_gmm_bound(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *q,
                 mg_gmm_parts *parts) {
#ifdef MARGINALIA_SOLUTION
  *parts = (mg_gmm_parts){.log_p = 0};
  gsl_matrix *joint = gsl_matrix_alloc(q->size1, q->size2);
  int status = joint ? mg_gmm_log_joint(g, x, joint) : GSL_ENOMEM;
  for (size_t n = 0; status == GSL_SUCCESS && n < q->size1; n++) {
    const double *row = gsl_matrix_ptr(joint, n, 0);
    const double log_p = mg_log_sum_exp(q->size2, row);
    double sum = 0;
    for (size_t k = 0; k < q->size2; k++) {
      const double p = gsl_matrix_get(q, n, k);
      sum += p;
      if (p > 0) {
        parts->expected += p * row[k];
        parts->entropy -= p * log(p);
        parts->kl += p * (log(p) - (row[k] - log_p));
      } else if (p != 0) {
        status = mg_fail(GSL_EDOM, "q has a probability of %g", p);
      }
    }
    parts->log_p += log_p;
    if (fabs(sum - 1) > 1e-9)
      status = mg_fail(GSL_EDOM, "a row of q sums to %g", sum);
  }
  parts->elbo = parts->expected + parts->entropy;
  gsl_matrix_free(joint);
  return status;
#else
  /* Your turn.  mg_gmm_log_joint(g, x, m) fills an N x K matrix m with
   * log p(x_n, k). */
  (void)g;
  (void)x;
  (void)q;
  *parts = (mg_gmm_parts){.log_p = 0};
  return GSL_SUCCESS;
#endif
}
