/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A net of masked convolutions worked through pixel by pixel, for images that
 * are made pixel by pixel.
 *
 *     mg_raster *r = mg_raster_alloc(net, theta, images);
 *     for each line u, for each column v:
 *       y = mg_raster_pixel(r, u, v);      out of the pixels before
 *       ... draw the pixel of every image from y ...
 *       write them to mg_raster_input(r, u, v)
 *     mg_raster_free(r);
 */
#ifndef MG_NETS_RASTER_H
#define MG_NETS_RASTER_H

#include "nets/net.h"

typedef struct mg_raster mg_raster;

/* Can the net be worked through so: does what comes out at a pixel depend on
 * pixels before it alone?
 * Returns GSL_SUCCESS; GSL_EINVAL naming the layer that sees too much, or that
 * is of a kind that has no pixels. */
int mg_raster_check(const mg_net *net);

/* Room for a bundle of images, with the net's weights made ready; net and theta
 * stay the caller's, theta is not read again.
 *   images  in  how many are made at once; rounded up to a multiple of 16
 * Returns NULL with the reason: mg_raster_check, memory. */
mg_raster *mg_raster_alloc(const mg_net *net, const mg_real *theta,
                           size_t images);

/* Frees it; NULL is allowed. */
void mg_raster_free(mg_raster *r);

/* How many images lie side by side. */
size_t mg_raster_images(const mg_raster *r);

/* Forgets all pixels, for the next bundle. */
void mg_raster_clear(mg_raster *r);

/* What the net puts out at column v of line u: channels x images, the same bits
 * as mg_net_forward.  The pixels before must have been written, and this be
 * called for each in raster order.
 * Cost the net's weights times images, 2 operations each. */
const mg_real *mg_raster_pixel(mg_raster *r, size_t u, size_t v);

/* Where that pixel is to be written: channels x images. */
mg_real *mg_raster_input(mg_raster *r, size_t u, size_t v);

#endif
