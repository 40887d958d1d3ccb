/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The five scores together: their level, their power, and what they refuse. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/twosample.h"

static const mg_twosample_options few = {
    .splits = 19, .directions = 5, .threads = 1};

/* A ring of 8 in the plane; draws from the first `modes` of them. */
static gsl_matrix *ring(size_t n, unsigned modes, gsl_rng *rng) {
  gsl_matrix *x = gsl_matrix_alloc(n, 2);
  for (size_t i = 0; i < n; i++) {
    const double angle = 2 * M_PI * (double)gsl_rng_uniform_int(rng, modes) / 8;
    gsl_matrix_set(x, i, 0, 2 * cos(angle) + gsl_ran_gaussian(rng, 0.02));
    gsl_matrix_set(x, i, 1, 2 * sin(angle) + gsl_ran_gaussian(rng, 0.02));
  }
  return x;
}

static gsl_matrix *gaussians(size_t n, size_t dim, gsl_rng *rng) {
  gsl_matrix *x = gsl_matrix_alloc(n, dim);
  for (size_t i = 0; i < n * dim; i++)
    x->data[i] = gsl_ran_ugaussian(rng);
  return x;
}

/* Samples of one law, of unequal size: of 20 ranks each has one chance in 20,
 * so the number of p <= k / 20 is binomial, from both sides, at 1e-9 / 160; the
 * classifier's p may be larger. */
Test(twosample, level_under_the_null) {
  enum { TIMES = 600, B = 19 };
  unsigned below[MG_TWOSAMPLE_SCORES][B + 1] = {0};
  gsl_rng *rng = mg_stream_alloc(1, "test/twosample", 0);
  for (unsigned t = 0; t < TIMES; t++) {
    gsl_matrix *x = gaussians(12, 2, rng), *y = gaussians(17, 2, rng);
    const mg_score_rows rows = {x, y, NULL};
    mg_score score[MG_TWOSAMPLE_SCORES];
    cr_assert_eq(mg_twosample_scores(&rows, &few, t, score), GSL_SUCCESS, "%s",
                 mg_reason());
    for (size_t s = 0; s < MG_TWOSAMPLE_SCORES; s++)
      cr_expect(score[s].p_value > 0, "%s: p of 0", score[s].name);
    for (size_t s = 0; s < MG_TWOSAMPLE_SCORES; s++)
      for (size_t k = 0; k <= B; k++)
        below[s][k] += score[s].p_value <= ((double)k + 1) / (B + 1) + 1e-12;
    gsl_matrix_free(x);
    gsl_matrix_free(y);
  }
  for (size_t s = 0; s < MG_TWOSAMPLE_SCORES; s++)
    for (unsigned k = 0; k < B; k++) {
      const double level = (k + 1) / (B + 1.0);
      if (s == MG_TWOSAMPLE_CLASSIFIER && level >= 0.5)
        continue;
      cr_expect(below[s][k] == 0 || gsl_cdf_binomial_Q(below[s][k] - 1, level,
                                                       TIMES) > 1e-9 / 160,
                "score %zu: P(p <= %g): %u of %d", s, level, below[s][k],
                TIMES);
      cr_expect(s == MG_TWOSAMPLE_CLASSIFIER ||
                    gsl_cdf_binomial_P(below[s][k], level, TIMES) > 1e-9 / 160,
                "score %zu: P(p <= %g): only %u of %d", s, level, below[s][k],
                TIMES);
    }
  gsl_rng_free(rng);
}

/* A sampler that has lost four modes of eight is seen by all of them. */
Test(twosample, collapse_is_seen) {
  gsl_rng *rng = mg_stream_alloc(1, "test/twosample", 1);
  gsl_matrix *x = ring(150, 4, rng), *y = ring(200, 8, rng);
  const mg_score_rows rows = {x, y, NULL};
  mg_score score[MG_TWOSAMPLE_SCORES];
  cr_assert_eq(mg_twosample_scores(&rows, &few, 1, score), GSL_SUCCESS);
  for (size_t s = 0; s < MG_TWOSAMPLE_SCORES; s++) {
    cr_expect(score[s].p_value <= 1 / 20.0, "%s: p %g", score[s].name,
              score[s].p_value);
    cr_expect(score[s].value > score[s].floor + 4 * score[s].floor_sd,
              "%s: %g, floor %g +- %g", score[s].name, score[s].value,
              score[s].floor, score[s].floor_sd);
    cr_expect(score[s].n == 200 && score[s].draws == 150, "%s: %zu %zu",
              score[s].name, score[s].n, score[s].draws);
  }
  cr_expect(score[MG_TWOSAMPLE_CLASSIFIER].lower > 0.5, "lower end %g",
            score[MG_TWOSAMPLE_CLASSIFIER].lower);
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_rng_free(rng);
}

static bool same(double a, double b, double within) {
  return (isnan(a) && isnan(b)) || fabs(a - b) <= within;
}

static void expect_same(const gsl_matrix *x, const gsl_matrix *y,
                        const gsl_matrix *x2, const gsl_matrix *y2,
                        size_t threads, double within) {
  const mg_score_rows rows = {x, y, NULL}, other = {x2, y2, NULL};
  mg_twosample_options more = few;
  mg_score a[MG_TWOSAMPLE_SCORES], b[MG_TWOSAMPLE_SCORES];
  more.threads = threads;
  cr_assert_eq(mg_twosample_scores(&rows, &few, 3, a), GSL_SUCCESS);
  cr_assert_eq(mg_twosample_scores(&other, &more, 3, b), GSL_SUCCESS);
  for (size_t s = 0; s < MG_TWOSAMPLE_SCORES; s++) {
    cr_expect(same(a[s].value, b[s].value, within) &&
                  same(a[s].std_error, b[s].std_error, within) &&
                  same(a[s].floor_sd, b[s].floor_sd, within) &&
                  a[s].p_value == b[s].p_value,
              "%s: %.17g and %.17g", a[s].name, a[s].value, b[s].value);
  }
}

/* The same bytes for one thread and three; and numbers that do not know where
 * 0 is. */
Test(twosample, threads_and_a_shift_change_nothing) {
  gsl_rng *rng = mg_stream_alloc(1, "test/twosample", 2);
  gsl_matrix *x = gaussians(300, 12, rng), *y = gaussians(280, 12, rng);
  expect_same(x, y, x, y, 3, 0);
  gsl_matrix *x2 = gsl_matrix_alloc(300, 12), *y2 = gsl_matrix_alloc(280, 12);
  gsl_matrix_memcpy(x2, x);
  gsl_matrix_memcpy(y2, y);
  gsl_matrix_add_constant(x2, 1e6);
  gsl_matrix_add_constant(y2, 1e6);
  expect_same(x, y, x2, y2, 1, 1e-9);
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(x2);
  gsl_matrix_free(y2);
  gsl_rng_free(rng);
}

/* On a line there is one direction, and no error over directions. */
Test(twosample, one_dimension) {
  gsl_rng *rng = mg_stream_alloc(1, "test/twosample", 3);
  gsl_matrix *x = gaussians(20, 1, rng), *y = gaussians(20, 1, rng);
  const mg_score_rows rows = {x, y, NULL};
  mg_score score[MG_TWOSAMPLE_SCORES];
  gsl_matrix_add_constant(y, 30);
  cr_assert_eq(mg_twosample_scores(&rows, &few, 1, score), GSL_SUCCESS);
  for (size_t s = 0; s < MG_TWOSAMPLE_SCORES; s++)
    cr_expect(strstr(score[s].note, "std_error over "),
              "%s does not say over what its error is: '%s'", score[s].name,
              score[s].note);
  cr_expect_eq(score[MG_TWOSAMPLE_W1].std_error, 0, "error %g",
               score[MG_TWOSAMPLE_W1].std_error);
  cr_expect(fabs(score[MG_TWOSAMPLE_W1].value - 30) < 2, "%g",
            score[MG_TWOSAMPLE_W1].value);
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_rng_free(rng);
}

/* All rows the same: nothing to tell apart, and no scale for a kernel. */
Test(twosample, copies_only) {
  gsl_matrix *x = gsl_matrix_calloc(10, 2), *y = gsl_matrix_calloc(10, 2);
  const mg_score_rows rows = {x, y, NULL};
  mg_score score[MG_TWOSAMPLE_SCORES];
  cr_assert_eq(mg_twosample_scores(&rows, &few, 1, score), GSL_SUCCESS);
  cr_expect(isnan(score[MG_TWOSAMPLE_MMD].value), "a value without a kernel");
  cr_expect(strstr(score[MG_TWOSAMPLE_MMD].note, "no value"), "%s",
            score[MG_TWOSAMPLE_MMD].note);
  for (size_t s = MG_TWOSAMPLE_ENERGY; s <= MG_TWOSAMPLE_W2; s++) {
    cr_expect_eq(score[s].p_value, 1, "%s: p %g", score[s].name,
                 score[s].p_value);
    cr_expect_eq(score[s].value, 0, "%s: %g", score[s].name, score[s].value);
    cr_expect_eq(score[s].std_error, 0, "%s: error %g", score[s].name,
                 score[s].std_error);
  }
  gsl_matrix_free(x);
  gsl_matrix_free(y);
}

Test(twosample, refusals) {
  gsl_matrix *x = gsl_matrix_calloc(3, 2), *y = gsl_matrix_calloc(2, 2);
  gsl_matrix *many = gsl_matrix_calloc(MG_TWOSAMPLE_ROWS, 2);
  mg_score_rows rows = {x, y, NULL};
  mg_score score[MG_TWOSAMPLE_SCORES];
  mg_twosample_options none = few;
  cr_expect_eq(mg_twosample_scores(&rows, &few, 1, score), GSL_EINVAL, "two");
  rows.data = many;
  cr_expect_eq(mg_twosample_scores(&rows, &few, 1, score), GSL_EINVAL, "many");
  cr_expect(strstr(mg_reason(), "take at most"), "%s", mg_reason());
  rows.data = x;
  none.splits = 0;
  cr_expect_eq(mg_twosample_scores(&rows, &none, 1, score), GSL_EINVAL,
               "no splits");
  gsl_matrix_set(x, 1, 1, NAN);
  cr_expect_eq(mg_twosample_scores(&rows, &few, 1, score), GSL_EDOM, "NaN");
  gsl_matrix_free(x);
  gsl_matrix_free(y);
  gsl_matrix_free(many);
}
