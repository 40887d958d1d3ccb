/* as the library says it: (f - a) / (1 - h), h the draw's share of the sum */
#include "infer/estimator.h"

void mg_estimator_control(const gsl_matrix *score, gsl_matrix *weight) {
  const size_t draws = score->size1;
  for (size_t j = 0; j < score->size2; j++) {
    double fg = 0, gg = 0;
    for (size_t s = 0; s < draws; s++) {
      const double g2 =
          gsl_matrix_get(score, s, j) * gsl_matrix_get(score, s, j);
      fg += gsl_matrix_get(weight, s, j) * g2;
      gg += g2;
    }
    for (size_t s = 0; s < draws && gg > 0; s++) {
      const double g = gsl_matrix_get(score, s, j), h = g * g / gg;
      const double f = gsl_matrix_get(weight, s, j);
      if (h < 1)
        gsl_matrix_set(weight, s, j, (f - fg / gg) / (1 - h));
    }
  }
}
