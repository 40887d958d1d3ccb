/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model and its data.
 *
 * A model must not be judged on rows that it learned from.  The fit's seed, and
 * what made its data and their parts, stand in the model's file, and are taken
 * from there unless given: the seed always, so that a file's rows come in the
 * same order; the rest for the same data set.  The name of the data stands
 * there, too, but of a file without its folders, so only a data set of the
 * catalogue is found by it. */
#include "config.h"

#include "command/fitted.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"
#include "command/load.h"
#include "data/catalogue.h"
#include "models/save.h"
#include "terminal/message.h"

static char *note(const char *path, const char *key) {
  char *text = NULL;
  if (mg_model_note(path, key, &text) != GSL_SUCCESS)
    mg_reason_clear();
  return text;
}

void fitted_clear(struct fitted *f) {
  mg_dataset_free(f->data);
  mg_model_free(f->model);
  free(f->note_seed);
  free(f->note_data);
  free(f->note_split);
  free(f->note_rows);
  free(f->note_binarise);
  free(f->note_test);
}

/* A file's data set is called by its name without folders. */
static bool same_data(const struct fitted *f, const char *operand) {
  const char *slash = strrchr(operand, '/');
  return f->note_data && strcmp(f->note_data, slash ? slash + 1 : operand) == 0;
}

static void take_number(const char *text, size_t *field) {
  size_t number;
  if (*field == NOT_GIVEN && text &&
      mg_parse_size(text, &number) == GSL_SUCCESS)
    *field = number;
}

/* Fills up the settings from the notes. */
static int fill_up(struct fitted *f) {
  struct settings *s = &f->settings;
  const char *path = s->operand[0];
  f->note_seed = note(path, "seed");
  f->note_data = note(path, "data");
  f->note_split = note(path, "split");
  f->note_rows = note(path, "rows");
  f->note_binarise = note(path, "binarise");
  f->note_test = note(path, "test");
  take_number(f->note_seed, &s->seed);
  if (s->operands < 2) {
    if (!f->note_data || !mg_catalogue_find(f->note_data))
      return mg_message_usage(s->verb->name,
                              "%s was fitted to %s: give DATA, its path", path,
                              f->note_data ? f->note_data : "a file");
    s->operand[1] = f->note_data;
    s->operands = 2;
  }
  if (!same_data(f, s->operand[1]))
    return 0;
  take_number(f->note_rows, &s->rows);
  s->split = s->split ? s->split : f->note_split;
  s->binarise = s->binarise ? s->binarise : f->note_binarise;
  s->test = s->test ? s->test : f->note_test;
  return 0;
}

/* Both spaces in words: "unequal" alone helps nobody. */
static int check_space(const struct fitted *f) {
  char learned[128], given[128];
  const mg_space *space = &f->model->space;
  if (mg_space_equal(space, &f->data->space))
    return 0;
  mg_message("%s is a model of %s, and %s has %s", f->settings.operand[0],
             mg_space_print(space, learned, sizeof learned), f->data->name,
             mg_space_print(&f->data->space, given, sizeof given));
  return MG_EXIT_USAGE;
}

int fitted_load(struct fitted *f, const struct settings *given) {
  *f = (struct fitted){.settings = *given};
  f->model = load_model(given->operand[0]);
  if (!f->model)
    return MG_EXIT_USAGE;
  const int status = fill_up(f);
  if (status != 0)
    return status;
  f->data = load_data(&f->settings, f->settings.operand[1]);
  return f->data ? check_space(f) : MG_EXIT_USAGE;
}
