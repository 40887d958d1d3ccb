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
  bool noise;        /* --noise has a meaning */
  bool kernels;      /* a kernel density on samples */
};

/* What is judged: the model of a file, or that with noise. */
struct judged {
  const mg_model *model;
  mg_model *noisy; /* NULL: without --noise */
  char name[64];   /* for the table */
};

/* The method that was asked for; when none was exact, or of a family
 * without a density its bound iwae.
 * Returns NULL, and has said why, for a word that is none, or an option that
 * has no effect with it. */
const struct method *method_of(const struct settings *settings);

/* The model that the settings ask of a fitted one; judged_clear frees it, also
 * after an error.
 *   data  in  with rows for validation where the noise is to be the best
 * Returns GSL_SUCCESS; GSL_EUNSUP for a family without density where another
 * method would do, named in the reason; as mg_noisy_alloc, mg_noise_best. */
int judged_init(struct judged *judged, const struct method *method,
                const struct settings *settings, const mg_model *fitted,
                const mg_dataset *data, unsigned long seed);

/* Frees what it holds. */
void judged_clear(struct judged *judged);

/* Evidence of a part by a method that is none of `simulated`, `gap` and
 * `samples`.
 * Returns as mg_evidence_of, mg_bound_of and mg_parzen_of. */
int method_evidence(const struct method *method,
                    const struct settings *settings, const mg_model *model,
                    const mg_dataset *data, mg_part_name part,
                    unsigned long seed, mg_evidence *evidence);

/* Both sides for data drawn from the model, by a method that is `simulated`, as
 * two rows of the table.
 *   parameters  in  of the fitted model
 * Returns as mg_bound_sandwich. */
int method_simulated(const struct method *method,
                     const struct settings *settings,
                     const struct judged *judged, size_t parameters,
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
