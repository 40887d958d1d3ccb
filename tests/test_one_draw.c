/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and variances of the four gradients against closed forms. */
#include <criterion/criterion.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "base/stream.h"
#include "infer/one_draw.h"

enum { DRAWS = 200000 };
static double g[DRAWS][MG_DRAW_KINDS];

static void draw(size_t dim, double mu) {
  gsl_rng *rng = mg_stream_alloc(3, "test/one_draw", dim);
  for (size_t i = 0; i < DRAWS; i++)
    mg_draw_gradients(rng, dim, mu, g[i]);
  gsl_rng_free(rng);
}

/* Mean -mu, and that variance, each to 6 of its own standard errors. */
static void hold(mg_draw_kind kind, double mu, double variance) {
  static double square[DRAWS];
  const double mean = gsl_stats_mean(&g[0][kind], MG_DRAW_KINDS, DRAWS);
  const double sd = sqrt(variance / DRAWS);
  cr_expect(fabs(mean + mu) <= 6.1 * sd, "%s: mean %g, not %g +- %g",
            mg_draw_name(kind), mean, -mu, sd);
  for (size_t i = 0; i < DRAWS; i++)
    square[i] = (g[i][kind] + mu) * (g[i][kind] + mu);
  const double found = gsl_stats_mean(square, 1, DRAWS);
  const double error = gsl_stats_sd(square, 1, DRAWS) / sqrt(DRAWS);
  cr_expect(fabs(found - variance) <= 6.1 * error,
            "%s: variance %g, not %g +- %g", mg_draw_name(kind), found,
            variance, error);
}

static void hold_all(size_t dim) {
  const double half = 1 + 0.5 * (double)dim;
  draw(dim, 1);
  hold(MG_DRAW_SCORE, 1, half * half);
  hold(MG_DRAW_BASELINE, 1, (double)dim + 1);
  hold(MG_DRAW_PATHWISE, 1, 1);
  hold(MG_DRAW_STICKING, 1, 0);
}

Test(one_draw, one_dimension) {
  hold_all(1);
}

Test(one_draw, ten_dimensions) {
  hold_all(10);
}

/* With mu elsewhere: variances by hand, of -(D mu^2/2 + mu S) e_0. */
Test(one_draw, another_mean) {
  draw(1, -0.5);
  hold(MG_DRAW_SCORE, -0.5, 0.125 * 0.125 + 2 * 0.25);
  hold(MG_DRAW_BASELINE, -0.5, 2 * 0.25);
  hold(MG_DRAW_PATHWISE, -0.5, 1);
  hold(MG_DRAW_STICKING, -0.5, 0);
}
