/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small comparisons to test: their data, their run, their entries. */
#ifndef MG_TESTS_COMPARISON_H
#define MG_TESTS_COMPARISON_H

#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"
#include "data/toys.h"
#include "eval/compare.h"

static inline mg_dataset *toy(const char *name, size_t n) {
  mg_dataset *data = mg_toys_draw(name, n, 1);
  cr_assert_not_null(data, "%s", mg_reason());
  return data;
}

/* 60 rows of two columns on a finite space; 20 in each part. */
static inline mg_dataset *pixels(mg_measure measure, unsigned levels) {
  const mg_space space = {
      .dim = 2, .measure = measure, .levels = levels, .classes = 2};
  mg_dataset *data = mg_dataset_alloc("pixels", &space, 60);
  cr_assert_not_null(data, "%s", mg_reason());
  for (size_t i = 0; i < 60; i++) {
    data->labels[i] = i % 2;
    data->bytes[2 * i] = (unsigned char)(i * i % levels);
    data->bytes[2 * i + 1] = (unsigned char)((i / 2) % levels);
  }
  cr_assert(mg_dataset_split(data, "20/20/20") == GSL_SUCCESS, "%s",
            mg_reason());
  return data;
}

static inline mg_compare *compare_on(const mg_dataset *data, bool quick,
                                     size_t threads) {
  const mg_compare_options options = {.seed = 1,
                                      .quick = quick,
                                      .threads = threads,
                                      .evidence =
                                          mg_evidence_options_default()};
  mg_compare *c = mg_compare_alloc(data, &options);
  cr_assert_not_null(c, "%s", mg_reason());
  return c;
}

static inline void run(mg_compare *c) {
  while (mg_compare_test(c) == GSL_CONTINUE) {
    cr_assert(mg_compare_iterate(c) == GSL_SUCCESS, "%s", mg_reason());
    mg_compare_spend(c, 0.5);
  }
}

static inline const mg_entry *entry_of(const mg_compare *c, const char *name) {
  for (size_t i = 0; i < mg_compare_count(c); i++)
    if (strcmp(mg_compare_entry(c, i)->type->name, name) == 0)
      return mg_compare_entry(c, i);
  return NULL;
}

/* How many rows of a table are of that model. */
static inline size_t rows_of(const mg_table *table, const char *model) {
  size_t count = 0;
  for (size_t i = 0; i < mg_table_rows(table); i++)
    count += strcmp(mg_table_get(table, i, 0), model) == 0;
  return count;
}

#endif
