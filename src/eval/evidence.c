/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From log densities to claims.
 *
 * The mean over data is what is claimed; its standard error is over data, as if
 * they were drawn independently, and says how far another test set of this size
 * would move the number.  With dequantisation each datum's term is itself a
 * mean over S draws of u; its noise is part of the spread over data, so the
 * standard error covers it too.
 *
 * Why the noise makes a bound [deq.1]: with P(x) the integral of p over the
 * unit cube at x, log P(x) = log E_u p(x + u) >= E_u log p(x + u), by Jensen.
 */
#include "eval/evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "base/tally.h"
#include "eval/bound.h"
#include "base/shards.h"

enum { WEIGHTS = 500 };

mg_evidence_options mg_evidence_options_default(void) {
  return (mg_evidence_options){.draws = 4, .weights = WEIGHTS};
}

const char *mg_claim_sign(mg_claim claim) {
  static const char *const sign[] = {"=", ">=", "<=", "~", "none"};
  return sign[claim];
}

typedef struct {
  mg_block *block;
  gsl_rng *rng;
  gsl_vector *log_p; /* of a block */
} worker;

typedef struct {
  const mg_model *model;
  const mg_rows *rows;
  mg_shards cut;
  size_t draws;
  unsigned long seed;
  worker *workers;
  size_t n_workers;
  double *value; /* a datum */
} scoring;

/* One draw for the rows first .. first+n-1: adds log p(x + u) / S. */
static int add_draw(scoring *s, worker *w, size_t first, size_t n) {
  mg_block_read(w->block, s->rows, first, n);
  if (s->model->dequantise)
    mg_dequantise(w->rng, &w->block->batch.x);
  gsl_vector_view log_p = gsl_vector_subvector(w->log_p, 0, n);
  int status =
      mg_model_log_density(s->model, &w->block->batch.x, &log_p.vector);
  for (size_t i = 0; i < n; i++)
    s->value[first + i] += gsl_vector_get(w->log_p, i) / (double)s->draws;
  return status;
}

static int score_shard(void *job, size_t which, size_t shard) {
  scoring *s = job;
  worker *w = &s->workers[which];
  const size_t first = mg_shards_first(&s->cut, shard);
  const size_t end = first + mg_shards_rows(&s->cut, shard);
  mg_stream_set(w->rng, s->seed, "evidence/dequantise", shard);
  for (size_t i = first; i < end; i += MG_BLOCK_ROWS) {
    size_t n = end - i < MG_BLOCK_ROWS ? end - i : MG_BLOCK_ROWS;
    for (size_t draw = 0; draw < s->draws; draw++) {
      int status = add_draw(s, w, i, n);
      if (status != GSL_SUCCESS)
        return status;
    }
  }
  return GSL_SUCCESS;
}

static int scoring_alloc(scoring *s) {
  s->workers = calloc(s->n_workers, sizeof *s->workers);
  s->value = calloc(s->rows->n, sizeof *s->value);
  if (!s->workers || !s->value)
    return GSL_ENOMEM;
  for (size_t i = 0; i < s->n_workers; i++) {
    worker *w = &s->workers[i];
    w->block = mg_block_alloc(&s->model->space, MG_BLOCK_ROWS);
    w->rng = mg_stream_alloc(s->seed, "evidence/dequantise", 0);
    w->log_p = gsl_vector_alloc(MG_BLOCK_ROWS);
    if (!w->block || !w->rng || !w->log_p)
      return GSL_ENOMEM;
  }
  return GSL_SUCCESS;
}

static void scoring_free(scoring *s) {
  for (size_t i = 0; s->workers && i < s->n_workers; i++) {
    mg_block_free(s->workers[i].block);
    gsl_rng_free(s->workers[i].rng);
    gsl_vector_free(s->workers[i].log_p);
  }
  free(s->workers);
  free(s->value);
}

static int claim(const scoring *s, mg_evidence *evidence) {
  mg_tally tally;
  int status = mg_tally_values(s->rows->n, s->value, 1, &tally);
  const bool noise = s->model->dequantise;
  *evidence =
      (mg_evidence){.value = tally.mean,
                    .std_error = tally.std_error,
                    .claim = noise ? MG_LOWER : MG_EXACT,
                    .n = s->rows->n,
                    .draws = noise ? s->draws : 0,
                    .method = noise ? "uniform dequantisation" : "exact"};
  /* What does not integrate to 1 bounds nothing either. */
  if (s->model->type->improper) {
    evidence->claim = MG_NO_CLAIM;
    evidence->method = "does not integrate to 1";
  }
  return status;
}

/* Log densities of all rows, into s->value; s is freed by the caller. */
static int score(scoring *s, const mg_model *model, const mg_rows *rows,
                 const mg_evidence_options *options, unsigned long seed) {
  *s = (scoring){.model = model, .rows = rows, .seed = seed};
  if (rows->n == 0)
    return mg_fail(GSL_EINVAL, "no rows to evaluate");
  if (!mg_space_equal(&model->space, &rows->data->space))
    return mg_fail(GSL_EINVAL, "the model and the data have unequal spaces");
  if (model->dequantise && options->draws == 0)
    return mg_fail(GSL_EINVAL, "dequantisation needs at least 1 draw a datum");
  s->cut = mg_shards_cut(rows->n, 0);
  s->draws = model->dequantise ? options->draws : 1;
  s->n_workers = mg_shards_threads(&s->cut, options->threads);
  int status = scoring_alloc(s);
  if (status != GSL_SUCCESS)
    return mg_fail(status, "no memory to evaluate %zu rows", rows->n);
  return mg_shards_run(&s->cut, s->n_workers, s, score_shard);
}

/* Of a family that has no density: the bound that its proposal gives. */
static int bound_instead(const mg_model *model, const mg_rows *rows,
                         const mg_evidence_options *options, unsigned long seed,
                         mg_evidence *evidence) {
  mg_bound_options bound = mg_bound_options_default(MG_BOUND_IWAE);
  bound.k = options->weights ? options->weights : WEIGHTS;
  bound.threads = options->threads;
  return mg_bound_of(model, MG_BOUND_IWAE, rows, &bound, seed, evidence);
}

int mg_evidence_of(const mg_model *model, const mg_rows *rows,
                   const mg_evidence_options *options, unsigned long seed,
                   mg_evidence *evidence) {
  if (!model->type->log_density && model->type->latent)
    return bound_instead(model, rows, options, seed, evidence);
  scoring s;
  int status = score(&s, model, rows, options, seed);
  if (status == GSL_SUCCESS)
    status = claim(&s, evidence);
  scoring_free(&s);
  return status;
}

int mg_evidence_gain(const mg_model *model, const mg_model *over,
                     const mg_rows *rows, const mg_evidence_options *options,
                     unsigned long seed, mg_tally *gain) {
  scoring s, t;
  int status = score(&s, model, rows, options, seed);
  if (status == GSL_SUCCESS) {
    status = score(&t, over, rows, options, seed);
    for (size_t i = 0; status == GSL_SUCCESS && i < rows->n; i++)
      s.value[i] -= t.value[i];
    scoring_free(&t);
  }
  if (status == GSL_SUCCESS)
    status = mg_tally_values(rows->n, s.value, 1, gain);
  scoring_free(&s);
  return status;
}

/* Scores every row by the true density, a block at a time. */
static int score_by_truth(const mg_rows *rows, mg_block *block, double *value) {
  for (size_t i = 0; i < rows->n; i += MG_BLOCK_ROWS) {
    size_t n = rows->n - i < MG_BLOCK_ROWS ? rows->n - i : MG_BLOCK_ROWS;
    mg_block_read(block, rows, i, n);
    gsl_vector_view log_p = gsl_vector_view_array(value + i, n);
    int status = rows->data->truth.log_density(&block->batch.x, &log_p.vector);
    if (status != GSL_SUCCESS)
      return status;
  }
  return GSL_SUCCESS;
}

int mg_evidence_of_truth(const mg_rows *rows, mg_evidence *evidence) {
  if (!rows->data->truth.log_density)
    return mg_fail(GSL_EUNSUP, "the true density of %s is not known",
                   rows->data->name);
  if (rows->n == 0)
    return mg_fail(GSL_EINVAL, "no rows to evaluate");
  mg_block *block = mg_block_alloc(&rows->data->space, MG_BLOCK_ROWS);
  double *value = calloc(rows->n, sizeof *value);
  mg_tally tally = {.n = 0};
  int status = GSL_SUCCESS;
  if (!block || !value)
    status = mg_fail(GSL_ENOMEM, "no memory to evaluate %zu rows", rows->n);
  if (status == GSL_SUCCESS)
    status = score_by_truth(rows, block, value);
  if (status == GSL_SUCCESS)
    status = mg_tally_values(rows->n, value, 1, &tally);
  *evidence = (mg_evidence){.value = tally.mean,
                            .std_error = tally.std_error,
                            .claim = MG_EXACT,
                            .n = rows->n,
                            .method = "exact"};
  mg_block_free(block);
  free(value);
  return status;
}

double mg_bits_per_dim(double nats, size_t dim) {
  return -nats / ((double)dim * MG_LN_2);
}

double mg_bic(double log_likelihood, size_t parameters, size_t n) {
  return -2 * log_likelihood + (double)parameters * log((double)n);
}

double mg_aic(double log_likelihood, size_t parameters) {
  return -2 * log_likelihood + 2 * (double)parameters;
}

static void add_note(mg_table *table, const char *given, const char *own) {
  char text[512];
  snprintf(text, sizeof text, "%s%s%s", given, *given && *own ? "; " : "", own);
  mg_table_text(table, text);
}

void mg_evidence_row(mg_table *table, const char *model, const mg_dataset *data,
                     mg_part_name part, const mg_evidence *evidence,
                     size_t parameters, double seconds, const char *note) {
  mg_table_row(table);
  mg_evidence_fields(table, model, data, part, evidence, parameters, seconds,
                     note);
}

void mg_evidence_fields(mg_table *table, const char *model,
                        const mg_dataset *data, mg_part_name part,
                        const mg_evidence *evidence, size_t parameters,
                        double seconds, const char *note) {
  mg_table_text(table, model);
  mg_table_text(table, data->name);
  mg_table_text(table, mg_part_text(part));
  mg_table_text(table, evidence->method);
  mg_table_text(table, mg_claim_sign(evidence->claim));
  mg_table_real(table, evidence->value);
  mg_table_real(table, evidence->std_error);
  mg_table_text(table, evidence->difference ? "nats per datum, a difference"
                       : data->space.measure == MG_REALS
                           ? "nats per datum, log density"
                           : "nats per datum, log mass");
  mg_table_real(table, evidence->difference
                           ? NAN
                           : mg_bits_per_dim(evidence->value, data->space.dim));
  mg_table_size(table, evidence->n);
  mg_table_size(table, evidence->draws);
  mg_table_size(table, parameters);
  mg_table_real(table, seconds);
  add_note(table, note ? note : "", evidence->note);
}

int mg_evidence_axis(mg_table *table, const char *name, const mg_model *model,
                     const mg_dataset *data, mg_part_name part) {
  const mg_rows rows = mg_dataset_part(data, part);
  const mg_evidence_options options = mg_evidence_options_default();
  mg_evidence e;
  const int status = mg_evidence_of(model, &rows, &options, 0, &e);
  if (status != GSL_SUCCESS)
    return status;
  mg_table_line(table, name, 0, NULL);
  mg_table_text(table, mg_part_text(part));
  mg_table_real(table, e.value);
  mg_table_real(table, e.std_error);
  mg_table_text(table, mg_claim_sign(e.claim));
  mg_table_text(table, "model");
  return mg_table_status(table);
}
