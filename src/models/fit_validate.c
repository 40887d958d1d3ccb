/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that are not learnt from, and when to stop.
 *
 * A network can learn its data by heart: the objective goes on rising while
 * data from the same source become less likely.  So after each epoch the mean
 *
 *     V = 1/M sum_m objective(x_m)                                    [fit.2]
 *
 * over M validation rows is taken.  With patience P the fit stops when V has
 * not been better than before for P epochs, and the parameters of the best
 * epoch are kept (early stopping; Prechelt 1998).  They are then chosen by
 * these rows, whose evidence is no longer unseen; what is reported for
 * judgement is that of the test rows.
 *
 * An objective that needs draws gets the same ones after every epoch: the
 * streams "fit/look" and "fit/look/dequantise", a shard each.  So V changes
 * because the parameters do.
 *
 * Not here: a claim about V, which is made of fresh draws (eval/). */
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/fit_inside.h"

void mg_fit_validation_free(mg_fit *fit) {
  mg_fit_validation_rows *v = &fit->validation;
  for (size_t i = 0; v->workers && i < v->n_workers; i++)
    mg_fit_worker_free(&v->workers[i]);
  free(v->workers);
  free(v->each);
  mg_model_free(v->keeper);
  *v = (mg_fit_validation_rows){.n_workers = 0};
}

static int validation_alloc(mg_fit *fit) {
  mg_fit_validation_rows *v = &fit->validation;
  const mg_model *model = fit->model;
  v->cut = mg_shards_cut(v->rows.n, 0);
  v->n_workers = mg_shards_threads(&v->cut, fit->options.threads);
  v->workers = calloc(v->n_workers, sizeof *v->workers);
  v->each = calloc(v->rows.n, sizeof *v->each);
  int status = v->workers && v->each ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t i = 0; status == GSL_SUCCESS && i < v->n_workers; i++)
    status = mg_fit_worker_alloc(&v->workers[i], &model->space, 0);
  if (status != GSL_SUCCESS)
    return mg_fail(status, "no memory for %zu validation rows", v->rows.n);
  if (!mg_fit_watches(fit))
    return GSL_SUCCESS;
  v->keeper = mg_model_alloc(model->type, &model->space, model->options,
                             model->dequantise);
  return v->keeper ? GSL_SUCCESS : GSL_ENOMEM;
}

static int check(const mg_fit *fit, const mg_rows *rows) {
  const mg_model_type *type = fit->model->type;
  if (!mg_fit_climbs(fit))
    return mg_fail(GSL_EUNSUP, "%s does not learn by gradient", type->name);
  if (!type->objective && !type->log_density)
    return mg_fail(GSL_EUNSUP, "%s has no objective for validation rows",
                   type->name);
  if (rows->n == 0)
    return mg_fail(GSL_EINVAL, "no validation rows");
  if (!mg_space_equal(&fit->model->space, &rows->data->space))
    return mg_fail(GSL_EINVAL,
                   "the model and the validation rows have unequal spaces");
  if (type->labels && !rows->data->labels)
    return mg_fail(GSL_EINVAL, "%s learns from labels, and %s has none",
                   type->name, rows->data->name);
  return GSL_SUCCESS;
}

int mg_fit_validate(mg_fit *fit, const mg_rows *rows) {
  int status = check(fit, rows);
  if (status != GSL_SUCCESS)
    return status;
  mg_fit_validation_free(fit);
  fit->validation.rows = *rows;
  status = validation_alloc(fit);
  if (status != GSL_SUCCESS)
    mg_fit_validation_free(fit);
  mg_fit_look_anew(fit);
  return status;
}

bool mg_fit_watches(const mg_fit *fit) {
  return fit->options.patience > 0 && fit->validation.rows.n > 0;
}

void mg_fit_look_anew(mg_fit *fit) {
  fit->validation.last = fit->validation.best = NAN;
  fit->validation.waited = 0;
}

/* ---- after an epoch ---- */

/* The objective of the rows in a block: each  one a row. */
static int judge_block(const mg_model *model, gsl_rng *rng,
                       const mg_batch *batch, double *each) {
  if (model->type->objective)
    return model->type->objective(model->self, rng, batch, each);
  gsl_vector_view log_p = gsl_vector_view_array(each, batch->x.size1);
  return mg_model_log_density(model, &batch->x, &log_p.vector);
}

/* A job of mg_shards_run: judges the rows of one shard. */
static int judge_shard(void *job, size_t which, size_t shard) {
  mg_fit *fit = job;
  mg_fit_validation_rows *v = &fit->validation;
  mg_fit_worker *w = &v->workers[which];
  const size_t first = mg_shards_first(&v->cut, shard);
  const size_t end = first + mg_shards_rows(&v->cut, shard);
  int status = GSL_SUCCESS;
  mg_stream_set(w->noise, fit->seed, "fit/look/dequantise", shard);
  mg_stream_set(w->chance, fit->seed, "fit/look", shard);
  for (size_t i = first; i < end && status == GSL_SUCCESS; i += MG_BLOCK_ROWS) {
    const size_t n = end - i < MG_BLOCK_ROWS ? end - i : MG_BLOCK_ROWS;
    mg_block_read(w->block, &v->rows, i, n);
    if (fit->model->dequantise)
      mg_dequantise(w->noise, &w->block->batch.x);
    status = judge_block(fit->model, w->chance, &w->block->batch, v->each + i);
  }
  return status;
}

/* The mean over the rows, in their order.                             [fit.2]
 */
static int judge(mg_fit *fit) {
  mg_fit_validation_rows *v = &fit->validation;
  int status = mg_shards_run(&v->cut, v->n_workers, fit, judge_shard);
  double sum = 0;
  for (size_t i = 0; i < v->rows.n && status == GSL_SUCCESS; i++) {
    sum += v->each[i];
    if (!isfinite(sum))
      status =
          mg_fail(GSL_EFAILED, "the objective of row %zu is %g", i, v->each[i]);
  }
  v->last = sum / (double)v->rows.n;
  return mg_fail_in(status, "epoch %zu, validation rows", fit->passes);
}

static void copy_parameters(const mg_model *to, const mg_model *from) {
  mg_tensors a = {.n = 0}, b = {.n = 0};
  to->type->tensors(to->self, &a);
  from->type->tensors(from->self, &b);
  mg_tensors_copy(&a, &b);
}

int mg_fit_look(mg_fit *fit) {
  mg_fit_validation_rows *v = &fit->validation;
  if (v->rows.n == 0)
    return GSL_SUCCESS;
  int status = judge(fit);
  if (status != GSL_SUCCESS)
    return status;
  v->waited++;
  if (isnan(v->best) || v->last > v->best) {
    v->waited = 0;
    v->best = v->last;
    if (v->keeper)
      copy_parameters(v->keeper, fit->model);
  }
  return GSL_SUCCESS;
}

int mg_fit_restore(mg_fit *fit) {
  mg_fit_validation_rows *v = &fit->validation;
  if (!v->keeper || isnan(v->best))
    return GSL_SUCCESS;
  copy_parameters(fit->model, v->keeper);
  return fit->model->type->refresh(fit->model->self);
}
