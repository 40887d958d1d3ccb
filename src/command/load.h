/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operands become objects: data by name or path, models from files.  What goes
 * wrong has been said when these return. */
#ifndef MG_COMMAND_LOAD_H
#define MG_COMMAND_LOAD_H

#include "command/options.h"
#include "data/dataset.h"
#include "models/model.h"

/* A data set as the options want it.
 *   name  in  of the catalogue, or else a path
 * Returns NULL after a message; the caller frees it. */
mg_dataset *load_data(const struct settings *settings, const char *name);

/* A fitted model of any family; NULL after a message. */
mg_model *load_model(const char *path);

/* The folder for results, made: --out, else `other`.
 * Returns NULL after a message. */
const char *load_folder(const struct settings *settings, const char *other);

/* A data set's name as a part of a file's name: without .csv, .gz and their
 * like, and nothing that a shell would stumble over.  Returns text. */
const char *file_stem(const char *name, char *text, size_t size);

/* "folder/name" into fresh memory, "name" when folder is "."; NULL after a
 * message. */
char *result_path(const char *folder, const char *name);

/* Prints "written: tables in FOLDER", below a blank line. */
void result_written(const char *what, const char *folder);

#endif
