/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies against a comparison of every row with every other. */
#include <criterion/criterion.h>

#include "base/stream.h"
#include "models/copies.h"

enum { ROWS = 300, MOST = 4 };

/* Few values a column, so that rows agree in some columns, or in all. */
static gsl_matrix *coarse(size_t dim, unsigned long values) {
  gsl_matrix *x = gsl_matrix_alloc(ROWS, MOST);
  gsl_rng *rng = mg_stream_alloc(1, "test/rows", dim);
  for (size_t i = 0; i < ROWS; i++)
    for (size_t j = 0; j < MOST; j++)
      gsl_matrix_set(x, i, j, (double)gsl_rng_uniform_int(rng, values) - 1);
  gsl_rng_free(rng);
  return x;
}

static double count_directly(const gsl_matrix *x, size_t i) {
  double count = 0;
  for (size_t m = 0; m < x->size1; m++) {
    bool same = true;
    for (size_t j = 0; j < x->size2; j++)
      same = same && gsl_matrix_get(x, i, j) == gsl_matrix_get(x, m, j);
    count += same;
  }
  return count;
}

Test(copies, are_rows_equal_in_every_column) {
  for (size_t dim = 1; dim <= MOST; dim++) {
    gsl_matrix *wide = coarse(dim, 5);
    const gsl_matrix_view x = gsl_matrix_submatrix(wide, 0, 0, ROWS, dim);
    double copies[ROWS];
    cr_assert_eq(mg_copies_count(&x.matrix, copies), GSL_SUCCESS, "no memory");
    for (size_t i = 0; i < ROWS; i++)
      cr_expect(copies[i] == count_directly(&x.matrix, i),
                "D %zu row %zu: %g copies, not %g", dim, i, copies[i],
                count_directly(&x.matrix, i));
    gsl_matrix_free(wide);
  }
}

Test(copies, a_row_is_its_own) {
  gsl_matrix *x = gsl_matrix_calloc(1, 3);
  double copies = 0;
  cr_assert_eq(mg_copies_count(x, &copies), GSL_SUCCESS, "no memory");
  cr_expect(copies == 1, "%g", copies);
  gsl_matrix_free(x);
}
