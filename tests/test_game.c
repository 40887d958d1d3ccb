/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Losses against differences, best answers against a minimiser, the value of
 * the game against a quadrature of the Jensen-Shannon divergence. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "infer/game.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(game, .init = setup);

/* Logits off the hinge's kinks. */
static const double logits[] = {-30, -7.5, -2.2, -0.4, 0, 0.3, 1.7, 6.1, 40};
enum { LOGITS = sizeof logits / sizeof *logits };

static void hold_slope(const char *name, mg_game_loss loss) {
  for (int i = 0; i < LOGITS; i++) {
    const double t = logits[i], e = 1e-4;
    double slope;
    cr_expect_eq(loss(t, NULL), loss(t, &slope), "%s: NULL at %g", name, t);
    const double found = (loss(t + e, NULL) - loss(t - e, NULL)) / (2 * e);
    cr_expect_float_eq(slope, found, 1e-8, "%s at %g: %.12g, differences %.12g",
                       name, t, slope, found);
  }
  double slope = 0;
  cr_expect(isnan(loss(NAN, &slope)), "%s of NaN: %g", name, loss(NAN, NULL));
}

Test(game, slopes_are_the_losses_own) {
  for (int g = 0; g < MG_GAMES; g++) {
    hold_slope(mg_games[g].name, mg_games[g].real);
    hold_slope(mg_games[g].name, mg_games[g].fake);
    hold_slope(mg_games[g].name, mg_games[g].generator);
  }
}

Test(game, the_table_is_in_the_order_of_the_names) {
  static const char *const names[] = {"minimax", "nonsaturating",
                                      "least-squares", "wasserstein", "hinge"};
  for (int g = 0; g < MG_GAMES; g++)
    cr_expect_str_eq(mg_games[g].name, names[g], "%d: %s", g, mg_games[g].name);
}

/* Far out a loss is its asymptote, and nothing overflows. */
/* D = 3/4 at t = log 3: the losses of the first two games by name. */
Test(game, the_losses_by_hand) {
  const double t = log(3);
  double slope;
  cr_expect_float_eq(mg_game_real(t, &slope), log(4. / 3), 1e-15, "real");
  cr_expect_float_eq(slope, -0.25, 1e-15, "real slope %g", slope);
  cr_expect_float_eq(mg_game_fake(t, &slope), log(4), 1e-15, "fake");
  cr_expect_float_eq(slope, 0.75, 1e-15, "fake slope %g", slope);
  cr_expect_float_eq(mg_game_minimax(t, &slope), -log(4), 1e-15, "minimax");
  cr_expect_float_eq(slope, -0.75, 1e-15, "minimax slope %g", slope);
  cr_expect_float_eq(mg_game_nonsaturating(t, &slope), log(4. / 3), 1e-15,
                     "non-saturating");
  cr_expect_float_eq(slope, -0.25, 1e-15, "non-saturating slope %g", slope);
}

Test(game, far_logits) {
  double slope;
  for (int g = 0; g < 2; g++) {
    const mg_game_type *game = &mg_games[g];
    cr_expect_eq(game->real(-1e4, &slope), 1e4, "%s", game->name);
    cr_expect_eq(slope, -1, "%s: slope %g", game->name, slope);
    cr_expect_eq(game->fake(1e4, &slope), 1e4, "%s", game->name);
    cr_expect_eq(slope, 1, "%s: slope %g", game->name, slope);
    cr_expect_eq(game->real(1e4, &slope), 0, "%s", game->name);
    cr_expect_eq(slope, 0, "%s: slope %g", game->name, slope);
  }
  cr_expect_eq(mg_games[MG_GAME_MINIMAX].generator(1e4, NULL), -1e4, "minimax");
  for (int g = 0; g < MG_GAMES; g++)
    for (int sign = -1; sign <= 1; sign += 2) {
      const mg_game_type *game = &mg_games[g];
      const double t = sign * 1e4;
      cr_expect(isfinite(game->real(t, &slope)) && isfinite(slope), "%s at %g",
                game->name, t);
      cr_expect(isfinite(game->fake(t, &slope)) && isfinite(slope), "%s at %g",
                game->name, t);
      cr_expect(isfinite(game->generator(t, &slope)) && isfinite(slope),
                "%s at %g", game->name, t);
    }
}

/* exp(t) / (1 + exp(t)) in long double, down to where double ends.  [game.5] */
Test(game, the_saturating_slope_vanishes_as_its_closed_form) {
  for (double t = -700; t <= 40; t += 0.37) {
    double slope, other;
    mg_games[MG_GAME_MINIMAX].generator(t, &slope);
    mg_games[MG_GAME_NONSATURATING].generator(t, &other);
    const double sure = (double)(-expl(t) / (1 + expl(t)));
    cr_assert_float_eq(slope / sure, 1, 1e-14, "at %g: %.17g, not %.17g", t,
                       slope, sure);
    cr_assert_float_eq(slope + other, -1, 1e-15,
                       "at %g the two slopes make %.17g", t, slope + other);
  }
}

/* --- the best answer --- */

typedef struct {
  const mg_game_type *game;
  double p, q, real, fake; /* densities, smoothing */
} answer;

static double regret(double t, void *of) {
  const answer *a = of;
  const mg_game_type *g = a->game;
  return a->p * mg_game_smoothed(g->real, g->fake, a->real, t, NULL) +
         a->q * mg_game_smoothed(g->fake, g->real, a->fake, t, NULL);
}

/* Brent's minimum between -40 and 40; flat to sqrt(rounding) at its floor. */
static double found_best(answer *a) {
  gsl_min_fminimizer *s = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
  gsl_function f = {regret, a};
  double best = 0;
  for (double t = -12; t <= 12; t += 0.01)
    if (regret(t, a) < regret(best, a))
      best = t;
  cr_assert_eq(gsl_min_fminimizer_set(s, &f, best, best - 1, best + 1), 0,
               "no minimum about %g", best);
  for (int i = 0; i < 200; i++)
    gsl_min_fminimizer_iterate(s);
  best = gsl_min_fminimizer_x_minimum(s);
  gsl_min_fminimizer_free(s);
  return best;
}

static void hold_best(mg_game game, double p, double q, double real,
                      double fake) {
  answer a = {&mg_games[game], p, q, real, fake};
  const double best = mg_game_best(a.game, real, fake, log(p / q));
  const double found = found_best(&a);
  cr_expect_float_eq(best, found, 3e-7 * (1 + p / q + q / p),
                     "%s, p %g q %g, smoothing %g %g: best %.9g, found %.9g",
                     a.game->name, p, q, real, fake, best, found);
}

Test(game, the_best_answer_is_the_minimum) {
  static const double pairs[][2] = {
      {0.3, 0.3}, {0.9, 0.1}, {0.02, 0.7}, {2.5, 0.4}};
  for (int i = 0; i < 4; i++) {
    const double p = pairs[i][0], q = pairs[i][1];
    for (int g = 0; g < MG_GAMES; g++)
      if (mg_games[g].best != NULL && (p != q || g != MG_GAME_HINGE))
        hold_best(g, p, q, 0, 0);
    for (int g = 0; g < MG_GAMES; g++)
      if (mg_games[g].smooths) {
        hold_best(g, p, q, 0.1, 0);
        hold_best(g, p, q, 0, 0.2);
        hold_best(g, p, q, 0.1, 0.2);
      }
  }
}

Test(game, the_best_answer_at_the_ends) {
  const mg_game_type *minimax = &mg_games[MG_GAME_MINIMAX];
  const mg_game_type *square = &mg_games[MG_GAME_LEAST_SQUARES];
  cr_expect_eq(mg_game_best(minimax, 0, 0, INFINITY), INFINITY, "no draws");
  cr_expect_float_eq(mg_game_best(minimax, 0.1, 0, INFINITY), log(9), 1e-14,
                     "data alone, a tenth of the labels false: %.16g",
                     mg_game_best(minimax, 0.1, 0, INFINITY));
  cr_expect_eq(mg_game_best(minimax, 0.1, 0, -INFINITY), -INFINITY,
               "smoothing the data's labels leaves far draws condemned");
  cr_expect_float_eq(mg_game_best(minimax, 0, 0.1, -INFINITY), -log(9), 1e-14,
                     "draws alone, a tenth of the labels false");
  cr_expect_float_eq(mg_game_best(square, 0.1, 0, 900), 0.9, 1e-15, "target");
  cr_expect(isnan(mg_game_best(&mg_games[MG_GAME_WASSERSTEIN], 0, 0, 1)),
            "wasserstein has no best answer");
}

/* Least squares with a smoothed label has the target 1 - s, or s. */
Test(game, smoothing_moves_the_target) {
  const mg_game_type *g = &mg_games[MG_GAME_LEAST_SQUARES];
  double slope;
  for (int i = 0; i < LOGITS; i++) {
    const double t = logits[i], s = 0.1;
    double loss = mg_game_smoothed(g->real, g->fake, s, t, &slope);
    cr_expect_float_eq(slope, t - 0.9, 1e-14, "real at %g: %g", t, slope);
    cr_expect_float_eq(loss, pow(t - 0.9, 2) / 2 + s * (1 - s) / 2, 1e-12,
                       "real at %g: loss %g", t, loss);
    mg_game_smoothed(g->fake, g->real, s, t, &slope);
    cr_expect_float_eq(slope, t - 0.1, 1e-14, "fake at %g: %g", t, slope);
  }
}

/* --- the value of the game between N(0, 1) and N(theta, sigma^2) --- */

typedef struct {
  double theta, sigma;
} rival;

static double log_p(double x) {
  return -x * x / 2 - MG_LN_2PI / 2;
}

static double log_q(double x, const rival *r) {
  const double z = (x - r->theta) / r->sigma;
  return -z * z / 2 - log(r->sigma) - MG_LN_2PI / 2;
}

/* From the losses at D's best answer. */
static double value_at(double x, void *of) {
  const mg_game_type *g = &mg_games[MG_GAME_MINIMAX];
  const double a = log_p(x), b = log_q(x, of);
  const double t = mg_game_best(g, 0, 0, a - b);
  return -exp(a) * g->real(t, NULL) - exp(b) * g->fake(t, NULL);
}

static double own_value_at(double x, void *of) {
  const double a = log_p(x), b = log_q(x, of);
  return (exp(a) + exp(b)) * mg_game_value(a - b);
}

/* 2 JSD as its definition: two KL from the middle. */
static double divergence_at(double x, void *of) {
  const double a = log_p(x), b = log_q(x, of);
  const double m = log((exp(a) + exp(b)) / 2);
  return (exp(a) > 0 ? exp(a) * (a - m) : 0) +
         (exp(b) > 0 ? exp(b) * (b - m) : 0);
}

static double integral(double (*f)(double, void *), const rival *r) {
  gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
  rival of = *r;
  gsl_function g = {f, &of};
  double value, error;
  const double wide = 12 * fmax(1, r->sigma) + fabs(r->theta);
  cr_assert_eq(gsl_integration_qag(&g, -wide, wide, 1e-12, 1e-12, 1000,
                                   GSL_INTEG_GAUSS31, w, &value, &error),
               0, "the integral did not converge");
  gsl_integration_workspace_free(w);
  return value;
}

Test(game, the_value_at_the_best_answer) {
  static const rival rivals[] = {{0.5, 1}, {3, 1}, {-1, 0.4}, {0, 2.5}, {0, 1}};
  for (int i = 0; i < 5; i++) {
    const double value = integral(value_at, &rivals[i]);
    const double own = integral(own_value_at, &rivals[i]);
    const double twice = integral(divergence_at, &rivals[i]);
    cr_expect_float_eq(value, twice - 2 * MG_LN_2, 1e-10,
                       "theta %g: %.12g, not %.12g", rivals[i].theta, value,
                       twice - 2 * MG_LN_2);
    cr_expect_float_eq(own, value, 1e-10, "theta %g: mg_game_value %.12g",
                       rivals[i].theta, own);
  }
  cr_expect_float_eq(integral(value_at, &rivals[4]), -log(4), 1e-12,
                     "where q = p: %.15g", integral(value_at, &rivals[4]));
}

Test(game, the_value_at_the_ends) {
  cr_expect_float_eq(mg_game_value(0), -MG_LN_2, 1e-16, "an even coin");
  cr_expect_eq(mg_game_value(INFINITY), 0, "data alone");
  cr_expect_eq(mg_game_value(-INFINITY), 0, "draws alone");
  cr_expect_float_eq(mg_game_value(-50) / (-51 * exp(-50)), 1, 1e-12,
                     "a rare draw: %g", mg_game_value(-50));
  cr_expect_float_eq(mg_game_value(3), mg_game_value(-3), 1e-15, "even");
}

/* --- G's gradient against D's best answer, q = N(theta, 1) --- */

/* The slope of G's loss in theta, a draw x = theta + e: generator'(t) t'(x),
 * t(x) = theta^2 / 2 - theta x. */
static double generator_pull(double theta, mg_game game) {
  double sum = 0;
  for (double e = -12; e <= 12; e += 1. / 64) {
    double slope;
    const double t = theta * theta / 2 - theta * (theta + e);
    mg_games[game].generator(t, &slope);
    sum += slope * -theta * gsl_ran_ugaussian_pdf(e) / 64;
  }
  return sum;
}

/* The same in closed form up to one integral without cancellation:
 * theta exp(-theta^2 / 8) E_u 1 / (2 cosh(theta u / 2)),  u ~ N(0, 1). */
static double saturating_pull(double theta) {
  double sum = 0;
  for (double u = -12; u <= 12; u += 1. / 64)
    sum += gsl_ran_ugaussian_pdf(u) / (2 * cosh(theta * u / 2)) / 64;
  return theta * exp(-theta * theta / 8) * sum;
}

Test(game, the_saturating_gradient_vanishes_far_away) {
  for (double theta = 0.5; theta <= 16; theta *= 2) {
    const double pull = generator_pull(theta, MG_GAME_MINIMAX);
    const double closed = saturating_pull(theta);
    const double other = generator_pull(theta, MG_GAME_NONSATURATING);
    cr_expect_float_eq(pull / closed, 1, 1e-9, "theta %g: %.12g, not %.12g",
                       theta, pull, closed);
    cr_expect_float_eq(pull + other, theta, 1e-9 * theta,
                       "theta %g: the two pulls make %.12g", theta,
                       pull + other);
  }
  cr_expect(generator_pull(16, MG_GAME_MINIMAX) < 1e-12, "nothing at 16");
  cr_expect_float_eq(generator_pull(16, MG_GAME_NONSATURATING), 16, 1e-9,
                     "all of it at 16");
}

/* By the envelope theorem G's gradient against the best D is that of 2 JSD. */
Test(game, the_pull_is_the_slope_of_the_divergence) {
  for (double theta = 0.5; theta <= 4; theta *= 2) {
    const rival left = {theta - 1e-4, 1}, right = {theta + 1e-4, 1};
    const double slope =
        (integral(divergence_at, &right) - integral(divergence_at, &left)) /
        2e-4;
    cr_expect_float_eq(generator_pull(theta, MG_GAME_MINIMAX), slope, 1e-7,
                       "theta %g: %.9g, the divergence's %.9g", theta,
                       generator_pull(theta, MG_GAME_MINIMAX), slope);
  }
}

/* Both logistic games stand still where D is 1/2 everywhere, and there only:
 * D has the same losses, and G's slopes have one sign. */
Test(game, minimax_and_nonsaturating_rest_together) {
  const mg_game_type *a = &mg_games[MG_GAME_MINIMAX];
  const mg_game_type *b = &mg_games[MG_GAME_NONSATURATING];
  cr_expect(a->real == b->real && a->fake == b->fake, "one discriminator");
  for (int i = 0; i < LOGITS; i++) {
    double one, two;
    a->generator(logits[i], &one);
    b->generator(logits[i], &two);
    cr_expect(one < 0 && two < 0, "at %g: %g and %g", logits[i], one, two);
  }
  for (int g = 0; g < 2; g++)
    cr_expect_float_eq(generator_pull(0, g), 0, 1e-15, "%s moves at p = q",
                       mg_games[g].name);
}
