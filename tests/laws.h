/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks that are alike for every law of one coordinate: a test file is a
 * table of the law's functions, some parameters, and LAW_TESTS.
 *
 *   normalised  the density integrates to 1, by quadrature over a coordinate v
 *               that runs over the whole line; the mass sums to 1
 *   sampler     the largest gap of empirical and true distribution function is
 *               below the bound of Dvoretzky, Kiefer & Wolfowitz (constant of
 *               Massart 1990) at a false alarm rate of 1e-9
 *   score       equals the derivative of the log density by differences
 *   score_mean  is 0 over draws, at z <= 6.1 (1e-9, two-sided)
 *   entropy     equals -E log p by quadrature
 *   kl          equals E log(p0 / p1), and is 0 of a law to itself
 *   hostile     every function refuses parameters out of their domain
 *   data        NaN is refused, data outside the support have no density
 *   pathwise    equals -(dF / d theta) / p, with F differenced
 *   reparam     is sample and pathwise at once
 *
 * The tolerance of a quadrature and of a difference is the error estimate of
 * the GSL routine, times 10 for a difference, and rounding. */
#ifndef MG_TESTS_LAWS_H
#define MG_TESTS_LAWS_H

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_deriv.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_vector.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

enum { LAW_PARAMETERS = 3, LAW_DRAWS = 100000 };

typedef enum {
  LAW_LINE,
  LAW_HALF_LINE,
  LAW_UNIT,
  LAW_INTERVAL,
  LAW_LEVELS
} law_support;

/* A law of up to 3 parameters p, of which the first have a score.
 *   domain  a letter each: r real, + above 0, 1 a probability, n a count */
typedef struct {
  const char *domain;
  unsigned levels; /* of a law over a finite set; 0: the count among p */
  law_support support;
  int (*log_density)(double x, const double *p, double *log_p);
  int (*sample)(gsl_rng *rng, const double *p, double *x);
  int (*score)(double x, const double *p, double *d);
  int (*entropy)(const double *p, double *h);
  int (*kl)(const double *p0, const double *p1, double *kl);
  int (*pathwise)(double x, const double *p, double *d);
  int (*reparam)(gsl_rng *rng, const double *p, double *x, double *d);
  double (*cdf)(double x, const double *p);
} law;

/* An array as a vector or matrix (GSL's views are not lvalues). */
#define LAW_VECTOR(array, n)                                                   \
  (&(gsl_vector){.size = (n), .stride = 1, .data = (double *)(array)})
#define LAW_MATRIX(array, rows, columns)                                       \
  (&(gsl_matrix){.size1 = (rows),                                              \
                 .size2 = (columns),                                           \
                 .tda = (columns),                                             \
                 .data = (double *)(array)})

static inline void law_init(void) {
  gsl_set_error_handler_off();
}

static inline gsl_rng *law_rng(void) {
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_rng_set(rng, 20240229);
  return rng;
}

static inline void law_near(double actual, double expected, double tolerance,
                            const char *what, const double *p) {
  cr_assert(fabs(actual - expected) <= tolerance,
            "%s at (%g, %g, %g): %.15g, should be %.15g +- %.2g", what, p[0],
            p[1], p[2], actual, expected, tolerance);
}

static inline double law_log_p(const law *l, double x, const double *p) {
  double log_p = NAN;
  const int status = l->log_density(x, p, &log_p);
  cr_assert(status == GSL_SUCCESS, "log density at %g: %s", x, mg_reason());
  return log_p;
}

/* How many parameters are real numbers: they have scores. */
static inline int law_scores(const law *l) {
  return (int)strcspn(l->domain, "n");
}

static inline unsigned law_levels(const law *l, const double *p) {
  return l->levels ? l->levels : (unsigned)p[law_scores(l)];
}

/* E_p of something: log p0, or log p1, or 1. */
typedef struct {
  const law *l;
  const double *p0, *p1; /* p1 NULL: of 1 */
  double (*what)(double log_p0, double log_p1);
} law_mean;

static inline double law_one(double log_p0, double log_p1) {
  (void)log_p0, (void)log_p1;
  return 1;
}

static inline double law_surprise(double log_p0, double log_p1) {
  (void)log_p1;
  return -log_p0;
}

static inline double law_log_ratio(double log_p0, double log_p1) {
  return log_p0 - log_p1;
}

/* The datum at v and log dx/dv. */
static inline double law_datum(const law_mean *m, double v, double *log_slope) {
  const double low = m->l->support == LAW_INTERVAL ? m->p0[0] : 0;
  const double high = m->l->support == LAW_INTERVAL ? m->p0[1] : 1;
  *log_slope = m->l->support == LAW_HALF_LINE ? v : 0;
  if (m->l->support == LAW_LINE)
    return v;
  if (m->l->support == LAW_HALF_LINE)
    return exp(v);
  *log_slope = -fabs(v) - 2 * log1p(exp(-fabs(v))) + log(high - low);
  return v < 0 ? low + (high - low) * exp(v) / (1 + exp(v))
               : high - (high - low) / (1 + exp(v));
}

static inline double law_integrand(double v, void *mean) {
  const law_mean *m = mean;
  double log_slope;
  const double x = law_datum(m, v, &log_slope);
  const double log_p0 = law_log_p(m->l, x, m->p0);
  /* at the far ends x rounds to the border, where a density is 0 or infinite */
  if (!isfinite(log_p0) || log_p0 + log_slope < -700)
    return 0;
  if (m->l->support == LAW_UNIT && (x == 0 || x == 1))
    return 0;
  return exp(log_p0 + log_slope) * m->what(log_p0, law_log_p(m->l, x, m->p1));
}

/* The mean, and how well it is known. */
static inline double law_expect(law_mean m, double *error) {
  double sum = 0;
  if (m.l->support == LAW_LEVELS) {
    for (unsigned x = 0; x < law_levels(m.l, m.p0); x++) {
      const double log_p0 = law_log_p(m.l, x, m.p0);
      if (log_p0 > -INFINITY)
        sum += exp(log_p0) * m.what(log_p0, law_log_p(m.l, x, m.p1));
    }
    *error = 1e-12 * (1 + fabs(sum));
    return sum;
  }
  gsl_integration_workspace *w = gsl_integration_workspace_alloc(2000);
  gsl_function f = {law_integrand, &m};
  gsl_integration_qagi(&f, 1e-11, 1e-11, 2000, w, &sum, error);
  gsl_integration_workspace_free(w);
  cr_assert(*error < 1e-7, "quadrature to %g only: a test of nothing", *error);
  *error += 1e-12 * (1 + fabs(sum));
  return sum;
}

static inline void law_normalised(const law *l, const double *p) {
  double error;
  const double total = law_expect((law_mean){l, p, p, law_one}, &error);
  law_near(total, 1, error, "total probability", p);
}

static inline void law_entropy(const law *l, const double *p) {
  double error, h;
  const double mean = law_expect((law_mean){l, p, p, law_surprise}, &error);
  cr_assert(l->entropy(p, &h) == GSL_SUCCESS, "entropy: %s", mg_reason());
  law_near(h, mean, error, "entropy", p);
}

static inline void law_kl(const law *l, const double *p0, const double *p1) {
  double error, kl;
  const double mean = law_expect((law_mean){l, p0, p1, law_log_ratio}, &error);
  cr_assert(l->kl(p0, p1, &kl) == GSL_SUCCESS, "KL: %s", mg_reason());
  law_near(kl, mean, error, "KL", p0);
  cr_assert(l->kl(p0, p0, &kl) == GSL_SUCCESS, "KL: %s", mg_reason());
  law_near(kl, 0, 1e-14, "KL to itself", p0);
}

/* F at x and just below it. */
static inline double law_step(const law *l, double x, const double *p,
                              double *below) {
  if (l->support != LAW_LEVELS)
    return *below = l->cdf(x, p);
  double sum = 0;
  for (double k = 0; k < x; k++)
    sum += exp(law_log_p(l, k, p));
  *below = sum;
  return sum + exp(law_log_p(l, x, p));
}

/* LAW_DRAWS draws, which are sorted, against F. */
static inline void law_gap(const law *l, double *x, const double *p) {
  double gap = 0, below;
  gsl_sort(x, 1, LAW_DRAWS);
  for (int i = 0, j; i < LAW_DRAWS; i = j) {
    for (j = i; j < LAW_DRAWS && x[j] == x[i]; j++)
      ;
    const double upto = law_step(l, x[i], p, &below);
    gap = fmax(gap, fabs((double)i / LAW_DRAWS - below));
    gap = fmax(gap, fabs((double)j / LAW_DRAWS - upto));
  }
  law_near(gap, 0, sqrt(log(2 / 1e-9) / (2 * LAW_DRAWS)), "gap of F", p);
}

static inline void law_sampler(const law *l, const double *p) {
  gsl_rng *rng = law_rng();
  double *x = malloc(LAW_DRAWS * sizeof *x);
  for (int i = 0; i < LAW_DRAWS; i++)
    cr_assert(l->sample(rng, p, &x[i]) == GSL_SUCCESS, "%s", mg_reason());
  law_gap(l, x, p);
  gsl_rng_free(rng);
  free(x);
}

/* Something of a law as a function of one parameter. */
typedef struct {
  const law *l;
  double p[LAW_PARAMETERS], x;
  int index;
  double (*of)(const law *l, double x, const double *p);
} law_slice;

static inline double law_at(double value, void *slice) {
  law_slice s = *(const law_slice *)slice;
  s.p[s.index] = value;
  return s.of(s.l, s.x, s.p);
}

/* d of / d p_index by differences, and how well it is known. */
static inline double law_difference(law_slice s, double *error) {
  gsl_function f = {law_at, &s};
  const double at = s.p[s.index];
  double slope, step = 1e-3 * (fabs(at) > 0 ? fabs(at) : 1);
  gsl_deriv_central(&f, at, step, &slope, error);
  *error = 10 * *error + 1e-12 * (1 + fabs(slope));
  return slope;
}

static inline double law_cdf(const law *l, double x, const double *p) {
  return l->cdf(x, p);
}

static inline void law_score_at(const law *l, double x, const double *p) {
  double d[LAW_PARAMETERS], error;
  law_slice s = {l, {p[0], p[1], p[2]}, x, 0, law_log_p};
  cr_assert(l->score(x, p, d) == GSL_SUCCESS, "%s", mg_reason());
  for (s.index = 0; s.index < law_scores(l); s.index++) {
    const double slope = law_difference(s, &error);
    law_near(d[s.index], slope, error, "score", p);
  }
}

/* Checks at 20 draws: a draw is where the law lives. */
static inline void law_score(const law *l, const double *p) {
  gsl_rng *rng = law_rng();
  for (int i = 0; i < 20; i++) {
    double x;
    l->sample(rng, p, &x);
    law_score_at(l, x, p);
  }
  gsl_rng_free(rng);
}

static inline void law_pathwise(const law *l, const double *p) {
  gsl_rng *rng = law_rng();
  for (int i = 0; i < 20; i++) {
    double d[LAW_PARAMETERS], error;
    law_slice s = {l, {p[0], p[1], p[2]}, 0, 0, law_cdf};
    l->sample(rng, p, &s.x);
    cr_assert(l->pathwise(s.x, p, d) == GSL_SUCCESS, "%s", mg_reason());
    const double density = exp(law_log_p(l, s.x, p));
    for (s.index = 0; s.index < law_scores(l); s.index++) {
      const double slope = law_difference(s, &error);
      law_near(d[s.index] * density, -slope, error, "pathwise x p", p);
    }
  }
  gsl_rng_free(rng);
}

static inline void law_reparam(const law *l, const double *p) {
  gsl_rng *one = law_rng(), *two = law_rng();
  for (int i = 0; i < 10; i++) {
    double x, y, d_x[LAW_PARAMETERS] = {0}, d_y[LAW_PARAMETERS] = {0};
    cr_assert(l->reparam(one, p, &x, d_x) == GSL_SUCCESS, "%s", mg_reason());
    l->sample(two, p, &y);
    l->pathwise(y, p, d_y);
    law_near(x, y, 0, "draw of sample_reparam", p);
    for (int k = 0; k < law_scores(l); k++)
      law_near(d_x[k], d_y[k], 0, "derivative of sample_reparam", p);
  }
  gsl_rng_free(one);
  gsl_rng_free(two);
}

static inline void law_score_mean(const law *l, const double *p) {
  gsl_rng *rng = law_rng();
  double sum[LAW_PARAMETERS] = {0}, squares[LAW_PARAMETERS] = {0};
  for (int i = 0; i < LAW_DRAWS; i++) {
    double x, d[LAW_PARAMETERS];
    l->sample(rng, p, &x);
    cr_assert(l->score(x, p, d) == GSL_SUCCESS, "%s", mg_reason());
    for (int k = 0; k < law_scores(l); k++) {
      sum[k] += d[k];
      squares[k] += d[k] * d[k];
    }
  }
  for (int k = 0; k < law_scores(l); k++)
    law_near(sum[k] / sqrt(squares[k]), 0, 6.1, "z of the mean score", p);
  gsl_rng_free(rng);
}

static inline void law_refuses(int status, const char *what, const double *p) {
  cr_assert(status == GSL_EDOM, "%s at (%g, %g, %g) gives %d", what, p[0], p[1],
            p[2], status);
  cr_assert(mg_reason()[0] != '\0', "%s gives no reason", what);
  mg_reason_clear();
}

/* Every function at parameters that do not exist; `good` do. */
static inline void law_refuses_all(const law *l, const double *bad,
                                   const double *good) {
  gsl_rng *rng = law_rng();
  double x, d[LAW_PARAMETERS], out;
  law_refuses(l->log_density(0.5, bad, &out), "log density", bad);
  law_refuses(l->sample(rng, bad, &x), "sample", bad);
  law_refuses(l->score(0.5, bad, d), "score", bad);
  law_refuses(l->entropy(bad, &out), "entropy", bad);
  law_refuses(l->kl(bad, good, &out), "KL from", bad);
  law_refuses(l->kl(good, bad, &out), "KL to", bad);
  if (l->pathwise) {
    law_refuses(l->pathwise(0.5, bad, d), "pathwise", bad);
    law_refuses(l->reparam(rng, bad, &x, d), "reparam", bad);
  }
  gsl_rng_free(rng);
}

static inline void law_hostile(const law *l, const double *good) {
  static const double never[] = {NAN, INFINITY, -INFINITY};
  static const double not_above_0[] = {0, -1, -0.0, 1e-310};
  static const double not_probability[] = {-1, -1e-300, 1 + 1e-15, 2};
  for (size_t k = 0; k < strlen(l->domain); k++) {
    double bad[LAW_PARAMETERS] = {good[0], good[1], good[2]};
    for (int i = 0; i < 3 && l->domain[k] != 'n'; i++) {
      bad[k] = never[i];
      law_refuses_all(l, bad, good);
    }
    for (int i = 0; i < 4 && strchr("+1", l->domain[k]); i++) {
      bad[k] = l->domain[k] == '+' ? not_above_0[i] : not_probability[i];
      law_refuses_all(l, bad, good);
    }
    if (l->domain[k] == 'n') {
      bad[k] = 0;
      law_refuses_all(l, bad, good);
    }
  }
}

/* NaN, and a datum that the law cannot give. */
static inline void law_data(const law *l, const double *p, double outside) {
  double out, d[LAW_PARAMETERS];
  law_refuses(l->log_density(NAN, p, &out), "log density of NaN", p);
  law_refuses(l->score(NAN, p, d), "score of NaN", p);
  const double off[] = {outside, INFINITY, -INFINITY};
  for (int i = 0; i < 3; i++) {
    cr_assert(law_log_p(l, off[i], p) == -INFINITY, "a density at %g", off[i]);
    law_refuses(l->score(off[i], p, d), "score outside the support", p);
    if (l->pathwise)
      law_refuses(l->pathwise(off[i], p, d), "pathwise outside", p);
  }
}

#define LAW_EACH(stem, check)                                                  \
  Test(stem, check) {                                                          \
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)                  \
      law_##check(&stem##_law, cases[i]);                                      \
  }

/* For a table `<stem>_law` and an array `cases` of parameters. */
#define LAW_TESTS(stem, outside)                                               \
  TestSuite(stem, .init = law_init, .timeout = 120);                           \
  LAW_EACH(stem, normalised)                                                   \
  LAW_EACH(stem, sampler)                                                      \
  LAW_EACH(stem, entropy)                                                      \
  LAW_EACH(stem, hostile)                                                      \
  Test(stem, kl) {                                                             \
    for (size_t i = 0; i + 1 < sizeof cases / sizeof *cases; i++)              \
      law_kl(&stem##_law, cases[i], cases[i + 1]);                             \
  }                                                                            \
  Test(stem, data) {                                                           \
    law_data(&stem##_law, cases[0], outside);                                  \
  }

#define LAW_SCORE_TESTS(stem)                                                  \
  LAW_EACH(stem, score)                                                        \
  LAW_EACH(stem, score_mean)

#define LAW_PATHWISE_TESTS(stem)                                               \
  LAW_EACH(stem, pathwise)                                                     \
  LAW_EACH(stem, reparam)

#define LAW_TABLE(stem, letters, where, ...)                                   \
  static const law stem##_law = {.domain = letters,                            \
                                 .support = where,                             \
                                 .log_density = stem##_log_density,            \
                                 .sample = stem##_sample,                      \
                                 .score = stem##_score,                        \
                                 .entropy = stem##_entropy,                    \
                                 .kl = stem##_kl,                              \
                                 __VA_ARGS__}

#define LAW_WITH_PATHWISE(stem)                                                \
  .pathwise = stem##_pathwise, .reparam = stem##_reparam, .cdf = stem##_cdf

/* The table's functions from a law's own, for one and for two parameters. */
#define LAW_FUNCTIONS_1(stem)                                                  \
  static int stem##_log_density(double x, const double *p, double *out) {      \
    return mg_##stem##_log_density(x, p[0], out);                              \
  }                                                                            \
  static int stem##_sample(gsl_rng *rng, const double *p, double *out) {       \
    return mg_##stem##_sample(rng, p[0], out);                                 \
  }                                                                            \
  static int stem##_score(double x, const double *p, double *d) {              \
    return mg_##stem##_score(x, p[0], d);                                      \
  }                                                                            \
  static int stem##_entropy(const double *p, double *out) {                    \
    return mg_##stem##_entropy(p[0], out);                                     \
  }                                                                            \
  static int stem##_kl(const double *p, const double *q, double *out) {        \
    return mg_##stem##_kl(p[0], q[0], out);                                    \
  }

#define LAW_FUNCTIONS_2(stem)                                                  \
  static int stem##_log_density(double x, const double *p, double *out) {      \
    return mg_##stem##_log_density(x, p[0], p[1], out);                        \
  }                                                                            \
  static int stem##_sample(gsl_rng *rng, const double *p, double *out) {       \
    return mg_##stem##_sample(rng, p[0], p[1], out);                           \
  }                                                                            \
  static int stem##_score(double x, const double *p, double *d) {              \
    return mg_##stem##_score(x, p[0], p[1], &d[0], &d[1]);                     \
  }                                                                            \
  static int stem##_entropy(const double *p, double *out) {                    \
    return mg_##stem##_entropy(p[0], p[1], out);                               \
  }                                                                            \
  static int stem##_kl(const double *p, const double *q, double *out) {        \
    return mg_##stem##_kl(p[0], p[1], q[0], q[1], out);                        \
  }                                                                            \
  static int stem##_pathwise(double x, const double *p, double *d) {           \
    return mg_##stem##_pathwise(x, p[0], p[1], &d[0], &d[1]);                  \
  }                                                                            \
  static int stem##_reparam(gsl_rng *rng, const double *p, double *x,          \
                            double *d) {                                       \
    return mg_##stem##_sample_reparam(rng, p[0], p[1], x, &d[0], &d[1]);       \
  }

#endif
