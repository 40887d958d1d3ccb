/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search for the diagonal Gaussian that is best for one datum. */
#ifndef MG_EVAL_GAP_SEARCH_H
#define MG_EVAL_GAP_SEARCH_H

#include "eval/rule.h"
#include "models/model.h"

/* One datum and room to look at its log p(x, z); the caller's. */
typedef struct {
  const mg_model *model;
  size_t at;              /* which of the data, for a message */
  gsl_matrix *x, *z, *dz; /* as many rows; every row of x is the datum */
  gsl_vector *log_joint;  /* as many */
} mg_gap_datum;

/* log p(x, z) for the first n rows of z, with gradients where wanted.
 * Returns as the family's log_joint. */
int mg_gap_datum_look(const mg_gap_datum *d, size_t n, bool gradient);

/* A Gaussian with its place in the search. */
typedef struct {
  gsl_vector *mu, *sigma;       /* L */
  gsl_vector *origin, *unit;    /* L, mu and sigma at the start */
  gsl_vector *theta, *gradient; /* 2 L: mu in units, log sigma / unit */
  mg_rule search, judge;
  double elbo;  /* nats, by points that the search has not seen */
  double left;  /* nats that the search may have left     [gap.3] */
  size_t steps; /* that it made */
} mg_gap_guide;

/* Points at which an ELBO with at least so many draws looks. */
size_t mg_gap_points(size_t draws, size_t l);

/* Makes a zeroed one of length l; the search takes half the draws.
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_gap_guide_init(mg_gap_guide *q, size_t l, size_t draws);

/* Frees what it holds; safe on a zeroed or half-built one. */
void mg_gap_guide_clear(mg_gap_guide *q);

/* Mean and standard deviation of n >= 2 rows of z begin the search. */
void mg_gap_guide_begin(mg_gap_guide *q, const gsl_matrix *z, size_t n);

/* Searches, and judges what was found.                     [gap.2] [gap.3]
 *   d          inout  mg_gap_points rows at least
 *   steps      in     at most
 *   tolerance  in     nats that it may leave
 * Returns GSL_SUCCESS; GSL_EDOM for an ELBO that is not finite; GSL_ENOMEM;
 * the family's errors. */
int mg_gap_guide_climb(mg_gap_guide *q, const mg_gap_datum *d, gsl_rng *rng,
                       size_t steps, double tolerance);

#endif
