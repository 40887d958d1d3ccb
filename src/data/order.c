/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders of the pixels of an image, and columns picked.
 *
 * An order is a key for each pixel, and the pixels sorted by their keys; pixels
 * of one key keep their raster order.
 *
 *   raster        i
 *   columns       v height + u           (line u, column v)
 *   backwards     -i
 *   checkerboard  (u + v) mod 2
 *   outwards      (u - middle)^2 + (v - middle)^2
 *   scattered     a uniform number
 *
 * Not here: what is lost or won by an order, which is for models to say. */
#include "data/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

const char *mg_order_name(mg_order order) {
  static const char *const names[MG_ORDERS] = {"raster",    "columns",
                                               "backwards", "checkerboard",
                                               "outwards",  "scattered"};
  return names[order];
}

typedef struct {
  double key;
  size_t pixel;
} place;

static int compare(const void *a, const void *b) {
  const place *p = a, *q = b;
  if (p->key < q->key || p->key > q->key)
    return p->key < q->key ? -1 : 1;
  return (p->pixel > q->pixel) - (p->pixel < q->pixel);
}

static double key_of(mg_order order, size_t i, size_t height, size_t width,
                     gsl_rng *rng) {
  const double u = (double)(i / width), v = (double)(i % width);
  const double down = u - ((double)height - 1) / 2;
  const double right = v - ((double)width - 1) / 2;
  switch (order) {
  case MG_ORDER_COLUMNS:
    return v * (double)height + u;
  case MG_ORDER_BACKWARDS:
    return -(double)i;
  case MG_ORDER_CHECKERBOARD:
    return fmod(u + v, 2);
  case MG_ORDER_OUTWARDS:
    return down * down + right * right;
  case MG_ORDER_SCATTERED:
    return gsl_rng_uniform(rng);
  default:
    return (double)i;
  }
}

int mg_order_pixels(mg_order order, size_t height, size_t width, gsl_rng *rng,
                  size_t *pixel) {
  const size_t n = height * width;
  place *places = calloc(n, sizeof *places);
  if (!places)
    return mg_fail(GSL_ENOMEM, "no memory for the order of %zu pixels", n);
  for (size_t i = 0; i < n; i++)
    places[i] = (place){key_of(order, i, height, width, rng), i};
  qsort(places, n, sizeof *places, compare);
  for (size_t i = 0; i < n; i++)
    pixel[i] = places[i].pixel;
  free(places);
  return GSL_SUCCESS;
}

static int check(const mg_dataset *data, const size_t *column, size_t n,
                 size_t height, size_t width) {
  if (height * width != n && height * width != 0)
    return mg_fail(GSL_EINVAL, "%zu columns are no image of %zu x %zu", n,
                   height, width);
  for (size_t i = 0; i < n; i++)
    if (column[i] >= data->space.dim)
      return mg_fail(GSL_EINVAL, "%s has %zu columns, and no column %zu",
                     data->name, data->space.dim, column[i] + 1);
  return GSL_SUCCESS;
}

mg_dataset *mg_order_pick(const mg_dataset *data, const size_t *column,
                          size_t n, size_t height, size_t width) {
  mg_space space = data->space;
  if (check(data, column, n, height, width) != GSL_SUCCESS)
    return NULL;
  space.dim = n;
  space.height = height;
  space.width = width;
  space.classes = 0;
  mg_dataset *picked = mg_dataset_alloc(data->name, &space, data->n);
  for (size_t i = 0; picked && i < data->n; i++)
    for (size_t j = 0; j < n; j++)
      if (data->bytes)
        picked->bytes[i * n + j] = data->bytes[i * data->space.dim + column[j]];
      else
        gsl_matrix_set(picked->reals, i, j,
                       gsl_matrix_get(data->reals, i, column[j]));
  if (picked)
    memcpy(picked->start, data->start, sizeof picked->start);
  return picked;
}
