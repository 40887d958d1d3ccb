/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bits drawn from grey values.
 *
 * A picture in levels can be read as a law of binary pictures: a pixel of level
 * v, of 0 .. top, is 1 with probability v / top.  Drawing anew at every look is
 * called dynamic binarisation (Salakhutdinov & Murray 2008; Burda, Grosse &
 * Salakhutdinov 2016). */
#ifndef MG_DATA_BITS_H
#define MG_DATA_BITS_H

#include <stddef.h>

/* Draws the bits of one row.                                     [binarise.1]
 *   seed  in   of the draw, a named stream's
 *   row   in   which row it is: with the seed all that the bits depend on
 *   top   in   the level that is surely 1, 1 .. 255
 *   grey  in   n levels, 0 .. top
 *   bits  out  n, each 0 or 1 */
void mg_bits_draw(unsigned long seed, size_t row, unsigned top,
                  const unsigned char *grey, size_t n, double *bits);

#endif
