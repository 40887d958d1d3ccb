/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of numbers as text, with perhaps one column of labels. */
#ifndef MG_DATA_CSV_H
#define MG_DATA_CSV_H

#include "data/dataset.h"
#include "data/input.h"

/* Reads a table of numbers, a datum a row; not split.
 *   space    in  its measure and levels say what a value may be; dim, shape
 *                and classes come from the file
 *   label    in  the column that holds labels, by its name or else its number
 *                from 1; NULL: none.  Its different values become the classes,
 *                in the order of numbers or else of the alphabet
 * Returns NULL with the reason (without the file's name): rows of different
 * lengths, an empty field, NaN, text where a number belongs (a text column by
 * its name), no such label column, over 256 classes, no rows, no memory. */
mg_dataset *mg_csv_read(mg_input *input, const char *name,
                        const mg_space *space, const char *label);

#endif
