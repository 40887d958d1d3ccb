/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An image grid is a table of pixels.
 *
 * What a model has learnt of pictures is seen by eye, its samples beside the
 * data.  One grid is one matrix: image n stands in line n / across and column
 * n % across, each in a cell of height + 1 by width + 1 pixels, the last pixel
 * of which is the gap.  Every pixel is then repeated zoom x zoom times, so that
 * the picture holds each as a block: what shows it (a browser, a viewer) would
 * otherwise smooth 8 x 8 pixels into a blur that the model never drew.
 *
 * Values become 256 levels of grey: the eye does not see more, and a short
 * number keeps the script small.  White is low, as ink on paper.
 *
 * Not here: colour; which images are shown, and their order. */
#include "config.h"

#include "plot/images.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"

enum { PANEL_WIDTH = 280, PANEL_MOST = 2000, GREYS = 255 };

typedef struct {
  const gsl_matrix *images;
  size_t height, width; /* of an image */
  size_t across, down;  /* images */
  size_t columns, rows; /* pixels of the panel, before the zoom */
  size_t zoom;
  double low, high;
} panel;

static int check(const panel *p) {
  if (p->images->size1 == 0 || p->height == 0 || p->width == 0 ||
      p->images->size2 / p->width != p->height ||
      p->images->size2 % p->width != 0)
    return mg_fail(GSL_EBADLEN,
                   "%zu images of %zu values are not images of %zu x %zu",
                   p->images->size1, p->images->size2, p->height, p->width);
  if (!(p->low < p->high))
    return mg_fail(GSL_EINVAL, "white (%g) must lie below black (%g)", p->low,
                   p->high);
  return GSL_SUCCESS;
}

static int lay_out(panel *p, size_t across) {
  size_t n = p->images->size1;
  if (across == 0)
    across = (size_t)ceil(sqrt((double)n));
  p->across = across < n ? across : n;
  p->down = (n + p->across - 1) / p->across;
  if (p->across > PANEL_MOST / (p->width + 1) ||
      p->down > PANEL_MOST / (p->height + 1))
    return mg_fail(GSL_EINVAL,
                   "%zu x %zu images of %zu x %zu are too many for a panel: "
                   "show fewer",
                   p->across, p->down, p->width, p->height);
  p->columns = p->across * (p->width + 1) - 1;
  p->rows = p->down * (p->height + 1) - 1;
  p->zoom = p->columns < PANEL_WIDTH ? PANEL_WIDTH / p->columns : 1;
  return GSL_SUCCESS;
}

/* "1 2 3 ...": the columns' names. */
static mg_table *alloc_table(size_t columns) {
  char *names = malloc(columns * MG_NUMBER_SIZE);
  if (!names) {
    mg_fail(GSL_ENOMEM, "no memory for a panel of images");
    return NULL;
  }
  for (size_t i = 0, used = 0; i < columns; i++)
    used += (size_t)sprintf(names + used, "%zu ", i + 1);
  mg_table *table = mg_table_alloc(names);
  free(names);
  return table;
}

/* The grey of the panel's pixel, as text for the table. */
static const char *pixel(const panel *p, size_t row, size_t column,
                         char text[MG_NUMBER_SIZE]) {
  size_t y = row % (p->height + 1), x = column % (p->width + 1);
  size_t n = row / (p->height + 1) * p->across + column / (p->width + 1);
  if (y == p->height || x == p->width)
    return "-1";
  if (n >= p->images->size1)
    return "0";
  double value = gsl_matrix_get(p->images, n, y * p->width + x);
  if (isnan(value))
    return "nan";
  /* Scaled before the difference, which may be infinite. */
  double grey = value <= p->low ? 0
                : value >= p->high
                    ? 1
                    : (value / 2 - p->low / 2) / (p->high / 2 - p->low / 2);
  return mg_print_real(rint(GREYS * grey), 3, text, MG_NUMBER_SIZE);
}

static void add_row(mg_table *table, const panel *p, size_t row) {
  char text[MG_NUMBER_SIZE];
  mg_table_row(table);
  for (size_t column = 0; column < p->columns; column++) {
    const char *grey = pixel(p, row, column, text);
    for (size_t i = 0; i < p->zoom; i++)
      mg_table_text(table, grey);
  }
}

mg_table *mg_images_table(const gsl_matrix *images, size_t height, size_t width,
                          size_t across, double low, double high) {
  panel p = {.images = images,
             .height = height,
             .width = width,
             .low = low,
             .high = high};
  if (check(&p) != GSL_SUCCESS || lay_out(&p, across) != GSL_SUCCESS)
    return NULL;
  mg_table *table = alloc_table(p.columns * p.zoom);
  if (!table)
    return NULL;
  for (size_t row = 0; row < p.rows; row++)
    for (size_t copy = 0; copy < p.zoom; copy++)
      add_row(table, &p, row);
  if (mg_table_status(table) == GSL_SUCCESS)
    return table;
  mg_table_free(table);
  return NULL;
}
