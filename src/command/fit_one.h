/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One fit from its settings to a model in a file: what `fit` does, for whoever
 * does it many times. */
#ifndef MG_COMMAND_FIT_ONE_H
#define MG_COMMAND_FIT_ONE_H

#include "command/options.h"
#include "eval/evidence.h"
#include "eval/zoo.h"

/* What is left of a fit; fit_one_clear frees it. */
struct fit_one {
  mg_dataset *data;
  mg_recipe *recipe;
  mg_model *model;
  char *path; /* of the model's file */
  double seconds;
  bool stopped; /* by Ctrl-C: then nothing was written */
  bool failed;  /* a number was not finite, all starts collapsed: it was said,
                 * and nothing else is here */
};

/* Fits and writes MODEL-DATA`ending`, with a line of progress.
 *   label   in   what the line begins with: "gmm, seed 3 of 10"
 *   one     out  zeroed after an error
 * Returns 0, also where the fit failed; an exit status after a message. */
int fit_one_make(const struct settings *settings, const char *label,
                 const char *ending, struct fit_one *one);

/* Frees what it holds. */
void fit_one_clear(struct fit_one *one);

/* The evidence of a part that has rows.
 * Returns as mg_evidence_of. */
int fit_one_evidence(const struct settings *settings, const mg_model *model,
                     const mg_dataset *data, mg_part_name part,
                     mg_evidence *evidence);

#endif
