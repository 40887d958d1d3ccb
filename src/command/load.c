/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data and models by name, results by folder.
 *
 * A name of the catalogue is that data set, whatever lies in the folder; a file
 * of the same name is reached as ./ring.  Options that could have no effect are
 * refused: --rows is for toys, which are drawn, and --label for files. */
#include "config.h"

#include "command/load.h"

#include <gsl/gsl_math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"
#include "data/catalogue.h"
#include "data/files.h"
#include "data/toys.h"
#include "eval/zoo.h"
#include "models/save.h"
#include "terminal/message.h"

static mg_dataset *from_catalogue(const struct settings *s, const char *name) {
  const unsigned long seed = settings_seed(s);
  if (s->label || s->labels || s->levels != NOT_GIVEN) {
    mg_message("--label, --labels and --levels are for files, and %s is none",
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

/* A first look at a large file is one at some of its rows.  They are the first
 * of the shuffled ones, so those to train on are so without --quick too. */
static int take_some(mg_dataset *data) {
  enum { TRAIN = 4000, OTHER = 1000, TEXT_SIZE = 80 };
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

static mg_dataset *from_file(const struct settings *s, const char *path) {
  if (s->rows != NOT_GIVEN) {
    mg_message("--rows is for toys, and %s is a file", path);
    return NULL;
  }
  if (s->label && s->labels) {
    mg_message(
        "--label is for CSV files and --labels for IDX and NPY: give one");
    return NULL;
  }
  mg_file_options options = mg_file_options_default();
  options.label = s->label ? s->label : s->labels;
  options.levels = s->levels == NOT_GIVEN ? 0 : (unsigned)s->levels;
  options.split = s->split;
  options.seed = settings_seed(s);
  mg_dataset *data = mg_dataset_read(path, &options);
  if (data && (!s->quick || s->split || take_some(data) == GSL_SUCCESS))
    return data;
  mg_message_reason(NULL, MG_EXIT_USAGE);
  mg_dataset_free(data);
  return NULL;
}

/* A word that is no file, and does not look like one, was meant as a name. */
static bool is_name(const char *text) {
  return mg_catalogue_find(text) ||
         (!strpbrk(text, "/.") && access(text, F_OK) != 0);
}

mg_dataset *load_data(const struct settings *s, const char *name) {
  const bool named = is_name(name);
  mg_dataset *data = named ? from_catalogue(s, name) : from_file(s, name);
  if (!data)
    return NULL;
  int status = GSL_SUCCESS;
  if (named && s->split)
    status = mg_fail_in(mg_dataset_split(data, s->split), "--split");
  if (status == GSL_SUCCESS && s->binarise != NOT_GIVEN)
    status = mg_fail_in(mg_dataset_binarise(data, (unsigned)s->binarise),
                        "--binarise");
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
