/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sliced distances by hand, against the best of all assignments, of a shift. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_permutation.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/stream.h"
#include "base/tally.h"
#include "eval/sliced.h"
#include "eval/splits.h"

#define Z 6.1

/* W_1 and W_2^2 of n and m numbers on a line. */
static void on_a_line(const double *z, size_t n, size_t m, double *w1,
                      double *w2) {
  gsl_matrix_const_view pooled = gsl_matrix_const_view_array(z, n + m, 1);
  gsl_matrix_view first = gsl_matrix_view_array(w1, 1, 1);
  gsl_matrix_view second = gsl_matrix_view_array(w2, 1, 1);
  gsl_matrix *member = gsl_matrix_calloc(1, n + m);
  double one = 1;
  gsl_matrix_view direction = gsl_matrix_view_array(&one, 1, 1);
  for (size_t i = 0; i < n; i++)
    gsl_matrix_set(member, 0, i, 1);
  cr_assert_eq(mg_sliced_of(&pooled.matrix, member, &direction.matrix, 1,
                            &first.matrix, &second.matrix),
               GSL_SUCCESS);
  gsl_matrix_free(member);
}

Test(sliced, by_hand) {
  double w1, w2;
  on_a_line((double[]){3, 0, 1, 6, 8, 5}, 3, 3, &w1, &w2);
  cr_expect(fabs(w1 - 5) < 1e-15 && fabs(w2 - 25) < 1e-14, "%g %g", w1, w2);
  /* halves 0 1 against thirds 0 0 3: a sixth goes by 1, a third by 2 */
  on_a_line((double[]){1, 0, 0, 3, 0}, 2, 3, &w1, &w2);
  cr_expect(fabs(w1 - 5 / 6.0) < 1e-15 && fabs(w2 - 1.5) < 1e-15, "%g %g", w1,
            w2);
}

/* The cheapest of the 24 ways to carry four points to four. */
Test(sliced, best_of_all_assignments) {
  gsl_rng *rng = mg_stream_alloc(1, "test/sliced", 0);
  for (int t = 0; t < 20; t++) {
    double z[8], best[2] = {INFINITY, INFINITY}, w1, w2;
    for (size_t i = 0; i < 8; i++)
      z[i] = gsl_ran_ugaussian(rng);
    gsl_permutation *to = gsl_permutation_calloc(4);
    do {
      double sum = 0, squares = 0;
      for (size_t i = 0; i < 4; i++) {
        const double way = fabs(z[i] - z[4 + gsl_permutation_get(to, i)]);
        sum += way / 4;
        squares += way * way / 4;
      }
      best[0] = fmin(best[0], sum);
      best[1] = fmin(best[1], squares);
    } while (gsl_permutation_next(to) == GSL_SUCCESS);
    gsl_permutation_free(to);
    on_a_line(z, 4, 4, &w1, &w2);
    cr_expect(fabs(w1 - best[0]) < 1e-14 && fabs(w2 - best[1]) < 1e-14,
              "%.16g %.16g, best %.16g %.16g", w1, w2, best[0], best[1]);
  }
  gsl_rng_free(rng);
}

/* Rows and the same rows moved by v: along w exactly |w.v|; over directions
 * the mean of its square is |v|^2 / D. */
Test(sliced, of_a_shift) {
  enum { ROWS = 50, DIM = 5, S = 2000 };
  const double v[DIM] = {1, -2, 0.5, 0, 3};
  gsl_rng *rng = mg_stream_alloc(1, "test/sliced", 1);
  gsl_matrix *z = gsl_matrix_alloc(2 * ROWS, DIM);
  gsl_matrix *member = gsl_matrix_calloc(1, 2 * ROWS);
  gsl_matrix *w = gsl_matrix_alloc(S, DIM);
  gsl_matrix *w1 = gsl_matrix_alloc(1, S), *w2 = gsl_matrix_alloc(1, S);
  double square = 0, most = 0;
  for (size_t i = 0; i < ROWS; i++)
    for (size_t j = 0; j < DIM; j++) {
      gsl_matrix_set(z, i, j, gsl_ran_ugaussian(rng));
      gsl_matrix_set(z, ROWS + i, j, gsl_matrix_get(z, i, j) + v[j]);
      gsl_matrix_set(member, 0, i, 1);
    }
  mg_sliced_directions(rng, w);
  cr_assert_eq(mg_sliced_of(z, member, w, 1, w1, w2), GSL_SUCCESS);
  for (size_t s = 0; s < S; s++) {
    double along = 0;
    for (size_t j = 0; j < DIM; j++)
      along += gsl_matrix_get(w, s, j) * v[j];
    most = fmax(most, fabs(w1->data[s] - fabs(along)));
    most = fmax(most, fabs(w2->data[s] - along * along));
  }
  for (size_t j = 0; j < DIM; j++)
    square += v[j] * v[j];
  mg_tally tally;
  mg_tally_values(S, w2->data, 1, &tally);
  cr_expect(most < 1e-13, "along a direction off by %g", most);
  cr_expect(fabs(tally.mean - square / DIM) < Z * tally.std_error,
            "%.5f +- %.5f, |v|^2 / D = %.5f", tally.mean, tally.std_error,
            square / DIM);
  gsl_matrix_free(z);
  gsl_matrix_free(member);
  gsl_matrix_free(w);
  gsl_matrix_free(w1);
  gsl_matrix_free(w2);
  gsl_rng_free(rng);
}

/* Each split as if it stood first, and three threads as one. */
Test(sliced, splits_and_threads) {
  enum { ROWS = 30, FIRST = 13, DIM = 3, S = 7, B = 6 };
  gsl_rng *rng = mg_stream_alloc(1, "test/sliced", 2);
  gsl_matrix *z = gsl_matrix_alloc(ROWS, DIM),
             *sorted = gsl_matrix_alloc(ROWS, DIM);
  gsl_matrix *member = gsl_matrix_alloc(B, ROWS), *w = gsl_matrix_alloc(S, DIM);
  gsl_matrix *w1 = gsl_matrix_alloc(B, S), *w2 = gsl_matrix_alloc(B, S);
  gsl_matrix *one1 = gsl_matrix_alloc(1, S), *one2 = gsl_matrix_alloc(1, S);
  for (size_t i = 0; i < ROWS * DIM; i++)
    z->data[i] = gsl_ran_ugaussian(rng);
  mg_splits_draw(rng, FIRST, member);
  mg_sliced_directions(rng, w);
  gsl_matrix_const_view start =
      gsl_matrix_const_submatrix(member, 0, 0, 1, ROWS);
  mg_sliced_of(z, member, w, 3, w1, w2);
  for (size_t b = 0; b < B; b++) {
    for (size_t i = 0, x = 0, y = FIRST; i < ROWS; i++) {
      gsl_vector_view row = gsl_matrix_row(z, i);
      gsl_matrix_set_row(sorted, gsl_matrix_get(member, b, i) > 0 ? x++ : y++,
                         &row.vector);
    }
    mg_sliced_of(sorted, &start.matrix, w, 1, one1, one2);
    cr_expect(
        memcmp(one1->data, gsl_matrix_ptr(w1, b, 0), S * sizeof(double)) == 0,
        "W1 of split %zu", b);
    cr_expect(
        memcmp(one2->data, gsl_matrix_ptr(w2, b, 0), S * sizeof(double)) == 0,
        "W2 of split %zu", b);
  }
  gsl_matrix *const all[] = {z, sorted, member, w, w1, w2, one1, one2};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    gsl_matrix_free(all[i]);
  gsl_rng_free(rng);
}

Test(sliced, refusals) {
  gsl_matrix *z = gsl_matrix_calloc(4, 2), *member = gsl_matrix_calloc(1, 4);
  gsl_matrix *w = gsl_matrix_calloc(3, 2), *out = gsl_matrix_alloc(1, 3);
  gsl_matrix *small = gsl_matrix_alloc(1, 2);
  cr_expect_eq(mg_sliced_of(z, member, w, 1, out, out), GSL_EINVAL,
               "nothing on a side");
  gsl_matrix_set(member, 0, 2, 1);
  cr_expect_eq(mg_sliced_of(z, member, w, 1, out, small), GSL_EBADLEN, "room");
  cr_expect_eq(mg_sliced_of(w, member, w, 1, out, out), GSL_EBADLEN, "rows");
  gsl_matrix_free(z);
  gsl_matrix_free(member);
  gsl_matrix_free(w);
  gsl_matrix_free(out);
  gsl_matrix_free(small);
}
