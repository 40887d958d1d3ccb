/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Five games of a generator and a discriminator, in one table.
 *
 * D sees data of density p and draws of density q.  With t(x) its logit,
 *
 *   D makes  E_p real(t) + E_q fake(t)  small,
 *   G makes  E_q generator(t)           small                      [game.1]
 *
 *                   real            fake            generator
 *   minimax         softplus(-t)    softplus(t)     -softplus(t)
 *   nonsaturating   softplus(-t)    softplus(t)     softplus(-t)
 *   least squares   (t - 1)^2 / 2   t^2 / 2         (t - 1)^2 / 2
 *   wasserstein     -t              t               -t
 *   hinge           max(0, 1 - t)   max(0, 1 + t)   -t             [game.2]
 *
 * In the first two D = sigmoid(t) is a probability, and softplus(-t) is
 * -log D, softplus(t) is -log(1 - D): D minimises the cross-entropy of a
 * classifier.  The slopes need no more than a sigmoid, and none overflows.
 *
 * A point of the space matters to D only by p real(t) + q fake(t), so its best
 * answer is pointwise, and a function of the ratio alone:
 *
 *   t* = log p/q (minimax, nonsaturating)   p / (p + q) (least squares)
 *        sign(p - q) (hinge)                                       [game.3]
 *
 * and D* = p / (p + q).  There the value that minimax is named after is
 *
 *   V = E_p log D* + E_q log(1 - D*) = -log 4 + 2 JSD(p, q)        [game.4]
 *
 * with -log 4 where G has learned p (Goodfellow et al. 2014, theorem 1).
 *
 * Far from that, D is sure: t << 0 on draws.  The slopes of G's two losses,
 *
 *   d/dt -softplus(t)  = -sigmoid(t)  -> -exp(t)     minimax       [game.5]
 *   d/dt softplus(-t)  = -sigmoid(-t) -> -1          nonsaturating [game.6]
 *
 * have one sign everywhere, so that both games rest where D is 1/2; but the
 * first one vanishes just where G is bad, which is why the second was proposed
 * beside it (the same paper, section 3).
 *
 * A label that is false in a share s of the cases (Salimans et al. 2016)
 *
 *   loss_s(t) = (1 - s) loss(t) + s other(t)                       [game.7]
 *   t* = best(log ((1 - s) p + f q) / (s p + (1 - f) q))           [game.8]
 *
 * keeps D from being sure.  Of labels of data alone (f = 0) the best D is
 * (1 - s) p / (p + q), the same picture lowered; with f > 0 there is f q in
 * the numerator too, and D rewards G for standing where it stands already
 * (Goodfellow 2016, section 4.2): smooth one side.
 *
 * Not here: a penalty on D's gradient, which is no function of t; networks. */
#include "infer/game.h"

#include <math.h>
#include <stddef.h>

#include "base/logmath.h"

/* loss, after telling its slope to who wants it. */
static double told(double loss, double slope, double *out) {
  if (out != NULL)
    *out = slope;
  return loss;
}

double mg_game_real(double t, double *slope) { /* -log D */
  return told(mg_log1p_exp(-t), -mg_sigmoid(-t), slope);
}

double mg_game_fake(double t, double *slope) { /* -log(1 - D) */
  return told(mg_log1p_exp(t), mg_sigmoid(t), slope);
}

double mg_game_minimax(double t, double *slope) { /* log(1 - D) */
  return told(-mg_log1p_exp(t), -mg_sigmoid(t), slope);
}

double mg_game_nonsaturating(double t, double *slope) { /* -log D */
  return told(mg_log1p_exp(-t), -mg_sigmoid(-t), slope);
}

static double square_from_1(double t, double *slope) {
  return told((t - 1) * (t - 1) / 2, t - 1, slope);
}

static double square_from_0(double t, double *slope) {
  return told(t * t / 2, t, slope);
}

static double down(double t, double *slope) {
  return told(-t, -1, slope);
}

static double up(double t, double *slope) {
  return told(t, 1, slope);
}

/* Written so that NaN stays NaN; at the kink the slope is 0. */
static double hinge_real(double t, double *slope) {
  return t >= 1 ? told(0, 0, slope) : told(1 - t, -1, slope);
}

static double hinge_fake(double t, double *slope) {
  return t <= -1 ? told(0, 0, slope) : told(1 + t, 1, slope);
}

static double best_ratio(double log_ratio) {
  return log_ratio;
}

static double best_share(double log_ratio) {
  return mg_sigmoid(log_ratio);
}

static double best_sign(double log_ratio) {
  return log_ratio > 0 ? 1 : log_ratio < 0 ? -1 : log_ratio;
}

const mg_game_type mg_games[MG_GAMES] = {
    {"minimax", "minimax", "Goodfellow et al. (2014)", mg_game_real,
     mg_game_fake, mg_game_minimax, true, best_ratio},
    {"nonsaturating", "non-saturating", "Goodfellow et al. (2014)",
     mg_game_real, mg_game_fake, mg_game_nonsaturating, true, best_ratio},
    {"least-squares", "least squares", "Mao et al. (2017)", square_from_1,
     square_from_0, square_from_1, true, best_share},
    {"wasserstein", "Wasserstein", "Arjovsky, Chintala & Bottou (2017)", down,
     up, down, false, NULL},
    {"hinge", "hinge", "Lim & Ye (2017)", hinge_real, hinge_fake, down, false,
     best_sign},
};

double mg_game_smoothed(mg_game_loss loss, mg_game_loss other, double s,
                        double t, double *slope) {
  if (s == 0)
    return loss(t, slope);
  double with, against;
  const double value = (1 - s) * loss(t, &with) + s * other(t, &against);
  return told(value, (1 - s) * with + s * against, slope);
}

/* log(a exp(r) + b), of weights that may be 0. */
static double log_weighted(double a, double r, double b) {
  return mg_log_add_exp(a > 0 ? log(a) + r : -INFINITY, log(b));
}

double mg_game_best(const mg_game_type *game, double real, double fake,
                    double log_ratio) {
  if (game->best == NULL)
    return NAN;
  if (real == 0 && fake == 0)
    return game->best(log_ratio);
  /* Of a ratio above 1 both sums are divided by p, else by q. */
  const double r = log_ratio > 0 ? -log_ratio : log_ratio;
  const double above = log_ratio > 0 ? log_weighted(fake, r, 1 - real)
                                     : log_weighted(1 - real, r, fake);
  const double below = log_ratio > 0 ? log_weighted(1 - fake, r, real)
                                     : log_weighted(real, r, 1 - fake);
  return game->best(above - below);
}

double mg_game_value(double log_ratio) {
  /* Even in the ratio, and the term of the larger share is then small. */
  const double r = -fabs(log_ratio), d = mg_sigmoid(r);
  return (d > 0 ? d * mg_log_sigmoid(r) : 0) - (1 - d) * mg_log1p_exp(r);
}
