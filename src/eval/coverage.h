/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coverage: which of the known modes do draws reach, and how evenly?
 *
 * Where data are K equal round Gaussians (the ring, the grid) a sampler can be
 * judged by counting.  The protocol is that of Srivastava et al. (2017) as Lin
 * et al. (2018) made it, with S = 2500 draws:
 *
 *   high quality   within 3 sd of the nearest centre
 *   modes          centres with at least one draw of high quality
 *   reverse KL     with q_k the share of centre k among the draws of high
 *                  quality,
 *                      KL(q || u) = sum_k q_k log(K q_k) = log K - H(q)
 *                                                             [coverage.1]
 *
 * Reverse, because it is the model's q that the mean is over: a mode that is
 * missed costs log K - log(K - 1) and not infinity.  Lin et al. write of the
 * nearest centre of every draw; the program they published counts draws of high
 * quality alone, and so does this.  A draw far from all modes is thus judged
 * once, by the share, and does not help a mode to its weight.  Without any draw
 * of high quality there is no q and no KL.
 *
 * The truth does not reach the ideals K, F and 0, or not with certainty.  A
 * draw of it is of high quality with probability F, of chi squared with D
 * degrees of freedom at 9 (98.889 % in the plane): a higher share is no merit
 * but a sampler whose modes are too narrow.  What S draws of the truth get is
 * known in closed form: [coverage.2] .. [coverage.4], about (K - 1) / (2 S) for
 * the KL.
 *
 * Not here: centres that are not known (neighbours, twosample); modes of
 * unequal weight or width. */
#ifndef MG_EVAL_COVERAGE_H
#define MG_EVAL_COVERAGE_H

#include "eval/score.h"

enum { MG_COVERAGE_DRAWS = 2500 }; /* of the protocol */

typedef enum {
  MG_COVERAGE_MODES,
  MG_COVERAGE_QUALITY,
  MG_COVERAGE_KL,
  MG_COVERAGE_SCORES
} mg_coverage_score;

/* What was counted. */
typedef struct {
  size_t draws, modes; /* S and K */
  size_t found;        /* modes with a draw of high quality */
  size_t high;         /* draws of high quality */
  double reverse_kl;   /* nats; NaN: no draw of high quality */
} mg_coverage;

/* KL(q || u) of counts against the even law, nats; NaN when all are 0.
 *                                                             [coverage.1] */
double mg_coverage_kl(size_t k, const unsigned *count);

/* Counts draws at the centres.
 *   x        in   S x D
 *   centres  in   K x D
 *   sd       in   of each mode in each coordinate
 *   high     out  K, draws of high quality whose nearest centre that is; of
 *                 two as near the first
 * Returns GSL_SUCCESS; GSL_EBADLEN for columns that differ; GSL_EINVAL for no
 * draws, no centres, an sd not above 0, or more than 2^31 draws; GSL_EDOM for a
 * draw that is not finite.  Cost O(S K D). */
int mg_coverage_count(const gsl_matrix *x, const gsl_matrix *centres, double sd,
                      unsigned *high, mg_coverage *coverage);

/* What S draws of the truth get: mean and sd.
 *   k, draws, dim  in  K, S and D, none of them 0
 *   mean, sd       out  MG_COVERAGE_SCORES each
 * Modes [coverage.2] and quality [coverage.3] are exact for centres that are
 * many sd apart; the KL [coverage.4] is for the expected number of draws of
 * high quality.  Cost O(S). */
void mg_coverage_floor(size_t k, size_t draws, size_t dim, double *mean,
                       double *sd);

/* All three as scores, in the order of mg_coverage_score, with intervals: of
 * the share exact, of the others by a bootstrap over the draws.
 *   as mg_coverage_count
 * Returns as mg_coverage_count; GSL_ENOMEM. */
int mg_coverage_scores(const gsl_matrix *x, const gsl_matrix *centres,
                       double sd, unsigned long seed,
                       mg_score score[MG_COVERAGE_SCORES]);

#endif
