/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the chapter about games: those whose answers are known.
 *
 * Nothing is computed here that infer/ does not compute.  Networks that play
 * stand in games_play.c. */
#include "config.h"

#include "lesson/games.h"

#include <gsl/gsl_math.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "dist/gaussian.h"
#include "lesson/library.h"

enum { POINTS = 201 };

static double between(double low, double high, size_t i) {
  return low + (high - low) * (double)i / (POINTS - 1);
}

int mg_lesson_can(mg_lesson *lesson, const mg_model_type *type) {
  mg_table *t = ROWS("families");
  mg_table_row(t);
  mg_table_text(t, type->name);
  mg_table_text(t, type->sample ? "yes" : "no");
  mg_table_text(t, type->log_density ? "=" : "none");
  mg_table_text(t, type->latent ? ">=" : "none");
  return mg_table_status(t);
}

/* ---- the best answer ---- */

int mg_lesson_answer(mg_lesson *lesson, const char *table, double mu,
                     double sigma) {
  const mg_rivals r = {mu, sigma};
  const double side = 4 * GSL_MAX_DBL(1, sigma);
  const double low = GSL_MIN_DBL(0, mu) - side;
  const double high = GSL_MAX_DBL(0, mu) + side;
  mg_table *answer = ROWS(table);
  double value;
  const int status = mg_rivals_value(&r, &value);
  if (status != GSL_SUCCESS)
    return status;
  if (mg_gaussian_curve(answer, "data, p", 0, 1, low, high) ||
      mg_gaussian_curve(answer, "draws, q", mu, sigma, low, high))
    return GSL_EFAILED;
  for (size_t i = 0; i < POINTS; i++) {
    const double x = between(low, high, i);
    MG_TABLE_LINE(answer, "D = p / (p + q)", x,
                  mg_sigmoid(mg_rivals_log_ratio(&r, x)));
  }
  return mg_table_status(answer) ||
         MG_TABLE_LINE(ROWS("values"), NULL, mu, sigma, value,
                       (value + 2 * MG_LN_2) / 2);
}

int mg_lesson_value(mg_lesson *lesson, double most) {
  mg_table *t = ROWS("value");
  for (size_t i = 0; i < POINTS; i++) {
    const double mu = between(-most, most, i);
    const mg_rivals r = {mu, 1};
    double value;
    const int status = mg_rivals_value(&r, &value);
    if (status != GSL_SUCCESS)
      return status;
    MG_TABLE_LINE(t, "value against the best D", mu, value);
  }
  MG_TABLE_LINE(t, "-log 4", -most, -2 * MG_LN_2);
  return MG_TABLE_LINE(t, "-log 4", most, -2 * MG_LN_2);
}

/* ---- where D is sure ---- */

int mg_lesson_slopes(mg_lesson *lesson, double most) {
  mg_table *t = ROWS("slopes");
  for (int g = 0; g < MG_GAMES; g++)
    for (size_t i = 0; g != MG_GAME_HINGE && i < POINTS; i++) {
      const double at = between(-most, most, i);
      double slope;
      mg_games[g].generator(at, &slope);
      MG_TABLE_LINE(t, mg_games[g].title, at, -slope);
    }
  return mg_table_status(t);
}

int mg_lesson_pull(mg_lesson *lesson, double mu) {
  const mg_rivals r = {mu, 1};
  const double t = mg_rivals_log_ratio(&r, mu);
  double minimax, other;
  int status = mg_rivals_pull(&r, MG_GAME_MINIMAX, &minimax);
  if (status == GSL_SUCCESS)
    status = mg_rivals_pull(&r, MG_GAME_NONSATURATING, &other);
  if (status != GSL_SUCCESS)
    return status;
  return MG_TABLE_LINE(ROWS("pulls"), NULL, mu, t, minimax, other);
}

int mg_lesson_pull_curves(mg_lesson *lesson, double least, double most) {
  mg_table *t = ROWS("pull");
  for (int g = MG_GAME_MINIMAX; g <= MG_GAME_NONSATURATING; g++)
    for (size_t i = 0; i < POINTS; i++) {
      const double mu = exp(between(log(least), log(most), i));
      const mg_rivals r = {mu, 1};
      double slope;
      const int status = mg_rivals_pull(&r, (mg_game)g, &slope);
      if (status != GSL_SUCCESS)
        return status;
      MG_TABLE_LINE(t, mg_games[g].title, mu, slope);
    }
  return mg_table_status(t);
}

/* ---- what is rewarded ---- */

int mg_lesson_spread(mg_lesson *lesson, double s) {
  double entropy, kl;
  int status = mg_gaussian_entropy(0, s, &entropy);
  if (status == GSL_SUCCESS)
    status = mg_gaussian_kl(0, s, 0, 1, &kl);
  if (status != GSL_SUCCESS)
    return status;
  return MG_TABLE_LINE(ROWS("spreads"), NULL, s, -kl - entropy, entropy, -kl);
}

/* ---- two numbers ---- */

static int add_spiral(mg_lesson *lesson, const mg_dirac *d, double end) {
  const mg_dirac_point near = {1e-9, 0};
  mg_dirac_spiral closed = {NAN, NAN}, measured = {NAN, NAN};
  mg_table *t = ROWS("spirals");
  /* A game without a spiral has no row's end: the fields stay NaN. */
  if (mg_dirac_closed(d, &closed) != GSL_SUCCESS ||
      mg_dirac_measured(d, near, 40, &measured) != GSL_SUCCESS)
    mg_reason_clear();
  mg_table_row(t);
  mg_table_text(t, mg_games[d->game].title);
  mg_table_text(t, d->alternating ? "in turn" : "at once");
  mg_table_real(t, d->penalty);
  mg_table_real(t, d->centre);
  mg_table_real(t, closed.growth);
  mg_table_real(t, measured.growth);
  mg_table_real(t, closed.angle);
  mg_table_real(t, end);
  return mg_table_status(t);
}

int mg_lesson_spiral(mg_lesson *lesson, const char *table, const char *series,
                     const mg_dirac *dirac, size_t steps) {
  mg_dirac_point at = {1, 1};
  MG_TABLE_LINE(ROWS(table), series, at.theta, at.psi);
  for (size_t i = 0; i < steps; i++) {
    at = mg_dirac_step(dirac, at);
    MG_TABLE_LINE(ROWS(table), series, at.theta, at.psi);
  }
  return mg_table_status(ROWS(table)) ||
         add_spiral(lesson, dirac, hypot(at.theta, at.psi));
}
