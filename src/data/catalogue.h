/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data sets that are inside the program, by name.
 *
 * A chapter or a command that is told "--data ring" asks here; a path is read
 * by files.h. */
#ifndef MG_DATA_CATALOGUE_H
#define MG_DATA_CATALOGUE_H

#include "data/dataset.h"

typedef struct {
  const char *name; /* NULL ends the catalogue */
  const char *line; /* what it is, in a few words */
  size_t rows;      /* as mg_dataset_named makes it */
} mg_catalogue_entry;

extern const mg_catalogue_entry mg_catalogue[];

/* The entry of that name, or NULL. */
const mg_catalogue_entry *mg_catalogue_find(const char *name);

/* A data set of the catalogue with its own split.
 *   name  in  one of mg_catalogue
 *   seed  in  moves the toys (their rows) and faithful (its order)
 * Returns NULL with the reason: an unknown name (then with the names that
 * exist, and the closest), no memory.  The caller frees it. */
mg_dataset *mg_dataset_named(const char *name, unsigned long seed);

#endif
