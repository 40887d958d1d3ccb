/* one uniform number for all images */
#include "eval/terms.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

/* Draws columns from `first` on, given those before, each in proportion to its
 * term: of a law that is a draw from it.                             [ar.1]
 *   x  in/out  N x D; columns from `first` on may hold anything at first
 * Returns GSL_SUCCESS; what mg_terms_law returned, if that was something
 * else. */
int mg_terms_draw(const mg_model *model, gsl_rng *rng, size_t first,
                  gsl_matrix *x) {
  gsl_matrix *p = gsl_matrix_alloc(x->size1, model->space.levels);
  int status = GSL_SUCCESS;
  /* What is not drawn yet must be of the space, and is not looked at. */
  for (size_t n = 0; n < x->size1; n++)
    for (size_t i = first; i < x->size2; i++)
      gsl_matrix_set(x, n, i, 0);
  for (size_t i = first; i < x->size2 && status == GSL_SUCCESS; i++) {
    status = mg_terms_law(model, x, i, p);
    const double u = gsl_rng_uniform(rng);
    for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n++) {
      const double *law = gsl_matrix_const_ptr(p, n, 0);
      double left = u;
      size_t v = 0;
      while (v + 1 < p->size2 && left >= law[v])
        left -= law[v++];
      gsl_matrix_set(x, n, i, (double)v);
    }
  }
  gsl_matrix_free(p);
  return status;
}
