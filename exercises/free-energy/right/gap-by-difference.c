/* the KL as what the bound lacks; the last datum first */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

int mg_gmm_bound(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *q,
                 mg_gmm_parts *parts) {
  gsl_matrix *joint = gsl_matrix_alloc(q->size1, q->size2);
  if (!joint)
    return mg_fail(GSL_ENOMEM, "no memory");
  int status = mg_gmm_log_joint(g, x, joint);
  parts->expected = parts->entropy = parts->log_p = 0;
  for (size_t n = q->size1; n-- > 0 && !status;) {
    double left = 1;
    for (size_t k = 0; k < q->size2; k++) {
      double p = gsl_matrix_get(q, n, k);
      left -= p;
      if (p < 0)
        left = NAN;
      if (p > 0) {
        parts->expected += p * gsl_matrix_get(joint, n, k);
        parts->entropy += p * log(1 / p);
      }
    }
    parts->log_p += mg_log_sum_exp(q->size2, gsl_matrix_ptr(joint, n, 0));
    if (!(fabs(left) <= 1e-9))
      status = mg_fail(GSL_EDOM, "row %zu of q is no distribution", n);
  }
  gsl_matrix_free(joint);
  parts->elbo = parts->expected + parts->entropy;
  parts->kl = parts->log_p - parts->elbo;
  return status;
}
