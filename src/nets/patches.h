/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a window shows at each of its positions, as a matrix: a convolution is
 * then a product.
 *
 * Small images have few positions, and a product of so few columns takes longer
 * to begin than to do.  So k images may go together, as a bundle: pixel by
 * pixel, the k numbers of a pixel side by side; their positions are then the
 * columns of one matrix. */
#ifndef MG_NETS_PATCHES_H
#define MG_NETS_PATCHES_H

#include "nets/conv.h"

enum { MG_BUNDLE = 16 }; /* images at most: k = 1 .. MG_BUNDLE */

/* Gathers the windows of k images.                                  [conv.5]
 *   image    in   (image.channels x height x width) x k
 *   patches  out  (image.channels kernel kernel) x (map.height map.width k),
 *                 a row a place in the window, a column a position of it */
void mg_patches_gather(const mg_conv *c, size_t k, const mg_real *image,
                       mg_real *patches);

/* The adjoint: every number goes back to where it was taken from, added.
 *                                                                   [conv.5]
 *   patches  in     as above
 *   image    inout  as above */
void mg_patches_scatter(const mg_conv *c, size_t k, const mg_real *patches,
                        mg_real *image);

/* k data of n numbers as a bundle, and back.
 *   data    in   k x n
 *   bundle  out  n x k */
void mg_patches_bundle(size_t k, size_t n, const mg_real *data,
                       mg_real *bundle);

/*   bundle  in   n x k
 *   data    out  k x n */
void mg_patches_unbundle(size_t k, size_t n, const mg_real *bundle,
                         mg_real *data);

#endif
