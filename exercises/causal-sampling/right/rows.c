/* an image after the other: rows outside, columns inside */
#include "eval/terms.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

static int draw_image(const mg_model *model, gsl_rng *rng, size_t first,
                      gsl_matrix *row, gsl_matrix *law) {
  unsigned hits[256];
  for (size_t i = first; i < row->size2; i++) {
    const int status = mg_terms_law(model, row, i, law);
    if (status != GSL_SUCCESS)
      return status;
    gsl_ran_multinomial(rng, law->size2, 1, law->data, hits);
    for (size_t v = 0; v < law->size2; v++)
      if (hits[v])
        gsl_matrix_set(row, 0, i, (double)v);
  }
  return GSL_SUCCESS;
}

int mg_terms_draw(const mg_model *model, gsl_rng *rng, size_t first,
                  gsl_matrix *x) {
  gsl_matrix *law = gsl_matrix_alloc(1, model->space.levels);
  int status = law ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t n = 0; n < x->size1 && status == GSL_SUCCESS; n++) {
    gsl_matrix_view row = gsl_matrix_submatrix(x, n, 0, 1, x->size2);
    for (size_t i = first; i < x->size2; i++)
      gsl_matrix_set(&row.matrix, 0, i, 0);
    status = draw_image(model, rng, first, &row.matrix, law);
  }
  gsl_matrix_free(law);
  return status;
}
