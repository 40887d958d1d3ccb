/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every posterior that comes along, and some with other options, for tests of
 * what holds of all of them. */
#ifndef MG_TESTS_POSTERIORS_H
#define MG_TESTS_POSTERIORS_H

#include <criterion/criterion.h>

#include "base/status.h"
#include "base/stream.h"
#include "targets/named.h"

enum { OPTIONS_SIZE = 512 };

/* Posteriors that are looked at beside the defaults. */
static const struct {
  const char *name, *option, *value;
} variants[] = {{"rates", "rates", "common"}, {"mean", "dim", "4"},
                {"mean", "data", "3"},        {"regression", "degree", "3"},
                {"banana", "bend", "0"},      {"banana", "value", "-2"},
                {"two-modes", "dim", "3"},    {"two-modes", "gap", "0"},
                {"gaussian", "dim", "5"},     {"gaussian", "rho", "0"}};

enum { VARIANTS = sizeof variants / sizeof *variants };

/* The i-th posterior of the tests, the defaults first; NULL after the last. */
static inline mg_posterior *numbered(size_t i) {
  static union {
    char bytes[OPTIONS_SIZE];
    double aligned;
  } options;
  size_t n = 0;
  while (mg_posteriors[n])
    n++;
  if (i >= n + VARIANTS)
    return NULL;
  const mg_posterior_type *type =
      i < n ? mg_posteriors[i] : mg_posterior_find(variants[i - n].name);
  cr_assert(type && type->options_size <= OPTIONS_SIZE, "variant %zu", i - n);
  if (type->options)
    type->options_default(&options);
  if (i >= n)
    cr_assert_eq(mg_option_set(type->options, variants[i - n].option,
                               variants[i - n].value, &options),
                 GSL_SUCCESS, "%s", mg_reason());
  mg_posterior *p = mg_posterior_alloc(type, type->options ? &options : NULL);
  cr_assert(p, "%s: %s", type->name, mg_reason());
  return p;
}

/* A test that runs a check over all of them. */
#define EACH(suite, title, check)                                              \
  Test(suite, title) {                                                         \
    mg_posterior *p;                                                           \
    for (size_t i = 0; (p = numbered(i)); i++) {                               \
      check(p);                                                                \
      mg_posterior_free(p);                                                    \
    }                                                                          \
  }

/* n points inside the support: draws of the prior, or of the posterior. */
static inline gsl_matrix *points(const mg_posterior *p, const char *stream,
                                 size_t n) {
  gsl_rng *rng = mg_stream_alloc(7, stream, 0);
  gsl_matrix *z = gsl_matrix_alloc(n, p->target.dim);
  cr_assert(rng && z);
  cr_assert_eq(p->target.sample_prior ? p->target.sample_prior(p->self, rng, z)
                                      : mg_posterior_sample(p, rng, z),
               GSL_SUCCESS, "%s: %s", p->type->name, mg_reason());
  gsl_rng_free(rng);
  return z;
}

#endif
