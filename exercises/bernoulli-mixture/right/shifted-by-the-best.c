/* two passes over the components: the best joint, then the rest to it */
#include <math.h>

#include "base/status.h"
#include "models/mixture.h"

static double joint(const mg_mixture *m, size_t k, const gsl_vector *x) {
  const mg_tables *t = &m->law.tables;
  double product = m->law.weight[k], logs = 0;
  for (size_t j = 0; j < x->size; j++) {
    size_t level = (size_t)gsl_vector_get(x, j), width = t->levels;
    if (t->binary)
      product *= level ? t->probability[k * t->dim + j]
                       : 1 - t->probability[k * t->dim + j];
    else
      product *= t->probability[(k * t->dim + j) * width + level];
    if (product < 1e-200) { /* put away before it is lost */
      logs += log(product);
      product = 1;
    }
  }
  return logs + log(product);
}

int mg_mixture_log_density(const mg_mixture *m, const gsl_matrix *x,
                           gsl_vector *log_p) {
  for (size_t n = 0; n < x->size1; n++) {
    gsl_vector_const_view row = gsl_matrix_const_row(x, n);
    double best = -INFINITY, sum = 0;
    for (size_t k = 0; k < m->law.count; k++)
      best = fmax(best, joint(m, k, &row.vector));
    for (size_t k = 0; k < m->law.count; k++)
      sum += exp(joint(m, k, &row.vector) - best);
    gsl_vector_set(log_p, n, best + log(sum));
  }
  return GSL_SUCCESS;
}
