/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of a comparison: what leaves the program, and what figures are drawn
 * from. */
#include <float.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/compare_inside.h"

/* The evidence that ranks a model: on validation, since to choose by test would
 * spend the test; where that part is empty, on another. */
static double rank_value(const mg_entry *entry) {
  static const mg_part_name by[] = {MG_VALIDATION, MG_TEST, MG_TRAIN};
  for (size_t i = 0; i < MG_PARTS; i++)
    if (entry->evidence[by[i]].n)
      return entry->evidence[by[i]].value;
  return -INFINITY;
}

bool mg_entry_claims(const mg_entry *entry) {
  return mg_model_judges(entry->type) && !entry->type->improper;
}

/* Behind every number of a claim, and behind NaN. */
static double rank_key(const mg_entry *entry) {
  const double value = rank_value(entry);
  if (!mg_entry_claims(entry))
    return INFINITY;
  return isnan(value) ? DBL_MAX : fmin(-value, DBL_MAX);
}

size_t mg_compare_ranking(const mg_compare *c, size_t *order) {
  double *key = calloc(c->count, sizeof *key);
  size_t *all = calloc(c->count, sizeof *all), n = 0;
  if (key && all) {
    for (size_t i = 0; i < c->count; i++)
      key[i] = rank_key(&c->entry[i]);
    gsl_sort_index(all, key, 1, c->count);
    for (size_t i = 0; i < c->count; i++)
      if (c->entry[all[i]].done && !c->entry[all[i]].failed)
        order[n++] = all[i];
  }
  free(key);
  free(all);
  return n;
}

static void add_parts(const mg_compare *c, const mg_entry *entry,
                      const mg_evidence evidence[MG_PARTS], mg_table *table) {
  for (int part = 0; part < MG_PARTS; part++)
    if (evidence[part].n)
      mg_evidence_row(table, entry->type->name, c->data, (mg_part_name)part,
                      &evidence[part], entry->parameters, entry->seconds,
                      entry->note);
}

static void add_truth(const mg_compare *c, mg_table *table) {
  for (int part = 0; part < MG_PARTS; part++) {
    const mg_rows rows = mg_dataset_part(c->data, (mg_part_name)part);
    mg_evidence evidence;
    if (mg_evidence_of_truth(&rows, &evidence) == GSL_SUCCESS)
      mg_evidence_row(table, "truth", c->data, (mg_part_name)part, &evidence, 0,
                      NAN, "the law that the data were drawn from");
  }
  if (isfinite(c->data->truth.entropy)) {
    const mg_evidence entropy = {.value = -c->data->truth.entropy,
                                 .std_error = 0,
                                 .claim = MG_EXACT,
                                 .method = "entropy"};
    mg_evidence_row(table, "truth", c->data, MG_TEST, &entropy, 0, NAN,
                    "-entropy: the expectation over all data");
  }
  mg_reason_clear();
}

mg_table *mg_compare_evidence(const mg_compare *c) {
  mg_table *table = mg_table_alloc(MG_EVIDENCE_COLUMNS);
  size_t *order = calloc(c->count, sizeof *order);
  if (!table || !order) {
    mg_table_free(table);
    free(order);
    return NULL;
  }
  const size_t n = mg_compare_ranking(c, order);
  for (size_t i = 0; i < n; i++) {
    add_parts(c, &c->entry[order[i]], c->entry[order[i]].evidence, table);
    add_parts(c, &c->entry[order[i]], c->entry[order[i]].elbo, table);
  }
  add_truth(c, table);
  free(order);
  return table;
}

mg_table *mg_compare_scores(const mg_compare *c) {
  mg_table *table = mg_table_alloc(MG_SCORE_COLUMNS);
  size_t *order = calloc(c->count, sizeof *order);
  const size_t n = table && order ? mg_compare_ranking(c, order) : 0;
  const mg_part_name part = c->samples ? mg_samples_part(c->samples) : MG_PARTS;
  for (size_t i = 0; i < n; i++) {
    const mg_entry *entry = &c->entry[order[i]];
    for (size_t j = 0; j < entry->scores; j++)
      mg_score_row(table, entry->type->name, c->data, part, &entry->score[j],
                   NULL);
  }
  free(order);
  return table;
}

/* What a point of a curve says of log p(x): log p itself, unless noise was
 * added to x; of a family without a density what it raises may be a bound. */
static mg_claim claim_of(const mg_entry *entry, const mg_point *p) {
  if (entry->type->passes == 1 || isfinite(p->log_likelihood))
    return entry->recipe->dequantise ? MG_LOWER : MG_EXACT;
  if (entry->type->log_density || strncmp(p->name, "no bound", 8) == 0)
    return MG_NO_CLAIM;
  return MG_LOWER;
}

static void add_curve(const mg_entry *entry, const mg_curve *curve,
                      mg_table *table) {
  const bool one_pass = entry->type->passes == 1;
  const double train = entry->evidence[MG_TRAIN].value;
  for (size_t i = 0; i < curve->n; i++) {
    const mg_point *p = &curve->point[i];
    if (p->start != curve->start)
      continue;
    mg_table_row(table);
    mg_table_text(table, entry->type->name);
    mg_table_real(table, p->data_seen);
    mg_table_real(table, one_pass ? train : p->log_likelihood);
    mg_table_real(table, one_pass ? train : p->objective);
    mg_table_text(table, one_pass ? "log-likelihood" : p->name);
    mg_table_text(table, mg_claim_sign(claim_of(entry, p)));
  }
}

/* Is what the family learns by on the axis of log p at all? */
static bool has_curve(const mg_entry *entry) {
  const bool law = entry->type->log_density || entry->type->latent;
  return entry->done && !entry->failed && law && mg_entry_claims(entry);
}

mg_table *mg_compare_curves(const mg_compare *c) {
  mg_table *table = mg_table_alloc(
      "model data_seen log_likelihood objective objective_name claim");
  for (size_t i = 0; table && i < c->count; i++)
    if (has_curve(&c->entry[i]))
      add_curve(&c->entry[i], &c->curve[i], table);
  return table;
}

/* "model x1 x2 ..." in fresh memory. */
static char *sample_columns(size_t dim) {
  size_t size = 16 + 24 * dim, used;
  char *columns = malloc(size);
  if (!columns)
    return NULL;
  used = (size_t)snprintf(columns, size, "model");
  for (size_t i = 1; i <= dim; i++)
    used += (size_t)snprintf(columns + used, size - used, " x%zu", i);
  return columns;
}

static void add_rows(mg_table *table, const char *name, const gsl_matrix *x) {
  for (size_t i = 0; i < x->size1; i++) {
    mg_table_row(table);
    mg_table_text(table, name);
    for (size_t j = 0; j < x->size2; j++)
      mg_table_real(table, gsl_matrix_get(x, i, j));
  }
}

static void add_data(const mg_compare *c, size_t rows, mg_table *table) {
  const mg_rows train = mg_dataset_part(c->data, MG_TRAIN);
  mg_block *block = mg_block_alloc(&c->data->space, 1);
  for (size_t i = 0; block && i < rows && i < train.n; i++) {
    mg_block_read(block, &train, i, 1);
    add_rows(table, "data", &block->batch.x);
  }
  mg_block_free(block);
}

static void add_samples(const mg_compare *c, const mg_entry *entry, size_t rows,
                        mg_table *table) {
  gsl_rng *rng = mg_stream_alloc(c->options.seed, "compare/samples", 0);
  gsl_matrix *x = gsl_matrix_alloc(rows, c->data->space.dim);
  if (rng && x && mg_model_sample(entry->model, rng, x) == GSL_SUCCESS)
    add_rows(table, entry->type->name, x);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
}

mg_table *mg_compare_samples(const mg_compare *c, size_t rows) {
  char *columns = sample_columns(c->data->space.dim);
  mg_table *table = columns ? mg_table_alloc(columns) : NULL;
  free(columns);
  if (!table)
    return NULL;
  add_data(c, rows, table);
  for (size_t i = 0; i < c->count; i++)
    if (c->entry[i].model && c->entry[i].done && c->entry[i].type->sample)
      add_samples(c, &c->entry[i], rows, table);
  return table;
}

/* ---- densities in the plane ---- */

typedef struct {
  double low[2], high[2];
} plane;

/* The box of the training data, a tenth wider on each side. */
static plane data_box(const mg_compare *c) {
  plane box = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
  const mg_rows rows = mg_dataset_part(c->data, MG_TRAIN);
  for (size_t i = 0; i < rows.n; i++)
    for (size_t j = 0; j < 2; j++) {
      double value = gsl_matrix_get(c->data->reals, rows.first + i, j);
      box.low[j] = fmin(box.low[j], value);
      box.high[j] = fmax(box.high[j], value);
    }
  for (size_t j = 0; j < 2; j++) {
    double margin = 0.1 * (box.high[j] - box.low[j]);
    box.low[j] -= margin;
    box.high[j] += margin;
  }
  return box;
}

static gsl_matrix *grid_points(const mg_compare *c, size_t side) {
  const plane box = data_box(c);
  gsl_matrix *x = gsl_matrix_alloc(side * side, 2);
  for (size_t i = 0; x && i < side * side; i++) {
    const size_t column = i % side, row = i / side;
    const double share[2] = {(double)column / (double)(side - 1),
                             (double)row / (double)(side - 1)};
    for (size_t j = 0; j < 2; j++)
      gsl_matrix_set(x, i, j,
                     box.low[j] + share[j] * (box.high[j] - box.low[j]));
  }
  return x;
}

static void add_density(const mg_entry *entry, const gsl_matrix *x,
                        gsl_vector *log_p, mg_table *table) {
  if (mg_model_log_density(entry->model, x, log_p) != GSL_SUCCESS)
    return;
  for (size_t i = 0; i < x->size1; i++) {
    mg_table_row(table);
    mg_table_text(table, entry->type->name);
    mg_table_real(table, gsl_matrix_get(x, i, 0));
    mg_table_real(table, gsl_matrix_get(x, i, 1));
    mg_table_real(table, gsl_vector_get(log_p, i));
  }
}

mg_table *mg_compare_density(const mg_compare *c, size_t side) {
  mg_table *table = mg_table_alloc("model x y log_p");
  if (!table || c->data->space.dim != 2 || c->data->space.measure != MG_REALS ||
      side < 2)
    return table;
  gsl_matrix *x = grid_points(c, side);
  gsl_vector *log_p = gsl_vector_alloc(side * side);
  for (size_t i = 0; x && log_p && i < c->count; i++)
    if (c->entry[i].model && c->entry[i].done && c->entry[i].type->log_density)
      add_density(&c->entry[i], x, log_p, table);
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
  return table;
}
