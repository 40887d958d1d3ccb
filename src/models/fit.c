/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The training loop: gather, sum in order, update once.
 *
 * A turn is the whole of learning [fit.1]: with parts A, B, C ... of the rows,
 *
 *     S = gather(A) + gather(B) + gather(C) + ...,    theta' = update(theta, S)
 *
 * EM is this with expected sufficient statistics for S (Neal & Hinton 1998),
 * the parts being shards of all rows (fit_pass.c); gradient ascent is this with
 * a gradient for S, of a minibatch in one part (fit_batch.c).
 *
 * A fit ends when every start has.  A start ends
 *
 *   - when the family says that it is finished, or learns in one pass;
 *   - when a pass over all rows gained less than the tolerance;
 *   - when the validation rows have not become better for `patience` epochs;
 *   - after the number of passes that was set.
 *
 * All but the last count as converged. */
#include "models/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/fit_inside.h"

#define FIELD(name) offsetof(mg_fit_options, name)

const mg_option mg_fit_option_table[] = {
    {"restarts", MG_OPTION_SIZE, FIELD(restarts), 1, 10000, NULL,
     "starts, of which the best is kept"},
    {"passes", MG_OPTION_SIZE, FIELD(passes), 1, 1e9, NULL,
     "passes over the data (epochs) at most, a start"},
    {"tolerance", MG_OPTION_REAL, FIELD(tolerance), 0, 1e9, NULL,
     "stop when a pass gains less than this, nats per datum"},
    {"batch", MG_OPTION_SIZE, FIELD(batch), 0, 1e9, NULL,
     "rows in a minibatch; 0: all"},
    {"looks", MG_OPTION_SIZE, FIELD(looks), 0, 1e6, NULL,
     "draws of every row's noise or bits in a pass"},
    {"patience", MG_OPTION_SIZE, FIELD(patience), 0, 1e9, NULL,
     "epochs without a better validation before it stops; 0: never"},
    {.name = NULL}};

mg_fit_options mg_fit_options_default(void) {
  return (mg_fit_options){
      .restarts = 1, .passes = 1000, .tolerance = 1e-7, .looks = 1};
}

bool mg_fit_takes(const mg_model_type *type, const char *name) {
  const mg_option *option = mg_option_find(mg_fit_option_table, name);
  if (!option || type->passes == 1)
    return false;
  const bool gradient =
      option->offset == FIELD(batch) || option->offset == FIELD(patience);
  if (type->batch > 0 && !mg_model_judges(type) &&
      option->offset != FIELD(passes) && option->offset != FIELD(batch))
    return false;
  return type->batch > 0 ? option->offset != FIELD(looks) : !gradient;
}

/* ---- a turn ---- */

bool mg_fit_climbs(const mg_fit *fit) {
  return fit->model->type->batch > 0;
}

/* Has this start come to where more passes would not help? */
static bool start_converged(const mg_fit *fit, double gain) {
  const mg_fit_options *o = &fit->options;
  if (fit->report.finished || fit->model->type->passes == fit->passes ||
      (mg_fit_watches(fit) && fit->validation.waited >= o->patience))
    return true;
  const bool noisy = mg_fit_climbs(fit) && (fit->batches.rows < fit->rows.n ||
                                            !mg_model_judges(fit->model->type));
  return !noisy && !fit->report.retried && gain < o->tolerance;
}

static int end_pass(mg_fit *fit) {
  fit->passes++;
  int status = mg_fit_look(fit);
  if (status != GSL_SUCCESS)
    return status;
  double gain = fit->report.objective - fit->previous;
  fit->previous = fit->report.objective;
  const bool converged = start_converged(fit, gain);
  fit->optima[fit->restart] = (mg_optimum){.objective = mg_fit_score(fit),
                                           .passes = fit->passes,
                                           .converged = converged};
  if (converged || fit->passes >= fit->options.passes)
    return mg_fit_next(fit);
  return GSL_SUCCESS;
}

int mg_fit_iterate(mg_fit *fit) {
  if (fit->over)
    return GSL_SUCCESS;
  if (fit->options.patience > 0 && fit->validation.rows.n == 0)
    return mg_fail(GSL_EINVAL,
                   "patience is %zu and there are no validation rows: keep "
                   "some of the data for them, or set patience=0",
                   fit->options.patience);
  const bool climbs = mg_fit_climbs(fit);
  int status = climbs ? mg_fit_learn(fit) : mg_fit_pass(fit);
  if (status != GSL_SUCCESS)
    return climbs ? status : mg_fit_abandon(fit, status);
  fit->last = fit->report;
  return fit->ended ? end_pass(fit) : GSL_SUCCESS;
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

static int check_options(const mg_model_type *type,
                         const mg_fit_options *options) {
  int status = mg_option_check(mg_fit_option_table, options);
  if (status == GSL_SUCCESS && type->batch > 0 && !mg_model_judges(type) &&
      (options->restarts > 1 || options->patience > 0))
    return mg_fail(GSL_EINVAL,
                   "%s has nothing to judge data by: restarts and patience "
                   "would have nothing to choose by",
                   type->name);
  if (status != GSL_SUCCESS || type->batch > 0)
    return status;
  if (options->batch > 0 || options->patience > 0)
    return mg_fail(GSL_EINVAL,
                   "%s learns from all rows at once: batch and patience are "
                   "for models that learn by gradient",
                   type->name);
  return GSL_SUCCESS;
}

/* A start may settle how much room gather needs (a histogram's bins), so the
 * room comes after it. */
static int prepare(mg_fit *fit) {
  fit->optima = calloc(fit->options.restarts, sizeof *fit->optima);
  if (!fit->optima)
    return mg_fail(GSL_ENOMEM, "no memory for %zu starts",
                   fit->options.restarts);
  int status = mg_fit_begin(fit);
  return status == GSL_SUCCESS ? mg_fit_room_alloc(fit) : status;
}

mg_fit *mg_fit_alloc(mg_model *model, const mg_rows *rows,
                     const mg_fit_options *options, unsigned long seed) {
  if (check_rows(model, rows) != GSL_SUCCESS ||
      check_options(model->type, options) != GSL_SUCCESS)
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
  mg_fit_room_free(fit);
  mg_fit_validation_free(fit);
  if (fit->best)
    fit->model->type->clear(fit->best);
  free(fit->best);
  free(fit->optima);
  free(fit);
}

int mg_fit_finish(mg_fit *fit) {
  fit->over = true;
  /* A start that was cut off counts by what it reached; NaN loses. */
  if (!fit->best || mg_fit_score(fit) > fit->best_objective)
    return mg_fit_restore(fit);
  void *worse = fit->model->self;
  fit->model->self = fit->best;
  fit->best = worse;
  return GSL_SUCCESS;
}

const mg_report *mg_fit_last(const mg_fit *fit) {
  return &fit->last;
}

bool mg_fit_pass_ended(const mg_fit *fit) {
  return fit->ended;
}

double mg_fit_validation(const mg_fit *fit) {
  return fit->validation.rows.n ? fit->validation.last : NAN;
}

size_t mg_fit_passes(const mg_fit *fit) {
  return fit->passes;
}

size_t mg_fit_steps(const mg_fit *fit) {
  return fit->steps;
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
