/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry: families are found by name, recipes begin with what is known of
 * the data, and every option has a name. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "data/catalogue.h"
#include "data/toys.h"
#include "eval/zoo.h"
#include "models/gan.h"
#include "models/gmm.h"
#include "models/kde.h"
#include "models/mixture.h"

static void expect_unknown(const char *name, const char *says) {
  cr_expect_null(mg_zoo_find(name), "found '%s'", name);
  cr_expect(strstr(mg_reason(), says), "'%s': no '%s' in '%s'", name, says,
            mg_reason());
}

Test(zoo, families_are_found_by_their_names) {
  for (const mg_model_type *const *t = mg_zoo; *t; t++)
    cr_expect(mg_zoo_find((*t)->name) == *t, "%s is not itself", (*t)->name);
}

Test(zoo, names_are_different_and_fit_a_command_line) {
  for (const mg_model_type *const *t = mg_zoo; *t; t++) {
    const size_t good =
        strspn((*t)->name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    cr_expect(good == strlen((*t)->name) && good > 0, "'%s'", (*t)->name);
    for (const mg_model_type *const *u = mg_zoo; u < t; u++)
      cr_expect(strcmp((*t)->name, (*u)->name) != 0, "%s twice", (*t)->name);
  }
}

Test(zoo, an_unknown_name_gets_the_closest) {
  expect_unknown("gnm", "did you mean 'gmm'?");
  expect_unknown("naive_bayse", "did you mean 'naive_bayes'?");
  expect_unknown("mixtures", "did you mean 'mixture'?");
  expect_unknown("GMM-of-some-kind", "independent, naive_bayes, mixture, gmm");
  expect_unknown("", "no model ''");
}

Test(zoo, a_name_of_any_length_is_borne) {
  char name[2000];
  memset(name, 'x', sizeof name);
  name[sizeof name - 1] = '\0';
  expect_unknown(name, "no model");
}

/* ---- recipes ---- */

/* Options of minibatches are for who learns in them. */
Test(zoo, the_loop_has_options_that_fit_its_family) {
  char text[500];
  for (const mg_model_type *const *t = mg_zoo; *t; t++) {
    mg_dataset *data = mg_dataset_named("heights", 1);
    mg_recipe *recipe = mg_recipe_alloc(*t, data, false);
    mg_dataset_free(data);
    if (!recipe)
      continue;
    const bool climbs = (*t)->batch > 0;
    cr_expect(recipe->fit.batch == (*t)->batch, "%s: batch %zu", (*t)->name,
              recipe->fit.batch);
    cr_expect(mg_recipe_has(recipe, "batch") == climbs &&
                  mg_recipe_has(recipe, "patience") ==
                      (climbs && mg_model_judges(*t)),
              "%s: the loop's options", (*t)->name);
    mg_recipe_print(recipe, text, sizeof text);
    cr_expect(!strstr(text, "batch=") == !climbs, "%s: %s", (*t)->name, text);
    cr_expect(!climbs || !strstr(text, "tolerance="), "%s: %s", (*t)->name,
              text);
    mg_recipe_free(recipe);
  }
}

/* A family that climbs: its batch is the recipe's, its tolerance is idle. */
Test(zoo, a_family_by_gradient_has_minibatches) {
  mg_model_type type = mg_gmm_type;
  char text[500];
  type.batch = 32;
  mg_dataset *data = mg_dataset_named("heights", 1);
  mg_recipe *recipe = mg_recipe_alloc(&type, data, false);
  cr_assert_not_null(recipe, "%s", mg_reason());
  mg_recipe_print(recipe, text, sizeof text);
  cr_expect(strstr(text, " batch=32 patience=0") && !strstr(text, "tolerance"),
            "%s", text);
  cr_expect(mg_recipe_set(recipe, "batch", "0") == GSL_SUCCESS, "batch");
  mg_recipe_print(recipe, text, sizeof text);
  cr_expect(strstr(text, "tolerance="), "%s", text);
  mg_recipe_free(recipe);
  mg_dataset_free(data);
}

static mg_recipe *recipe_for(const char *family, const char *data, bool quick) {
  mg_dataset *rows = mg_dataset_named(data, 1);
  cr_assert_not_null(rows, "%s", mg_reason());
  mg_recipe *recipe = mg_recipe_alloc(mg_zoo_find(family), rows, quick);
  mg_dataset_free(rows);
  return recipe;
}

/* Every pair of a family and a data set of the catalogue: a recipe is made when
 * the family can, presets included, and then its model. */
Test(zoo, every_preset_is_in_range) {
  size_t made = 0;
  for (const mg_catalogue_entry *e = mg_catalogue; e->name; e++) {
    mg_dataset *data = mg_dataset_named(e->name, 1);
    for (const mg_model_type *const *t = mg_zoo; *t; t++) {
      const bool can = mg_model_can(*t, &data->space, true) == GSL_SUCCESS;
      const bool needs = mg_model_can(*t, &data->space, false) != GSL_SUCCESS;
      mg_recipe *recipe = mg_recipe_alloc(*t, data, false);
      cr_expect((recipe != NULL) == can, "%s for %s: %s", (*t)->name, e->name,
                mg_reason());
      if (!recipe)
        continue;
      made++;
      cr_expect(recipe->dequantise == needs, "%s for %s: noise %d", (*t)->name,
                e->name, recipe->dequantise);
      mg_model *model = mg_recipe_model(recipe, &data->space);
      cr_expect_not_null(model, "%s for %s: %s", (*t)->name, e->name,
                         mg_reason());
      mg_model_free(model);
      mg_recipe_free(recipe);
    }
    mg_dataset_free(data);
  }
  cr_expect(made > 20, "%zu recipes", made);
}

/* A preset for data or a family that are not there would lie unused for ever:
 * each of these is one that is used. */
static void expect_preset(const char *family, const char *data,
                          const char *says) {
  mg_recipe *recipe = recipe_for(family, data, false);
  char text[512];
  cr_assert_not_null(recipe, "%s for %s: %s", family, data, mg_reason());
  mg_recipe_print(recipe, text, sizeof text);
  cr_expect(strstr(text, says), "%s for %s: no '%s' in '%s'", family, data,
            says, text);
  mg_recipe_free(recipe);
}

Test(zoo, recipes_know_their_data) {
  expect_preset("gmm", "ring", "components=8 ");
  expect_preset("gmm", "ring", "restarts=5 ");
  expect_preset("gmm", "grid", "components=25 ");
  expect_preset("gmm", "faithful", "components=2 ");
  expect_preset("gmm", "heights", "components=2 ");
  expect_preset("gmm", "digits", "covariance=diagonal ");
  expect_preset("mixture", "digits", "smoothing=0.2 ");
  expect_preset("mixture", "digits-binary", "components=40 ");
  expect_preset("gmm", "moons", "components=10 covariance=full ");
  expect_preset("vae", "ring", "hidden=128 ");
  expect_preset("vae", "grid", "hidden=128 ");
  expect_preset("kde", "swiss", "bandwidth=cv");
  expect_preset("kde", "digits", "bandwidth=cv");
  expect_preset("histogram", "heights", "width=cv");
}

/* A family's recipe for n rows of a reader's own. */
static void expect_of_file(const char *family, const mg_space *space, size_t n,
                           const char *says) {
  mg_dataset *data = mg_dataset_alloc("mine", space, n);
  mg_recipe *recipe = mg_recipe_alloc(mg_zoo_find(family), data, false);
  char text[512];
  cr_assert_not_null(recipe, "%s: %s", family, mg_reason());
  mg_recipe_print(recipe, text, sizeof text);
  cr_expect(strstr(text, says), "%s for %zu rows: no '%s' in '%s'", family, n,
            says, text);
  mg_recipe_free(recipe);
  mg_dataset_free(data);
}

/* 250 passes of as many minibatches as the rows make. */
Test(zoo, networks_on_reals_come_to_rest_with_the_last_pass) {
  const mg_space reals = {.dim = 2, .measure = MG_REALS};
  const mg_space bits = {.dim = 2, .measure = MG_BINARY, .levels = 2};
  expect_preset("autoregressive", "ring", "schedule=cosine decay=4000 ");
  expect_preset("autoregressive", "ring", "passes=250 batch=128 patience=80");
  expect_preset("pixelrnn", "moons", "schedule=cosine decay=8000 ");
  expect_of_file("autoregressive", &reals, 128, "cosine decay=250 ");
  expect_of_file("autoregressive", &reals, 129, "cosine decay=500 ");
  expect_of_file("pixelrnn", &reals, 129, "cosine decay=750 ");
  expect_of_file("pixelrnn", &bits, 129, "schedule=constant weight_decay");
  expect_preset("pixelrnn", "digits", "schedule=constant ");
  expect_preset("autoregressive", "digits", "schedule=constant ");
}

Test(zoo, quick_is_one_short_start) {
  mg_recipe *slow = recipe_for("gmm", "ring", false);
  mg_recipe *quick = recipe_for("gmm", "ring", true);
  cr_expect(slow->fit.restarts == 5 && slow->fit.passes == 1000, "slow");
  cr_expect(quick->fit.restarts == 1 && quick->fit.passes == 50 &&
                quick->fit.tolerance == 1e-3,
            "%zu starts of %zu passes", quick->fit.restarts, quick->fit.passes);
  cr_expect(((mg_gmm_options *)quick->options)->components == 8,
            "a quick recipe forgets what is known");
  mg_recipe_free(slow);
  mg_recipe_free(quick);
  mg_recipe_free(NULL);
}

static void expect_quick(const char *family, const char *data,
                         const char *says) {
  mg_recipe *recipe = recipe_for(family, data, true);
  char text[512];
  cr_assert_not_null(recipe, "%s for %s: %s", family, data, mg_reason());
  mg_recipe_print(recipe, text, sizeof text);
  cr_expect(strstr(text, says), "%s for %s: no '%s' in '%s'", family, data,
            says, text);
  mg_recipe_free(recipe);
}

/* A fifth of the epochs, at most 50, and what goes with them: a falling rate is
 * down at their end, and a warm-up is over as early in the fit as before. */
Test(zoo, quick_networks_end_what_they_begin) {
  expect_quick("autoregressive", "ring", "decay=800 ");
  expect_quick("autoregressive", "ring", "passes=50 ");
  expect_preset("vae", "ring", "warmup=50 ");
  expect_quick("vae", "ring", "warmup=6 "); /* 50 of 400 passes */
  expect_quick("vae", "ring", "passes=50 ");
  expect_quick("vae", "digits-binary", "passes=40 ");
}

/* A quick pixelcnn takes at most 4e10 products: three a weight, pixel and
 * image. */
Test(zoo, quick_is_bounded_by_work) {
  mg_dataset *data = mg_dataset_named("digits-binary", 1);
  const mg_model_type *type = mg_zoo_find("pixelcnn");
  mg_recipe *quick = mg_recipe_alloc(type, data, true);
  cr_assert_not_null(quick, "%s", mg_reason());
  const double weights = (double)type->numbers(&data->space, quick->options),
               pass =
                   3 * weights * 64 * (double)mg_dataset_part(data, MG_TRAIN).n;
  cr_expect(quick->fit.passes < 16 && quick->fit.passes >= 3 &&
                (double)quick->fit.passes * pass <= 4e10 &&
                (double)(quick->fit.passes + 1) * pass > 4e10,
            "%zu passes of %g products", quick->fit.passes, pass);
  mg_recipe_free(quick);
  mg_dataset_free(data);
  const mg_space large = {
      .dim = 784, .measure = MG_BINARY, .levels = 2, .height = 28, .width = 28};
  data = mg_dataset_alloc("mine", &large, 100000);
  quick = mg_recipe_alloc(type, data, true);
  cr_expect(quick->fit.passes == 1, "%zu passes", quick->fit.passes);
  mg_recipe_free(quick);
  mg_dataset_free(data);
}

/* Of a convolution a weight is used at every position: on images of 28 x 28 the
 * generator's 16 L + 7 x 7 x 64, .. grow with the area, not with the weights.
 * The whole of a pass, counted by hand for 4 channels (k = 1, no penalty). */
Test(zoo, shared_weights_are_counted_where_they_are_used) {
  const mg_space images = {.dim = 784,
                           .measure = MG_LEVELS,
                           .levels = 256,
                           .height = 28,
                           .width = 28};
  mg_gan_options o;
  mg_gan_options_default(&images, &o);
  o.channels = 4;
  const double make = 17. * 8 * 49 + (8 * 72. + 8) * 49 + (8 * 36. + 4) * 196 +
                      (4 * 9. + 1) * 784;
  const double judge = (4 * 9. + 4) * 196 + (8 * 36. + 8) * 49 + (8 * 49 + 1.);
  const double pass = mg_gan_type.products(&images, &o);
  cr_expect_float_eq(pass, 4 * make + 8 * judge, 1e-6, "%.9g, not %.9g", pass,
                     4 * make + 8 * judge);
  mg_dataset *data = mg_dataset_alloc("mine", &images, 10000);
  mg_recipe *quick = mg_recipe_alloc(&mg_gan_type, data, true);
  cr_assert_not_null(quick, "%s", mg_reason());
  const double all = (double)mg_dataset_part(data, MG_TRAIN).n *
                     mg_gan_type.products(&images, quick->options);
  cr_expect(quick->fit.passes == 1 || (double)quick->fit.passes * all <= 4e10,
            "%zu passes of %g products", quick->fit.passes, all);
  mg_recipe_free(quick);
  mg_dataset_free(data);
}

Test(zoo, what_cannot_stand_has_no_recipe) {
  cr_expect_null(recipe_for("mixture", "ring", false), "a mixture on reals");
  cr_expect(strstr(mg_reason(), "mixture has no density on reals"), "'%s'",
            mg_reason());
  cr_expect_null(recipe_for("naive_bayes", "checkerboard", false),
                 "naive Bayes without labels");
}

/* ---- setting and printing ---- */

Test(zoo, options_of_family_and_loop_are_set_by_name) {
  mg_recipe *recipe = recipe_for("gmm", "ring", false);
  const mg_gmm_options *options = recipe->options;
  cr_expect(mg_recipe_set(recipe, "components", "3") == 0, "%s", mg_reason());
  cr_expect(mg_recipe_set(recipe, "covariance", "tied") == 0, "%s",
            mg_reason());
  cr_expect(mg_recipe_set(recipe, "restarts", "7") == 0, "%s", mg_reason());
  cr_expect(mg_recipe_set(recipe, "tolerance", "1e-3") == 0, "%s", mg_reason());
  cr_expect(options->components == 3 && options->covariance == MG_GMM_TIED,
            "%zu components", options->components);
  cr_expect(recipe->fit.restarts == 7 && recipe->fit.tolerance == 1e-3,
            "%zu restarts", recipe->fit.restarts);
  cr_expect(mg_recipe_set(recipe, "components", "0") == GSL_EINVAL, "0");
  cr_expect(strstr(mg_reason(), "1 .. 100000"), "'%s'", mg_reason());
  cr_expect(mg_recipe_set(recipe, "component", "2") == GSL_EINVAL, "component");
  cr_expect(strstr(mg_reason(), "components"), "'%s'", mg_reason());
  cr_expect(mg_recipe_set(recipe, "threads", "2") == GSL_EINVAL, "threads");
  cr_expect(options->components == 3, "a refused value was kept");
  mg_recipe_free(recipe);
}

/* A family of one pass has nothing to say to the loop. */
Test(zoo, one_pass_has_no_loop) {
  mg_recipe *loops = recipe_for("gmm", "ring", false);
  mg_recipe *once = recipe_for("kde", "ring", false);
  cr_expect(mg_recipe_has(loops, "restarts") && mg_recipe_has(loops, "floor"),
            "gmm has no restarts");
  cr_expect(!mg_recipe_has(once, "restarts"), "kde has restarts");
  cr_expect(mg_recipe_has(once, "bandwidth"), "kde has no bandwidth");
  cr_expect(!mg_recipe_has(once, "components"), "kde has components");
  cr_expect(mg_recipe_set(once, "restarts", "2") == GSL_EINVAL, "set");
  char text[256];
  mg_recipe_print(once, text, sizeof text);
  cr_expect_str_eq(text, "bandwidth=cv", "'%s'", text);
  mg_recipe_print(loops, text, sizeof text);
  cr_expect_str_eq(text,
                   "components=8 covariance=full start=kmeans++ floor=1e-09 "
                   "restarts=5 passes=1000 tolerance=1e-07",
                   "'%s'", text);
  mg_recipe_free(loops);
  mg_recipe_free(once);
}

/* A number that has no effect would read as one that was used. */
static void expect_recipe(const char *family, const char *data,
                          const char *value, const char *says) {
  mg_recipe *recipe = recipe_for(family, data, false);
  char text[256];
  if (value)
    cr_assert_eq(mg_recipe_set(recipe, "bandwidth", value), 0, "%s",
                 mg_reason());
  mg_recipe_print(recipe, text, sizeof text);
  cr_expect_str_eq(text, says, "%s on %s: '%s'", family, data, text);
  mg_recipe_free(recipe);
}

Test(zoo, options_without_effect_are_not_printed) {
  expect_recipe("kde", "ring", "scott", "bandwidth=scott");
  expect_recipe("kde", "ring", "fixed", "bandwidth=fixed h=1");
  expect_recipe("independent", "ring", NULL, "floor=1e-06");
  expect_recipe("independent", "digits", NULL, "smoothing=0.1");
  expect_recipe("independent", "digits-binary", NULL, "smoothing=1");
  expect_recipe("naive_bayes", "digits", NULL, "smoothing=0.2");
  expect_recipe("naive_bayes", "ring", NULL, "smoothing=1 floor=1e-06");
}

/* What is printed, set again, gives the same recipe. */
Test(zoo, a_printed_recipe_can_be_typed_in) {
  for (const mg_model_type *const *t = mg_zoo; *t; t++) {
    const char *data = mg_model_can(*t, &(mg_space){.dim = 2}, false) ||
                               strcmp((*t)->name, "naive_bayes") == 0
                           ? "digits"
                           : "ring";
    mg_recipe *from = recipe_for((*t)->name, data, false);
    mg_recipe *to = recipe_for((*t)->name, data, true);
    char text[512], again[512], *rest = NULL;
    cr_assert(from && to, "%s for %s: %s", (*t)->name, data, mg_reason());
    mg_recipe_print(from, text, sizeof text);
    memcpy(again, text, sizeof again);
    for (char *word = strtok_r(again, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
      char *equals = strchr(word, '=');
      cr_assert_not_null(equals, "'%s' in '%s'", word, text);
      *equals = '\0';
      cr_expect(mg_recipe_set(to, word, equals + 1) == GSL_SUCCESS, "%s",
                mg_reason());
    }
    mg_recipe_print(to, again, sizeof again);
    cr_expect_str_eq(again, text, "'%s', typed in from '%s'", again, text);
    mg_recipe_free(from);
    mg_recipe_free(to);
  }
}

Test(zoo, print_keeps_to_its_room) {
  mg_recipe *recipe = recipe_for("gmm", "ring", false);
  char whole[512], text[512];
  mg_recipe_print(recipe, whole, sizeof whole);
  for (size_t size = 1; size < strlen(whole) + 2; size++) {
    memset(text, '#', sizeof text);
    mg_recipe_print(recipe, text, size);
    cr_assert(strlen(text) < size, "%zu bytes into %zu", strlen(text), size);
    cr_assert(strncmp(text, whole, strlen(text)) == 0, "'%s' of '%s'", text,
              whole);
    cr_assert(text[size] == '#', "byte %zu was written", size);
  }
  mg_recipe_free(recipe);
}
