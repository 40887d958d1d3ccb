/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classes taken for classes, counted by hand. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"
#include "eval/confusion.h"

static double posterior[] = {0.9, 0.1, 0.2, 0.8, 0.5, 0.5, 0.3, 0.7};
static double cell[4];

Test(confusion, by_hand) {
  gsl_matrix_view p = gsl_matrix_view_array(posterior, 4, 2);
  gsl_matrix_view n = gsl_matrix_view_array(cell, 2, 2);
  mg_confusion c;
  cell[0] = 17; /* what stood there does not count */
  cr_assert_eq(
      mg_confusion_of(&p.matrix, (unsigned[]){0, 1, 1, 1}, &n.matrix, &c),
      GSL_SUCCESS);
  cr_expect(cell[0] == 1 && cell[1] == 0 && cell[2] == 1 && cell[3] == 2,
            "%g %g %g %g", cell[0], cell[1], cell[2], cell[3]);
  cr_expect(c.n == 4 && c.right == 3, "%zu of %zu", c.right, c.n);
  cr_expect_eq(c.accuracy, 0.75);
  cr_expect_float_eq(c.std_error, sqrt(0.1875 / 4), 1e-15, "%.17g",
                     c.std_error);
}

Test(confusion, as_a_table_with_names) {
  const mg_space space = {.dim = 1, .measure = MG_REALS, .classes = 2};
  mg_dataset *data = mg_dataset_alloc("two", &space, 1);
  gsl_matrix_view n = gsl_matrix_view_array((double[]){5, 1, 0, 7}, 2, 2);
  mg_table *plain = mg_confusion_table(&n.matrix, data);
  mg_dataset_set_class_names(data, (const char *[]){"cat", "dog"});
  mg_table *named = mg_confusion_table(&n.matrix, data);
  cr_assert_eq(mg_table_rows(named), 4);
  cr_expect_str_eq(mg_table_get(plain, 2, 0), "1");
  cr_expect_str_eq(mg_table_get(named, 2, 0), "dog");
  cr_expect_str_eq(mg_table_get(named, 2, 1), "cat");
  cr_expect_str_eq(mg_table_get(named, 3, 2), "7");
  mg_table_free(plain);
  mg_table_free(named);
  mg_dataset_free(data);
}

Test(confusion, refusals) {
  gsl_matrix_view p = gsl_matrix_view_array(posterior, 4, 2);
  gsl_matrix_view n = gsl_matrix_view_array(cell, 2, 2);
  gsl_matrix_view small = gsl_matrix_view_array(cell, 1, 2);
  mg_confusion c;
  const unsigned wrong[] = {0, 0, 2, 1};
  cr_expect_eq(mg_confusion_of(&p.matrix, wrong, &n.matrix, &c), GSL_EDOM);
  cr_expect_eq(mg_confusion_of(&p.matrix, wrong, &small.matrix, &c),
               GSL_EBADLEN);
}
