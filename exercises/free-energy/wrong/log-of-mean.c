/* the bound is log p(x): the log is taken after the mean */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_bound(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *q,
                 mg_gmm_parts *parts) {
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
  parts->elbo = parts->log_p;
  gsl_matrix_free(joint);
  return status;
}
