/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two Gaussians that play the game of generator and discriminator: data from
 * N(0, 1), draws from N(mu, sigma^2), and a discriminator that may be any
 * function, so that its best answer is known.                     [game.3] */
#ifndef MG_INFER_RIVALS_H
#define MG_INFER_RIVALS_H

#include "infer/game.h"

typedef struct {
  double mu, sigma; /* of the draws; 0.01 <= sigma <= 100, |mu| <= 100 */
} mg_rivals;

/* log p(x) / q(x), nats, of data and draws. */
double mg_rivals_log_ratio(const mg_rivals *rivals, double x);

/* The value of the minimax game against the best D, nats.         [game.4]
 *   value  out  between -log 4, where the two are the same, and 0
 * Returns GSL_SUCCESS; GSL_EDOM outside the ranges above.  Cost up to 10^7
 * evaluations at their ends, a few thousand where sigma is near 1. */
int mg_rivals_value(const mg_rivals *rivals, double *value);

/* How the generator's loss pulls at mu, D held at its best: d/d mu of
 * E_q generator(t*(x)).                                          [rivals.1]
 *   slope  out  positive where mu is to become smaller
 * Returns as mg_rivals_value; GSL_EUNSUP for a game whose best D is not
 * log p/q. */
int mg_rivals_pull(const mg_rivals *rivals, mg_game game, double *slope);

#endif
