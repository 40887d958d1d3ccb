/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A family that learns by gradient, to test the loop over minibatches.
 *
 * `slope` is N(mean, I): its gradient is a sum of x - mean, to which it adds
 * chance of its own; a velocity in floats, its state, carries it on:
 *
 *     v' = 0.5 v + gradient / n,     mean' = mean + rate v'
 *
 * slope_type is judged by its log density, drawn_type by an objective that
 * draws; players_type is judged by nothing, and has two turns on every second
 * minibatch, as if two players learnt.  What it is given it writes down in
 * `seen`. */
#ifndef MG_TESTS_GRADIENT_FAMILY_H
#define MG_TESTS_GRADIENT_FAMILY_H

#include <criterion/criterion.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "infer/optimizer.h"
#include "models/fit.h"

enum { SEEN_MOST = 4096 };

static struct {
  size_t gathers, n;                       /* calls; data over all calls */
  double x[SEEN_MOST];                     /* their first columns, in order */
  size_t rows[SEEN_MOST], step[SEEN_MOST]; /* of each call */
  size_t most;                             /* that need was asked for */
  size_t nan_at;   /* gather fails in that call, from 1 */
  size_t inf_at;   /* the objective is infinite in that call, from 1 */
  size_t bad_look; /* the objective of a row is NaN in that call, from 1 */
  size_t looks;    /* blocks of validation rows */
  double look[SEEN_MOST]; /* the chance of each block */
  bool gaps, labels;
} seen;

typedef struct {
  double rate;
} slope_options;

typedef struct {
  size_t dim;
  gsl_vector *mean;
  mg_real *velocity; /* dim */
  gsl_vector *step;  /* dim, the velocity as the optimizer takes it */
  mg_optimizer *optimizer;
  double turns; /* of players */
} slope;

static const mg_option slope_option_table[] = {{"rate", MG_OPTION_REAL,
                                                offsetof(slope_options, rate),
                                                1e-9, 1e300, NULL, "of a step"},
                                               {0}};

static inline void slope_default(const mg_space *space, void *options) {
  (void)space;
  ((slope_options *)options)->rate = 0.1;
}

static inline int slope_init(void *self, const mg_space *space,
                             const void *options) {
  slope *s = self;
  mg_optimizer_options o = mg_optimizer_options_default();
  o.rate = ((const slope_options *)options)->rate;
  s->dim = space->dim;
  s->mean = gsl_vector_calloc(s->dim);
  s->velocity = calloc(s->dim, sizeof *s->velocity);
  s->step = gsl_vector_calloc(s->dim);
  s->optimizer = mg_optimizer_alloc(s->dim, &o);
  return GSL_SUCCESS;
}

static inline void slope_clear(void *self) {
  slope *s = self;
  gsl_vector_free(s->mean);
  gsl_vector_free(s->step);
  free(s->velocity);
  mg_optimizer_free(s->optimizer);
}

static inline int slope_start(void *self, gsl_rng *rng,
                              const mg_batch *sample) {
  slope *s = self;
  (void)sample;
  for (size_t j = 0; j < s->dim; j++)
    gsl_vector_set(s->mean, j, gsl_ran_gaussian(rng, 1));
  return GSL_SUCCESS;
}

static inline mg_need slope_need(const void *self, size_t n) {
  seen.most = n;
  return (mg_need){
      .sums = 1, .work = n, .tape = 3, .gradient = ((const slope *)self)->dim};
}

static inline double slope_log_density_of(const slope *s, const double *x) {
  double square = 0;
  for (size_t j = 0; j < s->dim; j++)
    square += gsl_pow_2(x[j] - gsl_vector_get(s->mean, j));
  return -0.5 * square - 0.5 * (double)s->dim * log(2 * M_PI);
}

static inline void slope_note(const mg_batch *batch, const mg_stats *stats) {
  const size_t n = batch->x.size1;
  seen.rows[seen.gathers] = n;
  seen.step[seen.gathers++] = stats->step;
  seen.gaps = seen.gaps || batch->x.tda != batch->x.size2;
  for (size_t i = 0; i < n; i++) {
    seen.x[seen.n] = gsl_matrix_get(&batch->x, i, 0);
    if (batch->labels)
      seen.labels = batch->labels[i] == (size_t)seen.x[seen.n] % 3;
    seen.n = (seen.n + 1) % SEEN_MOST;
  }
  seen.gathers %= SEEN_MOST;
}

static inline int slope_gather(const void *self, gsl_rng *rng,
                               const mg_batch *batch, mg_stats *stats) {
  const slope *s = self;
  const size_t n = batch->x.size1;
  slope_note(batch, stats);
  if (seen.nan_at && seen.gathers == seen.nan_at)
    return mg_fail(GSL_EDOM, "layer 2: nan");
  stats->work->data[n - 1] = 1; /* room for as many */
  stats->tape[2] = 1;
  for (size_t i = 0; i < n; i++) {
    const double *x = batch->x.data + i * batch->x.tda;
    *stats->sums->data += slope_log_density_of(s, x);
    for (size_t j = 0; j < s->dim; j++)
      stats->gradient[j] += (mg_real)(x[j] - gsl_vector_get(s->mean, j) +
                                      gsl_ran_gaussian(rng, 0.1));
  }
  if (seen.inf_at && seen.gathers == seen.inf_at)
    *stats->sums->data = INFINITY;
  return GSL_SUCCESS;
}

static inline int slope_update(void *self, mg_stats *stats, mg_report *report) {
  slope *s = self;
  const double n = (double)stats->n;
  for (size_t j = 0; j < s->dim; j++) {
    s->velocity[j] = (mg_real)(0.5 * (double)s->velocity[j] +
                               (double)stats->gradient[j] / n);
    gsl_vector_set(s->step, j, (double)s->velocity[j]);
  }
  const double mean = *stats->sums->data / n;
  *report = (mg_report){
      .log_likelihood = mean, .objective = mean, .objective_name = "height"};
  return mg_optimizer_step(s->optimizer, s->mean, s->step);
}

static inline void slope_tensors(void *self, mg_tensors *list) {
  slope *s = self;
  mg_tensors_add(list, "mean", s->mean->data, s->dim, 1, &s->dim);
}

static inline void slope_state(void *self, mg_tensors *list) {
  slope *s = self;
  mg_tensors_add_real(list, "velocity", s->velocity, 0, 1, &s->dim);
  mg_tensors_add(list, "turns", &s->turns, 0, 0, &s->dim);
}

static inline int slope_refresh(void *self) {
  const slope *s = self;
  for (size_t j = 0; j < s->dim; j++)
    if (!isfinite(gsl_vector_get(s->mean, j)))
      return mg_fail(GSL_EDOM, "mean %zu is %g", j, gsl_vector_get(s->mean, j));
  return GSL_SUCCESS;
}

static inline int slope_log_density(const void *self, const gsl_matrix *x,
                                    gsl_vector *log_p) {
  for (size_t i = 0; i < x->size1; i++)
    gsl_vector_set(log_p, i, slope_log_density_of(self, x->data + i * x->tda));
  return GSL_SUCCESS;
}

/* The log density and chance that has no mean. */
static inline int drawn_objective(const void *self, gsl_rng *rng,
                                  const mg_batch *batch, double *each) {
  const double chance = gsl_ran_gaussian(rng, 0.01);
  seen.look[seen.looks] = chance;
  seen.looks = (seen.looks + 1) % SEEN_MOST;
  for (size_t i = 0; i < batch->x.size1; i++)
    each[i] =
        slope_log_density_of(self, batch->x.data + i * batch->x.tda) + chance;
  if (seen.bad_look && seen.looks == seen.bad_look)
    each[1] = NAN;
  return GSL_SUCCESS;
}

#define SLOPE                                                                  \
  .name = "slope", .title = "Slope", .size = sizeof(slope),                    \
  .measures = 1u << MG_REALS | 1u << MG_BINARY, .batch = 8,                    \
  .options = slope_option_table, .options_size = sizeof(slope_options),        \
  .options_default = slope_default, .init = slope_init, .clear = slope_clear,  \
  .start = slope_start, .need = slope_need, .gather = slope_gather,            \
  .tensors = slope_tensors, .refresh = slope_refresh, .state = slope_state

static const mg_model_type slope_type = {SLOPE, .update = slope_update,
                                         .log_density = slope_log_density};
static const mg_model_type drawn_type = {SLOPE, .update = slope_update,
                                         .log_density = slope_log_density,
                                         .objective = drawn_objective};

/* Turn 1, 2, 3: the first minibatch, the second, and the second again, where
 * the other gauge is measured. */
static inline int players_update(void *self, mg_stats *stats,
                                 mg_report *report) {
  slope *s = self;
  const int status = slope_update(self, stats, report);
  const size_t turn = (size_t)s->turns++ % 3;
  report->again = turn == 1;
  report->gauge[0] = turn < 2 ? s->turns : NAN;
  report->gauge[1] = turn < 2 ? NAN : s->turns;
  return status;
}

static const char *const players_gauges[] = {"first", "second", NULL};
static const mg_model_type players_type = {SLOPE, .update = players_update,
                                           .gauges = players_gauges};

/* ---- what a test stands on ---- */

static mg_dataset *data;     /* 40 rows to learn from, and to look at: */
static size_t others_n = 10; /* so many */
static mg_model *model;
static mg_rows rows, others;

static inline void slope_make(const mg_model_type *type,
                              const mg_space *space) {
  mg_space levels = *space;
  if (space->measure == MG_BINARY) { /* of which bits are drawn */
    levels.measure = MG_LEVELS;
    levels.levels = 4;
  }
  data = mg_dataset_alloc("steps", &levels, 40 + others_n);
  cr_assert_not_null(data, "%s", mg_reason());
  for (size_t i = 0; i < data->n; i++) {
    for (size_t j = 0; j < space->dim; j++)
      if (data->reals)
        gsl_matrix_set(data->reals, i, j, j ? sin((double)(i * j)) : (double)i);
      else
        data->bytes[i * space->dim + j] = (unsigned char)((i + j) % 4);
    if (data->labels)
      data->labels[i] = (unsigned)(i % 3);
  }
  if (space->measure == MG_BINARY)
    mg_dataset_binarise_dynamic(data, 5);
  char parts[64];
  snprintf(parts, sizeof parts, "40/%zu/0", others_n);
  cr_assert(mg_dataset_split(data, parts) == GSL_SUCCESS, "%s", mg_reason());
  rows = mg_dataset_part(data, MG_TRAIN);
  others = mg_dataset_part(data, MG_VALIDATION);
  model = mg_model_alloc(type, space, NULL, true);
  cr_assert_not_null(model, "%s", mg_reason());
}

static const mg_space slope_space = {
    .dim = 3, .measure = MG_REALS, .classes = 3};

static inline void slope_set_up(void) {
  gsl_set_error_handler_off();
  slope_make(&slope_type, &slope_space);
}

static inline void slope_tear_down(void) {
  mg_model_free(model);
  mg_dataset_free(data);
}

static inline void slope_remake(const mg_model_type *type,
                                const mg_space *space) {
  slope_tear_down();
  memset(&seen, 0, sizeof seen);
  slope_make(type, space);
}

/* A fit in minibatches; validation rows where there is patience. */
static inline mg_fit *slope_fit(size_t batch, size_t passes, size_t restarts,
                                size_t patience) {
  mg_fit_options options = mg_fit_options_default();
  options.batch = batch;
  options.passes = passes;
  options.restarts = restarts;
  options.patience = patience;
  options.threads = 1;
  mg_fit *fit = mg_fit_alloc(model, &rows, &options, 7);
  cr_assert_not_null(fit, "%s", mg_reason());
  if (patience > 0)
    cr_assert(mg_fit_validate(fit, &others) == GSL_SUCCESS, "%s", mg_reason());
  return fit;
}

/* Turns until the end, at most `turns` times.  Returns the last status. */
static inline int slope_turn(mg_fit *fit, size_t turns) {
  int status = GSL_SUCCESS;
  while (turns-- && status == GSL_SUCCESS && mg_fit_test(fit) == GSL_CONTINUE)
    status = mg_fit_iterate(fit);
  return status;
}

static inline double slope_mean(size_t j) {
  return gsl_vector_get(((const slope *)model->self)->mean, j);
}

#endif
