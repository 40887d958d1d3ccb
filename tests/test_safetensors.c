/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that was damaged in any way gives a sentence and no model.  The damage
 * is done one claim at a time, then by cutting a file at every length and
 * flipping every bit of its header; run under AddressSanitizer these two say
 * most. */
#include "config.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "folder.h"
#include "models/safetensors.h"
#include "toy_file.h"

TestSuite(safetensors, .init = folder_enter, .fini = folder_leave);

/* The file is refused, and the sentence names it and says why. */
static void refuse(const char *damage, const char *says) {
  mg_reason_clear();
  mg_model *model = mg_model_read(toy_types, path);
  cr_assert_null(model, "read in spite of %s", damage);
  cr_expect(strstr(mg_reason(), path), "no path in: %s", mg_reason());
  cr_expect(strstr(mg_reason(), says), "%s: no '%s' in: %s", damage, says,
            mg_reason());
}

/* Writes a file of a header's text and the data behind it. */
static void write_parts(const char *header, const char *data, size_t size) {
  const size_t length = strlen(header);
  char *bytes = malloc(8 + length + size);
  memcpy(bytes, &(uint64_t){length}, 8);
  memcpy(bytes + 8, header, length);
  memcpy(bytes + 8 + length, data, size);
  write_bytes(bytes, 8 + length + size);
  free(bytes);
}

/* One key of the header, or of an object in it ("" is the header itself), gets
 * another value; NULL takes it out. */
typedef struct {
  const char *object, *key, *json, *says;
} damage;

static void do_damage(json_t *header, const damage *d) {
  json_t *object = d->object[0] ? json_object_get(header, d->object) : header;
  cr_assert_not_null(object, "no object %s to damage", d->object);
  if (!d->json) {
    cr_assert(json_object_del(object, d->key) == 0, "no %s", d->key);
    return;
  }
  json_t *value = json_loads(d->json, JSON_DECODE_ANY, NULL);
  cr_assert_not_null(value, "the test's own JSON %s", d->json);
  json_object_set_new(object, d->key, value);
}

/* Damages the file at path, whose bytes are given, and has it refused. */
static void refuse_damage(const char *bytes, size_t size, const damage *d) {
  const size_t begin = 8 + header_size(bytes);
  json_t *header = json_loadb(bytes + 8, begin - 8, 0, NULL);
  cr_assert_not_null(header, "the file to damage is damaged");
  do_damage(header, d);
  char *text = json_dumps(header, 0);
  write_parts(text, bytes + begin, size - begin);
  char what[256];
  snprintf(what, sizeof what, "%s %s %s", d->object, d->key,
           d->json ? d->json : "taken out");
  refuse(what, d->says);
  free(text);
  json_decref(header);
}

static void refuse_all(mg_model *model, const damage *list, size_t n) {
  size_t size;
  write_model(model);
  char *bytes = read_bytes(&size);
  for (size_t i = 0; i < n; i++)
    refuse_damage(bytes, size, &list[i]);
  free(bytes);
}

#define REFUSE_ALL(model, list)                                                \
  refuse_all(model, list, sizeof(list) / sizeof(list)[0])

/* ---- one claim at a time ---------------------------------------------- */

#define META "__metadata__"

Test(safetensors, metadata_are_not_believed) {
  static const damage list[] = {
      {"", META, NULL, "no Marginalia model"},
      {"", META, "[]", "no object"},
      {META, "format", NULL, "no Marginalia model"},
      {META, "format", "\"pt\"", "no Marginalia model"},
      {META, "format", "\"marginalia 2\"", "reads 'marginalia 1'"},
      {META, "note.seed", "7", "'note.seed' is no text"},
      {META, "family", "\"nobody\"", "there are pair, kept"},
      {META, "family", "\"kept\"", "no option"},
      {META, "family", NULL, "does not say its family"},
      {META, "dequantise", "\"perhaps\"", "not yes or no"},
      {META, "dequantise", "\"yes\"", "need none"},
      {META, "space.dim", NULL, "does not say its space.dim"},
      {META, "space.dim", "\"0\"", "at least 1"},
      {META, "space.dim", "\"-2\"", "'-2' is no size"},
      {META, "space.dim", "\"3\"", "'means' is [3, 2] and should be [3, 3]"},
      {META, "space.dim", "\"1000000000000\"", "too small for that"},
      {META, "space.measure", "\"complex\"", "'complex' is not known"},
      {META, "space.measure", "\"binary\"", "not 0"},
      {META, "space.levels", "\"5\"", "reals have no levels"},
      {META, "space.height", "\"3\"", "3 x 0 is not 2 pixels"},
      {META, "space.classes", "\"4294967296\"", "too small for that"},
      {META, "option.colour", "\"red\"", "pair has no option 'colour'"},
      {META, "option.width", NULL, "does not say its option.width"},
      {META, "option.width", "\"10.5\"", "width"},
      {META, "option.width", "\"nan\"", "width"},
      {META, "option.shape", "\"round\"", "full"},
      {META, "option.components", "\"0\"", "components"},
      {META, "option.components", "\"4\"", "is [3] and should be [4]"},
  };
  REFUSE_ALL(make_pair(), list);
}

Test(safetensors, a_large_option_is_refused_before_memory_is_asked_for) {
  static const damage list[] = {
      {META, "option.components", "\"900000\"", "too small for that"}};
  REFUSE_ALL(make_pair(), list);
  cr_expect(pair_inits == 0, "the family was started %d times", pair_inits);
}

Test(safetensors, tensors_are_not_believed) {
  static const damage list[] = {
      {"weights", "dtype", "\"F16\"", "'weights' is of type F16"},
      {"weights", "dtype", "\"F32\"", "is 12 bytes, its place 0 .. 24"},
      {"weights", "dtype", "64", "of type unknown"},
      {"", "weights", "\"F64\"", "of type unknown"},
      {"weights", "shape", NULL, "no shape"},
      {"weights", "shape", "[4]", "is 32 bytes, its place 0 .. 24"},
      {"weights", "shape", "[3, 1]", "is [3, 1] and should be [3]"},
      {"weights", "shape", "[1, 1, 1, 1, 3]", "no shape of 0 .. 4 sizes"},
      {"weights", "shape", "[-3]", "no size"},
      {"weights", "shape", "[3.0]", "no size"},
      {"weights", "shape", "[4294967296, 4294967296, 3]", "impossible"},
      {"weights", "shape", "[2305843009213693952]", "impossible"},
      {"weights", "data_offsets", NULL, "no data_offsets"},
      {"weights", "data_offsets", "[0]", "no data_offsets"},
      {"weights", "data_offsets", "[24, 0]", "no data_offsets"},
      {"weights", "data_offsets", "[-24, 0]", "no data_offsets"},
      {"weights", "data_offsets", "[4, 28]", "its place 4 .. 28"},
      {"weights", "data_offsets", "[8, 32]", "overlap"},
      {"weights", "data_offsets", "[72, 96]", "cut short"},
      {"weights", "data_offsets", "[0, 9223372036854775800]", "cut short"},
      {"means", "data_offsets", "[0, 48]", "'weights' and 'means' overlap"},
      {"", "means", NULL, "48 bytes of data belong to no tensor"},
      {"", "more", "{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]}",
       "it holds 3 tensors, pair has 2"},
  };
  REFUSE_ALL(make_pair(), list);
}

Test(safetensors, floats_are_not_believed) {
  static const damage list[] = {
      {"theta", "dtype", "\"F64\"", "is 24 bytes, its place 8 .. 20"},
      {"theta", "data_offsets", "[6, 18]", "its place 6 .. 18"},
      {"theta", "data_offsets", "[4, 16]", "'scale' and 'theta' overlap"},
      {"scale", "data_offsets", "[4, 12]", "its place 4 .. 12"},
      {"__metadata__", "option.width", "\"4\"",
       "its sizes ask for 5 numbers and it holds 4"},
      {"__metadata__", "option.width", "\"100000000000\"", "too small"},
      {"__metadata__", "option.width", "\"2\"", "is [3] and should be [2]"},
  };
  REFUSE_ALL(make_floats(), list);
}

/* A double of the same bits would be another number. */
Test(safetensors, floats_are_not_read_as_doubles) {
  static const char header[] =
      "{\"theta\": {\"dtype\": \"F64\", \"shape\": [3], "
      "\"data_offsets\": [0, 24]}}   ";
  mg_real theta[3] = {1, 2, 3};
  mg_safetensors file;
  mg_tensors list = {.n = 0};
  write_parts(header, (const char *)means, 24);
  mg_tensors_add_real(&list, "theta", theta, 0, 1, (size_t[]){3});
  cr_assert(mg_safetensors_open(path, &file) == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_safetensors_index(&file) == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(mg_safetensors_fill(&file, &list) == GSL_EFAILED, "filled");
  cr_expect(strstr(mg_reason(), "is F64 and should be F32"), "'%s'",
            mg_reason());
  cr_expect(theta[0] == 1 && theta[2] == 3, "changed all the same");
  mg_safetensors_close(&file);
}

Test(safetensors, kept_rows_are_not_believed) {
  static const damage list[] = {
      {"rows", "shape", "[4, 5]", "is [4, 5] and should be [4, 4]"},
      {"rows", "shape", "[20]", "is [20] and should be [20, 4]"},
      {"rows", "shape", "[0, 4]", "its place"},
      {"rows", "shape", "[1152921504606846976, 0]", "its place"},
      {"", "scale", NULL, "8 bytes of data belong to no tensor"},
      {META, "space.width", "\"3\"", "2 x 3 is not 4 pixels"},
  };
  REFUSE_ALL(make_kept(5), list);
}

/* ---- bytes ------------------------------------------------------------ */

Test(safetensors, a_header_that_is_none) {
  static const struct {
    const char *header, *says;
  } list[] = {
      {"{]", "damaged at byte"},
      {"", "no object"},
      {"[1]", "no object"},
      {" {}", "no object"},
      {"{\"a\": 1, \"a\": 1}", "duplicate"},
      {"{\"\xff\": 1}", "damaged"},
      {"{\"a\": 99999999999999999999}", "damaged"},
      {"{}  ", "no Marginalia model"},
      {"{\"a\": {\"dtype\": \"F32\"}}", "no Marginalia model"},
  };
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    write_parts(list[i].header, "12345678", 8);
    refuse(list[i].header, list[i].says);
  }
}

Test(safetensors, a_length_that_is_none) {
  write_bytes("\0\0\0\0\0\0\0\x10{}", 10); /* 2^60 */
  refuse("2^60", "header of 1152921504606846976 bytes in a file of 10");
  write_bytes("\3\0\0\0\0\0\0\0{}", 10);
  refuse("a byte too long", "cut short");
  write_bytes("\2\0\0\0", 4);
  refuse("half a length", "only 4 bytes");
  write_bytes("", 0);
  refuse("no bytes", "an empty file");
  char *large = calloc(1, 2 << 20);
  memcpy(large, "\1\0\x10\0\0\0\0\0{}", 10);
  write_bytes(large, 2 << 20);
  refuse("over 1 MiB", "a header of 1048577 bytes: at most 1048576");
  free(large);
}

Test(safetensors, what_is_no_file) {
  refuse("no file", "No such file");
  cr_assert(mkdir(path, 0777) == 0, "no folder");
  refuse("a folder", "a folder");
  cr_assert(rmdir(path) == 0 && mkfifo(path, 0666) == 0, "no pipe");
  refuse("a pipe", "a pipe");
}

Test(safetensors, more_tensors_than_a_family_has) {
  char header[8192] = "{\"__metadata__\": {\"format\": \"marginalia 1\", "
                      "\"family\": \"pair\"}",
       *end = header + strlen(header);
  for (int i = 0; i <= MG_TENSORS; i++)
    end += sprintf(end,
                   ", \"t%d\": {\"dtype\": \"F64\", \"shape\": [0], "
                   "\"data_offsets\": [0, 0]}",
                   i);
  strcpy(end, "}");
  write_parts(header, "", 0);
  refuse("65 tensors", "more than 64 tensors");
}

/* 2^60 rows of nothing take no byte, so the places are right. */
Test(safetensors, rows_that_hold_nothing) {
  static const char *const shapes[] = {"[0, 4]", "[1152921504606846976, 0]"};
  size_t size;
  write_model(make_kept(5));
  char *bytes = read_bytes(&size);
  const size_t begin = 8 + header_size(bytes);
  json_t *header = json_loadb(bytes + 8, begin - 8, 0, NULL);
  for (size_t i = 0; i < 2; i++) {
    do_damage(header, &(damage){"rows", "shape", shapes[i], NULL});
    do_damage(header, &(damage){"rows", "data_offsets", "[8, 8]", NULL});
    char *text = json_dumps(header, 0);
    write_parts(text, bytes + begin, 8);
    refuse(shapes[i], "'rows' holds no rows");
    free(text);
  }
  json_decref(header);
  free(bytes);
}

Test(safetensors, values_that_make_no_model) {
  size_t size;
  write_model(make_pair());
  char *bytes = read_bytes(&size), *data = bytes + 8 + header_size(bytes);
  memcpy(data + 8, &(double){-0.25}, 8);
  write_bytes(bytes, size);
  refuse("a negative weight", "weight 1 is negative");
  memcpy(data + 8, &(double){(double)NAN}, 8);
  write_bytes(bytes, size);
  refuse("NaN", "'weights' is not a number at place 1");
  free(bytes);
}

Test(safetensors, tensors_in_another_order_are_the_same) {
  static const char header[] =
      "{\"means\": {\"dtype\": \"F64\", \"shape\": [1], "
      "\"data_offsets\": [8, 16]}, \"weights\": {\"dtype\": \"F64\", "
      "\"shape\": [], \"data_offsets\": [0, 8]}}";
  mg_safetensors file;
  double data[2] = {1.5, -2.5};
  write_parts(header, (const char *)data, sizeof data);
  cr_assert((sizeof header - 1) % 8 != 0, "the data are aligned by chance");
  cr_assert(mg_safetensors_open(path, &file) == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_safetensors_index(&file) == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(file.tensors.n == 2, "%zu tensors", file.tensors.n);
  cr_expect(file.tensors.item[0].value[0] == -2.5, "means");
  cr_expect(file.tensors.item[1].value[0] == 1.5, "weights");
  mg_safetensors_close(&file);
}

/* ---- every place ------------------------------------------------------ */

static void cut_everywhere(mg_model *model) {
  size_t size;
  write_model(model);
  char *bytes = read_bytes(&size);
  for (size_t length = 0; length < size; length++) {
    write_bytes(bytes, length);
    cr_assert_null(mg_model_read(toy_types, path), "read at %zu of %zu bytes",
                   length, size);
    cr_assert(strstr(mg_reason(), path), "no path in: %s", mg_reason());
  }
  free(bytes);
}

Test(safetensors, a_file_cut_anywhere_is_refused) {
  cut_everywhere(make_floats());
  cut_everywhere(make_pair());
  cut_everywhere(make_kept(3));
}

/* A longer file is no better than a shorter one. */
Test(safetensors, a_file_with_more_behind_it_is_refused) {
  size_t size;
  write_model(make_pair());
  char *bytes = read_bytes(&size);
  bytes = realloc(bytes, size + 8);
  memset(bytes + size, 0, 8);
  for (size_t more = 1; more <= 8; more++) {
    write_bytes(bytes, size + more);
    refuse("more bytes", "belong to no tensor");
  }
  free(bytes);
}

static mg_model *make_same(const mg_model_type *type) {
  return type == &pair_type   ? make_pair()
         : type == &kept_type ? make_kept(3)
                              : make_floats();
}

/* Every tensor has the shape that the whole file's had. */
static void expect_same_shapes(mg_model *model, const char *what, size_t at) {
  mg_model *whole = make_same(model->type);
  mg_tensors a = {.n = 0}, b = {.n = 0};
  model->type->tensors(model->self, &a);
  whole->type->tensors(whole->self, &b);
  cr_assert(a.n == b.n, "%s at byte %zu: %zu tensors", what, at, a.n);
  for (size_t i = 0; i < a.n; i++) {
    cr_assert(mg_tensor_size(&a.item[i]) == mg_tensor_size(&b.item[i]),
              "%s at byte %zu: another shape", what, at);
    cr_assert(a.item[i].rank == b.item[i].rank, "another rank");
  }
  mg_model_free(whole);
}

/* A flip in a note or in an option's digits is another valid file. */
static void flip_everywhere(const mg_model_type *type) {
  size_t size, refused = 0;
  write_model(make_same(type));
  char *bytes = read_bytes(&size);
  const size_t begin = 8 + header_size(bytes);
  for (size_t at = 0; at < begin; at++)
    for (int bit = 0; bit < 8; bit++) {
      bytes[at] = (char)(bytes[at] ^ 1 << bit);
      write_bytes(bytes, size);
      mg_model *model = mg_model_read(toy_types, path);
      if (model)
        expect_same_shapes(model, type->name, at);
      else
        refused++;
      mg_model_free(model);
      bytes[at] = (char)(bytes[at] ^ 1 << bit);
    }
  cr_expect(refused > 4 * begin, "only %zu of %zu flips refused", refused,
            8 * begin);
  free(bytes);
}

Test(safetensors, flips_in_the_header_of_a_pair_are_harmless) {
  flip_everywhere(&pair_type);
}

Test(safetensors, flips_in_the_header_of_floats_are_harmless) {
  flip_everywhere(&floats_type);
}

Test(safetensors, flips_in_the_header_of_kept_rows_are_harmless) {
  flip_everywhere(&kept_type);
}
