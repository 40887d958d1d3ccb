/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Did the chains arrive, and what are their draws worth?
 *
 * Chains that started apart and cannot be told from each other any more have
 * an R-hat of 1.  Draws of a chain resemble their neighbours; the effective
 * sample size is how many independent draws would say as much. */
#ifndef MG_EVAL_CONVERGENCE_H
#define MG_EVAL_CONVERGENCE_H

#include <gsl/gsl_matrix.h>
#include <stddef.h>

/* Above it, the chains are still to be told apart (Vehtari et al. 2021). */
#define MG_RHAT_MOST 1.01

typedef struct {
  double mean, sd;
  double q05, median, q95; /* quantiles */
  double rhat;             /* the larger of that of places and of spreads */
  double bulk_ess;         /* draws it is worth in the middle */
  double tail_ess;         /* and for the 5 % and 95 % quantiles, the less */
  double std_error;        /* of the mean, by the draws alone: MCSE */
} mg_convergence;

/* What chains say of one number.                       [rhat.2, ess.3, mcse.1]
 *   chains  in   1 or more     draws  in  of each, 8 or more
 *   value   in   chains x draws, chain after chain, stride apart
 *   c       out  rhat, the two ess and std_error are NaN where all values are
 *                one and the same
 * Returns GSL_SUCCESS; GSL_EINVAL for too few; GSL_EDOM for a value that is not
 * finite; GSL_ENOMEM.  Cost O(S log S). */
int mg_convergence_of(size_t chains, size_t draws, const double *value,
                      size_t stride, mg_convergence *c);

/* The same of every column of draws, as mg_mcmc_draws has them.
 *   z  in   chains draws x D, chain after chain     c  out  D
 * Returns as mg_convergence_of. */
int mg_convergence_columns(size_t chains, const gsl_matrix *z,
                           mg_convergence *c);

#endif
