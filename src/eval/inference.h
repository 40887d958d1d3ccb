/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every method of inference on one posterior, on one axis.
 *
 *     mg_inference *c = mg_inference_alloc(posterior, &options);
 *     while (mg_inference_test(c) == GSL_CONTINUE) {
 *       start the clock;
 *       status = mg_inference_iterate(c);
 *       mg_inference_spend(c, seconds since);
 *     }
 *
 * What is known exactly comes first; then black-box VI by each estimator with a
 * guide that is a product, and with the full-rank one; the evidence by draws:
 * naive, importance sampling from the best of those guides, annealing,
 * thermodynamic integration; last Hamiltonian Monte Carlo, which tells moments
 * and no evidence.  A method that cannot, or fails, is an entry with the reason
 * as its note; the others go on. */
#ifndef MG_EVAL_INFERENCE_H
#define MG_EVAL_INFERENCE_H

#include "base/table.h"
#include "eval/convergence.h"
#include "eval/evidence.h"
#include "infer/bbvi.h"
#include "infer/mcmc.h"
#include "targets/posterior.h"

typedef struct {
  unsigned long seed;
  size_t threads;       /* 0: as many as OpenMP gives */
  mg_bbvi_options bbvi; /* its estimator is every one in turn */
  mg_mcmc_options hmc;
  size_t draws; /* of an elbo, naive, importance; of moments by draws */
} mg_inference_options;

/* Seed 1, threads 0, 2000 iterations of BBVI, HMC as by default, 10 000 draws;
 * quick fewer of all, and longer steps. */
mg_inference_options mg_inference_options_default(bool quick);

/* What became of one method. */
typedef struct {
  const char *name;       /* "exact", "bbvi score", "full rank", "ais" ... */
  const char *kind;       /* "exact", "mean-field", "full rank", "draws" */
  mg_evidence evidence;   /* nats in total; n 0: it tells none */
  gsl_vector *mean, *sd;  /* of z, D; NULL: it tells none */
  mg_convergence *chains; /* of hmc, D; else NULL */
  double seconds;         /* spent on it */
  bool done, failed;
  char note[512]; /* what a reader must know, or the reason of a failure */
} mg_inference_entry;

typedef struct mg_inference mg_inference;

/* A comparison on a posterior, which stays the caller's.
 * Returns NULL with the reason: options out of range; memory. */
mg_inference *mg_inference_alloc(const mg_posterior *p,
                                 const mg_inference_options *options);

/* Frees it; NULL is allowed. */
void mg_inference_free(mg_inference *c);

/* One turn: some iterations of BBVI or HMC, or all of another method.
 * Returns GSL_SUCCESS, also when the method at hand failed; GSL_ENOMEM. */
int mg_inference_iterate(mg_inference *c);

/* GSL_CONTINUE while there is more to do; GSL_SUCCESS at the end. */
int mg_inference_test(const mg_inference *c);

/* Adds seconds to the method that the last turn worked on. */
void mg_inference_spend(mg_inference *c, double seconds);

/* The entries in their order, and the one at work (count at the end). */
size_t mg_inference_count(const mg_inference *c);
const mg_inference_entry *mg_inference_get(const mg_inference *c, size_t i);
size_t mg_inference_present(const mg_inference *c);

/* What the bound of e is at least, two standard errors below its value: by it
 * guides are ranked, so that a lucky estimate is not taken for a better one. */
double mg_inference_floor(const mg_inference_entry *e);

/* What it compares on. */
const mg_posterior *mg_inference_posterior(const mg_inference *c);

/* The share of the work at hand that is done, 0 .. 1; of BBVI its bound, nats,
 * else NaN. */
double mg_inference_progress(const mg_inference *c, double *elbo);

/* Tables of what is done so far; the caller frees them.  NULL: memory.
 *
 * evidence: method kind claim nats std_error draws ess pareto_k seconds note, a
 * row a method, those without evidence nan, those that failed with the claim
 * none. */
mg_table *mg_inference_evidence(const mg_inference *c);
/* moments: coordinate method mean sd std_error rhat bulk_ess tail_ess, a row a
 * coordinate and method that tells them; of hmc alone the last four. */
mg_table *mg_inference_moments(const mg_inference *c);
/* axis: MG_EVIDENCE_AXIS, for the template "evidence"; kinds are splits. */
mg_table *mg_inference_axis(const mg_inference *c);

#endif
