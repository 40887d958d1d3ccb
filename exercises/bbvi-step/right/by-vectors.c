/* rows by element, the mean by BLAS, the variance by gsl_stats */
#include "infer/estimator.h"

#include <gsl/gsl_statistics_double.h>

void mg_estimator_score(const gsl_vector *f, const gsl_matrix *score,
                        gsl_matrix *rows) {
  gsl_matrix_memcpy(rows, score);
  for (size_t j = 0; j < rows->size2; j++) {
    gsl_vector_view column = gsl_matrix_column(rows, j);
    gsl_vector_mul(&column.vector, f);
  }
}

void mg_draws_gradient(const mg_draws *d, gsl_vector *gradient,
                       gsl_vector *variance) {
  const gsl_matrix *rows = d->rows;
  for (size_t j = 0; j < rows->size2; j++) {
    const double *first = rows->data + j;
    const double mean = gsl_stats_mean(first, rows->tda, rows->size1);
    gsl_vector_set(gradient, j, mean);
    if (variance != NULL)
      gsl_vector_set(variance, j,
                     gsl_stats_variance_m(first, rows->tda, rows->size1, mean));
  }
}
