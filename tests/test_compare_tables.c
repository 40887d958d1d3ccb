/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves a comparison: tables of evidence, curves, samples, densities. */
#include "config.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "comparison.h"
#include "folder.h"

static void enter(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(compare_tables, .init = enter, .fini = folder_leave);

static double real_at(const mg_table *table, size_t row, const char *column) {
  const char *text = mg_table_get(table, row, mg_table_find(table, column));
  cr_assert_not_null(text, "no column %s", column);
  return strtod(text, NULL);
}

static const char *text_at(const mg_table *table, size_t row,
                           const char *column) {
  return mg_table_get(table, row, mg_table_find(table, column));
}

static void expect_columns(const mg_table *table, const char *names) {
  char text[512] = "";
  for (size_t i = 0; i < mg_table_columns(table); i++) {
    strcat(text, i ? " " : "");
    strcat(text, mg_table_name(table, i));
  }
  cr_expect_str_eq(text, names, "'%s'", text);
}

/* To rank by test would be to choose by it. */
Test(compare_tables, evidence_is_ranked_by_validation_and_ends_in_truth) {
  mg_dataset *data = toy("ring", 400);
  mg_compare *c = compare_on(data, true, 1);
  run(c);
  mg_table *t = mg_compare_evidence(c);
  expect_columns(t, MG_EVIDENCE_COLUMNS);
  /* Ten models, one of them by two bounds; the truth, and its entropy. */
  cr_assert(mg_table_rows(t) == 11 * 3 + 4, "%zu rows", mg_table_rows(t));
  const char *const parts[] = {"train", "validation", "test"};
  double before = INFINITY;
  for (size_t i = 0; i < 33; i++) {
    const bool bound = strcmp(text_at(t, i, "model"), "vae") == 0;
    const bool second = strcmp(text_at(t, i, "method"), "elbo") == 0;
    cr_expect_str_eq(text_at(t, i, "split"), parts[i % 3], "row %zu", i);
    cr_expect_str_eq(text_at(t, i, "claim"),
                     i > 29  ? "none"
                     : bound ? ">="
                             : "=",
                     "row %zu", i);
    if (i > 29)
      cr_expect_str_eq(text_at(t, i, "model"), "knn", "row %zu", i);
    else if (i % 3 == 1 && !second) {
      cr_expect(real_at(t, i, "nats") <= before, "row %zu is better", i);
      before = real_at(t, i, "nats");
    }
    if (i < 30 && i % 3 == 2)
      cr_expect(real_at(t, i, "nats") <
                    real_at(t, 35, "nats") + 6.1 * real_at(t, 35, "std_error"),
                "%s is better than the truth", text_at(t, i, "model"));
  }
  /* What makes no claim may well be above the truth, and has no rank. */
  cr_expect(real_at(t, 31, "nats") > real_at(t, 1, "nats"),
            "knn is not above the best: the case is not tried");
  for (size_t i = 33; i < 37; i++)
    cr_expect_str_eq(text_at(t, i, "model"), "truth", "row %zu", i);
  cr_expect_str_eq(text_at(t, 36, "method"), "entropy", "the last row");
  cr_expect(fabs(real_at(t, 36, "nats") + data->truth.entropy) < 1e-9,
            "entropy %g", real_at(t, 36, "nats"));
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare_tables, without_other_parts_train_ranks) {
  mg_dataset *data = toy("ring", 100);
  mg_dataset_split(data, "none");
  mg_compare *c = compare_on(data, true, 1);
  run(c);
  mg_table *t = mg_compare_evidence(c);
  cr_assert(mg_table_rows(t) == 10 + 1 + 1 + 1, "%zu rows", mg_table_rows(t));
  double before = INFINITY;
  for (size_t i = 0; i < 11; i++) {
    cr_expect_str_eq(text_at(t, i, "split"), "train", "row %zu", i);
    if (i == 10 || strcmp(text_at(t, i, "method"), "elbo") == 0)
      continue;
    cr_expect(real_at(t, i, "nats") <= before, "row %zu is better", i);
    before = real_at(t, i, "nats");
  }
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare_tables, bounds_are_marked_as_bounds) {
  mg_dataset *data = pixels(MG_LEVELS, 4);
  mg_compare *c = compare_on(data, true, 1);
  run(c);
  mg_table *t = mg_compare_evidence(c);
  cr_expect(mg_table_rows(t) == 42, "%zu rows", mg_table_rows(t));
  for (size_t i = 0; i < mg_table_rows(t); i++) {
    const mg_entry *entry = entry_of(c, text_at(t, i, "model"));
    const char *sign = entry->type->improper ? "none"
                       : entry->recipe->dequantise || !entry->type->log_density
                           ? ">="
                           : "=";
    cr_expect_str_eq(text_at(t, i, "claim"), sign, "%s",
                     text_at(t, i, "model"));
    cr_expect_str_eq(text_at(t, i, "unit"), "nats per datum, log mass",
                     "row %zu", i);
  }
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

/* What a curve says stands beside it: log p, a bound of it, or neither. */
Test(compare_tables, curves_tell_their_claims) {
  mg_dataset *data = pixels(MG_LEVELS, 4);
  mg_compare *c = compare_on(data, true, 1);
  mg_compare_set(c, "vae.warmup", "1");
  mg_compare_set(c, "pixelcnn.averaging", "0.9");
  run(c);
  mg_table *t = mg_compare_curves(c);
  size_t bounds = 0, warm = 0, averaged = 0;
  for (size_t i = 0; i < mg_table_rows(t); i++) {
    const mg_entry *entry = entry_of(c, text_at(t, i, "model"));
    const bool found = isfinite(real_at(t, i, "log_likelihood"));
    const bool warms = strstr(text_at(t, i, "objective_name"), "warm-up");
    const char *expected = found && !entry->recipe->dequantise ? "="
                           : found                             ? ">="
                           : entry->type->log_density || warms ? "none"
                                                               : ">=";
    cr_expect_str_eq(text_at(t, i, "claim"), expected, "%s, row %zu",
                     entry->type->name, i);
    bounds += !found && *expected == '>';
    warm += warms;
    averaged += !found && entry->type->log_density;
  }
  cr_expect(bounds > 0 && warm == 1 && averaged > 0,
            "not tried: %zu bounds, %zu of a warm-up, %zu averaged", bounds,
            warm, averaged);
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

/* Of all passes seen on the way, the curve holds those of one start, from its
 * first to its last, and no start ended higher. */
Test(compare_tables, curves_are_of_the_best_start) {
  mg_dataset *data = toy("ring", 200);
  mg_compare *c = compare_on(data, false, 1);
  mg_compare_set(c, "gmm.passes", "20");
  mg_compare_set(c, "gmm.start", "random");
  mg_compare_set(c, "gmm.restarts", "4");
  double highest = -INFINITY, objective;
  size_t passes, all = 0;
  while (mg_compare_test(c) == GSL_CONTINUE) {
    cr_assert(mg_compare_iterate(c) == GSL_SUCCESS, "%s", mg_reason());
    if (mg_compare_present(c) != 2)
      continue;
    mg_compare_progress(c, &passes, &objective);
    highest = passes ? fmax(highest, objective) : highest;
    all = passes > all ? passes : all;
  }
  mg_table *t = mg_compare_curves(c);
  expect_columns(
      t, "model data_seen log_likelihood objective objective_name claim");
  size_t seen = 0;
  double last = -INFINITY;
  for (size_t i = 0; i < mg_table_rows(t); i++) {
    if (strcmp(text_at(t, i, "model"), "gmm") != 0)
      continue;
    seen++;
    cr_expect(real_at(t, i, "data_seen") == 100.0 * (double)seen,
              "pass %zu: %g data", seen, real_at(t, i, "data_seen"));
    cr_expect(real_at(t, i, "objective") >= last - 1e-9, "pass %zu falls",
              seen);
    last = real_at(t, i, "objective");
    cr_expect(real_at(t, i, "log_likelihood") > last, /* a floor's penalty */
              "pass %zu: log-likelihood %g, penalised %g", seen,
              real_at(t, i, "log_likelihood"), last);
    cr_expect_str_eq(text_at(t, i, "objective_name"),
                     "penalised log-likelihood", "row %zu", i);
  }
  cr_expect(seen >= 2 && seen <= 20 && all > seen, "%zu passes of %zu", seen,
            all);
  cr_expect(fabs(last - highest) < 1e-10, "ends at %g, best %g", last, highest);
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare_tables, one_pass_is_one_point_of_likelihood) {
  mg_dataset *data = toy("ring", 200);
  mg_compare *c = compare_on(data, true, 1);
  run(c);
  mg_table *t = mg_compare_curves(c);
  const char *const once[] = {"independent", "naive_bayes", "histogram", "kde"};
  cr_expect(rows_of(t, "knn") == 0, "a likelihood of what has none");
  for (size_t f = 0; f < 4; f++) {
    cr_expect(rows_of(t, once[f]) == 1, "%zu rows of %s", rows_of(t, once[f]),
              once[f]);
    for (size_t i = 0; i < mg_table_rows(t); i++) {
      if (strcmp(text_at(t, i, "model"), once[f]) != 0)
        continue;
      const double value = entry_of(c, once[f])->evidence[MG_TRAIN].value;
      cr_expect(fabs(real_at(t, i, "log_likelihood") - value) < 1e-9, "%s: %g",
                once[f], real_at(t, i, "log_likelihood"));
      cr_expect_str_eq(text_at(t, i, "objective_name"), "log-likelihood",
                       "row %zu", i);
    }
  }
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare_tables, samples_are_data_and_draws) {
  mg_dataset *data = pixels(MG_LEVELS, 4);
  mg_compare *c = compare_on(data, true, 1);
  run(c);
  mg_table *t = mg_compare_samples(c, 7);
  expect_columns(t, "model x1 x2");
  cr_assert(mg_table_rows(t) == 14 * 7, "%zu rows", mg_table_rows(t));
  cr_expect(rows_of(t, "knn") == 0, "samples of no distribution");
  for (size_t i = 0; i < mg_table_rows(t); i++) {
    cr_expect(mg_space_holds(&data->space, real_at(t, i, "x1")) &&
                  mg_space_holds(&data->space, real_at(t, i, "x2")),
              "row %zu is outside the space", i);
    if (i < 7)
      cr_expect(strcmp(text_at(t, i, "model"), "data") == 0 &&
                    real_at(t, i, "x1") == data->bytes[2 * i],
                "row %zu of the data", i);
  }
  mg_table_free(t);
  t = mg_compare_samples(c, 50);
  cr_expect(rows_of(t, "data") == 20 && rows_of(t, "gmm") == 50,
            "%zu rows of 20 in training", rows_of(t, "data"));
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare_tables, densities_are_grids_of_the_plane) {
  mg_dataset *data = toy("ring", 200), *line = toy("heights", 200);
  mg_compare *c = compare_on(data, true, 1), *other = compare_on(line, true, 1);
  run(c);
  run(other);
  mg_table *t = mg_compare_density(c, 9), *none = mg_compare_density(other, 9);
  expect_columns(t, "model x y log_p");
  cr_expect(mg_table_rows(t) == 9 * 81 && rows_of(t, "kde") == 81, "%zu rows",
            mg_table_rows(t));
  cr_expect(mg_table_rows(none) == 0, "a plane of heights");
  for (size_t i = 0; i < 81; i++)
    cr_expect(real_at(t, i, "x") == real_at(t, i % 9, "x") &&
                  real_at(t, i, "y") == real_at(t, i - i % 9, "y"),
              "row %zu is off the grid", i);
  cr_expect(real_at(t, 1, "x") > real_at(t, 0, "x") &&
                real_at(t, 9, "y") > real_at(t, 0, "y"),
            "the grid does not go on");
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  for (size_t i = 0; i < train.n; i++)
    cr_assert(gsl_matrix_get(data->reals, i, 0) > real_at(t, 0, "x") &&
                  gsl_matrix_get(data->reals, i, 0) < real_at(t, 80, "x") &&
                  gsl_matrix_get(data->reals, i, 1) > real_at(t, 0, "y") &&
                  gsl_matrix_get(data->reals, i, 1) < real_at(t, 80, "y"),
              "datum %zu is outside the grid", i);
  gsl_matrix *x = gsl_matrix_alloc(1, 2);
  gsl_vector *log_p = gsl_vector_alloc(1);
  gsl_matrix_set(x, 0, 0, real_at(t, 40, "x"));
  gsl_matrix_set(x, 0, 1, real_at(t, 40, "y"));
  mg_model_log_density(entry_of(c, "independent")->model, x, log_p);
  cr_expect(fabs(gsl_vector_get(log_p, 0) - real_at(t, 40, "log_p")) < 1e-8,
            "log p %g", real_at(t, 40, "log_p"));
  gsl_matrix_free(x);
  gsl_vector_free(log_p);
  mg_table_free(t);
  mg_table_free(none);
  mg_compare_free(c);
  mg_compare_free(other);
  mg_dataset_free(data);
  mg_dataset_free(line);
}

Test(compare_tables, pixels_have_no_density_in_the_plane) {
  mg_dataset *data = pixels(MG_LEVELS, 4);
  mg_compare *c = compare_on(data, true, 1);
  run(c);
  mg_table *t = mg_compare_density(c, 9);
  cr_expect(t && mg_table_rows(t) == 0, "a density of pixels");
  mg_table_free(t);
  mg_compare_free(c);
  mg_dataset_free(data);
}

/* ---- interruption and repetition ---- */

Test(compare_tables, what_is_done_is_in_the_tables) {
  mg_dataset *data = toy("ring", 200);
  mg_compare *c = compare_on(data, true, 1);
  mg_table *t = mg_compare_evidence(c);
  cr_expect(mg_table_rows(t) == 4 && rows_of(t, "truth") == 4, "%zu rows",
            mg_table_rows(t));
  mg_table_free(t);
  while (mg_compare_present(c) < 2)
    mg_compare_iterate(c);
  mg_compare_iterate(c);
  mg_compare_iterate(c);
  t = mg_compare_evidence(c);
  cr_expect(mg_table_rows(t) == 2 * 3 + 4 && rows_of(t, "gmm") == 0, "%zu rows",
            mg_table_rows(t));
  mg_table_free(t);
  t = mg_compare_samples(c, 3);
  cr_expect(rows_of(t, "gmm") == 0 && rows_of(t, "naive_bayes") == 3,
            "a model at work was sampled");
  mg_table_free(t);
  t = mg_compare_curves(c);
  cr_expect(mg_table_rows(t) == 2, "%zu points", mg_table_rows(t));
  mg_table_free(t);
  mg_compare_free(c); /* in the middle of a fit */
  mg_dataset_free(data);
}

/* All tables of a comparison in one file. */
static char *bytes_of(const mg_dataset *data, size_t threads, size_t *size) {
  mg_compare *c = compare_on(data, false, threads);
  run(c);
  mg_table *tables[] = {mg_compare_evidence(c), mg_compare_curves(c),
                        mg_compare_samples(c, 20), mg_compare_density(c, 5)};
  FILE *stream = fopen("tables", "w");
  cr_assert_not_null(stream, "no file");
  for (size_t i = 0; i < 4; i++) {
    cr_assert(mg_table_print(tables[i], stream) == GSL_SUCCESS, "%s",
              mg_reason());
    mg_table_free(tables[i]);
  }
  fclose(stream);
  mg_compare_free(c);
  char *bytes;
  cr_assert(mg_file_read("tables", 1 << 24, &bytes, size) == GSL_SUCCESS, "%s",
            mg_reason());
  return bytes;
}

static void expect_same_bytes(mg_dataset *data) {
  size_t first_size, size;
  char *first = bytes_of(data, 1, &first_size);
  cr_assert(first_size > 1000, "%zu bytes", first_size);
  for (size_t threads = 1; threads <= 3; threads++) {
    char *again = bytes_of(data, threads, &size);
    cr_expect(size == first_size && memcmp(first, again, size) == 0,
              "other bytes on %zu threads", threads);
    free(again);
  }
  free(first);
  mg_dataset_free(data);
}

Test(compare_tables, the_same_bytes_twice_and_on_any_threads) {
  expect_same_bytes(toy("ring", 1600));
}

Test(compare_tables, the_same_bytes_of_bounds) {
  expect_same_bytes(pixels(MG_LEVELS, 4));
}
