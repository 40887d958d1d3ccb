/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target with two modes: which of them does a guide with one choose? */
#ifndef MG_TARGETS_TWO_MODES_H
#define MG_TARGETS_TWO_MODES_H

#include "targets/posterior.h"
#include "targets/posterior_normal.h"

typedef struct {
  size_t dim;
  double gap;    /* distance of the modes */
  double weight; /* of the first, whose coordinates are below 0 */
  double sd;     /* of each mode, in every direction */
} mg_two_modes_options;

typedef struct {
  size_t dim;
  double weight, sd;
  double centre; /* of the second mode, every coordinate; the first has its
                  * negative */
  mg_posterior_normal prior;
} mg_two_modes;

/* On the line: 0.6 N(-2, 0.7^2) + 0.4 N(2, 0.7^2). */
extern const mg_posterior_type mg_two_modes_type;

#endif
