/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient of a bound from one draw, by four estimators.
 *
 * q = N(mu, I_D) is fitted to the target N(0, I_D) by raising the mean of
 * f(z) = log p(z) - log q(z).  All four have the expectation -mu; how far one
 * draw may be from it is what tells them apart.                    [draw.1] */
#ifndef MG_INFER_ONE_DRAW_H
#define MG_INFER_ONE_DRAW_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

typedef enum {
  MG_DRAW_SCORE,    /* f(z) times the score of q */
  MG_DRAW_BASELINE, /* the same, less the constant that is best for it */
  MG_DRAW_PATHWISE, /* through z = mu + e, the closed entropy aside */
  MG_DRAW_STICKING, /* the same of f alone, q's own mu held fixed */
  MG_DRAW_KINDS
} mg_draw_kind;

/* "score", "baseline", "pathwise", "sticking". */
const char *mg_draw_name(mg_draw_kind kind);

/* d/d mu_0 of the bound from one z, the same z for all kinds.     [draw.1]
 *   dim  in   D, 1 or more     mu    in   of each dimension
 *   g    out  MG_DRAW_KINDS numbers
 * Cost O(D).  Roeder, Wu & Duvenaud (2017) for the last kind. */
void mg_draw_gradients(gsl_rng *rng, size_t dim, double mu, double *g);

#endif
