/* the mean of squares less the square of the mean */
#include "infer/estimator.h"

/* One-draw gradients by the score: f(z_s) score_sj.            [estimator.2]
 *   f  in  S, log p(x, z_s) - log q(z_s)     score  in  S x P
 *   rows  out  S x P */
void mg_estimator_score(const gsl_vector *f, const gsl_matrix *score,
                        gsl_matrix *rows) {
  for (size_t s = 0; s < rows->size1; s++)
    for (size_t j = 0; j < rows->size2; j++)
      gsl_matrix_set(rows, s, j,
                     gsl_vector_get(f, s) * gsl_matrix_get(score, s, j));
}

/* Mean of the rows, and the variance of one of them.
 *   d         in   d->rows, S x P, S of 2 or more; nothing else is looked at
 *   gradient  out  P     variance  out  P, or NULL: not wanted */
void mg_draws_gradient(const mg_draws *d, gsl_vector *gradient,
                       gsl_vector *variance) {
  const size_t draws = d->rows->size1;
  for (size_t j = 0; j < d->rows->size2; j++) {
    double mean = 0, square = 0;
    for (size_t s = 0; s < draws; s++)
      mean += gsl_matrix_get(d->rows, s, j) / (double)draws;
    for (size_t s = 0; s < draws; s++) {
      const double row = gsl_matrix_get(d->rows, s, j);
      square += row * row;
    }
    gsl_vector_set(gradient, j, mean);
    if (variance)
      gsl_vector_set(variance, j,
                     (square - (double)draws * mean * mean) /
                         ((double)draws - 1));
  }
}
