/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data and models by name, results by folder.
 *
 * A name of the catalogue is that data set, whatever lies in the folder; a file
 * of the same name is reached as ./ring.  Options that could have no effect are
 * refused: --rows is for toys, which are drawn, and --label for files. */
#include "config.h"

#include "command/load.h"

#include <gsl/gsl_math.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "base/status.h"
#include "data/catalogue.h"
#include "data/files.h"
#include "data/toys.h"
#include "eval/zoo.h"
#include "models/save.h"
#include "terminal/message.h"
#include "terminal/text.h"

static mg_dataset *from_catalogue(const struct settings *s, const char *name) {
  const unsigned long seed = settings_seed(s);
  if (s->label || s->labels || s->levels != NOT_GIVEN || s->test ||
      s->test_labels) {
    mg_message("--label, --labels, --levels, --test and --test-labels are for "
               "files, and %s is none",
               name);
    return NULL;
  }
  mg_dataset *data;
  if (s->rows != NOT_GIVEN) {
    data = mg_toys_draw(name, s->rows, seed);
    if (!data)
      mg_fail_in(GSL_EINVAL, "--rows is for toys");
  } else {
    data = mg_dataset_named(name, seed);
  }
  if (!data)
    mg_message_reason(NULL, MG_EXIT_USAGE);
  return data;
}

enum { TRAIN = 4000, OTHER = 1000 };

/* A first look at a large file is one at some of its rows.  They are the first
 * of the shuffled ones, so those to train on are so without --quick too. */
static int take_some(mg_dataset *data) {
  enum { TEXT_SIZE = 80 };
  const size_t train = mg_dataset_part(data, MG_TRAIN).n;
  if (train <= TRAIN)
    return GSL_SUCCESS;
  char split[TEXT_SIZE];
  snprintf(split, sizeof split, "%d/%d/%d", TRAIN,
           (int)GSL_MIN(mg_dataset_part(data, MG_VALIDATION).n, OTHER),
           (int)GSL_MIN(mg_dataset_part(data, MG_TEST).n, OTHER));
  mg_message("--quick takes %s of the %zu rows of %s; --split takes more",
             split, data->n, data->name);
  return mg_dataset_split(data, split);
}

/* Makes the rows of --test the test part. */
static int take_test(const struct settings *s, mg_dataset *data) {
  mg_file_options options = mg_file_options_default();
  options.label = s->label ? s->label : s->test_labels;
  options.levels = s->levels == NOT_GIVEN ? 0 : (unsigned)s->levels;
  options.split = "none";
  const size_t left = mg_dataset_part(data, MG_TEST).n;
  if (left > 0)
    return mg_fail(GSL_EINVAL,
                   "--split leaves %zu rows of %s for testing beside --test: "
                   "end it with /0",
                   left, data->name);
  mg_dataset *test = mg_dataset_read(s->test, &options);
  if (!test)
    return GSL_EINVAL;
  mg_rows rows = mg_dataset_all(test);
  if (s->quick && !s->split)
    rows.n = GSL_MIN(rows.n, OTHER);
  const int status = mg_dataset_set_test(data, &rows);
  mg_dataset_free(test);
  return status;
}

/* The parts of a file's rows, as far as mg_dataset_read has not made them. */
static int make_parts(const struct settings *s, mg_dataset *data) {
  int status = GSL_SUCCESS;
  if (s->test && !s->split)
    status = mg_dataset_split(data, "0.9/0.1/0");
  if (status == GSL_SUCCESS && s->quick && !s->split)
    status = take_some(data);
  if (status == GSL_SUCCESS && s->test)
    status = take_test(s, data);
  return status;
}

static int check_file_options(const struct settings *s, const char *path) {
  if (s->rows != NOT_GIVEN)
    mg_message("--rows is for toys, and %s is a file", path);
  else if (s->label && (s->labels || s->test_labels))
    mg_message("--label is for CSV files, and --labels and --test-labels are "
               "for IDX and NPY: give one");
  else if (s->test_labels && !s->test)
    mg_message("--test-labels needs --test");
  else
    return GSL_SUCCESS;
  return GSL_EINVAL;
}

/* Levels that a file's numbers may have been meant as: one more than the
 * largest where all are whole and below 256; else 0. */
static size_t levels_seen(const mg_dataset *data) {
  const gsl_matrix *x = data->reals;
  double most = 0;
  for (size_t i = 0; x && i < x->size1; i++)
    for (size_t j = 0; j < x->size2; j++) {
      const double value = gsl_matrix_get(x, i, j);
      if (value < 0 || value > UCHAR_MAX || value != floor(value))
        return 0;
      most = GSL_MAX(most, value);
    }
  return x ? (size_t)most + 1 : 0;
}

/* A density of reals has no top where values repeat. */
static void warn_of_levels(const struct settings *s, const mg_dataset *data) {
  const size_t levels = s->levels == NOT_GIVEN ? levels_seen(data) : 0;
  if (levels > 1)
    mg_message("%s has whole numbers from 0 to %zu, which are taken for reals; "
               "--levels %zu takes them for levels",
               data->name, levels - 1, levels);
}

static mg_dataset *from_file(const struct settings *s, const char *path) {
  if (check_file_options(s, path) != GSL_SUCCESS)
    return NULL;
  mg_file_options options = mg_file_options_default();
  options.label = s->label ? s->label : s->labels;
  options.levels = s->levels == NOT_GIVEN ? 0 : (unsigned)s->levels;
  options.split = s->split;
  options.seed = settings_seed(s);
  mg_dataset *data = mg_dataset_read(path, &options);
  if (data && make_parts(s, data) == GSL_SUCCESS) {
    warn_of_levels(s, data);
    return data;
  }
  mg_message_reason(NULL, MG_EXIT_USAGE);
  mg_dataset_free(data);
  return NULL;
}

/* A word that is no file, and does not look like one, was meant as a name. */
static bool is_name(const char *text) {
  return mg_catalogue_find(text) ||
         (!strpbrk(text, "/.") && access(text, F_OK) != 0);
}

static int binarise(const struct settings *s, mg_dataset *data) {
  size_t threshold;
  if (strcmp(s->binarise, "dynamic") == 0)
    return mg_dataset_binarise_dynamic(data, settings_seed(s));
  if (mg_parse_size(s->binarise, &threshold) != GSL_SUCCESS ||
      threshold > UINT_MAX)
    return mg_fail(GSL_EINVAL, "'%.60s' is neither a level nor 'dynamic'",
                   s->binarise);
  return mg_dataset_binarise(data, (unsigned)threshold);
}

mg_dataset *load_data(const struct settings *s, const char *name) {
  const bool named = is_name(name);
  mg_dataset *data = named ? from_catalogue(s, name) : from_file(s, name);
  if (!data)
    return NULL;
  int status = GSL_SUCCESS;
  if (named && s->split)
    status = mg_fail_in(mg_dataset_split(data, s->split), "--split");
  if (status == GSL_SUCCESS && s->binarise)
    status = mg_fail_in(binarise(s, data), "--binarise");
  if (status == GSL_SUCCESS)
    return data;
  mg_message_reason(name, MG_EXIT_USAGE);
  mg_dataset_free(data);
  return NULL;
}

mg_model *load_model(const char *path) {
  mg_model *model = mg_model_read(mg_zoo, path);
  if (!model)
    mg_message_reason(NULL, MG_EXIT_USAGE);
  return model;
}

const char *load_folder(const struct settings *s, const char *other) {
  const char *folder = s->out ? s->out : other;
  if (strcmp(folder, ".") == 0 || mg_folder_make(folder) == GSL_SUCCESS)
    return folder;
  mg_message_reason(NULL, EXIT_FAILURE);
  return NULL;
}

enum { STEM_MOST = 80 };

/* The file endings that say how it is written, not what it is. */
static const char *const endings[] = {".gz",  ".csv", ".tsv",
                                      ".txt", ".npy", ".idx"};

static bool cut_ending(char *text) {
  char *dot = strrchr(text, '.');
  if (!dot || dot == text)
    return false;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
    if (strcmp(dot, endings[i]) == 0) {
      *dot = '\0';
      return true;
    }
  return false;
}

const char *file_stem(const char *name, char *text, size_t size) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+=";
  size_t used = 0;
  for (; name[used] && used + 1 < size && used < STEM_MOST; used++)
    text[used] = name[used];
  text[used] = '\0';
  for (char *c = text; *c; c++)
    if (!strchr(plain, *c))
      *c = '_';
  while (cut_ending(text))
    continue;
  return text;
}

char *result_path(const char *folder, const char *name) {
  char *path =
      strcmp(folder, ".") == 0 ? strdup(name) : mg_path_join(folder, name);
  if (!path)
    mg_message("no memory for a path");
  return path;
}

/* A folder's name is not wrapped: it may hold blanks. */
void result_written(const char *what, const char *folder) {
  char line[80];
  snprintf(line, sizeof line, "written: %s in", what);
  puts("");
  if (strlen(line) + 1 + strlen(folder) <= mg_text_width(stdout)) {
    printf("%s %s\n", line, folder);
  } else {
    mg_text_wrap(stdout, line, 0, 2);
    printf("  %s\n", folder);
  }
}
