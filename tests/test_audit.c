/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Audits pass on what is a distribution, and each goes red on a leak.
 *
 * The leaks are planted into a fvbn, whose inside is plain: a mask that lets a
 * pixel see itself, or the one behind it; pixels taken in another order; the
 * term of a pixel scored on its neighbour; a sampler that is not of the law. */
#include "families.h"

#include <gsl/gsl_randist.h>

#include "data/catalogue.h"
#include "eval/audit.h"
#include "eval/zoo.h"
#include "models/fvbn.h"
#include "models/gmm.h"

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(audit, .init = setup);

static const mg_space image = {
    .dim = 9, .measure = MG_BINARY, .levels = 2, .height = 3, .width = 3};
static const mg_space large = {
    .dim = 36, .measure = MG_LEVELS, .levels = 5, .height = 6, .width = 6};

/* ---- leaks ---- */

/* The table of fvbn, with a function or two replaced. */
static mg_model_type leaky;

static mg_model *drawn(const mg_space *space) {
  leaky = mg_fvbn_type;
  mg_model *model = mg_model_alloc(&leaky, space, NULL, false);
  cr_assert_not_null(model, "%s", mg_reason());
  mg_fvbn *f = model->self;
  gsl_rng *rng = mg_stream_alloc(5, "test/weights", 0);
  for (size_t row = 0; row < f->weights->size1; row++)
    for (size_t j = 0; j <= row / f->units; j++)
      gsl_matrix_set(f->weights, row, j, gsl_ran_gaussian(rng, 1));
  gsl_rng_free(rng);
  return model;
}

/* A mask of type B where A belongs: pixel 4 sees itself. */
static void see_itself(mg_model *model) {
  mg_fvbn *f = model->self;
  gsl_matrix_set(f->weights, 4 * f->units, 5, 0.5);
}

/* A mask a pixel too wide: pixel 4 sees pixel 6. */
static void see_ahead(mg_model *model) {
  mg_fvbn *f = model->self;
  gsl_matrix_set(f->weights, 4 * f->units, 7, 3);
}

/* Column by column where it should be line by line: the image transposed. */
static gsl_matrix *transposed(const gsl_matrix *x) {
  const size_t d = x->size2, side = d == 9 ? 3 : 6;
  gsl_matrix *t = gsl_matrix_alloc(x->size1, d);
  for (size_t n = 0; n < x->size1; n++)
    for (size_t i = 0; i < d; i++)
      gsl_matrix_set(t, n, i % side * side + i / side, gsl_matrix_get(x, n, i));
  return t;
}

static int swapped_terms(const void *self, const gsl_matrix *x,
                         gsl_matrix *each) {
  gsl_matrix *t = transposed(x), *terms = gsl_matrix_alloc(x->size1, x->size2);
  const int status = mg_fvbn_conditionals(self, t, terms);
  gsl_matrix *back = transposed(terms);
  gsl_matrix_memcpy(each, back);
  gsl_matrix_free(t);
  gsl_matrix_free(terms);
  gsl_matrix_free(back);
  return status;
}

static int swapped_density(const void *self, const gsl_matrix *x,
                           gsl_vector *log_p) {
  gsl_matrix *t = transposed(x);
  const int status = mg_fvbn_log_density(self, t, log_p);
  gsl_matrix_free(t);
  return status;
}

static void swap_order(mg_model *model) {
  (void)model;
  leaky.conditionals = swapped_terms;
  leaky.log_density = swapped_density;
}

/* The law of pixel i scores pixel i - 1, which it has seen. */
static int shifted_terms(const void *self, const gsl_matrix *x,
                         gsl_matrix *each) {
  const mg_fvbn *f = self;
  gsl_vector *p = gsl_vector_alloc(f->space.levels);
  for (size_t n = 0; n < x->size1; n++)
    for (size_t i = 0; i < x->size2; i++) {
      const gsl_vector_const_view row = gsl_matrix_const_row(x, n);
      mg_fvbn_predict(f, &row.vector, i, p);
      const double seen = gsl_matrix_get(x, n, i > 0 ? i - 1 : 0);
      gsl_matrix_set(each, n, i, log(gsl_vector_get(p, (size_t)seen)));
    }
  gsl_vector_free(p);
  return GSL_SUCCESS;
}

static int density_of_terms(const void *self, const gsl_matrix *x,
                            gsl_vector *log_p) {
  gsl_matrix *each = gsl_matrix_alloc(x->size1, x->size2);
  const int status = leaky.conditionals(self, x, each);
  for (size_t n = 0; n < x->size1; n++) {
    double sum = 0;
    for (size_t i = 0; i < x->size2; i++)
      sum += gsl_matrix_get(each, n, i);
    gsl_vector_set(log_p, n, sum);
  }
  gsl_matrix_free(each);
  return status;
}

static void shift_target(mg_model *model) {
  (void)model;
  leaky.conditionals = shifted_terms;
  leaky.log_density = density_of_terms;
}

/* Terms of the law, and a density that leaves one out. */
static int short_density(const void *self, const gsl_matrix *x,
                         gsl_vector *log_p) {
  gsl_matrix *each = gsl_matrix_alloc(x->size1, x->size2);
  const int status = mg_fvbn_conditionals(self, x, each);
  mg_fvbn_log_density(self, x, log_p);
  for (size_t n = 0; n < x->size1; n++)
    *gsl_vector_ptr(log_p, n) -= gsl_matrix_get(each, n, 8);
  gsl_matrix_free(each);
  return status;
}

static void leave_out(mg_model *model) {
  (void)model;
  leaky.log_density = short_density;
}

/* Uniform draws are nobody's law here. */
static int uniform_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  const mg_fvbn *f = self;
  for (size_t i = 0; i < x->size1 * x->size2; i++)
    x->data[i] = (double)gsl_rng_uniform_int(rng, f->space.levels);
  return GSL_SUCCESS;
}

static void sample_otherwise(mg_model *model) {
  (void)model;
  leaky.sample = uniform_sample;
}

/* ---- what is found ---- */

/* All audits of a model: 'n'ormalisation, 'c'hain rule, causal'i'ty, co'l'umns,
 * 's'amples that failed; '-' before those that cannot be. */
static void failures(const mg_model *model, char *text) {
  static const char letter[] = "ncils";
  mg_table *table = mg_table_alloc(MG_AUDIT_COLUMNS);
  mg_audit_count count;
  cr_assert_eq(mg_audit_all(model, NULL, 1, table, &count), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_table_rows(table), 5, "%zu audits", mg_table_rows(table));
  char *at = text;
  for (size_t i = 0; i < 5; i++) {
    const char *verdict = mg_table_get(table, i, 3);
    if (*verdict == '-')
      *at++ = '-';
    if (*verdict != 'y')
      *at++ = letter[i];
  }
  *at = '\0';
  bool red = false;
  for (at = text; *at; at++)
    red = red || (*at != '-' && (at == text || at[-1] != '-'));
  cr_expect((count.failed > 0) == red, "%zu failed with %s", count.failed,
            text);
  cr_expect((count.asked == 0) == (strcmp(text, "-n-c-i-l-s") == 0),
            "%zu asked with %s", count.asked, text);
  mg_table_free(table);
}

static void expect(const mg_space *space, void (*plant)(mg_model *),
                   const char *expected) {
  char found[16];
  mg_model *model = drawn(space);
  if (plant)
    plant(model);
  failures(model, found);
  cr_expect_str_eq(found, expected, "D = %zu: found '%s', not '%s'", space->dim,
                   found, expected);
  mg_model_free(model);
}

Test(audit, a_law_passes) {
  expect(&image, NULL, "");
  expect(&large, NULL, "-n");
}

Test(audit, a_pixel_that_sees_itself) {
  expect(&image, see_itself, "nls");
  expect(&large, see_itself, "-nl");
}

Test(audit, a_pixel_that_sees_a_later_one) {
  expect(&image, see_ahead, "nis");
  expect(&large, see_ahead, "-ni");
}

/* Any order makes a distribution; this one is not that of the columns, nor of
 * the sampler. */
Test(audit, a_swapped_order) {
  expect(&image, swap_order, "is");
  expect(&large, swap_order, "-nis");
}

Test(audit, a_shifted_target) {
  expect(&image, shift_target, "nls");
  expect(&large, shift_target, "-nls");
}

Test(audit, a_term_left_out) {
  expect(&image, leave_out, "ncs");
  expect(&large, leave_out, "-nc");
}

Test(audit, a_sampler_of_another_law) {
  expect(&image, sample_otherwise, "s");
  expect(&large, sample_otherwise, "-ns");
}

/* ---- reals ---- */

/* Reals of two classes that overlap. */
static mg_dataset *two_classes(size_t dim, size_t n) {
  const mg_space space = {.dim = dim, .measure = MG_REALS, .classes = 2};
  mg_dataset *data = mg_dataset_alloc("reals", &space, n);
  cr_assert_not_null(data, "%s", mg_reason());
  gsl_rng *rng = mg_stream_alloc(3, "test/reals", 0);
  for (size_t i = 0; i < n; i++) {
    data->labels[i] = (unsigned)(i % 2);
    for (size_t j = 0; j < dim; j++)
      gsl_matrix_set(data->reals, i, j,
                     3.0 * (double)(i % 2) + gsl_ran_gaussian(rng, 1));
  }
  gsl_rng_free(rng);
  return data;
}

/* Eight narrow modes on a ring, as a table whose functions may be replaced. */
static mg_model *ring(size_t modes) {
  const mg_space plane = {.dim = 2, .measure = MG_REALS};
  mg_gmm_options options;
  mg_gmm_type.options_default(&plane, &options);
  options.components = modes;
  leaky = mg_gmm_type;
  mg_model *model = mg_model_alloc(&leaky, &plane, &options, false);
  mg_dataset *data = mg_dataset_named("ring", 1);
  const mg_rows rows = mg_dataset_all(data);
  const mg_fit_options fit = {.restarts = 3, .passes = 50, .tolerance = 1e-4};
  cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  mg_dataset_free(data);
  return model;
}

/* A density that is 1.1 times as large. */
static int larger_density(const void *self, const gsl_matrix *x,
                          gsl_vector *log_p) {
  const int status = mg_gmm_type.log_density(self, x, log_p);
  gsl_vector_add_constant(log_p, log(1.1));
  return status;
}

/* Draws a twentieth too near to the middle: a scatter's width. */
static int shrunk_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  const int status = mg_gmm_type.sample(self, rng, x);
  gsl_matrix_scale(x, 0.95);
  return status;
}

/* Draws of the upper half of the ring alone. */
static int half_sample(const void *self, gsl_rng *rng, gsl_matrix *x) {
  const int status = mg_gmm_type.sample(self, rng, x);
  for (size_t i = 0; i < x->size1; i++) {
    double *y = gsl_matrix_ptr(x, i, 1);
    *y = fabs(*y);
  }
  return status;
}

Test(audit, reals_are_audited_by_weighted_points) {
  char found[16];
  mg_model *model = ring(8);
  failures(model, found);
  cr_expect_str_eq(found, "-c-i-l", "a law: '%s'", found);
  leaky.log_density = larger_density;
  failures(model, found);
  cr_expect(*found == 'n', "1.1 times a law: '%s'", found);
  leaky.log_density = mg_gmm_type.log_density;
  leaky.sample = shrunk_sample;
  failures(model, found);
  cr_expect_str_eq(found, "-c-i-ls", "draws too near: '%s'", found);
  leaky.sample = half_sample;
  failures(model, found);
  cr_expect(strcmp(found, "-c-i-l") != 0, "half of the ring is drawn: '%s'",
            found);
  mg_model_free(model);
}

/* Kernels do not cover twenty dimensions: that is said, and is no verdict. */
Test(audit, reals_of_many_dimensions_cannot) {
  char found[16];
  mg_dataset *data = two_classes(20, 400);
  const mg_rows rows = mg_dataset_all(data);
  mg_model *model = mg_model_alloc(mg_zoo_find("ppca"), &data->space, NULL, 0);
  cr_assert_not_null(model, "%s", mg_reason());
  const mg_fit_options fit = mg_fit_options_default();
  cr_assert_eq(mg_fit_run(model, &rows, &fit, 1), GSL_SUCCESS, "%s",
               mg_reason());
  failures(model, found);
  cr_expect_str_eq(found, "-n-c-i-l-s", "'%s'", found);
  mg_model_free(model);
  mg_dataset_free(data);
}

/* ---- the bounds ---- */

/* All 512 images: what [audit.1] finds is the sum, and its bound 1e-10. */
Test(audit, a_leak_of_the_last_digits_is_seen) {
  mg_audit audit;
  mg_model *model = drawn(&image);
  mg_fvbn *f = model->self;
  cr_assert_eq(mg_audit_normalisation(model, &audit), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(audit.passed && audit.bound == 1e-10, "%g, bound %g", audit.value,
            audit.bound);
  gsl_matrix_set(f->weights, 4, 5, 1e-8);
  cr_assert_eq(mg_audit_normalisation(model, &audit), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(!audit.passed, "a weight of 1e-8: %g", audit.value);
  gsl_matrix_set(f->weights, 4, 5, 0);
  gsl_matrix_set(f->weights, 4, 6, 1e-15);
  gsl_rng *rng = mg_stream_alloc(1, "test/audit", 0);
  gsl_matrix *x = gsl_matrix_calloc(40, 9);
  cr_assert_eq(mg_audit_causality(model, rng, x, &audit), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(!audit.passed, "a weight of 1e-15 for a later pixel");
  gsl_rng_free(rng);
  gsl_matrix_free(x);
  mg_model_free(model);
}

Test(audit, a_sum_that_is_no_number_does_not_pass) {
  mg_audit audit;
  mg_model *model = drawn(&image);
  mg_fvbn *f = model->self;
  gsl_matrix_set(f->weights, 3, 0, NAN);
  cr_assert_eq(mg_audit_normalisation(model, &audit), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(!audit.passed, "%g passed", audit.value);
  mg_model_free(model);
}

/* ---- the zoo, and data ---- */

/* No family of the zoo fails one, and on a small finite space every family with
 * a mass is audited in two at least. */
static void audit_family(const mg_model_type *type, const mg_dataset *data) {
  char found[16];
  mg_recipe *recipe = mg_recipe_alloc(type, data, true);
  const mg_rows rows = mg_dataset_all(data);
  if (!recipe)
    return;
  recipe->fit.threads = 1;
  recipe->fit.passes = 5;
  mg_model *model = mg_recipe_model(recipe, &data->space);
  cr_assert_not_null(model, "%s: %s", type->name, mg_reason());
  cr_assert_eq(mg_fit_run(model, &rows, &recipe->fit, 1), GSL_SUCCESS, "%s: %s",
               type->name, mg_reason());
  failures(model, found);
  const bool mass = type->log_density && !type->improper && !model->dequantise;
  const char *expected = !mass                             ? "-n-c-i-l-s"
                         : !type->conditionals             ? "-c-i-l"
                         : data->space.measure == MG_REALS ? "-l"
                                                           : "";
  cr_expect_str_eq(found, expected, "%s: '%s', not '%s'", type->name, found,
                   expected);
  mg_recipe_free(recipe);
  mg_model_free(model);
}

Test(audit, the_zoo_passes) {
  mg_dataset *bits = small_data(MG_BINARY, 2, 9, 2, 200),
             *levels = small_data(MG_LEVELS, 4, 3, 2, 200),
             *reals = two_classes(2, 200);
  for (const mg_model_type *const *type = mg_zoo; *type; type++) {
    audit_family(*type, bits);
    audit_family(*type, levels);
    audit_family(*type, reals);
  }
  mg_dataset_free(reals);
  mg_dataset_free(bits);
  mg_dataset_free(levels);
}

Test(audit, data_are_put_beside_draws) {
  mg_dataset *data = small_data(MG_BINARY, 2, 9, 0, 300);
  const mg_rows rows = mg_dataset_all(data), none = {data, 0, 0};
  gsl_rng *rng = mg_stream_alloc(1, "test/audit", 0);
  mg_model *model = drawn(&image);
  mg_audit audit;
  data->space = image;
  cr_assert_eq(mg_audit_data(model, rng, &rows, &audit), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect(audit.passed && isnan(audit.bound), "it has a verdict");
  cr_expect(audit.value < -1, "rows of another law: %g", audit.value);
  cr_expect_eq(mg_audit_data(model, rng, &none, &audit), GSL_EINVAL, "no rows");
  mg_model_free(model);
  model = drawn(&large);
  cr_expect_eq(mg_audit_data(model, rng, &rows, &audit), GSL_EINVAL, "space");
  mg_model_free(model);
  gsl_rng_free(rng);
  mg_dataset_free(data);
}
