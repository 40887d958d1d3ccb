/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient of a vae's whole objective, through decoder, noise and encoder,
 * against differences of the objective with the noise held fixed.  This program
 * is built with the family's own sources in double, where eight digits of a
 * difference can be had. */
#include "nets/gradcheck.h"
#include "vae.h"

enum { N = 5, DIRECTIONS = 6 };

/* The slope along v by differences against that by the gradient, with the
 * better of two steps: the larger one is truncated, the smaller one rounded,
 * and a wrong gradient is wrong with both. */
static double error_along(mg_vae *v, const gsl_matrix *x, const mg_real *theta,
                          const mg_real *direction, const mg_stats *at,
                          mg_stats *stats) {
  static const double step[] = {1e-3, 2e-4};
  mg_real *moved = calloc(v->ascent.numbers, sizeof *moved),
          *kept = v->ascent.theta;
  double best = INFINITY, f[MG_GRADCHECK_POINTS];
  v->ascent.theta = moved;
  for (size_t s = 0; s < 2; s++) {
    for (size_t i = 0; i < MG_GRADCHECK_POINTS; i++) {
      mg_gradcheck_move(v->ascent.numbers, theta, i, step[s], direction, moved);
      cr_assert_eq(vae_gathered(v, x, 1, stats), GSL_SUCCESS, "%s",
                   mg_reason());
      f[i] = gsl_vector_get(stats->sums, 0);
    }
    best = fmin(best, mg_gradcheck_error(v->ascent.numbers, at->gradient,
                                         direction, step[s], f));
  }
  v->ascent.theta = kept;
  free(moved);
  return best;
}

/* The largest error over some directions, of the objective after `passes`
 * epochs. */
static double worst_error(const mg_space *space, const mg_vae_options *options,
                          size_t passes) {
  gsl_matrix *x = vae_rows(space, N);
  mg_vae *v = vae_begun(space, options, x);
  mg_stats at = vae_stats(v, N), other = vae_stats(v, N);
  gsl_rng *rng = mg_stream_alloc(3, "test/vae/direction", 0);
  mg_real *direction = calloc(v->ascent.numbers, sizeof *direction);
  double worst = 0;
  at.passes = other.passes = passes;
  for (size_t i = 0; i < v->ascent.numbers;
       i++) /* numbers that began at 0, too */
    v->ascent.theta[i] += (mg_real)(0.1 * gsl_ran_flat(rng, -1, 1));
  cr_assert_eq(vae_gathered(v, x, 1, &at), GSL_SUCCESS, "%s", mg_reason());
  for (size_t d = 0; d < DIRECTIONS; d++) {
    mg_gradcheck_direction(rng, v->ascent.numbers, direction);
    worst =
        fmax(worst, error_along(v, x, v->ascent.theta, direction, &at, &other));
  }
  gsl_rng_free(rng);
  free(direction);
  vae_stats_free(&at);
  vae_stats_free(&other);
  vae_free(v);
  gsl_matrix_free(x);
  return worst;
}

static void check(const mg_space *space, const mg_vae_options *options,
                  size_t passes, const char *what) {
  const double error = worst_error(space, options, passes);
  cr_expect(error <= 1e-8, "%s: the gradient is wrong by %g", what, error);
}

/* ELBO with one draw and five, IWAE with five, and both while the KL warms up.
 */
static void check_goals(const mg_space *space, mg_vae_options o,
                        const char *what) {
  static const struct {
    mg_vae_goal goal;
    size_t draws, warmup;
    const char *name;
  } goals[] = {{MG_VAE_ELBO, 1, 0, "elbo"},
               {MG_VAE_ELBO, 5, 0, "elbo 5"},
               {MG_VAE_IWAE, 5, 0, "iwae 5"},
               {MG_VAE_ELBO, 1, 6, "elbo, warm-up"},
               {MG_VAE_IWAE, 5, 6, "iwae 5, warm-up"}};
  char text[100];
  for (size_t i = 0; i < sizeof goals / sizeof *goals; i++) {
    o.objective = goals[i].goal;
    o.draws = goals[i].draws;
    o.warmup = goals[i].warmup;
    snprintf(text, sizeof text, "%s, %s", what, goals[i].name);
    check(space, &o, 2, text);
  }
}

Test(vae_gradient, numbers_are_doubles) {
  cr_expect_eq(sizeof(mg_real), sizeof(double), "built in float");
}

Test(vae_gradient, bits) {
  const mg_space space = vae_space(MG_BINARY, 3);
  check_goals(&space, vae_options(&space), "bits");
}

Test(vae_gradient, levels) {
  const mg_space space = vae_space(MG_LEVELS, 3);
  mg_vae_options o = vae_options(&space);
  check_goals(&space, o, "categorical");
  o.likelihood = MG_VAE_LOGISTIC;
  check_goals(&space, o, "logistic");
}

Test(vae_gradient, reals) {
  const mg_space space = vae_space(MG_REALS, 0);
  mg_vae_options o = vae_options(&space);
  check_goals(&space, o, "a variance for each z");
  o.variance = MG_VAE_VARIANCE_COLUMNS;
  check_goals(&space, o, "a variance for each column");
  o.variance = MG_VAE_VARIANCE_ONE;
  check_goals(&space, o, "one variance");
}

Test(vae_gradient, depths) {
  const mg_space space = vae_space(MG_BINARY, 3);
  mg_vae_options o = vae_options(&space);
  o.hidden2 = 4;
  check_goals(&space, o, "two hidden layers");
  o.hidden = o.hidden2 = 0;
  check_goals(&space, o, "linear");
}

/* 6 x 6 becomes 3 x 3 and 2 x 2.  Units are tanh: a difference across the kink
 * of a relu is no slope, and its own test is in test_activation. */
Test(vae_gradient, convolutions) {
  const mg_space bits = vae_space(MG_BINARY, 6);
  const mg_space levels = vae_space(MG_LEVELS, 4);
  mg_vae_options o = vae_options(&bits);
  o.net = MG_VAE_CONV;
  check_goals(&bits, o, "conv, bits");
  check_goals(&levels, o, "conv, categorical");
  o.likelihood = MG_VAE_LOGISTIC;
  check_goals(&levels, o, "conv, logistic");
}
