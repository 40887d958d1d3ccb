/* bernoulli-mixture: the evidence of a mixture of images, summed over the
 * component that nobody wrote down.
 *
 * The page bernoulli-mixture.md beside this file says what is asked.  Then:
 *
 *     marginalia exercise check bernoulli-mixture */
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "models/mixture.h"

/* log p(x), exact.                                                   [mix.1]
 *   m      in   m->law.weight  K, pi
 *               m->law.tables  t: t.count is K, t.dim is D, t.binary, and
 *                 binary: t.probability[k D + j] is the probability of a 1 in
 *                         column j of component k
 *                 else:   t.probability[(k D + j) L + l] is that of level l, L
 *                         is t.levels
 *   x      in   N x D, whole numbers: 0 or 1, or else 0 .. L-1
 *   log_p  out  N, nats
 * Returns GSL_SUCCESS. */
int mg_mixture_log_density(const mg_mixture *m, const gsl_matrix *x,
                           gsl_vector *log_p) {
#ifdef MARGINALIA_SOLUTION
  const mg_tables *t = &m->law.tables;
  for (size_t n = 0; n < x->size1; n++) {
    double sum = -INFINITY;
    for (size_t k = 0; k < t->count; k++) {
      double joint = log(m->law.weight[k]);
      for (size_t j = 0; j < t->dim; j++) {
        const size_t at = k * t->dim + j;
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
#else
  /* Your turn.  Inside of a component the columns are independent. */
  (void)m;
  (void)x;
  gsl_vector_set_zero(log_p);
  return GSL_SUCCESS;
#endif
}
