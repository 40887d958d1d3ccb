/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data set: N data of one space, perhaps labels, three parts, perhaps truth.
 *
 * Rows are held as they came: reals as doubles, pixels as bytes (MNIST is 47 MB
 * that way and would be 376 MB in doubles).  Who computes with them asks for a
 * batch of rows at a time, which is a view of the doubles, or bytes widened
 * into the block's own memory.
 *
 * Bytes may also be grey values of binary data: each is then the probability of
 * a 1, and the bits are drawn as rows are read (data/bits): the same ones at
 * each look, but for who asks for others, as a fit by gradient does in every
 * epoch.
 *
 * The three parts (train, validation, test) are ranges of rows; a part may be
 * empty.  The truth is there for toys: the log density that the rows were drawn
 * from, and its entropy, so that a model's evidence has a number to reach. */
#ifndef MG_DATA_DATASET_H
#define MG_DATA_DATASET_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

#include "data/space.h"

typedef enum { MG_TRAIN, MG_VALIDATION, MG_TEST, MG_PARTS } mg_part_name;

typedef struct {
  /* log p(x) of N rows, nats; NULL: not known. */
  int (*log_density)(const gsl_matrix *x, gsl_vector *log_p);
  double entropy; /* -E log p(x), nats; NaN: not known */
} mg_truth;

typedef struct {
  char *name;   /* "digits", or the file's name without its folders */
  char *source; /* where it is from, and its licence */
  mg_space space;
  size_t n;                   /* rows */
  gsl_matrix *reals;          /* n x dim, measure reals; else NULL */
  unsigned char *bytes;       /* n x dim, the other measures; else NULL */
  unsigned grey;              /* not 0: bytes are grey, and this is surely 1 */
  unsigned long grey_seed;    /* of the bits that are drawn where nobody asks
                               * for others */
  unsigned *labels;           /* n, or NULL */
  char **class_names;         /* space.classes names, or NULL: "0", "1" ... */
  char **columns;             /* dim names, or NULL */
  size_t start[MG_PARTS + 1]; /* part p is rows start[p] .. start[p+1]-1 */
  mg_truth truth;
} mg_dataset;

/* Some rows in a row: a part of a data set, or a piece of one. */
typedef struct {
  const mg_dataset *data;
  size_t first, n;
} mg_rows;

/* A batch: what families compute with. */
typedef struct {
  gsl_matrix x;           /* n x dim, a view; never written to */
  const unsigned *labels; /* n, or NULL */
  size_t first;           /* index of its first row in the data set */
} mg_batch;

/* Memory to widen bytes in, one a thread. */
typedef struct {
  mg_batch batch;
  gsl_matrix *wide; /* rows x dim */
} mg_block;

/* A data set of n >= 1 rows, all in train, no truth.  Its values are not set
 * yet, nor are its labels, which it has when the space has classes.
 * Returns NULL with the reason: a bad space, no rows, sizes that overflow, no
 * memory. */
mg_dataset *mg_dataset_alloc(const char *name, const mg_space *space, size_t n);

/* Frees a data set; NULL is allowed. */
void mg_dataset_free(mg_dataset *data);

/* Gives it a name and a source; both are copied.
 * Returns GSL_SUCCESS; GSL_ENOMEM, and then nothing changed. */
int mg_dataset_describe(mg_dataset *data, const char *name, const char *source);

/* Names its columns (space.dim names) or its classes (space.classes names);
 * copied.  Returns GSL_SUCCESS; GSL_ENOMEM, and then nothing changed. */
int mg_dataset_set_columns(mg_dataset *data, const char *const *names);
int mg_dataset_set_class_names(mg_dataset *data, const char *const *names);

/* "train", "validation", "test"; of MG_PARTS "all". */
const char *mg_part_text(mg_part_name part);

/* The rows of a part, and all rows. */
mg_rows mg_dataset_part(const mg_dataset *data, mg_part_name part);
mg_rows mg_dataset_all(const mg_dataset *data);

/* Sets the parts from text: "none" (all rows are train), "a/b/c" counts of rows
 * in file order, or fractions of the rows that sum to at most 1
 * ("0.8/0.1/0.1"). Returns GSL_SUCCESS; GSL_EINVAL with the reason; then
 * nothing changed. */
int mg_dataset_split(mg_dataset *data, const char *text);

/* Puts the rows (and labels) in an order drawn from the stream "split".
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_dataset_shuffle(mg_dataset *data, unsigned long seed);

/* Makes rows of another data set the test part, in place of what was behind
 * train and validation.  They are copied.
 *   rows  in  of the same measure and shape, with labels where data have some
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason; GSL_ENOMEM: nothing changed.
 */
int mg_dataset_set_test(mg_dataset *data, const mg_rows *rows);

/* One column of reals as a data set of its own, counted in another unit: a
 * value becomes value / unit.                                       [unit.1]
 *   column  in  from 0
 *   unit    in  above 0: 60 makes hours of minutes; 1 leaves all as it is
 * The rows and the parts are those of data; labels are left behind.  The truth
 * of data with one column goes along where nothing was changed.
 * Returns NULL with the reason: GSL_EINVAL for other measures, no such column,
 * or such a unit; GSL_ENOMEM.  The caller frees it. */
mg_dataset *mg_dataset_column(const mg_dataset *data, size_t column,
                              double unit);

/* The same data as bits: x >= threshold.  In place; levels become binary.
 * Returns GSL_SUCCESS; GSL_EINVAL unless the measure is levels and
 * 1 <= threshold < levels. */
int mg_dataset_binarise(mg_dataset *data, unsigned threshold);

/* The same data as bits that are drawn as rows are read: 1 with probability
 * x / (levels - 1).  In place; levels become binary, and stay bytes.
 *                                                               [binarise.1]
 *   seed  in  of the bits that are drawn where nobody asks for others
 * Returns GSL_SUCCESS; GSL_EINVAL unless the measure is levels. */
int mg_dataset_binarise_dynamic(mg_dataset *data, unsigned long seed);

/* Room for batches of up to `rows` rows of a space; NULL when memory is short.
 */
mg_block *mg_block_alloc(const mg_space *space, size_t rows);
void mg_block_free(mg_block *block);

/* Makes block->batch the rows first .. first+n-1 of `rows`; n at most what the
 * block was made for.  Costs nothing for reals, n x dim for bytes. */
void mg_block_read(mg_block *block, const mg_rows *rows, size_t first,
                   size_t n);

/* The same, with other bits of grey bytes.
 *   draw  in  the seed of these bits; 0: the usual ones */
void mg_block_draw(mg_block *block, const mg_rows *rows, size_t first, size_t n,
                   unsigned long draw);

/* Copies rows in any order, bytes widened.
 *   index   in   x->size1 indices of rows, each below rows->n
 *   draw    in   of grey bytes: the seed of these bits; 0: the usual ones
 *   x       out  as many rows, of the space's dimension
 *   labels  out  their labels, where the data have some; or NULL */
void mg_rows_copy(const mg_rows *rows, const size_t *index, unsigned long draw,
                  gsl_matrix *x, unsigned *labels);

#endif
