/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers that make a net of a stack: reshape, skip and take.
 *
 * Skip and take get what stood at their mark as the pass's skip; net.h adds
 * them to a net. */
#ifndef MG_NETS_JOIN_H
#define MG_NETS_JOIN_H

#include "nets/layer.h"

/* "reshape": y = x, in the shape out. */
extern const mg_layer_type mg_reshape_type;

/* "skip": y = x + x_mark. */
extern const mg_layer_type mg_skip_type;

/* "take": y = x_mark, x goes no further; out is the mark's shape. */
extern const mg_layer_type mg_take_type;

#endif
