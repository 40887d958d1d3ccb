/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mean of Gaussian data whose variance is known, in any dimension. */
#ifndef MG_TARGETS_MEAN_H
#define MG_TARGETS_MEAN_H

#include "targets/posterior.h"
#include "targets/posterior_normal.h"

typedef struct {
  size_t dim;
  size_t data;     /* N */
  double value;    /* of every coordinate of every datum */
  double sd;       /* of a datum about the mean */
  double prior_sd; /* of the mean about 0 */
} mg_mean_options;

typedef struct {
  size_t dim;
  double data, sd;
  double *average; /* D, of the data */
  double *scatter; /* D, sum over the data of (x - average)^2 */
  mg_posterior_normal prior;
} mg_mean;

/* One datum, 1, with variance 1 under a standard Gaussian prior. */
extern const mg_posterior_type mg_mean_type;

#endif
