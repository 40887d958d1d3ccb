/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fit in parts, without files: all chance comes by position, so a fit is
 * where it was as soon as the parameters, the optimizer's memory and the count
 * of epochs are. */
#include "base/status.h"
#include "models/fit_inside.h"

/* Puts the loop behind `done` epochs, on the self that was there then. */
static void place(mg_fit *fit, mg_model *before, size_t done) {
  void *begun = fit->model->self;
  fit->model->self = before->self;
  before->self = begun;
  fit->passes = done;
  fit->steps = done * fit->batches.count;
}

static int turn(mg_fit *fit, mg_report *report) {
  int status = GSL_SUCCESS;
  while (status == GSL_SUCCESS && mg_fit_test(fit) == GSL_CONTINUE)
    status = mg_fit_iterate(fit);
  if (report)
    *report = *mg_fit_last(fit);
  return status == GSL_SUCCESS ? mg_fit_finish(fit) : status;
}

int mg_fit_part(mg_model *model, const mg_rows *rows,
                const mg_fit_options *options, unsigned long seed, size_t done,
                mg_report *report) {
  if (!model->type->batch)
    return mg_fail(GSL_EUNSUP, "%s does not learn by gradient",
                   model->type->name);
  mg_model *before = mg_model_copy(model);
  mg_fit *fit = before ? mg_fit_alloc(model, rows, options, seed) : NULL;
  int status = fit ? GSL_SUCCESS : GSL_EFAILED;
  if (fit && done > 0)
    place(fit, before, done);
  if (fit)
    status = turn(fit, report);
  mg_fit_free(fit);
  mg_model_free(before);
  return status;
}
