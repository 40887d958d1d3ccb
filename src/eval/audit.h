/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Audits: is a model the distribution that it says it is?
 *
 * A leak is a fault that makes a model look better.  A network that sees the
 * pixel it is asked to predict has a wonderful log p(x), and no test of the
 * training loop finds it.  What finds it is what holds of every distribution:
 *
 *   normalisation  sum_x p(x) = 1, over all of a small space; on reals by
 *                  weighted points                       [audit.1] [audit.5]
 *   chain rule     the terms of log p(x) add up to it                  [ar.1]
 *   causality      no term depends on a later column                [audit.2]
 *   columns        sum_v p(x_i = v | before) = 1: no term sees itself
 *                                                                   [audit.3]
 *   samples        the mean log p of draws is minus the entropy     [audit.4]
 *   data           log p of data beside that of draws: to look at
 *
 * The first is complete where it can be done, on 3 x 3 bits.  The next three
 * need a family that tells the terms of the chain rule (conditionals), and no
 * small space.
 *
 * A family for which an audit has no meaning is no failure: it is told so.  One
 * of which nothing at all can be asked has not passed either.
 *
 * Not here: bounds; densities of dequantised data. */
#ifndef MG_EVAL_AUDIT_H
#define MG_EVAL_AUDIT_H

#include "base/table.h"
#include "models/model.h"

typedef struct {
  const char *name; /* "normalisation" ... */
  double value;     /* what was found */
  double bound;     /* what it may be at most, in size; NaN: no verdict */
  bool passed;      /* |value| <= bound; true where there is no verdict */
  char note[160];   /* in words */
} mg_audit;

/* sum_x p(x) - 1 over all states of a finite space.               [audit.1]
 *   audit  out  its bound is 1e-10, or for parameters of floats 64 D epsilons
 *               of a float, as of all audits but the last
 * Returns GSL_SUCCESS, whether it passed or not; GSL_EUNSUP on reals, for more
 * than 2^20 states, and without a density; GSL_ENOMEM; the family's errors. */
int mg_audit_normalisation(const mg_model *model, mg_audit *audit);

/* The integral of p(x) on reals, less 1.                           [audit.5]
 *   audit  out  its bound is 6.1 standard errors
 * Returns GSL_SUCCESS, whether it passed or not; GSL_EUNSUP off reals, without
 * a density or draws, and where draws do not cover the space well enough to
 * tell, as in many dimensions; GSL_ENOMEM; the family's errors. */
int mg_audit_integral(const mg_model *model, gsl_rng *rng, mg_audit *audit);

/* The largest difference of sum_i log p(x_i | before) and log p(x).   [ar.1]
 *   x  in  N x D, any rows of the space
 * Returns as above; GSL_EUNSUP without conditionals. */
int mg_audit_chain(const mg_model *model, const gsl_matrix *x, mg_audit *audit);

/* How many terms moved, by a bit or more, when a later column was changed: each
 * column of each row once, to another value.  Its bound is 0.      [audit.2]
 *   x  in  N x D
 * Returns as mg_audit_chain.  Cost D + 1 calls of conditionals. */
int mg_audit_causality(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                       mg_audit *audit);

/* The largest |sum_v p(x_i = v | before) - 1|, of all columns of x or of as
 * many drawn ones as 2^14 states allow.                            [audit.3]
 *   x  in  N x D
 * Returns as mg_audit_chain; GSL_EUNSUP on reals. */
int mg_audit_columns(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                     mg_audit *audit);

/* How many standard errors the mean log p of draws is from minus the entropy,
 * which comes from a sum over a small space, or else from the entropies of the
 * terms along the draws; on reals from weighted points.  Its bound is 6.1, a
 * false alarm in 10^9.                                 [audit.4] [audit.5]
 * Returns as mg_audit_chain; GSL_EUNSUP without sample, for a family that has
 * neither a small space nor conditionals on a finite one, and on reals as
 * mg_audit_integral. */
int mg_audit_samples(const mg_model *model, gsl_rng *rng, mg_audit *audit);

/* The mean log p of at most 1000 rows of data, less that of as many draws; nats
 * a datum.  It has no bound: a model may find data easier or harder than what
 * it draws, and a large difference is worth a look at both.
 * Returns as mg_audit_samples; GSL_EINVAL for no rows, or of another space. */
int mg_audit_data(const mg_model *model, gsl_rng *rng, const mg_rows *rows,
                  mg_audit *audit);

/* The columns of a table of audits; passed is yes, no, or - without a verdict;
 * value and bound are nan where the audit has no meaning. */
#define MG_AUDIT_COLUMNS "audit value bound passed note"

/* What all audits came to. */
typedef struct {
  size_t asked;  /* how many had a meaning, also without a verdict */
  size_t failed; /* of them */
} mg_audit_count;

/* All audits, a row each, on rows drawn from the model and uniformly.
 *   rows   in   data for the last; NULL: it is left out
 *   count  out
 * Returns GSL_SUCCESS, also where audits failed; GSL_ENOMEM; the family's
 * errors. */
int mg_audit_all(const mg_model *model, const mg_rows *rows, unsigned long seed,
                 mg_table *table, mg_audit_count *count);

#endif
