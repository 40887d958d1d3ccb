/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images that convolutions in steps of 2 make smaller twice, and transposed
 * ones make large again.
 *
 * A convolution of 3 x 3 in steps of 2 takes the larger half, so 28 lines
 * become 14 and 7, and 7 become 4.  The way back makes 2 small - 1 lines, and
 * one more where the image had an even number: that one must be asked for, for
 * lines and columns alike. */
#ifndef MG_MODELS_HALVING_H
#define MG_MODELS_HALVING_H

#include "data/space.h"
#include "nets/layer.h"

/* The shape after two halvings, with so many channels. */
mg_shape mg_halving_small(const mg_space *space, size_t channels);

/* The extra line of the transposed convolution that makes the image at half
 * size, and of the one that makes it whole. */
size_t mg_halving_extra_first(const mg_space *space);
size_t mg_halving_extra_second(const mg_space *space);

/* Can images of this space be halved twice and come back?
 *   option  in  that asked for it, in the reason: "net"
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason. */
int mg_halving_check(const mg_space *space, const char *option);

#endif
