/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient of each player's loss, through both networks, against
 * differences with the draws held fixed; and what is left of the generator's
 * where the discriminator is sure.  This program is built with the family's own
 * sources in double, where eight digits of a difference can be had. */
#include "base/logmath.h"
#include "gan.h"
#include "nets/gradcheck.h"

enum { N = 20, DIRECTIONS = 4 };

static const char *const player_name[] = {"generator", "discriminator"};

/* The slope along v by differences against that by the gradient, with the
 * better of two steps: the larger one is truncated, the smaller one rounded,
 * and a wrong gradient is wrong with both. */
static double error_along(mg_gan *g, mg_gan_who who, const gsl_matrix *x,
                          const mg_real *direction, const mg_stats *at,
                          mg_stats *stats) {
  static const double step[] = {1e-3, 2e-4};
  mg_ascent *a = &g->player[who].ascent;
  mg_real *kept = a->theta, *moved = calloc(a->numbers, sizeof *moved);
  double best = INFINITY, f[MG_GRADCHECK_POINTS];
  a->theta = moved;
  for (size_t s = 0; s < 2; s++) {
    for (size_t i = 0; i < MG_GRADCHECK_POINTS; i++) {
      mg_gradcheck_move(a->numbers, kept, i, step[s], direction, moved);
      cr_assert_eq(gan_gathered(g, x, stats), GSL_SUCCESS, "%s", mg_reason());
      f[i] = -gsl_vector_get(stats->sums, 0);
    }
    best = fmin(best, mg_gradcheck_error(a->numbers, at->gradient, direction,
                                         step[s], f));
  }
  a->theta = kept;
  free(moved);
  return best;
}

/* The largest error over some directions. */
static double worst_error(mg_gan *g, mg_gan_who who, const gsl_matrix *x) {
  const mg_ascent *a = &g->player[who].ascent;
  mg_stats at = gan_stats(g, N), other = gan_stats(g, N);
  gsl_rng *rng = mg_stream_alloc(3, "test/gan/direction", 0);
  mg_real *direction = calloc(a->numbers, sizeof *direction);
  double worst = 0;
  gan_turn(g, who);
  cr_assert_eq(gan_gathered(g, x, &at), GSL_SUCCESS, "%s", mg_reason());
  for (size_t d = 0; d < DIRECTIONS; d++) {
    mg_gradcheck_direction(rng, a->numbers, direction);
    worst = fmax(worst, error_along(g, who, x, direction, &at, &other));
  }
  gsl_rng_free(rng);
  free(direction);
  gan_stats_free(&at);
  gan_stats_free(&other);
  return worst;
}

/* Numbers that began at 0 are moved, too; a hinge stands away from its kink. */
static void shake(mg_gan *g) {
  gsl_rng *rng = mg_stream_alloc(3, "test/gan/shake", 0);
  for (size_t who = 0; who < MG_GAN_PLAYERS; who++)
    for (size_t i = 0; i < g->player[who].ascent.numbers; i++)
      g->player[who].ascent.theta[i] +=
          (mg_real)(0.1 * gsl_ran_flat(rng, -1, 1));
  gsl_rng_free(rng);
}

static void check(const mg_space *space, const mg_gan_options *o,
                  const char *what) {
  gsl_matrix *x = gan_rows(space, N);
  mg_gan *g = gan_begun(space, o, x);
  shake(g);
  for (int who = 0; who < MG_GAN_PLAYERS; who++) {
    const double error = worst_error(g, (mg_gan_who)who, x);
    cr_expect(error <= 1e-8, "%s, %s, %s: the gradient is wrong by %g", what,
              mg_games[o->objective].name, player_name[who], error);
  }
  gan_free(g);
  gsl_matrix_free(x);
}

static void check_games(const mg_space *space, mg_gan_options o,
                        const char *what) {
  for (int game = 0; game < MG_GAMES; game++) {
    o.objective = (mg_game)game;
    check(space, &o, what);
  }
}

Test(gan_gradient, numbers_are_doubles) {
  cr_expect_eq(sizeof(mg_real), sizeof(double), "built in float");
}

Test(gan_gradient, points) {
  const mg_space space = gan_space(0);
  check_games(&space, gan_options(&space), "points");
}

/* 20 rows are 6 packs of 3, and 2 are left out. */
Test(gan_gradient, packs) {
  const mg_space space = gan_space(0), image = gan_space(4);
  mg_gan_options o = gan_options(&space), conv = gan_options(&image);
  o.packing = 3;
  check_games(&space, o, "packs of points");
  conv.packing = 2;
  check(&image, &conv, "packs of images");
}

Test(gan_gradient, smoothed_labels) {
  const mg_space space = gan_space(0);
  mg_gan_options o = gan_options(&space);
  o.smoothing_real = 0.1;
  check_games(&space, o, "one side smoothed");
  o.smoothing_fake = 0.2;
  check_games(&space, o, "both sides smoothed");
}

Test(gan_gradient, maxouts) {
  const mg_space space = gan_space(0);
  mg_gan_options o = gan_options(&space);
  o.discriminator = MG_GAN_MAXOUT;
  o.pieces = 3;
  check(&space, &o, "maxout");
  o.packing = 2;
  o.penalty = 0.5;
  check(&space, &o, "maxout, packs, penalty");
}

/* The gradient of a gradient, beside every game's losses. */
Test(gan_gradient, penalties) {
  const mg_space space = gan_space(0), image = gan_space(4);
  mg_gan_options o = gan_options(&space), conv = gan_options(&image);
  o.penalty = conv.penalty = 3;
  check_games(&space, o, "between data and draws");
  o.penalty_kind = MG_GAN_REAL;
  check_games(&space, o, "on data");
  o.packing = 2;
  check(&space, &o, "on packs of data");
  check(&image, &conv, "between images");
  conv.penalty_kind = MG_GAN_REAL;
  check(&image, &conv, "on images");
}

/* 6 x 6 becomes 3 x 3 and 2 x 2. */
Test(gan_gradient, convolutions) {
  const mg_space space = gan_space(6);
  check_games(&space, gan_options(&space), "conv");
}

/* ---- where the discriminator is sure ---- */

/* With linear networks t = w x + b, x = A z + c, the generator's gradient in c
 * is known: sum_i sigmoid(t_i) w for minimax [game.5], sum_i sigmoid(-t_i) w
 * for the other [game.6].  Its length, at this b, of N draws. */
static double pull(mg_game game, double b) {
  const mg_space space = gan_space(0);
  mg_gan_options o = gan_options(&space);
  o.layers = 0;
  o.objective = game;
  gsl_matrix *x = gan_rows(&space, N);
  mg_gan *g = gan_begun(&space, &o, x);
  mg_stats stats = gan_stats(g, N);
  mg_real *w = g->player[MG_GAN_DISCRIMINATOR].ascent.theta;
  w[0] = 0.6;
  w[1] = -0.8;
  w[2] = b;
  gan_turn(g, MG_GAN_GENERATOR);
  cr_assert_eq(gan_gathered(g, x, &stats), GSL_SUCCESS, "%s", mg_reason());
  gsl_matrix *z = gsl_matrix_alloc(N, o.latent);
  gsl_vector *t = gsl_vector_alloc(N);
  gsl_rng *rng = mg_stream_alloc(4, "test/gan/noise", 0);
  for (size_t i = 0; i < N * o.latent; i++)
    z->data[i] = gsl_ran_gaussian_ziggurat(rng, 1);
  cr_assert_eq(mg_gan_generate(g, z, x), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_gan_discriminate(g, x, t, NULL), GSL_SUCCESS, "%s",
               mg_reason());
  double closed = 0;
  for (size_t i = 0; i < N; i++)
    closed += mg_sigmoid(game == MG_GAME_MINIMAX ? gsl_vector_get(t, i)
                                                 : -gsl_vector_get(t, i));
  const mg_real *c = stats.gradient + 2 * o.latent;
  for (size_t j = 0; j < 2; j++)
    cr_expect(fabs(c[j] - closed * w[j]) <= 1e-12 * closed,
              "%s, b = %g: %.15g, closed form %.15g", mg_games[game].name, b,
              c[j], closed * w[j]);
  gsl_rng_free(rng);
  gsl_vector_free(t);
  gsl_matrix_free(z);
  gan_stats_free(&stats);
  gan_free(g);
  gsl_matrix_free(x);
  return closed;
}

/* Surer by 10, the saturating gradient is e^-10 of what it was; the other one
 * stays. */
Test(gan_gradient, saturating_gradient_vanishes) {
  const double once = pull(MG_GAME_MINIMAX, -30);
  const double twice = pull(MG_GAME_MINIMAX, -40);
  cr_expect(fabs(twice / once * exp(10) - 1) < 1e-9, "surer by 10: %g, then %g",
            once, twice);
  cr_expect(fabs(pull(MG_GAME_NONSATURATING, -40) - N) < 1e-9,
            "the other gradient does not stay");
  cr_expect(pull(MG_GAME_MINIMAX, 0) > 1, "nor was there one at first");
}

/* ---- what is summed ---- */

/* The discriminator's loss of data and of the same draws, label by label, from
 * what mg_gan_discriminate says of them. */
Test(gan_gradient, losses_are_those_of_the_game) {
  const mg_space space = gan_space(0);
  mg_gan_options o = gan_options(&space);
  o.smoothing_real = 0.1;
  o.smoothing_fake = 0.25;
  gsl_matrix *x = gan_rows(&space, N), *draws = gsl_matrix_alloc(N, 2);
  gsl_matrix *z = gsl_matrix_alloc(N, o.latent);
  gsl_vector *on_real = gsl_vector_alloc(N), *on_fake = gsl_vector_alloc(N);
  gsl_rng *rng = mg_stream_alloc(4, "test/gan/noise", 0);
  mg_gan *g = gan_begun(&space, &o, x);
  mg_stats stats = gan_stats(g, N);
  shake(g);
  cr_assert_eq(gan_gathered(g, x, &stats), GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 0; i < N * o.latent; i++)
    z->data[i] = gsl_ran_gaussian_ziggurat(rng, 1);
  cr_assert_eq(mg_gan_generate(g, z, draws), GSL_SUCCESS, "%s", mg_reason());
  mg_gan_discriminate(g, x, on_real, NULL);
  mg_gan_discriminate(g, draws, on_fake, NULL);
  double loss = 0, real = 0;
  for (size_t i = 0; i < N; i++) {
    const double a = gsl_vector_get(on_real, i), b = gsl_vector_get(on_fake, i);
    loss += 0.9 * log1p(exp(-a)) + 0.1 * log1p(exp(a)) + 0.75 * log1p(exp(b)) +
            0.25 * log1p(exp(-b));
    real += 1 / (1 + exp(-a));
  }
  const double *sums = stats.sums->data;
  cr_expect(fabs(sums[MG_GAN_SUM_LOSS] - loss) <= 1e-11 * loss,
            "loss %.15g, not %.15g", sums[MG_GAN_SUM_LOSS], loss);
  cr_expect(fabs(sums[MG_GAN_SUM_REAL] - real) <= 1e-11 * real,
            "on data %.15g, not %.15g", sums[MG_GAN_SUM_REAL], real);
  gan_stats_free(&stats);
  gan_free(g);
  gsl_rng_free(rng);
  gsl_vector_free(on_real);
  gsl_vector_free(on_fake);
  gsl_matrix_free(z);
  gsl_matrix_free(draws);
  gsl_matrix_free(x);
}

/* ---- what comes back through the generator ---- */

/* The slope of sum_j a_j x_j in z. */
Test(gan_gradient, pulled_back) {
  const mg_space spaces[] = {gan_space(0), gan_space(4)};
  for (size_t s = 0; s < 2; s++) {
    const mg_gan_options o = gan_options(&spaces[s]);
    gsl_matrix *x = gan_rows(&spaces[s], N), *a = gan_rows(&spaces[s], N);
    gsl_matrix *z = gsl_matrix_alloc(N, 3), *dz = gsl_matrix_alloc(N, 3);
    mg_gan *g = gan_begun(&spaces[s], &o, x);
    for (size_t i = 0; i < 3 * N; i++)
      z->data[i] = sin((double)i);
    cr_assert_eq(mg_gan_pull_back(g, z, a, dz), GSL_SUCCESS, "%s", mg_reason());
    for (size_t l = 0; l < 3; l++) {
      const double h = 1e-4;
      double slope[N] = {0};
      for (int side = -1; side <= 1; side += 2) {
        gsl_vector_view column = gsl_matrix_column(z, l);
        gsl_vector_add_constant(&column.vector, side * h);
        mg_gan_generate(g, z, x);
        gsl_vector_add_constant(&column.vector, -side * h);
        for (size_t i = 0; i < N; i++)
          for (size_t j = 0; j < x->size2; j++)
            slope[i] += side * gsl_matrix_get(a, i, j) *
                        gsl_matrix_get(x, i, j) / (2 * h);
      }
      for (size_t i = 0; i < N; i++)
        cr_expect(fabs(gsl_matrix_get(dz, i, l) - slope[i]) <=
                      1e-5 * (1 + fabs(slope[i])),
                  "row %zu, z%zu: %.10g, not %.10g", i, l,
                  gsl_matrix_get(dz, i, l), slope[i]);
    }
    cr_expect_eq(mg_gan_pull_back(g, z, dz, dz), GSL_EBADLEN, "wide");
    gan_free(g);
    gsl_matrix_free(x);
    gsl_matrix_free(a);
    gsl_matrix_free(z);
    gsl_matrix_free(dz);
  }
}

/* ---- the discriminator's field ---- */

/* dt/dx in the unit of the data against differences. */
Test(gan_gradient, field) {
  const mg_space space = gan_space(0);
  mg_gan_options o = gan_options(&space);
  o.packing = 2;
  gsl_matrix *x = gan_rows(&space, N), *dx = gsl_matrix_alloc(N, 2);
  mg_gan *g = gan_begun(&space, &o, x);
  gsl_vector *t = gsl_vector_alloc(N / 2), *above = gsl_vector_alloc(N / 2);
  shake(g);
  cr_assert_eq(mg_gan_discriminate(g, x, t, dx), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t i = 0; i < N; i++)
    for (size_t j = 0; j < 2; j++) {
      const double h = 1e-4, kept = gsl_matrix_get(x, i, j);
      gsl_matrix_set(x, i, j, kept + h);
      mg_gan_discriminate(g, x, above, NULL);
      gsl_matrix_set(x, i, j, kept - h);
      mg_gan_discriminate(g, x, t, NULL);
      gsl_matrix_set(x, i, j, kept);
      const double slope =
          (gsl_vector_get(above, i / 2) - gsl_vector_get(t, i / 2)) / (2 * h);
      cr_expect(fabs(gsl_matrix_get(dx, i, j) - slope) <= 1e-7,
                "row %zu, column %zu: %.12g, not %.12g", i, j,
                gsl_matrix_get(dx, i, j), slope);
    }
  gsl_vector_free(t);
  t = gsl_vector_alloc(N);
  cr_expect(mg_gan_discriminate(g, x, t, NULL) == GSL_EBADLEN,
            "a judgement a row, where two are judged together");
  gsl_vector_free(t);
  gsl_vector_free(above);
  gan_free(g);
  gsl_matrix_free(dx);
  gsl_matrix_free(x);
}
