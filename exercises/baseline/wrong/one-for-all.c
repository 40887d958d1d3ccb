/* one constant for all parameters, from all columns */
#include "infer/estimator.h"

/* From what each draw's score is to be multiplied by, takes for each parameter
 * the constant that is best by the other draws' telling; where all their scores
 * are 0, none.                                                  [estimator.4]
 *   score   in      S x P, S of 2 or more
 *   weight  in/out  S x P: f(z_s), or what of it holds the parameter; then
 *                   less the constant */
void mg_estimator_control(const gsl_matrix *score, gsl_matrix *weight) {
  double top = 0, bottom = 0;
  for (size_t j = 0; j < weight->size2; j++)
    for (size_t s = 0; s < weight->size1; s++) {
      const double g = gsl_matrix_get(score, s, j);
      top += gsl_matrix_get(weight, s, j) * g * g;
      bottom += g * g;
    }
  for (size_t j = 0; j < weight->size2; j++) {
    for (size_t s = 0; s < weight->size1; s++) {
      const double g = gsl_matrix_get(score, s, j);
      const double f = gsl_matrix_get(weight, s, j);
      const double others = bottom - g * g;
      if (others > 0)
        gsl_matrix_set(weight, s, j, f - (top - f * g * g) / others);
    }
  }
}
