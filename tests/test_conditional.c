/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of one value: it sums to 1, it is drawn as it is scored, and it
 * begins where the values are. */
#include <criterion/criterion.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/stream.h"
#include "models/conditional.h"

static const mg_space bits = {.dim = 1, .measure = MG_BINARY, .levels = 2};
static const mg_space levels = {.dim = 1, .measure = MG_LEVELS, .levels = 5};
static const mg_space reals = {.dim = 1, .measure = MG_REALS};

enum { DRAWS = 40000 };

static void expect_counts(const mg_space *space, const mg_real *out) {
  const mg_conditional c = mg_conditional_of(space, 1);
  gsl_rng *rng = mg_stream_alloc(1, "test/conditional", space->levels);
  double count[5] = {0}, mass = 0, statistic = 0;
  for (size_t i = 0; i < DRAWS; i++)
    count[(size_t)mg_conditional_draw(&c, rng, out)]++;
  for (size_t k = 0; k < space->levels; k++) {
    const double p = exp(mg_conditional_log_p(&c, out, (double)k));
    mass += p;
    statistic += pow(count[k] - DRAWS * p, 2) / (DRAWS * p);
  }
  cr_expect_float_eq(mass, 1, 1e-15, "%u levels: the mass is 1 %+g",
                     space->levels, mass - 1);
  cr_expect(gsl_cdf_chisq_Q(statistic, space->levels - 1) > 1e-9,
            "%u levels: chi-square %g", space->levels, statistic);
  gsl_rng_free(rng);
}

Test(conditional, levels_are_drawn_as_they_are_scored) {
  const mg_real logits[] = {0.3f, -1.1f, 2, 0.4f, -0.2f};
  expect_counts(&bits, logits);
  expect_counts(&levels, logits);
}

/* Midpoints are exact to all digits where a Gaussian has died at both ends. */
Test(conditional, a_mixture_is_a_density_and_is_drawn) {
  const mg_conditional c = mg_conditional_of(&reals, 2);
  const mg_real out[] = {0.5f, -0.5f, -1, 2, -1, 0.5f};
  const double step = 1 / 64.;
  double mass = 0, mean = 0, square = 0, drawn = 0, drawn_square = 0;
  for (int i = -64 * 20; i < 64 * 20; i++) {
    const double x = (i + 0.5) * step;
    const double p = step * exp(mg_conditional_log_p(&c, out, x));
    mass += p;
    mean += p * x;
    square += p * x * x;
  }
  cr_expect_float_eq(mass, 1, 1e-12, "the mass is 1 %+g", mass - 1);
  gsl_rng *rng = mg_stream_alloc(1, "test/conditional", 0);
  for (size_t i = 0; i < DRAWS; i++) {
    const double x = mg_conditional_draw(&c, rng, out);
    drawn += x / DRAWS;
    drawn_square += x * x / DRAWS;
  }
  const double sd = sqrt(square - mean * mean);
  cr_expect(fabs(drawn - mean) <= 6.1 * sd / sqrt(DRAWS), "mean %g, drawn %g",
            mean, drawn);
  /* a square's deviation is below 3 here: the values are within 4 or so */
  cr_expect(fabs(drawn_square - square) <= 6.1 * 4 / sqrt(DRAWS),
            "mean square %g, drawn %g", square, drawn_square);
  gsl_rng_free(rng);
}

Test(conditional, levels_begin_at_their_shares) {
  const mg_conditional two = mg_conditional_of(&bits, 1);
  const mg_conditional five = mg_conditional_of(&levels, 1);
  double x[] = {1, 0, 1, 1}, y[] = {4, 0, 4}, prefix[10];
  mg_real a, b[5];
  mg_conditional_start(&two, 4, x, prefix, &a);
  mg_conditional_start(&five, 3, y, prefix, b);
  cr_expect_float_eq(exp(mg_conditional_log_p(&two, &a, 1)), 4 / 6., 1e-6,
                     "3 of 4 and one more of each: %g",
                     exp(mg_conditional_log_p(&two, &a, 1)));
  const double share[] = {2 / 8., 1 / 8., 1 / 8., 1 / 8., 3 / 8.};
  for (size_t k = 0; k < 5; k++)
    cr_expect_float_eq(exp(mg_conditional_log_p(&five, b, (double)k)), share[k],
                       1e-6, "level %zu: %g not %g", k,
                       exp(mg_conditional_log_p(&five, b, (double)k)),
                       share[k]);
}

/* Three clusters of unequal size, 100 widths apart: each has a component, with
 * its own mean, deviation and share. */
Test(conditional, a_mixture_begins_at_the_clusters) {
  enum { N = 400 };
  const mg_conditional c = mg_conditional_of(&reals, 3);
  double x[N], prefix[2 * N + 2], mean[3] = {0};
  const double centre[] = {-1, 0.5, 1.5};
  const size_t size[] = {100, 200, 100};
  gsl_rng *rng = mg_stream_alloc(2, "test/conditional", 0);
  mg_real out[9];
  for (size_t i = 0, k = 0, end = size[0]; i < N; i++) {
    if (i == end)
      end += size[++k];
    x[i] = centre[k] + gsl_ran_gaussian(rng, 0.05);
    mean[k] += x[i] / (double)size[k];
  }
  gsl_ran_shuffle(rng, x, N, sizeof *x);
  mg_conditional_start(&c, N, x, prefix, out);
  for (size_t k = 0; k < 3; k++) {
    cr_expect_float_eq((double)out[3 + k], mean[k], 1e-6, "centre %zu at %g", k,
                       (double)out[3 + k]);
    cr_expect_float_eq(exp((double)out[k]), (double)(size[k] + 1) / (N + 3),
                       1e-6, "share %zu: %g", k, exp((double)out[k]));
    cr_expect_float_eq(exp((double)out[6 + k] / 2), 0.05, 0.015,
                       "deviation %zu: %g", k, exp((double)out[6 + k] / 2));
  }
  gsl_rng_free(rng);
}

Test(conditional, equal_values_and_few_are_borne) {
  const mg_conditional c = mg_conditional_of(&reals, 7);
  double one[] = {2}, same[] = {3, 3, 3, 3}, prefix[10];
  mg_real out[21];
  mg_conditional_start(&c, 1, one, prefix, out);
  cr_expect(isfinite(mg_conditional_log_p(&c, out, 2)), "at the datum: %g",
            mg_conditional_log_p(&c, out, 2));
  mg_conditional_start(&c, 4, same, prefix, out);
  cr_expect(isfinite(mg_conditional_log_p(&c, out, 3)), "at the data: %g",
            mg_conditional_log_p(&c, out, 3));
}
