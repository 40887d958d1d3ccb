/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a classifier is right, and what it takes for what. */
#ifndef MG_EVAL_CONFUSION_H
#define MG_EVAL_CONFUSION_H

#include <gsl/gsl_matrix.h>

#include "base/table.h"
#include "data/dataset.h"

typedef struct {
  size_t n, right;  /* data; those whose class was found */
  double accuracy;  /* right / n                                 [class.1] */
  double std_error; /* sqrt(accuracy (1 - accuracy) / n), as of a coin */
} mg_confusion;

/* Gives each datum its most probable class, the first of equals, and counts.
 *   posterior  in   N x C, p(c | x)
 *   labels     in   N, below C
 *   counts     out  C x C: how many of class (row) were taken for (column)
 * Returns GSL_SUCCESS; GSL_EBADLEN for shapes that do not fit or no data;
 * GSL_EDOM for a label that is no class. */
int mg_confusion_of(const gsl_matrix *posterior, const unsigned *labels,
                    gsl_matrix *counts, mg_confusion *confusion);

/* The counts as a table for the template "matrix": a row a cell, with the
 * names of data's classes.  Returns NULL when memory is short. */
mg_table *mg_confusion_table(const gsl_matrix *counts, const mg_dataset *data);

#endif
