/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often does a coin show heads?  z is the probability of heads. */
#ifndef MG_TARGETS_COIN_H
#define MG_TARGETS_COIN_H

#include "targets/posterior.h"

typedef struct {
  size_t heads, tails; /* seen, in one order of their own */
  double prior;        /* both shapes of the beta prior */
} mg_coin_options;

typedef struct {
  double heads, tails, prior;
} mg_coin;

/* Ten throws, six of them heads, under Beta(10, 10). */
extern const mg_posterior_type mg_coin_type;

#endif
