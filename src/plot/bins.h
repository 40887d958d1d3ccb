/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of values in equal bins, as rows of the template "lines". */
#ifndef MG_PLOT_BINS_H
#define MG_PLOT_BINS_H

#include <gsl/gsl_vector.h>

#include "base/table.h"

/* The columns of such a table. */
#define MG_BINS_COLUMNS "low high height series"

/* Adds the bins of one series, as a density: a bin's height is its count
 * divided by `whole` and by the bin's width.
 *   table      in/out  of MG_BINS_COLUMNS
 *   series     in      its name
 *   x          in      the values; those outside low <= x < high are not drawn
 *   low, high  in      where the bins begin and end, finite, low below high
 *   bins       in      how many, 1 .. 10000
 *   whole      in      how many values have area 1 together: x->size, or more
 *                      when x is a part of them; 0: x->size
 * Returns GSL_SUCCESS; GSL_EINVAL for such a range, or number of bins;
 * GSL_ENOMEM, also for a table that is NULL. */
int mg_bins_add(mg_table *table, const char *series, const gsl_vector *x,
                double low, double high, size_t bins, size_t whole);

/* Adds a series a class: values x whose class is k under the name of k, with
 * the area that is their share.
 *   names    in  of the classes
 *   x, k     in  values; x->size classes, each below `classes`
 *   classes  in  how many
 * Returns as mg_bins_add. */
int mg_bins_split(mg_table *table, char *const *names,
                  const gsl_vector *x, const size_t *k, size_t classes,
                  double low, double high, size_t bins);

#endif
