/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a window shows at each of its positions, as a matrix: a convolution is
 * then a product. */
#ifndef MG_NETS_PATCHES_H
#define MG_NETS_PATCHES_H

#include "nets/conv.h"

/* Gathers the windows of one image.                                 [conv.5]
 *   image    in   image.channels x height x width
 *   patches  out  (image.channels kernel kernel) x (map.height map.width),
 *                 a row a place in the window, a column a position of it */
void mg_patches_gather(const mg_conv *c, const mg_real *image,
                       mg_real *patches);

/* The adjoint: every number goes back to where it was taken from, added.
 *                                                                   [conv.5]
 *   patches  in     as above
 *   image    inout  as above */
void mg_patches_scatter(const mg_conv *c, const mg_real *patches,
                        mg_real *image);

#endif
