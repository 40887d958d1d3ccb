/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data sets: their memory, their three parts, their batches.
 *
 * The order of rows means something: the parts are ranges of it, the digits
 * are split in file order so that published numbers can be met, and a shuffle
 * is a function of the seed alone.  The shuffle is Fisher and Yates'
 * (Durstenfeld 1964), done on the rows themselves, so it needs no second copy
 * of the data.
 *
 * A split "0.8/0.1/0.1" ends its parts at the cumulative fractions of n,
 * rounded to the nearest row:
 *
 *     end_p = floor(n (f_1 + ... + f_p) + 1/2)                        [split.1]
 *
 * so that the parts of fractions that sum to 1 always hold every row, which
 * rounding each part by itself would not.
 *
 * A batch of reals is a window on the matrix and costs nothing.  A batch of
 * bytes is widened to doubles in the block's memory: networks and mixtures
 * then see one type, and MNIST still takes 47 MB and not 376.
 *
 * Not here: where values come from (catalogue.h, files.h), and adding noise to
 * discrete values, which is a model's choice. */
#include "config.h"

#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "base/file.h"
#include "base/number.h"
#include "base/status.h"
#include "base/stream.h"
#include "data/bits.h"

/* Memory for the values, which are not set. */
static int dataset_alloc_values(mg_dataset *data) {
  size_t cells, size;
  if (!mg_size_product(data->n, data->space.dim, &cells) ||
      !mg_size_product(cells, sizeof(double), &size))
    return mg_fail(GSL_EINVAL, "%zu rows of %zu values are too many", data->n,
                   data->space.dim);
  if (data->space.measure == MG_REALS)
    data->reals = gsl_matrix_alloc(data->n, data->space.dim);
  else
    data->bytes = malloc(cells);
  if (data->space.classes > 0)
    data->labels = malloc(data->n * sizeof *data->labels);
  if ((!data->reals && !data->bytes) ||
      (data->space.classes > 0 && !data->labels))
    return mg_fail(GSL_ENOMEM, "no memory for %zu rows of %zu values", data->n,
                   data->space.dim);
  return GSL_SUCCESS;
}

mg_dataset *mg_dataset_alloc(const char *name, const mg_space *space,
                             size_t n) {
  if (mg_space_check(space) != GSL_SUCCESS)
    return NULL;
  if (n == 0) {
    mg_fail(GSL_EINVAL, "a data set needs at least 1 row");
    return NULL;
  }
  mg_dataset *data = calloc(1, sizeof *data);
  if (!data) {
    mg_fail(GSL_ENOMEM, "no memory for a data set");
    return NULL;
  }
  data->space = *space;
  data->n = n;
  data->truth.entropy = NAN;
  for (int p = 1; p <= MG_PARTS; p++)
    data->start[p] = n;
  if (mg_dataset_describe(data, name, "") != GSL_SUCCESS ||
      dataset_alloc_values(data) != GSL_SUCCESS) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}

static void words_free(char **words, size_t count) {
  for (size_t i = 0; words && i < count; i++)
    free(words[i]);
  free(words);
}

void mg_dataset_free(mg_dataset *data) {
  if (!data)
    return;
  words_free(data->class_names, data->space.classes);
  words_free(data->columns, data->space.dim);
  free(data->name);
  free(data->source);
  gsl_matrix_free(data->reals);
  free(data->bytes);
  free(data->labels);
  free(data);
}

int mg_dataset_describe(mg_dataset *data, const char *name,
                        const char *source) {
  char *new_name = strdup(name), *new_source = strdup(source);
  if (!new_name || !new_source) {
    free(new_name);
    free(new_source);
    return mg_fail(GSL_ENOMEM, "no memory for a data set's name");
  }
  free(data->name);
  free(data->source);
  data->name = new_name;
  data->source = new_source;
  return GSL_SUCCESS;
}

/* Puts copies of count words in the place of those that were there. */
static int words_set(char ***place, const char *const *words, size_t count) {
  char **copy = calloc(count, sizeof *copy);
  bool whole = copy != NULL;
  for (size_t i = 0; whole && i < count; i++)
    whole = (copy[i] = strdup(words[i])) != NULL;
  if (!whole) {
    words_free(copy, count);
    return mg_fail(GSL_ENOMEM, "no memory for %zu names", count);
  }
  words_free(*place, count);
  *place = copy;
  return GSL_SUCCESS;
}

int mg_dataset_set_columns(mg_dataset *data, const char *const *names) {
  return words_set(&data->columns, names, data->space.dim);
}

int mg_dataset_set_class_names(mg_dataset *data, const char *const *names) {
  return words_set(&data->class_names, names, data->space.classes);
}

const char *mg_part_text(mg_part_name part) {
  static const char *const texts[] = {"train", "validation", "test", "all"};
  return part <= MG_PARTS ? texts[part] : "unknown";
}

mg_rows mg_dataset_part(const mg_dataset *data, mg_part_name part) {
  const size_t first = data->start[part];
  return (mg_rows){data, first, data->start[part + 1] - first};
}

mg_rows mg_dataset_all(const mg_dataset *data) {
  return (mg_rows){data, 0, data->n};
}

/* The three ends of "a/b/c" as counts; false when they are not counts. */
static bool split_counts(char *const fields[], size_t n, size_t *end,
                         bool *fits) {
  size_t sum = 0;
  *fits = true;
  for (int p = 0; p < MG_PARTS; p++) {
    size_t count;
    if (mg_parse_size(fields[p], &count) != GSL_SUCCESS)
      return false;
    *fits = *fits && count <= n - sum;
    end[p] = sum = *fits ? sum + count : n;
  }
  return true;
}

/* The three ends of "a/b/c" as fractions of n.                     [split.1] */
static bool split_fractions(char *const fields[], size_t n, size_t *end,
                            bool *fits) {
  double sum = 0;
  for (int p = 0; p < MG_PARTS; p++) {
    double fraction;
    if (mg_parse_real(fields[p], &fraction) != GSL_SUCCESS ||
        !(fraction >= 0) || !isfinite(fraction))
      return false;
    sum += fraction;
    /* 0.7 + 0.2 + 0.1 is 1 to a few roundings */
    *fits = sum <= 1 + 1e-9;
    end[p] = (size_t)floor((double)n * fmin(sum, 1) + 0.5);
  }
  return true;
}

/* Cuts text at its '/' into three fields. */
static bool split_fields(char *text, char *fields[MG_PARTS]) {
  for (int p = 0; p < MG_PARTS; p++) {
    if (!text)
      return false;
    fields[p] = text;
    text = strchr(text, '/');
    if (text)
      *text++ = '\0';
  }
  return text == NULL;
}

int mg_dataset_split(mg_dataset *data, const char *text) {
  size_t end[MG_PARTS] = {data->n, data->n, data->n};
  if (strcmp(text, "none") != 0) {
    char copy[128], *fields[MG_PARTS];
    bool fits;
    const bool copied = strlen(text) < sizeof copy;
    strncpy(copy, copied ? text : "", sizeof copy);
    if (!split_fields(copy, fields) ||
        (!split_counts(fields, data->n, end, &fits) &&
         !split_fractions(fields, data->n, end, &fits)))
      return mg_fail(GSL_EINVAL,
                     "a split is none, three counts (1000/350/447) or three "
                     "fractions (0.8/0.1/0.1), not '%.60s'",
                     text);
    if (!fits)
      return mg_fail(GSL_EINVAL,
                     "the split %s takes more than the %zu rows there are",
                     text, data->n);
  }
  memcpy(data->start + 1, end, sizeof end);
  return GSL_SUCCESS;
}

static void swap_bytes(unsigned char *a, unsigned char *b, size_t size) {
  for (size_t i = 0; i < size; i++) {
    const unsigned char byte = a[i];
    a[i] = b[i];
    b[i] = byte;
  }
}

static void swap_rows(mg_dataset *data, size_t i, size_t j) {
  const size_t dim = data->space.dim;
  if (data->reals)
    gsl_matrix_swap_rows(data->reals, i, j);
  else
    swap_bytes(data->bytes + i * dim, data->bytes + j * dim, dim);
  if (data->labels) {
    const unsigned label = data->labels[i];
    data->labels[i] = data->labels[j];
    data->labels[j] = label;
  }
}

int mg_dataset_shuffle(mg_dataset *data, unsigned long seed) {
  gsl_rng *rng = mg_stream_alloc(seed, "split", 0);
  if (!rng)
    return mg_fail(GSL_ENOMEM, "no memory for a random generator");
  for (size_t i = data->n - 1; i > 0; i--) {
    const size_t j = gsl_rng_uniform_int(rng, (unsigned long)i + 1);
    if (j != i)
      swap_rows(data, i, j);
  }
  gsl_rng_free(rng);
  return GSL_SUCCESS;
}

static int check_levels(const mg_dataset *data) {
  if (data->space.measure != MG_LEVELS)
    return mg_fail(GSL_EINVAL, "%s are %s: only levels can be binarised",
                   data->name, mg_measure_name(data->space.measure));
  return GSL_SUCCESS;
}

int mg_dataset_binarise(mg_dataset *data, unsigned threshold) {
  if (check_levels(data) != GSL_SUCCESS)
    return GSL_EINVAL;
  if (threshold < 1 || threshold >= data->space.levels)
    return mg_fail(GSL_EINVAL, "a threshold for %u levels is 1 .. %u, not %u",
                   data->space.levels, data->space.levels - 1, threshold);
  const size_t cells = data->n * data->space.dim;
  for (size_t i = 0; i < cells; i++)
    data->bytes[i] = data->bytes[i] >= threshold;
  data->space.measure = MG_BINARY;
  data->space.levels = 2;
  return GSL_SUCCESS;
}

int mg_dataset_binarise_dynamic(mg_dataset *data, unsigned long seed) {
  if (check_levels(data) != GSL_SUCCESS)
    return GSL_EINVAL;
  data->grey = data->space.levels - 1;
  data->grey_seed = mg_stream_seed(seed, "binarise", 0);
  data->space.measure = MG_BINARY;
  data->space.levels = 2;
  return GSL_SUCCESS;
}

/* ---- a test part from elsewhere ---- */

static int check_test(const mg_dataset *data, const mg_rows *rows) {
  const mg_dataset *other = rows->data;
  if (!mg_space_equal(&data->space, &other->space) || data->grey != other->grey)
    return mg_fail(GSL_EINVAL, "%s and %s have unequal spaces", data->name,
                   other->name);
  if (data->labels && !other->labels)
    return mg_fail(GSL_EINVAL, "%s has labels, and %s has none", data->name,
                   other->name);
  for (size_t i = 0; data->labels && i < rows->n; i++)
    if (other->labels[rows->first + i] >= data->space.classes)
      return mg_fail(GSL_EINVAL, "%s has a label %u that is none of %s",
                     other->name, other->labels[rows->first + i], data->name);
  return GSL_SUCCESS;
}

/* Copies n rows, with their labels, to row `to` of a data set and on. */
static void copy_rows(mg_dataset *data, size_t to, const mg_dataset *from,
                      size_t first, size_t n) {
  const size_t dim = data->space.dim;
  if (data->reals)
    memcpy(data->reals->data + to * dim, from->reals->data + first * dim,
           n * dim * sizeof(double));
  else
    memcpy(data->bytes + to * dim, from->bytes + first * dim, n * dim);
  if (data->labels)
    memcpy(data->labels + to, from->labels + first, n * sizeof *data->labels);
}

int mg_dataset_set_test(mg_dataset *data, const mg_rows *rows) {
  if (check_test(data, rows) != GSL_SUCCESS)
    return GSL_EINVAL;
  const size_t kept = data->start[MG_TEST], n = kept + rows->n;
  mg_dataset *joined = mg_dataset_alloc(data->name, &data->space, n);
  if (!joined)
    return GSL_ENOMEM;
  copy_rows(joined, 0, data, 0, kept);
  copy_rows(joined, kept, rows->data, rows->first, rows->n);
  mg_dataset old = *data;
  data->reals = joined->reals;
  data->bytes = joined->bytes;
  data->labels = joined->labels;
  data->n = data->start[MG_PARTS] = n;
  joined->reals = old.reals;
  joined->bytes = old.bytes;
  joined->labels = old.labels;
  mg_dataset_free(joined);
  return GSL_SUCCESS;
}

/* ---- a column ---- */

static int check_column(const mg_dataset *data, size_t column, double unit) {
  if (data->space.measure != MG_REALS)
    return mg_fail(GSL_EINVAL, "%s are %s: a column is taken of reals",
                   data->name, mg_measure_name(data->space.measure));
  if (column >= data->space.dim)
    return mg_fail(GSL_EINVAL, "%s has %zu columns, and no column %zu",
                   data->name, data->space.dim, column + 1);
  if (!(unit > 0) || !isfinite(unit))
    return mg_fail(GSL_EINVAL, "nothing can be counted in units of %g", unit);
  return GSL_SUCCESS;
}

/* With y = x / unit, p(y) dy = p(x) dx makes log p(y) = log p(x) + log unit:
 * other values of the density for the same claim.                   [unit.1] */
mg_dataset *mg_dataset_column(const mg_dataset *data, size_t column,
                              double unit) {
  const mg_space space = {.dim = 1, .measure = MG_REALS};
  if (check_column(data, column, unit) != GSL_SUCCESS)
    return NULL;
  mg_dataset *one = mg_dataset_alloc(data->name, &space, data->n);
  if (!one)
    return NULL;
  for (size_t i = 0; i < data->n; i++)
    gsl_matrix_set(one->reals, i, 0,
                   gsl_matrix_get(data->reals, i, column) / unit);
  memcpy(one->start, data->start, sizeof one->start);
  if (data->space.dim == 1 && unit == 1)
    one->truth = data->truth;
  const char *names[] = {data->columns ? data->columns[column] : NULL};
  if (mg_dataset_describe(one, data->name, data->source) != GSL_SUCCESS ||
      (names[0] && mg_dataset_set_columns(one, names) != GSL_SUCCESS)) {
    mg_dataset_free(one);
    return NULL;
  }
  return one;
}

mg_block *mg_block_alloc(const mg_space *space, size_t rows) {
  size_t cells, size;
  if (!mg_size_product(rows, space->dim, &cells) ||
      !mg_size_product(cells, sizeof(double), &size)) {
    mg_fail(GSL_EINVAL, "a block of %zu rows of %zu values is too large", rows,
            space->dim);
    return NULL;
  }
  mg_block *block = calloc(1, sizeof *block);
  if (block && space->measure != MG_REALS)
    block->wide = gsl_matrix_alloc(rows, space->dim);
  if (!block || (space->measure != MG_REALS && !block->wide)) {
    mg_block_free(block);
    mg_fail(GSL_ENOMEM, "no memory for a block of %zu rows", rows);
    return NULL;
  }
  return block;
}

void mg_block_free(mg_block *block) {
  if (!block)
    return;
  gsl_matrix_free(block->wide);
  free(block);
}

/* gcc's -O2 leaves a loop of unknown length as it is unless it is told. */
static void widen(const unsigned char *bytes, size_t n, double *to) {
#ifdef _OPENMP
#pragma omp simd
#endif
  for (size_t i = 0; i < n; i++)
    to[i] = bytes[i];
}

/* A row of bytes as numbers: as they are, or as bits drawn from grey. */
static void read_row(const mg_dataset *data, size_t row, unsigned long draw,
                     double *to) {
  const size_t dim = data->space.dim;
  const unsigned char *bytes = data->bytes + row * dim;
  if (data->grey)
    mg_bits_draw(draw ? draw : data->grey_seed, row, data->grey, bytes, dim,
                 to);
  else
    widen(bytes, dim, to);
}

void mg_block_read(mg_block *block, const mg_rows *rows, size_t first,
                   size_t n) {
  mg_block_draw(block, rows, first, n, 0);
}

void mg_block_draw(mg_block *block, const mg_rows *rows, size_t first, size_t n,
                   unsigned long draw) {
  const mg_dataset *data = rows->data;
  const size_t dim = data->space.dim, row = rows->first + first;
  mg_batch *batch = &block->batch;
  batch->first = row;
  batch->labels = data->labels ? data->labels + row : NULL;
  /* A view made by hand: GSL's submatrix refuses n = 0. */
  batch->x = (gsl_matrix){.size1 = n, .size2 = dim, .tda = dim};
  if (data->reals) {
    batch->x.tda = data->reals->tda;
    batch->x.data = data->reals->data + row * data->reals->tda;
    return;
  }
  batch->x.data = block->wide->data;
  for (size_t i = 0; i < n; i++)
    read_row(data, row + i, draw, batch->x.data + i * dim);
}

void mg_rows_copy(const mg_rows *rows, const size_t *index, unsigned long draw,
                  gsl_matrix *x, unsigned *labels) {
  const mg_dataset *data = rows->data;
  const size_t dim = data->space.dim;
  for (size_t i = 0; i < x->size1; i++) {
    const size_t row = rows->first + index[i];
    double *to = x->data + i * x->tda;
    if (data->reals)
      memcpy(to, data->reals->data + row * data->reals->tda, dim * sizeof *to);
    else
      read_row(data, row, draw, to);
    if (labels && data->labels)
      labels[i] = data->labels[row];
  }
}
