/* mean and variance in one pass over the rows, by Welford's recurrence */
#include "infer/estimator.h"

void mg_estimator_score(const gsl_vector *f, const gsl_matrix *score,
                        gsl_matrix *rows) {
  for (size_t j = 0; j < score->size2; j++)
    for (size_t s = 0; s < score->size1; s++)
      gsl_matrix_set(rows, s, j,
                     gsl_matrix_get(score, s, j) * gsl_vector_get(f, s));
}

void mg_draws_gradient(const mg_draws *d, gsl_vector *gradient,
                       gsl_vector *variance) {
  const size_t draws = d->rows->size1;
  gsl_vector_set_zero(gradient);
  if (variance)
    gsl_vector_set_zero(variance);
  for (size_t s = 0; s < draws; s++)
    for (size_t j = 0; j < gradient->size; j++) {
      const double row = gsl_matrix_get(d->rows, s, j);
      const double before = row - gsl_vector_get(gradient, j);
      *gsl_vector_ptr(gradient, j) += before / (double)(s + 1);
      if (variance)
        *gsl_vector_ptr(variance, j) +=
            before * (row - gsl_vector_get(gradient, j)) / (double)(draws - 1);
    }
}
