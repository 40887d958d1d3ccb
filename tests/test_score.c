/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a score carries: intervals against closed forms and enumerations. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/score.h"

static mg_score score_of(double value) {
  mg_score s = mg_score_named("test", MG_BETTER_LOWER, "by hand");
  s.value = value;
  return s;
}

Test(score, nothing_is_known_at_first) {
  const mg_score s = mg_score_named("modes", MG_BETTER_HIGHER, "counted");
  const double unknown[] = {s.value, s.std_error, s.lower,    s.upper,
                            s.ideal, s.floor,     s.floor_sd, s.p_value};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
    cr_expect(isnan(unknown[i]), "number %zu is %g", i, unknown[i]);
  cr_expect_eq(s.coverage, 0.95, "coverage %g", s.coverage);
  cr_expect(s.n == 0 && s.draws == 0, "%zu %zu", s.n, s.draws);
}

/* Replicates 0 .. 100: mean 50, quantiles 2.5 and 97.5.  Around 60 without
 * their bias: 60 - 47.5 .. 60 + 47.5. */
Test(score, replicates_by_hand) {
  double r[101];
  for (size_t i = 0; i < 101; i++)
    r[i] = (double)((i * 37) % 101);
  mg_score s = score_of(60);
  mg_score_replicates(&s, 101, r);
  cr_expect_float_eq(s.std_error, sqrt(850 * 101. / 100), 1e-12, "%.17g",
                     s.std_error);
  cr_expect_float_eq(s.lower, 12.5, 1e-12, "%.17g", s.lower);
  cr_expect_float_eq(s.upper, 107.5, 1e-12, "%.17g", s.upper);
}

/* The longer tail of the replicates is the longer side below the value. */
Test(score, replicates_are_turned_around) {
  double r[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 100};
  mg_score s = score_of(10);
  mg_score_replicates(&s, 10, r);
  cr_expect_float_eq(s.upper, 20, 1e-12, "%.17g", s.upper);
  cr_expect(s.lower < -50, "%g", s.lower);
}

Test(score, replicates_that_are_no_numbers) {
  double r[] = {1, NAN, 2};
  mg_score s = score_of(1);
  mg_score_replicates(&s, 3, r);
  cr_expect(isnan(s.std_error) && isnan(s.lower) && isnan(s.upper), "%g %g %g",
            s.std_error, s.lower, s.upper);
}

/* 8 of 20: the published interval is .1911901 .. .6394574. */
Test(score, share_by_clopper_and_pearson) {
  mg_score s = score_of(NAN);
  mg_score_share(&s, 8, 20);
  cr_expect_eq(s.value, 0.4, "%g", s.value);
  cr_expect_float_eq(s.std_error, sqrt(0.24 / 20), 1e-15, "%g", s.std_error);
  cr_expect_float_eq(s.lower, 0.1911901, 1e-7, "%.9g", s.lower);
  cr_expect_float_eq(s.upper, 0.6394574, 1e-7, "%.9g", s.upper);
}

Test(score, shares_of_none_and_all) {
  mg_score s = score_of(NAN);
  mg_score_share(&s, 0, 10);
  cr_expect_eq(s.lower, 0, "%g", s.lower);
  cr_expect_float_eq(s.upper, 1 - pow(0.025, 0.1), 1e-12, "%g", s.upper);
  mg_score_share(&s, 10, 10);
  cr_expect_eq(s.upper, 1, "%g", s.upper);
  cr_expect_float_eq(s.lower, pow(0.025, 0.1), 1e-12, "%g", s.lower);
}

/* Summed over all outcomes the interval holds the share at least as often as
 * it says. */
Test(score, share_covers) {
  for (double p = 0.01; p < 1; p += 0.07) {
    double held = 0;
    for (size_t h = 0; h <= 30; h++) {
      mg_score s = score_of(NAN);
      mg_score_share(&s, h, 30);
      if (s.lower <= p && p <= s.upper)
        held += gsl_ran_binomial_pdf((unsigned)h, p, 30);
    }
    cr_expect(held >= 0.95, "p = %g is held with probability %g", p, held);
  }
}

/* Of as many draws as a protocol has: both ends are where the tails of the
 * binomial law are 2.5 %. */
Test(score, share_of_many) {
  static const size_t hits[] = {1, 37, 1250, 2471, 2499};
  for (size_t i = 0; i < sizeof hits / sizeof *hits; i++) {
    const unsigned h = (unsigned)hits[i];
    mg_score s = score_of(NAN);
    mg_score_share(&s, h, 2500);
    cr_expect_float_eq(gsl_cdf_binomial_Q(h - 1, s.lower, 2500), 0.025, 1e-9,
                       "%u: %g", h, gsl_cdf_binomial_Q(h - 1, s.lower, 2500));
    cr_expect_float_eq(gsl_cdf_binomial_P(h, s.upper, 2500), 0.025, 1e-9,
                       "%u: %g", h, gsl_cdf_binomial_P(h, s.upper, 2500));
  }
}

Test(score, floor_of_rows_that_serve_twice) {
  mg_score s = score_of(1);
  const double truth[] = {1, 2, 3};
  mg_score_floor(&s, 3, truth, 0, "simulation");
  cr_expect_eq(s.floor, 2, "%g", s.floor);
  cr_expect_float_eq(s.floor_sd, 1, 1e-15, "%g", s.floor_sd);
  mg_score_floor(&s, 3, truth, 0.75, "training rows");
  cr_expect_float_eq(s.floor_sd, 2, 1e-15, "%g", s.floor_sd);
  cr_expect_str_eq(s.floor_from, "training rows");
  mg_score_floor(&s, 3, truth, 1, "training rows");
  cr_expect(isnan(s.floor_sd), "%g", s.floor_sd);
  mg_score_floor(&s, 0, truth, 0, "training rows");
  cr_expect(isnan(s.floor) && *s.floor_from == '\0', "%g %s", s.floor,
            s.floor_from);
}

/* Means of 30 of 40 rows that overlap tell of the sd of a mean of 30 fresh
 * rows: E s^2 / 30, with s^2 of the 40 rows. */
Test(score, floor_sd_of_a_mean) {
  enum { ROWS = 40, PART = 30, TIMES = 4000 };
  gsl_matrix *train = gsl_matrix_alloc(ROWS, 1), *x = gsl_matrix_alloc(PART, 1);
  gsl_rng *rng = mg_stream_alloc(3, "test/score", 0);
  static double mean[TIMES];
  double square = 0, all = 0;
  for (size_t i = 0; i < ROWS; i++) {
    gsl_matrix_set(train, i, 0, gsl_ran_gaussian(rng, 1));
    all += gsl_matrix_get(train, i, 0) / ROWS;
  }
  for (size_t i = 0; i < ROWS; i++)
    square += pow(gsl_matrix_get(train, i, 0) - all, 2) / (ROWS - 1);
  const mg_score_rows rows = {.train = train};
  for (size_t t = 0; t < TIMES; t++) {
    cr_assert_eq(mg_score_stand_in(&rows, rng, x), GSL_SUCCESS);
    for (size_t i = 0; i < PART; i++)
      mean[t] += gsl_matrix_get(x, i, 0) / PART;
  }
  mg_score s = score_of(0);
  mg_score_floor(&s, TIMES, mean, (double)PART / ROWS, "training rows");
  const double wanted = sqrt(square / PART);
  /* The relative error of an sd of n values is 1 / sqrt(2 n). */
  const double z = (s.floor_sd / wanted - 1) * sqrt(2. * TIMES);
  cr_expect(fabs(z) < 6.1, "%g against %g, z = %g", s.floor_sd, wanted, z);
  gsl_matrix_free(train);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
}

Test(score, stand_ins_are_different_rows) {
  gsl_matrix *train = gsl_matrix_alloc(9, 2), *x = gsl_matrix_alloc(9, 2);
  for (size_t i = 0; i < 18; i++)
    train->data[i] = (double)i;
  gsl_rng *rng = mg_stream_alloc(1, "test/score", 1);
  const mg_score_rows rows = {.train = train};
  cr_assert_eq(mg_score_stand_in(&rows, rng, x), GSL_SUCCESS);
  double sum = 0;
  for (size_t i = 0; i < 9; i++) {
    sum += gsl_matrix_get(x, i, 0);
    cr_expect_eq(gsl_matrix_get(x, i, 1), gsl_matrix_get(x, i, 0) + 1,
                 "row %zu is torn", i);
  }
  cr_expect_eq(sum, 72, "all of 0, 2 .. 16 once: %g", sum);
  gsl_matrix *more = gsl_matrix_alloc(10, 2);
  cr_expect_eq(mg_score_stand_in(&rows, rng, more), GSL_EINVAL);
  gsl_matrix_free(more);
  gsl_matrix_free(train);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
}

Test(score, over_seeds_by_hand) {
  mg_score s[] = {score_of(1), score_of(NAN), score_of(3)}, mean;
  s[0].ideal = 0;
  s[0].p_value = 0.5;
  cr_assert_eq(mg_score_over_seeds(3, s, &mean), GSL_SUCCESS);
  cr_expect_eq(mean.value, 2, "%g", mean.value);
  cr_expect_float_eq(mean.std_error, 1, 1e-15, "%g", mean.std_error);
  /* Student's law with one degree of freedom. */
  cr_expect_float_eq(mean.upper - mean.value, 12.7062047362, 1e-8, "%.12g",
                     mean.upper - mean.value);
  cr_expect_eq(mean.ideal, 0, "%g", mean.ideal);
  cr_expect(isnan(mean.p_value), "%g", mean.p_value);
  cr_expect(strstr(mean.note, "2 of 3 seeds") != NULL, "%s", mean.note);
  cr_expect_eq(mg_score_over_seeds(1, &s[1], &mean), GSL_EINVAL);
}

Test(score, rows_that_cannot_be_scored) {
  gsl_matrix *two = gsl_matrix_calloc(2, 2), *wide = gsl_matrix_calloc(2, 3);
  gsl_matrix_view one = gsl_matrix_submatrix(two, 0, 0, 1, 2);
  mg_score_rows rows = {.draws = two, .data = two, .train = two};
  cr_expect_eq(mg_score_rows_check(&rows), GSL_SUCCESS);
  rows.train = NULL;
  cr_expect_eq(mg_score_rows_check(&rows), GSL_SUCCESS);
  rows.data = wide;
  cr_expect_eq(mg_score_rows_check(&rows), GSL_EBADLEN);
  rows.data = &one.matrix;
  cr_expect_eq(mg_score_rows_check(&rows), GSL_EINVAL);
  rows.data = two;
  gsl_matrix_set(two, 1, 1, INFINITY);
  cr_expect_eq(mg_score_rows_check(&rows), GSL_EDOM);
  cr_expect(strstr(mg_reason(), "row 2 of the draws") != NULL, "%s",
            mg_reason());
  gsl_matrix_free(two);
  gsl_matrix_free(wide);
}

Test(score, as_a_row) {
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("toy", &space, 1);
  mg_table *table = mg_table_alloc(MG_SCORE_COLUMNS);
  mg_score s = score_of(0.25);
  s.draws = 2500;
  snprintf(s.note, sizeof s.note, "own");
  mg_score_row(table, "gmm", data, MG_TEST, &s, "given");
  cr_assert_eq(mg_table_status(table), GSL_SUCCESS);
  static const char *const wanted[][2] = {
      {"model", "gmm"},     {"data", "toy"},       {"split", "test"},
      {"score", "test"},    {"value", "0.25"},     {"std_error", "nan"},
      {"ideal", "nan"},     {"floor_from", ""},    {"better", "lower"},
      {"p_value", "nan"},   {"draws", "2500"},     {"method", "by hand"},
      {"coverage", "0.95"}, {"note", "given; own"}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    cr_expect_str_eq(mg_table_get(table, 0, mg_table_find(table, wanted[i][0])),
                     wanted[i][1], "column %s", wanted[i][0]);
  mg_table_free(table);
  mg_dataset_free(data);
}
