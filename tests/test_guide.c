/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guides of every law: log q sums to 1, its score and slope are its
 * derivatives, the score's mean is 0 by quadrature, the pathwise derivative is
 * -(dF / d lambda) / q by differences, entropy and moments are integrals. */
#include <criterion/criterion.h>
#include <float.h>
#include <gsl/gsl_deriv.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "infer/guide.h"

enum { MOST = 16 };

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(guide, .init = quiet);

/* ---- one coordinate ---- */

static const mg_support supports[] = {MG_SUPPORT_REAL, MG_SUPPORT_POSITIVE,
                                      MG_SUPPORT_UNIT, MG_SUPPORT_CLASSES};
static const size_t four_classes = 4;

/* A guide of one coordinate with that law, at those parameters. */
static mg_guide *one(const mg_guide_law *law, const double *lambda) {
  const mg_target line = {.name = "line",
                          .dim = 1,
                          .support = &supports[law->support],
                          .classes = &four_classes};
  mg_guide *q = mg_guide_mean_field(&line, &law);
  cr_assert(q, "%s", mg_reason());
  for (size_t j = 0; j < q->lambda->size; j++)
    gsl_vector_set(q->lambda, j, lambda[j]);
  return q;
}

static const struct {
  const mg_guide_law *law;
  double lambda[4];
} cases[] = {{&mg_guide_gaussian, {1.5, -0.7}},
             {&mg_guide_lognormal, {0.3, -0.4}},
             {&mg_guide_gamma, {0.9, 0.4}},
             {&mg_guide_gamma, {0.2, -1}},
             {&mg_guide_beta, {0.7, 1.2}},
             {&mg_guide_beta, {2.5, 0.1}},
             {&mg_guide_categorical, {0.2, -1, 0.5, 1}}};
enum { CASES = sizeof cases / sizeof *cases };

typedef struct {
  mg_guide *q;
  double z;
  size_t j; /* of lambda */
} point;

static double log_q_at(mg_guide *q, double z) {
  gsl_matrix_view at = gsl_matrix_view_array(&z, 1, 1);
  double log_q = NAN;
  gsl_vector_view answer = gsl_vector_view_array(&log_q, 1);
  cr_assert_eq(mg_guide_log_density(q, &at.matrix, &answer.vector, NULL),
               GSL_SUCCESS, "%s", mg_reason());
  return log_q;
}

static void score_at(mg_guide *q, double z, double *score) {
  gsl_matrix_view at = gsl_matrix_view_array(&z, 1, 1);
  gsl_matrix_view d = gsl_matrix_view_array(score, 1, q->lambda->size);
  cr_assert_eq(mg_guide_score(q, &at.matrix, &d.matrix), GSL_SUCCESS, "%s",
               mg_reason());
}

/* The integral of what(z, job) q(z) dz; over v, the line, for every support. */
typedef struct {
  point p;
  double (*what)(const point *p, double z);
} integral;

static double on_the_line(double v, void *job) {
  const integral *in = job;
  const mg_support support = in->p.q->law[0]->support;
  double z = v, log_slope = 0;
  if (support == MG_SUPPORT_POSITIVE) {
    z = exp(v);
    log_slope = v;
  } else if (support == MG_SUPPORT_UNIT) {
    z = 1 / (1 + exp(-v));
    log_slope = -fabs(v) - 2 * log1p(exp(-fabs(v)));
  }
  return exp(log_q_at(in->p.q, z) + log_slope) * in->what(&in->p, z);
}

static double mean_of(mg_guide *q, size_t j,
                      double (*what)(const point *p, double z)) {
  integral in = {.p = {.q = q, .j = j}, .what = what};
  gsl_function f = {on_the_line, &in};
  double sum = 0, error;
  if (q->law[0]->support == MG_SUPPORT_CLASSES) {
    for (int k = 0; k < 4; k++)
      sum += exp(log_q_at(q, k)) * what(&in.p, k);
    return sum;
  }
  gsl_integration_workspace *work = gsl_integration_workspace_alloc(1000);
  gsl_integration_qag(&f, -30, 30, 1e-11, 1e-11, 1000, GSL_INTEG_GAUSS61, work,
                      &sum, &error);
  gsl_integration_workspace_free(work);
  return sum;
}

static double unity(const point *p, double z) {
  (void)p, (void)z;
  return 1;
}

static double itself(const point *p, double z) {
  (void)p;
  return z;
}

static double square(const point *p, double z) {
  (void)p;
  return z * z;
}

static double surprise(const point *p, double z) {
  return -log_q_at(p->q, z);
}

static double one_score(const point *p, double z) {
  double score[MOST];
  score_at(p->q, z, score);
  return score[p->j];
}

Test(guide, density_is_normalised_and_the_score_has_mean_zero) {
  for (size_t c = 0; c < CASES; c++) {
    mg_guide *q = one(cases[c].law, cases[c].lambda);
    const double sum = mean_of(q, 0, unity);
    cr_expect(fabs(sum - 1) < 1e-9, "%s: integral %.12g", cases[c].law->name,
              sum);
    for (size_t j = 0; j < q->lambda->size; j++) {
      const double mean = mean_of(q, j, one_score);
      cr_expect(fabs(mean) < 1e-9, "%s: mean score %zu is %g",
                cases[c].law->name, j, mean);
    }
    mg_guide_free(q);
  }
}

Test(guide, entropy_and_moments_are_integrals) {
  for (size_t c = 0; c < CASES; c++) {
    mg_guide *q = one(cases[c].law, cases[c].lambda);
    double h, m, v;
    gsl_vector_view mean = gsl_vector_view_array(&m, 1);
    gsl_matrix_view variance = gsl_matrix_view_array(&v, 1, 1);
    cr_assert_eq(mg_guide_entropy(q, &h, NULL), GSL_SUCCESS);
    cr_expect(fabs(h - mean_of(q, 0, surprise)) < 1e-8, "%s: entropy %.12g",
              cases[c].law->name, h);
    cr_assert_eq(mg_guide_moments(q, &mean.vector, &variance.matrix),
                 GSL_SUCCESS);
    const double first = mean_of(q, 0, itself), second = mean_of(q, 0, square);
    cr_expect(fabs(m - first) < 1e-8, "%s: mean %.12g, should be %.12g",
              cases[c].law->name, m, first);
    cr_expect(fabs(v - (second - first * first)) < 1e-7,
              "%s: variance %.12g, should be %.12g", cases[c].law->name, v,
              second - first * first);
    mg_guide_free(q);
  }
}

/* ---- derivatives ---- */

static double log_q_of_lambda(double x, void *job) {
  point *p = job;
  gsl_vector_set(p->q->lambda, p->j, x);
  return log_q_at(p->q, p->z);
}

static double entropy_of_lambda(double x, void *job) {
  point *p = job;
  double h = NAN;
  gsl_vector_set(p->q->lambda, p->j, x);
  cr_assert_eq(mg_guide_entropy(p->q, &h, NULL), GSL_SUCCESS);
  return h;
}

static double log_q_of_z(double z, void *job) {
  return log_q_at(((point *)job)->q, z);
}

static double difference(double (*f)(double, void *), point *p, double x,
                         double *error) {
  gsl_function function = {f, p};
  double d;
  gsl_deriv_central(&function, x, 1e-3, &d, error);
  *error = 10 * *error + 1e-10 * (1 + fabs(d));
  return d;
}

static double difference_in_lambda(double (*f)(double, void *), point *p,
                                   double *error) {
  const double at = gsl_vector_get(p->q->lambda, p->j);
  const double d = difference(f, p, at, error);
  gsl_vector_set(p->q->lambda, p->j, at);
  return d;
}

/* A few values inside the support. */
static double inside(mg_support support, int i) {
  static const double table[][3] = {
      {-1, 1.2, 4}, {0.1, 1.3, 5}, {0.05, 0.5, 0.9}, {0, 1, 3}};
  return table[support][i];
}

Test(guide, scores_are_derivatives) {
  for (size_t c = 0; c < CASES; c++) {
    mg_guide *q = one(cases[c].law, cases[c].lambda);
    for (int i = 0; i < 3; i++) {
      point p = {.q = q, .z = inside(cases[c].law->support, i)};
      double score[MOST], error;
      score_at(q, p.z, score);
      for (p.j = 0; p.j < q->lambda->size; p.j++) {
        const double d = difference_in_lambda(log_q_of_lambda, &p, &error);
        cr_expect(fabs(d - score[p.j]) <= error, "%s: score %zu %g, not %g",
                  cases[c].law->name, p.j, score[p.j], d);
      }
    }
    mg_guide_free(q);
  }
}

Test(guide, entropy_has_its_gradient) {
  for (size_t c = 0; c < CASES; c++) {
    mg_guide *q = one(cases[c].law, cases[c].lambda);
    gsl_vector *dh = gsl_vector_alloc(q->lambda->size);
    point p = {.q = q};
    double h, error;
    cr_assert_eq(mg_guide_entropy(q, &h, dh), GSL_SUCCESS);
    for (p.j = 0; p.j < q->lambda->size; p.j++) {
      const double d = difference_in_lambda(entropy_of_lambda, &p, &error);
      cr_expect(fabs(d - gsl_vector_get(dh, p.j)) <= error,
                "%s: dh[%zu] %g, not %g", cases[c].law->name, p.j,
                gsl_vector_get(dh, p.j), d);
    }
    gsl_vector_free(dh);
    mg_guide_free(q);
  }
}

Test(guide, slopes_are_derivatives) {
  for (size_t c = 0; c < CASES; c++) {
    mg_guide *q = one(cases[c].law, cases[c].lambda);
    for (int i = 0; i < 3 && cases[c].law->slope; i++) {
      point p = {.q = q, .z = inside(cases[c].law->support, i)};
      double slope, log_q, error;
      gsl_matrix_view z = gsl_matrix_view_array(&p.z, 1, 1);
      gsl_matrix_view dz = gsl_matrix_view_array(&slope, 1, 1);
      gsl_vector_view answer = gsl_vector_view_array(&log_q, 1);
      cr_assert_eq(
          mg_guide_log_density(q, &z.matrix, &answer.vector, &dz.matrix),
          GSL_SUCCESS);
      const double d = difference(log_q_of_z, &p, p.z, &error);
      cr_expect(fabs(d - slope) <= error, "%s: slope %g, not %g",
                cases[c].law->name, slope, d);
    }
    mg_guide_free(q);
  }
}

/* F(z) at lambda_j = x. */
static double below(double x, void *job) {
  point *p = job;
  integral in = {.p = {.q = p->q}, .what = unity};
  gsl_function f = {on_the_line, &in};
  const mg_support support = p->q->law[0]->support;
  const double end = support == MG_SUPPORT_POSITIVE ? log(p->z)
                     : support == MG_SUPPORT_UNIT   ? log(p->z / (1 - p->z))
                                                    : p->z;
  double sum, error;
  gsl_integration_workspace *work = gsl_integration_workspace_alloc(1000);
  gsl_vector_set(p->q->lambda, p->j, x);
  gsl_integration_qag(&f, -30, end, 1e-13, 1e-13, 1000, GSL_INTEG_GAUSS61, work,
                      &sum, &error);
  gsl_integration_workspace_free(work);
  return sum;
}

Test(guide, pathwise_keeps_the_share_below) {
  for (size_t c = 0; c < CASES; c++) {
    mg_guide *q = one(cases[c].law, cases[c].lambda);
    for (int i = 0; i < 3 && mg_guide_has_pathwise(q); i++) {
      point p = {.q = q, .z = inside(cases[c].law->support, i)};
      double three = 3, path[MOST], error;
      gsl_matrix_view z = gsl_matrix_view_array(&p.z, 1, 1);
      gsl_matrix_view dz = gsl_matrix_view_array(&three, 1, 1);
      gsl_matrix_view d = gsl_matrix_view_array(path, 1, q->lambda->size);
      cr_assert_eq(mg_guide_pathwise(q, &z.matrix, &dz.matrix, &d.matrix),
                   GSL_SUCCESS, "%s", mg_reason());
      for (p.j = 0; p.j < q->lambda->size; p.j++) {
        const double df = difference_in_lambda(below, &p, &error);
        const double q_z = exp(log_q_at(q, p.z)), should = -3 * df / q_z;
        cr_expect(fabs(path[p.j] - should) <= 3 * error / q_z + 1e-9,
                  "%s at %g: pathwise %zu %.12g, not %.12g", cases[c].law->name,
                  p.z, p.j, path[p.j], should);
      }
    }
    mg_guide_free(q);
  }
}

Test(guide, classes_have_no_slope_and_do_not_move_smoothly) {
  mg_guide *q = one(&mg_guide_categorical, cases[CASES - 1].lambda);
  double at = 2, slope, log_q, path[4];
  gsl_matrix_view z = gsl_matrix_view_array(&at, 1, 1);
  gsl_matrix_view dz = gsl_matrix_view_array(&slope, 1, 1);
  gsl_matrix_view d = gsl_matrix_view_array(path, 1, 4);
  gsl_vector_view answer = gsl_vector_view_array(&log_q, 1);
  cr_expect_eq(mg_guide_log_density(q, &z.matrix, &answer.vector, &dz.matrix),
               GSL_EUNSUP, "a slope of classes");
  cr_expect(!mg_guide_has_pathwise(q), "classes move smoothly");
  cr_expect_eq(mg_guide_pathwise(q, &z.matrix, &dz.matrix, &d.matrix),
               GSL_EUNSUP, "a pathwise derivative of classes");
  mg_guide_free(q);
}

/* ---- batches, and what lies outside ---- */

Test(guide, classes_come_as_often_as_they_should) {
  enum { DRAWS = 100000 };
  mg_guide *q = one(&mg_guide_categorical, cases[CASES - 1].lambda);
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_matrix *z = gsl_matrix_alloc(DRAWS, 1);
  double count[4] = {0};
  cr_assert_eq(mg_guide_sample(q, rng, z), GSL_SUCCESS);
  for (size_t s = 0; s < DRAWS; s++)
    count[(size_t)gsl_matrix_get(z, s, 0)]++;
  for (int k = 0; k < 4; k++) {
    const double p = exp(log_q_at(q, k));
    const double off = (count[k] / DRAWS - p) / sqrt(p * (1 - p) / DRAWS);
    cr_expect(fabs(off) <= 6.1, "class %d: z = %g", k, off);
  }
  gsl_matrix_free(z);
  gsl_rng_free(rng);
  mg_guide_free(q);
}

Test(guide, what_is_no_class_has_no_mass_and_no_score) {
  static const double none[] = {-1, 1.5, 4, 1e9};
  mg_guide *q = one(&mg_guide_categorical, cases[CASES - 1].lambda);
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    double at = none[i], score[MOST];
    gsl_matrix_view z = gsl_matrix_view_array(&at, 1, 1);
    gsl_matrix_view d = gsl_matrix_view_array(score, 1, 4);
    cr_expect_eq(log_q_at(q, at), -INFINITY, "%g has mass", at);
    cr_expect_eq(mg_guide_score(q, &z.matrix, &d.matrix), GSL_EDOM,
                 "%g has a score", at);
  }
  mg_guide_free(q);
}

/* A generator that gives the last number below 1, above a sum of
 * probabilities that was rounded down. */
static void seed_nothing(void *state, unsigned long seed) {
  (void)state, (void)seed;
}

static unsigned long get_nothing(void *state) {
  (void)state;
  return 0;
}

static double get_last(void *state) {
  (void)state;
  return 1 - DBL_EPSILON / 2;
}

Test(guide, rounding_makes_no_class_of_its_own) {
  static const gsl_rng_type last = {"last",       1,           0,       1,
                                    seed_nothing, get_nothing, get_last};
  gsl_rng *rng = gsl_rng_alloc(&last);
  const mg_support support = MG_SUPPORT_CLASSES;
  for (size_t k = 1; k < 100; k++) {
    const mg_target line = {
        .name = "line", .dim = 1, .support = &support, .classes = &k};
    mg_guide *q = mg_guide_mean_field(&line, NULL);
    double at;
    gsl_matrix_view z = gsl_matrix_view_array(&at, 1, 1);
    cr_assert(q, "%s", mg_reason());
    cr_assert_eq(mg_guide_sample(q, rng, &z.matrix), GSL_SUCCESS);
    cr_expect(isfinite(log_q_at(q, at)), "%g is none of %zu classes", at, k);
    mg_guide_free(q);
  }
  gsl_rng_free(rng);
}

Test(guide, outside_there_is_no_density_and_no_score) {
  for (size_t c = 1; c < CASES; c++) {
    mg_guide *q = one(cases[c].law, cases[c].lambda);
    double at = -1.5, score[MOST];
    gsl_matrix_view z = gsl_matrix_view_array(&at, 1, 1);
    gsl_matrix_view d = gsl_matrix_view_array(score, 1, q->lambda->size);
    cr_expect_eq(log_q_at(q, at), -INFINITY, "%s at -1.5", q->law[0]->name);
    cr_expect_eq(mg_guide_score(q, &z.matrix, &d.matrix), GSL_EDOM,
                 "%s has a score at -1.5", q->law[0]->name);
    mg_guide_free(q);
  }
}

/* ---- where it starts ---- */

Test(guide, starts_with_the_mean_and_spread_it_is_told) {
  static const double mean[] = {-2, 0.3, 0.3}, sd[] = {0.5, 0.1, 0.1};
  static const mg_guide_law *const laws[] = {
      &mg_guide_gaussian, &mg_guide_lognormal, &mg_guide_gamma, &mg_guide_beta};
  for (size_t l = 0; l < 4; l++) {
    const mg_support support = laws[l]->support;
    double at = mean[support], spread = sd[support], m, v;
    const double none[2] = {0};
    mg_guide *q = one(laws[l], none);
    gsl_vector_view means = gsl_vector_view_array(&at, 1);
    gsl_vector_view sds = gsl_vector_view_array(&spread, 1);
    gsl_vector_view own = gsl_vector_view_array(&m, 1);
    gsl_matrix_view variance = gsl_matrix_view_array(&v, 1, 1);
    mg_guide_set(q, &means.vector, &sds.vector);
    cr_assert_eq(mg_guide_moments(q, &own.vector, &variance.matrix),
                 GSL_SUCCESS);
    cr_expect(fabs(m - at) < 1e-13 && fabs(sqrt(v) - spread) < 1e-13,
              "%s: mean %.15g, sd %.15g", laws[l]->name, m, sqrt(v));
    mg_guide_free(q);
  }
}

Test(guide, what_a_law_cannot_have_becomes_one_or_uniform) {
  const mg_target box = {.name = "box",
                         .dim = 4,
                         .support = supports,
                         .classes = (const size_t[]){0, 0, 0, 3}};
  mg_guide *q = mg_guide_mean_field(&box, NULL);
  gsl_vector *mean = gsl_vector_alloc(4);
  gsl_matrix *covariance = gsl_matrix_alloc(4, 4);
  static const double means[] = {0, 1, 0.5, 1};
  static const double variances[] = {1, 1, 1 / 12., 2 / 3.};
  cr_assert(q, "%s", mg_reason());
  cr_assert_eq(mg_guide_moments(q, mean, covariance), GSL_SUCCESS);
  for (size_t i = 0; i < 4; i++) {
    cr_expect(fabs(gsl_vector_get(mean, i) - means[i]) < 1e-14, "mean %zu", i);
    cr_expect(fabs(gsl_matrix_get(covariance, i, i) - variances[i]) < 1e-14,
              "variance %zu is %.15g", i, gsl_matrix_get(covariance, i, i));
  }
  gsl_vector_free(mean);
  gsl_matrix_free(covariance);
  mg_guide_free(q);
}
