/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means under N(0, I) by few points that are drawn, not chosen.
 *
 * A rule is points e_s and weights w_s with sum_s w_s f(e_s) near E f(e).  Two
 * things are exact: over the rule's own chance the expectation is E f for every
 * f, so a bound stays a bound; and for every polynomial up to the third degree
 * each single draw of the rule is E f already.  So the more a function looks
 * like a parabola, the less noise there is.
 *
 *     mg_rule r = {0};
 *     mg_rule_init(&r, L, 4) ... mg_rule_draw(&r, rng) ... mg_rule_clear(&r)
 */
#ifndef MG_EVAL_RULE_H
#define MG_EVAL_RULE_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_vector.h>

typedef struct {
  size_t frames;      /* m, orthogonal ones */
  gsl_matrix *e;      /* 2 L m + 1 x L, a point a row; the first is 0 */
  gsl_vector *weight; /* 2 L m + 1; may be below 0, the sum is 1 */
  /* Scratch of a draw. */
  gsl_matrix *normal, *q, *r; /* L x L */
  gsl_vector *tau;            /* L */
} mg_rule;

/* Room for a rule in L dimensions, in a zeroed r.
 *   dim  in  L, at least 1     frames  in  m, at least 1
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_rule_init(mg_rule *r, size_t dim, size_t frames);

/* Frees what r holds; safe on a zeroed or half-built one. */
void mg_rule_clear(mg_rule *r);

/* Draws points and weights.                                         [rule.1]
 * Cost O(m L^3).  Source Genz & Monahan (1998). */
void mg_rule_draw(mg_rule *r, gsl_rng *rng);

#endif
