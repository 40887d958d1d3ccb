/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every method of inference on one posterior. */
#include "eval/inference.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "targets/named.h"

static mg_inference *compared(const mg_posterior *p, size_t threads) {
  mg_inference_options options = mg_inference_options_default(true);
  options.threads = threads;
  mg_inference *c = mg_inference_alloc(p, &options);
  cr_assert(c, "%s", mg_reason());
  while (mg_inference_test(c) == GSL_CONTINUE)
    cr_assert_eq(mg_inference_iterate(c), GSL_SUCCESS, "%s", mg_reason());
  return c;
}

static mg_posterior *named(const char *name) {
  mg_posterior *p = mg_posterior_alloc(mg_posterior_find(name), NULL);
  cr_assert(p, "%s", mg_reason());
  return p;
}

static const mg_inference_entry *find(const mg_inference *c, const char *name) {
  for (size_t i = 0; i < mg_inference_count(c); i++)
    if (strcmp(mg_inference_get(c, i)->name, name) == 0)
      return mg_inference_get(c, i);
  cr_assert_fail("there is no %s", name);
  return NULL;
}

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(inference, .init = quiet);

/* ---- against the truth ---- */

static void expect_bound(const mg_inference_entry *e, double truth) {
  const double slack = 6.1 * e->evidence.std_error + 1e-9;
  cr_expect(e->done && !e->failed, "%s: %s", e->name, e->note);
  /* A heavy tail withdraws the interval, and with it what could be held. */
  if (e->evidence.n == 0 || e->evidence.heavy)
    return;
  cr_expect(e->evidence.value <= truth + slack, "%s: %.6f +- %.6f above %.6f",
            e->name, e->evidence.value, e->evidence.std_error, truth);
  if (strcmp(e->kind, "draws") == 0)
    cr_expect(e->evidence.value >= truth - slack, "%s: %.6f +- %.6f, not %.6f",
              e->name, e->evidence.value, e->evidence.std_error, truth);
}

/* Importance sampling is from the guide of the highest bound, two standard
 * errors down. */
static void expect_the_best_guide(const mg_inference *c) {
  const mg_inference_entry *best = find(c, "full rank");
  const char *note = find(c, "importance")->note;
  char from[80];
  for (size_t i = 0; i < mg_inference_count(c); i++) {
    const mg_inference_entry *e = mg_inference_get(c, i);
    if (strcmp(e->kind, "mean-field") == 0 &&
        e->evidence.value - 2 * e->evidence.std_error >
            best->evidence.value - 2 * best->evidence.std_error)
      best = e;
  }
  const int length = snprintf(from, sizeof from, "from %s", best->name);
  cr_expect(strncmp(note, from, (size_t)length) == 0 &&
                (note[length] == '\0' || note[length] == ';'),
            "%s, not %s", note, from);
}

Test(inference, of_the_coin_agrees_with_what_is_known) {
  mg_posterior *p = named("coin");
  mg_inference *c = compared(p, 0);
  const mg_inference_entry *exact = find(c, "exact"), *hmc = find(c, "hmc");
  cr_expect(fabs(exact->evidence.value + 7.069374503) < 1e-9, "exact %.10f",
            exact->evidence.value);
  cr_expect_eq(exact->evidence.claim, MG_EXACT);
  for (size_t i = 0; i < mg_inference_count(c); i++)
    expect_bound(mg_inference_get(c, i), exact->evidence.value);
  cr_expect(
      find(c, "bbvi control")->evidence.value > exact->evidence.value - 0.01,
      "a Beta guide reaches it: %.6f", find(c, "bbvi control")->evidence.value);
  cr_expect(hmc->evidence.n == 0 && hmc->evidence.claim == MG_NO_CLAIM,
            "hmc tells no evidence");
  cr_expect(fabs(hmc->chains->mean - gsl_vector_get(exact->mean, 0)) <
                6.1 * hmc->chains->std_error,
            "mean %.4f +- %.4f", hmc->chains->mean, hmc->chains->std_error);
  cr_expect(strstr(find(c, "naive")->note, "from the prior"), "naive");
  expect_the_best_guide(c);
  mg_inference_free(c);
  mg_posterior_free(p);
}

/* Two correlated coordinates: a product misses half a nat, and the variance
 * that goes with it; the full rank neither. */
Test(inference, a_product_misses_what_the_full_rank_has) {
  mg_posterior *p = named("gaussian");
  mg_inference *c = compared(p, 0);
  const mg_inference_entry *product = find(c, "bbvi sticking");
  const mg_inference_entry *full = find(c, "full rank");
  cr_expect(fabs(product->evidence.value - 0.5 * log(1 - 0.64)) <
                6.1 * product->evidence.std_error + 0.01,
            "%.4f", product->evidence.value);
  cr_expect(fabs(gsl_vector_get(product->sd, 0) - 0.6) < 0.05, "sd %.3f",
            gsl_vector_get(product->sd, 0));
  cr_expect(fabs(full->evidence.value) < 0.02, "%.4f", full->evidence.value);
  cr_expect(fabs(gsl_vector_get(full->sd, 1) - 1) < 0.05, "sd %.3f",
            gsl_vector_get(full->sd, 1));
  mg_inference_free(c);
  mg_posterior_free(p);
}

/* Where the full rank falls into the lower of two modes. */
Test(inference, importance_draws_from_the_best_guide) {
  mg_posterior *p = named("mixture");
  mg_inference *c = compared(p, 0);
  expect_the_best_guide(c);
  cr_expect(find(c, "full rank")->evidence.value <
                find(c, "bbvi pathwise")->evidence.value,
            "the last guide is the best: nothing is tested");
  mg_inference_free(c);
  mg_posterior_free(p);
}

/* Moments over z > 0, by a guide over log z. */
/* The best guide on the banana stands in one of its arms, and no tail of
 * weights tells; on the coin all agree. */
Test(inference, an_estimate_that_misses_mass_is_told) {
  mg_posterior *banana = named("banana"), *coin = named("coin");
  mg_inference *c = compared(banana, 1), *d = compared(coin, 1);
  const mg_inference_entry *e = find(c, "importance");
  cr_expect(strstr(e->note, "misses mass: exact is "), "%s", e->note);
  cr_expect_null(strstr(find(c, "naive")->note, "misses"), "naive: %s",
                 find(c, "naive")->note);
  cr_expect_null(strstr(find(d, "importance")->note, "misses"), "coin: %s",
                 find(d, "importance")->note);
  mg_inference_free(c);
  mg_inference_free(d);
  mg_posterior_free(banana);
  mg_posterior_free(coin);
}

Test(inference, moments_are_of_z) {
  mg_posterior *p = named("eight-schools");
  mg_inference *c = compared(p, 0);
  const mg_inference_entry *exact = find(c, "exact"), *hmc = find(c, "hmc");
  const mg_inference_entry *full = find(c, "full rank");
  for (size_t i = 0; i < 2; i++) {
    const double sd = gsl_vector_get(exact->sd, i);
    cr_expect(fabs(hmc->chains[i].mean - gsl_vector_get(exact->mean, i)) <
                  6.1 * hmc->chains[i].std_error,
              "hmc, %zu: %.3f +- %.3f", i, hmc->chains[i].mean,
              hmc->chains[i].std_error);
    cr_expect(fabs(gsl_vector_get(full->mean, i) -
                   gsl_vector_get(exact->mean, i)) < sd / 2,
              "full rank, %zu: %.3f", i, gsl_vector_get(full->mean, i));
  }
  mg_inference_free(c);
  mg_posterior_free(p);
}

/* ---- what cannot, and what stays the same ---- */

/* One of three classes, without a gradient or a prior: p(x, z) = (1 + z) / 10.
 */
static int classes_joint(const void *self, const gsl_matrix *z,
                         gsl_vector *log_p, gsl_matrix *dz) {
  (void)self, (void)dz;
  for (size_t s = 0; s < z->size1; s++)
    gsl_vector_set(log_p, s, log((1 + gsl_matrix_get(z, s, 0)) / 10));
  return GSL_SUCCESS;
}

static int classes_init(void *self, const void *options, mg_target *target) {
  static const mg_support support[] = {MG_SUPPORT_CLASSES};
  static const size_t three[] = {3};
  (void)self, (void)options;
  target->dim = 1;
  target->support = support;
  target->classes = three;
  target->log_density = classes_joint;
  return GSL_SUCCESS;
}

static void classes_clear(void *self) {
  (void)self;
}

static const char *classes_coordinate(const void *self, size_t i, char *text,
                                      size_t size) {
  (void)self, (void)i;
  snprintf(text, size, "class");
  return text;
}

Test(inference, what_cannot_says_why_and_the_others_go_on) {
  static const mg_posterior_type type = {.name = "classes",
                                         .title = "Classes",
                                         .source = "none",
                                         .size = 1,
                                         .init = classes_init,
                                         .clear = classes_clear,
                                         .coordinate = classes_coordinate};
  static const char *const cannot[] = {"bbvi rao-blackwell",
                                       "bbvi pathwise",
                                       "full rank",
                                       "naive",
                                       "ais",
                                       "ti",
                                       "hmc"};
  mg_posterior *p = mg_posterior_alloc(&type, NULL);
  cr_assert(p, "%s", mg_reason());
  mg_inference *c = compared(p, 0);
  for (size_t i = 0; i < sizeof cannot / sizeof *cannot; i++) {
    const mg_inference_entry *e = find(c, cannot[i]);
    cr_expect(e->failed && *e->note && e->evidence.n == 0, "%s: '%s'", e->name,
              e->note);
  }
  cr_expect(strstr(find(c, "full rank")->note, "z[0] of classes is a class"),
            "%s", find(c, "full rank")->note);
  const mg_inference_entry *e = find(c, "bbvi control");
  cr_expect(!e->failed && fabs(e->evidence.value - log(0.6)) < 0.02, "%.4f, %s",
            e->evidence.value, e->note);
  e = find(c, "importance");
  cr_expect(!e->failed && fabs(e->evidence.value - log(0.6)) <
                              6.1 * e->evidence.std_error + 1e-9,
            "%.4f, %s", e->evidence.value, e->note);
  for (size_t i = 0; i < mg_inference_count(c); i++)
    cr_expect(strcmp(mg_inference_get(c, i)->name, "exact") != 0,
              "nothing is known exactly");
  mg_inference_free(c);
  mg_posterior_free(p);
}

static char *printed(mg_table *table) {
  static char text[2][20000];
  static int at;
  at = !at;
  FILE *file = tmpfile();
  cr_assert(file && mg_table_print(table, file) == GSL_SUCCESS, "print");
  rewind(file);
  text[at][fread(text[at], 1, sizeof text[at] - 1, file)] = '\0';
  fclose(file);
  mg_table_free(table);
  return text[at];
}

Test(inference, threads_leave_every_number) {
  mg_posterior *p = named("two-modes");
  mg_inference *a = compared(p, 1), *b = compared(p, 2);
  cr_expect_str_eq(printed(mg_inference_evidence(a)),
                   printed(mg_inference_evidence(b)));
  cr_expect_str_eq(printed(mg_inference_moments(a)),
                   printed(mg_inference_moments(b)));
  mg_inference_free(a);
  mg_inference_free(b);
  mg_posterior_free(p);
}

Test(inference, tables_have_what_is_done) {
  mg_posterior *p = named("mean");
  const mg_inference_options options = mg_inference_options_default(true);
  mg_inference *c = mg_inference_alloc(p, &options);
  cr_assert(c, "%s", mg_reason());
  mg_table *table = mg_inference_evidence(c);
  cr_expect_eq(mg_table_rows(table), 0, "nothing is done");
  mg_table_free(table);
  mg_inference_iterate(c);
  mg_inference_spend(c, 2.5);
  mg_inference_iterate(c);
  mg_inference_spend(c, 4);
  table = mg_inference_axis(c);
  cr_expect_eq(mg_table_rows(table), 1, "one method");
  cr_expect_str_eq(mg_table_get(table, 0, 5), "truth");
  mg_table_free(table);
  table = mg_inference_evidence(c);
  cr_expect_str_eq(mg_table_get(table, 0, mg_table_find(table, "seconds")),
                   "2.5");
  mg_table_free(table);
  cr_expect_eq(mg_inference_get(c, 1)->seconds, 4, "%g",
               mg_inference_get(c, 1)->seconds);
  mg_inference_free(c);
  mg_posterior_free(p);
}

Test(inference, options_out_of_range_are_refused) {
  mg_posterior *p = named("mean");
  mg_inference_options options = mg_inference_options_default(true);
  options.bbvi.draws = 1;
  cr_expect_null(mg_inference_alloc(p, &options));
  cr_expect(strstr(mg_reason(), "draws"), "%s", mg_reason());
  options = mg_inference_options_default(true);
  options.hmc.chains = 0;
  cr_expect_null(mg_inference_alloc(p, &options));
  mg_posterior_free(p);
}
