/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training loop, as an iterator that the caller turns.
 *
 *     mg_fit *fit = mg_fit_alloc(model, &rows, &options, seed);
 *     do
 *       status = mg_fit_iterate(fit);
 *     while (status == GSL_SUCCESS &&
 *            (status = mg_fit_test(fit)) == GSL_CONTINUE && !interrupted);
 *     mg_fit_finish(fit);
 *
 * One turn is one pass over the rows: gather in shards, sum the shards in their
 * order, update once.  A shard is a fixed range of rows, whatever the number of
 * threads, and draws from its own stream; so the parameters come out with the
 * same bytes for 1, 2 or 64 threads.
 *
 * A family that stops at a local optimum is started several times (restarts).
 * The best by its objective is kept; mg_fit_optimum tells of every start, so
 * that a reader sees how far apart the optima are.
 *
 * Not here: minibatches. */
#ifndef MG_MODELS_FIT_H
#define MG_MODELS_FIT_H

#include "models/model.h"

typedef struct {
  size_t restarts;  /* starts, the best is kept */
  size_t passes;    /* at most, a start */
  double tolerance; /* stop when the objective rises by less than this, nats
                     * per datum, in one pass */
  size_t threads;   /* 0: as many as OpenMP gives */
} mg_fit_options;

/* The table of the above for --set, without threads. */
extern const mg_option mg_fit_option_table[];

/* restarts 1, passes 1000, tolerance 1e-7. */
mg_fit_options mg_fit_options_default(void);

/* What one start came to. */
typedef struct {
  double objective; /* nats per datum, at the end */
  size_t passes;
  bool converged; /* ended by itself, not by the number of passes */
} mg_optimum;

typedef struct mg_fit mg_fit;

/* A loop that fits model to rows; both stay the caller's and must outlive it.
 *   seed  in  of all chance in the fit
 * Returns NULL with the reason: no rows, labels that the family needs and the
 * data have not, another space, a first start that fails, memory. */
mg_fit *mg_fit_alloc(mg_model *model, const mg_rows *rows,
                     const mg_fit_options *options, unsigned long seed);

/* Frees the loop, not the model; NULL is allowed. */
void mg_fit_free(mg_fit *fit);

/* One pass over the data.
 * Returns GSL_SUCCESS, also when this start failed and another came through or
 * is to come; else the family's error, or GSL_EFAILED when the objective is no
 * longer a number; GSL_ENOMEM. */
int mg_fit_iterate(mg_fit *fit);

/* GSL_CONTINUE while there is more to do; GSL_SUCCESS at the end. */
int mg_fit_test(const mg_fit *fit);

/* Leaves the best parameters so far in the model.  Call it once, also after an
 * interruption; after it only mg_fit_optimum and mg_fit_free are of use. */
int mg_fit_finish(mg_fit *fit);

/* Of the last pass, the report of the parameters that it started from. */
const mg_report *mg_fit_last(const mg_fit *fit);

/* Passes made in this start, data seen over all starts, the start's number
 * (from 0). */
size_t mg_fit_passes(const mg_fit *fit);
double mg_fit_data_seen(const mg_fit *fit);
size_t mg_fit_restart(const mg_fit *fit);

/* The table of optima: start i < restarts.  Starts not yet made have passes 0.
 */
mg_optimum mg_fit_optimum(const mg_fit *fit, size_t i);

/* The whole loop at once, for programs that show nothing on the way.
 * Returns as mg_fit_iterate. */
int mg_fit_run(mg_model *model, const mg_rows *rows,
               const mg_fit_options *options, unsigned long seed);

#endif
