/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board: what is put is found, a copy is not changed by what comes after,
 * and going back to it gives every bit back. */
#include "config.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "data/toys.h"
#include "lesson/board.h"
#include "models/independent.h"
#include "data/catalogue.h"

static mg_board *board;
static const mg_space plane = {.dim = 2, .measure = MG_REALS};

static void begin(void) {
  gsl_set_error_handler_off();
  board = mg_board_alloc();
}

static void end(void) {
  mg_board_free(board);
}

TestSuite(board, .init = begin, .fini = end);

static mg_board *copy_of(const mg_board *earlier, size_t *bytes) {
  mg_board *copy = mg_board_copy(board, earlier, bytes);
  cr_assert_not_null(copy, "%s", mg_reason());
  return copy;
}

static void restore(const mg_board *copy) {
  cr_assert_eq(mg_board_restore(board, copy), GSL_SUCCESS, "%s", mg_reason());
}

static mg_quantity seen(const mg_board *b, const char *name) {
  mg_quantity q = {0};
  cr_assert(mg_board_see(b, name, &q), "there is no %s", name);
  return q;
}

Test(board, what_is_put_is_found) {
  gsl_matrix *m = mg_board_matrix(board, "m", 2, 3, "cm");
  gsl_vector *v = mg_board_vector(board, "v", 4, NULL);
  mg_table *t = mg_board_table(board, "t", "a b");
  mg_model *law =
      mg_board_model(board, "law", &mg_independent_type, &plane, NULL, false);
  cr_assert(m && v && t && law, "%s", mg_reason());
  cr_expect_eq(mg_board_real(board, "x", 0.25, "s"), GSL_SUCCESS, "x");
  mg_dataset *data = mg_dataset_named("faithful", 1);
  cr_expect_eq(mg_board_take_data(board, "d", data), GSL_SUCCESS, "d");
  cr_expect(mg_board_find_matrix(board, "m") == m, "another matrix");
  cr_expect(mg_board_find_vector(board, "v") == v, "another vector");
  cr_expect(mg_board_find_table(board, "t") == t, "another table");
  cr_expect(mg_board_find_model(board, "law") == law, "another model");
  cr_expect(mg_board_find_data(board, "d") == data, "other data");
  cr_expect(mg_board_number(board, "x") == 0.25, "another number");
  cr_expect_eq(mg_board_count(board), 6, "%zu", mg_board_count(board));
  cr_expect_str_eq(seen(board, "m").unit, "cm", "the unit");
  cr_expect_str_eq(seen(board, "v").unit, "", "a unit without one");
  gsl_vector_set(v, 3, 5);
  cr_expect(gsl_matrix_get(mg_board_find_matrix(board, "v"), 3, 0) == 5,
            "a vector is not the first column");
  mg_quantity q;
  cr_expect(!mg_board_at(board, 6, &q) && !mg_board_see(board, "y", &q),
            "something that is not there");
}

Test(board, a_name_gets_another_value_of_any_kind) {
  mg_board_matrix(board, "x", 100, 100, NULL);
  cr_assert_eq(mg_board_real(board, "x", 1, NULL), GSL_SUCCESS, "x");
  cr_assert_not_null(mg_board_table(board, "x", "a"), "x");
  mg_table_row(mg_board_find_table(board, "x"));
  cr_assert_eq(mg_board_real(board, "x", 2, NULL), GSL_SUCCESS, "x");
  cr_expect_eq(mg_board_count(board), 1, "%zu", mg_board_count(board));
  cr_expect(mg_board_number(board, "x") == 2, "the old value");
}

Test(board, what_is_not_there_is_refused_with_a_reason) {
  mg_board_real(board, "x", 1, NULL);
  cr_expect_null(mg_board_find_matrix(board, "x"), "a number is a matrix");
  cr_expect_str_eq(mg_reason(), "'x' is a number, not a matrix", "%s",
                   mg_reason());
  cr_expect(isnan(mg_board_number(board, "y")), "a number from nowhere");
  cr_expect_str_eq(mg_reason(), "there is no 'y' yet", "%s", mg_reason());
  cr_expect_eq(mg_board_real(board, "a b", 1, NULL), GSL_EINVAL, "a blank");
  cr_expect_eq(mg_board_real(board, "", 1, NULL), GSL_EINVAL, "no name");
  cr_expect_eq(mg_board_real(board, "a234567890123456789012345678901", 1, NULL),
               GSL_SUCCESS, "31 letters");
  cr_expect_eq(
      mg_board_real(board, "a2345678901234567890123456789012", 1, NULL),
      GSL_EINVAL, "32 letters");
  cr_expect_null(mg_board_matrix(board, "m", 0, 3, NULL), "no rows");
  cr_expect_eq(mg_board_take_table(board, "t", NULL), GSL_ENOMEM, "no table");
  cr_expect_eq(mg_board_count(board), 2, "%zu", mg_board_count(board));
}

Test(board, many_names_stand_beside_each_other) {
  char name[8];
  for (int i = 0; i < 100; i++) {
    snprintf(name, sizeof name, "x%d", i);
    cr_assert_eq(mg_board_real(board, name, i, NULL), GSL_SUCCESS, "%s", name);
  }
  for (int i = 0; i < 100; i++) {
    snprintf(name, sizeof name, "x%d", i);
    cr_expect(mg_board_number(board, name) == i, "%s", name);
  }
}

/* A little of everything, and then all of it changed. */
static void fill(void) {
  gsl_matrix *m = mg_board_matrix(board, "m", 2, 2, "cm");
  mg_model *law =
      mg_board_model(board, "law", &mg_independent_type, &plane, NULL, false);
  mg_table *t = mg_board_table(board, "t", "a");
  cr_assert(m && law && t, "%s", mg_reason());
  gsl_matrix_set(m, 0, 0, -0.0);
  gsl_matrix_set(m, 1, 1, NAN);
  mg_board_real(board, "x", 0.1, "s");
  for (int i = 0; i < 3; i++) {
    mg_table_row(t);
    mg_table_size(t, (size_t)i);
  }
}

/* Equal is to the bit: 0 is not -0, here as in a matrix. */
Test(board, a_copy_tells_the_zeros_apart) {
  size_t bytes;
  mg_board_real(board, "x", 0.0, NULL);
  mg_board *earlier = mg_board_copy(board, NULL, &bytes);
  mg_board_real(board, "x", -0.0, NULL);
  mg_board *copy = mg_board_copy(board, earlier, &bytes);
  cr_assert(earlier && copy, "%s", mg_reason());
  cr_expect(signbit(mg_board_number(copy, "x")) != 0, "-0 became 0");
  mg_board_free(earlier);
  mg_board_free(copy);
}

static double *first_number(mg_board *b) {
  mg_tensors list = {.n = 0};
  mg_model *law = mg_board_find_model(b, "law");
  law->type->tensors(law->self, &list);
  return list.item[0].value;
}

static void change_all(void) {
  gsl_matrix_set_all(mg_board_find_matrix(board, "m"), 7);
  mg_board_real(board, "x", 0.2, "h");
  mg_board_real(board, "new", 1, NULL);
  mg_table_row(mg_board_find_table(board, "t"));
  *first_number(board) += 1;
}

Test(board, a_copy_is_the_state_to_the_bit) {
  size_t bytes;
  fill();
  mg_board *copy = copy_of(NULL, &bytes);
  const double kept = *first_number(board);
  change_all();
  cr_expect(seen(copy, "x").real == 0.1, "the copy changed");
  restore(copy);
  const gsl_matrix *m = mg_board_find_matrix(board, "m");
  cr_expect(signbit(gsl_matrix_get(m, 0, 0)) && gsl_matrix_get(m, 0, 0) == 0,
            "-0 became 0");
  cr_expect(isnan(gsl_matrix_get(m, 1, 1)), "NaN is lost");
  cr_expect(mg_board_number(board, "x") == 0.1, "x");
  cr_expect_str_eq(seen(board, "x").unit, "s", "the unit");
  cr_expect(*first_number(board) == kept, "the model is another");
  cr_expect_eq(mg_table_rows(mg_board_find_table(board, "t")), 3, "%zu rows",
               mg_table_rows(mg_board_find_table(board, "t")));
  cr_expect(!mg_board_see(board, "new", &(mg_quantity){0}), "new is there");
  cr_expect_eq(mg_board_count(board), 4, "%zu", mg_board_count(board));
  /* Once more: the copy stays as it is. */
  change_all();
  restore(copy);
  cr_expect(mg_board_number(board, "x") == 0.1, "the second time");
  cr_expect_eq(mg_table_rows(mg_board_find_table(board, "t")), 3, "rows");
  mg_board_free(copy);
}

Test(board, copies_share_what_did_not_change) {
  size_t all, none, some;
  cr_assert_not_null(mg_board_matrix(board, "big", 1000, 100, NULL), "big");
  fill();
  gsl_matrix_set(mg_board_find_matrix(board, "m"), 1, 1, 1);
  mg_board *a = copy_of(NULL, &all);
  mg_board *b = copy_of(a, &none);
  cr_expect(all > 800000, "%zu bytes hold everything", all);
  cr_expect(none < 2000, "%zu bytes when nothing changed", none);
  cr_expect(seen(a, "big").matrix == seen(b, "big").matrix, "two of one");
  cr_expect(seen(a, "law").model == seen(b, "law").model, "two models");
  gsl_matrix_set(mg_board_find_matrix(board, "m"), 0, 0, 0); /* it was -0 */
  mg_board *c = copy_of(b, &some);
  cr_expect(seen(c, "m").matrix != seen(b, "m").matrix, "0 is not -0");
  cr_expect(seen(c, "big").matrix == seen(b, "big").matrix, "big is copied");
  cr_expect(some < 2000, "%zu bytes for one small matrix", some);
  /* What is shared outlives the one it was made for. */
  mg_board_free(a);
  mg_board_free(b);
  restore(c);
  cr_expect_eq(mg_board_find_matrix(board, "big")->size1, 1000, "big");
  mg_board_free(c);
}

Test(board, a_table_that_was_replaced_comes_back) {
  size_t bytes;
  fill();
  mg_board *copy = copy_of(NULL, &bytes);
  mg_table_row(mg_board_find_table(board, "t"));
  cr_assert_not_null(mg_board_table(board, "t", "other names"), "t");
  restore(copy);
  const mg_table *t = mg_board_find_table(board, "t");
  cr_expect_eq(mg_table_rows(t), 3, "%zu rows", mg_table_rows(t));
  cr_expect_str_eq(mg_table_name(t, 0), "a", "its column");
  cr_expect_str_eq(mg_table_get(t, 2, 0), "2", "its last row");
  mg_board_free(copy);
}

Test(board, rows_of_data_become_numbers) {
  mg_dataset *data = mg_dataset_named("faithful", 1);
  cr_assert_not_null(data, "%s", mg_reason());
  const mg_rows train = mg_dataset_part(data, MG_TRAIN);
  const gsl_matrix *x = mg_board_rows(board, "x", &train, "min");
  cr_assert_not_null(x, "%s", mg_reason());
  cr_expect_eq(x->size1, train.n, "%zu rows", x->size1);
  cr_expect_eq(x->size2, 2, "%zu columns", x->size2);
  cr_expect(gsl_matrix_get(x, 0, 0) > 1 && gsl_matrix_get(x, 0, 0) < 6,
            "an eruption of %g minutes", gsl_matrix_get(x, 0, 0));
  mg_dataset_free(data);
}

Test(board, tables_say_what_made_them) {
  mg_board_head(board, "seed", "7");
  mg_table *t = mg_board_table(board, "t", "a");
  char *text = NULL;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  mg_table_print(t, stream);
  fclose(stream);
  cr_expect_str_eq(text, "# seed: 7\na\n", "%s", text);
  free(text);
}
