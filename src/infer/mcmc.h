/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains that end up drawing from the posterior.
 *
 *     mg_mcmc *m = mg_mcmc_alloc(&target, &options, seed);
 *     while (status == GSL_SUCCESS && mg_mcmc_test(m) == GSL_CONTINUE)
 *       status = mg_mcmc_iterate(m);
 *     ... mg_mcmc_draws(m), mg_mcmc_last(m), eval/convergence.h ...
 *     mg_mcmc_free(m);
 *
 * Chains are rows and move together.  While they warm up, step and units are
 * fitted; then both are frozen, and draws are kept.  z must be real: of another
 * target take its mg_unconstrained, whose draws mg_unconstrained_z turns back;
 * gibbs alone works on any z. */
#ifndef MG_INFER_MCMC_H
#define MG_INFER_MCMC_H

#include <stdbool.h>

#include "base/option.h"
#include "infer/target.h"

typedef enum {
  MG_MCMC_METROPOLIS, /* a random walk */
  MG_MCMC_HMC,        /* along gradients */
  MG_MCMC_GIBBS,      /* each z_i given the others, the target's own */
  MG_MCMC_MOVES
} mg_mcmc_move;

typedef struct {
  const char *name; /* as an option is written */
  const char *title;
  const char *source;
  bool gradient;   /* wants one */
  bool gibbs;      /* wants the target's gibbs */
  bool reversible; /* detailed balance, not invariance alone */
} mg_mcmc_type;

/* In the order of mg_mcmc_move. */
extern const mg_mcmc_type mg_mcmc_types[MG_MCMC_MOVES];

typedef struct {
  mg_mcmc_move move;
  size_t chains;
  size_t warmup;     /* moves before the first draw is kept */
  size_t draws;      /* kept of each chain */
  size_t thin;       /* moves from one kept draw to the next */
  size_t leaps;      /* hmc: of the leapfrog, a move */
  double step;       /* the first guess; without warm-up the step itself */
  double acceptance; /* aimed at in warm-up; 0: the move's own, 0.8 of hmc,
                      * 0.234 of metropolis and 0.44 of it on a line */
} mg_mcmc_options;

/* The table of the above, for --set. */
extern const mg_option mg_mcmc_option_table[];

/* 4 chains of hmc with 10 leaps, 1000 moves to warm up and 1000 draws. */
mg_mcmc_options mg_mcmc_options_default(void);

typedef struct {
  size_t iteration;  /* moves so far */
  bool warm;         /* warm-up is over: the move is frozen */
  double step;       /* of the next move, but for hmc's lengthening; NaN: gibbs
                      * has none */
  double accepted;   /* probability in the last move, mean over chains */
  double acceptance; /* the same since warm-up, mean over moves; NaN: none */
  size_t diverged;   /* hmc: moves of a chain since warm-up that ran away */
  size_t kept;       /* draws of each chain */
} mg_mcmc_report;

typedef struct mg_mcmc mg_mcmc;

/* Chains at their start: drawn from the target's prior, or without one from
 * U(-2, 2) in every coordinate.
 * Returns NULL with the reason: options out of their range; what the target
 * lacks for the move; no place to start with a density; memory. */
mg_mcmc *mg_mcmc_alloc(const mg_target *target, const mg_mcmc_options *options,
                       unsigned long seed);

/* Frees it; NULL is allowed. */
void mg_mcmc_free(mg_mcmc *m);

/* Puts the chains somewhere else.
 *   z  in  chains x D
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM where there is no density, with
 * the point; the target's errors. */
int mg_mcmc_set(mg_mcmc *m, const gsl_matrix *z);

/* One move of every chain.
 * Returns GSL_SUCCESS, or the target's errors. */
int mg_mcmc_iterate(mg_mcmc *m);

/* GSL_CONTINUE; GSL_SUCCESS when all draws are there. */
int mg_mcmc_test(const mg_mcmc *m);

/* Iterates until all draws are there.
 * Returns as mg_mcmc_iterate. */
int mg_mcmc_run(mg_mcmc *m);

/* Where the chains are: chains x D. */
const gsl_matrix *mg_mcmc_z(const mg_mcmc *m);

/* What was kept, chain after chain: row c * draws + i is draw i of chain c. */
const gsl_matrix *mg_mcmc_draws(const mg_mcmc *m);

/* The move. */
const mg_mcmc_type *mg_mcmc_type_of(const mg_mcmc *m);

/* The unit of each z_i that warm-up found, D. */
const gsl_vector *mg_mcmc_units(const mg_mcmc *m);

/* The last move, and sums since warm-up. */
const mg_mcmc_report *mg_mcmc_last(const mg_mcmc *m);

#endif
