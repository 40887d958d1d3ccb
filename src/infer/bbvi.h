/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Black-box variational inference: the guide climbs its bound on log p(x), by
 * gradients from draws.
 *
 *     mg_bbvi *b = mg_bbvi_alloc(&target, guide, &options, seed);
 *     do
 *       status = mg_bbvi_iterate(b);
 *     while (status == GSL_SUCCESS &&
 *            (status = mg_bbvi_test(b)) == GSL_CONTINUE);
 *     ... guide->lambda, mg_bbvi_last(b) ...
 *     mg_bbvi_free(b);
 */
#ifndef MG_INFER_BBVI_H
#define MG_INFER_BBVI_H

#include "infer/estimator.h"
#include "infer/optimizer.h"

typedef struct {
  mg_estimator estimator;
  size_t draws;      /* S an iteration */
  size_t iterations; /* at most */
  double tolerance;  /* mean length of a step below which lambda stands
                      * still; 0: never */
  double average;    /* share of the iterations, the last of them, whose
                      * lambda count in the mean that is kept at the end;
                      * 0: the last alone, 1: all alike     [bbvi.3] */
  size_t threads;    /* 0: as many as OpenMP gives */
  mg_optimizer_options steps; /* how gradients become steps */
} mg_bbvi_options;

/* The table of the above for --set, the steps' own by their names. */
extern const mg_option mg_bbvi_option_table[];

/* control, 100 draws, adam at a rate of 0.03 that falls by robbins-monro, at
 * most 10 000 iterations, the mean of about the last quarter. */
mg_bbvi_options mg_bbvi_options_default(void);

/* What an iteration saw, before its step, and the step. */
typedef struct {
  size_t iteration;       /* counted from 1 */
  double elbo, std_error; /* >= claim, nats, over the draws */
  double gradient;        /* Euclidean length */
  double variance;        /* of a one-draw gradient, summed over parameters */
  double rate;            /* of the step */
  double change;          /* Euclidean length of the step */
  bool converged;         /* lambda stands still */
} mg_bbvi_report;

typedef struct mg_bbvi mg_bbvi;

/* A climb at its start, from the guide's lambda, which it moves; target and
 * guide must outlive it.
 * Returns NULL with the reason: as mg_draws_init; options out of range. */
mg_bbvi *mg_bbvi_alloc(const mg_target *target, mg_guide *guide,
                       const mg_bbvi_options *options, unsigned long seed);

/* Frees it; NULL is allowed.  The guide stays. */
void mg_bbvi_free(mg_bbvi *b);

/* One iteration: draws, gradient, step.                  [bbvi.1] [bbvi.3]
 * Returns GSL_SUCCESS; GSL_EDOM, which says why: the target is not finite at
 * which z, or lambda runs away, and the longest part of the last step: which
 * parameter, at which rate; other errors of target and guide.  On error the
 * guide is back where its draws were finite last.  Allocates nothing.  The same
 * bytes for any number of threads. */
int mg_bbvi_iterate(mg_bbvi *b);

/* Is it over?  Then the mean of lambda is put into the guide.
 * Returns GSL_CONTINUE; GSL_SUCCESS when lambda stands still [bbvi.2] or
 * iterations are used up. */
int mg_bbvi_test(mg_bbvi *b);

/* The last iteration. */
const mg_bbvi_report *mg_bbvi_last(const mg_bbvi *b);

/* Gradient of the last iteration and the variance of one draw's, P each; the
 * draws themselves, for who looks on. */
const gsl_vector *mg_bbvi_gradient(const mg_bbvi *b);
const gsl_vector *mg_bbvi_variance(const mg_bbvi *b);
const mg_draws *mg_bbvi_draws(const mg_bbvi *b);

#endif
