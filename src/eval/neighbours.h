/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbours: are draws where data are, are data where draws are, and are the
 * draws only the training rows again?
 *
 * Where the modes are not known, balls stand for the places where a law has
 * mass: about each row of a set one that reaches to its k-th nearest other row
 * of the same set (Kynkaanniemi et al. 2019, with k = 3).
 *
 *   precision      the share of draws in a ball about data      [neighbours.1]
 *   recall         the share of data in a ball about draws
 *   nearest ratio  mean distance of a draw to its nearest training row, over
 *                  that of held-out data                        [neighbours.2]
 *
 * A model that has fallen on one mode has a precision of 1 and a recall near 0;
 * one that is too wide the other way round.  A model that hands out the
 * training rows again has both as the truth has them: what betrays it is the
 * ratio, 0 for copies, 1 for the truth; above 1 draws are farther from what was
 * learnt than new data are.
 *
 * 1 is not what the truth gets for precision and recall: even of two sets of
 * one law some rows lie in no ball of the other.  Which share does depends on
 * the law, so no ideal is known; the floor is found by putting training rows in
 * the place of draws.
 *
 * Distances are between rows as they are given.  For images they are taken
 * between pixels, where the paper asks a trained network for features: a shift
 * by one pixel is far here.  Compare such numbers with each other and not with
 * those of papers.
 *
 * Not here: labels, densities. */
#ifndef MG_EVAL_NEIGHBOURS_H
#define MG_EVAL_NEIGHBOURS_H

#include "eval/score.h"

typedef struct {
  size_t k;       /* the neighbour that a ball reaches to */
  size_t halves;  /* half samples, for the errors of recall */
  size_t floors;  /* how often training rows stand in for the draws */
  size_t threads; /* 0: as many as OpenMP gives */
} mg_neighbours_options;

/* k 3, halves 40, floors 20, threads 0. */
mg_neighbours_options mg_neighbours_options_default(void);

typedef enum {
  MG_NEIGHBOURS_PRECISION,
  MG_NEIGHBOURS_RECALL,
  MG_NEIGHBOURS_RATIO,
  MG_NEIGHBOURS_SCORES
} mg_neighbours_score;

/* The squared radius of each row's ball: the k-th smallest of its squared
 * distances to the others.
 *   square  in   N x N, of a set to itself; what stands on its diagonal does
 *                not count
 *   keep    in   N: the rows that are there; NULL: all
 *   radius  out  N, squared; NaN for a row that is not there
 * Returns GSL_SUCCESS; GSL_EINVAL unless 0 < k < rows that are there;
 * GSL_EBADLEN; GSL_ENOMEM. */
int mg_neighbours_radii(const gsl_matrix *square, const bool *keep, size_t k,
                        gsl_vector *radius);

/* How many rows of one set are in a ball of the other; its rim counts.
 *   square   in  N x M, of the rows to the centres of the balls
 *   radius   in  M, squared; NaN: no ball */
size_t mg_neighbours_inside(const gsl_matrix *square, const gsl_vector *radius);

/* The nearest row among others, for each row.
 *   x, among  in   N x D and M x D
 *   threads   in   0: as many as OpenMP gives
 *   index     out  N, the first of those equally near; or NULL
 *   distance  out  N, not squared
 * Returns GSL_SUCCESS; GSL_EBADLEN for columns that differ; GSL_ENOMEM.
 * Cost O(N M D); 64 M doubles a thread.  The same bytes for any number of
 * threads. */
int mg_neighbours_nearest(const gsl_matrix *x, const gsl_matrix *among,
                          size_t threads, size_t *index, gsl_vector *distance);

/* All three as scores, in the order of mg_neighbours_score.  Without training
 * rows the ratio and the floors are NaN; with fewer of them than draws the
 * floors of precision and recall are.
 *
 * The interval of precision is exact, the data as they are; std_error and
 * interval of recall are from halves of the draws, without replacement (Shao &
 * Wu 1989: for halves the spread is that of all), as a row that is drawn twice
 * would be its own nearest neighbour; those of the ratio by a bootstrap.
 *   seed  in  of stand-ins, halves and bootstrap
 * Returns GSL_SUCCESS; GSL_EINVAL for k = 0, or as many draws or data as k;
 * as mg_score_rows_check; GSL_ENOMEM.  The same bytes for any number of
 * threads.  Cost O((N + S)^2 D + floors S (N + S) D), and (N + S)^2 doubles in
 * all for the distances. */
int mg_neighbours_scores(const mg_score_rows *rows,
                         const mg_neighbours_options *options,
                         unsigned long seed,
                         mg_score score[MG_NEIGHBOURS_SCORES]);

#endif
