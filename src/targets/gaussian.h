/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A correlated Gaussian in any dimension, as a target whose every answer is
 * known: what a guide loses by ignoring a correlation. */
#ifndef MG_TARGETS_GAUSSIAN_H
#define MG_TARGETS_GAUSSIAN_H

#include "targets/posterior.h"
#include "targets/posterior_normal.h"

typedef struct {
  size_t dim;
  double rho;      /* correlation of neighbours */
  double mean, sd; /* of each coordinate */
} mg_gaussian_options;

typedef struct {
  size_t dim;
  double rho, mean, sd;
  double rest; /* sqrt(1 - rho^2) */
  mg_posterior_normal prior;
} mg_gaussian;

/* Two coordinates with mean 0, variance 1 and correlation 0.8. */
extern const mg_posterior_type mg_gaussian_type;

#endif
