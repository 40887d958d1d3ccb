/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores: what draws from a model say of it, where no density is needed.
 *
 * A family that samples can be judged by its draws alone: which modes they
 * reach, how near they are to data, whether a test tells them from data.  Such
 * numbers have a trap that log p has not: even the truth does not reach their
 * ideal with finitely many draws.  The KL of 2500 draws over 8 modes is above
 * 0 for a perfect sampler, and of two samples of one law each lies a little
 * outside of the other.  So a score never stands alone:
 *
 *   value, std_error   over draws of the model, the data as they are; of some
 *                      over something else, which the note says
 *   lower, upper       an interval, and the coverage that it is made for
 *   ideal              what the truth would get from endless draws
 *   floor, floor_sd    what the truth gets with as many draws and data as here:
 *                      mean and spread, and from where these are known
 *   better             which way is better
 *
 * A model is to be held against the floor, not against the ideal: within two
 * floor_sd of it nothing can be said against it by this score.
 *
 * The interval and std_error are of the mean score of that many draws.  They
 * come from bootstrap replicates over draws (Efron 1979), turned around the
 * value (the basic bootstrap) and without the bias that resampling adds:
 *
 *     lower = v - (q_(1-a/2) - m),   upper = v - (q_(a/2) - m)       [score.1]
 *
 * with v the value, m and q mean and quantiles of the replicates; or, of a
 * share of independent draws, from the binomial law itself (Clopper & Pearson
 * 1934), which is no wider than it must be and stands at 0 and 1.  [score.2]
 *
 * Not here: what is scored (coverage, neighbours, twosample). */
#ifndef MG_EVAL_SCORE_H
#define MG_EVAL_SCORE_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>

#include "base/table.h"
#include "data/dataset.h"

typedef enum {
  MG_BETTER_HIGHER,
  MG_BETTER_LOWER,
  MG_BETTER_NEAR /* near the floor: too much is as bad as too little */
} mg_better;

typedef struct {
  const char *name; /* "modes", "precision"; lives as long as the program, as
                     * all text behind a pointer here */
  double value;
  double std_error;       /* over draws, or as note says; NaN: not known */
  double lower, upper;    /* NaN: not known */
  double coverage;        /* that the interval is made for: 0.95 */
  double ideal;           /* NaN: none is known */
  double floor, floor_sd; /* NaN: not known */
  const char *floor_from; /* "theory", "simulation", "training rows"; "" */
  mg_better better;
  double p_value;     /* of "the draws are of the law of the data"; NaN: none */
  size_t n;           /* rows of data; 0: compared with a law, not with data */
  size_t draws;       /* of the model */
  const char *method; /* the protocol in a few words */
  char note[200];     /* what else a reader must know; "": nothing */
} mg_score;

/* What is compared, all in one space of D columns.  The training rows are of
 * the law of the data and none of them is among the data: S of them in the
 * place of the draws get what a perfect sampler would, the floor.  A floor
 * depends on data, train and S and not on what the draws are: one is made for
 * all models, whose scores are then made without train where only the floor
 * needs it. */
typedef struct {
  const gsl_matrix *draws; /* S x D, of the model */
  const gsl_matrix *data;  /* N x D, rows that it did not learn from */
  const gsl_matrix *train; /* M x D, rows that it learnt from; NULL: no floor */
} mg_score_rows;

/* Interval of a score: made for this coverage. */
#define MG_SCORE_COVERAGE 0.95

/* A score of which nothing is known yet but its name: every number NaN, counts
 * 0, texts empty. */
mg_score mg_score_named(const char *name, mg_better better, const char *method);

/* "higher", "lower", "near floor". */
const char *mg_better_text(mg_better better);

/* Checks that rows are there, finite, and of one number of columns; train may
 * be NULL.
 * Returns GSL_SUCCESS; GSL_EINVAL for fewer than two draws or data, or an empty
 * train; GSL_EBADLEN for columns that differ; GSL_EDOM for a value that is not
 * finite; each with the reason. */
int mg_score_rows_check(const mg_score_rows *rows);

/* std_error and interval from replicates over draws.             [score.1]
 *   score      in/out  its value is set
 *   n          in      replicates, at least 2; 200 is few
 *   replicate  in/out  n, sorted on return
 * A NaN among them leaves the fields NaN. */
void mg_score_replicates(mg_score *score, size_t n, double *replicate);

/* Cuts the interval where the score itself cannot be. */
void mg_score_clamp(mg_score *score, double least, double most);

/* Value, std_error and interval of a share: hits of n independent draws or
 * data.  The interval is exact.                                   [score.2]
 * std_error is sqrt(p (1 - p) / n), 0 at 0 and 1: read the interval there.
 *   n  in  at least 1, hits at most n */
void mg_score_share(mg_score *score, size_t hits, size_t n);

/* A perfect sampler's draws: S of the training rows, no row twice.
 *   x  out  S x D, S at most the training rows
 * Returns GSL_SUCCESS; GSL_EINVAL without training rows or with too few;
 * GSL_ENOMEM. */
int mg_score_stand_in(const mg_score_rows *rows, gsl_rng *rng, gsl_matrix *x);

/* The floor from n scores of the truth, each made as the value was.
 *   share  in  of all rows there were that each of them was made of; 0: they
 *              are independent.  Rows that serve in several make these alike,
 *              and floor_sd = sd / sqrt(1 - share), as for means   [score.3]
 *   from   in  floor_from
 * n = 1 leaves floor_sd NaN, as share = 1 does; n = 0 both. */
void mg_score_floor(mg_score *score, size_t n, const double *truth,
                    double share, const char *from);

/* Of models fitted with different seeds, one score each: mean and standard
 * error over seeds in the place of value and std_error, with a Student interval
 * (of normal scores), floor and all else as in the first.
 *   score  in   n of one name, value NaN: that seed is left out
 *   mean   out  note tells over how many
 * Returns GSL_SUCCESS; GSL_EINVAL when none has a value. */
int mg_score_over_seeds(size_t n, const mg_score *score, mg_score *mean);

/* The columns of a table of scores. */
#define MG_SCORE_COLUMNS                                                       \
  "model data split score value std_error lower upper coverage ideal floor "   \
  "floor_sd floor_from better p_value n draws method note"

/* Adds a row of those columns.
 *   note  in  stands before the score's own; or NULL */
void mg_score_row(mg_table *table, const char *model, const mg_dataset *data,
                  mg_part_name part, const mg_score *score, const char *note);

/* The same without beginning a row: for a table with columns before these. */
void mg_score_fields(mg_table *table, const char *model, const mg_dataset *data,
                     mg_part_name part, const mg_score *score,
                     const char *note);

#endif
