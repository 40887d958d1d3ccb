/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX files: images, vectors, labels, and MNIST's size in memory. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>

#include "base/status.h"
#include "data/files.h"
#include "folder.h"
#include "put.h"

static void setup(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(idx, .init = setup, .fini = folder_leave);

static const char images[] = "\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\3"
                             "\0\1\2\3\4\5\xFA\xFB\xFC\xFD\xFE\xFF";
static const char labels[] = "\0\0\x08\x01\0\0\0\2\7\2";

static mg_dataset *read_or_fail(const char *path, const char *label,
                                unsigned levels) {
  const mg_file_options options = {
      .label = label, .levels = levels, .split = "none"};
  mg_dataset *data = mg_dataset_read(path, &options);
  cr_assert_not_null(data, "%s", mg_reason());
  return data;
}

static void assert_images(const mg_dataset *data) {
  char text[128];
  mg_space_print(&data->space, text, sizeof text);
  cr_assert_str_eq(text, "6 pixels (2 x 3), 256 levels", "%s", text);
  cr_assert_eq(data->n, 2, "%zu rows", data->n);
  cr_assert_eq(memcmp(data->bytes, images + 16, 12), 0, "other pixels");
}

Test(idx, images_plain_and_packed) {
  put_bytes("images", images, sizeof images - 1);
  put_gzip("images.gz", images, sizeof images - 1);
  mg_dataset *plain = read_or_fail("images", NULL, 0);
  mg_dataset *packed = read_or_fail("images.gz", NULL, 0);
  assert_images(plain);
  assert_images(packed);
  cr_assert_str_eq(packed->name, "images.gz", "name %s", packed->name);
  cr_assert_null(plain->labels, "labels from nowhere");
  mg_dataset_free(plain);
  mg_dataset_free(packed);
}

Test(idx, labels_from_their_own_file) {
  put_bytes("images", images, sizeof images - 1);
  put_bytes("labels", labels, sizeof labels - 1);
  mg_dataset *data = read_or_fail("images", "labels", 0);
  cr_assert_eq(data->labels[0], 7, "first label %u", data->labels[0]);
  cr_assert_eq(data->labels[1], 2, "second label %u", data->labels[1]);
  cr_assert_eq(data->space.classes, 8, "%u classes", data->space.classes);
  mg_dataset_free(data);
}

Test(idx, rank_2_is_vectors) {
  put_bytes("vectors", "\0\0\x08\x02\0\0\0\3\0\0\0\2\1\0\0\1\1\1", 18);
  mg_dataset *data = read_or_fail("vectors", NULL, 2);
  cr_assert_eq(data->space.measure, MG_BINARY, "levels 2 are bits");
  cr_assert_eq(data->space.height, 0, "an image");
  cr_assert_eq(data->n, 3, "%zu rows", data->n);
  cr_assert_eq(data->space.dim, 2, "%zu values", data->space.dim);
  mg_dataset_free(data);
}

/* 60000 images of 28 x 28, packed: under 100 MB at the peak, of which the
 * pixels are 47. */
Test(idx, mnist_fits_in_100_megabytes) {
  static unsigned char image[784];
  gzFile file = gzopen("big.gz", "wb1");
  gzwrite(file, "\0\0\x08\x03\0\0\xEA\x60\0\0\0\x1C\0\0\0\x1C", 16);
  for (unsigned i = 0; i < 60000; i++) {
    memset(image, (int)(i % 251), sizeof image);
    cr_assert_eq(gzwrite(file, image, sizeof image), 784, "gzwrite");
  }
  gzclose(file);
  const mg_file_options options = {.seed = 3};
  mg_dataset *data = mg_dataset_read("big.gz", &options);
  cr_assert_not_null(data, "%s", mg_reason());
  cr_assert_eq(mg_dataset_part(data, MG_TRAIN).n, 48000, "train");
  size_t sum = 0, moved = 0;
  for (size_t i = 0; i < data->n; i++) {
    const unsigned char *row = data->bytes + i * 784;
    cr_assert_eq(row[0], row[783], "row %zu was torn", i);
    sum += row[0];
    moved += row[0] != i % 251;
  }
  cr_assert_eq(sum, 239 * 31375 + (size_t)10 * 11 / 2, "pixel sum %zu", sum);
  cr_assert_gt(moved, 50000, "%zu rows moved", moved);
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  cr_assert_lt(use.ru_maxrss, 100 * 1000, "%ld kB at the peak", use.ru_maxrss);
  mg_dataset_free(data);
}
