/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Audits of the families that compute in floats, built in double: there a law
 * adds up to 1 within 1e-10, and what does not is no rounding.  All images of
 * 3 x 3 bits; the slow build of this file goes through those of 4 x 4. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/audit.h"
#include "models/pixelcnn.h"
#include "models/pixelrnn.h"

#ifndef SIDE
#define SIDE 3
#endif

static void setup(void) {
  gsl_set_error_handler_off();
}

TestSuite(audit_double, .init = setup);

/* A family on small images, with some options set: "kind=gated blocks=1". */
typedef struct {
  const mg_model_type *type;
  const char *set[4][2]; /* names and values */
} trial;

static const trial trials[] = {
    {&mg_pixelcnn_type,
     {{"channels", "6"}, {"blocks", "2"}, {"kind", "plain"}}},
    {&mg_pixelcnn_type,
     {{"channels", "6"}, {"blocks", "2"}, {"kind", "residual"}}},
    {&mg_pixelcnn_type,
     {{"channels", "6"}, {"blocks", "2"}, {"kind", "gated"}}},
    {&mg_pixelrnn_type, {{"hidden", "5"}, {"layers", "2"}}},
    {&mg_pixelrnn_type,
     {{"hidden", "5"},
      {"sight", "previous"},
      {"coding", "onehot"},
      {"position", "coordinates"}}}};

static void begin(mg_model *model) {
  gsl_matrix *x = gsl_matrix_alloc(40, model->space.dim);
  gsl_rng *rng = mg_stream_alloc(3, "test/audit", 0);
  mg_tensors list = {.n = 0};
  for (size_t i = 0; i < x->size1 * x->size2; i++)
    x->data[i] = (double)gsl_rng_uniform_int(rng, model->space.levels);
  const mg_batch batch = {.x = *x};
  cr_assert_eq(model->type->start(model->self, rng, &batch), GSL_SUCCESS, "%s",
               mg_reason());
  model->type->tensors(model->self, &list);
  for (size_t t = 0; t < list.n; t++) {
    const size_t n = mg_tensor_size(&list.item[t]);
    for (size_t i = 0; list.item[t].real && i < n; i++)
      list.item[t].real[i] += (mg_real)gsl_ran_flat(rng, -0.4, 0.4);
  }
  gsl_rng_free(rng);
  gsl_matrix_free(x);
}

static mg_model *begun(const trial *t, const mg_space *space) {
  void *options = calloc(1, t->type->options_size);
  t->type->options_default(space, options);
  for (size_t i = 0; i < 4 && t->set[i][0]; i++)
    cr_assert_eq(
        mg_option_set(t->type->options, t->set[i][0], t->set[i][1], options),
        GSL_SUCCESS, "%s", mg_reason());
  mg_model *model = mg_model_alloc(t->type, space, options, false);
  cr_assert_not_null(model, "%s", mg_reason());
  free(options);
  begin(model);
  return model;
}

static void check(const trial *t, const mg_space *space) {
  mg_model *model = begun(t, space);
  mg_table *table = mg_table_alloc(MG_AUDIT_COLUMNS);
  mg_audit_count count;
  cr_assert_eq(mg_audit_all(model, NULL, 1, table, &count), GSL_SUCCESS, "%s",
               mg_reason());
  for (size_t i = 0; i < mg_table_rows(table); i++)
    cr_expect_str_eq(mg_table_get(table, i, 3), "yes",
                     "%s, trial %zu, %u levels: %s is %s, at most %s: %s",
                     t->type->name, (size_t)(t - trials), space->levels,
                     mg_table_get(table, i, 0), mg_table_get(table, i, 1),
                     mg_table_get(table, i, 2), mg_table_get(table, i, 4));
  cr_expect_str_eq(mg_table_get(table, 0, 2), "1e-10", "a bound of %s",
                   mg_table_get(table, 0, 2));
  mg_table_free(table);
  mg_model_free(model);
}

Test(audit_double, networks_are_laws) {
  const mg_space bits = {.dim = SIDE * SIDE,
                         .measure = MG_BINARY,
                         .levels = 2,
                         .height = SIDE,
                         .width = SIDE};
  const mg_space levels = {
      .dim = 6, .measure = MG_LEVELS, .levels = 4, .height = 2, .width = 3};
  for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
    check(&trials[i], &bits);
    check(&trials[i], &levels);
  }
}
