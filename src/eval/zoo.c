/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every family there is, and what suits each data set.
 *
 * A family's own defaults know only the space (its dimension, its measure).
 * What is known of a data set beyond that, that a ring has eight modes or that
 * a mode is .01 wide, is a preset here: a line says for which data and family
 * which option takes which value.  It is printed beside the number, and changes
 * how large the model is or how it is fitted, never the kind of claim; `--set`
 * overrides it.
 *
 * Adding a family: its header, and a line in mg_zoo. */
#include "eval/zoo.h"

#include <gsl/gsl_math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/autoregressive.h"
#include "models/fvbn.h"
#include "models/gmm.h"
#include "models/histogram.h"
#include "models/independent.h"
#include "models/kde.h"
#include "models/knn.h"
#include "models/mixture.h"
#include "models/naive_bayes.h"
#include "models/pixelcnn.h"
#include "models/pixelrnn.h"
#include "models/ppca.h"
#include "models/vae.h"

const mg_model_type *const mg_zoo[] = {
    &mg_independent_type, &mg_naive_bayes_type,
    &mg_mixture_type,     &mg_gmm_type,
    &mg_ppca_type,        &mg_vae_type,
    &mg_fvbn_type,        &mg_pixelrnn_type,
    &mg_pixelcnn_type,    &mg_autoregressive_type,
    &mg_histogram_type,   &mg_kde_type,
    &mg_knn_type,         NULL};

typedef struct {
  const char *data, *family, *option, *value;
} preset;

static const preset presets[] = {
    {"digits", "gmm", "components", "25"},
    {"digits", "gmm", "covariance", "diagonal"},
    {"digits", "gmm", "tolerance", "1e-4"},
    {"digits", "gmm", "restarts", "3"},
    {"digits", "naive_bayes", "smoothing", "0.2"},
    {"digits", "mixture", "components", "10"},
    {"digits", "mixture", "smoothing", "0.2"},
    {"digits", "mixture", "restarts", "3"},
    {"digits", "ppca", "latent", "54"},
    {"digits", "fvbn", "penalty", "0.6"},
    {"digits", "fvbn", "smoothing", "0.5"},
    {"digits", "fvbn", "tolerance", "1e-3"},
    {"digits-binary", "mixture", "components", "40"},
    {"digits-binary", "mixture", "restarts", "3"},
    {"digits-binary", "gmm", "tolerance", "1e-4"},
    {"digits-binary", "ppca", "latent", "48"},
    {"digits-binary", "kde", "bandwidth", "cv"},
    {"faithful", "gmm", "components", "2"},
    {"faithful", "gmm", "restarts", "3"},
    {"heights", "gmm", "components", "2"},
    {"heights", "gmm", "restarts", "3"},
    {"ring", "gmm", "components", "8"},
    {"ring", "gmm", "floor", "1e-9"},
    {"ring", "gmm", "restarts", "5"},
    {"grid", "gmm", "components", "25"},
    {"grid", "gmm", "floor", "1e-8"},
    {"grid", "gmm", "restarts", "5"},
    {"digits", "vae", "likelihood", "logistic"},
    {"digits", "vae", "batch", "64"},
    {"digits", "vae", "passes", "300"},
    {"digits", "vae", "patience", "15"},
    {"digits-binary", "vae", "batch", "64"},
    {"digits-binary", "vae", "passes", "200"},
    {"digits-binary", "vae", "patience", "15"},
    {"faithful", "vae", "hidden", "64"},
    {"faithful", "vae", "hidden2", "64"},
    {"faithful", "vae", "activation", "relu"},
    {"faithful", "vae", "warmup", "100"},
    {"faithful", "vae", "rate", "2e-3"},
    {"faithful", "vae", "batch", "32"},
    {"faithful", "vae", "passes", "800"},
    {"faithful", "vae", "patience", "150"},
    {"ring", "vae", "hidden", "128"},
    {"ring", "vae", "hidden2", "128"},
    {"ring", "vae", "activation", "relu"},
    {"ring", "vae", "warmup", "50"},
    {"ring", "vae", "rate", "2e-3"},
    {"ring", "vae", "batch", "64"},
    {"ring", "vae", "passes", "400"},
    {"ring", "vae", "patience", "100"},
    {"grid", "vae", "hidden", "128"},
    {"grid", "vae", "hidden2", "128"},
    {"grid", "vae", "activation", "relu"},
    {"grid", "vae", "warmup", "50"},
    {"grid", "vae", "rate", "2e-3"},
    {"grid", "vae", "batch", "64"},
    {"grid", "vae", "passes", "400"},
    {"grid", "vae", "patience", "100"},
    {"digits", "pixelcnn", "kind", "gated"},
    {"digits", "pixelcnn", "channels", "20"},
    {"digits", "pixelcnn", "blocks", "3"},
    {"digits", "pixelcnn", "dropout", "0.1"},
    {"digits", "pixelcnn", "averaging", "0.995"},
    {"digits", "pixelcnn", "shifts", "0.3"},
    {"digits", "pixelcnn", "rate", "6e-3"},
    {"digits", "pixelcnn", "passes", "36"},
    {"digits", "pixelcnn", "patience", "15"},
    {"digits-binary", "pixelcnn", "kind", "gated"},
    {"digits-binary", "pixelcnn", "channels", "24"},
    {"digits-binary", "pixelcnn", "blocks", "3"},
    {"digits-binary", "pixelcnn", "dropout", "0.25"},
    {"digits-binary", "pixelcnn", "averaging", "0.995"},
    {"digits-binary", "pixelcnn", "rate", "2e-3"},
    {"digits-binary", "pixelcnn", "passes", "80"},
    {"digits-binary", "pixelcnn", "patience", "10"},
    {"digits", "pixelrnn", "layers", "2"},
    {"digits", "pixelrnn", "weight_decay", "0.3"},
    {"digits", "pixelrnn", "rate", "6e-3"},
    {"digits", "pixelrnn", "passes", "30"},
    {"digits", "pixelrnn", "patience", "12"},
    {"digits-binary", "pixelrnn", "weight_decay", "0.3"},
    {"digits-binary", "pixelrnn", "passes", "60"},
    {"digits-binary", "pixelrnn", "patience", "12"},
    {"ring", "pixelrnn", "schedule", "cosine"},
    {"ring", "pixelrnn", "decay", "8000"},
    {"ring", "pixelrnn", "passes", "250"},
    {"ring", "pixelrnn", "patience", "80"},
    {"ring", "autoregressive", "schedule", "cosine"},
    {"ring", "autoregressive", "decay", "4000"},
    {"ring", "autoregressive", "passes", "250"},
    {"ring", "autoregressive", "patience", "80"},
    {"grid", "pixelrnn", "components", "5"},
    {"grid", "pixelrnn", "schedule", "cosine"},
    {"grid", "pixelrnn", "decay", "8000"},
    {"grid", "pixelrnn", "passes", "250"},
    {"grid", "pixelrnn", "patience", "80"},
    {"grid", "autoregressive", "components", "5"},
    {"grid", "autoregressive", "schedule", "cosine"},
    {"grid", "autoregressive", "decay", "4000"},
    {"grid", "autoregressive", "passes", "250"},
    {"grid", "autoregressive", "patience", "80"},
    {"moons", "autoregressive", "schedule", "cosine"},
    {"moons", "autoregressive", "decay", "4000"},
    {"moons", "autoregressive", "passes", "250"},
    {"moons", "autoregressive", "patience", "80"},
    {"moons", "pixelrnn", "passes", "150"},
    {"moons", "pixelrnn", "patience", "40"},
    {"pinwheel", "autoregressive", "schedule", "cosine"},
    {"pinwheel", "autoregressive", "decay", "4000"},
    {"pinwheel", "autoregressive", "passes", "250"},
    {"pinwheel", "autoregressive", "patience", "80"},
    {"pinwheel", "pixelrnn", "passes", "150"},
    {"pinwheel", "pixelrnn", "patience", "40"},
    {"spiral", "autoregressive", "schedule", "cosine"},
    {"spiral", "autoregressive", "decay", "4000"},
    {"spiral", "autoregressive", "passes", "250"},
    {"spiral", "autoregressive", "patience", "80"},
    {"spiral", "pixelrnn", "passes", "150"},
    {"spiral", "pixelrnn", "patience", "40"},
    {"swiss", "autoregressive", "schedule", "cosine"},
    {"swiss", "autoregressive", "decay", "4000"},
    {"swiss", "autoregressive", "passes", "250"},
    {"swiss", "autoregressive", "patience", "80"},
    {"swiss", "pixelrnn", "passes", "150"},
    {"swiss", "pixelrnn", "patience", "40"},
    {"heights", "autoregressive", "schedule", "cosine"},
    {"heights", "autoregressive", "decay", "4000"},
    {"heights", "autoregressive", "passes", "250"},
    {"heights", "autoregressive", "patience", "80"},
    {"heights", "pixelrnn", "passes", "150"},
    {"heights", "pixelrnn", "patience", "40"},
    {"checkerboard", "autoregressive", "components", "20"},
    {"checkerboard", "autoregressive", "schedule", "cosine"},
    {"checkerboard", "autoregressive", "decay", "4000"},
    {"checkerboard", "autoregressive", "passes", "250"},
    {"checkerboard", "autoregressive", "patience", "80"},
    {"checkerboard", "pixelrnn", "components", "20"},
    {"checkerboard", "pixelrnn", "passes", "150"},
    {"checkerboard", "pixelrnn", "patience", "40"},
    {"faithful", "autoregressive", "components", "3"},
    {"faithful", "autoregressive", "passes", "300"},
    {"faithful", "autoregressive", "patience", "100"},
    {"faithful", "pixelrnn", "components", "3"},
    {"faithful", "pixelrnn", "passes", "300"},
    {"faithful", "pixelrnn", "patience", "100"},
    {"digits", "autoregressive", "passes", "60"},
    {"digits", "autoregressive", "patience", "10"},
    {"digits-binary", "autoregressive", "passes", "60"},
    {"digits-binary", "autoregressive", "patience", "10"},
    {"faithful", "histogram", "width", "cv"},
    {"heights", "histogram", "width", "cv"},
    {"ring", "histogram", "width", "cv"},
    {"grid", "histogram", "width", "cv"},
    {"checkerboard", "histogram", "width", "cv"},
    {"moons", "histogram", "width", "cv"},
    {"pinwheel", "histogram", "width", "cv"},
    {"spiral", "histogram", "width", "cv"},
    {"swiss", "histogram", "width", "cv"},
    {"digits", "kde", "bandwidth", "cv"},
    {"faithful", "kde", "bandwidth", "cv"},
    {"heights", "kde", "bandwidth", "cv"},
    {"ring", "kde", "bandwidth", "cv"},
    {"grid", "kde", "bandwidth", "cv"},
    {"checkerboard", "kde", "bandwidth", "cv"},
    {"moons", "kde", "bandwidth", "cv"},
    {"pinwheel", "kde", "bandwidth", "cv"},
    {"spiral", "kde", "bandwidth", "cv"},
    {"swiss", "kde", "bandwidth", "cv"},
};

const mg_model_type *mg_zoo_find(const char *name) {
  mg_suggestion known = {.wrong = name};
  char text[400];
  for (const mg_model_type *const *t = mg_zoo; *t; t++) {
    if (strcmp((*t)->name, name) == 0)
      return *t;
    mg_suggestion_add(&known, (*t)->name);
  }
  mg_fail(GSL_EINVAL, "no model '%.60s': %s", name,
          mg_suggestion_print(&known, text, sizeof text));
  return NULL;
}

/* ---- recipes ---- */

static int apply_presets(mg_recipe *recipe, const char *data) {
  for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
    const preset *p = &presets[i];
    if (strcmp(p->data, data) != 0 ||
        strcmp(p->family, recipe->type->name) != 0)
      continue;
    int status = mg_recipe_set(recipe, p->option, p->value);
    if (status != GSL_SUCCESS)
      return mg_fail_in(status, "preset of %s for %s", p->family, data);
  }
  return GSL_SUCCESS;
}

mg_recipe *mg_recipe_alloc(const mg_model_type *type, const mg_dataset *data,
                           bool quick) {
  mg_space space = data->space;
  if (mg_model_can(type, &space, true) != GSL_SUCCESS)
    return NULL;
  mg_recipe *recipe = calloc(1, sizeof *recipe);
  void *options = calloc(1, type->options_size ? type->options_size : 1);
  if (!recipe || !options) {
    free(recipe);
    free(options);
    mg_fail(GSL_ENOMEM, "no memory for a recipe");
    return NULL;
  }
  recipe->type = type;
  recipe->space = space;
  recipe->options = options;
  recipe->fit = mg_fit_options_default();
  recipe->fit.batch = type->batch;
  recipe->dequantise = mg_model_can(type, &space, false) != GSL_SUCCESS;
  if (type->options_default)
    type->options_default(&space, options);
  if (apply_presets(recipe, data->name) != GSL_SUCCESS) {
    mg_recipe_free(recipe);
    return NULL;
  }
  if (mg_dataset_part(data, MG_VALIDATION).n == 0)
    recipe->fit.patience = 0; /* nothing to wait for */
  if (quick) {
    recipe->fit.restarts = 1;
    if (type->batch)
      recipe->fit.passes = (recipe->fit.passes + 4) / 5;
    recipe->fit.passes = GSL_MIN(recipe->fit.passes, 50);
    recipe->fit.tolerance = GSL_MAX_DBL(recipe->fit.tolerance, 1e-3);
  }
  return recipe;
}

void mg_recipe_free(mg_recipe *recipe) {
  if (!recipe)
    return;
  free(recipe->options);
  free(recipe);
}

bool mg_recipe_has(const mg_recipe *recipe, const char *name) {
  const mg_option *own = recipe->type->options;
  return mg_fit_takes(recipe->type, name) || (own && mg_option_find(own, name));
}

int mg_recipe_set(mg_recipe *recipe, const char *name, const char *value) {
  const mg_model_type *type = recipe->type;
  if (mg_fit_takes(type, name))
    return mg_option_set(mg_fit_option_table, name, value, &recipe->fit);
  if (type->options)
    return mg_option_set(type->options, name, value, recipe->options);
  return mg_fail(GSL_EINVAL, "%s has no options", type->name);
}

/* Appends "name=value" to the first `used` bytes of text. */
static size_t print_option(const mg_option *option, const void *options,
                           char *text, size_t used, size_t size) {
  char value[64];
  mg_option_print(option, options, value, sizeof value);
  used += (size_t)snprintf(text + used, size - used, "%s%s=%s", used ? " " : "",
                           option->name, value);
  return GSL_MIN(used, size - 1);
}

/* Minibatches are not stopped by a tolerance; one look is no choice. */
static bool loop_is_idle(const mg_fit_options *fit, const char *name) {
  return (fit->batch > 0 && strcmp(name, "tolerance") == 0) ||
         (fit->looks <= 1 && strcmp(name, "looks") == 0);
}

const char *mg_recipe_print(const mg_recipe *recipe, char *text, size_t size) {
  const mg_model_type *type = recipe->type;
  size_t used = 0;
  text[0] = '\0';
  for (const mg_option *o = type->options; o && o->name; o++)
    if (!type->idle || !type->idle(&recipe->space, recipe->options, o->name))
      used = print_option(o, recipe->options, text, used, size);
  for (const mg_option *o = mg_fit_option_table; o->name; o++)
    if (mg_fit_takes(type, o->name) && !loop_is_idle(&recipe->fit, o->name))
      used = print_option(o, &recipe->fit, text, used, size);
  return text;
}

mg_model *mg_recipe_model(const mg_recipe *recipe, const mg_space *space) {
  return mg_model_alloc(recipe->type, space, recipe->options,
                        recipe->dequantise);
}
