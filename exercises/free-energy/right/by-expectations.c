/* q log q by one helper, the KL from the posterior as a matrix */
#include <gsl/gsl_blas.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/gmm.h"

static double times(double p, double log_p) {
  return p == 0 ? 0 : p * log_p;
}

static int check(const gsl_matrix *q) {
  for (size_t n = 0; n < q->size1; n++) {
    double sum = 0;
    for (size_t k = 0; k < q->size2; k++) {
      double p = gsl_matrix_get(q, n, k);
      if (isnan(p) || p < 0)
        return mg_fail(GSL_EDOM, "%g is no probability", p);
      sum += p;
    }
    if (!(fabs(sum - 1) < 1e-9))
      return mg_fail(GSL_EDOM, "%g is not 1", sum);
  }
  return GSL_SUCCESS;
}

int mg_gmm_bound(const mg_gmm *g, const gsl_matrix *x, const gsl_matrix *q,
                 mg_gmm_parts *parts) {
  const size_t N = q->size1, K = q->size2;
  int status = check(q);
  if (status)
    return status;
  gsl_matrix *joint = gsl_matrix_alloc(N, K), *r = gsl_matrix_alloc(N, K);
  gsl_vector *log_p = gsl_vector_alloc(N);
  status = joint && r && log_p ? GSL_SUCCESS : GSL_ENOMEM;
  if (!status)
    status = mg_gmm_log_joint(g, x, joint);
  if (!status)
    status = mg_gmm_log_density(g, x, log_p);
  double expected = 0, entropy = 0, kl = 0, total = 0;
  for (size_t n = 0; n < N && !status; n++) {
    total += gsl_vector_get(log_p, n);
    for (size_t k = 0; k < K; k++) {
      double p = gsl_matrix_get(q, n, k);
      double a = gsl_matrix_get(joint, n, k) - gsl_vector_get(log_p, n);
      expected += times(p, gsl_matrix_get(joint, n, k));
      entropy += times(p, -log(p));
      kl += times(p, log(p) - a);
    }
  }
  *parts = (mg_gmm_parts){expected, entropy, expected + entropy, kl, total};
  gsl_matrix_free(joint);
  gsl_matrix_free(r);
  gsl_vector_free(log_p);
  return status;
}
