/* by the definition: for every draw the others are added up anew */
#include "infer/estimator.h"

void mg_estimator_control(const gsl_matrix *score, gsl_matrix *weight) {
  gsl_vector *f = gsl_vector_alloc(weight->size1);
  for (size_t j = 0; j < weight->size2; j++) {
    gsl_matrix_get_col(f, weight, j);
    for (size_t s = 0; s < f->size; s++) {
      double top = 0, bottom = 0;
      for (size_t r = 0; r < f->size; r++) {
        const double g = gsl_matrix_get(score, r, j);
        if (r != s) {
          top += gsl_vector_get(f, r) * g * g;
          bottom += g * g;
        }
      }
      if (bottom > 0)
        *gsl_matrix_ptr(weight, s, j) -= top / bottom;
    }
  }
  gsl_vector_free(f);
}
