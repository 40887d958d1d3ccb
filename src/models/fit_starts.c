/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts: how a fit begins, and which of several beginnings is kept.
 *
 * A start sees a sample of at most 4096 rows, so that its cost does not grow
 * with the data, and draws from a stream of its own number.  A start that is
 * over is put aside when it is the best so far, by the objective that its
 * updates raise or by the validation rows; the first of equals wins.
 *
 * A start that failed (a component collapsed) counts as the worst there is; it
 * is the fit's failure only when no other start came through. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/fit_inside.h"

enum { SAMPLE_ROWS = 4096 /* what start() looks at */ };

/* ---- the beginning ---- */

/* Draws x->size1 rows of n, in their order, by selection sampling (Knuth,
 * Algorithm S): every subset of its size is as likely. */
static void draw_rows(gsl_rng *rng, size_t n, size_t wanted, size_t *index) {
  size_t taken = 0;
  for (size_t i = 0; i < n && taken < wanted; i++) {
    const size_t more = wanted - taken, left = n - i;
    if (more < left && gsl_rng_uniform(rng) * (double)left >= (double)more)
      continue;
    index[taken++] = i;
  }
}

static int start_from_sample(mg_fit *fit, gsl_rng *rng) {
  const mg_model *model = fit->model;
  const size_t n = fit->rows.n < SAMPLE_ROWS ? fit->rows.n : SAMPLE_ROWS;
  gsl_matrix *x = gsl_matrix_alloc(n, model->space.dim);
  size_t *index = calloc(n, sizeof *index);
  unsigned *labels = calloc(n, sizeof *labels);
  int status = GSL_ENOMEM;
  if (x && index && labels) {
    draw_rows(rng, fit->rows.n, n, index);
    mg_rows_copy(&fit->rows, index, 0, x, labels);
    if (model->dequantise)
      mg_dequantise(rng, x);
    const mg_batch batch = {.x = *x,
                            .labels = fit->rows.data->labels ? labels : NULL};
    status = model->type->start(model->self, rng, &batch);
  } else {
    mg_fail(GSL_ENOMEM, "no memory for a sample of %zu rows", n);
  }
  gsl_matrix_free(x);
  free(index);
  free(labels);
  return status;
}

int mg_fit_begin(mg_fit *fit) {
  mg_model *model = fit->model;
  fit->passes = fit->steps = fit->again = 0;
  fit->previous = -INFINITY;
  fit->report = (mg_report){.log_likelihood = NAN, .objective = NAN};
  mg_fit_look_anew(fit);
  if (!model->type->start)
    return GSL_SUCCESS;
  gsl_rng *rng = mg_stream_alloc(fit->seed, "fit/start", fit->restart);
  if (!rng)
    return mg_fail(GSL_ENOMEM, "no memory for a random stream");
  int status = start_from_sample(fit, rng);
  gsl_rng_free(rng);
  return status;
}

int mg_fit_renew(mg_model *model) {
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

/* ---- the end ---- */

double mg_fit_score(const mg_fit *fit) {
  return mg_fit_watches(fit) ? fit->validation.best : fit->report.objective;
}

/* Puts the present self aside when it is the best so far. */
static int keep_best(mg_fit *fit) {
  const double score = mg_fit_score(fit);
  if (isnan(score) || (fit->best && score <= fit->best_objective))
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
  fit->best_objective = score;
  return GSL_SUCCESS;
}

/* Is this the last start?  A family without chance, or of one pass, has one. */
static bool is_last(const mg_fit *fit) {
  return fit->restart + 1 == fit->options.restarts ||
         !fit->model->type->start || fit->model->type->passes == 1;
}

int mg_fit_next(mg_fit *fit) {
  if (is_last(fit)) {
    fit->over = true;
    return GSL_SUCCESS;
  }
  int status = mg_fit_restore(fit);
  if (status == GSL_SUCCESS)
    status = keep_best(fit);
  if (status == GSL_SUCCESS)
    status = mg_fit_renew(fit->model);
  if (status != GSL_SUCCESS)
    return status;
  fit->restart++;
  status = mg_fit_begin(fit);
  return status == GSL_SUCCESS ? status : mg_fit_abandon(fit, status);
}

int mg_fit_abandon(mg_fit *fit, int status) {
  fit->report.objective = NAN;
  fit->last = fit->report;
  fit->ended = true;
  fit->optima[fit->restart] =
      (mg_optimum){.objective = NAN, .passes = fit->passes + 1};
  if (status == GSL_ENOMEM || (is_last(fit) && !fit->best))
    return status;
  return mg_fit_next(fit);
}
