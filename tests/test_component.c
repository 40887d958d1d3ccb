/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Components drawn and told, of a law with three that is written down. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "models/component.h"

enum { K = 4, S = 40000 };

static const double weight[K] = {0.2, 0.3, 0.5, 0};

/* p(x | k) = (1 + k)^x, which need not sum to 1 here; the last weighs 0. */
static int toy_joint(const void *self, const gsl_matrix *x,
                     gsl_matrix *log_joint) {
  (void)self;
  for (size_t n = 0; n < x->size1; n++)
    for (size_t k = 0; k < K; k++)
      gsl_matrix_set(log_joint, n, k,
                     log(weight[k]) +
                         gsl_matrix_get(x, n, 0) * log(1 + (double)k));
  return GSL_SUCCESS;
}

static const mg_component toy = {
    .count = K, .weight = weight, .log_joint = toy_joint};

Test(component, draws_come_as_often_as_they_are_probable) {
  gsl_matrix *x = gsl_matrix_alloc(S, 1), *z = gsl_matrix_alloc(S, 1);
  gsl_vector *log_q = gsl_vector_alloc(S), *again = gsl_vector_alloc(S);
  gsl_rng *rng = mg_stream_alloc(1, "test/component", 0);
  double count[K] = {0};
  gsl_matrix_set_all(x, 2);
  cr_assert_eq(mg_component_propose(&toy, rng, x, z, log_q), GSL_SUCCESS, "%s",
               mg_reason());
  mg_component_log_posterior(&toy, x, z, again);
  const double sum = 0.2 + 0.3 * 4 + 0.5 * 9;
  for (size_t n = 0; n < S; n++) {
    const size_t k = (size_t)gsl_matrix_get(z, n, 0);
    const double p = weight[k] * (double)((1 + k) * (1 + k)) / sum;
    cr_assert(fabs(gsl_vector_get(log_q, n) - log(p)) < 1e-13,
              "log q %g of %zu", gsl_vector_get(log_q, n), k);
    cr_assert_eq(gsl_vector_get(log_q, n), gsl_vector_get(again, n), "again");
    count[k]++;
  }
  for (size_t k = 0; k < K; k++) {
    const double p = weight[k] * (double)((1 + k) * (1 + k)) / sum;
    cr_expect(fabs(count[k] - S * p) <= 6.1 * sqrt(S * p * (1 - p)),
              "component %zu: %g draws, expected %g", k, count[k], S * p);
  }
  gsl_rng_free(rng);
  gsl_vector_free(again);
  gsl_vector_free(log_q);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
}

Test(component, joint_and_prior_are_those_of_the_named_component) {
  gsl_matrix *x = gsl_matrix_alloc(3, 1), *z = gsl_matrix_alloc(3, 1);
  gsl_vector *v = gsl_vector_alloc(3);
  for (size_t n = 0; n < 3; n++) {
    gsl_matrix_set(x, n, 0, (double)n);
    gsl_matrix_set(z, n, 0, (double)(2 - n));
  }
  mg_component_log_joint(&toy, x, z, v);
  cr_expect(fabs(gsl_vector_get(v, 1) - log(0.3 * 2)) < 1e-14, "joint");
  mg_component_log_prior(&toy, z, v);
  cr_expect(gsl_vector_get(v, 0) == log(0.5), "prior");
  cr_expect(mg_component_dim(&toy) == 1, "length of z");
  gsl_vector_free(v);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
}

Test(component, what_is_no_component_is_refused) {
  gsl_matrix *x = gsl_matrix_calloc(1, 1), *z = gsl_matrix_calloc(1, 1);
  gsl_matrix *wide = gsl_matrix_calloc(1, 2);
  gsl_vector *v = gsl_vector_alloc(1);
  const double wrong[] = {-1, K, 0.5, NAN, INFINITY};
  for (size_t i = 0; i < 5; i++) {
    gsl_matrix_set(z, 0, 0, wrong[i]);
    cr_expect(mg_component_log_joint(&toy, x, z, v) == GSL_EDOM, "%g",
              wrong[i]);
    cr_expect(mg_component_log_prior(&toy, z, v) == GSL_EDOM, "%g", wrong[i]);
  }
  cr_expect(mg_component_log_prior(&toy, wide, v) == GSL_EBADLEN, "2 columns");
  gsl_rng *rng = mg_stream_alloc(1, "test/component", 0);
  cr_expect(mg_component_propose(&toy, rng, x, wide, v) == GSL_EBADLEN, "wide");
  gsl_matrix_set(x, 0, 0, -INFINITY);
  cr_expect(mg_component_propose(&toy, rng, x, z, v) == GSL_EDOM,
            "no posterior");
  gsl_rng_free(rng);
  gsl_vector_free(v);
  gsl_matrix_free(wide);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
}
