/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NPY files: a header that is a Python dictionary, then the values.
 *
 *   "\x93NUMPY", version (2 bytes), length of the header (2 bytes in version
 *   1, else 4, the lowest first), then for instance
 *   {'descr': '<f8', 'fortran_order': False, 'shape': (272, 2), }
 *
 * The dictionary is not parsed as Python.  numpy writes its three keys as
 * above, so each value is found behind its key in quotes, and whatever does
 * not read as expected there is refused.  descr is the byte order ('<' lowest
 * first, '>' highest first, '|' one byte), a letter for the kind and the size
 * in bytes; the values are put together byte by byte, which is right on every
 * processor.
 *
 * Integers above 2^53 are rounded to the nearest double.
 *
 * Not here: half and long doubles, complex numbers, text, records, objects
 * (pickles), Fortran order, .npz archives. */
#include "data/npy.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"

enum { MAGIC_SIZE = 6, MOST_HEADER = 1 << 16, MOST_RANK = 3 };
enum { MOST_LABEL = 255 };

typedef struct {
  char kind; /* 'f', 'i', 'u', 'b' */
  size_t bytes;
  bool high_first;
  size_t rank, size[MOST_RANK];
} npy_head;

bool mg_npy_begins(const unsigned char *bytes) {
  return memcmp(bytes, "\x93NUMPY", MAGIC_SIZE) == 0;
}

/* What stands behind 'key': in the dictionary, or NULL. */
static const char *value_of(const char *dictionary, const char *key) {
  const char *at = strstr(dictionary, key);
  if (!at)
    return NULL;
  at += strlen(key);
  at += strspn(at, " ");
  if (*at++ != ':')
    return NULL;
  return at + strspn(at, " ");
}

static bool type_is_read(char kind, size_t bytes) {
  switch (kind) {
  case 'f':
    return bytes == 4 || bytes == 8;
  case 'i':
  case 'u':
    return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  case 'b':
    return bytes == 1;
  }
  return false;
}

/* "'<f8'" */
static bool split_type(const char *text, npy_head *head) {
  if (strlen(text) < 5 || text[0] != '\'' || !strchr("<>|=", text[1]) ||
      text[3] < '1' || text[3] > '9' || text[4] != '\'')
    return false;
  head->high_first = text[1] == '>';
  head->kind = text[2];
  head->bytes = (size_t)(text[3] - '0');
  return (text[1] != '|' || head->bytes == 1) &&
         type_is_read(head->kind, head->bytes);
}

static int parse_type(const char *text, npy_head *head) {
  if (!text)
    return mg_fail(GSL_EFAILED, "its header tells no type");
  if (!split_type(text, head))
    return mg_fail(GSL_EFAILED,
                   "its type %.*s is not read: save it as '<f8', '<f4', an "
                   "integer type or u1",
                   (int)strcspn(text, ",}"), text);
  return GSL_SUCCESS;
}

/* "(60000, 28, 28)" or "(5,)" */
static int parse_shape(const char *text, npy_head *head) {
  const char *at = text && *text == '(' ? text + 1 : "";
  for (head->rank = 0; *at >= '0' && *at <= '9'; head->rank++) {
    char *end;
    /* beyond the greatest it stays there, and no file holds that many */
    const unsigned long long size = strtoull(at, &end, 10);
    if (head->rank == MOST_RANK)
      return mg_fail(GSL_EFAILED, "its rank is over 3: images are N x H x W");
    head->size[head->rank] = (size_t)size;
    at = end + (*end == ',');
    at += strspn(at, " ");
  }
  if (*at != ')')
    return mg_fail(GSL_EFAILED, "its header tells no shape");
  if (head->rank == 0)
    return mg_fail(GSL_EFAILED, "it holds a single number, not an array");
  return GSL_SUCCESS;
}

static int parse_dictionary(const char *text, npy_head *head) {
  const char *fortran = value_of(text, "'fortran_order'");
  if (parse_type(value_of(text, "'descr'"), head) ||
      parse_shape(value_of(text, "'shape'"), head))
    return GSL_EFAILED;
  if (!fortran || strncmp(fortran, "False", 5) != 0)
    return mg_fail(GSL_EFAILED, "it is in Fortran order: save "
                                "numpy.ascontiguousarray(x) instead");
  return GSL_SUCCESS;
}

/* Checks the promised sizes against the bytes that can follow. */
static int check_sizes(mg_input *input, const npy_head *head) {
  size_t total = head->bytes;
  for (size_t i = 0; i < head->rank; i++) {
    if (head->size[i] == 0)
      return mg_fail(GSL_EFAILED, "size %zu of its shape is 0", i + 1);
    if (!mg_size_product(total, head->size[i], &total))
      return mg_fail(GSL_EFAILED, "its header promises more than any file "
                                  "can hold");
  }
  return mg_input_expect(input, total);
}

static int read_head(mg_input *input, npy_head *head) {
  unsigned char start[12];
  if (mg_input_read(input, start, 8))
    return GSL_EFAILED;
  const unsigned version = start[6];
  if (version < 1 || version > 3)
    return mg_fail(GSL_EFAILED, "its NPY version is %u: 1 to 3 are read",
                   version);
  const size_t width = version == 1 ? 2 : 4;
  if (mg_input_read(input, start + 8, width))
    return GSL_EFAILED;
  size_t length = 0;
  for (size_t i = width; i > 0; i--)
    length = length << 8 | start[7 + i];
  if (length > MOST_HEADER)
    return mg_fail(GSL_EFAILED, "its header of %zu bytes is too long", length);
  char *text = calloc(length + 1, 1);
  if (!text)
    return mg_fail(GSL_ENOMEM, "no memory for its header");
  int status = mg_input_read(input, text, length);
  if (status == GSL_SUCCESS)
    status = parse_dictionary(text, head);
  free(text);
  return status ? status : check_sizes(input, head);
}

/* One value, from its bytes in the file's order. */
static double decode(const npy_head *head, const unsigned char *b) {
  uint64_t bits = 0;
  for (size_t i = 0; i < head->bytes; i++)
    bits = bits << 8 | b[head->high_first ? i : head->bytes - 1 - i];
  if (head->kind == 'f' && head->bytes == 4) {
    const uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return (double)value;
  }
  if (head->kind == 'f') {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
  }
  uint64_t sign = 0x80;
  for (size_t i = 1; i < head->bytes; i++)
    sign <<= 8;
  if (head->kind == 'i' && bits & sign) /* two's complement: -(2^k - bits) */
    return -((double)(sign - (bits & (sign - 1))));
  return (double)bits;
}

/* Reads one row of values; those that are not finite are refused. */
static int read_row(mg_input *input, const npy_head *head, size_t row,
                    size_t dim, unsigned char *raw, double *values) {
  if (mg_input_read(input, raw, dim * head->bytes))
    return GSL_EFAILED;
  for (size_t d = 0; d < dim; d++) {
    values[d] = decode(head, raw + d * head->bytes);
    if (!isfinite(values[d]))
      return mg_fail(GSL_EFAILED,
                     "row %zu, column %zu is %s: only finite "
                     "numbers are data",
                     row + 1, d + 1, isnan(values[d]) ? "NaN" : "infinite");
  }
  return GSL_SUCCESS;
}

static int read_reals(mg_input *input, const npy_head *head,
                      gsl_matrix *reals) {
  unsigned char *raw = malloc(reals->size2 * head->bytes);
  if (!raw)
    return mg_fail(GSL_ENOMEM, "no memory for a row");
  int status = GSL_SUCCESS;
  for (size_t i = 0; i < reals->size1 && !status; i++)
    status = read_row(input, head, i, reals->size2, raw,
                      gsl_matrix_ptr(reals, i, 0));
  free(raw);
  return status;
}

/* Truth values are 0 or 1 in the file too. */
static int check_bits(const mg_dataset *data) {
  const size_t dim = data->space.dim;
  for (size_t i = 0; i < data->n * dim; i++)
    if (data->bytes[i] >= data->space.levels)
      return mg_fail(GSL_EFAILED, "row %zu, column %zu is %u, no truth value",
                     i / dim + 1, i % dim + 1, data->bytes[i]);
  return GSL_SUCCESS;
}

static mg_space space_of(const npy_head *head) {
  const bool image = head->rank == 3;
  const bool byte = head->bytes == 1 && head->kind != 'i' && head->rank > 1;
  const bool bit = byte && head->kind == 'b';
  mg_space space = {.dim = 1};
  for (size_t i = 1; i < head->rank; i++)
    space.dim *= head->size[i];
  space.measure = bit ? MG_BINARY : byte ? MG_LEVELS : MG_REALS;
  space.levels = bit ? 2 : byte ? 256 : 0;
  space.height = image ? head->size[1] : 0;
  space.width = image ? head->size[2] : 0;
  return space;
}

mg_dataset *mg_npy_read(mg_input *input, const char *name) {
  npy_head head = {0};
  if (read_head(input, &head))
    return NULL;
  const mg_space space = space_of(&head);
  if (head.rank == 3 && space.measure == MG_REALS) {
    mg_fail(GSL_EFAILED, "images (rank 3) are bytes: save x.astype('u1'), or "
                         "x.reshape(len(x), -1) for reals");
    return NULL;
  }
  mg_dataset *data = mg_dataset_alloc(name, &space, head.size[0]);
  if (!data)
    return NULL;
  const int status =
      data->reals ? read_reals(input, &head, data->reals)
                  : mg_input_read(input, data->bytes, data->n * space.dim);
  if (status || mg_input_end(input) || (data->bytes && check_bits(data))) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}

int mg_npy_read_labels(mg_input *input, size_t n, unsigned *labels) {
  npy_head head = {0};
  if (read_head(input, &head))
    return GSL_EFAILED;
  if (head.rank != 1 || head.kind == 'f')
    return mg_fail(GSL_EFAILED, "it is no label file: labels are integers of "
                                "rank 1");
  if (head.size[0] != n)
    return mg_fail(GSL_EFAILED, "it holds %zu labels for %zu rows of data",
                   head.size[0], n);
  for (size_t i = 0; i < n; i++) {
    unsigned char raw[8];
    double value;
    if (read_row(input, &head, i, 1, raw, &value))
      return GSL_EFAILED;
    if (value < 0 || value > MOST_LABEL)
      return mg_fail(GSL_EFAILED, "row %zu is %.0f: labels are 0 .. %d", i + 1,
                     value, MOST_LABEL);
    labels[i] = (unsigned)value;
  }
  return mg_input_end(input);
}
