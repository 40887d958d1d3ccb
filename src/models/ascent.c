/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters that climb; see ascent.h.
 *
 * theta is one flat array of the networks' numbers; what lies where is the
 * family's.  The optimizer remembers two moments of the gradient for each and
 * counts its steps, which a fit that goes on from a checkpoint needs again: the
 * count is kept as a double, since tensors have no integers.
 *
 * Of the points theta_t that the steps come to, a mean that forgets may be
 * taken,
 *
 *   mean_t = mean_(t-1) + (1 - a_t) (theta_t - mean_(t-1)),
 *   a_t = min(averaging, (1 + t) / (10 + t))                      [ascent.1]
 *
 * and is then the model, while the steps go on from where they were (Polyak &
 * Juditsky 1992): steps that go round a place have it in their middle.
 *
 * Not here: what is climbed; fits in double, whose families call the optimizer
 * themselves. */
#include "models/ascent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "nets/elementary.h"

mg_ascent_options mg_ascent_options_default(double rate) {
  return (mg_ascent_options){
      .rate = rate, .decay = 1, .momentum = 0.9, .square = 0.999};
}

bool mg_ascent_idle(const mg_ascent_options *options, const char *name) {
  return strcmp(name, "decay") == 0 &&
         options->schedule == MG_SCHEDULE_CONSTANT;
}

int mg_ascent_init(mg_ascent *a, size_t numbers,
                   const mg_ascent_options *options) {
  size_t bytes;
  mg_optimizer_options adam = mg_optimizer_options_default();
  adam.method = MG_OPTIMIZER_ADAM;
  adam.rate = options->rate;
  adam.schedule = options->schedule;
  adam.decay = options->decay;
  adam.momentum = options->momentum;
  adam.square = options->square;
  a->numbers = a->weights = numbers;
  if (mg_size_product(numbers, sizeof *a->theta, &bytes))
    a->theta = calloc(numbers, sizeof *a->theta);
  if (!a->theta)
    return mg_fail(GSL_ENOMEM, "no memory for %zu parameters", numbers);
  a->optimizer = mg_optimizer_alloc_real(numbers, &adam);
  a->model = a->theta;
  if (!a->optimizer || options->averaging <= 0)
    return a->optimizer ? GSL_SUCCESS : GSL_ENOMEM;
  a->model = a->mean = calloc(numbers, sizeof *a->mean);
  return a->mean ? GSL_SUCCESS
                 : mg_fail(GSL_ENOMEM, "no memory for %zu means", numbers);
}

void mg_ascent_clear(mg_ascent *a) {
  mg_optimizer_free(a->optimizer);
  free(a->theta);
  free(a->mean);
  *a = (mg_ascent){.theta = NULL};
}

void mg_ascent_begin(mg_ascent *a) {
  if (a->mean)
    memcpy(a->mean, a->theta, a->numbers * sizeof *a->mean);
}

void mg_ascent_state(mg_ascent *a, mg_tensors *list) {
  mg_optimizer_part parts[MG_OPTIMIZER_PARTS];
  const size_t n = mg_optimizer_state(a->optimizer, parts);
  mg_tensors_add(list, "steps", &a->steps, 0, 0, &a->numbers);
  for (size_t i = 0; i < n; i++)
    if (strcmp(parts[i].name, "steps") != 0)
      mg_tensors_add_real(list, parts[i].name, parts[i].data, 0, 1,
                          &a->numbers);
  if (a->mean)
    mg_tensors_add_real(list, "walker", a->theta, 0, 1, &a->numbers);
}

static int check_finite(const mg_ascent *a, const mg_real *v) {
  for (size_t i = 0; i < a->numbers; i++)
    if (!isfinite(v[i]))
      return mg_fail(GSL_EDOM, "number %zu of the networks is %g", i + 1,
                     (double)v[i]);
  return GSL_SUCCESS;
}

int mg_ascent_refresh(mg_ascent *a) {
  if (!(a->steps >= 0 && a->steps < 0x1p53))
    return mg_fail(GSL_EDOM, "%g steps were made", a->steps);
  mg_optimizer_set_steps(a->optimizer, (size_t)a->steps);
  if (a->mean && a->steps < 1)
    memcpy(a->theta, a->mean, a->numbers * sizeof *a->theta);
  const int status = check_finite(a, a->theta);
  return status == GSL_SUCCESS && a->mean ? check_finite(a, a->mean) : status;
}

/* mean += share (theta - mean).                                [ascent.1] */
MG_WIDE static void follow(size_t n, mg_real share,
                           const mg_real *restrict theta,
                           mg_real *restrict mean) {
#pragma omp simd
  for (size_t i = 0; i < n; i++)
    mean[i] += share * (theta[i] - mean[i]);
}

int mg_ascent_step(mg_ascent *a, const mg_ascent_options *options,
                   const mg_real *gradient, size_t n, size_t threads) {
  const double decay = mg_optimizer_rate(a->optimizer) * options->weight_decay;
  const mg_real shrink = (mg_real)(1 - decay);
  for (size_t i = 0; decay > 0 && i < a->weights; i++)
    a->theta[i] *= shrink;
  const int status = mg_optimizer_step_real(a->optimizer, a->theta, gradient,
                                            1 / (double)n, threads);
  const double t = a->steps = (double)mg_optimizer_steps(a->optimizer);
  if (status == GSL_SUCCESS && a->mean)
    follow(a->numbers,
           (mg_real)(1 - fmin(options->averaging, (1 + t) / (10 + t))),
           a->theta, a->mean);
  return status;
}

int mg_ascent_update(mg_ascent *a, const mg_ascent_options *options,
                     const mg_stats *stats, size_t threads, mg_report *report) {
  const double mean = gsl_vector_get(stats->sums, 0) / (double)stats->n;
  *report = (mg_report){.log_likelihood = mean,
                        .objective = mean,
                        .objective_name = "log-likelihood"};
  return mg_ascent_step(a, options, stats->gradient, stats->n, threads);
}
