/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streaming sums against sums over all weights at once. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <math.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "eval/pareto.h"
#include "eval/weights.h"

enum { MANY = 3000 };

static void fill(double *log_w, double shift, double sd) {
  gsl_rng *rng = mg_stream_alloc(2, "test/weights", 0);
  for (size_t i = 0; i < MANY; i++)
    log_w[i] = shift + gsl_ran_gaussian(rng, sd);
  gsl_rng_free(rng);
}

/* Weights of exp(-700) and exp(700), which are no numbers by themselves. */
Test(weights, sums_are_those_of_all_at_once) {
  const double shifts[] = {0, -7000, 7000};
  double log_w[MANY], twice[MANY];
  for (int s = 0; s < 3; s++) {
    mg_weights w = {.largest = NULL};
    fill(log_w, shifts[s], 3);
    cr_assert_eq(mg_weights_init(&w, MANY), GSL_SUCCESS, "init");
    for (size_t i = 0; i < MANY; i++) {
      mg_weights_add(&w, log_w[i]);
      twice[i] = 2 * log_w[i];
    }
    const double log_sum = mg_log_sum_exp(MANY, log_w);
    const double ess = exp(2 * log_sum - mg_log_sum_exp(MANY, twice));
    cr_expect(fabs(mg_weights_log_mean(&w) - log_sum + log(MANY)) < 1e-11,
              "log mean %.12f", mg_weights_log_mean(&w));
    cr_expect(fabs(mg_weights_ess(&w) / ess - 1) < 1e-9, "ess %.6f, not %.6f",
              mg_weights_ess(&w), ess);
    gsl_sort(log_w, 1, MANY);
    const size_t tail = mg_pareto_tail(MANY) + 1;
    const double k = mg_pareto_k(tail, log_w + MANY - tail);
    cr_expect(mg_weights_pareto_k(&w) == k, "k is not that of the largest");
    mg_weights_clear(&w);
  }
}

Test(weights, no_weight_and_no_draw) {
  mg_weights w = {.largest = NULL};
  cr_assert_eq(mg_weights_init(&w, 10), GSL_SUCCESS, "init");
  mg_weights_add(&w, -INFINITY);
  cr_expect(mg_weights_log_mean(&w) == -INFINITY, "log mean");
  cr_expect(mg_weights_ess(&w) == 0, "ess %g", mg_weights_ess(&w));
  mg_weights_add(&w, -2);
  cr_expect(fabs(mg_weights_log_mean(&w) + 2 + MG_LN_2) < 1e-15, "log mean");
  cr_expect(mg_weights_ess(&w) == 1, "ess %g", mg_weights_ess(&w));
  cr_expect(isnan(mg_weights_pareto_k(&w)), "10 draws have no tail");
  mg_weights_start(&w);
  mg_weights_add(&w, 5);
  cr_expect(mg_weights_log_mean(&w) == 5, "after a new start");
  mg_weights_clear(&w);
}

/* A vector of them says what the sums say, wherever its numbers lie. */
Test(weights, all_at_once_are_those_that_come) {
  double log_w[2 * MANY], half[MANY], log_mean, ess, k;
  mg_weights w = {.largest = NULL};
  fill(half, -7000, 3);
  cr_assert_eq(mg_weights_init(&w, MANY), GSL_SUCCESS, "init");
  for (size_t i = 0; i < MANY; i++) {
    log_w[2 * i] = half[i];
    log_w[2 * i + 1] = NAN;
    mg_weights_add(&w, half[i]);
  }
  const gsl_vector_view every_other =
      gsl_vector_view_array_with_stride(log_w, 2, MANY);
  mg_weights_of(&every_other.vector, &log_mean, &ess);
  cr_assert_eq(mg_weights_tail(&every_other.vector, &k), GSL_SUCCESS, "tail");
  cr_expect(log_mean == mg_weights_log_mean(&w), "log mean %.12f", log_mean);
  cr_expect(ess == mg_weights_ess(&w), "ess %.6f", ess);
  cr_expect(k == mg_weights_pareto_k(&w), "k %.6f", k);
  mg_weights_clear(&w);
}

/* [iwae.1] in groups of K: with S = K it is the streamed mean, with K = 1 the
 * mean of logs, and between them by hand. */
Test(weights, the_bound_of_k_weights_from_groups) {
  double log_w[MANY], sum = 0;
  mg_weights w = {.largest = NULL};
  fill(log_w, -7000, 3);
  mg_weights_start(&w);
  for (size_t i = 0; i < MANY; i++) {
    mg_weights_add(&w, log_w[i]);
    sum += log_w[i];
  }
  const double whole = mg_weights_iwae(MANY, log_w, MANY);
  const double one = mg_weights_iwae(MANY, log_w, 1);
  cr_expect(fabs(whole - mg_weights_log_mean(&w)) < 1e-10, "K = S: %.12f",
            whole);
  cr_expect(fabs(one - sum / MANY) < 1e-10, "K = 1: %.12f", one);
  const double four[] = {log(1), log(3), -INFINITY, log(8)};
  cr_expect(fabs(mg_weights_iwae(4, four, 2) - (log(2) + log(4)) / 2) < 1e-15,
            "two groups of two: %.15f", mg_weights_iwae(4, four, 2));
}
