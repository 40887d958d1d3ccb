/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model in a file, and data parted as they were for its fit: a model must not
 * be judged, or shown, on rows that it learned from.  What goes wrong has been
 * said when these return. */
#ifndef MG_COMMAND_FITTED_H
#define MG_COMMAND_FITTED_H

#include "command/options.h"
#include "data/dataset.h"
#include "models/model.h"

struct fitted {
  struct settings settings; /* filled up from the file's notes */
  mg_model *model;
  mg_dataset *data;
  /* The notes, each or NULL. */
  char *note_seed, *note_data, *note_split, *note_rows, *note_binarise;
  char *note_test;
};

/* Loads the model of operand 0 and the data of operand 1, or without one those
 * that the file names.
 *   fitted  out  fitted_clear frees it, also after an error
 * Returns 0; MG_EXIT_USAGE after a message, also where the data are of another
 * space. */
int fitted_load(struct fitted *fitted, const struct settings *given);

/* Frees what it holds. */
void fitted_clear(struct fitted *fitted);

#endif
