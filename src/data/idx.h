/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX, the format of MNIST: a magic number, sizes, bytes.
 *
 *   2 bytes 0, 1 byte type (8: unsigned bytes), 1 byte rank, then rank sizes of
 *   4 bytes, the highest first, then the values, the last index fastest.
 *
 * Source: Y. LeCun, C. Cortes & C. Burges, The MNIST database.  The reasons of
 * failures do not name the file. */
#ifndef MG_DATA_IDX_H
#define MG_DATA_IDX_H

#include <stdbool.h>

#include "data/dataset.h"
#include "data/input.h"

/* Do these first 4 bytes begin an IDX file of any type? */
bool mg_idx_begins(const unsigned char *bytes);

/* N x D or N x H x W bytes as 256 levels, not split.
 * Returns NULL with the reason: another type or rank (rank 1: a label file),
 * a size of 0, more or fewer bytes than promised, no memory. */
mg_dataset *mg_idx_read(mg_input *input, const char *name);

/* The labels of n rows.
 *   labels  out  n
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason: not bytes of rank 1, or
 * not n of them. */
int mg_idx_read_labels(mg_input *input, size_t n, unsigned *labels);

#endif
