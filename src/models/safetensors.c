/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading safetensors without believing them, and writing them.
 *
 * A header is a list of claims: here are so many bytes, of that shape, at that
 * place.  Each claim is held against the only thing that is certain, the size
 * of the file, before anything follows from it:
 *
 *   - the header's length against the file's size, as a 64-bit number;
 *   - a shape's product, multiplied with a check, against end - begin;
 *   - begin and end against the bytes behind the header;
 *   - the arrays against each other: when no two overlap, none leaves the
 *     data, and their sizes add up to the data's, they tile it.
 *
 * Arrays may lie in any order: other programs that rewrite a file sort them by
 * name.  The data need not begin at a multiple of 8 either (the format asks for
 * no alignment), so once the header is parsed they are moved to the front of
 * their memory, which malloc aligned for doubles.
 *
 * The arrays are written as they are in memory.  Hosts that keep the high byte
 * first, or whose double is not IEEE 754's, are refused by the compiler.  A
 * double is never read for a float nor a float for a double: a model that was
 * rounded on its way is another model.
 *
 * Not here: whether the numbers make a model; that is the family's to say. */
#include "models/safetensors.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "safetensors hold little-endian numbers and are written as they "
               "are in memory: this host would need a byte swap");
_Static_assert(sizeof(double) == 8, "F64 is 8 bytes");
_Static_assert(sizeof(mg_real) == 4, "F32 is 4 bytes");

enum {
  LENGTH_SIZE = 8,
  HEADER_MOST = 1 << 20,
  RANK_MOST = 4,
  SHAPE_SIZE = 128
};

/* 268 million numbers: more is not a model of this workbench. */
static const size_t file_most = (size_t)1 << 31;

static uint64_t decode_length(const char *bytes) {
  uint64_t length = 0;
  for (size_t i = LENGTH_SIZE; i-- > 0;)
    length = length << 8 | (unsigned char)bytes[i];
  return length;
}

static void encode_length(uint64_t length, unsigned char *bytes) {
  for (size_t i = 0; i < LENGTH_SIZE; i++)
    bytes[i] = (unsigned char)(length >> (8 * i));
}

static int parse_header(const char *bytes, size_t size, json_t **header,
                        size_t *length) {
  if (size == 0)
    return mg_fail(GSL_EFAILED, "an empty file");
  if (size < LENGTH_SIZE)
    return mg_fail(GSL_EFAILED, "no safetensors file: only %zu bytes", size);
  const uint64_t claimed = decode_length(bytes);
  if (claimed > size - LENGTH_SIZE)
    return mg_fail(GSL_EFAILED,
                   "no safetensors file, or cut short: a header of %" PRIu64
                   " bytes in a file of %zu",
                   claimed, size);
  if (claimed > HEADER_MOST)
    return mg_fail(GSL_EFAILED, "a header of %" PRIu64 " bytes: at most %d",
                   claimed, HEADER_MOST);
  if (claimed == 0 || bytes[LENGTH_SIZE] != '{')
    return mg_fail(GSL_EFAILED, "no safetensors file: its header is no object");
  json_error_t error;
  *length = (size_t)claimed;
  *header =
      json_loadb(bytes + LENGTH_SIZE, *length, JSON_REJECT_DUPLICATES, &error);
  if (!*header)
    return mg_fail(GSL_EFAILED, "its header is damaged at byte %d: %s",
                   LENGTH_SIZE + error.position, error.text);
  return GSL_SUCCESS;
}

/* The format allows no metadata at all, and only text in them. */
static int check_metadata(const json_t *header) {
  json_t *metadata = json_object_get(header, "__metadata__");
  if (metadata && !json_is_object(metadata))
    return mg_fail(GSL_EFAILED, "its __metadata__ is no object");
  const char *key;
  json_t *value;
  json_object_foreach(metadata, key, value) {
    if (!json_is_string(value))
      return mg_fail(GSL_EFAILED, "its __metadata__ '%s' is no text", key);
  }
  return GSL_SUCCESS;
}

int mg_safetensors_open(const char *path, mg_safetensors *file) {
  *file = (mg_safetensors){.header = NULL};
  char *bytes;
  size_t size, length = 0;
  int status = mg_file_read(path, file_most, &bytes, &size);
  if (status != GSL_SUCCESS)
    return status;
  status = parse_header(bytes, size, &file->header, &length);
  if (status == GSL_SUCCESS)
    status = check_metadata(file->header);
  file->data = bytes;
  if (status != GSL_SUCCESS) {
    mg_safetensors_close(file);
    return mg_fail_in(status, "'%.200s'", path);
  }
  file->data_size = size - LENGTH_SIZE - length;
  memmove(bytes, bytes + LENGTH_SIZE + length, file->data_size);
  return GSL_SUCCESS;
}

void mg_safetensors_close(mg_safetensors *file) {
  json_decref(file->header);
  free(file->data);
  *file = (mg_safetensors){.header = NULL};
}

const char *mg_safetensors_text(const mg_safetensors *file, const char *key) {
  const json_t *metadata = json_object_get(file->header, "__metadata__");
  return json_string_value(json_object_get(metadata, key));
}

/* A size as JSON gives it: an integer, not negative. */
static bool get_size(const json_t *value, size_t *size) {
  const json_int_t integer = json_integer_value(value);
  if (!json_is_integer(value) || integer < 0 ||
      (uintmax_t)integer > (uintmax_t)SIZE_MAX)
    return false;
  *size = (size_t)integer;
  return true;
}

/* A shape whose bytes are countable; so mg_tensor_size cannot overflow. */
static int get_shape(const json_t *shape, size_t width, mg_tensor *tensor,
                     size_t *bytes) {
  if (!json_is_array(shape) || json_array_size(shape) > RANK_MOST)
    return mg_fail(GSL_EFAILED, "'%s' has no shape of 0 .. %d sizes",
                   tensor->name, RANK_MOST);
  *bytes = width;
  tensor->rank = json_array_size(shape);
  for (size_t i = 0; i < tensor->rank; i++) {
    if (!get_size(json_array_get(shape, i), &tensor->shape[i]))
      return mg_fail(GSL_EFAILED, "'%s' has a shape that is no size",
                     tensor->name);
    if (!mg_size_product(*bytes, tensor->shape[i], bytes))
      return mg_fail(GSL_EFAILED, "'%s' has an impossible shape", tensor->name);
  }
  return GSL_SUCCESS;
}

static int get_place(const mg_safetensors *file, const json_t *offsets,
                     size_t width, size_t bytes, mg_tensor *tensor) {
  size_t begin, end;
  if (json_array_size(offsets) != 2 ||
      !get_size(json_array_get(offsets, 0), &begin) ||
      !get_size(json_array_get(offsets, 1), &end) || begin > end)
    return mg_fail(GSL_EFAILED, "'%s' has no data_offsets [begin, end]",
                   tensor->name);
  if (end > file->data_size)
    return mg_fail(GSL_EFAILED,
                   "cut short: '%s' ends at byte %zu of %zu bytes of data",
                   tensor->name, end, file->data_size);
  if (end - begin != bytes || begin % width != 0)
    return mg_fail(GSL_EFAILED, "'%s' is %zu bytes, its place %zu .. %zu",
                   tensor->name, bytes, begin, end);
  void *data = file->data + begin;
  if (width == sizeof(double))
    tensor->value = data;
  else
    tensor->real = data;
  return GSL_SUCCESS;
}

static int get_tensor(const mg_safetensors *file, const json_t *entry,
                      mg_tensor *tensor) {
  const char *dtype = json_string_value(json_object_get(entry, "dtype"));
  const bool real = dtype && strcmp(dtype, "F32") == 0;
  if (!real && (!dtype || strcmp(dtype, "F64") != 0))
    return mg_fail(GSL_EFAILED, "'%s' is of type %s, not F64 or F32",
                   tensor->name, dtype ? dtype : "unknown");
  const size_t width = real ? sizeof(mg_real) : sizeof(double);
  size_t bytes;
  int status =
      get_shape(json_object_get(entry, "shape"), width, tensor, &bytes);
  if (status != GSL_SUCCESS)
    return status;
  return get_place(file, json_object_get(entry, "data_offsets"), width, bytes,
                   tensor);
}

static bool overlap(const mg_tensor *a, const mg_tensor *b) {
  const char *at_a = mg_tensor_data(a), *at_b = mg_tensor_data(b);
  return at_a < at_b + mg_tensor_bytes(b) && at_b < at_a + mg_tensor_bytes(a);
}

/* Inside the data, not overlapping, of the data's size in all: a tiling. */
static int check_tiling(const mg_safetensors *file) {
  const mg_tensors *list = &file->tensors;
  size_t bytes = 0;
  for (size_t i = 0; i < list->n; i++) {
    bytes += mg_tensor_bytes(&list->item[i]);
    for (size_t j = 0; j < i; j++)
      if (overlap(&list->item[i], &list->item[j]))
        return mg_fail(GSL_EFAILED, "'%s' and '%s' overlap", list->item[j].name,
                       list->item[i].name);
  }
  if (bytes != file->data_size)
    return mg_fail(GSL_EFAILED, "%zu bytes of data belong to no tensor",
                   file->data_size - bytes);
  return GSL_SUCCESS;
}

int mg_safetensors_index(mg_safetensors *file) {
  mg_tensors *list = &file->tensors;
  list->n = 0;
  const char *name;
  json_t *entry;
  json_object_foreach(file->header, name, entry) {
    if (strcmp(name, "__metadata__") == 0)
      continue;
    if (list->n == MG_TENSORS)
      return mg_fail(GSL_EFAILED, "more than %d tensors", MG_TENSORS);
    mg_tensor *tensor = &list->item[list->n];
    *tensor = (mg_tensor){.name = name};
    int status = get_tensor(file, entry, tensor);
    if (status != GSL_SUCCESS)
      return status;
    list->n++;
  }
  return check_tiling(file);
}

/* ---- from a file into a model ---- */

const mg_tensor *mg_safetensors_find(const mg_safetensors *file,
                                     const char *name) {
  for (size_t i = 0; i < file->tensors.n; i++)
    if (strcmp(file->tensors.item[i].name, name) == 0)
      return &file->tensors.item[i];
  return NULL;
}

static const char *print_shape(const mg_tensor *tensor, char *text,
                               size_t size) {
  size_t used = (size_t)snprintf(text, size, "[");
  for (size_t i = 0; i < tensor->rank && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%zu", i ? ", " : "",
                             tensor->shape[i]);
  if (used < size)
    snprintf(text + used, size - used, "]");
  return text;
}

static const char *dtype_of(const mg_tensor *tensor) {
  return tensor->real ? "F32" : "F64";
}

static int check_alike(const mg_tensor *stored, const mg_tensor *tensor) {
  if (stored->rank != tensor->rank ||
      memcmp(stored->shape, tensor->shape,
             tensor->rank * sizeof *tensor->shape) != 0) {
    char is[SHAPE_SIZE], should[SHAPE_SIZE];
    return mg_fail(GSL_EFAILED, "its tensor '%s' is %s and should be %s",
                   tensor->name, print_shape(stored, is, sizeof is),
                   print_shape(tensor, should, sizeof should));
  }
  if (!stored->real != !tensor->real)
    return mg_fail(GSL_EFAILED, "its tensor '%s' is %s and should be %s",
                   tensor->name, dtype_of(stored), dtype_of(tensor));
  return GSL_SUCCESS;
}

int mg_tensors_check(const mg_tensors *list) {
  for (size_t i = 0; i < list->n; i++) {
    const mg_tensor *tensor = &list->item[i];
    const size_t count = mg_tensor_size(tensor);
    if (count == 0)
      return mg_fail(GSL_EDOM, "'%s' is empty: fit the model first",
                     tensor->name);
    for (size_t j = 0; j < count; j++)
      if (isnan(mg_tensor_get(tensor, j)))
        return mg_fail(GSL_EDOM, "'%s' is not a number at place %zu",
                       tensor->name, j);
  }
  return GSL_SUCCESS;
}

int mg_safetensors_fill(const mg_safetensors *file, const mg_tensors *list) {
  mg_tensors stored = {.n = list->n};
  for (size_t i = 0; i < list->n; i++) {
    const mg_tensor *found = mg_safetensors_find(file, list->item[i].name);
    if (!found)
      return mg_fail(GSL_EFAILED, "its tensor '%s' is missing",
                     list->item[i].name);
    int status = check_alike(found, &list->item[i]);
    if (status != GSL_SUCCESS)
      return status;
    stored.item[i] = *found;
  }
  mg_tensors_copy(list, &stored);
  return GSL_SUCCESS;
}

/* ---- writing ---- */

/* {"dtype": "F64", "shape": [...], "data_offsets": [begin, end]} */
static json_t *describe_tensor(const mg_tensor *tensor, size_t begin,
                               size_t end) {
  json_t *shape = json_array();
  for (size_t i = 0; i < tensor->rank; i++)
    if (json_array_append_new(shape,
                              json_integer((json_int_t)tensor->shape[i]))) {
      json_decref(shape);
      return NULL;
    }
  return json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtype_of(tensor), "shape",
                   shape, "data_offsets", (json_int_t)begin, (json_int_t)end);
}

/* The header's text, not yet padded; NULL without memory. */
static char *describe_all(const mg_tensors *list, json_t *metadata) {
  json_t *header = json_object();
  int failed = json_object_set(header, "__metadata__", metadata);
  for (size_t i = 0, begin = 0; i < list->n && !failed; i++) {
    const mg_tensor *tensor = &list->item[i];
    const size_t end = begin + mg_tensor_bytes(tensor);
    failed = json_object_set_new(header, tensor->name,
                                 describe_tensor(tensor, begin, end));
    begin = end;
  }
  char *text = failed ? NULL : json_dumps(header, JSON_COMPACT);
  json_decref(header);
  return text;
}

/* A file that could not be read again is not written. */
static int check_sizes(const mg_tensors *list, size_t header) {
  size_t size = LENGTH_SIZE + header;
  if (header > HEADER_MOST)
    return mg_fail(GSL_EFAILED, "a header of %zu bytes: at most %d", header,
                   HEADER_MOST);
  for (size_t i = 0; i < list->n; i++) {
    const size_t bytes = mg_tensor_bytes(&list->item[i]);
    if (bytes > file_most - size)
      return mg_fail(GSL_EFAILED, "the model is larger than %zu bytes",
                     file_most);
    size += bytes;
  }
  return GSL_SUCCESS;
}

static int write_all(const mg_tensors *list, const char *text, size_t header,
                     const char *path) {
  unsigned char length[LENGTH_SIZE];
  encode_length(header, length);
  mg_file *file = mg_file_create(path);
  if (!file)
    return GSL_EFAILED;
  FILE *stream = mg_file_stream(file);
  fwrite(length, 1, sizeof length, stream);
  fprintf(stream, "%-*s", (int)header, text);
  for (size_t i = 0; i < list->n; i++)
    fwrite(mg_tensor_data(&list->item[i]), 1, mg_tensor_bytes(&list->item[i]),
           stream);
  return mg_file_commit(file);
}

/* Doubles first. */
static mg_tensors aligned(const mg_tensors *list) {
  mg_tensors order = {.n = 0};
  for (int real = 0; real < 2; real++)
    for (size_t i = 0; i < list->n; i++)
      if (!list->item[i].real == !real)
        order.item[order.n++] = list->item[i];
  return order;
}

int mg_safetensors_write(const mg_tensors *list, json_t *metadata,
                         const char *path) {
  const mg_tensors order = aligned(list);
  char *text = describe_all(&order, metadata);
  if (!text)
    return mg_fail(GSL_ENOMEM, "'%.200s': no memory for a header", path);
  const size_t header = (strlen(text) + 7) / 8 * 8;
  int status = check_sizes(&order, header);
  if (status == GSL_SUCCESS)
    status = write_all(&order, text, header, path);
  else
    mg_fail_in(status, "'%.200s'", path);
  free(text);
  return status;
}
