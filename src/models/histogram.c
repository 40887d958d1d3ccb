/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histogram density estimation on a regular grid (Scott 1979).
 *
 * The oldest density there is, and the one whose failure in many dimensions is
 * plainest: a grid of ten bins a column has 10^D cells, and N rows can fill N
 * of them.  More than 2^20 cells are refused, with how many it would take.
 *
 * The grid: of the width h_j the least number of bins that hold column j is
 * taken, laid so that the rows stand in their middle (whole numbers, and h = 1,
 * each in the middle of its own bin), and one bin more is put on each side.
 * The density is 0 outside of that, log p = -inf: this model does hold such a
 * datum for impossible, and says so.
 *
 * Inside the grid an empty cell must not be impossible only because no row has
 * been there yet: one new datum in it, and the evidence of all the others would
 * be -inf.  So A rows' worth of mass is spread over the cells evenly, a = A / B
 * in each [hist.1]; by default A = 1, the prior of Perks (1947).  A number for
 * each cell instead, Laplace's 1 or Jeffreys' 1/2, is fair to ten cells and
 * buries 500 rows in a plane under a grid of 10^4.  A = 0 is the plain
 * histogram, -inf in its empty cells.
 *
 * Width: by rules of thumb (histogram_width.c), or by cv: Scott's widths times
 * the one of the factors 2^(2 - i/4), i = 0 .. 64, that maximises the mean of
 * the leave-one-out log densities [hist.3].  That mean jumps as the edges pass
 * over rows, so nothing smoother than a walk is of use.  Rudemo's (1982) least
 * squares would do as well; but models here are compared by log p(x), and the
 * width is chosen by the number it will be judged by.
 *
 * Rounded data are full of copies (Old Faithful's minutes: 272 rows, 51
 * values), and of a row left out alone its copies tell the place: the mean then
 * grows without bound as the bins shrink about the copies.  So all copies of a
 * row are left out with it, which for data without copies is the same.  Where
 * the mean grows all the same, to the narrowest grid, that is said.
 *
 * Not here: bins of unequal width, averages over shifted grids. */
#include "models/histogram.h"

#include <float.h>
#include <gsl/gsl_interp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/copies.h"

enum { CV_STEPS = 65 }; /* from 4 down to 2^-14, four to an octave */

static const mg_option histogram_option_table[] = {
    {"width", MG_OPTION_CHOICE, offsetof(mg_histogram_options, width), 0, 0,
     "scott|freedman|sturges|cv|fixed", "rule that chooses the bins' width"},
    {"h", MG_OPTION_REAL, offsetof(mg_histogram_options, h), 1e-300, 1e300,
     NULL, "width of every column's bins, in its unit (width fixed)"},
    {"smoothing", MG_OPTION_REAL, offsetof(mg_histogram_options, smoothing), 0,
     1e9, NULL, "rows' worth of mass spread evenly over the grid"},
    {.name = NULL}};

mg_histogram_options mg_histogram_options_default(void) {
  return (mg_histogram_options){
      .width = MG_HISTOGRAM_SCOTT, .h = 1, .smoothing = 1};
}

/* ---- memory ---- */

int mg_histogram_init(mg_histogram *h, const mg_space *space,
                      const mg_histogram_options *options) {
  if (space->measure != MG_REALS)
    return mg_fail(GSL_EINVAL, "histogram is for reals, not %s",
                   mg_measure_name(space->measure));
  h->dim = space->dim;
  h->options = *options;
  h->origin = calloc(h->dim, sizeof(double));
  h->width = calloc(h->dim, sizeof(double));
  h->bins = calloc(h->dim, sizeof(double));
  if (!h->origin || !h->width || !h->bins)
    return mg_fail(GSL_ENOMEM, "no memory for a grid in %zu dimensions",
                   h->dim);
  for (size_t j = 0; j < h->dim; j++)
    h->width[j] = options->h;
  return GSL_SUCCESS;
}

void mg_histogram_clear(mg_histogram *h) {
  free(h->count);
  free(h->origin);
  free(h->width);
  free(h->bins);
  free(h->below);
  *h = (mg_histogram){0};
}

/* Room for the counts of so many cells, all 0. */
static int make_cells(mg_histogram *h, size_t cells) {
  double *count = calloc(cells, sizeof *count);
  double *below = calloc(cells + 1, sizeof *below);
  if (!count || !below) {
    free(count);
    free(below);
    return mg_fail(GSL_ENOMEM, "no memory for %zu cells", cells);
  }
  free(h->count);
  free(h->below);
  h->count = count;
  h->below = below;
  h->cells = cells;
  return GSL_SUCCESS;
}

/* From counts and widths: below, log_scale. */
static void derive(mg_histogram *h) {
  for (size_t b = 0; b < h->cells; b++)
    h->below[b + 1] = h->below[b] + h->count[b];
  h->log_scale = -log(h->below[h->cells] + h->options.smoothing);
  for (size_t j = 0; j < h->dim; j++)
    h->log_scale -= log(h->width[j]);
}

static double rows_counted(const mg_histogram *h) { /* N */
  return h->cells ? h->below[h->cells] : 0;
}

static double a_cell(const mg_histogram *h) { /* a */
  return h->options.smoothing / (double)h->cells;
}

/* ---- the grid ---- */

/* How many cells the bins make; exact up to 2^53, then for a message. */
static double count_cells(const mg_histogram *h) {
  double cells = 1;
  for (size_t j = 0; j < h->dim; j++)
    cells *= h->bins[j];
  return cells;
}

static int check_size(const mg_histogram *h) {
  double log_cells = 0; /* 600 columns overflow the product */
  if (count_cells(h) <= MG_HISTOGRAM_CELLS)
    return GSL_SUCCESS;
  for (size_t j = 0; j < h->dim; j++)
    log_cells += log10(h->bins[j]);
  return mg_fail(GSL_EDOM,
                 "a grid of such bins in %zu dimension%s has about 10^%.*f "
                 "cells, and 2^20 is the limit: nearly all would be empty; "
                 "take wider bins or fewer columns",
                 h->dim, h->dim > 1 ? "s" : "", log_cells < 20, log_cells);
}

/* The cell that x is in, or h->cells: outside the grid.
 * Returns GSL_EDOM for NaN. */
static int find_cell(const mg_histogram *h, const double *x, size_t *cell) {
  size_t at = 0;
  bool inside = true;
  for (size_t j = 0; j < h->dim; j++) {
    const double bin = floor((x[j] - h->origin[j]) / h->width[j]);
    if (isnan(x[j]))
      return mg_fail(GSL_EDOM, "column %zu of a datum is not a number", j + 1);
    inside = inside && bin >= 0 && bin < h->bins[j];
    if (inside)
      at = at * (size_t)h->bins[j] + (size_t)bin;
  }
  *cell = inside ? at : h->cells;
  return GSL_SUCCESS;
}

/* Origin and bins of a column for its width. */
static int lay_column(mg_histogram *h, const gsl_matrix *rows, size_t j) {
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < rows->size1; i++) {
    const double x = rows->data[i * rows->tda + j];
    least = fmin(least, x);
    most = fmax(most, x);
  }
  const double width = h->width[j], inner = floor((most - least) / width) + 1;
  h->bins[j] = inner + 2;
  h->origin[j] = least + (most - least) / 2 - width * (inner / 2 + 1);
  /* With less than a few last places of the values in a bin, rounding would
   * put rows into others than theirs. */
  const double size = fmax(fabs(least), fabs(most));
  if (!(width >= DBL_MIN && size + width / 8 > size && isfinite(inner) &&
        isfinite(h->origin[j] + width * h->bins[j])))
    return mg_fail(GSL_EDOM, "column %zu from %g to %g has no bins of %g",
                   j + 1, least, most, width);
  return GSL_SUCCESS;
}

/* Lays the grid about the rows with the widths of h, and counts. */
static int count_rows(mg_histogram *h, const gsl_matrix *rows) {
  int status = GSL_SUCCESS;
  for (size_t j = 0; status == GSL_SUCCESS && j < h->dim; j++)
    status = lay_column(h, rows, j);
  if (status == GSL_SUCCESS)
    status = check_size(h);
  if (status == GSL_SUCCESS)
    status = make_cells(h, (size_t)count_cells(h));
  for (size_t i = 0; status == GSL_SUCCESS && i < rows->size1; i++) {
    size_t cell = 0;
    status = find_cell(h, rows->data + i * rows->tda, &cell);
    if (status == GSL_SUCCESS)
      h->count[cell]++;
  }
  if (status == GSL_SUCCESS)
    derive(h);
  return status;
}

/* ---- the width ---- */

/* [hist.3] of row i, a row of m copies. */
static double left_out(const mg_histogram *h, const gsl_matrix *rows, size_t i,
                       double m) {
  const double N = rows_counted(h), A = h->options.smoothing;
  size_t cell = h->cells;
  find_cell(h, rows->data + i * rows->tda, &cell);
  if (cell == h->cells || h->count[cell] < m)
    return NAN;
  return log(h->count[cell] - m + a_cell(h)) + h->log_scale +
         log((N + A) / (N - m + A));
}

static double left_out_mean(const mg_histogram *h, const gsl_matrix *rows,
                            const double *copies) {
  double sum = 0;
  for (size_t i = 0; i < rows->size1; i++)
    sum += left_out(h, rows, i, copies[i]);
  return sum / (double)rows->size1;
}

int mg_histogram_leave_one_out(const mg_histogram *h, const gsl_matrix *rows,
                               gsl_vector *log_p) {
  int status = mg_shape_check(h->dim, rows, log_p);
  if (status != GSL_SUCCESS)
    return status;
  if ((double)rows->size1 != rows_counted(h))
    return mg_fail(GSL_EINVAL, "%zu rows are not the %.0f that were counted",
                   rows->size1, rows_counted(h));
  double *copies = calloc(rows->size1, sizeof *copies);
  if (!copies)
    return mg_fail(GSL_ENOMEM, "no memory to leave out %zu rows", rows->size1);
  status = mg_copies_count(rows, copies);
  for (size_t i = 0; status == GSL_SUCCESS && i < rows->size1; i++)
    gsl_vector_set(log_p, i, left_out(h, rows, i, copies[i]));
  free(copies);
  return status;
}

/* Scott's widths, which h has, times the best factor.  The walk ends early
 * where the grid becomes too large. */
static int count_by_cv(mg_histogram *h, const gsl_matrix *rows,
                       const double *copies) {
  double best = -INFINITY, c = NAN, narrowest = NAN, last = 1;
  int status = GSL_SUCCESS;
  for (int i = 0; i < CV_STEPS; i++) {
    const double factor = exp2(2 - i / 4.0);
    for (size_t j = 0; j < h->dim; j++)
      h->width[j] *= factor / last;
    last = factor;
    status = count_rows(h, rows);
    if (status != GSL_SUCCESS)
      break;
    narrowest = factor;
    const double mean = left_out_mean(h, rows, copies);
    if (mean > best) {
      best = mean;
      c = factor;
    }
  }
  if (status == GSL_ENOMEM || isnan(narrowest))
    return status;
  mg_reason_clear(); /* of the grid that was too large */
  if (isnan(c) || c == narrowest)
    return mg_fail(GSL_EDOM, "the leave-one-out likelihood has no maximum "
                             "above the narrowest bins there may be (rows that "
                             "nearly coincide?): choose another rule");
  for (size_t j = 0; j < h->dim; j++)
    h->width[j] *= c / last;
  return count_rows(h, rows);
}

static int choose_and_count(mg_histogram *h, const gsl_matrix *rows,
                            const double *copies) {
  const mg_histogram_rule rule = h->options.width;
  int status = GSL_SUCCESS;
  if (rule != MG_HISTOGRAM_FIXED)
    status = mg_histogram_width(rule, rows, h->width);
  if (status != GSL_SUCCESS)
    return status;
  return rule == MG_HISTOGRAM_CV ? count_by_cv(h, rows, copies)
                                 : count_rows(h, rows);
}

int mg_histogram_set(mg_histogram *h, const gsl_matrix *rows,
                     double *leave_one_out) {
  const mg_space space = {.dim = h->dim, .measure = MG_REALS};
  mg_histogram next = {0};
  double *copies = calloc(rows->size1, sizeof *copies);
  int status = mg_shape_check(h->dim, rows, NULL);
  if (status == GSL_SUCCESS)
    status = mg_finite_check(rows);
  if (status == GSL_SUCCESS && !copies)
    status = mg_fail(GSL_ENOMEM, "no memory to count %zu rows", rows->size1);
  if (status == GSL_SUCCESS)
    status = mg_copies_count(rows, copies);
  if (status == GSL_SUCCESS)
    status = mg_histogram_init(&next, &space, &h->options);
  if (status == GSL_SUCCESS)
    status = choose_and_count(&next, rows, copies);
  if (status == GSL_SUCCESS) {
    *leave_one_out = left_out_mean(&next, rows, copies);
    mg_histogram_clear(h);
    *h = next;
  } else {
    mg_histogram_clear(&next);
  }
  free(copies);
  return status;
}

/* ---- density and samples ---- */

static int check_counted(const mg_histogram *h) {
  if (h->cells == 0)
    return mg_fail(GSL_EINVAL, "histogram has counted no rows yet: fit it");
  return GSL_SUCCESS;
}

int mg_histogram_log_density(const mg_histogram *h, const gsl_matrix *x,
                             gsl_vector *log_p) {
  int status = mg_shape_check(h->dim, x, log_p);
  if (status == GSL_SUCCESS)
    status = check_counted(h);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++) {
    size_t cell = 0;
    status = find_cell(h, x->data + i * x->tda, &cell);
    if (status != GSL_SUCCESS)
      return status;
    const bool inside = cell < h->cells;
    gsl_vector_set(log_p, i,
                   inside ? log(h->count[cell] + a_cell(h)) + h->log_scale
                          : -INFINITY);
  }
  return status;
}

/* A share N / (N + A) of the mass is the rows', the rest is uniform. */
static size_t draw_cell(const mg_histogram *h, gsl_rng *rng) {
  const double N = rows_counted(h);
  const double u = gsl_rng_uniform(rng) * (N + h->options.smoothing);
  if (u >= N)
    return gsl_rng_uniform_int(rng, h->cells);
  return gsl_interp_bsearch(h->below, u, 0, h->cells);
}

int mg_histogram_sample(const mg_histogram *h, gsl_rng *rng, gsl_matrix *x) {
  int status = mg_shape_check(h->dim, x, NULL);
  if (status == GSL_SUCCESS)
    status = check_counted(h);
  for (size_t i = 0; status == GSL_SUCCESS && i < x->size1; i++) {
    size_t cell = draw_cell(h, rng);
    for (size_t j = h->dim; j-- > 0;) {
      const size_t bins = (size_t)h->bins[j], bin = cell % bins;
      cell /= bins;
      x->data[i * x->tda + j] =
          h->origin[j] + ((double)bin + gsl_rng_uniform(rng)) * h->width[j];
    }
  }
  return status;
}

/* ---- as a model ---- */

static void histogram_options_default(const mg_space *space, void *options) {
  (void)space;
  *(mg_histogram_options *)options = mg_histogram_options_default();
}

static bool histogram_idle(const mg_space *space, const void *options,
                           const char *name) {
  const mg_histogram_options *o = options;
  (void)space;
  return o->width != MG_HISTOGRAM_FIXED && strcmp(name, "h") == 0;
}

static int histogram_init(void *self, const mg_space *space,
                          const void *options) {
  return mg_histogram_init(self, space, options);
}

static void histogram_clear(void *self) {
  mg_histogram_clear(self);
}

static mg_need histogram_need(const void *self, size_t n) {
  (void)self;
  (void)n;
  return (mg_need){.rows = true};
}

static int histogram_gather(const void *self, gsl_rng *rng,
                            const mg_batch *batch, mg_stats *stats) {
  const mg_histogram *h = self;
  (void)rng;
  return mg_stats_keep(stats, h->dim, &batch->x);
}

static int histogram_update(void *self, mg_stats *stats, mg_report *report) {
  double leave_one_out;
  int status = mg_histogram_set(self, stats->rows, &leave_one_out);
  if (status != GSL_SUCCESS)
    return status;
  *report = (mg_report){.log_likelihood = NAN,
                        .objective = leave_one_out,
                        .objective_name = "leave-one-out log-likelihood",
                        .finished = true};
  return GSL_SUCCESS;
}

static void histogram_tensors(void *self, mg_tensors *list) {
  mg_histogram *h = self;
  const bool chosen = h->options.width != MG_HISTOGRAM_FIXED;
  mg_tensors_add(list, "count", h->count, h->cells ? h->cells - 1 : 0, 1,
                 &h->cells);
  mg_tensors_add(list, "origin", h->origin, h->dim, 1, &h->dim);
  mg_tensors_add(list, "width", h->width, chosen ? h->dim : 0, 1, &h->dim);
  mg_tensors_add(list, "bins", h->bins, 0, 1, &h->dim);
}

static int histogram_reserve(void *self, size_t cells) {
  if (cells == 0 || cells > MG_HISTOGRAM_CELLS)
    return mg_fail(GSL_EINVAL, "%zu cells: there are 1 .. 2^20", cells);
  return make_cells(self, cells);
}

static int check_axis(const mg_histogram *h, size_t j) {
  const double bins = h->bins[j], width = h->width[j];
  if (!(bins >= 1 && bins <= MG_HISTOGRAM_CELLS && bins == floor(bins)))
    return mg_fail(GSL_EDOM, "column %zu: %g bins", j + 1, bins);
  if (!(width >= DBL_MIN && isfinite(h->origin[j]) &&
        isfinite(h->origin[j] + bins * width)))
    return mg_fail(GSL_EDOM, "column %zu: bins of %g from %g on", j + 1, width,
                   h->origin[j]);
  return GSL_SUCCESS;
}

static int histogram_refresh(void *self) {
  mg_histogram *h = self;
  int status = check_counted(h);
  for (size_t j = 0; status == GSL_SUCCESS && j < h->dim; j++)
    status = check_axis(h, j);
  if (status != GSL_SUCCESS)
    return status;
  if (count_cells(h) != (double)h->cells)
    return mg_fail(GSL_EDOM, "its bins make another number of cells than %zu",
                   h->cells);
  for (size_t b = 0; b < h->cells; b++)
    if (!(h->count[b] >= 0 && h->count[b] == floor(h->count[b]) &&
          h->count[b] <= 1 / DBL_EPSILON))
      return mg_fail(GSL_EDOM, "cell %zu: a count of %g", b, h->count[b]);
  derive(h);
  if (rows_counted(h) == 0)
    return mg_fail(GSL_EDOM, "no cell has counted a row");
  return GSL_SUCCESS;
}

static int histogram_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  return mg_histogram_sample(self, rng, x);
}

static int histogram_log_density(const void *self, const gsl_matrix *x,
                                 gsl_vector *log_p) {
  return mg_histogram_log_density(self, x, log_p);
}

const mg_model_type mg_histogram_type = {
    .name = "histogram",
    .title = "Histogram",
    .source = "Sturges (1926); Scott (1979); Freedman & Diaconis (1981)",
    .size = sizeof(mg_histogram),
    .measures = 1u << MG_REALS,
    .passes = 1,
    .options = histogram_option_table,
    .options_size = sizeof(mg_histogram_options),
    .options_default = histogram_options_default,
    .idle = histogram_idle,
    .init = histogram_init,
    .clear = histogram_clear,
    .need = histogram_need,
    .gather = histogram_gather,
    .update = histogram_update,
    .tensors = histogram_tensors,
    .reserve = histogram_reserve,
    .refresh = histogram_refresh,
    .sample = histogram_sample,
    .log_density = histogram_log_density};
