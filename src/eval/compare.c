/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The comparison as an iterator over families.
 *
 * Fair by construction: every family gets the same three parts, learns from
 * train alone, and is judged by the one estimator in eval/evidence with the
 * same dequantisation noise.  What a family needs to know about the data beyond
 * that stands in its recipe, and the recipe is printed beside its number.
 *
 * The order of reading is mg_compare_iterate; compare_tables.c makes tables of
 * what it leaves. */
#include "eval/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/bound.h"
#include "eval/compare_inside.h"

/* ---- the object ---- */

static size_t count_able(const mg_dataset *data) {
  size_t count = 0;
  for (const mg_model_type *const *t = mg_zoo; *t; t++)
    count += mg_model_can(*t, &data->space, true) == GSL_SUCCESS;
  return count;
}

static int add_entries(mg_compare *c) {
  for (const mg_model_type *const *t = mg_zoo; *t; t++) {
    if (mg_model_can(*t, &c->data->space, true) != GSL_SUCCESS)
      continue;
    mg_entry *entry = &c->entry[c->count++];
    entry->type = *t;
    entry->recipe = mg_recipe_alloc(*t, c->data, c->options.quick);
    if (!entry->recipe)
      return GSL_EFAILED;
  }
  return GSL_SUCCESS;
}

/* Data without held-out rows and known modes leave no scores to make: that is
 * no failure. */
static int find_samples(mg_compare *c) {
  mg_samples_options options = c->options.samples;
  options.threads = c->options.threads;
  if (options.rows == 0 || !mg_samples_can(c->data))
    return GSL_SUCCESS;
  c->samples = mg_samples_alloc(c->data, &options, c->options.seed);
  return c->samples ? GSL_SUCCESS : GSL_EFAILED;
}

mg_compare *mg_compare_alloc(const mg_dataset *data,
                             const mg_compare_options *options) {
  size_t able = count_able(data);
  if (mg_dataset_part(data, MG_TRAIN).n == 0 || able == 0) {
    mg_fail(GSL_EINVAL, "%s has no rows to train on, or no family can",
            data->name);
    return NULL;
  }
  mg_compare *c = calloc(1, sizeof *c);
  if (c) {
    c->data = data;
    c->options = *options;
    c->entry = calloc(able, sizeof *c->entry);
    c->curve = calloc(able, sizeof *c->curve);
  }
  if (!c || !c->entry || !c->curve) {
    mg_fail(GSL_ENOMEM, "no memory to compare %zu families", able);
    mg_compare_free(c);
    return NULL;
  }
  if (add_entries(c) != GSL_SUCCESS || find_samples(c) != GSL_SUCCESS) {
    mg_compare_free(c);
    return NULL;
  }
  mg_reason_clear(); /* of the families that cannot */
  return c;
}

void mg_compare_free(mg_compare *c) {
  if (!c)
    return;
  mg_fit_free(c->fit);
  mg_samples_free(c->samples);
  for (size_t i = 0; i < c->count; i++) {
    mg_recipe_free(c->entry[i].recipe);
    mg_model_free(c->entry[i].model);
    free(c->curve[i].point);
  }
  free(c->entry);
  free(c->curve);
  free(c);
}

/* Does name mean this family, and what is then left of it? */
static const char *option_of(const mg_entry *entry, const char *name) {
  const char *dot = strchr(name, '.');
  if (!dot)
    return name;
  size_t length = (size_t)(dot - name);
  bool mine = strlen(entry->type->name) == length &&
              strncmp(entry->type->name, name, length) == 0;
  return mine ? dot + 1 : NULL;
}

/* An option counts as taken when its family knows it; a value out of range is
 * then an error, not a pass to the next family. */
int mg_compare_set(mg_compare *c, const char *name, const char *value) {
  bool taken = false;
  for (size_t i = 0; i < c->count; i++) {
    mg_entry *entry = &c->entry[i];
    const char *option = option_of(entry, name);
    if (!option || !mg_recipe_has(entry->recipe, option))
      continue;
    int status = mg_recipe_set(entry->recipe, option, value);
    if (status != GSL_SUCCESS)
      return mg_fail_in(status, "%s", entry->type->name);
    taken = true;
  }
  if (taken)
    return GSL_SUCCESS;
  return mg_fail(GSL_EINVAL,
                 "no model here has an option '%s': see marginalia list MODEL",
                 name);
}

/* ---- a turn ---- */

/* The family is out; why is kept beside it. */
static int give_up(mg_compare *c, mg_entry *entry, int status) {
  snprintf(entry->note, sizeof entry->note, "%s", mg_status_text(status));
  mg_fit_free(c->fit);
  c->fit = NULL;
  mg_model_free(entry->model);
  entry->model = NULL;
  memset(entry->evidence, 0, sizeof entry->evidence);
  memset(entry->elbo, 0, sizeof entry->elbo);
  entry->done = entry->failed = true;
  c->at++;
  return status == GSL_ENOMEM ? status : GSL_SUCCESS;
}

static int begin(mg_compare *c, mg_entry *entry) {
  const mg_rows train = mg_dataset_part(c->data, MG_TRAIN);
  mg_recipe_print(entry->recipe, entry->note, sizeof entry->note);
  entry->recipe->fit.threads = c->options.threads;
  entry->model = mg_recipe_model(entry->recipe, &c->data->space);
  if (!entry->model)
    return give_up(c, entry, GSL_EFAILED);
  c->fit = mg_fit_alloc(entry->model, &train, &entry->recipe->fit,
                        mg_stream_seed(c->options.seed, entry->type->name, 0));
  if (!c->fit)
    return give_up(c, entry, GSL_EFAILED);
  const mg_rows validation = mg_dataset_part(c->data, MG_VALIDATION);
  if (entry->recipe->fit.patience == 0 || validation.n == 0)
    return GSL_SUCCESS;
  int status = mg_fit_validate(c->fit, &validation);
  return status == GSL_SUCCESS ? status : give_up(c, entry, status);
}

static int add_point(mg_curve *curve, mg_point point) {
  if (curve->n == curve->room) {
    size_t room = curve->room ? 2 * curve->room : 64;
    mg_point *more = realloc(curve->point, room * sizeof *more);
    if (!more)
      return mg_fail(GSL_ENOMEM, "no memory for a learning curve");
    curve->point = more;
    curve->room = room;
  }
  curve->point[curve->n++] = point;
  return GSL_SUCCESS;
}

static int turn(mg_compare *c, mg_entry *entry) {
  const size_t start = mg_fit_restart(c->fit);
  const double seen = (double)(mg_fit_passes(c->fit) + 1) *
                      (double)mg_dataset_part(c->data, MG_TRAIN).n;
  int status = mg_fit_iterate(c->fit);
  if (status != GSL_SUCCESS)
    return give_up(c, entry, status);
  entry->data_seen = mg_fit_data_seen(c->fit);
  if (!mg_fit_pass_ended(c->fit))
    return GSL_SUCCESS;
  const mg_report *report = mg_fit_last(c->fit);
  return add_point(&c->curve[c->at],
                   (mg_point){.start = start,
                              .data_seen = seen,
                              .log_likelihood = report->log_likelihood,
                              .objective = report->objective,
                              .name = report->objective_name});
}

/* Which start's parameters mg_fit_finish keeps: the first of the best. */
static size_t best_start(const mg_fit *fit, size_t starts) {
  size_t best = 0;
  for (size_t i = 1; i < starts; i++) {
    mg_optimum one = mg_fit_optimum(fit, i), top = mg_fit_optimum(fit, best);
    if (one.passes && (isnan(top.objective) || one.objective > top.objective))
      best = i;
  }
  return best;
}

/* The evidence of a part; where it is a bound by draws of z, the ELBO too. */
static int evaluate_part(const mg_compare *c, mg_entry *entry,
                         mg_part_name part, const mg_rows *rows) {
  const unsigned long seed =
      mg_stream_seed(c->options.seed, "evidence", (unsigned long)part);
  mg_evidence_options options = c->options.evidence;
  mg_bound_options elbo = mg_bound_options_default(MG_BOUND_ELBO);
  options.threads = elbo.threads = c->options.threads;
  int status = mg_evidence_of(entry->model, rows, &options, seed,
                              &entry->evidence[part]);
  if (status == GSL_SUCCESS && !entry->type->log_density)
    status = mg_bound_of(entry->model, MG_BOUND_ELBO, rows, &elbo, seed,
                         &entry->elbo[part]);
  return status;
}

/* A model whose draws cannot be scored stands by its evidence all the same. */
static void score_draws(const mg_compare *c, mg_entry *entry) {
  if (!c->samples || !entry->type->sample ||
      mg_samples_score(c->samples, entry->model, c->options.seed, entry->score,
                       &entry->scores) == GSL_SUCCESS)
    return;
  entry->scores = 0;
  const size_t used = strlen(entry->note);
  snprintf(entry->note + used, sizeof entry->note - used,
           "; draws not scored: %s", mg_reason());
}

static int evaluate(mg_compare *c, mg_entry *entry) {
  c->curve[c->at].start = best_start(c->fit, entry->recipe->fit.restarts);
  mg_fit_finish(c->fit);
  mg_fit_free(c->fit);
  c->fit = NULL;
  for (int part = 0; part < MG_PARTS; part++) {
    const mg_rows rows = mg_dataset_part(c->data, (mg_part_name)part);
    if (rows.n == 0 || !(entry->type->log_density || entry->type->latent))
      continue;
    int status = evaluate_part(c, entry, (mg_part_name)part, &rows);
    if (status != GSL_SUCCESS)
      return give_up(c, entry, status);
  }
  score_draws(c, entry);
  entry->parameters = mg_model_parameters(entry->model);
  entry->done = true;
  c->at++;
  return GSL_SUCCESS;
}

int mg_compare_iterate(mg_compare *c) {
  if (c->at == c->count)
    return GSL_SUCCESS;
  mg_entry *entry = &c->entry[c->at];
  c->last = c->at;
  if (!c->fit)
    return begin(c, entry);
  if (mg_fit_test(c->fit) == GSL_CONTINUE)
    return turn(c, entry);
  return evaluate(c, entry);
}

int mg_compare_test(const mg_compare *c) {
  return c->at < c->count ? GSL_CONTINUE : GSL_SUCCESS;
}

void mg_compare_spend(mg_compare *c, double seconds) {
  c->entry[c->last].seconds += seconds;
}

/* ---- what there is to see ---- */

size_t mg_compare_count(const mg_compare *c) {
  return c->count;
}

const mg_entry *mg_compare_entry(const mg_compare *c, size_t i) {
  return i < c->count ? &c->entry[i] : NULL;
}

size_t mg_compare_present(const mg_compare *c) {
  return c->at;
}

void mg_compare_progress(const mg_compare *c, size_t *passes,
                         double *objective) {
  *passes = 0;
  *objective = NAN;
  if (c->at == c->count || c->curve[c->at].n == 0)
    return;
  const mg_curve *curve = &c->curve[c->at];
  *passes = curve->n;
  *objective = curve->point[curve->n - 1].objective;
}

const char *mg_entry_label(const mg_entry *entry, char *text, size_t size) {
  snprintf(text, size, "%s%s", entry->type->name,
           !mg_entry_claims(entry)     ? ", no claim"
           : !entry->type->log_density ? ", IWAE"
           : entry->recipe->dequantise ? ", dequantised"
                                       : "");
  return text;
}
