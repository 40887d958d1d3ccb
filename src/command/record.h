/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a result was made with: the lines at the head of every table, the notes
 * in a model's file, and run.json. */
#ifndef MG_COMMAND_RECORD_H
#define MG_COMMAND_RECORD_H

#include "base/table.h"
#include "command/options.h"
#include "eval/compare.h"

/* "gcc 12.2.0" */
#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* Adds command, version, seed and data to a table's head.
 *   data  in  or NULL */
void record_head(mg_table *table, const struct settings *settings,
                 unsigned long seed, const mg_dataset *data);

/* Writes the record of a comparison to path, as JSON: command line, seed, date,
 * data, versions, the CBLAS in use, threads, processor, a line a model.
 *   complete  in  false: it was stopped
 * Returns GSL_SUCCESS; GSL_EFAILED or GSL_ENOMEM with the reason. */
int record_write(const char *path, const struct settings *settings,
                 const mg_dataset *data, const mg_compare *c, bool complete);

#endif
