/* x log p + (1 - x) log(1 - p), an array of joints, log-sum-exp */
#include <math.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/mixture.h"

static double score(const mg_tables *t, size_t k, const double *x) {
  double log_p = 0;
  const double *p = t->probability + k * t->dim * (t->binary ? 1 : t->levels);
  for (size_t j = 0; j < t->dim; j++)
    log_p += t->binary ? x[j] * log(p[j]) + (1 - x[j]) * log(1 - p[j])
                       : log(p[j * t->levels + (size_t)x[j]]);
  return log_p;
}

int mg_mixture_log_density(const mg_mixture *m, const gsl_matrix *x,
                           gsl_vector *log_p) {
  const size_t K = m->law.count;
  if (x->size2 != m->law.dim || log_p->size != x->size1)
    return mg_fail(GSL_EBADLEN, "shapes");
  double *joint = malloc(K * sizeof *joint);
  if (!joint)
    return mg_fail(GSL_ENOMEM, "no memory");
  for (size_t n = 0; n < x->size1; n++) {
    for (size_t k = 0; k < K; k++)
      joint[k] = m->law.log_weight[k] +
                 score(&m->law.tables, k, gsl_matrix_const_ptr(x, n, 0));
    gsl_vector_set(log_p, n, mg_log_sum_exp(K, joint));
  }
  free(joint);
  return GSL_SUCCESS;
}
