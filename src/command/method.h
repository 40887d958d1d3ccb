/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The word behind --method: how evaluate finds an evidence. */
#ifndef MG_COMMAND_METHOD_H
#define MG_COMMAND_METHOD_H

#include "command/options.h"
#include "eval/bound.h"
#include "eval/gap.h"

struct method {
  const char *name; /* NULL ends the table */
  bool bound;       /* false: the exact density */
  mg_bound_method which;
  mg_base from;
  bool weights;      /* --weights has a meaning */
  bool temperatures; /* --temperatures has */
  bool simulated;    /* for data drawn from the model, both sides */
  bool gap;          /* the gap of inference, several numbers a part */
  bool samples;      /* scores of draws: another table */
};

/* The method that was asked for; when none was exact, or of a family
 * without a density its bound iwae.
 * Returns NULL, and has said why, for a word that is none, or an option that
 * has no effect with it. */
const struct method *method_of(const struct settings *settings);

/* Evidence of the rows by a method that is none of `simulated`, `gap` and
 * `samples`.
 * Returns as mg_evidence_of and mg_bound_of. */
int method_evidence(const struct method *method,
                    const struct settings *settings, const mg_model *model,
                    const mg_rows *rows, unsigned long seed,
                    mg_evidence *evidence);

/* Both sides for data drawn from the model, by a method that is `simulated`, as
 * two rows of the table.
 * Returns as mg_bound_sandwich. */
int method_simulated(const struct method *method,
                     const struct settings *settings, const mg_model *model,
                     unsigned long seed, mg_table *table);

/* The scores of draws, as rows of a table of MG_SCORE_COLUMNS.
 * Returns as mg_samples_alloc and mg_samples_score. */
int method_samples(const struct settings *settings, const mg_model *model,
                   const mg_dataset *data, unsigned long seed, mg_table *table);

/* The gap of inference on a part that has rows, as six rows of the table.
 * Returns as mg_gap_of. */
int method_gap(const struct settings *settings, const mg_model *model,
               const mg_dataset *data, mg_part_name part, unsigned long seed,
               mg_table *table);

#endif
