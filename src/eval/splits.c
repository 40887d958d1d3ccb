/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits drawn at random, and ranks among them; see splits.h. */
#include "eval/splits.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"

#define TIE 1e-9 /* of the range: far above rounding, far below a rank */

/* Each row is taken with the probability that leaves all choices alike: what is
 * still wanted of what is still there. */
static void draw_one(gsl_rng *rng, size_t n, gsl_vector *row) {
  for (size_t i = 0; i < row->size; i++) {
    const size_t taken = gsl_rng_uniform_int(rng, row->size - i) < n ? 1 : 0;
    gsl_vector_set(row, i, (double)taken);
    n -= taken;
  }
}

int mg_splits_draw(gsl_rng *rng, size_t n, gsl_matrix *member) {
  if (n == 0 || n >= member->size2)
    return mg_fail(GSL_EINVAL, "%zu of %zu rows leave nothing to compare", n,
                   member->size2);
  for (size_t b = 0; b < member->size1; b++) {
    gsl_vector_view row = gsl_matrix_row(member, b);
    if (b > 0)
      draw_one(rng, n, &row.vector);
    else
      for (size_t i = 0; i < row.vector.size; i++)
        gsl_vector_set(&row.vector, i, i < n);
  }
  return GSL_SUCCESS;
}

/*                                                             [twosample.1] */
double mg_splits_p(const gsl_vector *statistic) {
  double least, most;
  gsl_vector_minmax(statistic, &least, &most);
  if (!isfinite(most - least))
    return NAN;
  const double limit = gsl_vector_get(statistic, 0) - TIE * (most - least);
  size_t as_large = 0;
  for (size_t b = 0; b < statistic->size; b++)
    as_large += gsl_vector_get(statistic, b) >= limit;
  return (double)as_large / (double)statistic->size;
}
