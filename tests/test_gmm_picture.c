/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is shown of a mixture, against its densities by hand: curves, Bayes'
 * rule, Jensen's inequality, a spike, EM's way up, frames. */
#include <criterion/criterion.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "base/number.h"
#include "base/status.h"
#include "base/stream.h"
#include "data/faithful.h"
#include "models/gmm_picture.h"
#include "plot/ellipse.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(gmm_picture, .init = quiet);

static const double MEAN[2] = {-1, 2}, SD[2] = {0.5, 1.5}, W[2] = {0.3, 0.7};

static mg_model *line(size_t components, double floor) {
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  const mg_gmm_options options = {.components = components, .floor = floor};
  mg_model *model = mg_model_alloc(&mg_gmm_type, &space, &options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  return model;
}

/* Two components with the parameters above. */
static mg_model *two(void) {
  mg_model *model = line(2, 0);
  mg_gmm *g = model->self;
  for (size_t k = 0; k < 2; k++) {
    gsl_vector_set(g->weights, k, W[k]);
    gsl_matrix_set(g->means, k, 0, MEAN[k]);
    gsl_matrix_set(g->spread, k, 0, SD[k] * SD[k]);
  }
  cr_assert_eq(mg_gmm_refresh(g), GSL_SUCCESS, "%s", mg_reason());
  return model;
}

static double field(const mg_table *table, size_t row, const char *column) {
  double value;
  const char *text = mg_table_get(table, row, mg_table_find(table, column));
  cr_assert_not_null(text, "no field %s of row %zu", column, row);
  cr_assert_eq(mg_parse_real(text, &value), GSL_SUCCESS, "'%s'", text);
  return value;
}

static double joint(size_t k, double x) {
  return W[k] * gsl_ran_gaussian_pdf(x - MEAN[k], SD[k]);
}

static void near(double a, double b, double tolerance, const char *what) {
  cr_assert(fabs(a - b) <= tolerance, "%s: %.15g, not %.15g", what, a, b);
}

Test(gmm_picture, curves_are_the_densities) {
  mg_model *model = two();
  mg_table *t[3];
  for (int what = MG_GMM_LIKELIHOOD; what <= MG_GMM_POSTERIOR; what++) {
    t[what] = mg_table_alloc(MG_GMM_CURVE_COLUMNS);
    cr_assert_eq(
        mg_gmm_curves(model->self, (mg_gmm_curve)what, NULL, -3, 6, t[what]),
        GSL_SUCCESS, "%s", mg_reason());
  }
  cr_assert_eq(mg_table_rows(t[MG_GMM_JOINT]), 3 * 201, "with the marginal");
  for (size_t i = 0; i < 201; i += 40)
    for (size_t k = 0; k < 2; k++) {
      const size_t row = k * 201 + i;
      const double x = field(t[0], row, "x");
      const double sum = joint(0, x) + joint(1, x);
      near(field(t[MG_GMM_LIKELIHOOD], row, "y"), joint(k, x) / W[k], 1e-11,
           "likelihood");
      near(field(t[MG_GMM_JOINT], row, "y"), joint(k, x), 1e-11, "joint");
      near(field(t[MG_GMM_POSTERIOR], row, "y"), joint(k, x) / sum, 1e-11,
           "posterior");
      near(field(t[MG_GMM_JOINT], 402 + i, "y"), sum, 1e-11, "marginal");
    }
  for (int what = 0; what < 3; what++)
    mg_table_free(t[what]);
  mg_model_free(model);
}

Test(gmm_picture, bayes_in_a_row) {
  mg_model *model = two();
  mg_table *t = mg_table_alloc(MG_GMM_BAYES_COLUMNS);
  double p;
  cr_assert_eq(mg_gmm_bayes(model->self, 0.4, NULL, t, &p), GSL_SUCCESS, "%s",
               mg_reason());
  near(p, joint(0, 0.4) + joint(1, 0.4), 1e-14, "marginal");
  for (size_t k = 0; k < 2; k++) {
    near(field(t, k, "prior"), W[k], 1e-12, "prior");
    near(field(t, k, "likelihood") * W[k], joint(k, 0.4), 1e-11, "joint");
    near(field(t, k, "posterior"), joint(k, 0.4) / p, 1e-11, "posterior");
  }
  mg_table_free(t);
  mg_model_free(model);
}

Test(gmm_picture, jensen_gap_is_kl_and_closes_at_the_posterior) {
  mg_model *model = two();
  mg_table *curve = mg_table_alloc(MG_GMM_CURVE_COLUMNS);
  mg_table *bound = mg_table_alloc(MG_GMM_CURVE_COLUMNS);
  const double p = joint(0, 0) + joint(1, 0), q = joint(0, 0) / p;
  mg_gmm_parts at;
  cr_assert_eq(mg_gmm_jensen(model->self, 0, q, curve, bound, &at), GSL_SUCCESS,
               "%s", mg_reason());
  near(at.log_p, log(p), 1e-13, "log of the mean");
  near(at.kl, 0, 1e-13, "no gap at the posterior");
  cr_assert_eq(mg_gmm_jensen(model->self, 0, 0.25, curve, bound, &at),
               GSL_SUCCESS, "%s", mg_reason());
  near(at.elbo, 0.25 * log(joint(0, 0) / 0.25) + 0.75 * log(joint(1, 0) / 0.75),
       1e-13, "mean of the logs");
  for (size_t i = 0; i < 99; i++)
    cr_assert(field(bound, i, "y") <= log(p) + 1e-11, "a bound above log p");
  cr_assert_eq(mg_gmm_jensen(model->self, 0, 1, curve, bound, &at), GSL_EINVAL,
               "q = 1 has no t");
  mg_table_free(curve);
  mg_table_free(bound);
  mg_model_free(model);
}

/* 60 data of a standard Gaussian. */
static gsl_matrix *data(void) {
  gsl_matrix *x = gsl_matrix_alloc(60, 1);
  gsl_rng *rng = mg_stream_alloc(1, "test/picture", 0);
  for (size_t i = 0; i < 60; i++)
    gsl_matrix_set(x, i, 0, 100 + gsl_ran_gaussian_ziggurat(rng, 1));
  gsl_rng_free(rng);
  return x;
}

/* Alone on a datum, a factor 10 in its width is log(10)/N, and the floor takes
 * f/2s^2. */
Test(gmm_picture, a_spike_grows_without_end) {
  mg_model *model = line(2, 0);
  gsl_matrix *x = data();
  mg_table *t = mg_table_alloc(MG_GMM_CURVE_COLUMNS);
  cr_assert_eq(mg_gmm_start_row(model->self, 100, 0, 1), GSL_SUCCESS, "start");
  for (int i = 0; i < 2; i++)
    cr_assert_eq(mg_gmm_shrink(model->self, x, 7, 1e-4, 1e-8, i * 1e-9, t),
                 GSL_SUCCESS, "%s", mg_reason());
  near(field(t, 200, "x"), 1e-8, 1e-18, "the last width");
  near(field(t, 200, "y") - field(t, 150, "y"), log(10) / 60, 1e-4, "a rise");
  near((field(t, 200, "y") - field(t, 401, "y")) / (0.5e-9 / 1e-16), 1, 1e-6,
       "the penalty");
  mg_table_free(t);
  gsl_matrix_free(x);
  mg_model_free(model);
}

/* A component on a single datum is refused without a floor, kept with one. */
Test(gmm_picture, em_refuses_a_spike_unless_there_is_a_floor) {
  gsl_matrix *x = data(), *r = gsl_matrix_alloc(60, 2);
  for (int i = 0; i < 2; i++) {
    mg_model *model = line(2, i * 1e-3);
    mg_gmm *g = model->self;
    mg_table *t = mg_table_alloc(MG_GMM_RISE_COLUMNS);
    mg_table *shrink = mg_table_alloc(MG_GMM_CURVE_COLUMNS);
    mg_gmm_start_row(g, 100, 0, 1);
    mg_gmm_shrink(g, x, 7, 1, 1e-6, 0, shrink);
    cr_assert_eq(mg_gmm_climb(g, x, r, 1e-7, 5000, t),
                 i ? GSL_SUCCESS : GSL_EDOM, "floor %d: %s", i, mg_reason());
    for (size_t n = 0; n < mg_table_rows(t); n++)
      cr_assert(field(t, n, "rise") > -1e-12, "the objective fell");
    mg_table_free(t);
    mg_table_free(shrink);
    mg_model_free(model);
  }
  gsl_matrix_free(x);
  gsl_matrix_free(r);
}

/* A pass leaves the share rho of the distance, so rises shrink by rho^2, and
 * the table's last column is their ratio.                           [em.7] */
Test(gmm_picture, rises_shrink_by_the_square_of_the_distances) {
  mg_model *model = line(2, 1e-3);
  mg_model *truth = two();
  mg_gmm *g = model->self;
  gsl_matrix *x = gsl_matrix_alloc(400, 1), *r = gsl_matrix_alloc(400, 2);
  gsl_rng *rng = mg_stream_alloc(1, "gmm_picture/rises", 0);
  mg_table *t = mg_table_alloc(MG_GMM_RISE_COLUMNS);
  cr_assert_eq(mg_gmm_sample(truth->self, rng, x, NULL), GSL_SUCCESS, "a draw");
  mg_gmm_start_row(g, -2, 3, 1);
  cr_assert_eq(mg_gmm_climb(g, x, r, 1e-10, 5000, t), GSL_SUCCESS, "%s",
               mg_reason());
  const size_t last = mg_table_rows(t) - 1;
  near(field(t, last, "rate"),
       field(t, last, "rise") / field(t, last - 1, "rise"), 1e-9, "a ratio");
  double weight[3];
  for (size_t i = 0; i < 3; i++) {
    mg_gmm_responsibilities(g, x, r);
    cr_assert_eq(mg_gmm_m_step(g, x, r), GSL_SUCCESS, "%s", mg_reason());
    weight[i] = gsl_vector_get(g->weights, 0);
  }
  const double rho = (weight[2] - weight[1]) / (weight[1] - weight[0]);
  cr_expect(rho > 0.5 && rho < 0.999, "rho %g tells nothing", rho);
  near(field(t, last, "rate"), rho * rho, 2e-3, "the square of a share");
  gsl_rng_free(rng);
  mg_model_free(truth);
  mg_table_free(t);
  gsl_matrix_free(x);
  gsl_matrix_free(r);
  mg_model_free(model);
}

/* E closes the gap and leaves log p; M lifts the bound; the two add up. */
Test(gmm_picture, half_steps) {
  mg_model *model = line(3, 0);
  mg_gmm *g = model->self;
  gsl_matrix *x = data(), *r = gsl_matrix_alloc(60, 3);
  mg_gmm_parts before, at;
  mg_gmm_start_row(g, 99, 1, 0.7);
  cr_assert_eq(mg_gmm_half_step(g, x, r, 0, &before), GSL_SUCCESS, "start");
  near(gsl_matrix_get(r, 5, 2), 1. / 3, 1e-15, "the guess that knows nothing");
  for (size_t half = 1; half < 9; half++) {
    cr_assert_eq(mg_gmm_half_step(g, x, r, half, &at), GSL_SUCCESS, "%s",
                 mg_reason());
    near(at.elbo + at.kl, at.log_p, 1e-11, "log p = ELBO + KL");
    cr_assert(at.elbo >= before.elbo - 1e-11, "the bound fell");
    if (half % 2) {
      near(at.kl, 0, 1e-11, "the gap behind an E step");
      near(at.log_p, before.log_p, 1e-11, "log p in an E step");
    }
    before = at;
  }
  gsl_matrix_free(x);
  gsl_matrix_free(r);
  mg_model_free(model);
}

Test(gmm_picture, a_frame_of_the_plane) {
  mg_dataset *data = mg_faithful_read(1);
  const mg_gmm_options options = {.components = 2, .floor = 1e-6};
  mg_model *model = mg_model_alloc(&mg_gmm_type, &data->space, &options, false);
  gsl_rng *rng = mg_stream_alloc(1, "test/frame", 0);
  gsl_matrix *r = gsl_matrix_alloc(data->n, 2);
  mg_table *points = mg_table_alloc(MG_GMM_POINT_COLUMNS);
  mg_table *paths = mg_table_alloc(MG_ELLIPSE_COLUMNS);
  const mg_batch batch = {.x = *data->reals};
  cr_assert_eq(model->type->start(model->self, rng, &batch), GSL_SUCCESS, "s");
  mg_gmm_responsibilities(model->self, data->reals, r);
  cr_assert_eq(mg_gmm_frame(model->self, data->reals, r, 3, points, paths),
               GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_table_rows(points), data->n, "a point a row");
  cr_assert_eq(mg_table_rows(paths), 4 * MG_ELLIPSE_ROWS, "2 paths each");
  for (size_t n = 0; n < data->n; n++) {
    const size_t k = (size_t)field(points, n, "component") - 1;
    near(field(points, n, "weight"), gsl_matrix_get(r, n, k), 1e-11, "weight");
    cr_assert(gsl_matrix_get(r, n, k) >= gsl_matrix_get(r, n, 1 - k), "most");
  }
  cr_assert_eq(mg_gmm_curves(model->self, MG_GMM_JOINT, NULL, 0, 1, points),
               GSL_EINVAL, "no curve in the plane");
  mg_table_free(points);
  mg_table_free(paths);
  gsl_matrix_free(r);
  gsl_rng_free(rng);
  mg_model_free(model);
  mg_dataset_free(data);
}
