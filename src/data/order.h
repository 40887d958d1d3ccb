/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of data in another order, or some of them.
 *
 * A product of conditionals needs its columns one after the other, and images
 * have no first pixel: the order is a choice.  A family takes columns as they
 * stand, so another order is another data set. */
#ifndef MG_DATA_ORDER_H
#define MG_DATA_ORDER_H

#include <gsl/gsl_rng.h>

#include "data/dataset.h"

typedef enum {
  MG_ORDER_RASTER,       /* line by line from the top */
  MG_ORDER_COLUMNS,      /* column by column from the left */
  MG_ORDER_BACKWARDS,    /* raster from the last pixel */
  MG_ORDER_CHECKERBOARD, /* every other pixel, then those between */
  MG_ORDER_OUTWARDS,     /* from the middle */
  MG_ORDER_SCATTERED,    /* drawn by lot */
  MG_ORDERS
} mg_order;

/* "raster" ... */
const char *mg_order_name(mg_order order);

/* Where an order goes: pixel[i] is the one that comes at place i, from 0, in
 * raster order.
 *   height, width  in   of an image
 *   rng            in   of scattered; else it may be NULL
 *   pixel          out  height x width
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_order_pixels(mg_order order, size_t height, size_t width, gsl_rng *rng,
                  size_t *pixel);

/* Some columns of data as data of their own, with its parts.
 *   column  in  the n columns that are wanted, from 0, in their order
 *   height, width  in  of the images they are; 0 where they are none
 * Returns NULL with the reason: GSL_EINVAL for no such column, or
 * height x width that is neither n nor 0; GSL_ENOMEM. */
mg_dataset *mg_order_pick(const mg_dataset *data, const size_t *column,
                          size_t n, size_t height, size_t width);

#endif
