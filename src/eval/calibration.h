/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a sampler draw from what it says?
 *
 * The rank of a value among others that have the same law is uniform, so ranks
 * that are not show an error, in sampler or target, and p-values that are exact
 * say with what certainty.
 *
 *   mg_calibration_ranks      of a move: does it leave its law as it is?
 *                             From exact draws of the law (Gandy & Scott 2021)
 *   mg_calibration_simulated  of whole runs, warm-up and all: parameters drawn
 *                             from the prior among those found for data drawn
 *                             from them (Talts et al. 2018)
 *
 * The statistics that are ranked are each z_i and, last, log p: in all D + 1.
 */
#ifndef MG_EVAL_CALIBRATION_H
#define MG_EVAL_CALIBRATION_H

#include "infer/mcmc.h"
#include "targets/posterior.h"

/* Ranks counted. */
typedef struct {
  size_t statistics, places; /* D + 1; a rank is 0 .. places - 1 */
  size_t n;                  /* ranks of each statistic */
  size_t *count;             /* statistics x places */
  double *p_value;           /* of each statistic              [rank.2] */
  double least;              /* of all together */
  size_t worst;              /* the statistic that is least likely */
} mg_calibration;

/* Frees what c holds; safe on a zeroed or half-built one. */
void mg_calibration_clear(mg_calibration *c);

/* How often a statistic had a rank. */
size_t mg_calibration_count(const mg_calibration *c, size_t statistic,
                            size_t rank);

/* The p-value of n ranks that should be uniform: when they are, one of p or
 * less comes with a probability of p at most, whatever n.        [rank.2]
 *   count  in  how often each of the places was the rank */
double mg_calibration_p_value(size_t places, const size_t *count);

/* A move of many walkers, as a test sees it. */
typedef struct {
  const char *name;
  bool reversible; /* by detailed balance: to go back is the same move */
  void *self;
  /* Moves each row of z once, each with random numbers of its own: walkers that
   * share some are not independent, and p would come out too small. */
  int (*move)(void *self, gsl_matrix *z);
} mg_kernel;

/* The move of chains, which outlive it; they have no warm-up before them, or
 * have it behind them. */
mg_kernel mg_kernel_of(mg_mcmc *m);

typedef struct {
  size_t walkers; /* N, independent: ranks of each statistic */
  size_t places;  /* L, 2 or more */
  size_t moves;   /* from a state that is ranked to the next, 1 or more */
} mg_rank_options;

/* Does the kernel leave the law as it is?                         [rank.1]
 *   law  in   with sample_prior drawing from that very law
 *   c    out  zeroed before
 * Returns GSL_SUCCESS, whatever the verdict; GSL_EINVAL for options or a law
 * without draws; GSL_ENOMEM; the errors of law and kernel.
 * Cost 2 (L - 1) times the moves, of N walkers; half of it where the kernel is
 * not reversible. */
int mg_calibration_ranks(const mg_kernel *kernel, const mg_target *law,
                         const mg_rank_options *options, unsigned long seed,
                         mg_calibration *c);

typedef struct {
  size_t replicates; /* N: data drawn, and chains run */
  size_t threads;    /* 0: as many as OpenMP gives */
  /* Each chain keeps mcmc.draws = L - 1 draws, thin enough to be independent;
   * mcmc.chains is 1. */
  mg_mcmc_options mcmc;
} mg_simulated_options;

/* Are the draws of whole runs those of the posterior?             [sbc.1]
 *   options  in   of the type, NULL: its default
 *   c        out  zeroed before
 * Returns GSL_SUCCESS, whatever the verdict; GSL_EUNSUP where the type cannot
 * simulate data or draw from its prior; GSL_EINVAL for options; the errors of
 * chains.  The same bytes for any number of threads. */
int mg_calibration_simulated(const mg_posterior_type *type, const void *options,
                             const mg_simulated_options *how,
                             unsigned long seed, mg_calibration *c);

#endif
