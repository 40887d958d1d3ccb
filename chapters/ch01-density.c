/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 1, density estimation: which distribution made this sample?
 * A function a step; what is told and shown is in ch01-density.story. */
#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort_vector.h>
#include <gsl/gsl_statistics_double.h>
#include "lesson/library.h"

typedef struct {
  size_t column, few, batch, epochs, k, samples, points;
  double prior_mean, prior_sd, width, h, unit;
  mg_optimizer_options climb;
} settings;
#define SIZE(f) #f, MG_OPTION_SIZE, offsetof(settings, f)
#define REAL(f) #f, MG_OPTION_REAL, offsetof(settings, f)
static const mg_option options[] = {
    {SIZE(column), 0, 1e4, NULL, "of the data; 0: the last"},
    {REAL(prior_mean), -1e9, 1e9, NULL, "of mu, in the data's unit"},
    {REAL(prior_sd), 1e-9, 1e9, NULL, "of mu, in the data's unit"},
    {SIZE(few), 1, 1e6, NULL, "rows that the prior meets"},
    {SIZE(batch), 1, 1e6, NULL, "rows a gradient step"},
    {SIZE(epochs), 1, 1000, NULL, "passes over the rows"},
    {"rate", MG_OPTION_REAL, offsetof(settings, climb.rate), 1e-6, 10, NULL,
     "of the first gradient step, no unit"},
    {"schedule", MG_OPTION_CHOICE, offsetof(settings, climb.schedule), 0, 0,
     "constant|robbins-monro|exponential|cosine|threes", "how the rate falls"},
    {REAL(width), 0, 1e9, NULL, "of a bin, in the data's unit; 0: Scott's"},
    {REAL(h), 0, 1e9, NULL, "bandwidth, in the data's unit; 0: Scott's"},
    {SIZE(samples), 2, 1000, NULL, "for bias and variance"},
    {SIZE(k), 0, 1e6, NULL, "neighbours; 0: the root of the rows"},
    {REAL(unit), 1e-9, 1e9, NULL, "another unit, in that of the data"},
    {SIZE(points), 10, 20000, NULL, "in the cube, and of a stage"},
    {0}};

static void set_default(bool quick, void *out) {
  mg_optimizer_options climb = mg_optimizer_options_default();
  climb.rate = 0.5;
  climb.schedule = MG_SCHEDULE_ROBBINS_MONRO;
  climb.decay = 10;
  *(settings *)out = (settings){0, 5, 10, 10, 0,    quick ? 40 : 200, 1000, 60,
                                5, 0, 0,  60, climb};
}

static mg_table *rows_of(mg_lesson *l, const char *table) {
  return mg_board_find_table(mg_lesson_board(l), table);
}

static double number(mg_lesson *l, const char *name) {
  return mg_board_number(mg_lesson_board(l), name);
}

static gsl_matrix *sample(mg_lesson *l) {
  return mg_board_find_matrix(mg_lesson_board(l), "x");
}

/* A family fitted to the sample, its curve, and how it scores what it is not
 * shown. */
static int fit(mg_lesson *l, const char *name, const mg_model_type *type,
               const void *how, const char *curves, const char *scores) {
  const mg_dataset *data = mg_board_find_data(mg_lesson_board(l), "sample");
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_model *m = mg_lesson_fit(l, name, type, how, &train);
  mg_evidence left;
  if (!m || mg_left_out_of(m, &train, 0, &left))
    return GSL_EFAILED;
  if (scores)
    MG_TABLE_LINE(rows_of(l, scores), name, left.value, left.std_error);
  return mg_curve_density(rows_of(l, curves), name, m, number(l, "low"),
                          number(l, "high"));
}

static int question(mg_lesson *l) {
  const settings *s = mg_lesson_settings(l);
  const mg_dataset *all = mg_lesson_data(l);
  const size_t column = s->column ? s->column : all->space.dim;
  mg_dataset *one = mg_dataset_column(all, column - 1, 1);
  mg_board *b = mg_lesson_board(l);
  if (!one || mg_dataset_split(one, one->n > 400 ? "280/0/120" : "0.7/0/0.3") ||
      mg_board_take_data(b, "sample", one))
    return GSL_EINVAL;
  const mg_rows train = mg_dataset_part(one, MG_TRAIN);
  const gsl_matrix *x = mg_board_rows(b, "x", &train, NULL);
  if (!x)
    return GSL_ENOMEM;
  const double room = (gsl_matrix_max(x) - gsl_matrix_min(x)) / 4;
  mg_board_real(b, "n", (double)train.n, NULL);
  mg_board_real(b, "low", gsl_matrix_min(x) - room, NULL);
  mg_board_real(b, "high", gsl_matrix_max(x) + room, NULL);
  gsl_vector_const_view v = gsl_matrix_const_column(x, 0);
  return mg_bins_add(rows_of(l, "counts"), "sample", &v.vector,
                     number(l, "low"), number(l, "high"), 27, 0);
}

static int likelihood(mg_lesson *l) {
  gsl_vector_view x = gsl_matrix_column(sample(l), 0);
  double mu, sigma;
  int status = mg_gaussian_estimate(&x.vector, &mu, &sigma);
  if (!status)
    status = mg_gaussian_profile(&x.vector, mu, sigma, rows_of(l, "of_mu"),
                                 rows_of(l, "of_sigma"));
  mg_board_real(mg_lesson_board(l), "mu", mu, NULL);
  mg_board_real(mg_lesson_board(l), "sigma", sigma, NULL);
  return status ? status
                : fit(l, "gaussian", &mg_independent_type, NULL, "gaussians",
                      NULL);
}

/* Where the climb begins, and what it should reach. */
static int begin_climb(mg_lesson *l, const gsl_vector *x, double rows) {
  mg_board *b = mg_lesson_board(l);
  gsl_vector *order = mg_board_vector(b, "order", x->size, NULL);
  gsl_vector *state = mg_board_vector(b, "state", MG_CLIMB_SIZE, NULL);
  if (!order || !state)
    return GSL_ENOMEM;
  gsl_vector_memcpy(order, x);
  gsl_vector_set(state, 0, gsl_vector_min(x));
  gsl_vector_set(state, 1, log(gsl_vector_max(x) - gsl_vector_min(x)));
  for (int i = 0; i < 2; i++) {
    MG_TABLE_LINE(rows_of(l, "path_mu"), "formula", i * rows, number(l, "mu"));
    MG_TABLE_LINE(rows_of(l, "path_sigma"), "formula", i * rows,
                  number(l, "sigma"));
  }
  return GSL_SUCCESS;
}

/* A piece is a row, in the order that its epoch drew. */
static int gradient(mg_lesson *l) {
  const settings *s = mg_lesson_settings(l);
  const gsl_vector x = gsl_matrix_column(sample(l), 0).vector;
  const size_t done = mg_lesson_piece(l), i = done % x.size;
  const bool epoch = i + 1 == x.size, step = epoch || (i + 1) % s->batch == 0;
  mg_board *b = mg_lesson_board(l);
  int status = done ? 0 : begin_climb(l, &x, (double)(s->epochs * x.size));
  if (status)
    return status;
  gsl_vector *order = mg_board_find_vector(b, "order");
  gsl_vector *state = mg_board_find_vector(b, "state");
  if (i == 0)
    gsl_ran_shuffle(mg_lesson_rng(l, "order"), order->data, x.size, 8);
  status = mg_gaussian_climb(state, gsl_vector_get(order, i), step, &s->climb);
  const double mu = gsl_vector_get(state, 0);
  const double sigma = exp(gsl_vector_get(state, 1)), seen = (double)(done + 1);
  mg_board_real(b, "mu_t", mu, NULL);
  mg_board_real(b, "sigma_t", sigma, NULL);
  if (step) {
    MG_TABLE_LINE(rows_of(l, "path_mu"), "gradient", seen, mu);
    MG_TABLE_LINE(rows_of(l, "path_sigma"), "gradient", seen, sigma);
  }
  mg_lesson_level(l, epoch ? 2 : step);
  return status || done + 1 >= s->epochs * x.size ? status : GSL_CONTINUE;
}

static int prior(mg_lesson *l) {
  const settings *s = mg_lesson_settings(l);
  const gsl_vector x = gsl_matrix_column(sample(l), 0).vector;
  gsl_vector_const_view few =
      gsl_vector_const_subvector(&x, 0, GSL_MIN(s->few, x.size));
  const double sigma = number(l, "sigma");
  const int status = mg_gaussian_beliefs(&x, sigma, s->prior_mean, s->prior_sd,
                                         rows_of(l, "beliefs"));
  return status ? status
                : mg_gaussian_belief(&few.vector, sigma, s->prior_mean,
                                     s->prior_sd, rows_of(l, "belief"));
}

static int histogram(mg_lesson *l) {
  double h = ((const settings *)mg_lesson_settings(l))->width;
  int status =
      h > 0 ? 0 : mg_histogram_width(MG_HISTOGRAM_SCOTT, sample(l), &h);
  const char *const name[] = {"narrow", "histogram", "wide"};
  for (int i = 0; i < 3 && !status; i++) {
    const mg_histogram_options o = {MG_HISTOGRAM_FIXED, h * exp2(2 * i - 2), 1};
    status = fit(l, name[i], &mg_histogram_type, &o, "histograms", "widths");
  }
  return status;
}

static int kernel(mg_lesson *l) {
  double h = ((const settings *)mg_lesson_settings(l))->h;
  int status =
      h > 0 ? 0 : mg_bandwidth_choose(MG_BANDWIDTH_SCOTT, sample(l), &h);
  const char *const name[] = {"rough", "kernel", "smooth"};
  for (int i = 0; i < 3 && !status; i++) {
    const mg_kde_options o = {MG_BANDWIDTH_FIXED, h * exp2(2 * i - 2)};
    status = fit(l, name[i], &mg_kde_type, &o, "kernels", "bandwidths");
  }
  return status;
}

/* A piece is a bandwidth. */
static int bandwidth(mg_lesson *l) {
  const settings *s = mg_lesson_settings(l);
  const mg_risk_trial trial = {"heights", 200, 130, 210};
  const size_t i = mg_lesson_piece(l);
  const mg_kde_options o = {MG_BANDWIDTH_FIXED, 0.75 * exp2((double)i / 2)};
  const char *const band[] = {"band_1", "band_2", "band_3"};
  mg_board *b = mg_lesson_board(l);
  gsl_vector *truth = mg_board_vector(b, "truth", 201, "1 / cm");
  gsl_matrix *tries = mg_board_matrix(b, "tries", s->samples, 201, "1 / cm");
  mg_risk r;
  if (!truth || !tries ||
      mg_risk_try(&trial, &mg_kde_type, &o, mg_lesson_seed(l), truth, tries,
                  &r))
    return GSL_EFAILED;
  MG_TABLE_LINE(rows_of(l, "risks"), NULL, o.h, 1e4 * r.bias2, 1e4 * r.variance,
                1e4 * r.error);
  if (i % 4 == 0)
    mg_risk_bands(rows_of(l, band[i / 4]), "mean +- sd", &trial, truth, tries);
  if (i < 8)
    return GSL_CONTINUE;
  mg_table_series(rows_of(l, "errors"), rows_of(l, "risks"), "h",
                  "bias2 variance error");
  return GSL_SUCCESS;
}

static int left_out(mg_lesson *l) {
  const mg_kde_options cv = {MG_BANDWIDTH_CV, 1};
  const mg_dataset *data = mg_board_find_data(mg_lesson_board(l), "sample");
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  const mg_evidence_options how = mg_evidence_options_default();
  mg_evidence left, held;
  for (int i = -10; i <= 0; i++) {
    const mg_kde_options o = {MG_BANDWIDTH_FIXED,
                              number(l, "sigma") * exp2(i / 2.)};
    const mg_model *m = mg_lesson_fit(l, "tried", &mg_kde_type, &o, &train);
    if (!m || mg_left_out_of(m, &train, 0, &left) ||
        mg_evidence_of(m, &test, &how, 0, &held))
      return GSL_EFAILED;
    MG_TABLE_LINE(rows_of(l, "left"), "left out", o.h, left.value);
    MG_TABLE_LINE(rows_of(l, "held"), "held out", o.h, held.value);
  }
  return fit(l, "kernel_cv", &mg_kde_type, &cv, "kernels", "bandwidths");
}

static int neighbours(mg_lesson *l) {
  const settings *s = mg_lesson_settings(l);
  const mg_knn_options o = {s->k};
  const char *const name[] = {"gaussian", "kernel_cv", "neighbours"};
  const double at = number(l, "mu"), half = number(l, "high") - at;
  double area[3] = {0};
  int status = fit(l, "neighbours", &mg_knn_type, &o, "neighbour_curve", NULL);
  for (int i = 0; i < 9 && !status; i++) {
    const mg_model *m = mg_board_find_model(mg_lesson_board(l), name[i / 3]);
    const double wide = half * gsl_pow_int(10, i % 3);
    status = mg_curve_area(m, at - wide, at + wide, 100001, &area[i % 3]);
    if (i % 3 == 2)
      MG_TABLE_LINE(rows_of(l, "areas"), name[i / 3], area[0], area[1],
                    area[2]);
  }
  return status;
}

static int evidence(mg_lesson *l) {
  const char *const name[] = {"gaussian", "histogram", "kernel", "kernel_cv",
                              "neighbours"};
  mg_board *b = mg_lesson_board(l);
  int status = GSL_SUCCESS;
  for (int i = 0; i < 10 && !status; i++)
    status = mg_evidence_axis(rows_of(l, "evidence"), name[i / 2],
                              mg_board_find_model(b, name[i / 2]),
                              mg_board_find_data(b, "sample"),
                              i % 2 ? MG_TEST : MG_TRAIN);
  return status;
}

/* The sample in two units, and the same two families in each. */
static int units(mg_lesson *l) {
  const double unit = ((const settings *)mg_lesson_settings(l))->unit;
  const mg_model_type *const type[] = {&mg_independent_type, &mg_kde_type};
  const char *const name[] = {"gaussian", "kernel"};
  mg_board *b = mg_lesson_board(l);
  const mg_dataset *here = mg_board_find_data(b, "sample");
  mg_dataset *there = mg_dataset_column(here, 0, unit);
  if (!there || mg_board_take_data(b, "there", there))
    return GSL_ENOMEM;
  for (int i = 0; i < 4; i++) {
    const mg_dataset *data = i % 2 ? there : here;
    const mg_rows train = mg_dataset_part(data, MG_TRAIN);
    const mg_model *m = mg_lesson_fit(l, "tried", type[i / 2], NULL, &train);
    const double one = i % 2 ? unit : 1;
    if (!m ||
        mg_evidence_axis(rows_of(l, "shifts"), name[i / 2], m, data, MG_TEST) ||
        mg_curve_density(rows_of(l, i % 2 ? "there_curves" : "here_curves"),
                         name[i / 2], m, number(l, "low") / one,
                         number(l, "high") / one))
      return GSL_EFAILED;
  }
  return mg_board_real(b, "log_unit", log(unit), "nats");
}

static int classifier(mg_lesson *l) {
  mg_board *b = mg_lesson_board(l);
  mg_dataset *digits = mg_digits_read();
  if (!digits || mg_board_take_data(b, "digits", digits))
    return GSL_ENOMEM;
  const mg_rows train = mg_dataset_part(digits, MG_TRAIN);
  const mg_rows test = mg_dataset_part(digits, MG_TEST);
  const mg_model *m =
      mg_lesson_fit(l, "bayes", &mg_naive_bayes_type, NULL, &train);
  const gsl_matrix *x = mg_board_rows(b, "images", &test, "levels");
  gsl_matrix *p = mg_board_matrix(b, "posterior", test.n, 10, NULL);
  gsl_matrix *counts = mg_board_matrix(b, "confusion", 10, 10, "images");
  mg_confusion c;
  if (!m || !x || !p || !counts || mg_naive_bayes_posterior(m->self, x, p) ||
      mg_confusion_of(p, digits->labels + test.first, counts, &c))
    return GSL_EFAILED;
  mg_board_real(b, "tested", (double)c.n, "images");
  mg_board_real(b, "right", (double)c.right, "images");
  mg_board_real(b, "accuracy", c.accuracy, NULL);
  mg_board_real(b, "accuracy_se", c.std_error, NULL);
  return mg_board_take_table(b, "taken_for",
                             mg_confusion_table(counts, digits));
}

/* Images as a panel of a figure. */
static int panel(mg_lesson *l, const char *name, const gsl_matrix *images) {
  gsl_matrix_const_view first =
      gsl_matrix_const_submatrix(images, 0, 0, 100, MG_DIGITS_PIXELS);
  return mg_board_take_table(mg_lesson_board(l), name,
                             mg_images_table(&first.matrix, 8, 8, 10, 0, 16));
}

static int generator(mg_lesson *l) {
  mg_board *b = mg_lesson_board(l);
  const mg_dataset *digits = mg_board_find_data(b, "digits");
  const mg_rows train = mg_dataset_part(digits, MG_TRAIN);
  const mg_model *bayes = mg_board_find_model(b, "bayes");
  const mg_model *pixels =
      mg_lesson_fit(l, "pixels", &mg_independent_type, NULL, &train);
  gsl_matrix *x = mg_board_matrix(b, "drawn", 100, MG_DIGITS_PIXELS, "levels");
  mg_table *masses = rows_of(l, "masses");
  if (!pixels || !x ||
      mg_evidence_axis(masses, "pixels", pixels, digits, MG_TEST) ||
      mg_evidence_axis(masses, "naive bayes", bayes, digits, MG_TEST) ||
      panel(l, "panel_data", mg_board_find_matrix(b, "images")) ||
      mg_model_sample(pixels, mg_lesson_rng(l, "pixels"), x) ||
      panel(l, "panel_pixels", x) ||
      mg_naive_bayes_sample_classes(bayes->self, mg_lesson_rng(l, "bayes"), x))
    return GSL_EFAILED;
  return panel(l, "panel_bayes", x);
}

/* Noise through a CDF and two inverse ones.                          [cdf.1] */
static int quantiles(mg_lesson *l) {
  const size_t n = ((const settings *)mg_lesson_settings(l))->points;
  const double ends[][2] = {
      {-4, 4}, {0, 1}, {0, 8}, {number(l, "low"), number(l, "high")}};
  const char *const name[] = {"gaussian", "uniform", "exponential", "sample"};
  mg_board *b = mg_lesson_board(l);
  gsl_matrix *all = mg_board_matrix(b, "stages", n, 4, NULL);
  gsl_vector *sorted = mg_board_vector(b, "sorted", sample(l)->size1, NULL);
  gsl_rng *rng = mg_lesson_rng(l, "noise");
  if (!all || !sorted || !rng)
    return GSL_ENOMEM;
  gsl_matrix_get_col(sorted, sample(l), 0);
  gsl_sort_vector(sorted);
  for (size_t i = 0; i < n; i++) {
    double *x = gsl_matrix_ptr(all, i, 0);
    x[0] = gsl_ran_gaussian_ziggurat(rng, 1);
    x[1] = gsl_cdf_ugaussian_P(x[0]);
    x[2] = gsl_cdf_exponential_Pinv(x[1], 1);
    x[3] = gsl_stats_quantile_from_sorted_data(sorted->data, 1, sorted->size,
                                               x[1]);
  }
  for (size_t j = 0; j < 4; j++) {
    const gsl_vector v = gsl_matrix_column(all, j).vector;
    const char stage[] = {'s', 't', 'a', 'g', 'e', '_', (char)('1' + j), 0};
    MG_TABLE_LINE(rows_of(l, "laws"), name[j],
                  gsl_stats_mean(v.data, v.stride, n),
                  gsl_stats_sd(v.data, v.stride, n));
    if (mg_bins_add(rows_of(l, stage), name[j], &v, ends[j][0], ends[j][1], 27,
                    0))
      return GSL_EFAILED;
  }
  return GSL_SUCCESS;
}

static int cube(mg_lesson *l) {
  const settings *s = mg_lesson_settings(l);
  mg_table *t = rows_of(l, "cubes");
  const int status =
      mg_cube_rows(mg_lesson_rng(l, "cube"), s->points, 10, 10, t);
  mg_table_series(rows_of(l, "shares"), t, "D", "occupied expected");
  mg_table_series(rows_of(l, "distances"), t, "D", "nearest typical");
  return status;
}

#include "chapters/ch01-density.story.h"

static const mg_chapter chapter = {"density",        "faithful",  options,
                                   sizeof(settings), set_default, story};

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
