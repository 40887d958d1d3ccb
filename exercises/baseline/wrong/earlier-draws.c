/* from the draws before it alone */
#include "infer/estimator.h"

/* From what each draw's score is to be multiplied by, takes for each parameter
 * the constant that is best by the other draws' telling; where all their scores
 * are 0, none.                                                  [estimator.4]
 *   score   in      S x P, S of 2 or more
 *   weight  in/out  S x P: f(z_s), or what of it holds the parameter; then
 *                   less the constant */
void mg_estimator_control(const gsl_matrix *score, gsl_matrix *weight) {
  for (size_t j = 0; j < weight->size2; j++) {
    double top = 0, bottom = 0;
    for (size_t s = 0; s < weight->size1; s++) {
      const double g = gsl_matrix_get(score, s, j);
      const double f = gsl_matrix_get(weight, s, j);
      if (bottom > 0)
        gsl_matrix_set(weight, s, j, f - top / bottom);
      top += f * g * g;
      bottom += g * g;
    }
  }
}
