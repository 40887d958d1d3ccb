/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-sample tests: are draws and data of one law, and how far are they apart?
 *
 * The null hypothesis of all five scores is that S draws and N rows of data are
 * S + N independent rows of one law.  For a model of data it is always false;
 * what is of use is how far the value lies from its floor, in which direction
 * a better model lies, and that a p value that is not small warns: with so few
 * rows this score cannot tell the model from the truth.
 *
 *   mmd squared     a Gaussian kernel of the median distance    [twosample.2]
 *   energy          the energy distance                         [twosample.2]
 *   sliced w1, w2   sliced Wasserstein distances                [twosample.4]
 *   classifier      accuracy of a vote of neighbours            [twosample.5]
 *
 * The first four share their splits, so that their p values come from the same
 * rearrangements of the rows, and the distances are made once for all.  Their
 * floors are means and spreads over these splits: what two samples get that are
 * of one law, that of draws and data mixed.
 *
 * Columns count as they are, in their own units: where these differ, scale the
 * rows first.  Distances between images are between their pixels.
 *
 * Not here: a kernel whose width is chosen to be the most suspicious, which
 * needs rows of its own; features of a trained network. */
#ifndef MG_EVAL_TWOSAMPLE_H
#define MG_EVAL_TWOSAMPLE_H

#include "eval/score.h"

/* Draws and data together.  The distances of so many fill 200 MB, half of that
 * again for their median. */
enum { MG_TWOSAMPLE_ROWS = 5000 };

typedef struct {
  size_t splits;     /* B, at random beside the one that is asked about */
  size_t directions; /* S of the sliced distances; in one dimension 1 */
  size_t neighbours; /* votes of the classifier; 0: by a rule */
  size_t threads;    /* 0: as many as OpenMP gives */
} mg_twosample_options;

/* splits 200, directions 64, neighbours 0, threads 0. */
mg_twosample_options mg_twosample_options_default(void);

typedef enum {
  MG_TWOSAMPLE_MMD,
  MG_TWOSAMPLE_ENERGY,
  MG_TWOSAMPLE_W1,
  MG_TWOSAMPLE_W2,
  MG_TWOSAMPLE_CLASSIFIER,
  MG_TWOSAMPLE_SCORES
} mg_twosample_score;

/* All five, in that order.
 *
 * std_error of the first two is over draws and data, by the jackknife, and
 * their interval is normal; that of the sliced distances is over directions
 * alone, so they have no interval; the classifier's, over the draws and data
 * that it was asked for, is binomial and its interval exact [score.2].
 *   rows   in  three draws and data each at least; train is not looked at
 *   seed   in  of splits, directions and halves
 *   score  out  MG_TWOSAMPLE_SCORES
 * Returns GSL_SUCCESS; GSL_EINVAL for too few or too many rows, no splits or no
 * directions; as mg_score_rows_check; GSL_ENOMEM.  The same bytes for any
 * number of threads.  Cost O((N + S)^2 (D + splits)). */
int mg_twosample_scores(const mg_score_rows *rows,
                        const mg_twosample_options *options, unsigned long seed,
                        mg_score score[MG_TWOSAMPLE_SCORES]);

#endif
