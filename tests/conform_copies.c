/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A copy of a model is the model: the same parameters, densities and draws, to
 * the bit, whatever happens to the first; also before it has learnt. */
#include "conform.h"

#include <string.h>

static void expect_same(const mg_model *a, const mg_model *b,
                        const gsl_matrix *x) {
  gsl_vector *p = conform_log_density(a, x), *q = conform_log_density(b, x);
  gsl_matrix *y = conform_sample(a, 50, 1), *z = conform_sample(b, 50, 1);
  for (size_t i = 0; i < p->size; i++)
    cr_expect(memcmp(&p->data[i], &q->data[i], sizeof *p->data) == 0,
              "datum %zu: %.17g, of the copy %.17g", i, p->data[i], q->data[i]);
  cr_expect(gsl_matrix_equal(y, z), "other samples");
  gsl_vector_free(p);
  gsl_vector_free(q);
  gsl_matrix_free(y);
  gsl_matrix_free(z);
}

/* Moves one number of a model, each array's first in turn. */
static void expect_told_apart(mg_model *a, const mg_model *b) {
  mg_tensors list = {.n = 0};
  a->type->tensors(a->self, &list);
  for (size_t i = 0; i < list.n; i++) {
    if (mg_tensor_size(&list.item[i]) == 0)
      continue;
    const double kept = mg_tensor_get(&list.item[i], 0);
    const double next = list.item[i].real ? nextafterf((float)kept, INFINITY)
                                          : nextafter(kept, INFINITY);
    mg_tensor_set(&list.item[i], 0, next);
    cr_expect(!mg_model_equal(a, b), "%s moved and is equal",
              list.item[i].name);
    mg_tensor_set(&list.item[i], 0, kept);
    cr_expect(mg_model_equal(a, b), "%s is back and not equal",
              list.item[i].name);
  }
}

static void copies_are_the_same(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_set(type, where, 600);
  for (size_t which = 0; which == 0 || conform_choose(&s, which); which++) {
    mg_model *empty = mg_model_copy(s.model);
    cr_assert_not_null(empty, "before it has learnt: %s", mg_reason());
    cr_expect(mg_model_equal(empty, s.model), "another before it has learnt");
    conform_fit(&s, which);
    mg_model *copy = mg_model_copy(s.model);
    cr_assert_not_null(copy, "%s", mg_reason());
    cr_expect(mg_model_equal(copy, s.model), "another model");
    cr_expect(!mg_model_equal(empty, s.model), "nothing was learnt");
    cr_expect(copy->dequantise == s.model->dequantise &&
                  mg_space_equal(&copy->space, &s.model->space),
              "another kind of model");
    gsl_matrix *x = conform_rows(&s);
    expect_same(s.model, copy, x);
    expect_told_apart(s.model, copy);
    /* The first one goes; the copy shares nothing with it. */
    gsl_vector *before = conform_log_density(s.model, x);
    mg_model *again = mg_model_copy(copy);
    mg_model_free(copy);
    gsl_vector *after = conform_log_density(again, x);
    cr_expect(gsl_vector_equal(before, after), "it shared memory");
    gsl_vector_free(before);
    gsl_vector_free(after);
    gsl_matrix_free(x);
    mg_model_free(again);
    mg_model_free(empty);
  }
  conform_clear(&s);
}

#define LAWS(family) CONFORM_EVERYWHERE(family, copies_are_the_same)
CONFORM_FAMILIES(LAWS)
