/* by the inverse of the cumulative sums, a uniform number a pixel */
#include "eval/terms.h"

#include <gsl/gsl_errno.h>

static double draw_level(gsl_rng *rng, const gsl_matrix *p, size_t n) {
  double sum = 0, below = 0;
  for (size_t v = 0; v < p->size2; v++)
    sum += gsl_matrix_get(p, n, v);
  const double u = gsl_rng_uniform(rng) * sum;
  size_t level = 0;
  while (level + 1 < p->size2 && (below += gsl_matrix_get(p, n, level)) <= u)
    level++;
  return (double)level;
}

int mg_terms_draw(const mg_model *model, gsl_rng *rng, size_t first,
                  gsl_matrix *x) {
  gsl_matrix *p = gsl_matrix_calloc(x->size1, model->space.levels);
  if (!p)
    return GSL_ENOMEM;
  for (size_t i = first; i < x->size2; i++) {
    gsl_vector_view column = gsl_matrix_column(x, i);
    gsl_vector_set_zero(&column.vector);
  }
  for (size_t i = first; i < x->size2; i++) {
    const int status = mg_terms_law(model, x, i, p);
    if (status != GSL_SUCCESS) {
      gsl_matrix_free(p);
      return status;
    }
    for (size_t n = 0; n < x->size1; n++)
      gsl_matrix_set(x, n, i, draw_level(rng, p, n));
  }
  gsl_matrix_free(p);
  return GSL_SUCCESS;
}
