/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Permutation tests: how would this number look if the two samples were one?
 *
 * Of N pooled rows the first n are the draws and the others data.  If both are
 * of one law, every choice of n rows of the N was as likely to be the first n,
 * so a statistic T of the choice made and of B drawn at random has every rank
 * among the B + 1 with the same probability.  With
 *
 *     p = (1 + #{b : T_b >= T_0}) / (B + 1)                   [twosample.1]
 *
 * P(p <= a) <= a for every a, every n and every law: nothing is asymptotic
 * (Phipson & Smyth 2010).  Without the two ones p could be 0, and a test at the
 * level a would be wrong more often than a.  What T is made of besides the
 * choice, a kernel's width or directions, must not depend on which rows are
 * the first n.
 *
 * T_b that are T_0 but for rounding count as equal to it: those nearer than
 * 1e-9 of the range of all of them. */
#ifndef MG_EVAL_SPLITS_H
#define MG_EVAL_SPLITS_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>

/* Splits of N rows in n and N - n.
 *   n       in   0 < n < N
 *   member  out  (B + 1) x N, a split a row: 1 for each of the n, 0 for the
 *                others; the first split has the first n
 * Returns GSL_SUCCESS; GSL_EINVAL for another n. */
int mg_splits_draw(gsl_rng *rng, size_t n, gsl_matrix *member);

/* The p value of the first of B + 1 statistics, large ones being rare; NaN
 * where one of them is not finite, which has no rank.      [twosample.1] */
double mg_splits_p(const gsl_vector *statistic);

#endif
