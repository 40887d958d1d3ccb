/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every family there is, and what suits each data set.
 *
 * A family's own defaults know only the space (its dimension, its measure).
 * What is known of a data set beyond that, that a ring has eight modes or that
 * a mode is .01 wide, is a preset here: a line says for which data and family
 * which option takes which value; how long networks learn on reals is one, too.
 * It is printed beside the number, and changes how large the model is or how it
 * is fitted, never the kind of claim; `--set` overrides it.
 *
 * Adding a family: its header, and a line in mg_zoo. */
#include "eval/zoo.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "models/autoregressive.h"
#include "models/fvbn.h"
#include "models/gan.h"
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

const mg_model_type *const mg_zoo[] = {&mg_independent_type,
                                       &mg_naive_bayes_type,
                                       &mg_mixture_type,
                                       &mg_gmm_type,
                                       &mg_ppca_type,
                                       &mg_vae_type,
                                       &mg_gan_type,
                                       &mg_fvbn_type,
                                       &mg_pixelrnn_type,
                                       &mg_pixelcnn_type,
                                       &mg_autoregressive_type,
                                       &mg_histogram_type,
                                       &mg_kde_type,
                                       &mg_knn_type,
                                       NULL};

/* Any data on reals, a reader's file too; what a later row says holds. */
#define ON_REALS NULL
/* All reals inside the program. */
#define OUR_REALS                                                              \
  "faithful heights ring grid checkerboard moons pinwheel spiral swiss"

/* Of one data set or of several, by their names: what --set would be told. */
typedef struct {
  const char *data, *family, *sets;
} preset;

static const preset presets[] = {
    {ON_REALS, "autoregressive", "schedule=cosine passes=250 patience=80"},
    {ON_REALS, "pixelrnn", "schedule=cosine passes=250 patience=80"},
    {ON_REALS, "gan",
     "penalty=0.1 penalty_kind=real schedule=cosine passes=500"},
    {"digits", "gan",
     "activation=leaky penalty=1 penalty_kind=real averaging=0.995 batch=64 "
     "passes=200"},
    {"ring grid", "gan", "hidden=64 layers=6 rate=2e-3 averaging=0.995"},
    {"ring", "gan", "activation=leaky"},
    {"grid", "gan", "penalty=0.03 passes=1000"},
    {"digits", "gmm",
     "components=25 covariance=diagonal tolerance=1e-4 restarts=3"},
    {"digits", "naive_bayes", "smoothing=0.2"},
    {"digits", "mixture", "components=10 smoothing=0.2 restarts=3"},
    {"digits", "ppca", "latent=54"},
    {"digits", "fvbn", "penalty=0.6 smoothing=0.5 tolerance=1e-3"},
    {"digits-binary", "mixture", "components=40 restarts=3"},
    {"digits-binary", "gmm", "tolerance=1e-4"},
    {"digits-binary", "ppca", "latent=48"},
    {"faithful", "gmm", "components=2 restarts=3"},
    {"heights", "gmm", "components=2 restarts=3"},
    {"ring", "gmm", "components=8 floor=1e-9 restarts=5"},
    {"grid", "gmm", "components=25 floor=1e-8 restarts=5"},
    {"digits", "vae", "likelihood=logistic batch=64 passes=300 patience=15"},
    {"digits-binary", "vae", "batch=64 passes=200 patience=15"},
    {"faithful", "vae",
     "hidden=64 hidden2=64 activation=relu warmup=100 rate=2e-3 batch=32 "
     "passes=800 patience=150"},
    {"ring grid", "vae",
     "hidden=128 hidden2=128 activation=relu warmup=50 rate=2e-3 batch=64 "
     "passes=400 patience=100"},
    {"digits", "pixelcnn",
     "kind=gated channels=20 blocks=3 dropout=0.1 averaging=0.995 "
     "shifts=0.3 rate=6e-3 passes=36 patience=15"},
    {"digits-binary", "pixelcnn",
     "kind=gated channels=24 blocks=3 dropout=0.25 averaging=0.995 "
     "rate=2e-3 passes=80 patience=10"},
    {"digits", "pixelrnn",
     "layers=2 weight_decay=0.3 rate=6e-3 passes=30 patience=12"},
    {"digits-binary", "pixelrnn", "weight_decay=0.3 passes=60 patience=12"},
    {"grid", "pixelrnn", "components=5"},
    {"grid", "autoregressive", "components=5"},
    {"checkerboard", "autoregressive", "components=20"},
    {"checkerboard", "pixelrnn", "components=20"},
    {"faithful", "autoregressive", "components=3"},
    {"faithful", "pixelrnn", "components=3"},
    {"digits", "autoregressive", "passes=60 patience=10"},
    {"digits-binary", "autoregressive", "passes=60 patience=10"},
    {OUR_REALS, "histogram", "width=cv"},
    {"digits digits-binary", "kde", "bandwidth=cv"},
    {OUR_REALS, "kde", "bandwidth=cv"},
};

/* Products that a quick fit of a network may take: some seconds. */
#define QUICK_WORK 4e10

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

/* Is name one of the words?  Names of files may hold blanks. */
static bool is_word(const char *words, const char *name) {
  const size_t length = strlen(name);
  for (const char *w = words; *w; w += strspn(w, " ")) {
    const size_t word = strcspn(w, " ");
    if (word == length && strncmp(w, name, length) == 0)
      return true;
    w += word;
  }
  return false;
}

static bool is_for(const preset *p, const mg_recipe *recipe, const char *data) {
  return strcmp(p->family, recipe->type->name) == 0 &&
         (p->data ? is_word(p->data, data) : recipe->space.measure == MG_REALS);
}

/* "name=value name=value" */
static int apply_sets(mg_recipe *recipe, const char *sets) {
  char name[64], value[64];
  int used, status = GSL_SUCCESS;
  for (; status == GSL_SUCCESS &&
         sscanf(sets, " %63[^=]=%63s%n", name, value, &used) == 2;
       sets += used)
    status = mg_recipe_set(recipe, name, value);
  if (status == GSL_SUCCESS && *sets)
    return mg_fail(GSL_EINVAL, "'%s' sets nothing", sets);
  return status;
}

static int apply_presets(mg_recipe *recipe, const char *data) {
  for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
    const preset *p = &presets[i];
    if (!is_for(p, recipe, data))
      continue;
    const int status = apply_sets(recipe, p->sets);
    if (status != GSL_SUCCESS)
      return mg_fail_in(status, "preset of %s for %s", p->family, data);
  }
  return GSL_SUCCESS;
}

/* A cosine is down at 0 when n rows have been through all passes. */
static int spread_cosine(mg_recipe *recipe, size_t n) {
  const mg_option *own = recipe->type->options;
  const mg_option *schedule = own ? mg_option_find(own, "schedule") : NULL;
  const size_t batch = recipe->fit.batch ? recipe->fit.batch : n;
  char text[64];
  if (!schedule || n == 0 ||
      strcmp(mg_option_print(schedule, recipe->options, text, sizeof text),
             "cosine") != 0)
    return GSL_SUCCESS;
  snprintf(text, sizeof text, "%zu",
           recipe->fit.passes * ((n + batch - 1) / batch));
  return mg_recipe_set(recipe, "decay", text);
}

/* About how many products a pass over n rows takes of a family that learns by
 * gradient.  Where it does not say: a weight is used once a datum, and at every
 * column where one network goes along them; the gradient takes twice as much as
 * the value. */
static double pass_work(const mg_recipe *recipe, size_t n) {
  const mg_model_type *type = recipe->type;
  const mg_space inner =
      mg_model_inner_space(&recipe->space, recipe->dequantise);
  if (type->products)
    return type->products(&inner, recipe->options) * (double)n;
  const double numbers =
      type->numbers ? (double)type->numbers(&inner, recipe->options) : 0;
  return 3 * numbers * (double)n *
         (type->along ? (double)recipe->space.dim : 1);
}

/* A first look: one start, at most 50 passes and a fifth of the epochs of
 * minibatches, fewer where they would take more than QUICK_WORK products; and
 * a warm-up of the KL that ends as early in the fit as it would have. */
static int hurry(mg_recipe *recipe, size_t n) {
  mg_fit_options *fit = &recipe->fit;
  const mg_option *own = recipe->type->options;
  const mg_option *warmup = own ? mg_option_find(own, "warmup") : NULL;
  const size_t passes = fit->passes;
  char text[64];
  fit->restarts = 1;
  fit->tolerance = GSL_MAX_DBL(fit->tolerance, 1e-3);
  fit->passes = GSL_MIN(recipe->type->batch ? (passes + 4) / 5 : passes, 50);
  if (!recipe->type->batch)
    return GSL_SUCCESS;
  const double most = QUICK_WORK / GSL_MAX_DBL(pass_work(recipe, n), 1);
  if (most < (double)fit->passes)
    fit->passes = GSL_MAX((size_t)most, 1);
  if (!warmup)
    return GSL_SUCCESS;
  mg_option_print(warmup, recipe->options, text, sizeof text);
  snprintf(text, sizeof text, "%.0f",
           floor(strtod(text, NULL) * (double)fit->passes / (double)passes));
  return mg_recipe_set(recipe, "warmup", text);
}

mg_recipe *mg_recipe_alloc(const mg_model_type *type, const mg_dataset *data,
                           bool quick) {
  const size_t rows = mg_dataset_part(data, MG_TRAIN).n;
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
  if (apply_presets(recipe, data->name) != GSL_SUCCESS ||
      (quick && hurry(recipe, rows) != GSL_SUCCESS) ||
      spread_cosine(recipe, rows) != GSL_SUCCESS) {
    mg_recipe_free(recipe);
    return NULL;
  }
  if (mg_dataset_part(data, MG_VALIDATION).n == 0)
    recipe->fit.patience = 0; /* nothing to wait for */
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
