/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NPY, what numpy.save writes: one array of numbers.
 *
 * Source: NumPy Enhancement Proposal 1, versions 1.0, 2.0 and 3.0.  The
 * reasons of failures do not name the file. */
#ifndef MG_DATA_NPY_H
#define MG_DATA_NPY_H

#include <stdbool.h>

#include "data/dataset.h"
#include "data/input.h"

/* Do these first 8 bytes begin an NPY file? */
bool mg_npy_begins(const unsigned char *bytes);

/* Bytes (u1) of rank 2 (N x D) or 3 (N x H x W) as 256 levels, truth values
 * (b1) likewise as bits; anything else of rank 1 (N x 1) or 2 as reals.  Not
 * split.
 * Returns NULL with the reason: a type, rank or order that is not read, NaN or
 * infinity (with row and column), more or fewer bytes than promised. */
mg_dataset *mg_npy_read(mg_input *input, const char *name);

/* The labels of n rows, from integers of rank 1.
 *   labels  out  n
 * Returns GSL_SUCCESS; GSL_EFAILED with the reason: not n integers >= 0. */
int mg_npy_read_labels(mg_input *input, size_t n, unsigned *labels);

#endif
