/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The comparison: everybody who can takes part, by the same rules. */
#include "config.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "comparison.h"
#include "folder.h"
#include "models/gmm.h"
#include "models/mixture.h"

static void enter(void) {
  gsl_set_error_handler_off();
  folder_enter();
}

TestSuite(compare, .init = enter, .fini = folder_leave);

/* ---- who takes part ---- */

static void expect_entries(mg_dataset *data, const char *names) {
  mg_compare *c = compare_on(data, true, 1);
  char text[512] = "", label[64];
  for (size_t i = 0; i < mg_compare_count(c); i++) {
    const mg_entry *entry = mg_compare_entry(c, i);
    strcat(text, i ? "; " : "");
    strcat(text, mg_entry_label(entry, label, sizeof label));
    cr_expect(!entry->done && !entry->model, "%s before the first turn", label);
  }
  cr_expect_str_eq(text, names, "'%s'", text);
  cr_expect_null(mg_compare_entry(c, mg_compare_count(c)), "one more");
  cr_expect_str_eq(mg_reason(), "", "a reason is left: '%s'", mg_reason());
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare, every_family_that_can_is_an_entry) {
  expect_entries(
      toy("ring", 40),
      "independent; naive_bayes; gmm; ppca; vae, IWAE; gan, no claim; "
      "pixelrnn; autoregressive; histogram; kde; knn, no claim");
  expect_entries(toy("checkerboard", 40),
                 "independent; gmm; ppca; vae, IWAE; gan, no claim; pixelrnn; "
                 "autoregressive; histogram; kde; knn, no claim");
  const char *const integers =
      "independent; naive_bayes; mixture; gmm, dequantised; "
      "ppca, dequantised; vae, IWAE; gan, no claim; fvbn; pixelrnn; pixelcnn; "
      "autoregressive, dequantised; histogram, dequantised; "
      "kde, dequantised; knn, no claim";
  expect_entries(pixels(MG_BINARY, 2), integers);
  expect_entries(pixels(MG_LEVELS, 4), integers);
}

/* No rows to score draws by are no failure; no memory for it is one. */
Test(compare, no_memory_is_not_nothing_to_score_by) {
  mg_dataset *data = toy("moons", 40);
  mg_compare_options options = {
      .seed = 1, .quick = true, .samples = mg_samples_options_default()};
  options.samples.floors = SIZE_MAX / 16;
  mg_compare *c = mg_compare_alloc(data, &options);
  cr_expect_null(c, "a comparison without its scores");
  cr_expect(strstr(mg_reason(), "no memory"), "'%s'", mg_reason());
  mg_compare_free(c);
  mg_dataset_split(data, "none");
  c = mg_compare_alloc(data, &options);
  cr_expect(c, "%s", mg_reason());
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare, nothing_to_train_on_is_no_comparison) {
  mg_dataset *data = toy("ring", 40);
  const mg_compare_options options = {.seed = 1};
  mg_dataset_split(data, "0/20/20");
  cr_expect_null(mg_compare_alloc(data, &options), "a comparison");
  cr_expect(strstr(mg_reason(), "ring has no rows to train on"), "'%s'",
            mg_reason());
  mg_compare_free(NULL);
  mg_dataset_free(data);
}

/* ---- options ---- */

Test(compare, options_are_set_for_all_or_for_one) {
  mg_dataset *data = pixels(MG_LEVELS, 4);
  mg_compare *c = compare_on(data, true, 1);
  const mg_gmm_options *gmm = entry_of(c, "gmm")->recipe->options;
  const mg_mixture_options *mix = entry_of(c, "mixture")->recipe->options;
  cr_expect(mg_compare_set(c, "components", "5") == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(gmm->components == 5 && mix->components == 5, "%zu and %zu",
            gmm->components, mix->components);
  cr_expect(mg_compare_set(c, "gmm.components", "3") == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(gmm->components == 3 && mix->components == 5, "%zu and %zu",
            gmm->components, mix->components);
  cr_expect(mg_compare_set(c, "restarts", "2") == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(entry_of(c, "gmm")->recipe->fit.restarts == 2 &&
                entry_of(c, "mixture")->recipe->fit.restarts == 2 &&
                entry_of(c, "kde")->recipe->fit.restarts == 1,
            "restarts");
  mg_compare_free(c);
  mg_dataset_free(data);
}

static void expect_unset(mg_compare *c, const char *name, const char *value,
                         const char *says) {
  mg_reason_clear();
  cr_expect(mg_compare_set(c, name, value) == GSL_EINVAL, "%s was taken", name);
  cr_expect(strstr(mg_reason(), says), "no '%s' in '%s'", says, mg_reason());
}

Test(compare, options_that_nobody_takes_are_refused) {
  mg_dataset *data = toy("ring", 40);
  mg_compare *c = compare_on(data, true, 1);
  expect_unset(c, "component", "5", "no model here has an option 'component'");
  expect_unset(c, "kde.components", "5", "'kde.components'");
  expect_unset(c, "gm.components", "5", "'gm.components'");
  expect_unset(c, "gmmm.components", "5", "'gmmm.components'");
  expect_unset(c, "mixture.components", "5", "'mixture.components'");
  expect_unset(c, "gmm.", "5", "'gmm.'");
  expect_unset(c, ".components", "5", "'.components'");
  expect_unset(c, "components", "0", "gmm: ");
  expect_unset(c, "components", "many", "gmm: ");
  mg_compare_free(c);
  mg_dataset_free(data);
}

/* ---- turns ---- */

Test(compare, turns_lead_from_one_family_to_the_next) {
  mg_dataset *data = toy("ring", 200);
  mg_compare *c = compare_on(data, true, 1);
  size_t at = 0, passes, turns = 0;
  double objective;
  mg_compare_progress(c, &passes, &objective);
  cr_expect(passes == 0 && isnan(objective), "progress before the first turn");
  while (mg_compare_test(c) == GSL_CONTINUE) {
    cr_assert(mg_compare_iterate(c) == GSL_SUCCESS, "%s", mg_reason());
    const double before = mg_compare_entry(c, at)->seconds;
    mg_compare_spend(c, 1);
    turns++;
    cr_expect(mg_compare_entry(c, at)->seconds == before + 1,
              "turn %zu was not charged to entry %zu", turns, at);
    mg_compare_progress(c, &passes, &objective);
    const mg_entry *entry = mg_compare_entry(c, at);
    cr_expect(passes == 0 || !isnan(objective) || entry->type->passes == 1,
              "no objective");
    cr_expect(mg_compare_present(c) - at <= 1, "a family was passed over");
    if (mg_compare_present(c) > at)
      cr_expect(mg_compare_entry(c, at)->done, "entry %zu is not done", at);
    at = mg_compare_present(c);
  }
  double seconds = 0;
  for (size_t i = 0; i < mg_compare_count(c); i++) {
    /* begin, at least one pass, evaluate */
    cr_expect(mg_compare_entry(c, i)->seconds >= 3, "entry %zu: %g turns", i,
              mg_compare_entry(c, i)->seconds);
    seconds += mg_compare_entry(c, i)->seconds;
  }
  cr_expect(at == mg_compare_count(c), "present is %zu at the end", at);
  cr_expect(seconds == (double)turns, "%g seconds in %zu turns", seconds,
            turns);
  cr_expect(mg_compare_entry(c, 0)->seconds == 3, "independent: %g turns",
            mg_compare_entry(c, 0)->seconds);
  cr_expect(mg_compare_iterate(c) == GSL_SUCCESS, "a turn after the end");
  mg_compare_free(c);
  mg_dataset_free(data);
}

Test(compare, entries_tell_what_became_of_a_family) {
  mg_dataset *data = toy("ring", 200);
  mg_compare *c = compare_on(data, true, 1);
  mg_compare_set(c, "gmm.passes", "3");
  mg_compare_set(c, "gmm.tolerance", "0");
  run(c);
  const mg_entry *gmm = entry_of(c, "gmm"), *one = entry_of(c, "independent");
  cr_expect(gmm->done && !gmm->failed && gmm->model, "gmm is not done");
  cr_expect(gmm->parameters == 7 + 16 + 24, "%zu parameters", gmm->parameters);
  cr_expect(gmm->data_seen == 300, "%g data in 3 passes", gmm->data_seen);
  cr_expect(strstr(gmm->note, "components=8 "), "'%s'", gmm->note);
  cr_expect(one->data_seen == 100 && one->parameters == 4, "%g data, %zu",
            one->data_seen, one->parameters);
  const size_t n[] = {100, 50, 50};
  for (int part = 0; part < MG_PARTS; part++) {
    const mg_evidence *e = &gmm->evidence[part];
    cr_expect(e->n == n[part] && e->claim == MG_EXACT && isfinite(e->value),
              "part %d: %zu data", part, e->n);
  }
  mg_compare_free(c);
  mg_dataset_free(data);
}

/* ---- a family that fails ---- */

/* A constant column leaves a kernel without a bandwidth. */
Test(compare, a_failing_family_is_a_note_and_the_others_go_on) {
  mg_dataset *data = toy("ring", 100);
  for (size_t i = 0; i < data->n; i++)
    gsl_matrix_set(data->reals, i, 1, 7);
  mg_compare *c = compare_on(data, true, 1);
  cr_assert(mg_compare_set(c, "independent.floor", "0") == GSL_SUCCESS, "%s",
            mg_reason());
  run(c);
  const mg_entry *kde = entry_of(c, "kde"), *one = entry_of(c, "independent");
  cr_expect(kde->done && kde->failed && !kde->model, "kde did not fail");
  cr_expect(strstr(kde->note, "column 2 is constant"), "'%s'", kde->note);
  cr_expect(one->failed && strstr(one->note, "column 2 is constant"), "'%s'",
            one->note);
  cr_expect(!entry_of(c, "gmm")->failed, "gmm: %s", entry_of(c, "gmm")->note);
  mg_table *evidence = mg_compare_evidence(c), *curves = mg_compare_curves(c);
  mg_table *samples = mg_compare_samples(c, 5);
  mg_table *density = mg_compare_density(c, 4);
  const char *const failed[] = {"kde", "independent", "histogram"};
  for (size_t i = 0; i < 3; i++)
    cr_expect(rows_of(evidence, failed[i]) + rows_of(curves, failed[i]) +
                      rows_of(samples, failed[i]) +
                      rows_of(density, failed[i]) ==
                  0,
              "%s is in the tables", failed[i]);
  cr_expect(rows_of(evidence, "gmm") == 3 && rows_of(samples, "gmm") == 5,
            "gmm is not in the tables");
  mg_table_free(evidence);
  mg_table_free(curves);
  mg_table_free(samples);
  mg_table_free(density);
  mg_compare_free(c);
  mg_dataset_free(data);
}

/* Half an evidence is none: the fit and its training part are sound, the test
 * part is not. */
Test(compare, a_family_that_fails_at_the_end_has_no_evidence) {
  mg_dataset *data = toy("ring", 100);
  gsl_matrix_set(data->reals, 99, 0, NAN);
  data->truth.log_density = NULL;
  data->truth.entropy = NAN;
  mg_compare *c = compare_on(data, true, 1);
  run(c);
  mg_table *evidence = mg_compare_evidence(c);
  cr_expect(mg_table_rows(evidence) == 0, "%zu rows of evidence",
            mg_table_rows(evidence));
  for (size_t i = 0; i < mg_compare_count(c); i++)
    cr_expect(mg_compare_entry(c, i)->failed ==
                      mg_model_judges(mg_compare_entry(c, i)->type) &&
                  mg_compare_entry(c, i)->evidence[MG_TRAIN].n == 0,
              "entry %zu", i);
  mg_table_free(evidence);
  mg_compare_free(c);
  mg_dataset_free(data);
}
