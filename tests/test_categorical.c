/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The categorical law by probabilities and by logits, of three classes so that
 * tests/laws.h can check it; more classes by identities. */
#include "laws.h"

#include "dist/bernoulli.h"
#include "dist/categorical.h"

#define P(p) LAW_VECTOR(p, 3)

#define FUNCTIONS(stem)                                                        \
  static int stem##_log_density(double x, const double *p, double *out) {      \
    return mg_##stem##_log_density(x, P(p), out);                              \
  }                                                                            \
  static int stem##_sample(gsl_rng *rng, const double *p, double *out) {       \
    return mg_##stem##_sample(rng, P(p), out);                                 \
  }                                                                            \
  static int stem##_score(double x, const double *p, double *d) {              \
    return mg_##stem##_score(x, P(p), P(d));                                   \
  }                                                                            \
  static int stem##_entropy(const double *p, double *out) {                    \
    return mg_##stem##_entropy(P(p), out);                                     \
  }                                                                            \
  static int stem##_kl(const double *p, const double *q, double *out) {        \
    return mg_##stem##_kl(P(p), P(q), out);                                    \
  }

FUNCTIONS(categorical)
FUNCTIONS(categorical_logits)

LAW_TABLE(categorical, "111", LAW_LEVELS, .levels = 3);
LAW_TABLE(categorical_logits, "rrr", LAW_LEVELS, .levels = 3);

/* Probabilities, which may serve as logits too. */
static const double cases[][LAW_PARAMETERS] = {
    {0.2, 0.5, 0.3}, {1. / 3, 1. / 3, 1. / 3}, {0.001, 0.009, 0.99}};

LAW_TESTS(categorical, 0.5)
LAW_EACH(categorical, score_mean)
LAW_TESTS(categorical_logits, 3)
LAW_SCORE_TESTS(categorical_logits)

/* [categorical.2] is the slope of log(p_x / sum p). */
Test(categorical, score) {
  const double *p = cases[0];
  for (int x = 0; x < 3; x++) {
    double d[3], moved[3];
    categorical_score(x, p, d);
    for (int k = 0; k < 3; k++) {
      double log_p[2];
      const double h = 1e-5;
      for (int side = 0; side < 2; side++) {
        const double step = side ? h : -h;
        for (int j = 0; j < 3; j++)
          moved[j] = (p[j] + (j == k ? step : 0)) / (1 + step);
        categorical_log_density(x, moved, &log_p[side]);
      }
      /* third derivative below 2 / 0.2^3, rounding 1e-16 / h */
      law_near(d[k], (log_p[1] - log_p[0]) / (2 * h), 1e-8, "score", p);
    }
  }
}

Test(categorical, probabilities_that_are_none) {
  const double bad[][3] = {{-0.1, 0.6, 0.5}, {0.2, 0.3, 0.5 + 2e-9}, {0, 0, 0}};
  const double rounded[] = {0.3333333333, 0.3333333333, 0.3333333333};
  double out;
  for (int i = 0; i < 3; i++)
    law_refuses_all(&categorical_law, bad[i], cases[0]);
  cr_assert(categorical_entropy(rounded, &out) == GSL_SUCCESS, "%s",
            mg_reason());
}

Test(categorical, impossible_classes) {
  const double p[] = {0, 1, 0}, q[] = {0.5, 0.5, 0};
  gsl_rng *rng = law_rng();
  double x, out;
  for (int i = 0; i < 1000; i++) {
    categorical_sample(rng, p, &x);
    cr_assert(x == 1, "drew %g", x);
  }
  categorical_entropy(p, &out);
  cr_assert(out == 0, "entropy %g", out);
  categorical_kl(p, q, &out);
  cr_assert(fabs(out - log(2)) < 1e-15, "KL %g", out);
  categorical_kl(q, p, &out);
  cr_assert(out == INFINITY, "KL %g", out);
  gsl_rng_free(rng);
}

/* A generator that gives its largest number for ever. */
static void set(void *state, unsigned long seed) {
  (void)state, (void)seed;
}

static unsigned long largest(void *state) {
  (void)state;
  return 0xffffffffUL;
}

static double below_1(void *state) {
  return (double)largest(state) / 4294967296.0;
}

static const gsl_rng_type top = {"top", 0xffffffffUL, 0,      1,
                                 set,   largest,      below_1};

/* Probabilities that sum to less than u: still no impossible class. */
Test(categorical, draw_beyond_the_sum) {
  gsl_rng *rng = gsl_rng_alloc(&top);
  const double p[] = {0.5, 0.5 - 8e-10, 0};
  double x;
  categorical_sample(rng, p, &x);
  cr_assert(x == 1, "drew %g", x);
  categorical_logits_sample(rng, p, &x);
  cr_assert(x == 2, "logits: drew %g", x);
  gsl_rng_free(rng);
}

Test(categorical_logits, a_constant_changes_nothing) {
  for (double shift = -2000; shift <= 2000; shift += 500) {
    const double a[] = {shift, shift + 1, shift - 2};
    double log_p, zero[] = {0, 1, -2}, expected;
    categorical_logits_log_density(1, a, &log_p);
    categorical_logits_log_density(1, zero, &expected);
    cr_assert(fabs(log_p - expected) < 1e-12, "shift %g: %g", shift, log_p);
  }
}

/* Two classes are a Bernoulli law, from a column of a matrix. */
Test(categorical_logits, of_two_in_a_column) {
  double block[] = {0.25, 9, 1.5, 9};
  gsl_vector_const_view a =
      gsl_vector_const_view_array_with_stride(block, 2, 2);
  double h, expected, log_p;
  mg_categorical_logits_entropy(&a.vector, &h);
  mg_bernoulli_logit_entropy(1.25, &expected);
  cr_assert(fabs(h - expected) < 1e-15, "entropy %g, %g", h, expected);
  mg_categorical_logits_log_density(1, &a.vector, &log_p);
  mg_bernoulli_logit_log_density(1, 1.25, &expected);
  cr_assert(fabs(log_p - expected) < 1e-15, "log mass %g, %g", log_p, expected);
}

Test(categorical_logits, far_apart) {
  const double a[] = {1e308, -1e308, 0};
  double h, kl, log_p;
  categorical_logits_entropy(a, &h);
  cr_assert(h == 0, "entropy %g", h);
  categorical_logits_log_density(1, a, &log_p);
  cr_assert(log_p == -INFINITY, "log mass %g", log_p);
  categorical_logits_kl(a, a, &kl);
  cr_assert(kl == 0, "KL %g", kl);
}

Test(categorical, sizes_that_do_not_fit) {
  double four[] = {0.25, 0.25, 0.25, 0.25}, out;
  gsl_vector_view p = gsl_vector_view_array(four, 4);
  gsl_vector_view d = gsl_vector_view_array(four, 2);
  cr_assert(mg_categorical_kl(&p.vector, P(cases[0]), &out) == GSL_EBADLEN,
            "KL of 4 and 3 classes");
  cr_assert(mg_categorical_score(0, &p.vector, &d.vector) == GSL_EBADLEN,
            "a score of 2 for 4 classes");
  cr_assert(mg_categorical_logits_score(0, &p.vector, &d.vector) == GSL_EBADLEN,
            "a score of 2 for 4 logits");
}
