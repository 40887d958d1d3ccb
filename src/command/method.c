/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a word to an estimator with its options.
 *
 * What is not given takes the method's own default; what has no effect with a
 * method is refused, as everywhere on this command line. */
#include "config.h"

#include "command/method.h"

#include <math.h>
#include <string.h>

#include "base/status.h"
#include "eval/samples.h"
#include "terminal/message.h"

enum {
  SIMULATED = 100, /* data drawn for bdmc */
  ROWS_MOST = 2500 /* of draws and of data: their distances are in memory */
};

#define BOUND(text, kind, base, ...)                                           \
  { .name = text, .bound = true, .which = kind, .from = base, __VA_ARGS__ }

static const struct method methods[] = {
    {.name = "exact"},
    BOUND("elbo", MG_BOUND_ELBO, MG_FROM_PROPOSAL, .weights = false),
    BOUND("iwae", MG_BOUND_IWAE, MG_FROM_PROPOSAL, .weights = true),
    BOUND("prior", MG_BOUND_IWAE, MG_FROM_PRIOR, .weights = true),
    BOUND("ais", MG_BOUND_AIS, MG_FROM_PRIOR, .weights = true,
          .temperatures = true),
    BOUND("eubo", MG_BOUND_EUBO, MG_FROM_PROPOSAL, .weights = false),
    BOUND("bdmc", MG_BOUND_AIS, MG_FROM_PRIOR, .weights = true,
          .temperatures = true, .simulated = true),
    {.name = "gap", .weights = true, .gap = true},
    {.name = "samples", .samples = true},
    {.name = NULL}};

static const struct method *find(const char *name) {
  for (const struct method *m = methods; m->name; m++)
    if (strcmp(m->name, name) == 0)
      return m;
  mg_message_usage(
      "evaluate",
      "--method is '%s': give exact, elbo, iwae, prior, ais, eubo, "
      "bdmc, gap or samples",
      name);
  return NULL;
}

static const struct method *refuse(const struct method *m, const char *option) {
  mg_message_usage("evaluate", "--%s has no effect with --method %s", option,
                   m->name);
  return NULL;
}

const struct method *method_of(const struct settings *s) {
  const struct method *m = find(s->method ? s->method : "exact");
  if (m && s->weights != NOT_GIVEN && !m->weights)
    return refuse(m, "weights");
  if (m && s->temperatures != NOT_GIVEN && !m->temperatures)
    return refuse(m, "temperatures");
  return m;
}

static mg_bound_options options_of(const struct method *m,
                                   const struct settings *s) {
  mg_bound_options options = mg_bound_options_default(m->which);
  options.from = m->from;
  options.threads = s->threads;
  if (s->weights != NOT_GIVEN)
    options.k = s->weights;
  if (s->draws != NOT_GIVEN)
    options.draws = s->draws;
  if (s->temperatures != NOT_GIVEN)
    options.temperatures = s->temperatures;
  return options;
}

int method_evidence(const struct method *m, const struct settings *s,
                    const mg_model *model, const mg_rows *rows,
                    unsigned long seed, mg_evidence *evidence) {
  if (m->bound) {
    const mg_bound_options options = options_of(m, s);
    return mg_bound_of(model, m->which, rows, &options, seed, evidence);
  }
  if (s->method && !model->type->log_density)
    return mg_fail(GSL_EUNSUP,
                   "%s has no density to evaluate: without --method it is the "
                   "bound iwae, or name elbo, iwae, prior or ais",
                   model->type->name);
  const mg_evidence_options options = {.draws = settings_draws(s),
                                       .threads = s->threads};
  return mg_evidence_of(model, rows, &options, seed, evidence);
}

int method_simulated(const struct method *m, const struct settings *s,
                     const mg_model *model, unsigned long seed,
                     mg_table *table) {
  const mg_bound_options options = options_of(m, s);
  mg_evidence side[2];
  int status =
      mg_bound_sandwich(model, SIMULATED, &options, seed, &side[0], &side[1]);
  if (status != GSL_SUCCESS)
    return status;
  /* Drawn where the family lives: reals, when the data are dequantised. */
  mg_dataset drawn = {.name = "simulated", .space = model->space};
  if (model->dequantise)
    drawn.space.measure = MG_REALS;
  for (int i = 0; i < 2; i++)
    mg_evidence_row(table, model->type->name, &drawn, MG_PARTS, &side[i],
                    mg_model_parameters(model), NAN,
                    "data drawn from the model");
  return GSL_SUCCESS;
}

int method_samples(const struct settings *s, const mg_model *model,
                   const mg_dataset *data, unsigned long seed,
                   mg_table *table) {
  mg_samples_options options = mg_samples_options_default();
  options.threads = s->threads;
  if (s->draws != NOT_GIVEN) {
    options.draws = s->draws;
    options.rows = s->draws < ROWS_MOST ? s->draws : ROWS_MOST;
  }
  if (!model->type->sample)
    return mg_fail(GSL_EUNSUP, "%s cannot sample: it has no draws to score",
                   model->type->name);
  mg_samples *samples = mg_samples_alloc(data, &options, seed);
  if (!samples)
    return GSL_EFAILED;
  mg_score score[MG_SAMPLES_SCORES];
  size_t n;
  const int status = mg_samples_score(samples, model, seed, score, &n);
  for (size_t i = 0; i < n && status == GSL_SUCCESS; i++)
    mg_score_row(table, model->type->name, data, mg_samples_part(samples),
                 &score[i], s->operand[0]);
  mg_samples_free(samples);
  return status;
}

int method_gap(const struct settings *s, const mg_model *model,
               const mg_dataset *data, mg_part_name part, unsigned long seed,
               mg_table *table) {
  const mg_rows rows = mg_dataset_part(data, part);
  mg_gap_options options = mg_gap_options_default();
  options.threads = s->threads;
  if (s->weights != NOT_GIVEN)
    options.k = s->weights;
  if (s->draws != NOT_GIVEN)
    options.draws = s->draws;
  mg_gap gap;
  const int status = mg_gap_of(model, &rows, &options, seed, &gap);
  if (status != GSL_SUCCESS)
    return status;
  const mg_evidence *const rows_of[] = {&gap.elbo,          &gap.best,
                                        &gap.evidence,      &gap.inference,
                                        &gap.approximation, &gap.amortisation};
  for (size_t i = 0; i < sizeof rows_of / sizeof *rows_of; i++)
    mg_evidence_row(table, model->type->name, data, part, rows_of[i],
                    mg_model_parameters(model), NAN, s->operand[0]);
  return GSL_SUCCESS;
}
