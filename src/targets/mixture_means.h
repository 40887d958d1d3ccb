/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where are the centres of a mixture whose weights and width are known?  z is
 * the mean of each component. */
#ifndef MG_TARGETS_MIXTURE_MEANS_H
#define MG_TARGETS_MIXTURE_MEANS_H

#include "targets/posterior.h"

enum { MG_MIXTURE_MEANS_MOST = 6 };

typedef struct {
  size_t components;    /* K */
  size_t rows;          /* N, of Old Faithful's eruptions */
  double weight;        /* of the first component; the rest is shared equally */
  double sd;            /* of a component, minutes */
  double centre, prior; /* mean and sd of each mean's prior, minutes */
} mg_mixture_means_options;

typedef struct {
  mg_mixture_means_options options;
  double log_weight[MG_MIXTURE_MEANS_MOST]; /* K */
  double *x;                                /* N, minutes */
} mg_mixture_means;

/* Two components, ten eruptions. */
extern const mg_posterior_type mg_mixture_means_type;

#endif
