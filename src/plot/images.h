/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many small images as one panel of the template "images". */
#ifndef MG_PLOT_IMAGES_H
#define MG_PLOT_IMAGES_H

#include <stddef.h>
#include <gsl/gsl_matrix.h>

#include "base/table.h"

/* A panel: images in lines of `across`, the first at the top left.
 *   images         in  N x (height width), an image a row, its lines from the
 *                      top; N is at least 1
 *   height, width  in  of an image, in pixels
 *   across         in  images a line; 0: as many as make it about a square
 *   low, high      in  the values drawn white and black; beyond: as these
 * Every pixel becomes 0 (white) .. 255 (black) or "nan", and is repeated so
 * that the panel is up to 280 fields wide; between images lies a gap, -1.
 * Returns a table that the caller frees; NULL with the reason: GSL_EBADLEN
 * (the images do not have height width columns, or are none), GSL_EINVAL (low
 * is not below high, more than 2000 x 2000 fields), GSL_ENOMEM.
 * Cost: a table field a pixel drawn, about 80 000. */
mg_table *mg_images_table(const gsl_matrix *images, size_t height, size_t width,
                          size_t across, double low, double high);

#endif
