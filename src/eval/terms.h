/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terms of the chain rule, asked one column at a time: its law, a draw from
 * it, and which columns before it move it.
 *
 * For every family that tells its terms (conditionals), on bits and levels.  A
 * family has quicker ways of its own to draw; this is the one that is the same
 * for all. */
#ifndef MG_EVAL_TERMS_H
#define MG_EVAL_TERMS_H

#include "models/model.h"

/* p(x_i = v | x_1 .. x_(i-1)) for every level v.                     [ar.1]
 *   x       in   N x D; of a law only what is before the column is of account
 *   column  in   i, from 0
 *   p       out  N x L, rows that sum to 1 where the model is a law
 * Returns GSL_SUCCESS; GSL_EUNSUP on reals and without conditionals;
 * GSL_EBADLEN; GSL_EINVAL for no such column; GSL_ENOMEM; the family's errors.
 * Cost L calls of conditionals. */
int mg_terms_law(const mg_model *model, const gsl_matrix *x, size_t column,
                 gsl_matrix *p);

/* Draws columns from `first` on, given those before, each in proportion to its
 * term: of a law that is a draw from it.
 *   x  in/out  N x D
 * Returns as mg_terms_law.  Cost (D - first) L calls of conditionals. */
int mg_terms_draw(const mg_model *model, gsl_rng *rng, size_t first,
                  gsl_matrix *x);

/* How much each column moves the law of another: its value v becomes
 * L - 1 - v, and what is told is half the sum of |p(x_i = v) before - after|
 * over v, the total variation, as a mean over rows.               [terms.1]
 *   x      in   N x D
 *   moved  out  D; 0 where no row's law moved by a bit
 * Returns as mg_terms_law.  Cost D L calls of conditionals. */
int mg_terms_influence(const mg_model *model, const gsl_matrix *x,
                       size_t column, gsl_vector *moved);

#endif
