/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies stand side by side once the rows are sorted, column by column. */
#include "models/copies.h"

#include <stdlib.h>

#include "base/status.h"

typedef struct {
  const double *x;
  size_t dim, row;
} entry;

static int compare(const void *a, const void *b) {
  const entry *one = a, *two = b;
  for (size_t j = 0; j < one->dim; j++)
    if (one->x[j] != two->x[j])
      return one->x[j] < two->x[j] ? -1 : 1;
  return 0;
}

int mg_copies_count(const gsl_matrix *rows, double *copies) {
  const size_t n = rows->size1;
  entry *sorted = calloc(n, sizeof *sorted);
  if (!sorted)
    return mg_fail(GSL_ENOMEM, "no memory to sort %zu rows", n);
  for (size_t i = 0; i < n; i++)
    sorted[i] = (entry){rows->data + i * rows->tda, rows->size2, i};
  qsort(sorted, n, sizeof *sorted, compare);
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n; end++)
      if (compare(&sorted[first], &sorted[end]) != 0)
        break;
    for (size_t i = first; i < end; i++)
      copies[sorted[i].row] = (double)(end - first);
  }
  free(sorted);
  return GSL_SUCCESS;
}
