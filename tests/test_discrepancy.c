/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discrepancies by hand over all splits, against closed forms and over seeds.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <string.h>

#include "base/stream.h"
#include "base/tally.h"
#include "eval/discrepancy.h"
#include "eval/distance.h"
#include "eval/splits.h"

#define Z 6.1

static double kernel(mg_kernel k, double d, double h) {
  return k == MG_KERNEL_DISTANCE ? -d : exp(-d * d / (2 * h * h));
}

/* Means over pairs of different rows, as the definition says. */
static double by_hand(const double *x, size_t n, const double *y, size_t m,
                      mg_kernel k, double h) {
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      xx += i == j ? 0 : kernel(k, fabs(x[i] - x[j]), h);
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < m; j++)
      yy += i == j ? 0 : kernel(k, fabs(y[i] - y[j]), h);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < m; j++)
      xy += kernel(k, fabs(x[i] - y[j]), h);
  return xx / (double)(n * (n - 1)) + yy / (double)(m * (m - 1)) -
         2 * xy / (double)(n * m);
}

static gsl_matrix *distances(const double *z, size_t rows) {
  gsl_matrix *d = gsl_matrix_alloc(rows, rows);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < rows; j++)
      /* what stands elsewhere than below the diagonal does not count */
      gsl_matrix_set(d, i, j, j < i ? fabs(z[i] - z[j]) : NAN);
  return d;
}

/* All 20 splits of 3 and 3, for both kernels: each statistic, and so the exact
 * p value. */
Test(discrepancy, all_splits_of_six_rows_by_hand) {
  const double z[] = {0, 0.3, 1.1, 0.9, 2.5, 4};
  gsl_matrix *d = distances(z, 6), *member = gsl_matrix_calloc(20, 6);
  gsl_vector *t = gsl_vector_alloc(20);
  size_t b = 0;
  for (unsigned set = 0; set < 64; set++)
    if (__builtin_popcount(set) == 3) {
      for (size_t i = 0; i < 6; i++)
        gsl_matrix_set(member, b, i, set >> i & 1);
      b++;
    }
  for (int k = 0; k < 2; k++) {
    double error, rank = 0;
    cr_assert_eq(mg_discrepancy_of(d, (mg_kernel)k, 0.7, member, 1, t, &error),
                 GSL_SUCCESS);
    double hand0 = 0;
    for (b = 0; b < 20; b++) {
      double x[3], y[3];
      size_t n = 0, m = 0;
      for (size_t i = 0; i < 6; i++)
        if (gsl_matrix_get(member, b, i) > 0)
          x[n++] = z[i];
        else
          y[m++] = z[i];
      const double hand = by_hand(x, 3, y, 3, (mg_kernel)k, 0.7);
      hand0 = b == 0 ? hand : hand0;
      rank += hand >= hand0 - 1e-12;
      cr_expect(fabs(gsl_vector_get(t, b) - hand) < 1e-14,
                "kernel %d, split %zu: %.16g and not %.16g", k, b,
                gsl_vector_get(t, b), hand);
    }
    cr_expect_float_eq(mg_splits_p(t), rank / 20, 1e-15, "p %g, by hand %g",
                       mg_splits_p(t), rank / 20);
    /* x against y is y against x: every value comes twice */
    cr_expect(fmod(rank, 2) == 0, "%g of 20 splits", rank);
  }
  gsl_matrix_free(d);
  gsl_matrix_free(member);
  gsl_vector_free(t);
}

/* The jackknife from the statistic of five rows and four, row by row. */
Test(discrepancy, error_by_leaving_out_rows) {
  const double z[] = {0, 0.3, 1.1, 0.9, 2.5, 4, 3, 5, 3.5};
  gsl_matrix *d = distances(z, 9), *member = gsl_matrix_calloc(1, 9);
  gsl_vector *t = gsl_vector_alloc(1);
  for (size_t i = 0; i < 5; i++)
    gsl_matrix_set(member, 0, i, 1);
  double error, off[9], squares = 0;
  for (size_t leave = 0; leave < 9; leave++) {
    double rest[8];
    for (size_t i = 0, to = 0; i < 9; i++)
      if (i != leave)
        rest[to++] = z[i];
    const size_t n = leave < 5 ? 4 : 5;
    off[leave] = by_hand(rest, n, rest + n, 8 - n, MG_KERNEL_GAUSSIAN, 1.3);
  }
  for (size_t side = 0; side < 2; side++) {
    const size_t first = side ? 5 : 0, n = side ? 4 : 5;
    double mean = 0;
    for (size_t i = first; i < first + n; i++)
      mean += off[i] / (double)n;
    for (size_t i = first; i < first + n; i++)
      squares +=
          (off[i] - mean) * (off[i] - mean) * (double)(n - 1) / (double)n;
  }
  cr_assert_eq(
      mg_discrepancy_of(d, MG_KERNEL_GAUSSIAN, 1.3, member, 1, t, &error),
      GSL_SUCCESS);
  cr_expect_float_eq(error, sqrt(squares), 1e-14, "%.16g and not %.16g", error,
                     sqrt(squares));
  gsl_matrix_free(d);
  gsl_matrix_free(member);
  gsl_vector_free(t);
}

Test(discrepancy, median_of_all_pairs) {
  double width;
  gsl_matrix *d = distances((double[]){0, 1, 3, 7}, 4); /* 1 2 3 4 6 7 */
  cr_assert_eq(mg_discrepancy_width(d, &width), GSL_SUCCESS);
  cr_expect_float_eq(width, 3.5, 1e-15, "%g", width);
  gsl_matrix_free(d);
  d = distances((double[]){5, 5, 5, 5, 8}, 5);
  cr_assert_eq(mg_discrepancy_width(d, &width), GSL_SUCCESS);
  cr_expect_eq(width, 0, "copies: %g", width);
  gsl_matrix_free(d);
}

/* ---- against what is known ---- */

typedef struct {
  size_t n, m, dim;
  double shift, sd; /* y ~ N(shift, sd^2) in each coordinate, x ~ N(0, 1) */
  mg_kernel kernel;
  double width;
} setting;

/* Value and error of one pair of samples; kinds of shapes as in use. */
static double once(const setting *s, gsl_rng *rng, double *error) {
  const size_t rows = s->n + s->m;
  gsl_matrix *z = gsl_matrix_alloc(rows, s->dim);
  gsl_matrix *d = gsl_matrix_alloc(rows, rows);
  gsl_matrix *member = gsl_matrix_calloc(1, rows);
  double value;
  gsl_vector_view t = gsl_vector_view_array(&value, 1);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < s->dim; j++)
      gsl_matrix_set(z, i, j,
                     i < s->n ? gsl_ran_ugaussian(rng)
                              : s->shift + gsl_ran_gaussian(rng, s->sd));
  for (size_t i = 0; i < s->n; i++)
    gsl_matrix_set(member, 0, i, 1);
  mg_distance_squares(z, z, 1, d);
  for (size_t i = 0; i < rows * rows; i++)
    d->data[i] = sqrt(d->data[i]);
  cr_assert_eq(
      mg_discrepancy_of(d, s->kernel, s->width, member, 1, &t.vector, error),
      GSL_SUCCESS);
  gsl_matrix_free(z);
  gsl_matrix_free(d);
  gsl_matrix_free(member);
  return value;
}

/* E k of a difference that is N(mu, v I) in D dimensions. */
static double mean_kernel(const setting *s, double mu, double v) {
  const double h2 = s->width * s->width, dim = (double)s->dim;
  return pow(h2 / (h2 + v), dim / 2) * exp(-dim * mu * mu / (2 * (h2 + v)));
}

static double integrand(double x, void *context) {
  const setting *s = context;
  const double f = gsl_cdf_ugaussian_P(x);
  const double g = gsl_cdf_gaussian_P(x - s->shift, s->sd);
  return (f - g) * (f - g);
}

/* In one dimension the energy distance is 2 integral (F - G)^2. */
static double truth_of(setting *s) {
  if (s->kernel == MG_KERNEL_GAUSSIAN)
    return mean_kernel(s, 0, 2) + mean_kernel(s, 0, 2 * s->sd * s->sd) -
           2 * mean_kernel(s, s->shift, 1 + s->sd * s->sd);
  gsl_integration_workspace *room = gsl_integration_workspace_alloc(200);
  gsl_function f = {integrand, s};
  double value, error;
  gsl_integration_qagi(&f, 1e-12, 1e-10, 200, room, &value, &error);
  gsl_integration_workspace_free(room);
  return 2 * value;
}

/* Over seeds the mean is the truth, and the spread is what the error says: for
 * unequal laws within a fifth, for equal ones up to sqrt 2 too large. */
static void compare(setting s, double least, double most) {
  enum { TIMES = 400 };
  static double value[TIMES], variance[TIMES];
  gsl_rng *rng = mg_stream_alloc(1, "test/discrepancy", 0);
  const double truth = truth_of(&s);
  for (size_t t = 0; t < TIMES; t++) {
    double error;
    value[t] = once(&s, rng, &error);
    variance[t] = error * error;
  }
  mg_tally tally, said;
  mg_tally_values(TIMES, value, 1, &tally);
  mg_tally_values(TIMES, variance, 1, &said);
  cr_expect(fabs(tally.mean - truth) < Z * tally.std_error,
            "mean %.6f +- %.6f, truth %.6f", tally.mean, tally.std_error,
            truth);
  const double ratio = sqrt(said.mean) / (tally.std_error * sqrt(TIMES));
  cr_expect(ratio > least && ratio < most, "error said over spread: %.3f",
            ratio);
  gsl_rng_free(rng);
}

Test(discrepancy, mmd_of_two_gaussians) {
  compare((setting){60, 45, 2, 0.8, 0.5, MG_KERNEL_GAUSSIAN, 1.2}, 0.8, 1.25);
}

Test(discrepancy, mmd_of_equal_laws) {
  compare((setting){40, 60, 3, 0, 1, MG_KERNEL_GAUSSIAN, 1.5}, 1.1, 1.7);
}

Test(discrepancy, energy_of_two_normals) {
  compare((setting){60, 45, 1, 0.8, 0.5, MG_KERNEL_DISTANCE, 1}, 0.8, 1.25);
}

Test(discrepancy, energy_of_equal_laws) {
  compare((setting){40, 60, 1, 0, 1, MG_KERNEL_DISTANCE, 1}, 1.1, 1.7);
}

/* ---- shape and threads ---- */

/* Rows for several strips, the last not full. */
Test(discrepancy, any_number_of_threads_and_of_tiles) {
  enum { ROWS = 700, FIRST = 300, B = 5 };
  gsl_rng *rng = mg_stream_alloc(1, "test/discrepancy", 1);
  double z[ROWS];
  for (size_t i = 0; i < ROWS; i++)
    z[i] = gsl_ran_ugaussian(rng);
  gsl_matrix *d = distances(z, ROWS), *member = gsl_matrix_alloc(B, ROWS);
  gsl_vector *one = gsl_vector_alloc(B), *three = gsl_vector_alloc(B);
  double error, again;
  mg_splits_draw(rng, FIRST, member);
  mg_discrepancy_of(d, MG_KERNEL_GAUSSIAN, 1, member, 1, one, &error);
  mg_discrepancy_of(d, MG_KERNEL_GAUSSIAN, 1, member, 3, three, &again);
  cr_expect(memcmp(one->data, three->data, B * sizeof(double)) == 0 &&
                memcmp(&error, &again, sizeof error) == 0,
            "three threads say otherwise than one");
  const double hand =
      by_hand(z, FIRST, z + FIRST, ROWS - FIRST, MG_KERNEL_GAUSSIAN, 1);
  cr_expect(fabs(gsl_vector_get(one, 0) - hand) < 1e-13, "%.16g, by hand %.16g",
            gsl_vector_get(one, 0), hand);
  gsl_matrix_free(d);
  gsl_matrix_free(member);
  gsl_vector_free(one);
  gsl_vector_free(three);
  gsl_rng_free(rng);
}

Test(discrepancy, refusals) {
  gsl_matrix *d = distances((double[]){0, 1, 3, 7}, 4);
  gsl_matrix *member = gsl_matrix_calloc(1, 4);
  gsl_vector *t = gsl_vector_alloc(1), *wrong = gsl_vector_alloc(2);
  double error;
  gsl_matrix_set(member, 0, 0, 1);
  cr_expect_eq(
      mg_discrepancy_of(d, MG_KERNEL_GAUSSIAN, 1, member, 1, t, &error),
      GSL_EINVAL, "one row on a side");
  gsl_matrix_set(member, 0, 1, 1);
  cr_expect_eq(
      mg_discrepancy_of(d, MG_KERNEL_GAUSSIAN, 0, member, 1, t, &error),
      GSL_EINVAL, "no width");
  cr_expect_eq(
      mg_discrepancy_of(d, MG_KERNEL_GAUSSIAN, 1, member, 1, wrong, &error),
      GSL_EBADLEN, "room");
  cr_expect_eq(
      mg_discrepancy_of(d, MG_KERNEL_GAUSSIAN, 1, member, 1, t, &error),
      GSL_SUCCESS, "two and two");
  cr_expect(isnan(error), "a side of two has no jackknife");
  gsl_matrix_free(d);
  gsl_matrix_free(member);
  gsl_vector_free(t);
  gsl_vector_free(wrong);
}
