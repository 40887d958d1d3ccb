/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distances by products against differences, on both sides of the switch. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/stream.h"
#include "eval/distance.h"

static gsl_matrix *rows(size_t n, size_t dim, bool whole, unsigned long index) {
  gsl_matrix *x = gsl_matrix_alloc(n, dim);
  gsl_rng *rng = mg_stream_alloc(1, "test/distance", index);
  for (size_t i = 0; i < n * dim; i++)
    x->data[i] =
        whole ? (double)gsl_rng_uniform_int(rng, 17) : gsl_ran_ugaussian(rng);
  gsl_rng_free(rng);
  return x;
}

static double by_hand(const gsl_matrix *x, size_t i, const gsl_matrix *y,
                      size_t j) {
  long double sum = 0;
  for (size_t d = 0; d < x->size2; d++) {
    const long double by = gsl_matrix_get(x, i, d) - gsl_matrix_get(y, j, d);
    sum += by * by;
  }
  return (double)sum;
}

static double worst(size_t dim, bool whole) {
  gsl_matrix *x = rows(300, dim, whole, 0), *y = rows(41, dim, whole, 1);
  gsl_matrix *square = gsl_matrix_alloc(300, 41);
  cr_assert_eq(mg_distance_squares(x, y, 1, square), GSL_SUCCESS);
  double most = 0;
  for (size_t i = 0; i < 300; i++)
    for (size_t j = 0; j < 41; j++)
      most =
          fmax(most, fabs(gsl_matrix_get(square, i, j) - by_hand(x, i, y, j)));
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(square);
  return most;
}

Test(distance, few_and_many_dimensions) {
  static const size_t dims[] = {1, 2, 8, 9, 64};
  for (size_t i = 0; i < sizeof dims / sizeof *dims; i++) {
    const double off = worst(dims[i], false);
    cr_expect(off < 1e-12, "%zu dimensions: off by %g", dims[i], off);
  }
}

Test(distance, levels_are_exact) {
  cr_expect_eq(worst(64, true), 0, "off by %g", worst(64, true));
}

Test(distance, equal_rows_are_at_0_and_not_below) {
  gsl_matrix *x = rows(20, 40, false, 2), *square = gsl_matrix_alloc(20, 20);
  gsl_matrix_add_constant(x, 1e4);
  cr_assert_eq(mg_distance_squares(x, x, 1, square), GSL_SUCCESS);
  cr_expect(gsl_matrix_min(square) >= 0, "%g", gsl_matrix_min(square));
  gsl_matrix_free(x);
  gsl_matrix_free(square);
}

/* Of reals in many dimensions, far from 0: copies at 0, to the last bit, and
 * what is nearly one with nine digits. */
Test(distance, copies_and_near_rows_of_reals) {
  gsl_matrix *x = rows(20, 40, false, 5), *y = gsl_matrix_alloc(20, 40);
  gsl_matrix *square = gsl_matrix_alloc(20, 20);
  gsl_matrix_add_constant(x, 1e3);
  gsl_matrix_memcpy(y, x);
  for (size_t i = 10; i < 20; i++)
    *gsl_matrix_ptr(y, i, i) += pow(10, 3 - (double)i / 2);
  cr_assert_eq(mg_distance_squares(x, y, 1, square), GSL_SUCCESS);
  for (size_t i = 0; i < 20; i++)
    for (size_t j = 0; j < 20; j++) {
      const double hand = by_hand(x, i, y, j);
      cr_expect(i != j || i >= 10 || gsl_matrix_get(square, i, i) == 0,
                "a copy at %g", gsl_matrix_get(square, i, i));
      cr_expect(fabs(gsl_matrix_get(square, i, j) - hand) <= 1e-9 * hand,
                "%zu %zu: %.12g not %.12g", i, j, gsl_matrix_get(square, i, j),
                hand);
    }
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(square);
}

Test(distance, any_number_of_threads) {
  gsl_matrix *x = rows(700, 20, false, 3), *y = rows(90, 20, false, 4);
  gsl_matrix *one = gsl_matrix_alloc(700, 90),
             *four = gsl_matrix_alloc(700, 90);
  cr_assert_eq(mg_distance_squares(x, y, 1, one), GSL_SUCCESS);
  cr_assert_eq(mg_distance_squares(x, y, 4, four), GSL_SUCCESS);
  cr_expect(memcmp(one->data, four->data, 700 * 90 * sizeof *one->data) == 0,
            "four threads, other bytes");
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(one);
  gsl_matrix_free(four);
}

Test(distance, shapes_that_do_not_fit) {
  gsl_matrix *x = gsl_matrix_calloc(3, 2), *y = gsl_matrix_calloc(2, 2);
  gsl_matrix *wide = gsl_matrix_calloc(2, 3);
  cr_expect_eq(mg_distance_squares(x, wide, 1, wide), GSL_EBADLEN);
  cr_expect_eq(mg_distance_squares(x, y, 1, wide), GSL_EBADLEN);
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(wide);
}
