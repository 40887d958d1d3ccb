/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Did coaching help in eight schools?  z is mu, tau and a number a school. */
#ifndef MG_TARGETS_EIGHT_SCHOOLS_H
#define MG_TARGETS_EIGHT_SCHOOLS_H

#include "targets/posterior.h"

enum { MG_EIGHT_SCHOOLS = 8 };

typedef struct {
  double mu_scale;  /* standard deviation of mu's Gaussian prior, points */
  double tau_scale; /* scale of tau's half-Cauchy prior, points */
} mg_eight_schools_options;

typedef struct {
  mg_eight_schools_options prior;
  bool centred;               /* z holds theta, else eta */
  double y[MG_EIGHT_SCHOOLS]; /* effects that were estimated, points */
} mg_eight_schools;

/* z = (mu, tau, eta_1 .. eta_8), theta_j = mu + tau eta_j. */
extern const mg_posterior_type mg_eight_schools_type;

/* z = (mu, tau, theta_1 .. theta_8). */
extern const mg_posterior_type mg_eight_schools_centred_type;

#endif
