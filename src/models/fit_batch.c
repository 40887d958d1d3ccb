/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Minibatches: one update from a few rows, an epoch from all.
 *
 * An epoch goes once through the rows, in an order of its own, in minibatches
 * of B rows and a smaller last one where B does not divide N.  Each is copied
 * into one block, a row a datum without gaps, which is what the matrix products
 * of a network want; nothing is allocated after the fit is made.
 *
 * What is random is random by position, not by history:
 *
 *   the order of an epoch         fit/shuffle, the epoch; then the start
 *   the noise of a dequantised
 *   datum, fresh in every epoch   fit/dequantise, the step; then the start
 *   the bits of grey values,
 *   fresh in every epoch          fit/binarise, the epoch; then the start
 *   a family's own draws          fit/gather, the step; then the start
 *
 * (a turn that was asked for again on the same rows: then "again", which one)
 * so a checkpoint holds no generator: the position is enough.  The noise is
 * fresh, other than in a pass over all rows by sums, because nothing here is
 * monotone, and a network would learn one fixed noise by heart.
 *
 * With B = N there is one minibatch, in the order of the data: plain gradient
 * ascent.
 *
 * The report is the mean over the epoch so far, each datum judged by the
 * parameters before its step, in every turn that it was in: a number that comes
 * for nothing and lags behind what the parameters at the epoch's end are worth.
 */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/fit_inside.h"

int mg_fit_batches_alloc(mg_fit *fit) {
  mg_fit_batches *b = &fit->batches;
  const size_t n = fit->rows.n;
  b->count = (n + b->rows - 1) / b->rows;
  b->order = calloc(n, sizeof *b->order);
  b->x = gsl_matrix_alloc(b->rows, fit->model->space.dim);
  b->labels = calloc(b->rows, sizeof *b->labels);
  b->rng = mg_stream_alloc(fit->seed, "fit/shuffle", 0);
  return b->order && b->x && b->labels && b->rng ? GSL_SUCCESS : GSL_ENOMEM;
}

void mg_fit_batches_free(mg_fit_batches *b) {
  free(b->order);
  gsl_matrix_free(b->x);
  free(b->labels);
  gsl_rng_free(b->rng);
  *b = (mg_fit_batches){.rows = 0};
}

/* The seed of a name at an index, and the stream of it in this start; further
 * turns on the same rows have streams of their own. */
static unsigned long seed_of(const mg_fit *fit, const char *name,
                             size_t index) {
  return mg_stream_seed(fit->seed, name, (unsigned long)index);
}

static gsl_rng *stream(const mg_fit *fit, const char *name, size_t index) {
  unsigned long seed = seed_of(fit, name, index);
  if (fit->again)
    seed = mg_stream_seed(seed, "again", (unsigned long)fit->again);
  mg_stream_set(fit->batches.rng, seed, "start", (unsigned long)fit->restart);
  return fit->batches.rng;
}

void mg_fit_shuffle(mg_fit *fit) {
  mg_fit_batches *b = &fit->batches;
  const size_t n = fit->rows.n;
  for (size_t i = 0; i < n; i++)
    b->order[i] = i;
  /* also where a fit goes on in the middle of turns on the same rows */
  mg_stream_set(b->rng, seed_of(fit, "fit/shuffle", fit->passes), "start",
                (unsigned long)fit->restart);
  if (b->count > 1)
    gsl_ran_shuffle(b->rng, b->order, n, sizeof *b->order);
}

static void begin_epoch(mg_fit *fit) {
  mg_fit_batches *b = &fit->batches;
  b->judged = b->objective = b->log_likelihood = 0;
  memset(b->gauge, 0, sizeof b->gauge);
  memset(b->gauged, 0, sizeof b->gauged);
  mg_fit_shuffle(fit);
}

/* The rows of the next minibatch, n of them from `first` of the epoch on. */
static mg_batch read_batch(mg_fit *fit, size_t first, size_t n) {
  mg_fit_batches *b = &fit->batches;
  const mg_rows *rows = &fit->rows;
  const unsigned long bits =
      mg_stream_seed(seed_of(fit, "fit/binarise", fit->passes), "start",
                     (unsigned long)fit->restart);
  mg_batch batch = {.x = *b->x,
                    .labels = rows->data->labels ? b->labels : NULL};
  batch.x.size1 = n;
  mg_rows_copy(rows, b->order + first, bits, &batch.x, b->labels);
  if (fit->model->dequantise)
    mg_dequantise(stream(fit, "fit/dequantise", fit->steps), &batch.x);
  return batch;
}

static int update(mg_fit *fit, const mg_batch *batch) {
  mg_stats *stats = &fit->stats[0];
  const mg_model *model = fit->model;
  if (stats->sums)
    gsl_vector_set_zero(stats->sums);
  memset(stats->gradient, 0, fit->need.gradient * sizeof *stats->gradient);
  stats->work = fit->workers[0].work;
  stats->threads = fit->options.threads;
  stats->step = fit->steps;
  stats->passes = fit->passes;
  stats->n = 0;
  fit->report.again = false;
  for (size_t i = 0; i < MG_GAUGES; i++)
    fit->report.gauge[i] = NAN;
  int status = model->type->gather(
      model->self, stream(fit, "fit/gather", fit->steps), batch, stats);
  stats->n = batch->x.size1;
  if (status == GSL_SUCCESS)
    status = model->type->update(model->self, stats, &fit->report);
  if (status == GSL_SUCCESS && !isfinite(fit->report.objective))
    status = mg_fail(GSL_EFAILED, "the objective is %g", fit->report.objective);
  return status;
}

/* Gauges are measured in some turns only; NaN where none was. */
static void add_gauges(mg_fit_batches *b, double n, double gauge[]) {
  for (size_t i = 0; i < MG_GAUGES; i++) {
    if (!isnan(gauge[i])) {
      b->gauge[i] += n * gauge[i];
      b->gauged[i] += n;
    }
    gauge[i] = b->gauge[i] / b->gauged[i];
  }
}

/* Makes the report of a turn on n rows the epoch's. */
static void add_report(mg_fit *fit, double n) {
  mg_fit_batches *b = &fit->batches;
  b->judged += n;
  b->objective += n * fit->report.objective;
  b->log_likelihood += n * fit->report.log_likelihood;
  fit->report.objective = b->objective / b->judged;
  fit->report.log_likelihood = b->log_likelihood / b->judged;
  if (fit->model->type->gauges)
    add_gauges(b, n, fit->report.gauge);
}

int mg_fit_learn(mg_fit *fit) {
  const mg_fit_batches *b = &fit->batches;
  const size_t which = fit->steps % b->count, first = which * b->rows;
  const size_t left = fit->rows.n - first, n = left < b->rows ? left : b->rows;
  if (which == 0 && !fit->again)
    begin_epoch(fit);
  const mg_batch batch = read_batch(fit, first, n);
  int status = update(fit, &batch);
  if (status != GSL_SUCCESS)
    return mg_fail_in(status, "epoch %zu, step %zu of %zu", fit->passes + 1,
                      which + 1, b->count);
  add_report(fit, (double)n);
  fit->again = fit->report.again ? fit->again + 1 : 0;
  if (!fit->again) {
    fit->steps++;
    fit->data_seen += (double)n;
  }
  fit->ended = !fit->again && first + n == fit->rows.n;
  return GSL_SUCCESS;
}
