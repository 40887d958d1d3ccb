/* column j of component k at j K + k */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/mixture.h"

int mg_mixture_log_density(const mg_mixture *m, const gsl_matrix *x,
                           gsl_vector *log_p) {
  const mg_tables *t = &m->law.tables;
  for (size_t n = 0; n < x->size1; n++) {
    double sum = -INFINITY;
    for (size_t k = 0; k < t->count; k++) {
      double joint = log(m->law.weight[k]);
      for (size_t j = 0; j < t->dim; j++) {
        const size_t at = j * t->count + k;
        const size_t level = (size_t)gsl_matrix_get(x, n, j);
        if (!t->binary)
          joint += log(t->probability[at * t->levels + level]);
        else if (level == 1)
          joint += log(t->probability[at]);
        else
          joint += log1p(-t->probability[at]);
      }
      sum = mg_log_add_exp(sum, joint);
    }
    gsl_vector_set(log_p, n, sum);
  }
  return GSL_SUCCESS;
}
