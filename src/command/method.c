/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a word to an estimator with its options.
 *
 * What is not given takes the method's own default; what has no effect with a
 * method is refused, as everywhere on this command line. */
#include "config.h"

#include "command/method.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"
#include "base/stream.h"
#include "eval/noise.h"
#include "eval/parzen.h"
#include "eval/samples.h"
#include "models/noisy.h"
#include "terminal/message.h"

enum {
  SIMULATED = 100, /* data drawn for bdmc */
  ROWS_MOST = 2500 /* of draws and of data: their distances are in memory */
};

#define BOUND(text, kind, base, ...)                                           \
  { .name = text, .bound = true, .which = kind, .from = base, __VA_ARGS__ }

static const struct method methods[] = {
    {.name = "exact"},
    BOUND("elbo", MG_BOUND_ELBO, MG_FROM_PROPOSAL, .noise = true),
    BOUND("iwae", MG_BOUND_IWAE, MG_FROM_PROPOSAL, .weights = true,
          .noise = true),
    BOUND("prior", MG_BOUND_IWAE, MG_FROM_PRIOR, .weights = true,
          .noise = true),
    BOUND("ais", MG_BOUND_AIS, MG_FROM_PRIOR, .weights = true,
          .temperatures = true, .noise = true),
    BOUND("eubo", MG_BOUND_EUBO, MG_FROM_PROPOSAL, .weights = false),
    BOUND("bdmc", MG_BOUND_AIS, MG_FROM_PRIOR, .weights = true,
          .temperatures = true, .simulated = true, .noise = true),
    {.name = "kde", .kernels = true},
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
      "bdmc, gap, samples or kde",
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
  if (m && s->part && (m->simulated || m->samples))
    return refuse(m, "part");
  if (m && s->noise && !m->noise) {
    mg_message_usage("evaluate", "--noise goes with --method elbo, iwae, "
                                 "prior, ais or bdmc");
    return NULL;
  }
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

/* ---- which model ---- */

/* The standard deviation that --noise says; 0 after a message in the reason. */
static double noise_of(const struct method *m, const struct settings *s,
                       const mg_model *fitted, const mg_dataset *data,
                       unsigned long seed) {
  double sd = 0;
  if (strcmp(s->noise, "best") == 0) {
    const mg_bound_options options = options_of(m, s);
    const mg_rows rows = mg_dataset_part(data, MG_VALIDATION);
    if (mg_noise_best(fitted, m->which, &rows, &options, seed, &sd) !=
        GSL_SUCCESS)
      return 0;
  } else if (mg_parse_real(s->noise, &sd) != GSL_SUCCESS || !(sd > 0)) {
    mg_fail(GSL_EINVAL,
            "--noise is '%s': give a standard deviation above 0, in the "
            "unit of the data, or best",
            s->noise);
    return 0;
  }
  return sd;
}

int judged_init(struct judged *j, const struct method *m,
                const struct settings *s, const mg_model *fitted,
                const mg_dataset *data, unsigned long seed) {
  const mg_model_type *type = fitted->type;
  *j = (struct judged){.model = fitted};
  snprintf(j->name, sizeof j->name, "%s", type->name);
  if (s->noise) {
    if (!type->generator)
      return mg_fail(GSL_EUNSUP,
                     "--noise is for families whose x follows from z, and %s "
                     "has a density or a bound without",
                     type->name);
    const double sd = noise_of(m, s, fitted, data, seed);
    j->noisy = sd > 0 ? mg_noisy_alloc(fitted, sd) : NULL;
    j->model = j->noisy;
    snprintf(j->name, sizeof j->name, "%s + noise %.4g%s", type->name, sd,
             strcmp(s->noise, "best") == 0 ? ", best" : "");
    return j->noisy ? GSL_SUCCESS : GSL_EINVAL;
  }
  if (m->kernels || type->log_density || type->latent)
    return GSL_SUCCESS;
  return mg_fail(GSL_EUNSUP,
                 "%s has no density, nor a bound on one. What can be asked: "
                 "--method samples, scores of its draws; --method kde, a "
                 "kernel density on them, which claims nothing%s",
                 type->name,
                 type->generator
                     ? "; --method ais --noise SD, a lower bound for the model "
                       "with Gaussian noise of that standard deviation"
                     : "");
}

void judged_clear(struct judged *j) {
  mg_model_free(j->noisy);
  *j = (struct judged){.model = NULL};
}

/* ---- its evidence ---- */

int method_evidence(const struct method *m, const struct settings *s,
                    const mg_model *model, const mg_dataset *data,
                    mg_part_name part, unsigned long seed,
                    mg_evidence *evidence) {
  const mg_rows rows = mg_dataset_part(data, part);
  if (m->kernels) {
    mg_parzen_options options = mg_parzen_options_default();
    options.threads = s->threads;
    if (s->draws != NOT_GIVEN)
      options.samples = s->draws;
    /* The same samples for every part. */
    return mg_parzen_of(model, data, part, &options,
                        mg_stream_seed(settings_seed(s), "kernels", 0),
                        evidence);
  }
  if (m->bound) {
    const mg_bound_options options = options_of(m, s);
    return mg_bound_of(model, m->which, &rows, &options, seed, evidence);
  }
  if (s->method && !model->type->log_density)
    return mg_fail(GSL_EUNSUP,
                   "%s has no density to evaluate: without --method it is the "
                   "bound iwae, or name elbo, iwae, prior or ais",
                   model->type->name);
  const mg_evidence_options options = {.draws = settings_draws(s),
                                       .threads = s->threads};
  return mg_evidence_of(model, &rows, &options, seed, evidence);
}

int method_simulated(const struct method *m, const struct settings *s,
                     const struct judged *judged, size_t parameters,
                     unsigned long seed, mg_table *table) {
  const mg_bound_options options = options_of(m, s);
  const mg_model *model = judged->model;
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
    mg_evidence_row(table, judged->name, &drawn, MG_PARTS, &side[i], parameters,
                    NAN, "data drawn from the model");
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
