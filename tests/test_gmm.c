/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian mixture against known optima, direct sums and its own
 * identities. */
#include <criterion/criterion.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <string.h>

#include "base/logmath.h"
#include "base/status.h"
#include "base/stream.h"
#include "data/catalogue.h"
#include "data/faithful.h"
#include "eval/evidence.h"
#include "models/fit.h"
#include "models/gmm.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(gmm, .init = quiet);

/* Old Faithful, all rows in train. */
static mg_dataset *faithful(void) {
  mg_dataset *data = mg_faithful_read(1);
  cr_assert_not_null(data, "faithful: %s", mg_reason());
  mg_dataset_split(data, "none");
  return data;
}

static mg_model *fitted(const mg_dataset *data, mg_gmm_options options,
                        size_t restarts, double tolerance) {
  mg_model *model = mg_model_alloc(&mg_gmm_type, &data->space, &options, false);
  cr_assert_not_null(model, "alloc: %s", mg_reason());
  mg_fit_options fit = mg_fit_options_default();
  fit.restarts = restarts;
  fit.tolerance = tolerance;
  fit.passes = 20000;
  const mg_rows rows = mg_dataset_part(data, MG_TRAIN);
  int status = mg_fit_run(model, &rows, &fit, 7);
  cr_assert_eq(status, GSL_SUCCESS, "fit: %s", mg_reason());
  return model;
}

static double total_log_likelihood(const mg_model *model,
                                   const mg_dataset *data) {
  mg_evidence evidence;
  const mg_evidence_options options = mg_evidence_options_default();
  const mg_rows rows = mg_dataset_all(data);
  cr_assert_eq(mg_evidence_of(model, &rows, &options, 1, &evidence), 0,
               "evidence: %s", mg_reason());
  return evidence.value * (double)evidence.n;
}

/* The maxima that mclust 6.0.0 and scikit-learn 1.2.1 agree on to 1e-8; tied
 * with K = 3, scikit-learn's with tolerance 1e-14 from 60 starts (mclust stops
 * on the way there, at -1126.326236, by its tolerance of 1e-5). */
#define OPTIMUM(title, k, shape, starts, expected)                             \
  Test(gmm, title) {                                                           \
    mg_dataset *data = faithful();                                             \
    mg_model *model =                                                          \
        fitted(data, (mg_gmm_options){.components = k, .covariance = shape},   \
               starts, 1e-14);                                                 \
    double l = total_log_likelihood(model, data);                              \
    cr_assert(fabs(l - (expected)) <= 1e-6, "log-likelihood %.10f", l);        \
    mg_model_free(model);                                                      \
    mg_dataset_free(data);                                                     \
  }

OPTIMUM(faithful_full_1, 1, MG_GMM_FULL, 1, -1289.796745)
OPTIMUM(faithful_full_2, 2, MG_GMM_FULL, 3, -1130.2639601847)
OPTIMUM(faithful_tied_2, 2, MG_GMM_TIED, 3, -1140.1867594371)
OPTIMUM(faithful_tied_3, 3, MG_GMM_TIED, 20, -1126.3159278)
OPTIMUM(faithful_diagonal_2, 2, MG_GMM_DIAGONAL, 3, -1147.8063525378)
OPTIMUM(faithful_spherical_2, 2, MG_GMM_SPHERICAL, 3, -1709.5292821774)

/* Parameters at the optimum, from scikit-learn 1.2.1 with tolerance 0; BIC from
 * mclust. */
Test(gmm, faithful_parameters) {
  mg_dataset *data = faithful();
  mg_model *model = fitted(data, (mg_gmm_options){.components = 2}, 3, 1e-15);
  const mg_gmm *g = model->self;
  size_t a = gsl_vector_get(g->weights, 0) > .5 ? 0 : 1;
  const double got[] = {gsl_vector_get(g->weights, a),
                        gsl_matrix_get(g->means, a, 0),
                        gsl_matrix_get(g->means, a, 1),
                        gsl_matrix_get(g->spread, 2 * a, 0),
                        gsl_matrix_get(g->spread, 2 * a, 1),
                        gsl_matrix_get(g->spread, 2 * a + 1, 1)};
  const double expected[] = {.644127143,  4.289661973, 79.96811517,
                             .1699684357, .9406093193, 36.0462113176};
  for (size_t i = 0; i < 6; i++)
    cr_assert(fabs(got[i] / expected[i] - 1) < 1e-6, "parameter %zu: %.10g", i,
              got[i]);
  size_t parameters = mg_model_parameters(model);
  cr_assert_eq(parameters, 11, "%zu free parameters", parameters);
  double bic = mg_bic(total_log_likelihood(model, data), parameters, data->n);
  cr_assert(fabs(bic - 2322.1917431) < 1e-5, "BIC %.8f", bic);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- against direct sums ---- */

/* log N(x; mu, sigma) by solving, not by the inverse factor. */
static double direct_log_normal(const gsl_vector *x, const gsl_vector *mu,
                                const gsl_matrix *sigma) {
  const size_t d = x->size;
  gsl_matrix *l = gsl_matrix_alloc(d, d);
  gsl_vector *e = gsl_vector_alloc(d), *y = gsl_vector_alloc(d);
  gsl_matrix_memcpy(l, sigma);
  gsl_vector_memcpy(e, x);
  gsl_vector_sub(e, mu);
  gsl_linalg_cholesky_decomp1(l);
  gsl_linalg_cholesky_solve(l, e, y);
  double value = -.5 * (double)d * MG_LN_2PI;
  for (size_t i = 0; i < d; i++)
    value -= .5 * gsl_vector_get(e, i) * gsl_vector_get(y, i) +
             log(gsl_matrix_get(l, i, i));
  gsl_matrix_free(l);
  gsl_vector_free(e);
  gsl_vector_free(y);
  return value;
}

/* Some data, and a mixture started on them. */
typedef struct {
  mg_dataset *data;
  mg_model *model;
  mg_gmm *g;
  gsl_matrix *x;
} setting;

static setting set_up(size_t n, size_t d, size_t k, mg_gmm_covariance shape,
                      double floor) {
  const mg_space space = {.dim = d, .measure = MG_REALS};
  setting s = {.data = mg_dataset_alloc("random", &space, n)};
  gsl_rng *rng = mg_stream_alloc(3, "test/gmm", d);
  s.x = s.data->reals;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < d; j++)
      gsl_matrix_set(s.x, i, j,
                     gsl_ran_gaussian(rng, 1 + (double)j) +
                         3 * (double)(i % k));
  const mg_gmm_options options = {
      .components = k, .covariance = shape, .floor = floor};
  s.model = mg_model_alloc(&mg_gmm_type, &space, &options, false);
  s.g = s.model->self;
  const mg_batch batch = {.x = *s.x};
  cr_assert_eq(mg_gmm_type.start(s.g, rng, &batch), 0, "%s", mg_reason());
  gsl_rng_free(rng);
  return s;
}

static void tear_down(setting *s) {
  mg_model_free(s->model);
  mg_dataset_free(s->data);
}

static void check_joint(size_t d, mg_gmm_covariance shape) {
  setting s = set_up(150, d, 3, shape, .1);
  gsl_matrix *joint = gsl_matrix_alloc(150, 3);
  gsl_matrix *r = gsl_matrix_alloc(150, 3);
  gsl_matrix *sigma = gsl_matrix_alloc(d, d);
  gsl_vector *log_p = gsl_vector_alloc(150);
  /* One M step so that covariances are not diagonal by chance. */
  mg_gmm_responsibilities(s.g, s.x, r);
  cr_assert_eq(mg_gmm_m_step(s.g, s.x, r), 0, "%s", mg_reason());
  mg_gmm_log_joint(s.g, s.x, joint);
  mg_gmm_log_density(s.g, s.x, log_p);
  for (size_t n = 0; n < 150; n++) {
    gsl_vector_view x = gsl_matrix_row(s.x, n);
    double direct[3];
    for (size_t k = 0; k < 3; k++) {
      gsl_vector_view mu = gsl_matrix_row(s.g->means, k);
      mg_gmm_covariance_get(s.g, k, sigma);
      direct[k] = log(gsl_vector_get(s.g->weights, k)) +
                  direct_log_normal(&x.vector, &mu.vector, sigma);
      double got = gsl_matrix_get(joint, n, k);
      cr_assert(fabs(got - direct[k]) <= 1e-10 * fabs(direct[k]),
                "log p(x, k) %.15g, directly %.15g", got, direct[k]);
    }
    double expected = mg_log_sum_exp(3, direct);
    double got = gsl_vector_get(log_p, n);
    cr_assert(fabs(got - expected) <= 1e-10 * fabs(expected),
              "log p(x) %.15g, directly %.15g", got, expected);
  }
  gsl_matrix_free(joint);
  gsl_matrix_free(r);
  gsl_matrix_free(sigma);
  gsl_vector_free(log_p);
  tear_down(&s);
}

Test(gmm, log_joint_against_a_direct_solve) {
  const size_t dims[] = {1, 2, 4, 5, 16, 19};
  for (size_t i = 0; i < 6; i++)
    for (int shape = MG_GMM_FULL; shape <= MG_GMM_SPHERICAL; shape++)
      check_joint(dims[i], (mg_gmm_covariance)shape);
}

/* One EM step of the loop against sums written out. */
Test(gmm, one_step_against_direct_sums) {
  const size_t n = 700, d = 3, k = 2;
  setting s = set_up(n, d, k, MG_GMM_FULL, .05);
  gsl_matrix *r = gsl_matrix_alloc(n, k);
  const mg_rows rows = mg_dataset_all(s.data);
  mg_fit_options options = mg_fit_options_default();
  options.passes = 1;
  /* mg_fit begins with a start of its own: take its means as ours. */
  mg_fit *fit = mg_fit_alloc(s.model, &rows, &options, 5);
  cr_assert_not_null(fit, "%s", mg_reason());
  mg_gmm_responsibilities(s.g, s.x, r);
  cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
  for (size_t c = 0; c < k; c++) {
    double count = 0, mean[3] = {0}, cov[3][3] = {{0}};
    for (size_t i = 0; i < n; i++) {
      double w = gsl_matrix_get(r, i, c);
      count += w;
      for (size_t a = 0; a < d; a++)
        mean[a] += w * gsl_matrix_get(s.x, i, a);
    }
    for (size_t a = 0; a < d; a++)
      mean[a] /= count;
    for (size_t i = 0; i < n; i++)
      for (size_t a = 0; a < d; a++)
        for (size_t b = 0; b < d; b++)
          cov[a][b] += gsl_matrix_get(r, i, c) *
                       (gsl_matrix_get(s.x, i, a) - mean[a]) *
                       (gsl_matrix_get(s.x, i, b) - mean[b]) / count;
    double weight = gsl_vector_get(s.g->weights, c);
    cr_assert(fabs(weight - count / (double)n) < 1e-12, "weight %g", weight);
    for (size_t a = 0; a < d; a++) {
      double m = gsl_matrix_get(s.g->means, c, a);
      cr_assert(fabs(m - mean[a]) < 1e-11, "mean %.15g, directly %.15g", m,
                mean[a]);
      for (size_t b = 0; b < d; b++) {
        double floor = a == b ? .05 * (double)n / count : 0;
        double v = gsl_matrix_get(s.g->spread, c * d + a, b);
        cr_assert(fabs(v - cov[a][b] - floor) < 1e-11,
                  "covariance %.15g, directly %.15g", v, cov[a][b] + floor);
      }
    }
  }
  mg_fit_free(fit);
  gsl_matrix_free(r);
  tear_down(&s);
}

/* What the M step raises, nats per datum [em.6]. */
static double penalised_bound(const setting *s, const gsl_matrix *r) {
  mg_gmm_parts parts;
  cr_assert(!mg_gmm_refresh(s->g) && !mg_gmm_bound(s->g, s->x, r, &parts), "%s",
            mg_reason());
  return parts.expected / (double)s->x->size1 -
         s->g->options.floor * s->g->penalty;
}

/* Every other size of the covariances is worse, whatever their shape. */
static void expect_best_size(mg_gmm_covariance shape) {
  setting s = set_up(200, 3, 2, shape, .5);
  gsl_matrix *r = gsl_matrix_alloc(200, 2);
  cr_assert(!mg_gmm_responsibilities(s.g, s.x, r) &&
                !mg_gmm_m_step(s.g, s.x, r),
            "%s", mg_reason());
  const double best = penalised_bound(&s, r);
  gsl_matrix_scale(s.g->spread, 1.001);
  cr_expect(penalised_bound(&s, r) < best, "shape %d: larger is better", shape);
  gsl_matrix_scale(s.g->spread, .999 / 1.001);
  cr_expect(penalised_bound(&s, r) < best, "shape %d: less is better", shape);
  gsl_matrix_free(r);
  tear_down(&s);
}

Test(gmm, m_step_maximises_the_penalised_bound) {
  for (int shape = MG_GMM_FULL; shape <= MG_GMM_SPHERICAL; shape++)
    expect_best_size((mg_gmm_covariance)shape);
}

/* ---- identities ---- */

Test(gmm, log_p_is_elbo_plus_kl) {
  setting s = set_up(300, 4, 5, MG_GMM_FULL, .01);
  gsl_matrix *q = gsl_matrix_alloc(300, 5);
  gsl_rng *rng = mg_stream_alloc(1, "test/q", 0);
  const double ones[] = {1, 1, 1, 1, 1};
  for (size_t n = 0; n < 300; n++)
    gsl_ran_dirichlet(rng, 5, ones, q->data + n * q->tda);
  gsl_matrix_set(q, 0, 0, 1); /* a hard assignment: 0 log 0 = 0 */
  for (size_t k = 1; k < 5; k++)
    gsl_matrix_set(q, 0, k, 0);
  mg_gmm_parts parts;
  cr_assert_eq(mg_gmm_bound(s.g, s.x, q, &parts), 0, "%s", mg_reason());
  double gap = parts.log_p - parts.elbo - parts.kl;
  cr_assert(fabs(gap) <= 1e-12 * fabs(parts.log_p), "gap %g", gap);
  cr_assert_gt(parts.kl, 1, "KL of random q is %g", parts.kl);
  /* The E step closes the gap. */
  mg_gmm_responsibilities(s.g, s.x, q);
  mg_gmm_bound(s.g, s.x, q, &parts);
  cr_assert(fabs(parts.kl) <= 1e-12 * fabs(parts.log_p), "KL %g", parts.kl);
  /* The M step lifts the bound. */
  double before = parts.elbo;
  cr_assert_eq(mg_gmm_m_step(s.g, s.x, q), 0, "%s", mg_reason());
  mg_gmm_bound(s.g, s.x, q, &parts);
  cr_assert_gt(parts.elbo, before, "ELBO fell to %g", parts.elbo);
  gsl_matrix_set(q, 7, 1, 2);
  cr_assert_eq(mg_gmm_bound(s.g, s.x, q, &parts), GSL_EDOM, "q sums to 2");
  gsl_matrix_free(q);
  gsl_rng_free(rng);
  tear_down(&s);
}

/* The penalised objective rises in every pass, for every floor and shape. */
Test(gmm, em_is_monotone_for_every_floor) {
  const double floors[] = {0, 1e-6, .01, 1, 100};
  mg_dataset *data = faithful();
  const mg_rows rows = mg_dataset_all(data);
  for (size_t f = 0; f < 5; f++)
    for (int shape = MG_GMM_FULL; shape <= MG_GMM_SPHERICAL; shape++) {
      const mg_gmm_options options = {.components = 3,
                                      .covariance = (mg_gmm_covariance)shape,
                                      .floor = floors[f]};
      mg_model *model =
          mg_model_alloc(&mg_gmm_type, &data->space, &options, false);
      mg_fit_options loop = mg_fit_options_default();
      loop.passes = 200;
      mg_fit *fit = mg_fit_alloc(model, &rows, &loop, 11);
      cr_assert_not_null(fit, "%s", mg_reason());
      double last = -INFINITY;
      while (mg_fit_test(fit) == GSL_CONTINUE) {
        cr_assert_eq(mg_fit_iterate(fit), 0, "%s", mg_reason());
        double now = mg_fit_last(fit)->objective;
        cr_assert_geq(now, last - 1e-12 * fabs(last),
                      "floor %g shape %d: %.15g after %.15g", floors[f], shape,
                      now, last);
        last = now;
      }
      mg_fit_free(fit);
      mg_model_free(model);
    }
  mg_dataset_free(data);
}

/* Same bytes for any number of threads; other bytes for another seed. */
static double weights_after(const mg_dataset *data, size_t threads,
                            unsigned long seed, double *means, size_t count) {
  const mg_gmm_options options = {.components = 4, .floor = 1e-6};
  mg_model *model = mg_model_alloc(&mg_gmm_type, &data->space, &options, false);
  mg_fit_options loop = mg_fit_options_default();
  loop.passes = 20;
  loop.threads = threads;
  const mg_rows rows = mg_dataset_all(data);
  cr_assert_eq(mg_fit_run(model, &rows, &loop, seed), 0, "%s", mg_reason());
  const mg_gmm *g = model->self;
  memcpy(means, g->means->data, count * sizeof *means);
  double first = gsl_vector_get(g->weights, 0);
  mg_model_free(model);
  return first;
}

Test(gmm, same_bytes_for_any_number_of_threads) {
  setting s = set_up(5000, 3, 4, MG_GMM_FULL, 1e-6);
  double one[12], two[12], four[12], other[12];
  double w1 = weights_after(s.data, 1, 3, one, 12);
  double w2 = weights_after(s.data, 2, 3, two, 12);
  double w4 = weights_after(s.data, 4, 3, four, 12);
  weights_after(s.data, 4, 4, other, 12);
  cr_assert(w1 == w2 && w2 == w4, "weights differ");
  cr_assert_eq(memcmp(one, two, sizeof one), 0, "1 and 2 threads differ");
  cr_assert_eq(memcmp(one, four, sizeof one), 0, "1 and 4 threads differ");
  cr_assert_neq(memcmp(one, other, sizeof one), 0, "the seed does nothing");
  tear_down(&s);
}

/* ---- degenerate input ---- */

static void expect_finite(const mg_model *model) {
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++) {
    size_t count = 1;
    for (size_t a = 0; a < list.item[i].rank; a++)
      count *= list.item[i].shape[a];
    for (size_t j = 0; j < count; j++)
      cr_assert(isfinite(list.item[i].value[j]), "%s[%zu] is %g",
                list.item[i].name, j, list.item[i].value[j]);
  }
}

/* rows equal to a value a row, or all to the first. */
static mg_dataset *small_data(size_t n, bool equal) {
  const mg_space space = {.dim = 2, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("small", &space, n);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < 2; j++)
      gsl_matrix_set(data->reals, i, j,
                     equal ? 1.5 : (double)(i * (j + 1) % 5));
  return data;
}

#define DEGENERATE(title, n, k, equal)                                         \
  Test(gmm, title) {                                                           \
    mg_dataset *data = small_data(n, equal);                                   \
    for (int shape = MG_GMM_FULL; shape <= MG_GMM_SPHERICAL; shape++) {        \
      mg_model *model =                                                        \
          fitted(data,                                                         \
                 (mg_gmm_options){.components = k,                             \
                                  .covariance = (mg_gmm_covariance)shape,      \
                                  .floor = 1e-6},                              \
                 2, 1e-9);                                                     \
      expect_finite(model);                                                    \
      mg_model_free(model);                                                    \
    }                                                                          \
    mg_dataset_free(data);                                                     \
  }

DEGENERATE(more_components_than_data, 4, 9, false)
DEGENERATE(one_datum, 1, 1, false)
DEGENERATE(one_datum_two_components, 1, 2, false)
DEGENERATE(all_rows_equal, 20, 3, true)

Test(gmm, a_collapse_without_a_floor_is_an_error) {
  mg_dataset *data = small_data(20, true);
  const mg_gmm_options options = {.components = 1, .floor = 0};
  mg_model *model = mg_model_alloc(&mg_gmm_type, &data->space, &options, false);
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options loop = mg_fit_options_default();
  mg_reason_clear();
  cr_assert_neq(mg_fit_run(model, &rows, &loop, 1), GSL_SUCCESS,
                "equal rows have no likelihood to maximise");
  cr_assert_not_null(strstr(mg_reason(), "floor"), "no remedy in '%s'",
                     mg_reason());
  mg_model_free(model);
  mg_dataset_free(data);
}

Test(gmm, an_empty_component_keeps_its_place) {
  setting s = set_up(200, 2, 2, MG_GMM_FULL, .01);
  gsl_matrix *r = gsl_matrix_calloc(200, 2);
  for (size_t i = 0; i < 200; i++)
    gsl_matrix_set(r, i, 0, 1);
  double mean = gsl_matrix_get(s.g->means, 1, 0);
  cr_assert_eq(mg_gmm_m_step(s.g, s.x, r), 0, "%s", mg_reason());
  cr_assert_eq(gsl_vector_get(s.g->weights, 1), 0, "weight of nothing");
  cr_assert_eq(gsl_matrix_get(s.g->means, 1, 0), mean, "it moved");
  gsl_vector *log_p = gsl_vector_alloc(200);
  cr_assert_eq(mg_gmm_log_density(s.g, s.x, log_p), 0, "%s", mg_reason());
  cr_assert(isfinite(gsl_vector_get(log_p, 0)), "log p with an empty one");
  gsl_vector_free(log_p);
  gsl_matrix_free(r);
  tear_down(&s);
}

Test(gmm, values_that_are_not_finite_are_refused) {
  const double bad[] = {NAN, INFINITY, -INFINITY};
  setting s = set_up(200, 2, 2, MG_GMM_FULL, .01);
  gsl_vector *log_p = gsl_vector_alloc(200);
  for (size_t i = 0; i < 3; i++) {
    gsl_matrix_set(s.x, 150, 1, bad[i]);
    cr_assert_eq(mg_gmm_log_density(s.g, s.x, log_p), GSL_EDOM, "%g", bad[i]);
    cr_assert_not_null(strstr(mg_reason(), "row 151"), "'%s'", mg_reason());
  }
  gsl_vector_free(log_p);
  tear_down(&s);
}

/* A datum whose distance is no double is impossible, not nearly so. */
static void expect_impossible(mg_gmm_covariance shape) {
  setting s = set_up(3, 2, 2, shape, .01);
  double log_p[3] = {0};
  gsl_vector_view view = gsl_vector_view_array(log_p, 3);
  gsl_matrix_set(s.x, 1, 0, 1e200);
  cr_assert(!mg_gmm_log_density(s.g, s.x, &view.vector), "%s", mg_reason());
  cr_expect(isfinite(log_p[0]) && log_p[1] == -INFINITY && isfinite(log_p[2]),
            "shape %d: %g %g %g", (int)shape, log_p[0], log_p[1], log_p[2]);
  tear_down(&s);
}

Test(gmm, a_distance_beyond_all_doubles_is_impossible) {
  for (int shape = MG_GMM_FULL; shape <= MG_GMM_SPHERICAL; shape++)
    expect_impossible((mg_gmm_covariance)shape);
}

/* Data far from 0 cost no digits: moments are about the mean. */
Test(gmm, a_large_offset_loses_nothing) {
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("far", &space, 100);
  for (size_t i = 0; i < 100; i++)
    gsl_matrix_set(data->reals, i, 0, 1e6 + (double)(i % 10) * 1e-3);
  mg_model *model = fitted(data, (mg_gmm_options){.components = 1}, 1, 1e-12);
  const mg_gmm *g = model->self;
  double variance = gsl_matrix_get(g->spread, 0, 0);
  cr_assert(fabs(variance / 8.25e-6 - 1) < 1e-6, "variance %.10g", variance);
  mg_model_free(model);
  mg_dataset_free(data);
}
