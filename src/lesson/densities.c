/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What chapter 1 does again and again, said once.
 *
 * Nothing is computed here that the library does not compute; these functions
 * take quantities from the board, call it, and put its answers into the tables
 * that figures are drawn from. */
#include "config.h"

#include "lesson/densities.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>

#include "lesson/library.h"

enum { BINS = 27, GRID = 201, STEPS = 10000 };

int mg_lesson_column(mg_lesson *lesson, size_t column) {
  const mg_dataset *all = mg_lesson_data(lesson);
  mg_dataset *one =
      mg_dataset_column(all, (column ? column : all->space.dim) - 1, 1);
  if (!one || mg_dataset_split(one, one->n > 400 ? "280/0/120" : "0.7/0/0.3") ||
      mg_board_take_data(BOARD, "sample", one))
    return GSL_EINVAL;
  const mg_rows train = mg_dataset_part(one, MG_TRAIN);
  const gsl_matrix *x = mg_board_rows(BOARD, "x", &train, NULL);
  if (!x)
    return GSL_ENOMEM;
  const double least = gsl_matrix_min(x), greatest = gsl_matrix_max(x);
  const double room = (greatest - least) / 4;
  if (!(room > 0))
    return mg_fail(GSL_EDOM,
                   "the rows to learn from, %zu of %zu, are all %g: the "
                   "likeliest density is a spike; take other data or another "
                   "column",
                   train.n, one->n, least);
  return NUMBER("n", (double)train.n, NULL) ||
         NUMBER("low", least - room, NULL) ||
         NUMBER("high", greatest + room, NULL) ||
         mg_bins_add(ROWS("counts"), "sample", VECTOR("x"), least - room,
                     greatest + room, BINS, 0);
}

int mg_lesson_density(mg_lesson *lesson, const char *name,
                      const mg_model_type *type, const void *options,
                      const char *curves, const char *scores) {
  const mg_rows train = mg_dataset_part(DATA("sample"), MG_TRAIN);
  const mg_model *m = mg_lesson_fit(lesson, name, type, options, &train);
  mg_evidence left;
  if (!m || (scores && mg_left_out_of(m, &train, 0, &left)))
    return GSL_EFAILED;
  if (scores)
    MG_TABLE_LINE(ROWS(scores), name, left.value, left.std_error);
  return mg_curve_density(ROWS(curves), name, m, GIVEN("low"), GIVEN("high"));
}

int mg_lesson_bandwidth(mg_lesson *lesson, double h) {
  const mg_kde_options options = {MG_BANDWIDTH_FIXED, h};
  const mg_evidence_options how = mg_evidence_options_default();
  const mg_rows train = mg_dataset_part(DATA("sample"), MG_TRAIN);
  const mg_rows test = mg_dataset_part(DATA("sample"), MG_TEST);
  const mg_model *m =
      mg_lesson_fit(lesson, "tried", &mg_kde_type, &options, &train);
  mg_evidence left, held;
  if (!m || mg_left_out_of(m, &train, 0, &left) ||
      mg_evidence_of(m, &test, &how, 0, &held))
    return GSL_EFAILED;
  MG_TABLE_LINE(ROWS("left"), "left out", h, left.value);
  MG_TABLE_LINE(ROWS("held"), "held out", h, held.value);
  return GSL_SUCCESS;
}

int mg_lesson_areas(mg_lesson *lesson, const char *name) {
  const mg_model *m = MODEL(name);
  const double at = GIVEN("mu"), half = GIVEN("high") - at;
  double area[3] = {0}, left = 0, right = 0;
  int status = mg_curve_area(m, at - half, at + half, STEPS + 1, area);
  for (int i = 1; i < 3 && !status; i++) {
    /* What is added is summed apart: its steps are too wide for the middle. */
    const double wide = half * gsl_pow_int(10, i), inner = wide / 10;
    status = mg_curve_area(m, at - wide, at - inner, STEPS + 1, &left) ||
             mg_curve_area(m, at + inner, at + wide, STEPS + 1, &right);
    area[i] = area[i - 1] + left + right;
  }
  return status ? status
                : MG_TABLE_LINE(ROWS("areas"), name, area[0], area[1], area[2]);
}

/* ---- a climb ---- */

static void add_place(mg_lesson *lesson, const char *series, double seen,
                      double mu, double sigma) {
  MG_TABLE_LINE(ROWS("path_mu"), series, seen, mu);
  MG_TABLE_LINE(ROWS("path_sigma"), series, seen, sigma);
}

/* Where the climb begins, and the line that it should reach. */
static int begin_climb(mg_lesson *lesson, const gsl_vector *x, size_t rows) {
  gsl_vector *order = mg_board_vector(BOARD, "order", x->size, NULL);
  gsl_vector *state = mg_board_vector(BOARD, "state", MG_CLIMB_SIZE, NULL);
  if (!order || !state)
    return GSL_ENOMEM;
  gsl_vector_memcpy(order, x);
  gsl_vector_set(state, 0, gsl_vector_min(x));
  gsl_vector_set(state, 1, log(gsl_vector_max(x) - gsl_vector_min(x)));
  add_place(lesson, "formula", 0, GIVEN("mu"), GIVEN("sigma"));
  add_place(lesson, "formula", (double)rows, GIVEN("mu"), GIVEN("sigma"));
  return GSL_SUCCESS;
}

int mg_lesson_climb(mg_lesson *lesson, size_t batch, size_t epochs,
                    const mg_optimizer_options *options) {
  const gsl_vector *x = VECTOR("x");
  const size_t i = PIECE % x->size, rows = epochs * x->size;
  const bool epoch = i + 1 == x->size, step = epoch || (i + 1) % batch == 0;
  int status = PIECE ? GSL_SUCCESS : begin_climb(lesson, x, rows);
  if (status != GSL_SUCCESS)
    return status;
  gsl_vector *order = VECTOR("order"), *state = VECTOR("state");
  if (i == 0)
    gsl_ran_shuffle(RNG("order"), order->data, x->size, sizeof *order->data);
  status = mg_gaussian_climb(state, gsl_vector_get(order, i), step, options);
  const double mu = gsl_vector_get(state, 0);
  const double sigma = exp(gsl_vector_get(state, 1));
  if (status != GSL_SUCCESS || NUMBER("mu_t", mu, NULL) ||
      NUMBER("sigma_t", sigma, NULL))
    return status ? status : GSL_ENOMEM;
  if (step)
    add_place(lesson, "gradient", (double)(PIECE + 1), mu, sigma);
  mg_lesson_level(lesson, epoch ? 2 : step);
  return PIECE + 1 < rows ? GSL_CONTINUE : GSL_SUCCESS;
}

/* ---- bias and variance ---- */

int mg_lesson_risk(mg_lesson *lesson, double h, size_t samples,
                   const char *band) {
  const mg_risk_trial trial = {"heights", 200, 130, 210};
  const mg_kde_options options = {MG_BANDWIDTH_FIXED, h};
  gsl_vector *truth = mg_board_vector(BOARD, "truth", GRID, "1 / cm");
  gsl_matrix *tries = mg_board_matrix(BOARD, "tries", samples, GRID, "1 / cm");
  mg_risk r;
  if (!truth || !tries ||
      mg_risk_try(&trial, &mg_kde_type, &options, SEED, truth, tries, &r))
    return GSL_EFAILED;
  MG_TABLE_LINE(ROWS("risks"), NULL, h, 1e4 * r.bias2, 1e4 * r.variance,
                1e4 * r.error);
  return band ? mg_risk_bands(ROWS(band), "mean +- sd", &trial, truth, tries)
              : GSL_SUCCESS;
}

/* ---- images ---- */

int mg_lesson_classify(mg_lesson *lesson, const char *model,
                       const mg_rows *rows) {
  const size_t classes = rows->data->space.classes;
  const gsl_matrix *x = mg_board_rows(BOARD, "images", rows, "levels");
  gsl_matrix *p = mg_board_matrix(BOARD, "posterior", rows->n, classes, NULL);
  gsl_matrix *counts =
      mg_board_matrix(BOARD, "confusion", classes, classes, "images");
  mg_confusion c;
  if (!x || !p || !counts ||
      mg_naive_bayes_posterior(MODEL(model)->self, x, p) ||
      mg_confusion_of(p, rows->data->labels + rows->first, counts, &c))
    return GSL_EFAILED;
  return NUMBER("tested", (double)c.n, "images") ||
         NUMBER("right", (double)c.right, "images") ||
         NUMBER("accuracy", c.accuracy, NULL) ||
         NUMBER("accuracy_se", c.std_error, NULL) ||
         mg_board_take_table(BOARD, "taken_for",
                             mg_confusion_table(counts, rows->data));
}

/* ---- stages ---- */

int mg_lesson_stage(mg_lesson *lesson, const gsl_matrix *all, size_t column,
                    const char *law, double low, double high) {
  gsl_vector_const_view v = gsl_matrix_const_column(all, column);
  const double *data = v.vector.data;
  const size_t stride = v.vector.stride, n = v.vector.size;
  char stage[MG_BOARD_NAME];
  snprintf(stage, sizeof stage, "stage_%zu", column + 1);
  MG_TABLE_LINE(ROWS("laws"), law, gsl_stats_mean(data, stride, n),
                gsl_stats_sd(data, stride, n));
  return mg_bins_add(ROWS(stage), law, &v.vector, low, high, BINS, 0);
}
