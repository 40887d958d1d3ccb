/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zoo: every family there is, and how each is fitted to which data.
 *
 * A recipe is all that a fit needs besides the data: family, the family's
 * options, the loop's options, and whether levels are dequantised.  A new
 * recipe holds the defaults for that data set (eight components on a ring of
 * eight); each may then be set by name. */
#ifndef MG_EVAL_ZOO_H
#define MG_EVAL_ZOO_H

#include "models/fit.h"
#include "models/model.h"

/* Every family, ended by NULL, in the order of listings. */
extern const mg_model_type *const mg_zoo[];

/* The family of that name; NULL with the reason, and the closest name. */
const mg_model_type *mg_zoo_find(const char *name);

typedef struct {
  const mg_model_type *type;
  mg_space space; /* of the data */
  void *options;  /* the family's struct */
  mg_fit_options fit;
  bool dequantise; /* true where the family needs it on this data */
} mg_recipe;

/* The defaults of a family for a data set.
 *   quick  in  one start, at most 50 passes, of networks a fifth of theirs and
 *              no more than some seconds' work; for a first look
 * Returns NULL with the reason: the family cannot stand on that space. */
mg_recipe *mg_recipe_alloc(const mg_model_type *type, const mg_dataset *data,
                           bool quick);

/* Frees a recipe; NULL is allowed. */
void mg_recipe_free(mg_recipe *recipe);

/* Sets an option of the family or of the loop by name.
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason (names, range). */
int mg_recipe_set(mg_recipe *recipe, const char *name, const char *value);

/* Has the family or its loop an option of that name? */
bool mg_recipe_has(const mg_recipe *recipe, const char *name);

/* The options as "components=8 covariance=full" into text, without those that
 * have no effect beside the others; returns text. */
const char *mg_recipe_print(const mg_recipe *recipe, char *text, size_t size);

/* A model by the recipe, not yet fitted; NULL with the reason. */
mg_model *mg_recipe_model(const mg_recipe *recipe, const mg_space *space);

#endif
