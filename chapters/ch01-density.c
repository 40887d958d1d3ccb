/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chapter 1, density estimation: what a step computes; the rest: the story. */
#include "lesson/library.h"
#include "chapters/ch01-density.story.h"

static int question(mg_lesson *lesson) {
  return mg_lesson_column(lesson, SET->column);
}

static int likelihood(mg_lesson *lesson) {
  const gsl_vector *x = VECTOR("x");
  double mu, sigma;
  return mg_gaussian_estimate(x, &mu, &sigma) || NUMBER("mu", mu, NULL) ||
         NUMBER("sigma", sigma, NULL) ||
         mg_gaussian_profile(x, mu, sigma, ROWS("of_mu"), ROWS("of_sigma")) ||
         mg_lesson_density(lesson, "gaussian", &mg_independent_type, NULL,
                           "gaussians", NULL);
}

static int gradient(mg_lesson *lesson) { /* a piece is a row */
  mg_optimizer_options climb = mg_optimizer_options_default();
  climb.rate = SET->rate;
  climb.schedule = (mg_schedule)SET->schedule;
  climb.decay = 10;
  return mg_lesson_climb(lesson, SET->batch, SET->epochs, &climb);
}

static int prior(mg_lesson *lesson) {
  const gsl_vector *x = VECTOR("x");
  const gsl_vector_const_view few =
      gsl_vector_const_subvector(x, 0, GSL_MIN(SET->few, x->size));
  return mg_gaussian_beliefs(x, GIVEN("sigma"), SET->prior_mean, SET->prior_sd,
                             ROWS("beliefs")) ||
         mg_gaussian_belief(&few.vector, GIVEN("sigma"), SET->prior_mean,
                            SET->prior_sd, ROWS("belief"));
}

static int histogram(mg_lesson *lesson) {
  const char *const name[] = {"narrow", "histogram", "wide"};
  double h = SET->width;
  int status =
      h > 0 ? 0 : mg_histogram_width(MG_HISTOGRAM_SCOTT, MATRIX("x"), &h);
  for (int i = 0; i < 3 && !status; i++) {
    const mg_histogram_options o = {MG_HISTOGRAM_FIXED, h * exp2(2 * i - 2), 1};
    status = mg_lesson_density(lesson, name[i], &mg_histogram_type, &o,
                               "histograms", "widths");
  }
  return status;
}

static int kernel(mg_lesson *lesson) {
  const char *const name[] = {"rough", "kernel", "smooth"};
  double h = SET->h;
  int status =
      h > 0 ? 0 : mg_bandwidth_choose(MG_BANDWIDTH_SCOTT, MATRIX("x"), &h);
  for (int i = 0; i < 3 && !status; i++) {
    const mg_kde_options o = {MG_BANDWIDTH_FIXED, h * exp2(2 * i - 2)};
    status = mg_lesson_density(lesson, name[i], &mg_kde_type, &o, "kernels",
                               "bandwidths");
  }
  return status;
}

/* A piece is a bandwidth, from 0.75 to 12 cm. */
static int bandwidth(mg_lesson *lesson) {
  const char *const band[] = {"band_1", "band_2", "band_3"};
  const double h = 0.75 * exp2((double)PIECE / 2);
  if (mg_lesson_risk(lesson, h, SET->samples,
                     PIECE % 4 ? NULL : band[PIECE / 4]))
    return GSL_EFAILED;
  if (PIECE < 8)
    return GSL_CONTINUE;
  mg_table_series(ROWS("errors"), ROWS("risks"), "h", "bias2 variance error");
  return GSL_SUCCESS;
}

static int left_out(mg_lesson *lesson) { /* a piece is a bandwidth */
  const mg_kde_options cv = {MG_BANDWIDTH_CV, 1};
  if (mg_lesson_bandwidth(lesson, GIVEN("sigma") * exp2((double)PIECE / 2 - 5)))
    return GSL_EFAILED;
  if (PIECE < 10)
    return GSL_CONTINUE;
  return mg_lesson_density(lesson, "kernel_cv", &mg_kde_type, &cv, "kernels",
                           NULL);
}

static int neighbours(mg_lesson *lesson) {
  const mg_knn_options o = {SET->k};
  return mg_lesson_density(lesson, "neighbours", &mg_knn_type, &o,
                           "neighbour_curve", NULL) ||
         mg_lesson_areas(lesson, "gaussian") ||
         mg_lesson_areas(lesson, "kernel_cv") ||
         mg_lesson_areas(lesson, "neighbours");
}

static int evidence(mg_lesson *lesson) {
  const char *const name[] = {"gaussian", "histogram", "kernel", "kernel_cv",
                              "neighbours"};
  int status = GSL_SUCCESS;
  for (int i = 0; i < 10 && !status; i++)
    status = mg_evidence_axis(ROWS("evidence"), name[i / 2], MODEL(name[i / 2]),
                              DATA("sample"), i % 2 ? MG_TEST : MG_TRAIN);
  return status;
}

static int units(mg_lesson *lesson) {
  const mg_model_type *const type[] = {&mg_independent_type, &mg_kde_type};
  const char *const name[] = {"gaussian", "kernel"};
  for (int i = 0; i < 4; i++) {
    const double unit = i % 2 ? SET->unit : 1;
    mg_dataset *data = mg_dataset_column(DATA("sample"), 0, unit);
    char row[48];
    snprintf(row, sizeof row, "%s, x / %g", name[i / 2], unit);
    if (mg_board_take_data(BOARD, "counted", data))
      return GSL_ENOMEM;
    const mg_rows train = mg_dataset_part(data, MG_TRAIN);
    const mg_model *m =
        mg_lesson_fit(lesson, "tried", type[i / 2], NULL, &train);
    if (!m || mg_evidence_axis(ROWS("shifts"), row, m, data, MG_TEST) ||
        mg_curve_density(ROWS(i % 2 ? "there" : "here"), name[i / 2], m,
                         GIVEN("low") / unit, GIVEN("high") / unit))
      return GSL_EFAILED;
  }
  return NUMBER("log_unit", log(SET->unit), "nats");
}

static int classifier(mg_lesson *lesson) {
  mg_dataset *digits = mg_digits_read();
  if (mg_board_take_data(BOARD, "digits", digits))
    return GSL_ENOMEM;
  const mg_rows train = mg_dataset_part(digits, MG_TRAIN);
  const mg_rows test = mg_dataset_part(digits, MG_TEST);
  return !mg_lesson_fit(lesson, "bayes", &mg_naive_bayes_type, NULL, &train) ||
         mg_lesson_classify(lesson, "bayes", &test);
}

static int generator(mg_lesson *lesson) {
  const mg_dataset *digits = DATA("digits");
  const mg_rows train = mg_dataset_part(digits, MG_TRAIN);
  const mg_model *bayes = MODEL("bayes");
  const mg_model *pixels =
      mg_lesson_fit(lesson, "pixels", &mg_independent_type, NULL, &train);
  gsl_matrix *x = mg_board_matrix(BOARD, "drawn", 100, 64, "levels");
  if (!pixels || !x ||
      mg_evidence_axis(ROWS("masses"), "pixels", pixels, digits, MG_TEST) ||
      mg_evidence_axis(ROWS("masses"), "naive bayes", bayes, digits, MG_TEST) ||
      mg_lesson_data_panel(lesson, "panel_data", digits, 100) ||
      mg_lesson_drawn_panel(lesson, "panel_pixels", "pixels", 100))
    return GSL_EFAILED;
  return mg_naive_bayes_sample_classes(bayes->self, RNG("bayes"), x) ||
         mg_lesson_panel(lesson, "panel_bayes", &digits->space, x);
}

/* Noise through a CDF and two inverse ones.                          [cdf.1] */
static int quantiles(mg_lesson *lesson) {
  const char *const law[] = {"gaussian", "uniform", "exponential", "sample"};
  const double low[] = {-4, 0, 0, GIVEN("low")};
  const double high[] = {4, 1, 8, GIVEN("high")};
  gsl_matrix *all = mg_board_matrix(BOARD, "stages", SET->points, 4, NULL);
  gsl_vector *sorted =
      mg_board_vector(BOARD, "sorted", VECTOR("x")->size, NULL);
  gsl_rng *rng = RNG("noise");
  if (!all || !sorted || !rng)
    return GSL_ENOMEM;
  gsl_vector_memcpy(sorted, VECTOR("x"));
  gsl_sort_vector(sorted);
  for (size_t i = 0; i < SET->points; i++) {
    double *x = gsl_matrix_ptr(all, i, 0);
    x[0] = gsl_ran_gaussian_ziggurat(rng, 1);
    x[1] = gsl_cdf_ugaussian_P(x[0]);
    if (mg_exponential_quantile(x[1], 1, &x[2]))
      return GSL_EFAILED;
    x[3] = gsl_stats_quantile_from_sorted_data(sorted->data, 1, sorted->size,
                                               x[1]);
  }
  int status = GSL_SUCCESS;
  for (size_t j = 0; j < 4 && !status; j++)
    status = mg_lesson_stage(lesson, all, j, law[j], low[j], high[j]);
  return status;
}

static int cube(mg_lesson *lesson) {
  mg_table *t = ROWS("cubes");
  const int status = mg_cube_rows(RNG("cube"), SET->points, 10, 10, t);
  mg_table_series(ROWS("shares"), t, "D", "occupied");
  mg_table_series(ROWS("distances"), t, "D", "nearest typical");
  return status;
}

int main(int argc, char **argv) {
  return mg_lesson_main(&chapter, argc, argv);
}
