/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models come back from their files to the bit; the files are what the format
 * asks for, as another reader sees them; a write that fails changes nothing.
 * Damaged files are test_safetensors'. */
#include "config.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "folder.h"
#include "models/save.h"
#include "toy_file.h"

TestSuite(save, .init = folder_enter, .fini = folder_leave);

/* ---- what is written comes back --------------------------------------- */

Test(save, a_model_comes_back_to_the_bit) {
  write_model(make_pair());
  mg_model *model = mg_model_read(toy_types, path);
  cr_assert_not_null(model, "%s", mg_reason());
  const pair *p = model->self;
  cr_expect(model->type == &pair_type, "another family");
  cr_expect(p->k == 3 && p->d == 2, "another shape");
  cr_expect(memcmp(p->means, means, sizeof means) == 0, "other means");
  cr_expect(p->weights[0] == 0.5 && p->weights[2] == 0.25, "other weights");
  mg_model_free(model);
}

Test(save, space_and_options_come_back) {
  write_model(make_pair());
  mg_model *model = mg_model_read(toy_types, path);
  cr_assert_not_null(model, "%s", mg_reason());
  const mg_space space = {.dim = 2, .measure = MG_REALS};
  const pair_options *options = model->options;
  cr_expect(mg_space_equal(&model->space, &space), "another space");
  cr_expect(model->space.classes == 3, "%u classes", model->space.classes);
  cr_expect(options->components == 3, "%zu components", options->components);
  cr_expect(options->width == 0.1, "width %.17g", options->width);
  cr_expect(options->shape == 2, "shape %d", options->shape);
  cr_expect(!model->dequantise, "dequantised");
  mg_model_free(model);
}

Test(save, kept_rows_come_back) {
  write_model(make_kept(5));
  mg_model *model = mg_model_read(toy_types, path);
  cr_assert_not_null(model, "%s", mg_reason());
  const kept *k = model->self;
  cr_expect(k->n == 5 && k->scale == 0.3, "%zu rows, scale %g", k->n, k->scale);
  for (size_t i = 0; i < 20; i++)
    cr_expect(k->rows[i] == 1.0 / (double)(i + 1), "row value %zu", i);
  cr_expect(model->space.height == 2 && model->space.levels == 2, "space");
  mg_model_free(model);
}

Test(save, a_dequantised_model_comes_back_as_one) {
  const mg_space space = {.dim = 2, .measure = MG_LEVELS, .levels = 17};
  const pair_options options = {1, 10, 0};
  mg_model *model = mg_model_alloc(&pair_type, &space, &options, true);
  cr_assert(model && model->dequantise, "%s", mg_reason());
  write_model(model);
  model = mg_model_read(toy_types, path);
  cr_assert_not_null(model, "%s", mg_reason());
  cr_expect(model->dequantise && model->space.levels == 17, "not dequantised");
  mg_model_free(model);
}

Test(save, notes_travel) {
  char *text;
  write_model(make_pair());
  cr_assert(mg_model_note(path, "command", &text) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect_str_eq(text, notes[1], "command is '%s'", text);
  free(text);
  cr_assert(mg_model_note(path, "data", &text) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect_null(text, "a note that nobody wrote");
  cr_expect(mg_model_note("nowhere", "command", &text) == GSL_EFAILED,
            "a note of no file");
}

Test(save, a_note_in_another_encoding_is_kept_in_ascii) {
  const char *const latin[] = {"data", "caf\xe9.csv", NULL};
  mg_model *model = make_pair();
  char *text;
  cr_assert(mg_model_write(model, latin, path) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_assert(mg_model_note(path, "data", &text) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect_str_eq(text, "caf?.csv", "the note is '%s'", text);
  free(text);
  mg_model_free(model);
}

Test(save, floats_come_back_to_the_bit) {
  mg_model *first = make_floats();
  mg_model *copy = mg_model_copy(first);
  cr_assert(copy && mg_model_equal(first, copy), "%s", mg_reason());
  write_model(first);
  mg_model *model = mg_model_read(toy_types, path);
  cr_assert_not_null(model, "%s", mg_reason());
  cr_expect(mg_model_equal(model, copy), "other numbers");
  ((floats *)copy->self)->theta[1] = 0; /* not -0 */
  cr_expect(!mg_model_equal(model, copy), "0 and -0 are equal");
  cr_expect(mg_model_parameters(model) == 4, "%zu parameters",
            mg_model_parameters(model));
  mg_model_free(model);
  mg_model_free(copy);
}

/* ---- the format, by another reader ------------------------------------ */

static void expect_tensor(const json_t *header, const char *name,
                          const char *entry) {
  json_t *expected = json_loads(entry, 0, NULL);
  cr_assert_not_null(expected, "the test's own JSON");
  cr_expect(json_equal(json_object_get(header, name), expected), "%s is not %s",
            name, entry);
  json_decref(expected);
}

Test(save, the_file_is_safetensors) {
  write_model(make_pair());
  size_t size;
  char *bytes = read_bytes(&size);
  const size_t begin = 8 + header_size(bytes);
  cr_assert(begin % 8 == 0, "data begin at %zu", begin);
  cr_assert(size == begin + 9 * sizeof(double), "%zu bytes", size);
  json_t *header =
      json_loadb(bytes + 8, begin - 8, JSON_REJECT_DUPLICATES, NULL);
  cr_assert(bytes[8] == '{' && header, "the header is no JSON object");
  cr_expect(json_object_size(header) == 3, "not two tensors");
  expect_tensor(header, "weights",
                "{\"dtype\":\"F64\",\"shape\":[3],\"data_offsets\":[0,24]}");
  expect_tensor(header, "means",
                "{\"dtype\":\"F64\",\"shape\":[3,2],\"data_offsets\":[24,72]}");
  /* 0.5 is sign 0, exponent 1022, fraction 0 */
  cr_expect(memcmp(bytes + begin, "\0\0\0\0\0\0\xe0\x3f", 8) == 0,
            "0.5 is not little-endian IEEE 754");
  cr_expect(memcmp(bytes + begin + 24, means, sizeof means) == 0, "means");
  json_t *metadata = json_object_get(header, "__metadata__");
  const char *key;
  json_t *value;
  json_object_foreach(metadata, key, value)
      cr_expect(json_is_string(value), "%s is no text", key);
  cr_expect_str_eq(json_string_value(json_object_get(metadata, "note.seed")),
                   "7", "the seed");
  json_decref(header);
  free(bytes);
}

/* Doubles first: each array begins where its numbers may. */
Test(save, floats_are_written_behind_doubles) {
  write_model(make_floats());
  size_t size;
  char *bytes = read_bytes(&size);
  const size_t begin = 8 + header_size(bytes);
  cr_assert(size == begin + 8 + 3 * 4, "%zu bytes", size - begin);
  json_t *header = json_loadb(bytes + 8, begin - 8, 0, NULL);
  expect_tensor(header, "scale",
                "{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}");
  expect_tensor(header, "theta",
                "{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,20]}");
  cr_expect(memcmp(bytes + begin + 12, "\0\0\0\x80", 4) == 0, "no -0");
  json_decref(header);
  free(bytes);
}

/* ---- writing that fails ----------------------------------------------- */

static void expect_unwritten(const mg_model *model, mg_notes with, int code,
                             const char *says) {
  size_t before, after;
  char *old = read_bytes(&before);
  cr_expect(mg_model_write(model, with, path) == code, "not refused: %s", says);
  cr_expect(strstr(mg_reason(), says) && strstr(mg_reason(), path),
            "no '%s' in: %s", says, mg_reason());
  char *now = read_bytes(&after);
  cr_expect(before == after && memcmp(old, now, before) == 0, "it changed");
  free(old);
  free(now);
}

Test(save, a_failed_write_leaves_the_old_file) {
  mg_model *model = make_pair(), *empty = make_kept(0);
  write_model(make_kept(2));
  char *large = calloc(1, 2 << 20);
  memset(large, 'x', (2 << 20) - 1);
  const char *const much[] = {"data", large, NULL};
  const char *const strange[] = {large, "", NULL};
  expect_unwritten(model, much, GSL_EFAILED, "header");
  expect_unwritten(model, strange, GSL_EFAILED, "key");
  expect_unwritten(empty, NULL, GSL_EDOM, "'rows' is empty");
  ((pair *)model->self)->means[4] = (double)NAN;
  expect_unwritten(model, NULL, GSL_EDOM, "'means' is not a number at place 4");
  free(large);
  mg_model_free(model);
  mg_model_free(empty);
}

Test(save, no_folder_no_file) {
  mg_model *model = make_pair();
  cr_expect(mg_model_write(model, NULL, "none/model") == GSL_EFAILED,
            "written into no folder");
  cr_expect(strstr(mg_reason(), "none/model"), "no path in %s", mg_reason());
  cr_expect(mg_model_write(model, NULL, ".") == GSL_EFAILED,
            "written over a folder");
  mg_model_free(model);
}
