/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ppca against the Gaussian that it is: dist/mvn with W W^T + s^2 I. */
#include <criterion/criterion.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/logmath.h"
#include "data/catalogue.h"
#include "dist/mvn.h"
#include "eval/evidence.h"
#include "families.h"
#include "models/ppca.h"

enum { N = 400, D = 5 };

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(ppca, .init = quiet);

/* Rows with two strong directions, far from 0. */
static mg_dataset *slanted(void) {
  const mg_space space = {.dim = D, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("slanted", &space, N);
  gsl_rng *rng = mg_stream_alloc(1, "test/slanted", 0);
  cr_assert_not_null(data, "%s", mg_reason());
  for (size_t n = 0; n < N; n++) {
    const double a = gsl_ran_gaussian(rng, 3), b = gsl_ran_gaussian(rng, 1.5);
    for (size_t j = 0; j < D; j++)
      gsl_matrix_set(data->reals, n, j,
                     100 * (double)j + a * sin((double)j) +
                         b * cos(2.0 * (double)j) + gsl_ran_gaussian(rng, 0.4));
  }
  gsl_rng_free(rng);
  return data;
}

static mg_model *learned(const mg_dataset *data, size_t latent, double floor) {
  const mg_ppca_options options = {.latent = latent, .floor = floor};
  return fitted(&mg_ppca_type, data, &options, 1);
}

/* A fit has columns of W that are orthogonal, and then M is diagonal; these are
 * not. */
static mg_model *slanted_loadings(const mg_dataset *data, size_t latent) {
  mg_model *model = learned(data, latent, 1e-6);
  mg_ppca *p = model->self;
  for (size_t i = 0; i < D; i++)
    for (size_t j = 1; j < latent; j++)
      *gsl_matrix_ptr(p->loadings, i, j) +=
          0.8 * gsl_matrix_get(p->loadings, i, 0) / (double)j;
  cr_assert_eq(mg_ppca_refresh(p), GSL_SUCCESS, "%s", mg_reason());
  return model;
}

static double mean_log_p(const mg_ppca *p, const gsl_matrix *x) {
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  double mean = 0;
  cr_assert_eq(mg_ppca_log_density(p, x, log_p), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t n = 0; n < x->size1; n++)
    mean += gsl_vector_get(log_p, n) / (double)x->size1;
  gsl_vector_free(log_p);
  return mean;
}

/* ---- density ---- */

/* log p by the D x D covariance. */
static gsl_vector *by_mvn(const mg_ppca *p, const gsl_matrix *x) {
  gsl_matrix *c = gsl_matrix_alloc(p->dim, p->dim);
  gsl_matrix *chol = gsl_matrix_alloc(p->dim, p->dim);
  gsl_matrix *work = gsl_matrix_alloc(x->size1, p->dim);
  gsl_vector *log_p = gsl_vector_alloc(x->size1);
  gsl_matrix_set_identity(c);
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, p->loadings, p->loadings,
                 p->variance, c);
  cr_assert_eq(mg_mvn_factor(c, chol), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_mvn_log_density(x, p->mean, chol, work, log_p), GSL_SUCCESS,
               "%s", mg_reason());
  gsl_matrix_free(work);
  gsl_matrix_free(chol);
  gsl_matrix_free(c);
  return log_p;
}

Test(ppca, the_density_is_that_of_the_gaussian) {
  mg_dataset *data = slanted();
  for (size_t latent = 1; latent <= D; latent++) {
    mg_model *model = slanted_loadings(data, latent);
    gsl_vector *expected = by_mvn(model->self, data->reals);
    gsl_vector *log_p = gsl_vector_alloc(N);
    mg_ppca_log_density(model->self, data->reals, log_p);
    for (size_t n = 0; n < N; n++)
      cr_assert_float_eq(gsl_vector_get(log_p, n), gsl_vector_get(expected, n),
                         1e-10, "L = %zu, row %zu: %.14f, not %.14f", latent, n,
                         gsl_vector_get(log_p, n), gsl_vector_get(expected, n));
    gsl_vector_free(expected);
    gsl_vector_free(log_p);
    mg_model_free(model);
  }
  mg_dataset_free(data);
}

/* With s^2 = 1e-12 the usual form of the identity would have no digit left. */
Test(ppca, hardly_any_noise_costs_no_digits) {
  mg_dataset *data = slanted();
  mg_model *model = learned(data, 2, 1e-6);
  mg_ppca *p = model->self;
  p->variance = 1e-12;
  cr_assert_eq(mg_ppca_refresh(p), GSL_SUCCESS, "%s", mg_reason());
  gsl_matrix *x = gsl_matrix_alloc(1, D);
  for (size_t j = 0; j < D; j++)
    gsl_matrix_set(x, 0, j,
                   p->mean->data[j] + gsl_matrix_get(p->loadings, j, 0));
  /* x is W (1, 0) + mu: the residue is s^2 small and |m|^2 is 1. */
  const double expected = -0.5 * (D * MG_LN_2PI + p->log_det + 1);
  cr_expect(fabs(mean_log_p(p, x) - expected) < 1e-8, "%.6f, not %.6f",
            mean_log_p(p, x), expected);
  gsl_matrix_free(x);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- posterior and joint ---- */

/* log p(x, z) - log p(z | x) = log p(x) at any z, near or far. */
Test(ppca, joint_less_posterior_is_the_density_everywhere) {
  mg_dataset *data = slanted();
  mg_model *model = slanted_loadings(data, 3);
  const mg_latent_ops *ops = model->type->latent;
  gsl_matrix *z = gsl_matrix_alloc(N, 3);
  gsl_vector *joint = gsl_vector_alloc(N), *q = gsl_vector_alloc(N),
             *log_p = gsl_vector_alloc(N);
  gsl_rng *rng = mg_stream_alloc(1, "test/z", 0);
  mg_ppca_log_density(model->self, data->reals, log_p);
  for (int near = 0; near < 2; near++) {
    if (near)
      ops->propose(model->self, rng, data->reals, z, q);
    for (size_t n = 0; !near && n < N; n++)
      for (size_t i = 0; i < 3; i++)
        gsl_matrix_set(z, n, i, gsl_ran_gaussian(rng, 2));
    if (!near)
      ops->log_proposal(model->self, data->reals, z, q, NULL);
    ops->log_joint(model->self, data->reals, z, joint, NULL);
    for (size_t n = 0; n < N; n++)
      cr_assert_float_eq(gsl_vector_get(joint, n) - gsl_vector_get(q, n),
                         gsl_vector_get(log_p, n), near ? 1e-11 : 1e-9,
                         "near %d row %zu: %.14f, not %.14f", near, n,
                         gsl_vector_get(joint, n) - gsl_vector_get(q, n),
                         gsl_vector_get(log_p, n));
  }
  gsl_rng_free(rng);
  gsl_vector_free(log_p);
  gsl_vector_free(q);
  gsl_vector_free(joint);
  gsl_matrix_free(z);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* Draws have the mean and covariance that are told of the posterior. */
Test(ppca, draws_follow_the_posterior) {
  mg_dataset *data = slanted();
  mg_model *model = slanted_loadings(data, 2);
  enum { S = 40000 };
  gsl_matrix *x = gsl_matrix_alloc(S, D), *z = gsl_matrix_alloc(S, 2),
             *mean = gsl_matrix_alloc(S, 2), *sigma = gsl_matrix_alloc(2, 2);
  gsl_rng *rng = mg_stream_alloc(1, "test/posterior", 0);
  gsl_vector_const_view row = gsl_matrix_const_row(data->reals, 7);
  for (size_t n = 0; n < S; n++)
    gsl_matrix_set_row(x, n, &row.vector);
  mg_ppca_propose(model->self, rng, x, z, NULL);
  mg_ppca_posterior_mean(model->self, x, mean);
  mg_ppca_posterior_covariance(model->self, sigma);
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j <= i; j++) {
      double first = 0, second = 0;
      for (size_t n = 0; n < S; n++) {
        const double a = gsl_matrix_get(z, n, i) - gsl_matrix_get(mean, n, i);
        const double b = gsl_matrix_get(z, n, j) - gsl_matrix_get(mean, n, j);
        first += a / S;
        second += a * b / S;
      }
      const double v = gsl_matrix_get(sigma, i, i),
                   u = gsl_matrix_get(sigma, j, j),
                   c = gsl_matrix_get(sigma, i, j);
      cr_expect(fabs(first) < 6.1 * sqrt(v / S), "mean %zu: %g", i, first);
      cr_expect(fabs(second - c) < 6.1 * sqrt((u * v + c * c) / S),
                "covariance %zu %zu: %g, not %g", i, j, second, c);
    }
  gsl_rng_free(rng);
  gsl_matrix_free(sigma);
  gsl_matrix_free(mean);
  gsl_matrix_free(z);
  gsl_matrix_free(x);
  mg_model_free(model);
  mg_dataset_free(data);
}

typedef int log_law(const void *self, const gsl_matrix *x, const gsl_matrix *z,
                    gsl_vector *log_p, gsl_matrix *dz);

static int prior(const void *self, const gsl_matrix *x, const gsl_matrix *z,
                 gsl_vector *log_p, gsl_matrix *dz) {
  (void)x;
  return mg_ppca_type.latent->log_prior(self, z, log_p, dz);
}

/* Central differences; every law is a parabola in z, where they are exact. */
static void expect_gradient(const mg_ppca *p, const gsl_matrix *x, log_law *law,
                            const char *what) {
  const double h = 1e-3;
  gsl_matrix *z = gsl_matrix_alloc(1, 2), *dz = gsl_matrix_alloc(1, 2);
  gsl_vector *value = gsl_vector_alloc(1);
  for (size_t i = 0; i < 2; i++) {
    double side[2];
    for (int s = 0; s < 2; s++) {
      gsl_matrix_set(z, 0, 0, 0.7);
      gsl_matrix_set(z, 0, 1, -1.1);
      *gsl_matrix_ptr(z, 0, i) += s ? h : -h;
      law(p, x, z, value, NULL);
      side[s] = gsl_vector_get(value, 0);
    }
    gsl_matrix_set(z, 0, 0, 0.7);
    gsl_matrix_set(z, 0, 1, -1.1);
    law(p, x, z, value, dz);
    const double slope = (side[1] - side[0]) / (2 * h);
    cr_expect(fabs(gsl_matrix_get(dz, 0, i) - slope) < 1e-7 * (1 + fabs(slope)),
              "%s: d/dz_%zu %.10g, not %.10g", what, i,
              gsl_matrix_get(dz, 0, i), slope);
  }
  gsl_vector_free(value);
  gsl_matrix_free(dz);
  gsl_matrix_free(z);
}

Test(ppca, gradients_are_slopes) {
  mg_dataset *data = slanted();
  mg_model *model = slanted_loadings(data, 2);
  gsl_matrix_const_view x = gsl_matrix_const_submatrix(data->reals, 3, 0, 1, D);
  expect_gradient(model->self, &x.matrix, model->type->latent->log_joint,
                  "joint");
  expect_gradient(model->self, &x.matrix, model->type->latent->log_proposal,
                  "posterior");
  expect_gradient(model->self, &x.matrix, prior, "prior");
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- maximum likelihood ---- */

/* At the maximum the slope in every parameter is 0, by central differences, and
 * a step either way is lower. */
static void expect_maximum(mg_ppca *p, double *parameter, const gsl_matrix *x,
                           const char *what, size_t i) {
  const double there = *parameter, h = 1e-4 * (1 + fabs(there));
  const double top = mean_log_p(p, x);
  double side[2];
  for (int s = 0; s < 2; s++) {
    *parameter = there + (s ? h : -h);
    cr_assert_eq(mg_ppca_refresh(p), GSL_SUCCESS, "%s", mg_reason());
    side[s] = mean_log_p(p, x);
    cr_expect(side[s] < top + 1e-12, "%s %zu: a step of %g gains %g", what, i,
              s ? h : -h, side[s] - top);
  }
  *parameter = there;
  mg_ppca_refresh(p);
  cr_expect(fabs(side[1] - side[0]) / (2 * h) < 1e-5, "%s %zu: slope %g", what,
            i, (side[1] - side[0]) / (2 * h));
}

Test(ppca, a_fit_is_the_maximum_of_the_likelihood) {
  mg_dataset *data = slanted();
  for (size_t latent = 1; latent <= 3; latent++) {
    mg_model *model = learned(data, latent, 0);
    mg_ppca *p = model->self;
    for (size_t i = 0; i < D; i++)
      expect_maximum(p, &p->mean->data[i], data->reals, "mean", i);
    for (size_t i = 0; i < D * latent; i++)
      expect_maximum(p, &p->loadings->data[i], data->reals, "loading", i);
    expect_maximum(p, &p->variance, data->reals, "variance", 0);
    mg_model_free(model);
  }
  mg_dataset_free(data);
}

/* All directions but one: the Gaussian with the covariance of the data, and one
 * more column of W adds nothing. */
Test(ppca, enough_directions_are_the_whole_covariance) {
  mg_dataset *data = slanted();
  gsl_matrix *s = gsl_matrix_calloc(D, D), *c = gsl_matrix_alloc(D, D);
  double mean[D] = {0};
  for (size_t n = 0; n < N; n++)
    for (size_t j = 0; j < D; j++)
      mean[j] += gsl_matrix_get(data->reals, n, j) / N;
  for (size_t n = 0; n < N; n++)
    for (size_t i = 0; i < D; i++)
      for (size_t j = 0; j < D; j++)
        *gsl_matrix_ptr(s, i, j) +=
            (gsl_matrix_get(data->reals, n, i) - mean[i]) *
            (gsl_matrix_get(data->reals, n, j) - mean[j]) / N;
  for (size_t latent = D - 1; latent <= D; latent++) {
    mg_model *model = learned(data, latent, 0);
    const mg_ppca *p = model->self;
    gsl_matrix_set_identity(c);
    gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, p->loadings, p->loadings,
                   p->variance, c);
    for (size_t i = 0; i < D * D; i++)
      cr_expect(fabs(c->data[i] - s->data[i]) < 1e-10, "L %zu entry %zu: %g",
                latent, i, c->data[i] - s->data[i]);
    cr_expect(mg_model_parameters(model) == D + D * (D + 1) / 2,
              "L %zu: %zu parameters", latent, mg_model_parameters(model));
    mg_model_free(model);
  }
  gsl_matrix_free(c);
  gsl_matrix_free(s);
  mg_dataset_free(data);
}

/* A floor above what is there: s^2 is the floor, and given it the loadings are
 * still the best. */
Test(ppca, the_floor_is_a_bound_and_the_rest_the_maximum_under_it) {
  mg_dataset *data = slanted();
  mg_model *model = learned(data, 2, 1);
  mg_ppca *p = model->self;
  cr_expect(p->variance == 1, "variance %g", p->variance);
  for (size_t i = 0; i < D * 2; i++)
    expect_maximum(p, &p->loadings->data[i], data->reals, "loading", i);
  mg_model_free(model);
  model = learned(data, 2, 1e4);
  p = model->self;
  cr_expect(gsl_matrix_max(p->loadings) == 0 &&
                gsl_matrix_min(p->loadings) == 0,
            "loadings under a floor above every variance");
  mg_model_free(model);
  mg_dataset_free(data);
}

/* The report tells of the new parameters what the evidence finds, although the
 * centre of the sums is the mean of a few rows only. */
Test(ppca, the_report_is_the_evidence) {
  mg_dataset *data = slanted();
  const double floors[] = {0, 2};
  for (int i = 0; i < 2; i++) {
    const mg_ppca_options options = {.latent = 2, .floor = floors[i]};
    mg_model *model =
        mg_model_alloc(&mg_ppca_type, &data->space, &options, false);
    const mg_need need = model->type->need(model->self, N);
    mg_stats stats = {.sums = gsl_vector_calloc(need.sums),
                      .work = gsl_vector_alloc(need.work),
                      .n = N};
    const mg_batch batch = {.x = *data->reals};
    mg_report report;
    const mg_batch few = {
        .x = gsl_matrix_submatrix(data->reals, 0, 0, 3, D).matrix};
    model->type->start(model->self, NULL, &few);
    model->type->gather(model->self, NULL, &batch, &stats);
    cr_assert_eq(model->type->update(model->self, &stats, &report), GSL_SUCCESS,
                 "%s", mg_reason());
    const double mean = mean_log_p(model->self, data->reals);
    cr_expect(fabs(report.log_likelihood - mean) < 1e-10,
              "reported %.14f, is %.14f", report.log_likelihood, mean);
    gsl_vector_free(stats.sums);
    gsl_vector_free(stats.work);
    mg_model_free(model);
  }
  mg_dataset_free(data);
}

/* ---- refusals ---- */

Test(ppca, what_is_no_model_is_refused) {
  mg_dataset *data = slanted();
  const mg_ppca_options many = {.latent = D + 1, .floor = 0};
  cr_expect_null(mg_model_alloc(&mg_ppca_type, &data->space, &many, false),
                 "more directions than columns");
  cr_expect(strstr(mg_reason(), "5 columns"), "the reason is '%s'",
            mg_reason());
  mg_model *model = learned(data, 2, 0);
  check_refused(model, "variance", 0, 0);
  check_refused(model, "variance", 0, NAN);
  check_refused(model, "loadings", 3, INFINITY);
  check_refused(model, "mean", 1, NAN);
  gsl_matrix *z = gsl_matrix_alloc(N, 3);
  gsl_vector *v = gsl_vector_alloc(N);
  cr_expect(mg_ppca_log_joint(model->self, data->reals, z, v, NULL) ==
                GSL_EBADLEN,
            "z of 3 columns");
  cr_expect(mg_ppca_posterior_covariance(model->self, z) == GSL_EBADLEN,
            "a covariance of N x 3");
  gsl_vector_free(v);
  gsl_matrix_free(z);
  mg_model_free(model);
  mg_dataset_free(data);
}
