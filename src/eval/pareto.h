/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How heavy is a tail?  The generalised Pareto law, fitted to exceedances.
 *
 * A mean of weights is as good as its largest weights let it be.  If their tail
 * falls as w^(-1/k), then moments up to 1/k exist: above k = 1/2 the variance
 * is infinite, above k = 1 the mean itself.  k is estimated from the largest
 * weights; up to 0.7 the error of a mean of some thousand weights is still what
 * it says to be, above it is not (Vehtari et al. 2024). */
#ifndef MG_EVAL_PARETO_H
#define MG_EVAL_PARETO_H

#include <stddef.h>

#define MG_PARETO_LIMIT 0.7

/* Fits  p(x) = (1 + k x / s)^(-1/k - 1) / s  to exceedances.      [pareto.1]
 *   n  in  at least 5     x  in  n, ascending, from 0 on, not all 0
 *   k, s  out             s may be NULL
 * Returns GSL_SUCCESS; GSL_EINVAL for fewer data; GSL_EDOM when they are not
 * finite, or a quarter of them is 0: then no such law fits.  Cost O(n^1.5). */
int mg_pareto_fit(size_t n, const double *x, double *k, double *s);

/* How many of S weights are its tail: min(S / 5, 3 sqrt S), rounded up; 0 for
 * S below 25, too few to tell. */
size_t mg_pareto_tail(size_t draws);

/* k of the largest of some weights.                               [pareto.2]
 *   n           in  weights in the tail, and the one below them: mg_pareto_tail
 *                   + 1
 *   log_weight  in  n, ascending; overwritten
 * Returns -inf where the n are equal to 1e-9: no tail; inf where most of the
 * tail is as nothing beside the largest; NaN for n < 6. */
double mg_pareto_k(size_t n, double *log_weight);

#endif
