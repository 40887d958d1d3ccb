/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step of a move from how often it is accepted, while a chain warms up.
 *
 * It goes up while more is accepted than aimed at, down while less; what is
 * kept at the end is an average over the search, which stands still where the
 * single steps still swing.                                         [dual.1] */
#ifndef MG_INFER_DUAL_AVERAGING_H
#define MG_INFER_DUAL_AVERAGING_H

#include <stddef.h>

typedef struct {
  double aim;                /* acceptance aimed at, 0 .. 1 */
  double centre;             /* of log steps: what the search is drawn to */
  double error;              /* mean of aim - accepted, the early ones fading */
  double log_step, log_mean; /* to try next, and averaged */
  size_t t;                  /* updates so far */
} mg_dual_averaging;

/* A search at its start.
 *   step  in  a first guess, > 0     aim  in  acceptance, 0 .. 1 */
void mg_dual_averaging_start(mg_dual_averaging *d, double step, double aim);

/* Takes in what was accepted of the moves with the step of mg_..._step.
 *   accepted  in  probability, mean over walkers                    [dual.1] */
void mg_dual_averaging_update(mg_dual_averaging *d, double accepted);

/* The step to try next. */
double mg_dual_averaging_step(const mg_dual_averaging *d);

/* The step to keep. */
double mg_dual_averaging_mean(const mg_dual_averaging *d);

#endif
