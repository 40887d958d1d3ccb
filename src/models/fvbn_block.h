/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A block of rows as the regressions of a fvbn see it.
 *
 * Row i of the weights is 0 from its own column on, so the columns of a group
 * may look at the same inputs: the triangular product becomes a few
 * rectangular ones, of which a BLAS is fast, at half the cost of the square.
 * What is multiplied by 0 adds nothing, in no bit: a term does not depend on a
 * later column. */
#ifndef MG_MODELS_FVBN_BLOCK_H
#define MG_MODELS_FVBN_BLOCK_H

#include "models/fvbn.h"

enum { MG_FVBN_ROWS = 256 };

typedef struct {
  size_t n;       /* rows, at most MG_FVBN_ROWS */
  double *input;  /* n x D: 1, f_1 .. f_(D-1) */
  double *output; /* n x the outputs of a group of columns */
} mg_fvbn_block;

/* How many columns are a group. */
size_t mg_fvbn_group(const mg_fvbn *f);

/* How many numbers a block has; a block in so many numbers; in fresh memory,
 * which the caller frees as b->input.
 * The last returns GSL_SUCCESS; GSL_ENOMEM. */
size_t mg_fvbn_block_numbers(const mg_fvbn *f);
mg_fvbn_block mg_fvbn_block_in(const mg_fvbn *f, double *numbers);
int mg_fvbn_block_alloc(const mg_fvbn *f, mg_fvbn_block *b);

/* f_j, a level as an input: 0 .. 1. */
double mg_fvbn_share(const mg_fvbn *f, double level);

/* Takes the rows of x from `first` on, as many as it holds.
 * Returns GSL_SUCCESS; GSL_EDOM for a value that is no whole number. */
int mg_fvbn_block_read(const mg_fvbn *f, const gsl_matrix *x, size_t first,
                       mg_fvbn_block *b);

/* a_l of `count` columns from `first` on, with C = units outputs each.
 *                                                                  [fvbn.1]
 *   weights  in  as those of mg_fvbn */
void mg_fvbn_outputs(const gsl_matrix *weights, size_t units, size_t first,
                     size_t count, mg_fvbn_block *b);

/* log sum_l exp(a_l) with a_0 = 0; each a_l becomes p(l).
 *   a  in/out  units: a_1 .. */
double mg_fvbn_normalise(size_t units, double *a);

/* log p(level), -inf for one outside 0 .. units; a as above. */
double mg_fvbn_term(size_t units, double level, double *a);

#endif
