/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of classes taken for classes.                            [class.1] */
#include "eval/confusion.h"

#include <math.h>
#include <stdio.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>

#include "base/status.h"

static int check_shapes(const gsl_matrix *posterior, const gsl_matrix *counts) {
  const size_t classes = posterior->size2;
  if (posterior->size1 == 0 || counts->size1 != classes ||
      counts->size2 != classes)
    return mg_fail(GSL_EBADLEN,
                   "%zu data of %zu classes do not fit a table of %zu x %zu",
                   posterior->size1, classes, counts->size1, counts->size2);
  return GSL_SUCCESS;
}

int mg_confusion_of(const gsl_matrix *posterior, const unsigned *labels,
                    gsl_matrix *counts, mg_confusion *confusion) {
  const int status = check_shapes(posterior, counts);
  if (status != GSL_SUCCESS)
    return status;
  const size_t n = posterior->size1;
  gsl_matrix_set_zero(counts);
  size_t right = 0;
  for (size_t i = 0; i < n; i++) {
    if (labels[i] >= counts->size1)
      return mg_fail(GSL_EDOM, "datum %zu is of class %u, of %zu", i, labels[i],
                     counts->size1);
    gsl_vector_const_view p = gsl_matrix_const_row(posterior, i);
    const size_t taken = gsl_vector_max_index(&p.vector);
    right += taken == labels[i];
    ++*gsl_matrix_ptr(counts, labels[i], taken);
  }
  const double a = (double)right / (double)n;
  *confusion = (mg_confusion){.n = n,
                              .right = right,
                              .accuracy = a,
                              .std_error = sqrt(a * (1 - a) / (double)n)};
  return GSL_SUCCESS;
}

static void add_name(mg_table *table, const mg_dataset *data, size_t k) {
  if (data->class_names)
    mg_table_text(table, data->class_names[k]);
  else
    mg_table_size(table, k);
}

mg_table *mg_confusion_table(const gsl_matrix *counts, const mg_dataset *data) {
  mg_table *table = mg_table_alloc("class taken_for value");
  for (size_t i = 0; table && i < counts->size1; i++)
    for (size_t j = 0; j < counts->size2; j++) {
      mg_table_row(table);
      add_name(table, data, i);
      add_name(table, data, j);
      mg_table_real(table, gsl_matrix_get(counts, i, j));
    }
  return table;
}
