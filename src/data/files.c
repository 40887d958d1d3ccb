/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which reader a file goes to, and what is done to its data afterwards.
 *
 * The first eight bytes decide.  NPY and IDX have magic numbers; a few formats
 * that people try have them too, and are named in the refusal with the way out;
 * whatever is left is read as CSV, whose reader refuses bytes that are no text.
 *
 * Then, in this order: labels from their own file, values as levels, the order
 * of rows and the split.  A wrong option is found as late as the data it is
 * about, since only the data can say that it is wrong.
 *
 * Not here: writing data sets, and downloading them. */
#include "config.h"

#include "data/files.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "data/csv.h"
#include "data/idx.h"
#include "data/input.h"
#include "data/npy.h"

enum { MAGIC_SIZE = 8, MOST_LEVELS = 256 };

typedef enum { FORMAT_IDX, FORMAT_NPY, FORMAT_CSV, FORMAT_OTHER } file_format;

mg_file_options mg_file_options_default(void) {
  return (mg_file_options){0};
}

/* Formats that are not read, and what to do about each. */
static const struct {
  const char *magic, *advice;
} others[] = {
    {"PK\003\004", "it is a zip archive (.npz, .xlsx, .zip): save one array "
                   "with numpy.save, or the table as CSV"},
    {"\x89PNG", "it is a PNG picture: save the pixels with numpy.save"},
    {"\xFF\xD8\xFF", "it is a JPEG picture: save the pixels with numpy.save"},
    {"\x89HDF", "it is HDF5: save one array with numpy.save"},
    {"BZh", "it is packed by bzip2: unpack it, or use gzip"},
    {"\xFD"
     "7zXZ",
     "it is packed by xz: unpack it, or use gzip"},
    {"\xFF\xFE", "it is UTF-16 text: save it as UTF-8"},
    {"\xFE\xFF", "it is UTF-16 text: save it as UTF-8"},
    {"\x1F\x8B", "it is packed by gzip twice: unpack it once"},
};

static file_format find_format(const unsigned char *magic) {
  if (mg_npy_begins(magic))
    return FORMAT_NPY;
  if (mg_idx_begins(magic))
    return FORMAT_IDX;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (memcmp(magic, others[i].magic, strlen(others[i].magic)) == 0) {
      mg_fail(GSL_EFAILED, "%s", others[i].advice);
      return FORMAT_OTHER;
    }
  return FORMAT_CSV;
}

/* Opens a file and says what it is; NULL with the reason. */
static mg_input *open_format(const char *path, file_format *format) {
  unsigned char magic[MAGIC_SIZE];
  mg_input *input = mg_input_open(path);
  if (!input)
    return NULL;
  *format = FORMAT_OTHER;
  if (mg_input_peek(input, magic, sizeof magic) == GSL_SUCCESS)
    *format = find_format(magic);
  if (*format == FORMAT_OTHER) {
    mg_input_close(input);
    return NULL;
  }
  return input;
}

static const char *name_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* What the values of a CSV may be. */
static mg_space csv_space(unsigned levels) {
  const mg_measure measure = levels == 0   ? MG_REALS
                             : levels == 2 ? MG_BINARY
                                           : MG_LEVELS;
  return (mg_space){.measure = measure, .levels = levels};
}

static mg_dataset *read_values(const char *path, file_format *format,
                               const mg_file_options *options) {
  mg_input *input = open_format(path, format);
  if (!input)
    return NULL;
  const char *name = name_of(path);
  mg_dataset *data;
  if (*format == FORMAT_IDX)
    data = mg_idx_read(input, name);
  else if (*format == FORMAT_NPY)
    data = mg_npy_read(input, name);
  else {
    const mg_space space = csv_space(options->levels);
    data = mg_csv_read(input, name, &space, options->label);
  }
  mg_input_close(input);
  return data;
}

/* ---- labels from a file of their own ------------------------------------ */

static int read_labels(const char *path, size_t n, unsigned *labels) {
  file_format format;
  mg_input *input = open_format(path, &format);
  if (!input)
    return GSL_EFAILED;
  int status;
  if (format == FORMAT_IDX)
    status = mg_idx_read_labels(input, n, labels);
  else if (format == FORMAT_NPY)
    status = mg_npy_read_labels(input, n, labels);
  else
    status = mg_fail(GSL_EFAILED, "it is no label file: labels of an IDX or "
                                  "NPY file are IDX or NPY of rank 1");
  mg_input_close(input);
  return status;
}

static int attach_labels(mg_dataset *data, const char *path) {
  data->labels = malloc(data->n * sizeof *data->labels);
  if (!data->labels)
    return mg_fail(GSL_ENOMEM, "no memory for %zu labels", data->n);
  if (read_labels(path, data->n, data->labels))
    return mg_fail_in(GSL_EFAILED, "%.200s", path);
  for (size_t i = 0; i < data->n; i++)
    if (data->labels[i] >= data->space.classes)
      data->space.classes = data->labels[i] + 1;
  return GSL_SUCCESS;
}

/* ---- values as levels --------------------------------------------------- */

/* The space of data when its values are taken as levels. */
static mg_space levels_space(const mg_dataset *data, unsigned levels) {
  mg_space space = data->space;
  space.levels = levels;
  space.measure = csv_space(levels).measure;
  return space;
}

static int check_levels(const mg_dataset *data, const mg_space *space) {
  const size_t dim = space->dim;
  for (size_t i = 0; i < data->n * dim; i++) {
    const double value =
        data->reals ? data->reals->data[i] : (double)data->bytes[i];
    if (!mg_space_holds(space, value))
      return mg_fail(GSL_EFAILED,
                     "row %zu, column %zu is %g: with %u levels a value is "
                     "one of 0 .. %u",
                     i / dim + 1, i % dim + 1, value, space->levels,
                     space->levels - 1);
  }
  return GSL_SUCCESS;
}

/* Takes the values as levels, in place of what they were. */
static int take_levels(mg_dataset *data, unsigned levels) {
  const mg_space space = levels_space(data, levels);
  if (check_levels(data, &space))
    return GSL_EFAILED;
  if (data->reals) {
    const size_t cells = data->n * space.dim;
    data->bytes = malloc(cells);
    if (!data->bytes)
      return mg_fail(GSL_ENOMEM, "no memory for %zu levels", cells);
    for (size_t i = 0; i < cells; i++)
      data->bytes[i] = (unsigned char)data->reals->data[i];
    gsl_matrix_free(data->reals);
    data->reals = NULL;
  }
  data->space = space;
  return GSL_SUCCESS;
}

/* ---- all of it ---------------------------------------------------------- */

static int split_rows(mg_dataset *data, const mg_file_options *options) {
  if (options->split)
    return mg_dataset_split(data, options->split);
  const int status = mg_dataset_shuffle(data, options->seed);
  return status ? status : mg_dataset_split(data, "0.8/0.1/0.1");
}

/* What is done to the data of a file that was read. */
static int finish(mg_dataset *data, const char *path, file_format format,
                  const mg_file_options *options) {
  if (mg_dataset_describe(data, name_of(path), path))
    return mg_fail_in(GSL_ENOMEM, "%.200s", path);
  if (format != FORMAT_CSV && options->levels > 0 &&
      take_levels(data, options->levels))
    return mg_fail_in(GSL_EFAILED, "%.200s", path);
  if (format != FORMAT_CSV && options->label &&
      attach_labels(data, options->label))
    return GSL_EFAILED;
  const int status = split_rows(data, options);
  return status ? mg_fail_in(status, "%.200s", path) : GSL_SUCCESS;
}

mg_dataset *mg_dataset_read(const char *path, const mg_file_options *options) {
  const mg_file_options defaults = mg_file_options_default();
  if (!options)
    options = &defaults;
  if (options->levels == 1 || options->levels > MOST_LEVELS) {
    mg_fail(GSL_EINVAL, "levels are 2 .. %d, not %u", MOST_LEVELS,
            options->levels);
    return NULL;
  }
  file_format format;
  mg_dataset *data = read_values(path, &format, options);
  if (!data) {
    mg_fail_in(GSL_EFAILED, "%.200s", path);
    return NULL;
  }
  if (finish(data, path, format, options)) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}
