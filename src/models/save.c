/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the arrays of a file are of: a family, its space, its options.
 *
 * The arrays come from type->tensors, which names each parameter once; the
 * metadata are texts:
 *
 *   format      marginalia 1
 *   family      gmm
 *   dequantise  no
 *   space.dim, .measure, .levels, .height, .width, .classes
 *   option.*    every option of the family's table, as mg_option_print says it
 *   note.*      how the model was made: command, seed, data
 *
 * Every option is written, also where it is the default, and all must be there
 * on reading: a default that changes later must not change a fitted model.
 *
 * A model is read by making a new one from family, space and options, and then
 * filling its arrays.  What the family allocates follows from numbers that
 * somebody wrote into the file, so before that no size among them may be larger
 * than both 256 and the count of numbers in the file: K components, D
 * coordinates hold at least K and D numbers.  (Two sizes that pass may still
 * have a product that does not: that is an allocation which fails, or a model
 * whose shapes are not the file's.)  A family whose options are other sizes too
 * (draws, steps of a warm-up) counts its numbers instead, and these may not be
 * more than the file's.  A family that keeps rows shows its array
 * of rows with leading size 0 until it has some; the file's leading size is
 * what `reserve` is called with.  Then names and shapes must be the same, no
 * number may be NaN, and the family has the last word (`refresh`).
 *
 * Not here: bytes and JSON (models/safetensors); a fit that is to be continued
 * (models/fit_checkpoint). */
#include "config.h"

#include "models/save.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "base/status.h"
#include "models/safetensors.h"

#define PROJECT "marginalia "
#define FORMAT PROJECT "1"

/* A size that needs no proof: also a small file may ask for so much. */
enum { SMALL = 256, KEY_SIZE = 128, TEXT_SIZE = 256 };

/* ---- writing ---------------------------------------------------------- */

static int put(json_t *metadata, const char *group, const char *key,
               json_t *text) {
  char name[KEY_SIZE];
  const int length = snprintf(name, sizeof name, "%s%s", group, key);
  if (length < 0 || (size_t)length >= sizeof name) {
    json_decref(text);
    return mg_fail(GSL_EFAILED, "a key of over %d bytes", KEY_SIZE - 1);
  }
  if (json_object_set_new(metadata, name, text) != 0)
    return mg_fail(GSL_EFAILED, "cannot keep '%s'", name);
  return GSL_SUCCESS;
}

static int put_text(json_t *metadata, const char *group, const char *key,
                    const char *text) {
  return put(metadata, group, key, json_string(text));
}

static int put_space(json_t *metadata, const mg_space *space) {
  const struct {
    const char *key;
    size_t size;
  } entry[] = {{"dim", space->dim},
               {"levels", space->levels},
               {"height", space->height},
               {"width", space->width},
               {"classes", space->classes}};
  int status =
      put_text(metadata, "space.", "measure", mg_measure_name(space->measure));
  for (size_t i = 0; i < 5 && status == GSL_SUCCESS; i++)
    status = put(metadata, "space.", entry[i].key,
                 json_sprintf("%zu", entry[i].size));
  return status;
}

static int put_options(json_t *metadata, const mg_model *model) {
  int status = GSL_SUCCESS;
  const mg_option *option = model->type->options;
  for (; option && option->name && status == GSL_SUCCESS; option++) {
    char text[TEXT_SIZE];
    mg_option_print(option, model->options, text, sizeof text);
    status = put_text(metadata, "option.", option->name, text);
  }
  return status;
}

/* A file's name may be in any encoding, JSON is UTF-8: of a text that is not,
 * the bytes outside ASCII become '?'. */
static json_t *text_of_note(const char *note) {
  json_t *text = json_string(note);
  if (text)
    return text;
  char *copy = strdup(note);
  for (char *c = copy; c && *c; c++)
    if ((unsigned char)*c > 127)
      *c = '?';
  text = copy ? json_string(copy) : NULL;
  free(copy);
  return text;
}

static int put_notes(json_t *metadata, mg_notes notes) {
  int status = GSL_SUCCESS;
  for (; notes && notes[0] && status == GSL_SUCCESS; notes += 2)
    status = put(metadata, "note.", notes[0], text_of_note(notes[1]));
  return status;
}

int mg_model_describe(const mg_model *model, json_t *metadata) {
  int status = put_text(metadata, "", "family", model->type->name);
  if (status == GSL_SUCCESS)
    status =
        put_text(metadata, "", "dequantise", model->dequantise ? "yes" : "no");
  if (status == GSL_SUCCESS)
    status = put_space(metadata, &model->space);
  if (status == GSL_SUCCESS)
    status = put_options(metadata, model);
  return status;
}

static int describe(const mg_model *model, mg_notes notes, json_t *metadata) {
  int status = put_text(metadata, "", "format", FORMAT);
  if (status == GSL_SUCCESS)
    status = mg_model_describe(model, metadata);
  if (status == GSL_SUCCESS)
    status = put_notes(metadata, notes);
  return status;
}

int mg_model_write(const mg_model *model, mg_notes notes, const char *path) {
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
  json_t *metadata = json_object();
  int status = mg_tensors_check(&list);
  if (status == GSL_SUCCESS)
    status = describe(model, notes, metadata);
  if (status == GSL_SUCCESS)
    status = mg_safetensors_write(&list, metadata, path);
  else
    mg_fail_in(status, "'%.200s' not written", path);
  json_decref(metadata);
  return status;
}

/* ---- reading ---------------------------------------------------------- */

static int check_format(const mg_safetensors *file) {
  const char *format = mg_safetensors_text(file, "format");
  if (!format || strncmp(format, PROJECT, strlen(PROJECT)) != 0)
    return mg_fail(GSL_EFAILED, "a safetensors file, but no Marginalia model");
  if (strcmp(format, FORMAT) != 0)
    return mg_fail(GSL_EFAILED, "its format is '%s', this program reads '%s'",
                   format, FORMAT);
  return GSL_SUCCESS;
}

/* The text of a key that must be there. */
static int get_text(const mg_safetensors *file, const char *key,
                    const char **text) {
  *text = mg_safetensors_text(file, key);
  if (!*text)
    return mg_fail(GSL_EFAILED, "it does not say its %s", key);
  return GSL_SUCCESS;
}

static int unknown_family(const mg_model_type *const *types, const char *name) {
  char known[TEXT_SIZE] = "";
  size_t used = 0;
  for (; *types && used < sizeof known; types++) {
    const int more = snprintf(known + used, sizeof known - used, "%s%s",
                              used ? ", " : "", (*types)->name);
    used += more > 0 ? (size_t)more : 0;
  }
  return mg_fail(GSL_EFAILED, "its family '%s' is not known: there are %s",
                 name, known);
}

static int get_type(const mg_safetensors *file,
                    const mg_model_type *const *types,
                    const mg_model_type **type) {
  const char *name;
  int status = get_text(file, "family", &name);
  if (status != GSL_SUCCESS)
    return status;
  for (const mg_model_type *const *t = types; *t; t++)
    if (strcmp((*t)->name, name) == 0) {
      *type = *t;
      return GSL_SUCCESS;
    }
  return unknown_family(types, name);
}

static size_t count_numbers(const mg_safetensors *file) {
  size_t count = 0;
  for (size_t i = 0; i < file->tensors.n; i++)
    count += mg_tensor_size(&file->tensors.item[i]);
  return count;
}

/* The largest size that a file with so many numbers may ask for. */
static size_t largest(const mg_safetensors *file) {
  const size_t count = count_numbers(file);
  return count > SMALL ? count : SMALL;
}

static int get_size(const mg_safetensors *file, const char *key, size_t *size) {
  const char *text;
  int status = get_text(file, key, &text);
  if (status != GSL_SUCCESS)
    return status;
  if (mg_parse_size(text, size) != GSL_SUCCESS)
    return mg_fail(GSL_EFAILED, "its %s '%s' is no size", key, text);
  if (*size > largest(file))
    return mg_fail(GSL_EFAILED, "its %s is %zu: the file is too small for that",
                   key, *size);
  return GSL_SUCCESS;
}

static int get_measure(const mg_safetensors *file, mg_measure *measure) {
  const char *name;
  int status = get_text(file, "space.measure", &name);
  if (status != GSL_SUCCESS)
    return status;
  for (int m = MG_REALS; m <= MG_LEVELS; m++)
    if (strcmp(mg_measure_name((mg_measure)m), name) == 0) {
      *measure = (mg_measure)m;
      return GSL_SUCCESS;
    }
  return mg_fail(GSL_EFAILED, "its space.measure '%s' is not known", name);
}

static int get_space(const mg_safetensors *file, mg_space *space) {
  size_t levels, classes;
  const struct {
    const char *key;
    size_t *size;
  } entry[] = {{"space.dim", &space->dim},
               {"space.levels", &levels},
               {"space.height", &space->height},
               {"space.width", &space->width},
               {"space.classes", &classes}};
  int status = get_measure(file, &space->measure);
  for (size_t i = 0; i < 5 && status == GSL_SUCCESS; i++)
    status = get_size(file, entry[i].key, entry[i].size);
  if (status != GSL_SUCCESS)
    return status;
  space->levels = (unsigned)levels; /* fits: no file has 2^32 numbers */
  space->classes = (unsigned)classes;
  return GSL_SUCCESS;
}

static int get_dequantise(const mg_safetensors *file, bool *dequantise) {
  const char *text;
  int status = get_text(file, "dequantise", &text);
  if (status != GSL_SUCCESS)
    return status;
  *dequantise = strcmp(text, "yes") == 0;
  if (!*dequantise && strcmp(text, "no") != 0)
    return mg_fail(GSL_EFAILED, "its dequantise is '%s', not yes or no", text);
  return GSL_SUCCESS;
}

static int get_option(const mg_safetensors *file, const mg_model_type *type,
                      const mg_option *option, void *options) {
  char key[KEY_SIZE];
  const char *text;
  snprintf(key, sizeof key, "option.%s", option->name);
  int status = get_text(file, key, &text);
  if (status != GSL_SUCCESS)
    return status;
  size_t size;
  if (option->kind == MG_OPTION_SIZE && !type->numbers) {
    status = get_size(file, key, &size);
    if (status != GSL_SUCCESS)
      return status;
  }
  return mg_option_set(type->options, option->name, text, options);
}

/* An option that this program does not have meant something to who wrote it. */
static int refuse_unknown_options(const mg_safetensors *file,
                                  const mg_model_type *type) {
  const size_t group = strlen("option.");
  const char *key;
  json_t *value;
  json_object_foreach(json_object_get(file->header, "__metadata__"), key,
                      value) {
    if (strncmp(key, "option.", group) == 0 &&
        !(type->options && mg_option_find(type->options, key + group)))
      return mg_fail(GSL_EFAILED, "%s has no option '%s'", type->name,
                     key + group);
  }
  return GSL_SUCCESS;
}

static int get_options(const mg_safetensors *file, const mg_model_type *type,
                       void *options) {
  int status = refuse_unknown_options(file, type);
  const mg_option *option = type->options;
  for (; option && option->name && status == GSL_SUCCESS; option++)
    status = get_option(file, type, option, options);
  return status;
}

/* A family that can tell how many numbers its sizes need is not made for more
 * than the file has. */
static int check_numbers(const mg_safetensors *file, const mg_model_type *type,
                         const mg_space *space, const void *options,
                         bool dequantise) {
  if (!type->numbers)
    return GSL_SUCCESS;
  const mg_space inner = mg_model_inner_space(space, dequantise);
  const size_t need = type->numbers(&inner, options);
  const size_t has = count_numbers(file);
  if (need <= has)
    return GSL_SUCCESS;
  return mg_fail(GSL_EFAILED,
                 "its sizes ask for %zu numbers and it holds %zu: the file is "
                 "too small for that",
                 need, has);
}

/* An empty model of what the metadata say. */
static int make_model(const mg_safetensors *file, const mg_model_type *type,
                      mg_model **model) {
  mg_space space;
  bool dequantise;
  void *options = calloc(1, type->options_size ? type->options_size : 1);
  if (!options)
    return mg_fail(GSL_ENOMEM, "no memory for a model's options");
  int status = get_space(file, &space);
  if (status == GSL_SUCCESS)
    status = get_dequantise(file, &dequantise);
  if (status == GSL_SUCCESS)
    status = get_options(file, type, options);
  if (status == GSL_SUCCESS)
    status = check_numbers(file, type, &space, options, dequantise);
  if (status == GSL_SUCCESS) {
    *model = mg_model_alloc(type, &space, options, dequantise);
    if (!*model)
      status = GSL_EFAILED;
    else if ((*model)->dequantise != dequantise)
      status = mg_fail(GSL_EFAILED, "it says dequantise, its data need none");
  }
  free(options);
  return status;
}

/* Calls reserve with as many rows as the file has for the array that is still
 * without any. */
static int reserve_rows(mg_model *model, const mg_safetensors *file) {
  const mg_model_type *type = model->type;
  mg_tensors list = {.n = 0};
  type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++) {
    if (list.item[i].rank == 0 || list.item[i].shape[0] != 0)
      continue;
    const char *name = list.item[i].name;
    const mg_tensor *rows = mg_safetensors_find(file, name);
    if (!rows)
      return mg_fail(GSL_EFAILED, "its tensor '%s' is missing", name);
    if (mg_tensor_size(rows) == 0)
      return mg_fail(GSL_EFAILED, "its tensor '%s' holds no rows", name);
    return type->reserve(model->self, rows->rank ? rows->shape[0] : 1);
  }
  return GSL_SUCCESS;
}

static int fill_model(mg_model *model, const mg_safetensors *file) {
  int status = model->type->reserve ? reserve_rows(model, file) : GSL_SUCCESS;
  if (status != GSL_SUCCESS)
    return status;
  mg_tensors list = {.n = 0};
  model->type->tensors(model->self, &list);
  if (file->tensors.n > list.n)
    return mg_fail(GSL_EFAILED, "it holds %zu tensors, %s has %zu",
                   file->tensors.n, model->type->name, list.n);
  status = mg_safetensors_fill(file, &list);
  if (status == GSL_SUCCESS)
    status = mg_tensors_check(&list);
  return status == GSL_SUCCESS ? model->type->refresh(model->self) : status;
}

static int read_model(const mg_model_type *const *types, mg_safetensors *file,
                      mg_model **model) {
  const mg_model_type *type = NULL;
  int status = check_format(file);
  if (status == GSL_SUCCESS)
    status = get_type(file, types, &type);
  if (status == GSL_SUCCESS)
    status = mg_safetensors_index(file);
  if (status == GSL_SUCCESS)
    status = make_model(file, type, model);
  if (status == GSL_SUCCESS)
    status = fill_model(*model, file);
  return status;
}

mg_model *mg_model_read(const mg_model_type *const *types, const char *path) {
  mg_safetensors file;
  mg_model *model = NULL;
  if (mg_safetensors_open(path, &file) != GSL_SUCCESS)
    return NULL;
  mg_reason_clear();
  int status = read_model(types, &file, &model);
  if (status != GSL_SUCCESS) {
    mg_fail_in(status, "'%.200s'", path);
    mg_model_free(model);
    model = NULL;
  }
  mg_safetensors_close(&file);
  return model;
}

int mg_model_note(const char *path, const char *key, char **text) {
  mg_safetensors file;
  *text = NULL;
  int status = mg_safetensors_open(path, &file);
  if (status != GSL_SUCCESS)
    return status;
  char name[KEY_SIZE];
  snprintf(name, sizeof name, "note.%s", key);
  status = mg_fail_in(check_format(&file), "'%.200s'", path);
  const char *note = mg_safetensors_text(&file, name);
  if (status == GSL_SUCCESS && note) {
    *text = strdup(note);
    if (!*text)
      status = mg_fail(GSL_ENOMEM, "'%.200s': no memory for a note", path);
  }
  mg_safetensors_close(&file);
  return status;
}
