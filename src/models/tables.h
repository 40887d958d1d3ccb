/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K laws of independent columns on a finite set: tables of probabilities.
 *
 * Law k gives column j its own table theta_kj over the levels 0 .. L-1, and a
 * datum the product of its columns' entries                          [tab.1]
 *
 *     log p(x | k) = sum_j log theta_kj(x_j)
 *                  = b_k + sum over x_j != 0 of w_kj(x_j),
 *     w_kj(l) = log theta_kj(l) - log theta_kj(0),
 *     b_k     = sum_j log theta_kj(0)
 *
 * The second line is what is computed: level 0 is the base and the rest are log
 * odds against it.  Pixels are mostly 0 (81 of 100 in MNIST), and a pixel that
 * is 0 then costs nothing.
 *
 * Learning adds weighted counts, and an update gives every entry of a table the
 * same `smoothing` a more                                            [tab.2]
 *
 *     theta_kj(l) = (n_kj(l) + a) / (N_k + a L)
 *
 * which is the most probable table under a Dirichlet(1 + a) prior.  a > 0, so
 * no entry is 0 and every log is finite.
 *
 * The families that stand on these tables are one floor up (independent,
 * naive_bayes, mixture); they differ in where the weights come from. */
#ifndef MG_MODELS_TABLES_H
#define MG_MODELS_TABLES_H

#include "models/model.h"

typedef struct {
  size_t count, dim, levels; /* K, D, L */
  bool binary;               /* a table is kept as P(x_j = 1) alone */
  double *probability;       /* K x D x L; binary: K x D */
  double *base;              /* K: b_k */
  double *log_odds;          /* D x (L-1) x K: w_kj(l) for l >= 1 */
} mg_tables;

/* Makes a zeroed t hold K uniform laws on space (binary or levels).
 * Returns GSL_SUCCESS; GSL_ENOMEM, also for sizes that overflow. */
int mg_tables_init(mg_tables *t, const mg_space *space, size_t count);

/* Frees what t holds; safe on a zeroed or half-built one. */
void mg_tables_clear(mg_tables *t);

/* How many counts there are, D x (L-1) x K; those of level 0 are what is left
 * of the totals. */
size_t mg_tables_counts(const mg_tables *t);

/* log p(x | k) for every k.                                          [tab.1]
 *   x      in   D values, a datum
 *   log_p  out  K, nats; -inf when a value is a whole number outside 0 .. L-1
 * Returns GSL_SUCCESS; GSL_EDOM for a value that is no whole number. */
int mg_tables_score(const mg_tables *t, const double *x, double *log_p);

/* Adds a datum to the counts, weight r_k in law k.
 *   r       in      K
 *   counts  in/out  mg_tables_counts
 * Returns GSL_SUCCESS; GSL_EDOM for a value that is not a level. */
int mg_tables_gather(const mg_tables *t, const double *x, const double *r,
                     double *counts);

/* New tables from counts.                                            [tab.2]
 *   total      in  K, the sum of the weights given to each law
 *   smoothing  in  a > 0 */
void mg_tables_update(mg_tables *t, const double *total, const double *counts,
                      double smoothing);

/* The counted data's sum of r_k log p(x | k), nats. */
double mg_tables_log_joint(const mg_tables *t, const double *total,
                           const double *counts);

/* The sum of log theta over every entry of every table, nats: times a, the log
 * of the Dirichlet(1 + a) prior but for a constant. */
double mg_tables_log_prior(const mg_tables *t);

/* Names the tables: "probabilities". */
void mg_tables_tensors(mg_tables *t, mg_tensors *list);

/* After the probabilities came from outside: checks them, derives the rest.
 * Returns GSL_SUCCESS; GSL_EDOM unless each is in (0, 1) and each table sums to
 * 1 within 1e-9. */
int mg_tables_refresh(mg_tables *t);

/* The expected value of every column under law k.
 *   mean  out  D, in levels; binary: the probability of a 1 */
void mg_tables_mean(const mg_tables *t, size_t k, double *mean);

/* Draws a datum from law k.
 *   x  out  D levels */
void mg_tables_sample(const mg_tables *t, gsl_rng *rng, size_t k, double *x);

#endif
