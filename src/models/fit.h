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
 * One turn is one update: gather, sum, step.  There are two kinds of families:
 *
 *   by sums       a turn is a pass over all rows.  They are cut into shards,
 *                 gathered by several threads, and the shards' sums are added
 *                 in their order.
 *   by gradient   a turn is a minibatch (option batch; 0: all rows), or one
 *                 player's turn on it where several learn.  The order
 *                 of the rows is drawn anew for every pass, which is then
 *                 called an epoch; the last minibatch of an epoch may be
 *                 smaller.  After each epoch the objective on validation rows
 *                 may be asked for, may end the fit and may choose the
 *                 parameters that are kept; and between any two turns a
 *                 checkpoint may be written, from which another process goes on
 *                 as if nothing had happened.
 *
 * Chance comes from named streams that the seed and the position start, so the
 * parameters come out with the same bytes for 1, 2 or 64 threads, and however
 * often a fit was stopped and resumed.
 *
 * A family that stops at a local optimum is started several times (restarts).
 * The best by its objective is kept; mg_fit_optimum tells of every start, so
 * that a reader sees how far apart the optima are.  A family that learns by
 * gradient is stopped by the first number that is not finite: it comes from a
 * rate that is too large, of which another start would not tell.
 *
 * Not here: how a gradient becomes a step (infer/optimizer), which is the
 * family's. */
#ifndef MG_MODELS_FIT_H
#define MG_MODELS_FIT_H

#include "models/model.h"

typedef struct {
  size_t restarts;  /* starts, the best is kept */
  size_t passes;    /* at most, a start */
  double tolerance; /* stop when the objective rises by less than this, nats
                     * per datum, in one pass; not with minibatches, whose
                     * objective is noisy */
  size_t threads;   /* 0: as many as OpenMP gives */
  size_t batch;     /* rows in a minibatch; 0: all */
  size_t looks;     /* of a family that learns by sums: how often a pass goes
                     * through the rows, each time with other noise where they
                     * are dequantised and other bits where they are grey; the
                     * statistics are the mean.  0 is 1 */
  size_t patience;  /* stop after as many epochs without a better objective on
                     * the validation rows, and keep the best epoch's
                     * parameters; 0: these rows decide nothing */
} mg_fit_options;

/* The table of the above for --set, without threads. */
extern const mg_option mg_fit_option_table[];

/* restarts 1, passes 1000, tolerance 1e-7, batch 0, looks 1, patience 0. */
mg_fit_options mg_fit_options_default(void);

/* Has a fit of the family an option of that name?  One pass leaves none to set;
 * batch and patience are for families that learn by gradient, looks for the
 * others. */
bool mg_fit_takes(const mg_model_type *type, const char *name);

/* What one start came to. */
typedef struct {
  double objective; /* nats per datum, at the end; of the best epoch on the
                     * validation rows where these decide */
  size_t passes;
  bool converged; /* ended by itself, not by the number of passes */
} mg_optimum;

typedef struct mg_fit mg_fit;

/* A loop that fits model to rows; both stay the caller's and must outlive it.
 *   seed  in  of all chance in the fit
 * Returns NULL with the reason: no rows, labels that the family needs and the
 * data have not, another space, batch or patience for a family that does not
 * learn by gradient, a first start that fails, memory. */
mg_fit *mg_fit_alloc(mg_model *model, const mg_rows *rows,
                     const mg_fit_options *options, unsigned long seed);

/* Frees the loop, not the model; NULL is allowed. */
void mg_fit_free(mg_fit *fit);

/* Gives a fit rows that it does not learn from, to look at after each epoch:
 * the mean of the family's objective, or else of log p(x), with the same draws
 * after every epoch.  Before the first turn; the rows must outlive the fit.
 * Returns GSL_SUCCESS; GSL_EUNSUP when the family does not learn by gradient or
 * has neither; GSL_EINVAL as mg_fit_alloc; GSL_ENOMEM. */
int mg_fit_validate(mg_fit *fit, const mg_rows *rows);

/* One update: a pass over the data, or a minibatch.
 * Returns GSL_SUCCESS, also when this start failed and another came through or
 * is to come; else the family's error, or GSL_EFAILED when the objective is no
 * longer a number; of a family that learns by gradient both name epoch and
 * step, and the objective on validation rows counts too; GSL_EINVAL for
 * patience without validation rows; GSL_ENOMEM. */
int mg_fit_iterate(mg_fit *fit);

/* GSL_CONTINUE while there is more to do; GSL_SUCCESS at the end. */
int mg_fit_test(const mg_fit *fit);

/* Leaves the best parameters so far in the model.  Call it once, also after an
 * interruption; after it only mg_fit_optimum and mg_fit_free are of use. */
int mg_fit_finish(mg_fit *fit);

/* Writes all that the rest of a fit depends on, atomically: parameters, the
 * family's state, the best parameters so far, the position.  Between two turns,
 * not after mg_fit_finish.
 * Returns GSL_SUCCESS; GSL_EUNSUP for a family that does not learn by gradient;
 * GSL_EDOM for a NaN; GSL_EFAILED with the reason and the path; GSL_ENOMEM.
 * Cost: reads all data once, at the first call. */
int mg_fit_checkpoint(mg_fit *fit, const char *path);

/* Puts a fit that was just made, with the same model, rows, options, validation
 * rows and seed, where a checkpoint was written: what follows has the same
 * bytes as if the fit had never been stopped (on the same kind of processor).
 * The number of threads may be another.
 * Returns GSL_SUCCESS; GSL_EFAILED or GSL_EDOM with the reason and the path: no
 * checkpoint, damaged, or of another fit, and in what it differs; GSL_EUNSUP;
 * GSL_ENOMEM.  After an error the fit is only fit for mg_fit_free. */
int mg_fit_resume(mg_fit *fit, const char *path);

/* Of the last pass, the report of the parameters that it started from.  With
 * minibatches the mean over those of this epoch so far, each of the parameters
 * before its step. */
const mg_report *mg_fit_last(const mg_fit *fit);

/* Did the last turn end a pass, or an epoch? */
bool mg_fit_pass_ended(const mg_fit *fit);

/* The objective on the validation rows after the last epoch, nats per datum;
 * NaN before, and without such rows. */
double mg_fit_validation(const mg_fit *fit);

/* Passes made in this start, and updates (of a family by gradient minibatches
 * done with), data seen over all starts, the start's
 * number (from 0). */
size_t mg_fit_passes(const mg_fit *fit);
size_t mg_fit_steps(const mg_fit *fit);
double mg_fit_data_seen(const mg_fit *fit);
size_t mg_fit_restart(const mg_fit *fit);

/* The table of optima: start i < restarts.  Starts not yet made have passes 0.
 */
mg_optimum mg_fit_optimum(const mg_fit *fit, size_t i);

/* The whole loop at once, for programs that show nothing on the way.
 * Returns as mg_fit_iterate. */
int mg_fit_run(mg_model *model, const mg_rows *rows,
               const mg_fit_options *options, unsigned long seed);

/* The passes done + 1 .. options->passes of a fit by gradient: a fit in parts
 * has the same bytes as the whole.  The model must be as part one left it.
 *   done    in   passes made before; 0: begins the fit
 *   report  out  of the last pass, as mg_fit_last; or NULL
 * Returns as mg_fit_run; GSL_EUNSUP when the family learns otherwise. */
int mg_fit_part(mg_model *model, const mg_rows *rows,
                const mg_fit_options *options, unsigned long seed, size_t done,
                mg_report *report);

#endif
