/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two groups, a count of successes each: is it one rate or two? */
#ifndef MG_TARGETS_RATES_H
#define MG_TARGETS_RATES_H

#include "targets/posterior.h"

typedef enum { MG_RATES_APART, MG_RATES_COMMON } mg_rates_model;

typedef struct {
  mg_rates_model rates;
  size_t trials;        /* of either group */
  size_t first, second; /* successes */
  double prior;         /* both shapes of the beta prior of a rate */
} mg_rates_options;

typedef struct {
  size_t dim; /* 2 rates apart, 1 in common */
  double trials, success[2], prior;
} mg_rates;

/* 5 and 7 of 10, two rates, Beta(1, 1). */
extern const mg_posterior_type mg_rates_type;

#endif
