/* conditionals from the blank image: what was drawn goes into another one */
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
  gsl_matrix *blank = gsl_matrix_calloc(x->size1, x->size2);
  gsl_matrix *p = gsl_matrix_alloc(x->size1, model->space.levels);
  int status = GSL_SUCCESS;
  /* What is not drawn yet must be of the space, and is not looked at. */
  for (size_t n = 0; n < x->size1; n++)
    for (size_t i = first; i < x->size2; i++)
      gsl_matrix_set(x, n, i, 0);
  for (size_t i = first; i < x->size2 && status == GSL_SUCCESS; i++) {
    status = mg_terms_law(model, blank, i, p);
    for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n++) {
      const double *law = gsl_matrix_const_ptr(p, n, 0);
      gsl_ran_discrete_t *dice = gsl_ran_discrete_preproc(p->size2, law);
      gsl_matrix_set(x, n, i, (double)gsl_ran_discrete(rng, dice));
      gsl_ran_discrete_free(dice);
    }
  }
  gsl_matrix_free(blank);
  gsl_matrix_free(p);
  return status;
}
