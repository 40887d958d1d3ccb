/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of weights relative to the largest so far; see weights.h.
 *
 * A log weight of -600 has no weight in double precision, so all are taken
 * relative to the largest, and the sums are scaled anew when a larger comes:
 *
 *     log 1/K sum_k w_k = top + log sum_k exp(log w_k - top) - log K [iwae.1]
 *     ess = (sum_k w_k)^2 / sum_k w_k^2                               [ess.1]
 *
 * The largest are kept unsorted in room for twice as many; when it is full it
 * is sorted and the lower half forgotten, so a weight costs O(log S). */
#include "eval/weights.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "eval/pareto.h"

int mg_weights_init(mg_weights *w, size_t draws) {
  const size_t tail = mg_pareto_tail(draws);
  w->tail = tail ? tail + 1 : 0;
  if (tail && !(w->largest = calloc(2 * w->tail, sizeof *w->largest)))
    return mg_fail(GSL_ENOMEM, "no memory for %zu weights", 2 * w->tail);
  mg_weights_start(w);
  return GSL_SUCCESS;
}

void mg_weights_clear(mg_weights *w) {
  free(w->largest);
  *w = (mg_weights){.largest = NULL};
}

void mg_weights_start(mg_weights *w) {
  w->n = w->kept = 0;
  w->sum = w->squares = 0;
  w->top = -INFINITY;
}

static void forget_small(mg_weights *w) {
  gsl_sort(w->largest, 1, w->kept);
  if (w->kept <= w->tail)
    return;
  memmove(w->largest, w->largest + w->kept - w->tail,
          w->tail * sizeof *w->largest);
  w->kept = w->tail;
}

void mg_weights_add(mg_weights *w, double log_weight) {
  w->n++;
  if (log_weight > w->top) {
    const double shrink = exp(w->top - log_weight);
    w->sum *= shrink;
    w->squares *= shrink * shrink;
    w->top = log_weight;
  }
  /* While all are 0, top is -inf and there is nothing to be relative to. */
  const double weight = log_weight == -INFINITY ? 0 : exp(log_weight - w->top);
  w->sum += weight;
  w->squares += weight * weight;
  if (!w->largest)
    return;
  w->largest[w->kept++] = log_weight;
  if (w->kept == 2 * w->tail)
    forget_small(w);
}

double mg_weights_log_mean(const mg_weights *w) {
  return w->top + log(w->sum / (double)w->n);
}

double mg_weights_iwae(size_t s, const double *log_w, size_t k) {
  double sum = 0;
  for (size_t i = 0; i < s; i += k)
    sum += mg_log_sum_exp(k, log_w + i) - log((double)k);
  return sum / (double)(s / k);
}

double mg_weights_ess(const mg_weights *w) {
  return w->squares > 0 ? w->sum * w->sum / w->squares : w->squares;
}

double mg_weights_pareto_k(mg_weights *w) {
  if (!w->largest || w->n < w->tail || isnan(w->sum))
    return NAN;
  forget_small(w);
  return mg_pareto_k(w->tail, w->largest);
}

static void add_all(mg_weights *w, const gsl_vector *log_weight) {
  for (size_t n = 0; n < log_weight->size; n++)
    mg_weights_add(w, gsl_vector_get(log_weight, n));
}

void mg_weights_of(const gsl_vector *log_weight, double *log_mean,
                   double *ess) {
  mg_weights w = {.largest = NULL};
  mg_weights_start(&w);
  add_all(&w, log_weight);
  *log_mean = mg_weights_log_mean(&w);
  *ess = mg_weights_ess(&w);
}

int mg_weights_tail(const gsl_vector *log_weight, double *pareto_k) {
  mg_weights w = {.largest = NULL};
  const int status = mg_weights_init(&w, log_weight->size);
  if (status != GSL_SUCCESS)
    return status;
  add_all(&w, log_weight);
  *pareto_k = mg_weights_pareto_k(&w);
  mg_weights_clear(&w);
  return GSL_SUCCESS;
}
