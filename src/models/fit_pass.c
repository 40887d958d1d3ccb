/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pass over all rows, in shards.
 *
 * A shard is a fixed range of rows, whatever the number of threads, and draws
 * from its own stream; the shards' sums are added in their order.
 *
 * Memory: the statistics of every shard are alive until the sum, so that the
 * sum's order is fixed.  A family with large statistics (a full covariance in
 * 784 dimensions has 307 thousand numbers a component) gets fewer shards; the
 * number follows from the sizes alone, never from the machine.  A family that
 * learns by gradient has one: its parts are minibatches.
 *
 * Dequantisation: the noise of a row comes from its shard's own stream and is
 * the same in every pass, so a fit sees one fixed set of reals and EM's
 * objective stays monotone.  With several looks it sees several such sets, and
 * learns from the mean of their statistics, as of so many times the data. */
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/fit_inside.h"

enum {
  SUMS_BUDGET = 4 * 1024 * 1024, /* doubles in all shards' statistics */
  SHARDS_LEAST = 4,              /* and yet room for a few threads */
  /* Rows times sums, below which a second thread is waited for longer than it
   * works: a pass then takes some 0.1 ms, which on a busy machine is less than
   * a turn of its processor. */
  SMALL = 1 << 16
};

/* ---- memory ---- */

static void stats_free(mg_stats *stats) {
  gsl_vector_free(stats->sums);
  gsl_matrix_free(stats->rows);
  free(stats->gradient);
  free(stats->tape);
}

static int stats_alloc(mg_stats *stats, const mg_need *need, size_t rows,
                       size_t dim) {
  if (need->sums)
    stats->sums = gsl_vector_alloc(need->sums);
  if (need->rows)
    stats->rows = gsl_matrix_alloc(rows, dim);
  if (need->gradient)
    stats->gradient = calloc(need->gradient, sizeof *stats->gradient);
  if (need->tape)
    stats->tape = calloc(need->tape, sizeof *stats->tape);
  const bool all =
      (!need->sums || stats->sums) && (!need->rows || stats->rows) &&
      (!need->gradient || stats->gradient) && (!need->tape || stats->tape);
  return all ? GSL_SUCCESS : GSL_ENOMEM;
}

void mg_fit_worker_free(mg_fit_worker *w) {
  mg_block_free(w->block);
  gsl_vector_free(w->work);
  gsl_rng_free(w->noise);
  gsl_rng_free(w->chance);
}

int mg_fit_worker_alloc(mg_fit_worker *w, const mg_space *space, size_t work) {
  w->block = mg_block_alloc(space, MG_BLOCK_ROWS);
  w->noise = mg_stream_alloc(0, "fit/dequantise", 0);
  w->chance = mg_stream_alloc(0, "fit/gather", 0);
  if (work)
    w->work = gsl_vector_alloc(work);
  return w->block && w->noise && w->chance && (!work || w->work) ? GSL_SUCCESS
                                                                 : GSL_ENOMEM;
}

static size_t most_shards(const mg_need *need) {
  if (need->rows)
    return 1;
  size_t fit = SUMS_BUDGET / (need->sums + 1);
  return fit < SHARDS_LEAST ? SHARDS_LEAST : fit;
}

/* How the rows are cut: for minibatches into one shard that nobody runs. */
static void cut_rows(mg_fit *fit) {
  const size_t n = fit->rows.n, batch = fit->options.batch;
  const bool climbs = mg_fit_climbs(fit);
  fit->batches.rows = batch && batch < n ? batch : n;
  fit->need =
      fit->model->type->need(fit->model->self, climbs ? fit->batches.rows : n);
  size_t most = climbs ? 1 : most_shards(&fit->need);
  fit->cut = mg_shards_cut(n, most < MG_SHARDS_MOST ? most : MG_SHARDS_MOST);
  const bool small = !climbs && n < SMALL / (fit->need.sums + 1);
  const size_t threads = fit->options.threads;
  fit->n_workers =
      mg_shards_threads(&fit->cut, threads == 0 && small ? 1 : threads);
}

void mg_fit_room_free(mg_fit *fit) {
  for (size_t i = 0; fit->stats && i < fit->cut.shards; i++)
    stats_free(&fit->stats[i]);
  for (size_t i = 0; fit->workers && i < fit->n_workers; i++)
    mg_fit_worker_free(&fit->workers[i]);
  free(fit->stats);
  free(fit->workers);
  mg_fit_batches_free(&fit->batches);
  fit->stats = NULL;
  fit->workers = NULL;
}

int mg_fit_room_alloc(mg_fit *fit) {
  const mg_model *model = fit->model;
  cut_rows(fit);
  fit->stats = calloc(fit->cut.shards, sizeof *fit->stats);
  fit->workers = calloc(fit->n_workers, sizeof *fit->workers);
  int status = fit->stats && fit->workers ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t i = 0; status == GSL_SUCCESS && i < fit->cut.shards; i++)
    status =
        stats_alloc(&fit->stats[i], &fit->need, fit->rows.n, model->space.dim);
  for (size_t i = 0; status == GSL_SUCCESS && i < fit->n_workers; i++)
    status =
        mg_fit_worker_alloc(&fit->workers[i], &model->space, fit->need.work);
  if (status == GSL_SUCCESS && mg_fit_climbs(fit))
    status = mg_fit_batches_alloc(fit);
  if (status != GSL_SUCCESS)
    return mg_fail(status, "no memory to fit %s to %zu rows", model->type->name,
                   fit->rows.n);
  return GSL_SUCCESS;
}

/* ---- a pass ---- */

/* Who keeps the rows has room for them once. */
static size_t looks_of(const mg_fit *fit) {
  return fit->need.rows || fit->options.looks == 0 ? 1 : fit->options.looks;
}

/* Adds rows first .. first + n - 1, with the bits and the noise of a look. */
static int look_through(mg_fit *fit, mg_fit_worker *w, mg_stats *stats,
                        size_t first, size_t n, size_t look) {
  const mg_model *model = fit->model;
  const unsigned long bits =
      look > 0 ? mg_stream_seed(fit->seed, "fit/look", look) : 0;
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < n && status == GSL_SUCCESS; i += MG_BLOCK_ROWS) {
    const size_t rows = n - i < MG_BLOCK_ROWS ? n - i : MG_BLOCK_ROWS;
    mg_block_draw(w->block, &fit->rows, first + i, rows, bits);
    if (model->dequantise) /* the data are bytes, so this is our own copy */
      mg_dequantise(w->noise, &w->block->batch.x);
    status =
        model->type->gather(model->self, w->chance, &w->block->batch, stats);
    stats->n += rows;
  }
  return status;
}

/* A job of mg_shards_run: adds the rows of one shard to its statistics. */
static int gather_shard(void *job, size_t which, size_t shard) {
  mg_fit *fit = job;
  mg_fit_worker *w = &fit->workers[which];
  mg_stats *stats = &fit->stats[shard];
  const size_t first = mg_shards_first(&fit->cut, shard);
  const size_t n = mg_shards_rows(&fit->cut, shard);

  const size_t looks = looks_of(fit);
  mg_stream_set(w->noise, fit->seed, "fit/dequantise", shard);
  mg_stream_set(w->chance, mg_stream_seed(fit->seed, "fit/gather", shard),
                "pass", fit->passes);
  stats->n = 0;
  stats->work = w->work;
  if (stats->sums)
    gsl_vector_set_zero(stats->sums);
  int status = GSL_SUCCESS;
  for (size_t look = 0; look < looks && status == GSL_SUCCESS; look++)
    status = look_through(fit, w, stats, first, n, look);
  if (looks > 1 && stats->sums)
    gsl_vector_scale(stats->sums, 1 / (double)looks);
  stats->n = n;
  return status;
}

/* Sums the shards into the first, in their order. */
static mg_stats *sum_shards(mg_fit *fit) {
  mg_stats *total = &fit->stats[0];
  total->threads = fit->options.threads;
  for (size_t i = 1; i < fit->cut.shards; i++) {
    total->n += fit->stats[i].n;
    if (total->sums)
      gsl_vector_add(total->sums, fit->stats[i].sums);
  }
  return total;
}

static int check_report(const mg_fit *fit) {
  if (fit->model->type->passes == 1 || isfinite(fit->report.objective))
    return GSL_SUCCESS;
  return mg_fail(GSL_EFAILED, "%s: the objective is %g in pass %zu",
                 fit->model->type->name, fit->report.objective, fit->passes);
}

int mg_fit_pass(mg_fit *fit) {
  int status = mg_shards_run(&fit->cut, fit->n_workers, fit, gather_shard);
  if (status != GSL_SUCCESS)
    return status;
  const mg_model *model = fit->model;
  status = model->type->update(model->self, sum_shards(fit), &fit->report);
  if (status == GSL_SUCCESS)
    status = check_report(fit);
  if (status != GSL_SUCCESS)
    return status;
  fit->steps++;
  fit->ended = true;
  fit->data_seen += (double)(looks_of(fit) * fit->rows.n);
  return GSL_SUCCESS;
}
