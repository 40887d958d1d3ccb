/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What importance weights let one say beside the bound that they make.
 *
 * The mean over data of log 1/K sum_k w_k has two errors.  One is over data:
 * another test set would give another mean.  It is the std_error of every
 * evidence; a logarithm of weights has a variance however heavy their tail, so
 * it stands, and so does the bound.
 *
 * The other is of the draws: how far is the bound from log p of these very
 * data?  The spread of the weights tells, but only while their mean can be
 * trusted; where a datum's tail has Pareto k > 0.7 the largest weight of all
 * has not been seen yet, and no interval for log p follows.  Then this interval
 * is withdrawn, and the note says so, with the number of such data. */
#ifndef MG_EVAL_TAILS_H
#define MG_EVAL_TAILS_H

#include "eval/evidence.h"

typedef struct {
  size_t n;               /* data */
  size_t k, draws;        /* weights in a logarithm; logarithms averaged */
  const double *ess;      /* n, of all k draws weights of a datum */
  const double *pareto_k; /* n, NaN where there are too few weights to tell */
  bool discrete;          /* finitely many weights have no such tail */
} mg_tails;

/* Error of the log of a mean of K weights, to first order: true where they have
 * a variance, whatever is seen of them.                             [ess.2]
 *   ess  in  of the K */
double mg_tails_error(double ess, size_t k);

/* Fills ess, pareto_k, heavy, draws_error and note of an evidence.  [ess.2] */
void mg_tails_say(const mg_tails *t, mg_evidence *evidence);

#endif
