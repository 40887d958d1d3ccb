/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets: memory, parts, shuffles, binarising, batches. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "data/dataset.h"

static const mg_space reals2 = {.dim = 2, .measure = MG_REALS, .classes = 3};
static const mg_space levels3 = {
    .dim = 3, .measure = MG_LEVELS, .levels = 5, .classes = 2};

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(dataset, .init = setup);

static mg_dataset *alloc_or_fail(const mg_space *space, size_t n) {
  mg_dataset *data = mg_dataset_alloc("test", space, n);
  cr_assert_not_null(data, "alloc: %s", mg_reason());
  return data;
}

/* Row i holds i and 10 i, label i mod 3. */
static mg_dataset *counted_reals(size_t n) {
  mg_dataset *data = alloc_or_fail(&reals2, n);
  for (size_t i = 0; i < n; i++) {
    gsl_matrix_set(data->reals, i, 0, (double)i);
    gsl_matrix_set(data->reals, i, 1, 10 * (double)i);
    data->labels[i] = (unsigned)(i % 3);
  }
  return data;
}

/* Cell j of row i holds (i + j) mod 5, label i mod 2. */
static mg_dataset *counted_levels(size_t n) {
  mg_dataset *data = alloc_or_fail(&levels3, n);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < 3; j++)
      data->bytes[i * 3 + j] = (unsigned char)((i + j) % 5);
    data->labels[i] = (unsigned)(i % 2);
  }
  return data;
}

Test(dataset, alloc_has_the_right_memory_and_is_all_train) {
  mg_dataset *data = alloc_or_fail(&levels3, 4);
  cr_assert_null(data->reals, "levels are bytes");
  cr_assert_not_null(data->bytes, "no bytes");
  cr_assert_not_null(data->labels, "no labels");
  cr_assert_eq(mg_dataset_part(data, MG_TRAIN).n, 4, "train is not all");
  cr_assert_eq(mg_dataset_part(data, MG_TEST).n, 0, "test is not empty");
  cr_assert(isnan(data->truth.entropy), "an entropy from nowhere");
  cr_assert_null(data->truth.log_density, "a density from nowhere");
  cr_assert_str_eq(data->name, "test", "name is '%s'", data->name);
  mg_dataset_free(data);
}

Test(dataset, alloc_refuses_what_cannot_be) {
  const mg_space none = {.dim = 0, .measure = MG_REALS};
  const mg_space wide = {.dim = SIZE_MAX / 16, .measure = MG_REALS};
  cr_assert_null(mg_dataset_alloc("x", &none, 3), "no dimension");
  cr_assert_null(mg_dataset_alloc("x", &reals2, 0), "no rows");
  cr_assert(strstr(mg_reason(), "1 row"), "reason: %s", mg_reason());
  cr_assert_null(mg_dataset_alloc("x", &wide, 32), "overflow");
  cr_assert(strstr(mg_reason(), "too many"), "reason: %s", mg_reason());
}

Test(dataset, names_are_copied_and_replaced) {
  mg_dataset *data = alloc_or_fail(&reals2, 1);
  char word[] = "eruptions";
  const char *columns[] = {word, "waiting"};
  cr_assert_eq(mg_dataset_set_columns(data, columns), 0, "columns");
  word[0] = 'E';
  cr_assert_str_eq(data->columns[0], "eruptions", "not a copy");
  cr_assert_eq(mg_dataset_set_columns(data, columns), 0, "columns again");
  cr_assert_str_eq(data->columns[0], "Eruptions", "not replaced");
  cr_assert_eq(
      mg_dataset_set_class_names(data, (const char *const[]){"a", "b", "c"}), 0,
      "classes");
  cr_assert_str_eq(data->class_names[2], "c", "third class");
  mg_dataset_free(data);
}

static void assert_split(const char *text, size_t a, size_t b, size_t c) {
  mg_dataset *data = alloc_or_fail(&reals2, 272);
  cr_assert_eq(mg_dataset_split(data, text), 0, "%s: %s", text, mg_reason());
  const size_t expected[] = {a, b, c};
  size_t first = 0;
  for (int p = 0; p < MG_PARTS; p++) {
    const mg_rows rows = mg_dataset_part(data, (mg_part_name)p);
    cr_assert_eq(rows.n, expected[p], "%s: %s has %zu rows, expected %zu", text,
                 mg_part_text((mg_part_name)p), rows.n, expected[p]);
    cr_assert_eq(rows.first, first, "%s: part %d begins at %zu", text, p,
                 rows.first);
    first += rows.n;
  }
  cr_assert_eq(mg_dataset_all(data).n, 272, "all rows");
  mg_dataset_free(data);
}

Test(dataset, split_takes_counts_fractions_and_none) {
  assert_split("none", 272, 0, 0);
  assert_split("200/50/22", 200, 50, 22);
  assert_split("1/0/0", 1, 0, 0);
  assert_split("0.8/0.1/0.1", 218, 27, 27);
  assert_split("0.7/0.2/0.1", 190, 55, 27);
  assert_split("0.5/0/0.25", 136, 0, 68);
  assert_split("0.33/0.56/0.11", 90, 152, 30); /* sums to over 1 */
  assert_split("0/0/1.0", 0, 0, 272);
}

Test(dataset, split_refuses_and_changes_nothing) {
  mg_dataset *data = alloc_or_fail(&reals2, 10);
  cr_assert_eq(mg_dataset_split(data, "5/3/2"), 0, "5/3/2");
  static const char *const bad[] = {
      "",        "some",        "5/3",
      "5/3/2/0", "5/3/3",       "11/0/0",
      "-1/2/3",  "0.8/0.2/0.1", "nan/0/0",
      "inf/0/0", "0.5/-.1/0",   "0.5,0.2,.3",
      "5/ 3/2",  "//",          "18446744073709551615/2/1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    mg_reason_clear();
    cr_assert_eq(mg_dataset_split(data, bad[i]), GSL_EINVAL, "'%s' passed",
                 bad[i]);
    cr_assert_neq(mg_reason()[0], '\0', "'%s': no reason", bad[i]);
    cr_assert_eq(data->start[1], 5, "'%s' moved train", bad[i]);
    cr_assert_eq(data->start[3], 10, "'%s' moved test", bad[i]);
  }
  mg_dataset_free(data);
}

Test(dataset, shuffle_keeps_rows_whole_and_all_of_them) {
  mg_dataset *data = counted_reals(300);
  cr_assert_eq(mg_dataset_shuffle(data, 7), 0, "shuffle");
  bool seen[300] = {false};
  size_t moved = 0;
  for (size_t i = 0; i < 300; i++) {
    const double value = gsl_matrix_get(data->reals, i, 0);
    const size_t row = (size_t)value;
    cr_assert_eq(gsl_matrix_get(data->reals, i, 1), 10 * value,
                 "row %zu was torn", i);
    cr_assert_eq(data->labels[i], row % 3, "row %zu lost its label", i);
    cr_assert_not(seen[row], "row %zu twice", row);
    seen[row] = true;
    moved += row != i;
  }
  cr_assert_gt(moved, 270, "only %zu of 300 rows moved", moved);
  mg_dataset_free(data);
}

Test(dataset, shuffle_is_a_function_of_the_seed) {
  mg_dataset *a = counted_levels(50), *b = counted_levels(50);
  mg_dataset *c = counted_levels(50);
  mg_dataset_shuffle(a, 1);
  mg_dataset_shuffle(b, 1);
  mg_dataset_shuffle(c, 2);
  cr_assert_eq(memcmp(a->bytes, b->bytes, 150), 0, "same seed, other order");
  cr_assert_neq(memcmp(a->bytes, c->bytes, 150), 0, "other seed, same order");
  for (size_t i = 0; i < 50; i++)
    cr_assert_eq((a->bytes[3 * i] + 1) % 5, a->bytes[3 * i + 1],
                 "row %zu was torn", i);
  mg_dataset_free(a);
  mg_dataset_free(b);
  mg_dataset_free(c);
}

/* All 6 orders of 3 rows are as likely: over 6000 seeds each count is within
 * 6.1 standard errors of 1000. */
Test(dataset, shuffle_is_uniform) {
  size_t counts[3][3] = {{0}};
  for (unsigned long seed = 0; seed < 6000; seed++) {
    mg_dataset *data = counted_reals(3);
    mg_dataset_shuffle(data, seed);
    counts[(size_t)gsl_matrix_get(data->reals, 0, 0)]
          [(size_t)gsl_matrix_get(data->reals, 1, 0)]++;
    mg_dataset_free(data);
  }
  const double se = sqrt(6000 * (1 / 6.0) * (5 / 6.0));
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 3; j++)
      if (i != j)
        cr_assert_leq(fabs((double)counts[i][j] - 1000), 6.1 * se,
                      "order %zu %zu came %zu times", i, j, counts[i][j]);
}

Test(dataset, binarise_cuts_at_the_threshold) {
  mg_dataset *data = counted_levels(5);
  cr_assert_eq(mg_dataset_binarise(data, 3), 0, "binarise");
  for (size_t i = 0; i < 15; i++)
    cr_assert_eq(data->bytes[i], (i / 3 + i % 3) % 5 >= 3, "cell %zu", i);
  cr_assert_eq(data->space.measure, MG_BINARY, "measure");
  cr_assert_eq(mg_space_check(&data->space), 0, "space: %s", mg_reason());
  cr_assert_eq(mg_dataset_binarise(data, 1), GSL_EINVAL, "bits binarised");
  mg_dataset_free(data);
}

Test(dataset, binarise_refuses_a_threshold_that_parts_nothing) {
  mg_dataset *data = counted_levels(5), *other = counted_reals(2);
  cr_assert_eq(mg_dataset_binarise(data, 0), GSL_EINVAL, "threshold 0");
  cr_assert_eq(mg_dataset_binarise(data, 5), GSL_EINVAL, "threshold 5");
  cr_assert_eq(data->bytes[2], 2, "a refusal changed the data");
  cr_assert_eq(mg_dataset_binarise(other, 1), GSL_EINVAL, "reals");
  mg_dataset_free(data);
  mg_dataset_free(other);
}

/* Are the bits that a block holds those that a copy of its rows does? */
static bool same_bits(const mg_block *block, const mg_rows *rows,
                      unsigned long draw) {
  const size_t index[] = {3, 1, 2};
  gsl_matrix *x = gsl_matrix_alloc(3, 3);
  bool same = true;
  mg_rows_copy(rows, index, draw, x, NULL);
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 3; j++)
      same = same && gsl_matrix_get(x, i, j) ==
                         gsl_matrix_get(&block->batch.x, index[i], j);
  gsl_matrix_free(x);
  return same;
}

Test(dataset, grey_values_are_read_as_bits_the_same_at_each_look) {
  mg_dataset *data = counted_levels(40), *other = counted_levels(40);
  const mg_rows rows = {data, 30, 10}, others = {other, 30, 10};
  mg_block *block = mg_block_alloc(&data->space, 10);
  cr_assert_eq(mg_dataset_binarise_dynamic(data, 3), 0, "binarise");
  cr_assert_eq(mg_dataset_binarise_dynamic(other, 4), 0, "binarise");
  cr_assert_eq(data->space.measure, MG_BINARY, "measure");
  cr_assert_eq(mg_space_check(&data->space), 0, "space: %s", mg_reason());
  cr_assert_eq(data->bytes[2], 2, "a byte was changed");
  mg_block_read(block, &rows, 0, 10);
  for (size_t i = 0; i < 10; i++)
    for (size_t j = 0; j < 3; j++) {
      const double bit = gsl_matrix_get(&block->batch.x, i, j);
      const size_t level = (30 + i + j) % 5;
      cr_assert(level % 4 ? bit == 0 || bit == 1 : bit == (double)level / 4,
                "level %zu is read as %g", level, bit);
    }
  cr_assert(same_bits(block, &rows, 0), "a copy has other bits");
  cr_assert(!same_bits(block, &rows, 9) || !same_bits(block, &rows, 10),
            "every draw has the same bits");
  mg_block_read(block, &others, 0, 10);
  cr_assert(!same_bits(block, &rows, 0), "every seed has the same bits");
  mg_block_free(block);
  mg_dataset_free(data);
  mg_dataset_free(other);
}

Test(dataset, only_levels_are_grey) {
  mg_dataset *data = counted_levels(5), *other = counted_reals(2);
  cr_assert_eq(mg_dataset_binarise_dynamic(other, 1), GSL_EINVAL, "reals");
  mg_dataset_binarise_dynamic(data, 1);
  cr_assert_eq(mg_dataset_binarise_dynamic(data, 1), GSL_EINVAL, "twice");
  cr_assert_eq(mg_dataset_binarise(data, 1), GSL_EINVAL, "bits cut");
  mg_dataset_free(data);
  mg_dataset_free(other);
}

/* ---- a test part from elsewhere ---- */

Test(dataset, rows_of_another_become_the_test_part) {
  mg_dataset *data = counted_levels(10), *other = counted_levels(9);
  const mg_rows rows = {other, 3, 5};
  mg_dataset_split(data, "4/3/0");
  cr_assert_eq(mg_dataset_set_test(data, &rows), 0, "%s", mg_reason());
  cr_assert_eq(data->n, 12, "%zu rows", data->n);
  const mg_rows test = mg_dataset_part(data, MG_TEST);
  cr_assert(test.first == 7 && test.n == 5, "rows %zu + %zu", test.first,
            test.n);
  for (size_t i = 0; i < 12; i++) {
    const size_t from = i < 7 ? i : i - 7 + 3;
    for (size_t j = 0; j < 3; j++)
      cr_assert_eq(data->bytes[3 * i + j], (from + j) % 5, "cell %zu %zu", i,
                   j);
    cr_assert_eq(data->labels[i], from % 2, "label %zu", i);
  }
  cr_assert_eq(mg_dataset_part(data, MG_TRAIN).n, 4, "train");
  mg_dataset_free(data);
  mg_dataset_free(other);
}

Test(dataset, reals_of_another_become_the_test_part) {
  mg_dataset *data = counted_reals(6), *other = counted_reals(5);
  const mg_rows rows = {other, 1, 3};
  mg_dataset_split(data, "4/1/1");
  cr_assert_eq(mg_dataset_set_test(data, &rows), 0, "%s", mg_reason());
  cr_assert_eq(data->n, 8, "%zu rows", data->n);
  for (size_t i = 0; i < 8; i++)
    cr_assert_eq(gsl_matrix_get(data->reals, i, 1),
                 10 * (double)(i < 5 ? i : i - 4), "row %zu", i);
  mg_dataset_free(data);
  mg_dataset_free(other);
}

Test(dataset, a_test_part_of_another_kind_is_refused) {
  mg_dataset *data = counted_levels(4), *reals = counted_reals(4);
  mg_dataset *grey = counted_levels(4), *labels = counted_levels(4);
  mg_dataset *const others[] = {reals, grey, labels};
  mg_dataset_binarise_dynamic(grey, 1);
  labels->labels[2] = 2;
  /* bits that are drawn, and bits that are there */
  mg_dataset *bits = counted_levels(4);
  const mg_rows drawn = mg_dataset_all(grey);
  mg_dataset_binarise(bits, 2);
  cr_expect_eq(mg_dataset_set_test(bits, &drawn), GSL_EINVAL, "grey to bits");
  mg_dataset_free(bits);
  for (size_t i = 0; i < 3; i++) {
    const mg_rows rows = mg_dataset_all(others[i]);
    cr_expect_eq(mg_dataset_set_test(data, &rows), GSL_EINVAL, "case %zu", i);
  }
  cr_assert_eq(data->n, 4, "a refusal changed the data");
  for (size_t i = 0; i < 3; i++)
    mg_dataset_free(others[i]);
  mg_dataset_free(data);
}

/* ---- batches ---- */

Test(dataset, a_batch_of_reals_is_a_window) {
  mg_dataset *data = counted_reals(10);
  mg_dataset_split(data, "4/3/3");
  const mg_rows rows = mg_dataset_part(data, MG_VALIDATION);
  mg_block *block = mg_block_alloc(&data->space, 2);
  mg_block_read(block, &rows, 1, 2);
  const mg_batch *batch = &block->batch;
  cr_assert_eq(batch->first, 5, "first is %zu", batch->first);
  cr_assert_eq(batch->x.size1, 2, "rows");
  cr_assert_eq(batch->x.size2, 2, "columns");
  cr_assert_eq(batch->x.data, gsl_matrix_ptr(data->reals, 5, 0), "a copy");
  cr_assert_eq(gsl_matrix_get(&batch->x, 1, 1), 60.0, "second row");
  cr_assert_eq(batch->labels[1], 0, "label of row 6");
  mg_block_free(block);
  mg_dataset_free(data);
}

Test(dataset, a_batch_of_bytes_is_widened) {
  mg_dataset *data = counted_levels(10);
  const mg_rows rows = {data, 2, 8};
  mg_block *block = mg_block_alloc(&data->space, 4);
  mg_block_read(block, &rows, 5, 3);
  for (size_t i = 0; i < 3; i++)
    for (size_t j = 0; j < 3; j++)
      cr_assert_eq(gsl_matrix_get(&block->batch.x, i, j),
                   (double)((7 + i + j) % 5), "cell %zu %zu", i, j);
  cr_assert_eq(block->batch.labels[0], 1, "label of row 7");
  mg_block_read(block, &rows, 8, 0);
  cr_assert_eq(block->batch.x.size1, 0, "an empty batch");
  mg_block_free(block);
  mg_dataset_free(data);
}

/* Out of their order, one twice; the room may be a part of a larger one. */
Test(dataset, rows_are_copied_as_they_are_named) {
  mg_dataset *both[] = {counted_reals(10), counted_levels(10)};
  const size_t index[] = {6, 0, 6, 3};
  for (size_t d = 0; d < 2; d++) {
    const mg_rows rows = {both[d], 2, 8};
    const size_t dim = both[d]->space.dim;
    gsl_matrix *room = gsl_matrix_calloc(4, dim + 1);
    gsl_matrix_view x = gsl_matrix_submatrix(room, 0, 0, 4, dim);
    unsigned labels[4];
    mg_rows_copy(&rows, index, 0, &x.matrix, labels);
    for (size_t i = 0; i < 4; i++) {
      for (size_t j = 0; j < dim; j++) {
        const size_t row = 2 + index[i];
        const double is = gsl_matrix_get(&x.matrix, i, j);
        cr_assert_eq(is,
                     d ? both[d]->bytes[row * dim + j]
                       : gsl_matrix_get(both[d]->reals, row, j),
                     "cell %zu %zu is %g", i, j, is);
      }
      cr_assert_eq(labels[i], both[d]->labels[2 + index[i]], "label %zu", i);
      cr_assert_eq(gsl_matrix_get(room, i, dim), 0, "beside row %zu", i);
    }
    gsl_matrix_free(room);
    mg_dataset_free(both[d]);
  }
}

Test(dataset, no_labels_stay_none) {
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  mg_dataset *data = alloc_or_fail(&space, 3);
  const mg_rows rows = mg_dataset_all(data);
  mg_block *block = mg_block_alloc(&space, 3);
  mg_block_read(block, &rows, 0, 3);
  cr_assert_null(block->batch.labels, "labels from nowhere");
  cr_assert_eq(mg_dataset_shuffle(data, 3), 0, "shuffle without labels");
  mg_block_free(block);
  mg_dataset_free(data);
}

Test(dataset, a_block_that_is_too_large_is_refused) {
  cr_assert_null(mg_block_alloc(&levels3, SIZE_MAX / 4), "overflow");
  cr_assert(strstr(mg_reason(), "too large"), "reason: %s", mg_reason());
  mg_block_free(NULL);
  mg_dataset_free(NULL);
}

Test(dataset, a_column_in_another_unit) {
  const mg_space space = {.dim = 2, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("waits", &space, 4);
  for (size_t i = 0; i < 8; i++)
    data->reals->data[i] = (double)i * 30;
  mg_dataset_set_columns(data, (const char *[]){"a", "b"});
  mg_dataset_split(data, "2/1/1");
  mg_dataset *one = mg_dataset_column(data, 1, 60);
  cr_assert_not_null(one, "%s", mg_reason());
  cr_expect_eq(one->space.dim, 1);
  for (size_t i = 0; i < 4; i++)
    cr_expect_eq(gsl_matrix_get(one->reals, i, 0), (double)(2 * i + 1) / 2,
                 "row %zu", i);
  cr_expect_eq(mg_dataset_part(one, MG_TEST).first, 3);
  cr_expect_str_eq(one->columns[0], "b");
  cr_expect_null(mg_dataset_column(data, 2, 1), "there is no third column");
  cr_expect_null(mg_dataset_column(data, 0, 0), "no unit is 0");
  mg_dataset_free(one);
  mg_dataset_free(data);
}
