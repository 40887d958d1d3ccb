/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that speaks German or Turkish computes and writes the same bytes.
 *
 * There 1.5 is "1,5", and in Turkish the small letter of I is not i.  So a
 * session (options, data, fit, tables, files) is run in the C locale and again
 * after setlocale, and everything that it wrote is compared.  The locales are
 * built for the tests by make check, where localedef and its sources are. */
#include "config.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/status.h"
#include "data/files.h"
#include "data/toys.h"
#include "eval/compare.h"
#include "folder.h"
#include "models/save.h"

static void enter(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(locale, .init = enter, .fini = folder_leave);

/* Skips where the locale is not there; fails where it has no comma. */
static void speak(const char *name) {
  char text[8];
  if (!setlocale(LC_ALL, name))
    cr_skip_test("the locale %s is not there: localedef or its sources are "
                 "missing",
                 name);
  snprintf(text, sizeof text, "%.1f", 1.5);
  cr_assert_str_eq(text, "1,5", "%s writes %s: no comma to test", name, text);
}

/* What is run, writing to a stream. */
typedef void session(FILE *stream);

static char *bytes_of(session *run, size_t *size) {
  char *bytes;
  FILE *stream = fopen("written", "w");
  cr_assert_not_null(stream, "no file");
  run(stream);
  fclose(stream);
  cr_assert(mg_file_read("written", 1 << 24, &bytes, size) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_assert(*size > 20, "a session of %zu bytes", *size);
  return bytes;
}

static void expect_same(session *run, const char *locale) {
  size_t here, there;
  char *plain = bytes_of(run, &here);
  speak(locale);
  char *local = bytes_of(run, &there);
  size_t at = 0;
  while (at < here && at < there && plain[at] == local[at])
    at++;
  cr_expect(here == there && at == here,
            "%s: %zu bytes, not %zu, another from byte %zu: '%.40s', '%.40s'",
            locale, there, here, at, plain + at, local + at);
  free(plain);
  free(local);
}

/* ---- sessions ---- */

static void options(FILE *stream) {
  mg_dataset *data = mg_toys_draw("ring", 100, 1);
  mg_recipe *recipe = mg_recipe_alloc(mg_zoo_find("gmm"), data, false);
  char text[256];
  cr_assert_not_null(recipe, "%s", mg_reason());
  cr_expect(mg_recipe_set(recipe, "floor", "0.125") == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(mg_recipe_set(recipe, "tolerance", "1.5e-3") == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(mg_recipe_set(recipe, "covariance", "diagonal") == GSL_SUCCESS,
            "%s", mg_reason());
  cr_expect(mg_recipe_set(recipe, "floor", "0,5") == GSL_EINVAL,
            "a comma was read");
  cr_expect(mg_recipe_set(recipe, "DIAGONAL", "1") == GSL_EINVAL, "DIAGONAL");
  fprintf(stream, "%s\n", mg_recipe_print(recipe, text, sizeof text));
  cr_expect_null(mg_zoo_find("MIXTURE"), "found MIXTURE");
  fprintf(stream, "%s\n", mg_reason());
  mg_recipe_free(recipe);
  mg_dataset_free(data);
}

static void write_text(const char *path, const char *text) {
  FILE *stream = fopen(path, "w");
  cr_assert(stream && fputs(text, stream) >= 0, "no file");
  fclose(stream);
}

static void csv(FILE *stream) {
  static const char *const texts[] = {
      "width,Iris\n1.5,ISPARTA\n-2.25e1,izmir\n1e-3,ISPARTA\n",
      "width;Iris\n1.5;ISPARTA\n-2.25e1;izmir\n1e-3;ISPARTA\n",
      "width\tIris\n1.5\tISPARTA\n-2.25e1\tizmir\n1e-3\tISPARTA\n"};
  for (size_t i = 0; i < 3; i++) {
    mg_file_options o = mg_file_options_default();
    o.label = "Iris";
    o.split = "0.4/0.3/0.3";
    write_text("flowers.csv", texts[i]);
    mg_dataset *data = mg_dataset_read("flowers.csv", &o);
    cr_assert_not_null(data, "%s", mg_reason());
    fprintf(stream, "%zu %zu %zu\n", data->n, data->start[1], data->start[2]);
    for (size_t r = 0; r < data->n; r++) {
      char text[MG_NUMBER_SIZE];
      mg_print_real(gsl_matrix_get(data->reals, r, 0), 17, text, sizeof text);
      fprintf(stream, "%s %s\n", text, data->class_names[data->labels[r]]);
    }
    mg_dataset_free(data);
  }
  write_text("commas.csv", "a;b\n1,5;2\n");
  cr_expect_null(mg_dataset_read("commas.csv", NULL), "1,5 is a number");
}

static mg_compare *compared(const mg_dataset *data) {
  const mg_compare_options o = {.seed = 1,
                                .quick = true,
                                .threads = 1,
                                .evidence = mg_evidence_options_default()};
  mg_compare *c = mg_compare_alloc(data, &o);
  cr_assert_not_null(c, "%s", mg_reason());
  while (mg_compare_test(c) == GSL_CONTINUE) {
    cr_assert(mg_compare_iterate(c) == GSL_SUCCESS, "%s", mg_reason());
    mg_compare_spend(c, 0.25);
  }
  return c;
}

static void tables(FILE *stream) {
  mg_dataset *data = mg_toys_draw("ring", 200, 1);
  mg_compare *c = compared(data);
  mg_table *t[] = {mg_compare_evidence(c), mg_compare_curves(c),
                   mg_compare_samples(c, 5), mg_compare_density(c, 3)};
  for (size_t i = 0; i < 4; i++) {
    mg_table_head(t[i], "seed", "1");
    cr_expect(mg_table_print(t[i], stream) == GSL_SUCCESS, "%s", mg_reason());
    mg_table_free(t[i]);
  }
  mg_compare_free(c);
  mg_dataset_free(data);
}

static void copy_file(const char *path, FILE *stream) {
  char *bytes;
  size_t size;
  cr_assert(mg_file_read(path, 1 << 24, &bytes, &size) == GSL_SUCCESS, "%s",
            mg_reason());
  fwrite(bytes, 1, size, stream);
  free(bytes);
}

/* Every family's file, and the file of what was read from it. */
static void models(FILE *stream) {
  mg_dataset *data = mg_toys_draw("ring", 200, 1);
  mg_compare *c = compared(data);
  for (size_t i = 0; i < mg_compare_count(c); i++) {
    const mg_model *model = mg_compare_entry(c, i)->model;
    cr_assert(mg_model_write(model, NULL, "first") == GSL_SUCCESS, "%s",
              mg_reason());
    mg_model *back = mg_model_read(mg_zoo, "first");
    cr_assert_not_null(back, "%s", mg_reason());
    cr_assert(mg_model_write(back, NULL, "second") == GSL_SUCCESS, "%s",
              mg_reason());
    copy_file("first", stream);
    copy_file("second", stream);
    mg_model_free(back);
  }
  mg_compare_free(c);
  mg_dataset_free(data);
}

#define EVERYWHERE(what)                                                       \
  Test(locale, what##_in_german) {                                             \
    expect_same(what, "de_DE.UTF-8");                                          \
  }                                                                            \
  Test(locale, what##_in_turkish) {                                            \
    expect_same(what, "tr_TR.UTF-8");                                          \
  }

EVERYWHERE(options)
EVERYWHERE(csv)
EVERYWHERE(tables)
EVERYWHERE(models)

/* A file that was written at home is read abroad. */
Test(locale, files_cross_the_border) {
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  mg_model *model =
      mg_model_alloc(mg_zoo_find("independent"), &space, NULL, false);
  cr_assert(mg_model_write(model, NULL, "model") == GSL_SUCCESS, "%s",
            mg_reason());
  speak("de_DE.UTF-8");
  mg_model *back = mg_model_read(mg_zoo, "model");
  cr_assert_not_null(back, "%s", mg_reason());
  cr_expect(memcmp(back->options, model->options, model->type->options_size) ==
                0,
            "other options");
  mg_model_free(back);
  mg_model_free(model);
}
