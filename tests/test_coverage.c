/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coverage against all outcomes of small samples, then against the toys. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "data/toys.h"
#include "eval/coverage.h"

#define Z 6.1 /* a false alarm in 10^9 */

Test(coverage, kl_by_hand) {
  cr_expect_float_eq(mg_coverage_kl(2, (unsigned[]){5, 5}), 0, 1e-15);
  cr_expect_float_eq(mg_coverage_kl(2, (unsigned[]){7, 0}), M_LN2, 1e-15);
  cr_expect_float_eq(mg_coverage_kl(2, (unsigned[]){3, 1}),
                     0.75 * log(1.5) + 0.25 * log(0.5), 1e-15);
  cr_expect(isnan(mg_coverage_kl(2, (unsigned[]){0, 0})), "of no draws");
}

/* Draws at 0, 3, 3.01 and 10 sd of modes at 0 and 10. */
Test(coverage, counted_by_hand) {
  gsl_matrix_view c = gsl_matrix_view_array((double[]){0, 0, 10, 0}, 2, 2);
  gsl_matrix_view x =
      gsl_matrix_view_array((double[]){0, 0, 0, 3, 6.99, 0, 10, -3.01}, 4, 2);
  unsigned high[2];
  mg_coverage got;
  cr_assert_eq(mg_coverage_count(&x.matrix, &c.matrix, 1, high, &got),
               GSL_SUCCESS);
  cr_expect(high[0] == 2 && high[1] == 0, "%u %u", high[0], high[1]);
  cr_expect(got.found == 1 && got.high == 2 && got.draws == 4, "%zu %zu %zu",
            got.found, got.high, got.draws);
  cr_expect_float_eq(got.reverse_kl, M_LN2, 1e-15, "%g", got.reverse_kl);
  gsl_matrix_set(&x.matrix, 2, 0, 7);
  mg_coverage_count(&x.matrix, &c.matrix, 1, high, &got);
  cr_expect(high[1] == 1 && got.found == 2, "3 sd away counts: %u", high[1]);
}

/* ---- floors against every outcome ---- */

/* Mean and sd of KL over all sequences of n draws at k modes. */
static void enumerate_kl(size_t k, size_t n, double *mean, double *sd) {
  double one = 0, two = 0, all = pow((double)k, (double)n);
  for (size_t code = 0; code < (size_t)all; code++) {
    unsigned count[8] = {0};
    for (size_t i = 0, rest = code; i < n; i++, rest /= k)
      count[rest % k]++;
    const double kl = mg_coverage_kl(k, count);
    one += kl / all;
    two += kl * kl / all;
  }
  *mean = one;
  *sd = sqrt(two - one * one);
}

/* The same of how many modes are met, when a draw is of high quality with
 * probability f. */
static void enumerate_modes(size_t k, size_t n, double f, double *mean,
                            double *sd) {
  double one = 0, two = 0, all = pow((double)k + 1, (double)n);
  for (size_t code = 0; code < (size_t)all; code++) {
    bool met[8] = {false};
    double p = 1, found = 0;
    for (size_t i = 0, rest = code; i < n; i++, rest /= k + 1) {
      p *= rest % (k + 1) < k ? f / (double)k : 1 - f;
      met[rest % (k + 1)] = true;
    }
    for (size_t i = 0; i < k; i++)
      found += met[i];
    one += p * found;
    two += p * found * found;
  }
  *mean = one;
  *sd = sqrt(two - one * one);
}

Test(coverage, floors_by_enumeration) {
  static const size_t cases[][2] = {{1, 5}, {2, 1}, {2, 9}, {3, 7}, {5, 5}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const size_t k = cases[i][0], n = cases[i][1];
    double mean[MG_COVERAGE_SCORES], sd[MG_COVERAGE_SCORES], m, s;
    mg_coverage_floor(k, n, 1, mean, sd); /* in 1-D F n rounds to n */
    enumerate_kl(k, n, &m, &s);
    cr_expect_float_eq(mean[MG_COVERAGE_KL], m, 1e-12, "KL %zu %zu: %g %g", k,
                       n, mean[MG_COVERAGE_KL], m);
    cr_expect_float_eq(sd[MG_COVERAGE_KL], s, 1e-7, "KL %zu %zu: sd %g %g", k,
                       n, sd[MG_COVERAGE_KL], s);
    enumerate_modes(k, n, gsl_cdf_chisq_P(9, 1), &m, &s);
    cr_expect_float_eq(mean[MG_COVERAGE_MODES], m, 1e-12,
                       "modes %zu %zu: %g %g", k, n, mean[MG_COVERAGE_MODES],
                       m);
    cr_expect_float_eq(sd[MG_COVERAGE_MODES], s, 1e-7,
                       "modes %zu %zu: sd %g %g", k, n, sd[MG_COVERAGE_MODES],
                       s);
  }
}

/* The share of a Gaussian of the plane within 3 sd is published. */
Test(coverage, floors_of_the_protocol) {
  double mean[MG_COVERAGE_SCORES], sd[MG_COVERAGE_SCORES];
  mg_coverage_floor(25, MG_COVERAGE_DRAWS, 2, mean, sd);
  cr_expect_float_eq(mean[MG_COVERAGE_QUALITY], 0.98889, 5e-6, "%g",
                     mean[MG_COVERAGE_QUALITY]);
  cr_expect_float_eq(mean[MG_COVERAGE_MODES], 25, 1e-12);
  /* Of many draws: chi squared with 24 degrees of freedom over 2 n. */
  const double n = 2500 * 0.98889;
  cr_expect(fabs(mean[MG_COVERAGE_KL] * 2 * n / 24 - 1) < 0.01, "%g",
            mean[MG_COVERAGE_KL]);
  cr_expect(fabs(sd[MG_COVERAGE_KL] * 2 * n / sqrt(48) - 1) < 0.02, "%g",
            sd[MG_COVERAGE_KL]);
}

/* ---- samplers ---- */

/* The rows of a toy with the law of `name`. */
static void score_toy(const char *name, size_t n, unsigned long seed,
                      mg_score *score) {
  double sd;
  gsl_matrix *centres = mg_toys_modes(name, &sd);
  mg_dataset *toy = mg_toys_draw(name, n, seed);
  cr_assert(centres && toy, "%s", mg_reason());
  cr_assert_eq(mg_coverage_scores(toy->reals, centres, sd, seed, score),
               GSL_SUCCESS, "%s", mg_reason());
  mg_dataset_free(toy);
  gsl_matrix_free(centres);
}

Test(coverage, the_truth_is_at_its_floor) {
  enum { TIMES = 100 };
  static const char *const names[] = {"ring", "grid"};
  for (size_t t = 0; t < 2; t++) {
    double sum[MG_COVERAGE_SCORES] = {0};
    mg_score score[MG_COVERAGE_SCORES];
    for (unsigned long seed = 0; seed < TIMES; seed++) {
      score_toy(names[t], 400, seed, score);
      for (size_t i = 0; i < MG_COVERAGE_SCORES; i++)
        sum[i] += score[i].value / TIMES;
    }
    for (size_t i = 0; i < MG_COVERAGE_SCORES; i++) {
      const double se = score[i].floor_sd / sqrt(TIMES);
      cr_expect(fabs(sum[i] - score[i].floor) <= Z * se + 1e-12,
                "%s, %s: %g, floor %g +- %g", names[t], score[i].name, sum[i],
                score[i].floor, se);
    }
  }
}

/* A sampler with uneven weights: how often do intervals hold the mean score?
 * The bootstrap promises its coverage for many draws only. */
Test(coverage, intervals_hold_the_mean_score) {
  enum { TIMES = 400, MODES = 4, DRAWS = 300 };
  gsl_rng *rng = mg_stream_alloc(5, "test/coverage", 0);
  gsl_matrix *centres = gsl_matrix_calloc(MODES, 1);
  gsl_matrix *x = gsl_matrix_calloc(DRAWS, 1);
  static const double weight[MODES] = {0.5, 0.25, 0.15, 0.1};
  static mg_score all[TIMES][MG_COVERAGE_SCORES];
  gsl_ran_discrete_t *law = gsl_ran_discrete_preproc(MODES, weight);
  for (size_t k = 0; k < MODES; k++)
    gsl_matrix_set(centres, k, 0, 10 * (double)k);
  double mean = 0, square = 0, error = 0;
  size_t held = 0;
  for (size_t t = 0; t < TIMES; t++) {
    for (size_t i = 0; i < DRAWS; i++)
      gsl_matrix_set(x, i, 0, 10 * (double)gsl_ran_discrete(rng, law));
    cr_assert_eq(mg_coverage_scores(x, centres, 1, t, all[t]), GSL_SUCCESS);
    const mg_score *kl = &all[t][MG_COVERAGE_KL];
    mean += kl->value / TIMES;
    square += kl->value * kl->value / TIMES;
    error += kl->std_error / TIMES;
  }
  /* An sd of n values is known to 1 / sqrt(2 n). */
  const double sd = sqrt(square - mean * mean);
  cr_expect(fabs(error / sd - 1) < Z / sqrt(2. * TIMES), "%g, sd %g", error,
            sd);
  for (size_t t = 0; t < TIMES; t++) {
    const mg_score *kl = &all[t][MG_COVERAGE_KL];
    held += kl->lower <= mean && mean <= kl->upper;
  }
  const double share = (double)held / TIMES;
  const double z = (share - 0.95) / sqrt(0.95 * 0.05 / TIMES);
  cr_expect(fabs(z) < Z, "%zu of %d intervals hold it, z = %g", held, TIMES, z);
  gsl_ran_discrete_free(law);
  gsl_matrix_free(centres);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
}

Test(coverage, a_collapsed_sampler_is_seen) {
  double sd;
  gsl_matrix *centres = mg_toys_modes("ring", &sd);
  gsl_matrix *x = gsl_matrix_alloc(2500, 2);
  gsl_rng *rng = mg_stream_alloc(1, "test/coverage", 1);
  for (size_t i = 0; i < 2500; i++) /* one mode, and narrower than it */
    for (size_t j = 0; j < 2; j++)
      gsl_matrix_set(x, i, j,
                     gsl_matrix_get(centres, 3, j) +
                         gsl_ran_gaussian(rng, 0.1 * sd));
  mg_score s[MG_COVERAGE_SCORES];
  cr_assert_eq(mg_coverage_scores(x, centres, sd, 1, s), GSL_SUCCESS);
  cr_expect_eq(s[MG_COVERAGE_MODES].value, 1, "%g", s[MG_COVERAGE_MODES].value);
  cr_expect_eq(s[MG_COVERAGE_QUALITY].value, 1, "%g",
               s[MG_COVERAGE_QUALITY].value);
  cr_expect_float_eq(s[MG_COVERAGE_KL].value, log(8), 1e-12, "%g",
                     s[MG_COVERAGE_KL].value);
  const mg_score *q = &s[MG_COVERAGE_QUALITY];
  cr_expect(q->lower > q->floor, "too narrow is seen: %g over %g", q->lower,
            q->floor);
  gsl_matrix_free(centres);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
}

Test(coverage, nothing_of_high_quality) {
  gsl_matrix *centres = gsl_matrix_calloc(2, 1), *x = gsl_matrix_calloc(5, 1);
  gsl_matrix_set(centres, 1, 0, 1);
  gsl_matrix_set_all(x, 100);
  mg_score s[MG_COVERAGE_SCORES];
  cr_assert_eq(mg_coverage_scores(x, centres, 1, 1, s), GSL_SUCCESS);
  cr_expect_eq(s[MG_COVERAGE_MODES].value, 0);
  cr_expect(isnan(s[MG_COVERAGE_KL].value) && isnan(s[MG_COVERAGE_KL].upper),
            "%g %g", s[MG_COVERAGE_KL].value, s[MG_COVERAGE_KL].upper);
  gsl_matrix_set(x, 4, 0, NAN);
  cr_expect_eq(mg_coverage_scores(x, centres, 1, 1, s), GSL_EDOM);
  cr_expect_eq(mg_coverage_scores(x, centres, 0, 1, s), GSL_EINVAL);
  gsl_matrix_free(centres);
  centres = gsl_matrix_calloc(2, 2);
  cr_expect_eq(mg_coverage_scores(x, centres, 1, 1, s), GSL_EBADLEN);
  gsl_matrix_free(centres);
  gsl_matrix_free(x);
}
