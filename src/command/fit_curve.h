/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a fit went: a row a pass, and the figure of it. */
#ifndef MG_COMMAND_FIT_CURVE_H
#define MG_COMMAND_FIT_CURVE_H

#include "base/table.h"
#include "command/options.h"
#include "eval/zoo.h"

struct fit_curve {
  /* model start data_seen objective objective_name; validation of a model that
   * learns by gradient; reconstruction kl of one with a latent variable */
  mg_table *table;
  const mg_model *model;
  const mg_dataset *data;
  const mg_recipe *recipe;
  const struct settings *settings;
  mg_rows rows; /* of which the two terms are told; none: n is 0 */
};

/* A curve without points, of a fit that is made by these.
 *   curve  out  fit_curve_clear frees it, also after an error
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int fit_curve_init(struct fit_curve *curve, const mg_model *model,
                   const mg_dataset *data, const mg_recipe *recipe,
                   const struct settings *settings);

/* Frees its table. */
void fit_curve_clear(struct fit_curve *curve);

/* Adds the pass that has just ended.
 *   start  in  that it was of     data_seen  in  since the start began
 * Returns GSL_SUCCESS; as mg_codes_terms. */
int fit_curve_add(struct fit_curve *curve, const mg_fit *fit, size_t start,
                  double data_seen);

/* Writes folder/name.tsv and the figure folder/name.gp, and has it drawn.
 * Returns GSL_SUCCESS; the failure of a file. */
int fit_curve_write(struct fit_curve *curve, const char *folder,
                    const char *name);

#endif
