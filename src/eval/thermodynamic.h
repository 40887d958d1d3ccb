/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thermodynamic integration: log p(x) as the area under a curve.     [ti.1]
 *
 *     log p(x) = integral over b from 0 to 1 of E_b U,
 *     U(z) = log p(x, z) - log base(z),   E_b over the path's law f_b
 *
 * where a base that is the prior makes U the log-likelihood.  Nothing has a
 * logarithm taken of it, so nothing is biased by one; but walkers must have
 * arrived at each b, and a curve is known at some points only. */
#ifndef MG_EVAL_THERMODYNAMIC_H
#define MG_EVAL_THERMODYNAMIC_H

#include "infer/path.h"

typedef struct {
  size_t temperatures;     /* T */
  double *b;               /* T + 1, from 0 to 1                    [ti.2] */
  double *mean, *variance; /* T + 1, of U at each b, nats and nats^2; at b = 0
                            * as they come: -inf, NaN where it has none */
  double value;            /* of the integral, nats */
  double correction;       /* in it, for the curve between the points [ti.3] */
  double rise;             /* of the value, from the earlier half of the moves
                            * that count to the later: walkers arrive yet */
  double std_error;        /* of the walkers, with the sizes of both */
} mg_thermodynamic;

/* The schedule in a zeroed t.                                        [ti.2]
 * Returns GSL_SUCCESS; GSL_EINVAL for 0 temperatures; GSL_ENOMEM. */
int mg_thermodynamic_init(mg_thermodynamic *t, size_t temperatures);

/* Frees what t holds; safe on a zeroed or half-built one. */
void mg_thermodynamic_clear(mg_thermodynamic *t);

/* Walks along the path and integrates.
 *   path     in  with gradients and a base
 *   walkers  in  at least 2     moves  in  at each b, of which the later half
 *                                         counts; at least 4
 *   leaps    in  of the leapfrog, a move
 *   threads  in  0: as many as OpenMP gives
 * Returns GSL_SUCCESS; GSL_EINVAL for counts; as mg_path_draw.  The same bytes
 * for any number of threads.  Cost T * moves * leaps gradients a walker. */
int mg_thermodynamic_walk(mg_thermodynamic *t, const mg_path *path,
                          size_t walkers, size_t moves, size_t leaps,
                          unsigned long seed, size_t threads);

#endif
