/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 8 x 8 handwritten digits, inside the program: no file, no network.
 *
 * Small enough that every family of this project learns them while a reader
 * waits, and large enough that what they learn can be told apart.  17 levels a
 * pixel, so models of them give log masses; the split in file order, 1000
 * train, 350 validation, 447 test, is that of published results (Tomczak 2022,
 * Deep Generative Modeling). */
#ifndef MG_DATA_DIGITS_H
#define MG_DATA_DIGITS_H

#include "data/dataset.h"

enum { MG_DIGITS_ROWS = 1797, MG_DIGITS_PIXELS = 64 };

/* An image a row: 64 letters 'a' (0) .. 'q' (16), then its digit. */
extern const char mg_digits_text[MG_DIGITS_ROWS][MG_DIGITS_PIXELS + 2];

/* The digits: 64 pixels (8 x 8), 17 levels, 10 classes, split 1000/350/447.
 * Returns NULL with the reason when memory is short. */
mg_dataset *mg_digits_read(void);

/* The same as bits: a pixel is 1 from level 8 up. */
mg_dataset *mg_digits_read_binary(void);

#endif
