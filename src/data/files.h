/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets from files of the reader's own: IDX, NPY and CSV, each also .gz.
 *
 * What a file is, is decided by its first bytes and not by its name.
 *
 *   IDX   bytes, rank 2 (N x D) or 3 (N x H x W images): MNIST and its kin
 *   NPY   numpy's np.save, versions 1 to 3, C order: integers and floats of
 *         rank 1 (N x 1) or 2; bytes of rank 2 or 3
 *   CSV   numbers parted by tab, ';' or ','; a first line without any number
 *         is taken for column names
 *
 * Bytes of rank 2 and 3 are levels 0 .. 255, everything else is reals, unless
 * `levels` says otherwise.  A file that is not whole, or holds anything but
 * finite numbers where numbers belong, is refused with one sentence that says
 * where; nothing is guessed, skipped or filled in. */
#ifndef MG_DATA_FILES_H
#define MG_DATA_FILES_H

#include "data/dataset.h"

typedef struct {
  /* CSV: the column, by name or by number from 1, that holds labels (text or
   * numbers).  IDX and NPY: the path of a label file (IDX or NPY, rank 1).
   * NULL: no labels. */
  const char *label;
  unsigned levels;    /* every value is an integer 0 .. levels-1; 2: bits */
  const char *split;  /* of mg_dataset_split, rows in the file's order; NULL:
                         rows shuffled by seed, then 0.8/0.1/0.1 */
  unsigned long seed; /* of the shuffle */
} mg_file_options;

/* No labels, no levels, rows shuffled by seed 0. */
mg_file_options mg_file_options_default(void);

/* Reads a file into a data set that is called by the file's name.
 *   options  in  NULL: the defaults
 * Returns NULL with the reason, which begins with the path of the file that is
 * at fault (data or labels) and names row and column, from 1, where there are
 * any; the first line of a CSV is its row 1.  Never asks for more memory than
 * the file can fill.  Bytes are held as bytes: 60000 images of 28 x 28 take
 * 47 MB. */
mg_dataset *mg_dataset_read(const char *path, const mg_file_options *options);

#endif
