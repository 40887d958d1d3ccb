/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All scores of a model at once: which there are, and what they have in
 * common. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "base/stream.h"
#include "data/catalogue.h"
#include "data/toys.h"
#include "eval/coverage.h"
#include "eval/samples.h"
#include "eval/zoo.h"
#include "models/fit.h"

static mg_score score[MG_SAMPLES_SCORES];
static size_t n;

static const mg_score *named(const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(score[i].name, name) == 0)
      return &score[i];
  cr_assert(false, "there is no score %s", name);
  return NULL;
}

static bool has(const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(score[i].name, name) == 0)
      return true;
  return false;
}

static mg_samples_options few(void) {
  mg_samples_options options = mg_samples_options_default();
  options.rows = 150;
  options.floors = 4;
  return options;
}

/* A family by its recipe, after one pass: draws need not be good here. */
static mg_model *fitted(const char *family, const mg_dataset *data) {
  mg_recipe *recipe = mg_recipe_alloc(mg_zoo_find(family), data, true);
  cr_assert(recipe, "%s", mg_reason());
  recipe->fit.passes = 1;
  mg_model *model = mg_recipe_model(recipe, &data->space);
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  mg_fit *fit = mg_fit_alloc(model, &train, &recipe->fit, 1);
  cr_assert(fit, "%s", mg_reason());
  while (mg_fit_test(fit) == GSL_CONTINUE)
    cr_assert_eq(mg_fit_iterate(fit), GSL_SUCCESS, "%s", mg_reason());
  mg_fit_finish(fit);
  mg_fit_free(fit);
  mg_recipe_free(recipe);
  return model;
}

static gsl_matrix *drawn(const char *toy, size_t rows, unsigned long seed) {
  mg_dataset *data = mg_toys_draw(toy, rows, seed);
  gsl_matrix *x = data->reals;
  data->reals = NULL;
  mg_dataset_free(data);
  return x;
}

/* The law of the toy itself, drawn anew: every score is near its floor. */
Test(samples, the_truth_is_near_every_floor) {
  mg_dataset *data = mg_dataset_named("ring", 1);
  mg_samples_options options = few();
  options.rows = 500;
  options.floors = 20; /* a spread of fewer is not known well enough */
  mg_samples *s = mg_samples_alloc(data, &options, 1);
  cr_assert(s, "%s", mg_reason());
  cr_expect_eq(mg_samples_part(s), MG_TEST);
  gsl_matrix *x = drawn("ring", MG_COVERAGE_DRAWS, 77);
  cr_assert_eq(mg_samples_score_rows(s, x, score, &n), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t i = 0; i < n; i++)
    cr_expect(fabs(score[i].value - score[i].floor) <=
                  6.1 * score[i].floor_sd + 1e-9,
              "%s: %g, floor %g +- %g", score[i].name, score[i].value,
              score[i].floor, score[i].floor_sd);
  cr_expect(has("modes") && has("recall") && has("nearest ratio"), "%zu scores",
            n);
  cr_expect_eq(named("modes")->draws, 2500);
  cr_expect_eq(named("recall")->draws, 500);
  cr_expect_eq(named("recall")->n, 500);
  gsl_matrix_free(x);
  mg_samples_free(s);
  mg_dataset_free(data);
}

/* Columns of other units change nothing but modes. */
Test(samples, units_do_not_count) {
  double value[2][MG_SAMPLES_SCORES];
  for (size_t t = 0; t < 2; t++) {
    mg_dataset *data = mg_toys_draw("moons", 600, 1);
    gsl_matrix *x = drawn("moons", 200, 5);
    if (t == 1) /* exact: a power of 2, and nothing added */
      for (size_t i = 0; i < 600; i++) {
        *gsl_matrix_ptr(data->reals, i, 1) *= 1024;
        if (i < 200)
          *gsl_matrix_ptr(x, i, 1) *= 1024;
      }
    const mg_samples_options options = few();
    mg_samples *s = mg_samples_alloc(data, &options, 1);
    cr_assert(s, "%s", mg_reason());
    cr_assert_eq(mg_samples_score_rows(s, x, score, &n), GSL_SUCCESS);
    for (size_t i = 0; i < n; i++)
      value[t][i] = score[i].value;
    mg_samples_free(s);
    mg_dataset_free(data);
    gsl_matrix_free(x);
  }
  cr_expect(!has("modes"), "those of moons are not known");
  for (size_t i = 0; i < n; i++)
    cr_expect_eq(value[0][i], value[1][i], "%s: %.17g and %.17g", score[i].name,
                 value[0][i], value[1][i]);
}

/* Floors are of the data: the second model has those of the first. */
Test(samples, models_share_floors) {
  mg_dataset *data = mg_dataset_named("digits", 1);
  const mg_samples_options options = few();
  mg_samples *s = mg_samples_alloc(data, &options, 1);
  cr_assert(s, "%s", mg_reason());
  static const char *const families[] = {"independent", "naive_bayes"};
  double floor[2][MG_SAMPLES_SCORES], recall[2];
  for (size_t i = 0; i < 2; i++) {
    mg_model *model = fitted(families[i], data);
    cr_assert_eq(mg_samples_score(s, model, 3, score, &n), GSL_SUCCESS, "%s",
                 mg_reason());
    for (size_t j = 0; j < n; j++)
      floor[i][j] = score[j].floor;
    recall[i] = named("recall")->value;
    mg_model_free(model);
  }
  for (size_t j = 0; j < n; j++)
    cr_expect_eq(floor[0][j], floor[1][j], "%s: %g and %g", score[j].name,
                 floor[0][j], floor[1][j]);
  cr_expect(recall[1] > recall[0] + 0.1,
            "columns without each other are no digits: %g, by class %g",
            recall[0], recall[1]);
  cr_expect(named("precision")->floor > 0.5, "%g", named("precision")->floor);
  mg_samples_free(s);
  mg_dataset_free(data);
}

Test(samples, a_family_that_cannot_sample) {
  mg_dataset *data = mg_dataset_named("ring", 1);
  const mg_samples_options options = few();
  mg_samples *s = mg_samples_alloc(data, &options, 1);
  mg_model *model = fitted("knn", data);
  cr_expect_eq(mg_samples_score(s, model, 1, score, &n), GSL_EUNSUP);
  cr_expect(strstr(mg_reason(), "knn") != NULL, "%s", mg_reason());
  mg_model_free(model);
  mg_dataset *other = mg_dataset_named("heights", 1);
  model = fitted("gmm", other);
  cr_expect_eq(mg_samples_score(s, model, 1, score, &n), GSL_EINVAL);
  mg_model_free(model);
  mg_dataset_free(other);
  mg_samples_free(s);
  mg_dataset_free(data);
}

Test(samples, rows_that_were_all_learnt_from) {
  mg_dataset *moons = mg_toys_draw("moons", 100, 1);
  mg_dataset *ring = mg_toys_draw("ring", 100, 1);
  const mg_samples_options options = few();
  mg_dataset_split(moons, "none");
  mg_dataset_split(ring, "none");
  cr_expect(!mg_samples_can(moons) && mg_samples_can(ring),
            "moons have neither modes nor rows, the ring has modes");
  cr_expect(mg_samples_alloc(moons, &options, 1) == NULL, "nothing held out");
  cr_expect(strstr(mg_reason(), "--split") != NULL, "%s", mg_reason());
  mg_samples *s = mg_samples_alloc(ring, &options, 1);
  cr_assert(s, "modes can be counted all the same: %s", mg_reason());
  gsl_matrix *x = drawn("ring", 100, 2);
  cr_expect_eq(mg_samples_score_rows(s, x, score, &n), GSL_SUCCESS);
  cr_expect_eq(n, MG_COVERAGE_SCORES, "%zu scores", n);
  gsl_matrix_free(x);
  mg_samples_free(s);
  mg_dataset_free(moons);
  mg_dataset_free(ring);
}

Test(samples, any_number_of_threads) {
  mg_dataset *data = mg_dataset_named("digits", 1);
  mg_model *model = fitted("naive_bayes", data);
  static mg_score all[2][MG_SAMPLES_SCORES];
  for (size_t t = 0; t < 2; t++) {
    mg_samples_options options = few();
    options.threads = t ? 4 : 1;
    options.rows = 300;
    mg_samples *s = mg_samples_alloc(data, &options, 1);
    cr_assert_eq(mg_samples_score(s, model, 3, all[t], &n), GSL_SUCCESS);
    mg_samples_free(s);
  }
  for (size_t i = 0; i < n; i++) {
    const mg_score *a = &all[0][i], *b = &all[1][i];
    const double one[] = {a->value, a->std_error, a->floor, a->floor_sd};
    const double four[] = {b->value, b->std_error, b->floor, b->floor_sd};
    cr_expect(memcmp(one, four, sizeof one) == 0, "%s differs", a->name);
  }
  mg_model_free(model);
  mg_dataset_free(data);
}
