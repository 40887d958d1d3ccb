/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The objectives of two players, as functions of one number.
 *
 * The discriminator D gives a datum a logit t, high where it takes the datum
 * for a real one.  It makes the mean of real(t) on data plus the mean of
 * fake(t) on draws of the generator small; the generator G moves its draws so
 * that the mean of generator(t) becomes small.                     [game.1] */
#ifndef MG_INFER_GAME_H
#define MG_INFER_GAME_H

#include <stdbool.h>

typedef enum {
  MG_GAME_MINIMAX,       /* one value, which D raises and G lowers */
  MG_GAME_NONSATURATING, /* G raises log D of its draws instead */
  MG_GAME_LEAST_SQUARES,
  MG_GAME_WASSERSTEIN, /* of use with a penalty on D's gradient only */
  MG_GAME_HINGE,
  MG_GAMES
} mg_game;

/* A loss of a logit; the slope d loss / d t too, unless it is NULL.  Finite
 * where |t| < 1e150; NaN of NaN. */
typedef double (*mg_game_loss)(double t, double *slope);

typedef struct {
  const char *name;  /* as an option is written: "least-squares" */
  const char *title; /* for a figure: "least squares" */
  const char *source;
  mg_game_loss real, fake, generator;
  bool smooths; /* real and fake are a label's loss, which may be smoothed */
  /* The t at which p real(t) + q fake(t) is least, of log p/q; NULL: there is
   * none (wasserstein, whose sum falls for ever unless p = q). */
  double (*best)(double log_ratio);
} mg_game_type;

/* In the order of mg_game. */
extern const mg_game_type mg_games[MG_GAMES];

/* The losses of the first two games, where D = sigmoid(t); each an
 * mg_game_loss. D's on a datum, -log D, and on a draw, -log(1 - D). [game.2] */
double mg_game_real(double t, double *slope);
double mg_game_fake(double t, double *slope);

/* G's on a draw: log(1 - D), whose slope vanishes where D is sure that it is a
 * draw, and -log D, whose slope is -1 there.               [game.5] [game.6] */
double mg_game_minimax(double t, double *slope);
double mg_game_nonsaturating(double t, double *slope);

/* A loss of D whose label is false in a share s of the cases.     [game.7]
 *   loss   in   of the label that is given: g->real on data
 *   other  in   of the other one: g->fake there
 *   s      in   the smoothing, 0 <= s < 1; 0 is the loss itself
 *   slope  out  d/dt, or NULL
 * For least squares this is (t - target)^2 / 2 of the target 1 - s (on data)
 * or s (on draws), and the constant s (1 - s) / 2. */
double mg_game_smoothed(mg_game_loss loss, mg_game_loss other, double s,
                        double t, double *slope);

/* D's best logit where data have density p and draws q.    [game.3] [game.8]
 *   real, fake  in  smoothing of the labels of data and of draws, below 1 in
 *                   sum; 0 and 0 for a game that does not smooth
 *   log_ratio   in  log p/q, -inf and inf included
 * NaN for a game without a best D. */
double mg_game_best(const mg_game_type *game, double real, double fake,
                    double log_ratio);

/* The best D's share of the minimax value at a point, per p + q:
 * D log D + (1 - D) log(1 - D) at D = p / (p + q).  Its integral against
 * p + q is the value of the game, -log 4 + 2 JSD.                 [game.4]
 *   log_ratio  in  log p/q, -inf and inf included
 * Returns nats, between -log 2 and 0. */
double mg_game_value(double log_ratio);

#endif
