/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training loop: gather in shards, sum in order, update once.
 *
 * A pass is the whole of learning [fit.1]: with shards A, B, C ... of the rows,
 *
 *     S = gather(A) + gather(B) + gather(C) + ...,    theta' = update(theta, S)
 *
 * EM is this with expected sufficient statistics for S (Neal & Hinton 1998);
 * gradient descent is this with a gradient for S.
 *
 * Memory: the statistics of every shard are alive until the sum, so that the
 * sum's order is fixed.  A family with large statistics (a full covariance in
 * 784 dimensions has 307 thousand numbers a component) gets fewer shards; the
 * number follows from the sizes alone, never from the machine.
 *
 * Dequantisation: the noise of a row comes from its shard's own stream and is
 * the same in every pass, so a fit sees one fixed set of reals and EM's
 * objective stays monotone.
 *
 * Order of reading: mg_fit_iterate, gather_shard, then starts and their ends.
 */
#include "models/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/shards.h"

enum {
  SAMPLE_ROWS = 4096,            /* what start() looks at */
  SUMS_BUDGET = 4 * 1024 * 1024, /* doubles in all shards' statistics */
  SHARDS_LEAST = 4               /* and yet room for a few threads */
};

/* A thread's own memory. */
typedef struct {
  mg_block *block;
  gsl_vector *work;
  gsl_rng *noise, *chance;
} worker;

struct mg_fit {
  mg_model *model;
  mg_rows rows;
  mg_fit_options options;
  unsigned long seed;

  mg_shards cut;
  mg_need need;
  mg_stats *stats; /* cut.shards; their sum in the first after a pass */
  worker *workers;
  size_t n_workers;

  mg_report report; /* of this start */
  mg_report last;   /* of the last pass, also when a start has begun since */
  size_t restart, passes;
  double previous, data_seen;
  bool over; /* every start is done */
  mg_optimum *optima;

  void *best; /* the best self of the starts before; NULL: none yet */
  double best_objective;
};

const mg_option mg_fit_option_table[] = {
    {"restarts", MG_OPTION_SIZE, offsetof(mg_fit_options, restarts), 1, 10000,
     NULL, "starts, of which the best is kept"},
    {"passes", MG_OPTION_SIZE, offsetof(mg_fit_options, passes), 1, 1e9, NULL,
     "passes over the data at most, a start"},
    {"tolerance", MG_OPTION_REAL, offsetof(mg_fit_options, tolerance), 0, 1e9,
     NULL, "stop when a pass gains less than this, nats per datum"},
    {.name = NULL}};

mg_fit_options mg_fit_options_default(void) {
  return (mg_fit_options){.restarts = 1, .passes = 1000, .tolerance = 1e-7};
}

/* ---- memory ---- */

static void stats_free(mg_stats *stats) {
  gsl_vector_free(stats->sums);
  gsl_matrix_free(stats->rows);
}

static int stats_alloc(mg_stats *stats, const mg_need *need, size_t rows,
                       size_t dim) {
  if (need->sums) {
    stats->sums = gsl_vector_alloc(need->sums);
    if (!stats->sums)
      return GSL_ENOMEM;
  }
  if (need->rows) {
    stats->rows = gsl_matrix_alloc(rows, dim);
    if (!stats->rows)
      return GSL_ENOMEM;
  }
  return GSL_SUCCESS;
}

static void worker_free(worker *w) {
  mg_block_free(w->block);
  gsl_vector_free(w->work);
  gsl_rng_free(w->noise);
  gsl_rng_free(w->chance);
}

static int worker_alloc(worker *w, const mg_fit *fit) {
  w->block = mg_block_alloc(&fit->rows.data->space, MG_BLOCK_ROWS);
  w->noise = mg_stream_alloc(fit->seed, "fit/dequantise", 0);
  w->chance = mg_stream_alloc(fit->seed, "fit/gather", 0);
  if (!w->block || !w->noise || !w->chance)
    return GSL_ENOMEM;
  if (fit->need.work) {
    w->work = gsl_vector_alloc(fit->need.work);
    if (!w->work)
      return GSL_ENOMEM;
  }
  return GSL_SUCCESS;
}

static size_t most_shards(const mg_need *need) {
  if (need->rows)
    return 1;
  size_t fit = SUMS_BUDGET / (need->sums + 1);
  return fit < SHARDS_LEAST ? SHARDS_LEAST : fit;
}

static void room_free(mg_fit *fit) {
  for (size_t i = 0; fit->stats && i < fit->cut.shards; i++)
    stats_free(&fit->stats[i]);
  for (size_t i = 0; fit->workers && i < fit->n_workers; i++)
    worker_free(&fit->workers[i]);
  free(fit->stats);
  free(fit->workers);
  fit->stats = NULL;
  fit->workers = NULL;
}

static int room_alloc(mg_fit *fit) {
  const mg_model *model = fit->model;
  const size_t n = fit->rows.n;
  fit->need = model->type->need(model->self, n);
  size_t most = most_shards(&fit->need);
  fit->cut = mg_shards_cut(n, most < MG_SHARDS_MOST ? most : MG_SHARDS_MOST);
  fit->n_workers = mg_shards_threads(&fit->cut, fit->options.threads);
  fit->stats = calloc(fit->cut.shards, sizeof *fit->stats);
  fit->workers = calloc(fit->n_workers, sizeof *fit->workers);
  int status = fit->stats && fit->workers ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t i = 0; status == GSL_SUCCESS && i < fit->cut.shards; i++)
    status = stats_alloc(&fit->stats[i], &fit->need, n, model->space.dim);
  for (size_t i = 0; status == GSL_SUCCESS && i < fit->n_workers; i++)
    status = worker_alloc(&fit->workers[i], fit);
  if (status != GSL_SUCCESS)
    return mg_fail(status, "no memory to fit %s to %zu rows", model->type->name,
                   n);
  return GSL_SUCCESS;
}

/* ---- starts ---- */

/* Copies a sample of the rows, in their order, by selection sampling (Knuth,
 * Algorithm S): every subset of its size is as likely.  A bound of SAMPLE_ROWS
 * keeps a start's cost apart from the number of data. */
static void draw_sample(const mg_fit *fit, gsl_rng *rng, mg_block *block,
                        gsl_matrix *x, unsigned *labels) {
  size_t taken = 0, n = fit->rows.n;
  for (size_t i = 0; i < n && taken < x->size1; i++) {
    size_t wanted = x->size1 - taken, left = n - i;
    if (wanted < left && gsl_rng_uniform(rng) * (double)left >= (double)wanted)
      continue;
    mg_block_read(block, &fit->rows, i, 1);
    memcpy(x->data + taken * x->tda, block->batch.x.data,
           x->size2 * sizeof(double));
    if (labels)
      labels[taken] = block->batch.labels[0];
    taken++;
  }
  if (fit->model->dequantise)
    mg_dequantise(rng, x);
}

static int start_from_sample(mg_fit *fit, gsl_rng *rng) {
  const mg_model *model = fit->model;
  size_t n = fit->rows.n < SAMPLE_ROWS ? fit->rows.n : SAMPLE_ROWS;
  gsl_matrix *x = gsl_matrix_alloc(n, model->space.dim);
  mg_block *block = mg_block_alloc(&model->space, 1);
  unsigned *labels = calloc(n, sizeof *labels);
  int status = GSL_ENOMEM;
  if (x && block && labels) {
    unsigned *wanted = fit->rows.data->labels ? labels : NULL;
    draw_sample(fit, rng, block, x, wanted);
    const mg_batch batch = {.x = *x, .labels = wanted};
    status = model->type->start(model->self, rng, &batch);
  } else {
    mg_fail(status, "no memory for a sample of %zu rows", n);
  }
  gsl_matrix_free(x);
  mg_block_free(block);
  free(labels);
  return status;
}

/* Begins start number fit->restart; the model's self is new. */
static int begin_start(mg_fit *fit) {
  mg_model *model = fit->model;
  fit->passes = 0;
  fit->previous = -INFINITY;
  fit->report = (mg_report){.log_likelihood = NAN, .objective = NAN};
  if (!model->type->start)
    return GSL_SUCCESS;
  gsl_rng *rng = mg_stream_alloc(fit->seed, "fit/start", fit->restart);
  if (!rng)
    return mg_fail(GSL_ENOMEM, "no memory for a random stream");
  int status = start_from_sample(fit, rng);
  gsl_rng_free(rng);
  return status;
}

/* A fresh self of the model's own space and options in place of the old. */
static int renew_self(mg_model *model) {
  mg_model *fresh = mg_model_alloc(model->type, &model->space, model->options,
                                   model->dequantise);
  if (!fresh)
    return GSL_ENOMEM;
  void *old = model->self;
  model->self = fresh->self;
  fresh->self = old;
  mg_model_free(fresh);
  return GSL_SUCCESS;
}

/* Puts the present self aside when it is the best so far. */
static int keep_best(mg_fit *fit) {
  double objective = fit->report.objective;
  if (isnan(objective) || (fit->best && objective <= fit->best_objective))
    return GSL_SUCCESS;
  if (!fit->best) {
    fit->best = calloc(1, fit->model->type->size);
    if (!fit->best)
      return mg_fail(GSL_ENOMEM, "no memory for a second start");
  }
  /* A self holds pointers only to what it owns, so it moves as bytes. */
  size_t size = fit->model->type->size;
  fit->model->type->clear(fit->best);
  memcpy(fit->best, fit->model->self, size);
  memset(fit->model->self, 0, size);
  fit->best_objective = objective;
  return GSL_SUCCESS;
}

static int abandon_start(mg_fit *fit, int status);

/* Is this the last start?  A family without chance, or of one pass, has one. */
static bool is_last(const mg_fit *fit) {
  return fit->restart + 1 == fit->options.restarts ||
         !fit->model->type->start || fit->model->type->passes == 1;
}

/* After a start that has ended: on to the next, or the end. */
static int next_start(mg_fit *fit) {
  if (is_last(fit)) {
    fit->over = true;
    return GSL_SUCCESS;
  }
  int status = keep_best(fit);
  if (status == GSL_SUCCESS)
    status = renew_self(fit->model);
  if (status != GSL_SUCCESS)
    return status;
  fit->restart++;
  status = begin_start(fit);
  return status == GSL_SUCCESS ? status : abandon_start(fit, status);
}

/* A start that failed (a component collapsed) counts as the worst there is; it
 * is the fit's failure only when no other start came through. */
static int abandon_start(mg_fit *fit, int status) {
  fit->report.objective = NAN;
  fit->last = fit->report;
  fit->optima[fit->restart] =
      (mg_optimum){.objective = NAN, .passes = fit->passes + 1};
  if (status == GSL_ENOMEM || (is_last(fit) && !fit->best))
    return status;
  return next_start(fit);
}

/* ---- a pass ---- */

/* A job of mg_shards_run: adds the rows of one shard to its statistics. */
static int gather_shard(void *job, size_t which, size_t shard) {
  mg_fit *fit = job;
  const mg_model *model = fit->model;
  worker *w = &fit->workers[which];
  mg_stats *stats = &fit->stats[shard];
  const size_t first = mg_shards_first(&fit->cut, shard);
  const size_t n = mg_shards_rows(&fit->cut, shard);

  mg_stream_set(w->noise, fit->seed, "fit/dequantise", shard);
  mg_stream_set(w->chance, mg_stream_seed(fit->seed, "fit/gather", shard),
                "pass", fit->passes);
  stats->n = 0;
  stats->work = w->work;
  if (stats->sums)
    gsl_vector_set_zero(stats->sums);
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < n && status == GSL_SUCCESS; i += MG_BLOCK_ROWS) {
    size_t rows = n - i < MG_BLOCK_ROWS ? n - i : MG_BLOCK_ROWS;
    mg_block_read(w->block, &fit->rows, first + i, rows);
    if (model->dequantise) /* the data are bytes, so this is our own copy */
      mg_dequantise(w->noise, &w->block->batch.x);
    status =
        model->type->gather(model->self, w->chance, &w->block->batch, stats);
    stats->n += rows;
  }
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

/* Has this start come to where more passes would not help? */
static bool start_converged(const mg_fit *fit, double gain) {
  return fit->report.finished || fit->model->type->passes == fit->passes ||
         gain < fit->options.tolerance;
}

static int pass(mg_fit *fit) {
  int status = mg_shards_run(&fit->cut, fit->n_workers, fit, gather_shard);
  if (status != GSL_SUCCESS)
    return status;
  const mg_model *model = fit->model;
  status = model->type->update(model->self, sum_shards(fit), &fit->report);
  return status == GSL_SUCCESS ? check_report(fit) : status;
}

int mg_fit_iterate(mg_fit *fit) {
  if (fit->over)
    return GSL_SUCCESS;
  int status = pass(fit);
  if (status != GSL_SUCCESS)
    return abandon_start(fit, status);
  fit->passes++;
  fit->last = fit->report;
  fit->data_seen += (double)fit->rows.n;
  double gain = fit->report.objective - fit->previous;
  fit->previous = fit->report.objective;
  const bool converged = start_converged(fit, gain);
  fit->optima[fit->restart] = (mg_optimum){.objective = fit->report.objective,
                                           .passes = fit->passes,
                                           .converged = converged};
  if (converged || fit->passes >= fit->options.passes)
    return next_start(fit);
  return GSL_SUCCESS;
}

int mg_fit_test(const mg_fit *fit) {
  return fit->over ? GSL_SUCCESS : GSL_CONTINUE;
}

/* ---- the object ---- */

static int check_rows(const mg_model *model, const mg_rows *rows) {
  if (rows->n == 0)
    return mg_fail(GSL_EINVAL, "no rows to fit %s to", model->type->name);
  if (!mg_space_equal(&model->space, &rows->data->space))
    return mg_fail(GSL_EINVAL, "the model and the data have unequal spaces");
  if (model->type->labels && !rows->data->labels)
    return mg_fail(GSL_EINVAL, "%s learns from labels, and %s has none",
                   model->type->name, rows->data->name);
  return GSL_SUCCESS;
}

/* A start may settle how much room gather needs (a histogram's bins), so the
 * room comes after it. */
static int prepare(mg_fit *fit) {
  fit->optima = calloc(fit->options.restarts, sizeof *fit->optima);
  if (!fit->optima)
    return mg_fail(GSL_ENOMEM, "no memory for %zu starts",
                   fit->options.restarts);
  int status = begin_start(fit);
  return status == GSL_SUCCESS ? room_alloc(fit) : status;
}

mg_fit *mg_fit_alloc(mg_model *model, const mg_rows *rows,
                     const mg_fit_options *options, unsigned long seed) {
  if (check_rows(model, rows) != GSL_SUCCESS ||
      mg_option_check(mg_fit_option_table, options) != GSL_SUCCESS)
    return NULL;
  mg_fit *fit = calloc(1, sizeof *fit);
  if (!fit) {
    mg_fail(GSL_ENOMEM, "no memory for a fit");
    return NULL;
  }
  fit->model = model;
  fit->rows = *rows;
  fit->options = *options;
  fit->seed = seed;
  if (prepare(fit) != GSL_SUCCESS) {
    mg_fit_free(fit);
    return NULL;
  }
  return fit;
}

void mg_fit_free(mg_fit *fit) {
  if (!fit)
    return;
  room_free(fit);
  if (fit->best)
    fit->model->type->clear(fit->best);
  free(fit->best);
  free(fit->optima);
  free(fit);
}

int mg_fit_finish(mg_fit *fit) {
  fit->over = true;
  /* A start that was cut off counts by what it reached; NaN loses. */
  if (!fit->best || fit->report.objective > fit->best_objective)
    return GSL_SUCCESS;
  void *worse = fit->model->self;
  fit->model->self = fit->best;
  fit->best = worse;
  return GSL_SUCCESS;
}

const mg_report *mg_fit_last(const mg_fit *fit) {
  return &fit->last;
}

size_t mg_fit_passes(const mg_fit *fit) {
  return fit->passes;
}

double mg_fit_data_seen(const mg_fit *fit) {
  return fit->data_seen;
}

size_t mg_fit_restart(const mg_fit *fit) {
  return fit->restart;
}

mg_optimum mg_fit_optimum(const mg_fit *fit, size_t i) {
  return fit->optima[i];
}

int mg_fit_run(mg_model *model, const mg_rows *rows,
               const mg_fit_options *options, unsigned long seed) {
  mg_fit *fit = mg_fit_alloc(model, rows, options, seed);
  if (!fit)
    return GSL_EFAILED;
  int status;
  do
    status = mg_fit_iterate(fit);
  while (status == GSL_SUCCESS && (status = mg_fit_test(fit)) == GSL_CONTINUE);
  if (status == GSL_SUCCESS)
    status = mg_fit_finish(fit);
  mg_fit_free(fit);
  return status;
}
