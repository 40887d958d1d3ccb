/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Dirac-GAN: closed spirals against orbits of the game itself. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"
#include "infer/dirac.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(dirac, .init = setup);

static double distance(mg_dirac_point p) {
  return hypot(p.theta, p.psi);
}

static mg_dirac_point after(const mg_dirac *d, mg_dirac_point at, int steps) {
  for (int i = 0; i < steps; i++)
    at = mg_dirac_step(d, at);
  return at;
}

/* A step's matrix at (0, 0) by differences, and from it growth and angle by
 * the eigenvalues, (T +- sqrt(T^2 - 4 d)) / 2. */
static mg_dirac_spiral by_differences(const mg_dirac *d) {
  const double e = 1e-5;
  const mg_dirac_point t1 = mg_dirac_step(d, (mg_dirac_point){e, 0});
  const mg_dirac_point t0 = mg_dirac_step(d, (mg_dirac_point){-e, 0});
  const mg_dirac_point p1 = mg_dirac_step(d, (mg_dirac_point){0, e});
  const mg_dirac_point p0 = mg_dirac_step(d, (mg_dirac_point){0, -e});
  const double a = (t1.theta - t0.theta) / (2 * e);
  const double b = (p1.theta - p0.theta) / (2 * e);
  const double c = (t1.psi - t0.psi) / (2 * e);
  const double f = (p1.psi - p0.psi) / (2 * e);
  const double half = (a + f) / 2, root = half * half - (a * f - b * c);
  if (root >= 0)
    return (mg_dirac_spiral){
        fmax(fabs(half + sqrt(root)), fabs(half - sqrt(root))), 0};
  return (mg_dirac_spiral){hypot(half, sqrt(-root)), atan2(sqrt(-root), half)};
}

static void hold(mg_game game, double rate, bool alternating, double penalty) {
  const mg_dirac d = {game, rate, alternating, penalty, 0};
  const mg_dirac_point from = {1e-9, 0};
  mg_dirac_spiral closed, measured;
  const mg_dirac_spiral differences = by_differences(&d);
  cr_assert_eq(mg_dirac_closed(&d, &closed), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_dirac_measured(&d, from, 60, &measured), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_float_eq(measured.growth, closed.growth, 1e-9,
                     "%s h %g %s gamma %g: growth %.12g, closed %.12g",
                     mg_games[game].name, rate, alternating ? "alt" : "sim",
                     penalty, measured.growth, closed.growth);
  cr_expect_float_eq(measured.angle, closed.angle, 1e-7,
                     "%s h %g %s gamma %g: angle %.12g, closed %.12g",
                     mg_games[game].name, rate, alternating ? "alt" : "sim",
                     penalty, measured.angle, closed.angle);
  cr_expect_float_eq(differences.growth, closed.growth, 1e-8,
                     "%s: growth %.12g by differences, closed %.12g",
                     mg_games[game].name, differences.growth, closed.growth);
  cr_expect_float_eq(differences.angle, closed.angle, 1e-7,
                     "%s: angle %.12g by differences, closed %.12g",
                     mg_games[game].name, differences.angle, closed.angle);
}

Test(dirac, closed_forms_are_the_orbits) {
  static const mg_game games[] = {MG_GAME_MINIMAX, MG_GAME_NONSATURATING,
                                  MG_GAME_WASSERSTEIN, MG_GAME_HINGE};
  static const double rates[] = {0.05, 0.2, 0.7};
  for (int g = 0; g < 4; g++)
    for (int r = 0; r < 3; r++)
      for (int alternating = 0; alternating < 2; alternating++) {
        hold(games[g], rates[r], alternating, 0);
        hold(games[g], rates[r], alternating, 0.3);
      }
}

/* The numbers by hand, of rate 1/5. */
Test(dirac, by_hand) {
  mg_dirac d = {.game = MG_GAME_MINIMAX, .rate = 0.2};
  mg_dirac_spiral s;
  mg_dirac_closed(&d, &s);
  cr_expect_float_eq(s.growth, sqrt(1.01), 1e-15, "growth %.16g", s.growth);
  cr_expect_float_eq(s.angle, atan(0.1), 1e-15, "angle %.16g", s.angle);
  d.alternating = true;
  mg_dirac_closed(&d, &s);
  cr_expect_eq(s.growth, 1, "alternating: growth %.16g", s.growth);
  cr_expect_float_eq(s.angle, acos(1 - 0.01 / 2), 1e-14, "angle %.16g",
                     s.angle);
  d.penalty = 0.5;
  mg_dirac_closed(&d, &s);
  cr_expect_float_eq(s.growth, sqrt(0.9), 1e-15, "R1: growth %.16g", s.growth);
  d.penalty = 5; /* over-damped: two real eigenvalues, T = 0.99, d = 0 */
  mg_dirac_closed(&d, &s);
  cr_expect_float_eq(s.growth, 0.99, 1e-15, "damped: growth %.16g", s.growth);
  cr_expect_eq(s.angle, 0, "damped: angle %g", s.angle);
}

/* Simultaneous minimax steps lead away from (0, 0) at every point, by an
 * identity: r'^2 = r^2 (1 + h^2 sigmoid(psi theta)^2). */
Test(dirac, every_simultaneous_minimax_step_leads_away) {
  const mg_dirac d = {.game = MG_GAME_MINIMAX, .rate = 0.3};
  for (double theta = -3; theta <= 3; theta += 0.5)
    for (double psi = -3; psi <= 3; psi += 0.75) {
      const mg_dirac_point at = {theta, psi};
      const double s = 1 / (1 + exp(-psi * theta));
      const double expected = distance(at) * sqrt(1 + 0.09 * s * s);
      const double found = distance(mg_dirac_step(&d, at));
      cr_expect_float_eq(found, expected, 1e-13, "(%g, %g): %.15g, not %.15g",
                         theta, psi, found, expected);
    }
}

Test(dirac, what_arrives) {
  const mg_dirac_point from = {1, 1};
  for (int g = MG_GAME_MINIMAX; g <= MG_GAME_NONSATURATING; g++)
    for (int alternating = 0; alternating < 2; alternating++) {
      mg_dirac d = {g, 0.1, alternating, 0, 0};
      const double free = distance(after(&d, from, 5000));
      cr_expect(free > 0.1, "%s: without a penalty at %g", mg_games[g].name,
                free);
      d.penalty = 1;
      const double held = distance(after(&d, from, 5000));
      cr_expect(held < 1e-12, "%s: R1 at %g", mg_games[g].name, held);
    }
}

/* The slow ways of the non-saturating game, to the order of r^2 and h. */
Test(dirac, the_nonsaturating_game_far_out) {
  const mg_dirac_point from = {0.4, 0};
  mg_dirac d = {MG_GAME_NONSATURATING, 0.01, true, 0, 0};
  const double law = 1 / sqrt(1 / 0.16 + 1e5 * 0.01 / 8);
  const double found = distance(after(&d, from, 100000));
  cr_expect_float_eq(found / law, 1, 0.01, "at %g, not %g", found, law);
  d.alternating = false;
  mg_dirac_point at = after(&d, from, 200000);
  double mean = 0;
  for (int i = 0; i < 100000; i++, at = mg_dirac_step(&d, at))
    mean += distance(at) * distance(at) / 1e5;
  cr_expect_float_eq(mean / (2 * d.rate), 1, 0.01, "r^2 %g, not %g", mean,
                     2 * d.rate);
}

/* Alternating steps keep the area of every triangle, near (0, 0), for ever. */
Test(dirac, alternating_steps_neither_arrive_nor_leave) {
  const mg_dirac d = {MG_GAME_NONSATURATING, 0.2, true, 0, 0};
  double least = 1, most = 0;
  mg_dirac_point at = {1e-3, 0};
  for (int i = 0; i < 20000; i++) {
    at = mg_dirac_step(&d, at);
    least = fmin(least, distance(at) / 1e-3);
    most = fmax(most, distance(at) / 1e-3);
  }
  cr_expect(least > 0.94 && most < 1.06, "between %g and %g", least, most);
}

Test(dirac, a_centre_of_1_does_not_arrive) {
  const mg_dirac d = {MG_GAME_WASSERSTEIN, 0.1, true, 1, 1};
  const mg_dirac_point from = {1, 1};
  mg_dirac_spiral s;
  mg_dirac_point at = after(&d, from, 3000);
  double most = 0;
  for (int i = 0; i < 1000; i++) {
    at = mg_dirac_step(&d, at);
    most = fmax(most, distance(at));
  }
  cr_expect(most > 0.05, "after 3000 steps no farther than %g", most);
  cr_expect_eq(mg_dirac_closed(&d, &s), GSL_EDOM, "it has a closed form");
}

/* Minimax is a vector field of rotation; both are minus the slopes. */
Test(dirac, the_field_is_minus_the_slopes) {
  for (int g = 0; g < MG_GAMES; g++) {
    const mg_dirac d = {g, 0.1, false, 0.7, 0};
    const mg_game_type *type = &mg_games[g];
    const mg_dirac_point at = {0.8, -0.6};
    const double e = 1e-5, t = at.psi * at.theta;
    const mg_dirac_point field = mg_dirac_field(&d, at);
    const double theta = (type->generator(t + e * at.psi, NULL) -
                          type->generator(t - e * at.psi, NULL)) /
                         (2 * e);
    const double psi = (type->fake(t + e * at.theta, NULL) -
                        type->fake(t - e * at.theta, NULL)) /
                           (2 * e) +
                       0.7 * at.psi;
    cr_expect_float_eq(field.theta, -theta, 1e-9, "%s: %g", type->name,
                       field.theta);
    cr_expect_float_eq(field.psi, -psi, 1e-9, "%s: %g", type->name, field.psi);
    const mg_dirac_point next = mg_dirac_step(&d, at);
    cr_expect_float_eq(next.theta, at.theta + 0.1 * field.theta, 1e-15,
                       "%s: theta", type->name);
    cr_expect_float_eq(next.psi, at.psi + 0.1 * field.psi, 1e-15, "%s: psi",
                       type->name);
  }
}

Test(dirac, refusals) {
  const mg_dirac least = {.game = MG_GAME_LEAST_SQUARES, .rate = 0.1};
  const mg_dirac damped = {MG_GAME_MINIMAX, 0.2, false, 5, 0};
  const mg_dirac_point from = {1e-3, 0};
  mg_dirac_spiral s;
  cr_expect_eq(mg_dirac_measured(&least, from, 3, &s), GSL_EINVAL, "3 steps");
  cr_expect_eq(mg_dirac_measured(&damped, from, 100, &s), GSL_EDOM,
               "a spiral where there is none");
  cr_expect_eq(mg_dirac_measured(&damped, (mg_dirac_point){0, 0}, 100, &s),
               GSL_EDOM, "an orbit that stands still");
}
