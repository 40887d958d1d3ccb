/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX files, read straight into the data set's bytes. */
#include "data/idx.h"

#include "base/file.h"
#include "base/status.h"

enum { TYPE_BYTE = 0x08, MOST_RANK = 3 };

typedef struct {
  unsigned rank;
  size_t size[MOST_RANK];
  size_t cells; /* the product of the sizes */
} idx_head;

bool mg_idx_begins(const unsigned char *bytes) {
  return bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= TYPE_BYTE &&
         bytes[2] <= 0x0E && bytes[3] >= 1;
}

/* Reads the sizes, and checks that so many bytes can follow. */
static int read_sizes(mg_input *input, idx_head *head) {
  head->cells = 1;
  for (unsigned i = 0; i < head->rank; i++) {
    unsigned char b[4];
    if (mg_input_read(input, b, sizeof b))
      return GSL_EFAILED;
    head->size[i] = (size_t)b[0] << 24 | (size_t)b[1] << 16 |
                    (size_t)b[2] << 8 | (size_t)b[3];
    if (head->size[i] == 0)
      return mg_fail(GSL_EFAILED, "size %u of its header is 0", i + 1);
    if (!mg_size_product(head->cells, head->size[i], &head->cells))
      return mg_fail(GSL_EFAILED, "its header promises more than any file "
                                  "can hold");
  }
  return mg_input_expect(input, head->cells);
}

static int read_head(mg_input *input, idx_head *head) {
  unsigned char magic[4];
  if (mg_input_read(input, magic, sizeof magic))
    return GSL_EFAILED;
  if (magic[2] != TYPE_BYTE)
    return mg_fail(GSL_EFAILED,
                   "it is IDX of type 0x%02x: only unsigned bytes (0x08) are "
                   "read",
                   magic[2]);
  head->rank = magic[3];
  if (head->rank > MOST_RANK)
    return mg_fail(GSL_EFAILED,
                   "it is IDX of rank %u: images have rank 3 (N x H x W)",
                   head->rank);
  return read_sizes(input, head);
}

mg_dataset *mg_idx_read(mg_input *input, const char *name) {
  idx_head head = {0};
  if (read_head(input, &head))
    return NULL;
  if (head.rank == 1) {
    mg_fail(GSL_EFAILED,
            "it is a label file (IDX of rank 1): give the images as data and "
            "this file with --label");
    return NULL;
  }
  const bool image = head.rank == 3;
  const mg_space space = {.dim = head.cells / head.size[0],
                          .measure = MG_LEVELS,
                          .levels = 256,
                          .height = image ? head.size[1] : 0,
                          .width = image ? head.size[2] : 0};
  mg_dataset *data = mg_dataset_alloc(name, &space, head.size[0]);
  if (data &&
      (mg_input_read(input, data->bytes, head.cells) || mg_input_end(input))) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}

int mg_idx_read_labels(mg_input *input, size_t n, unsigned *labels) {
  idx_head head = {0};
  if (read_head(input, &head))
    return GSL_EFAILED;
  if (head.rank != 1)
    return mg_fail(GSL_EFAILED,
                   "it is no label file: it is IDX of rank %u, labels have "
                   "rank 1",
                   head.rank);
  if (head.size[0] != n)
    return mg_fail(GSL_EFAILED, "it holds %zu labels for %zu rows of data",
                   head.size[0], n);
  for (size_t i = 0; i < n; i++) {
    unsigned char byte;
    if (mg_input_read(input, &byte, 1))
      return GSL_EFAILED;
    labels[i] = byte;
  }
  return mg_input_end(input);
}
