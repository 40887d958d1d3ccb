/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NPY files: types, byte orders, versions, shapes.  The values are written by
 * hand here from their definition, since numpy is not always there. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"
#include "data/files.h"
#include "folder.h"
#include "put.h"

static void setup(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(npy, .init = setup, .fini = folder_leave);

/* Writes x.npy as numpy does: the header is padded to 64 bytes. */
static void put_npy(int version, const char *type, const char *shape,
                    const void *values, size_t size) {
  char text[512], head[160];
  const size_t width = version == 1 ? 2 : 4;
  const int length = 128 - 8 - (int)width;
  snprintf(head, sizeof head,
           "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type,
           shape);
  memset(text, 0, sizeof text);
  snprintf(text, sizeof text, "\x93NUMPY%c", version);
  text[8] = (char)length;
  snprintf(text + 8 + width, sizeof text - 12, "%-*s\n", length - 1, head);
  memcpy(text + 128, values, size);
  put_bytes("x.npy", text, 128 + size);
}

static mg_dataset *read_or_fail(const char *label, unsigned levels) {
  const mg_file_options options = {
      .label = label, .levels = levels, .split = "none"};
  mg_dataset *data = mg_dataset_read("x.npy", &options);
  cr_assert_not_null(data, "%s", mg_reason());
  return data;
}

/* Two values of a type, as bytes with the lowest first. */
typedef struct {
  const char *type; /* without its order */
  size_t size;
  const char *bytes;
  double values[2];
} sample;

static const sample samples[] = {
    {"f8", 8, "\0\0\0\0\0\0\xF8\x3F\0\0\0\0\0\0\x04\xC0", {1.5, -2.5}},
    {"f4", 4, "\0\0\xC0\x3F\0\0\x20\xC0", {1.5, -2.5}},
    {"i1", 1, "\x7F\x80", {127, -128}},
    {"u1", 1, "\x7F\x80", {127, 128}},
    {"i2", 2, "\x39\x30\xFE\xFF", {12345, -2}},
    {"u2", 2, "\x39\x30\xFE\xFF", {12345, 65534}},
    {"i4", 4, "\x40\xE2\1\0\xC0\x1D\xFE\xFF", {123456, -123456}},
    {"u4", 4, "\x40\xE2\1\0\xFF\xFF\xFF\xFF", {123456, 4294967295.0}},
    {"i8",
     8,
     "\0\0\0\0\1\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
     {4294967296.0, -1}},
    {"u8",
     8,
     "\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\x80",
     {4294967296.0, 9223372036854775808.0}},
    {"i8",
     8,
     "\0\0\0\0\0\0\0\x80\1\0\0\0\0\0\0\0",
     {-9223372036854775808.0, 1}},
};

static void assert_sample(const sample *s, char order, int version) {
  char type[8], swapped[16];
  for (size_t i = 0; i < 2 * s->size; i++)
    swapped[i] = s->bytes[i / s->size * s->size + s->size - 1 - i % s->size];
  snprintf(type, sizeof type, "%c%s", s->size == 1 ? '|' : order, s->type);
  put_npy(version, type, "(2,)", order == '>' ? swapped : s->bytes,
          2 * s->size);
  mg_dataset *data = read_or_fail(NULL, 0);
  cr_assert_eq(data->space.measure, MG_REALS, "%s: not reals", type);
  cr_assert_eq(data->n, 2, "%s: %zu rows", type, data->n);
  for (size_t i = 0; i < 2; i++)
    cr_assert_eq(gsl_matrix_get(data->reals, i, 0), s->values[i],
                 "%s version %d: value %zu is %.17g, not %.17g", type, version,
                 i, gsl_matrix_get(data->reals, i, 0), s->values[i]);
  mg_dataset_free(data);
}

Test(npy, every_type_order_and_version) {
  for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
    for (int version = 1; version <= 3; version++) {
      assert_sample(&samples[i], '<', version);
      assert_sample(&samples[i], '>', version);
    }
}

Test(npy, rank_2_rows_follow_one_another) {
  put_npy(1, "|i1", "(2, 3)", "\1\2\3\4\5\6", 6);
  mg_dataset *data = read_or_fail(NULL, 0);
  cr_assert_eq(data->space.dim, 3, "%zu columns", data->space.dim);
  cr_assert_eq(gsl_matrix_get(data->reals, 1, 0), 4.0, "row 2, column 1");
  mg_dataset_free(data);
}

Test(npy, bytes_are_levels_and_rank_3_is_images) {
  put_npy(1, "|u1", "(2, 2, 3)", "\0\1\2\3\4\5\xFA\xFB\xFC\xFD\xFE\xFF", 12);
  mg_dataset *data = read_or_fail(NULL, 0);
  char text[128];
  mg_space_print(&data->space, text, sizeof text);
  cr_assert_str_eq(text, "6 pixels (2 x 3), 256 levels", "%s", text);
  cr_assert_eq(data->bytes[11], 255, "last pixel");
  mg_dataset_free(data);
  put_npy(1, "|b1", "(2, 2)", "\0\1\1\0", 4);
  data = read_or_fail(NULL, 0);
  cr_assert_eq(data->space.measure, MG_BINARY, "truth values are bits");
  mg_dataset_free(data);
}

Test(npy, integers_as_levels_when_asked) {
  put_npy(1, "<i2", "(3, 1)", "\0\0\4\0\2\0", 6);
  mg_dataset *data = read_or_fail(NULL, 5);
  cr_assert_eq(data->space.measure, MG_LEVELS, "levels");
  cr_assert_eq(data->space.levels, 5, "%u levels", data->space.levels);
  cr_assert_eq(data->bytes[1], 4, "second value");
  cr_assert_null(data->reals, "reals too");
  mg_dataset_free(data);
}

Test(npy, labels_from_their_own_file) {
  put_npy(1, "<i8", "(2,)", "\1\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0", 16);
  cr_assert_eq(rename("x.npy", "y.npy"), 0, "rename");
  put_npy(1, "|i1", "(2, 1)", "\5\6", 2);
  mg_dataset *data = read_or_fail("y.npy", 0);
  cr_assert_eq(data->labels[0], 1, "first label");
  cr_assert_eq(data->labels[1], 3, "second label");
  cr_assert_eq(data->space.classes, 4, "%u classes", data->space.classes);
  mg_dataset_free(data);
}
