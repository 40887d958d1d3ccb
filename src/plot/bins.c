/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts in bins, over GSL's histograms.
 *
 * Heights are densities, so that a law's curve can be drawn over its sample on
 * one axis: bins of width h and counts c_b of n values stand at c_b / (n h),
 * and have area 1 together.  A part of the values keeps its share of the area:
 * the bins of the women stand under p(x, woman), not under p(x | woman).
 *
 * Not here: how wide a bin should be (models/histogram_width). */
#include "plot/bins.h"

#include <gsl/gsl_histogram.h>
#include <math.h>

#include "base/status.h"

enum { MOST = 10000 };

static int check(const mg_table *table, double low, double high, size_t bins) {
  if (!table)
    return GSL_ENOMEM;
  if (low < high && isfinite(high - low) && bins >= 1 && bins <= MOST)
    return GSL_SUCCESS;
  return mg_fail(GSL_EINVAL,
                 "%zu bins from %g to %g: give 1 .. %d between two numbers",
                 bins, low, high, MOST);
}

static void add_rows(mg_table *table, const char *series,
                     const gsl_histogram *h, double whole) {
  for (size_t b = 0; b < h->n; b++) {
    double low, high;
    gsl_histogram_get_range(h, b, &low, &high);
    mg_table_row(table);
    mg_table_real(table, low);
    mg_table_real(table, high);
    mg_table_real(table, gsl_histogram_get(h, b) / (whole * (high - low)));
    mg_table_text(table, series);
  }
}

/* The bins of those values whose class is `of`; k NULL: of all. */
static int add(mg_table *table, const char *series, const gsl_vector *x,
               const size_t *k, size_t of, double low, double high, size_t bins,
               size_t whole) {
  const int status = check(table, low, high, bins);
  if (status != GSL_SUCCESS)
    return status;
  gsl_histogram *h = gsl_histogram_alloc(bins);
  if (!h)
    return mg_fail(GSL_ENOMEM, "no memory for %zu bins", bins);
  gsl_histogram_set_ranges_uniform(h, low, high);
  for (size_t i = 0; i < x->size; i++)
    if ((!k || k[i] == of) && isfinite(gsl_vector_get(x, i)))
      gsl_histogram_increment(h, gsl_vector_get(x, i));
  add_rows(table, series, h, (double)whole);
  gsl_histogram_free(h);
  return mg_table_status(table);
}

int mg_bins_add(mg_table *table, const char *series, const gsl_vector *x,
                double low, double high, size_t bins, size_t whole) {
  return add(table, series, x, NULL, 0, low, high, bins,
             whole ? whole : x->size);
}

int mg_bins_split(mg_table *table, char *const *names, const gsl_vector *x,
                  const size_t *k, size_t classes, double low, double high,
                  size_t bins) {
  int status = GSL_SUCCESS;
  for (size_t c = 0; c < classes && status == GSL_SUCCESS; c++)
    status = add(table, names[c], x, k, c, low, high, bins, x->size);
  return status;
}
