/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells and distances counted by hand, and the expected share by enumerating
 * every way that points can fall into cells. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "data/cube.h"

Test(cube, cells_by_hand) {
  double at[] = {0.1, 0.1, 0.4, 0.4, 0.6, 0.1, 0.6, 0.2};
  gsl_matrix_view x = gsl_matrix_view_array(at, 4, 2);
  double share;
  cr_assert_eq(mg_cube_occupied(&x.matrix, 2, &share), GSL_SUCCESS);
  cr_expect_eq(share, 2. / 4, "2 of 4 cells, not %g", share);
  cr_assert_eq(mg_cube_occupied(&x.matrix, 10, &share), GSL_SUCCESS);
  cr_expect_eq(share, 4. / 100, "4 of 100 cells, not %g", share);
}

/* n points in c cells: c^n equally likely ways. */
Test(cube, the_expected_share_by_enumeration) {
  for (size_t n = 1; n <= 5; n++) {
    double sum = 0, ways = pow(4, (double)n);
    for (unsigned way = 0; way < (unsigned)ways; way++) {
      unsigned seen = 0;
      for (size_t i = 0; i < n; i++)
        seen |= 1u << ((way >> (2 * i)) & 3);
      sum += __builtin_popcount(seen) / 4.;
    }
    const double expected = mg_cube_expected(n, 2, 2);
    cr_expect_float_eq(expected, sum / ways, 1e-14, "n %zu: %.17g", n,
                       expected);
  }
}

Test(cube, distances_by_hand) {
  double at[] = {0, 0, 0.3, 0.4, 0.3, 0};
  gsl_matrix_view x = gsl_matrix_view_array(at, 3, 2);
  double nearest, typical;
  cr_assert_eq(mg_cube_distances(&x.matrix, &nearest, &typical), GSL_SUCCESS);
  cr_expect_float_eq(nearest, (0.3 + 0.4 + 0.3) / 3, 1e-15, "%.17g", nearest);
  cr_expect_float_eq(typical, (0.5 + 0.3 + 0.4) / 3, 1e-15, "%.17g", typical);
}

/* On the line two uniform numbers are 1/3 apart on average, sd sqrt(1/18); of
 * the pairs of n points, n/2 are independent at the least. */
Test(cube, a_sample_is_as_it_should_be) {
  gsl_rng *rng = mg_stream_alloc(1, "test/cube", 0);
  mg_table *t = mg_table_alloc(MG_CUBE_COLUMNS);
  mg_cube c;
  cr_assert_eq(mg_cube_measure(rng, 400, 1, 10, &c), GSL_SUCCESS);
  cr_expect_float_eq(c.typical, 1. / 3, 6.1 * sqrt(1 / 18. / 200), "%g",
                     c.typical);
  cr_expect_float_eq(c.occupied, 1, 1e-15, "occupied %g", c.occupied);
  cr_assert_eq(mg_cube_rows(rng, 50, 3, 10, t), GSL_SUCCESS);
  cr_expect_eq(mg_table_rows(t), 3);
  mg_table_free(t);
  gsl_rng_free(rng);
}

Test(cube, refusals) {
  double at[] = {0.5, 1};
  gsl_matrix_view x = gsl_matrix_view_array(at, 1, 2);
  gsl_rng *rng = mg_stream_alloc(1, "test/cube", 0);
  double share, other;
  mg_cube c;
  cr_expect_eq(mg_cube_occupied(&x.matrix, 10, &share), GSL_EDOM,
               "1 is outside");
  at[1] = 0.5;
  cr_expect_eq(mg_cube_occupied(&x.matrix, 0, &share), GSL_EDOM);
  cr_expect_eq(mg_cube_occupied(&x.matrix, (size_t)1 << 27, &share), GSL_EDOM);
  cr_expect_eq(mg_cube_distances(&x.matrix, &share, &other), GSL_EBADLEN);
  cr_expect_eq(mg_cube_measure(rng, 0, 2, 10, &c), GSL_EBADLEN);
  gsl_rng_free(rng);
}
