/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number that networks compute with.
 *
 * The library builds the networks in float: half the memory traffic and twice
 * the lanes of double, and noise of sampling far above its rounding.  A check
 * of gradients needs the opposite, so the tests build the same sources in
 * double (-DMG_REAL_DOUBLE), where a central difference can be told from a
 * wrong derivative to eight digits.
 *
 * Not here: doubles at the interface of a family, which stay doubles. */
#ifndef MG_NETS_REAL_H
#define MG_NETS_REAL_H

#ifdef MG_REAL_DOUBLE
typedef double mg_real;
#else
typedef float mg_real;
#endif

#endif
