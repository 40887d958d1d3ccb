/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A family that does what it is told, and a fit of it, to test the loop.
 *
 * The climber learns nothing: in pass p of a start its objective is
 *
 *     top - 2^-p
 *
 * with a top that the test has set for that start, and it fails where the test
 * says so.  What it is given (rows, labels, chance, room) it writes down. */
#ifndef MG_TESTS_CLIMBER_H
#define MG_TESTS_CLIMBER_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/fit.h"
#include "base/shards.h"

/* ---- the climber ---- */

enum { STARTS = 8, NEVER = 1000, AT_START = 999 };

/* What the test has set, a start each, and what was seen. */
static struct {
  double top[STARTS];
  size_t fails[STARTS]; /* in that pass; AT_START: in start itself */
  double worse;         /* objective instead, in the pass it fails; 0: error */
  size_t finished;      /* the pass that says so */
  size_t retried;       /* the pass that gains nothing, and says why */
  size_t starts;        /* made so far */
  size_t sample_rows;
  double sample[5000];
  unsigned sample_labels[5000];
  double sums[6]; /* of the last pass */
  size_t passes;  /* in all */
  bool bad_batch;
} plan;

typedef struct {
  size_t start, pass;
  double value; /* 100 start + passes made: what a file would hold */
} climber;

static inline int climber_init(void *self, const mg_space *space,
                               const void *options) {
  (void)space, (void)options;
  ((climber *)self)->start = NEVER;
  return GSL_SUCCESS;
}

static inline void climber_clear(void *self) {
  (void)self;
}

static inline int climber_start(void *self, gsl_rng *rng,
                                const mg_batch *sample) {
  climber *c = self;
  (void)rng;
  cr_assert(plan.starts < STARTS, "a start too many");
  c->start = plan.starts++;
  c->pass = 0;
  c->value = 100 * (double)c->start;
  plan.sample_rows = sample->x.size1;
  for (size_t i = 0; i < sample->x.size1 && i < 5000; i++) {
    plan.sample[i] = gsl_matrix_get(&sample->x, i, 0);
    plan.sample_labels[i] = sample->labels ? sample->labels[i] : 0;
  }
  return plan.fails[c->start] == AT_START ? mg_fail(GSL_EDOM, "no foothold")
                                          : GSL_SUCCESS;
}

static inline mg_need climber_need(const void *self, size_t n) {
  (void)self, (void)n;
  return (mg_need){.sums = 6, .work = 2};
}

/* rows, sum of x, of its squares, of its fractions, of chance, of labels */
static inline int climber_gather(const void *self, gsl_rng *rng,
                                 const mg_batch *batch, mg_stats *stats) {
  (void)self;
  double *sums = stats->sums->data;
  if (batch->x.size1 > MG_BLOCK_ROWS || batch->x.size1 == 0)
    plan.bad_batch = true;
  for (size_t i = 0; i < batch->x.size1; i++) {
    const double x = gsl_matrix_get(&batch->x, i, 0);
    if (isnan(x))
      return mg_fail(GSL_EDOM, "not a number in row %zu", batch->first + i);
    sums[0] += 1;
    sums[1] += x;
    sums[2] += x * x;
    sums[3] += x - floor(x);
    sums[4] += gsl_rng_uniform(rng);
    sums[5] += batch->labels ? batch->labels[i] : 0;
  }
  return GSL_SUCCESS;
}

static inline int climber_update(void *self, mg_stats *stats,
                                 mg_report *report) {
  climber *c = self;
  const size_t start = c->start == NEVER ? 0 : c->start;
  memcpy(plan.sums, stats->sums->data, sizeof plan.sums);
  cr_assert(stats->n == (size_t)plan.sums[0], "n is %zu of %g", stats->n,
            plan.sums[0]);
  plan.passes++;
  *report = (mg_report){.log_likelihood = NAN,
                        .objective = plan.top[start] - ldexp(1, -(int)c->pass),
                        .objective_name = "height",
                        .finished = plan.finished && c->pass == plan.finished};
  if (plan.retried && c->pass == plan.retried) {
    report->objective = plan.top[start] - ldexp(1, 1 - (int)c->pass);
    report->retried = true;
  }
  if (plan.fails[start] == c->pass) {
    report->objective = plan.worse;
    if (plan.worse == 0)
      return mg_fail(GSL_EDOM, "fell in pass %zu", c->pass);
  }
  c->pass++;
  c->value++;
  return GSL_SUCCESS;
}

static inline void climber_tensors(void *self, mg_tensors *list) {
  mg_tensors_add(list, "value", &((climber *)self)->value, 1, 0, (size_t[]){0});
}

static mg_model_type climber_type = {.name = "climber",
                                     .size = sizeof(climber),
                                     .measures = 1u << MG_REALS,
                                     .init = climber_init,
                                     .clear = climber_clear,
                                     .start = climber_start,
                                     .need = climber_need,
                                     .gather = climber_gather,
                                     .update = climber_update,
                                     .tensors = climber_tensors};

/* ---- what a test stands on ---- */

static mg_dataset *data;
static mg_model *model;
static mg_rows rows;

static inline void make(const mg_space *space, size_t n, bool noise) {
  data = mg_dataset_alloc("steps", space, n);
  cr_assert_not_null(data, "%s", mg_reason());
  for (size_t i = 0; i < n; i++) {
    if (data->reals)
      gsl_matrix_set(data->reals, i, 0, (double)i);
    else
      data->bytes[i] = (unsigned char)(i % space->levels);
    if (data->labels)
      data->labels[i] = (unsigned)(i % 3);
  }
  rows = mg_dataset_all(data);
  model = mg_model_alloc(&climber_type, space, NULL, noise);
  cr_assert_not_null(model, "%s", mg_reason());
}

static inline void set_up(void) {
  gsl_set_error_handler_off();
  for (size_t i = 0; i < STARTS; i++) {
    plan.top[i] = -(double)i;
    plan.fails[i] = NEVER;
  }
  make(&(mg_space){.dim = 1, .measure = MG_REALS, .classes = 3}, 600, false);
}

static inline void tear_down(void) {
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Another data set for a test that wants its own. */
static inline void remake(const mg_space *space, size_t n, bool noise) {
  tear_down();
  make(space, n, noise);
}

static inline mg_fit *begin(size_t restarts, size_t passes, double tolerance) {
  const mg_fit_options options = {.restarts = restarts,
                                  .passes = passes,
                                  .tolerance = tolerance,
                                  .threads = 1};
  return mg_fit_alloc(model, &rows, &options, 1);
}

/* Turns at most `turns` times.  Returns the status of the last. */
static inline int turn(mg_fit *fit, size_t turns) {
  int status = GSL_SUCCESS;
  while (turns-- && status == GSL_SUCCESS && mg_fit_test(fit) == GSL_CONTINUE)
    status = mg_fit_iterate(fit);
  return status;
}

/* Finishes and frees; the model's value is what is expected. */
static inline void expect_kept(mg_fit *fit, double value) {
  cr_expect(mg_fit_finish(fit) == GSL_SUCCESS, "%s", mg_reason());
  const double kept = ((climber *)model->self)->value;
  cr_expect(kept == value, "kept %g, not %g", kept, value);
  mg_fit_free(fit);
}

static inline void expect_optimum(const mg_fit *fit, size_t i, double objective,
                                  size_t passes, bool converged) {
  const mg_optimum o = mg_fit_optimum(fit, i);
  cr_expect(o.passes == passes, "start %zu: %zu passes, not %zu", i, o.passes,
            passes);
  cr_expect(o.converged == converged, "start %zu: converged %d", i,
            o.converged);
  if (passes)
    cr_expect(isnan(objective) ? isnan(o.objective) : o.objective == objective,
              "start %zu: objective %g, not %g", i, o.objective, objective);
}

#endif
