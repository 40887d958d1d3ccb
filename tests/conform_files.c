/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model that went through a file is the same model: parameters, options,
 * densities and draws, to the bit. */
#include "conform.h"

#include <string.h>

#include "models/save.h"

static const char *const path = "model.safetensors";

static void expect_same_options(const mg_model *a, const mg_model *b) {
  for (const mg_option *o = a->type->options; o && o->name; o++) {
    char one[64], two[64];
    mg_option_print(o, a->options, one, sizeof one);
    mg_option_print(o, b->options, two, sizeof two);
    cr_expect_str_eq(one, two, "%s was %s and is %s", o->name, one, two);
  }
}

static void expect_same_answers(const mg_model *a, const mg_model *b,
                                const gsl_matrix *x) {
  gsl_vector *p = conform_log_density(a, x), *q = conform_log_density(b, x);
  gsl_matrix *y = conform_sample(a, 100, 1), *z = conform_sample(b, 100, 1);
  cr_expect(gsl_vector_equal(p, q), "other densities");
  cr_expect(gsl_matrix_equal(y, z), "other samples");
  gsl_vector_free(p);
  gsl_vector_free(q);
  gsl_matrix_free(y);
  gsl_matrix_free(z);
}

static void files_give_the_model_back(const mg_model_type *type, place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where);
  int status = mg_model_write(s.model, NULL, path);
  cr_assert(status == GSL_SUCCESS, "write: %s", mg_reason());
  mg_model *back = mg_model_read(mg_zoo, path);
  cr_assert_not_null(back, "read: %s", mg_reason());
  cr_expect(back->type == type && back->dequantise == s.model->dequantise &&
                mg_space_equal(&back->space, &s.model->space) &&
                back->space.classes == s.model->space.classes,
            "another kind of model");
  cr_expect(conform_same_tensors(s.model, back), "other parameters");
  cr_expect(mg_model_parameters(back) == mg_model_parameters(s.model),
            "%zu parameters, before %zu", mg_model_parameters(back),
            mg_model_parameters(s.model));
  expect_same_options(s.model, back);
  gsl_matrix *x = conform_rows(&s);
  expect_same_answers(s.model, back, x);
  gsl_matrix_free(x);
  mg_model_free(back);
  conform_clear(&s);
}

/* Parameters that make no model are refused, whichever array they are in. */
static void files_of_no_model_are_refused(const mg_model_type *type,
                                          place where) {
  if (!conform_stands(type, where))
    return;
  setting s = conform_fitted(type, where);
  mg_tensors list = {.n = 0};
  type->tensors(s.model->self, &list);
  for (size_t i = 0; i < list.n; i++) {
    const double kept = mg_tensor_get(&list.item[i], 0);
    mg_tensor_set(&list.item[i], 0, -INFINITY);
    cr_assert(mg_model_write(s.model, NULL, path) == GSL_SUCCESS, "%s",
              mg_reason());
    mg_reason_clear();
    mg_model *back = mg_model_read(mg_zoo, path);
    cr_expect_null(back, "a %s of -inf makes a model", list.item[i].name);
    cr_expect(*mg_reason(), "refused without a reason");
    mg_model_free(back);
    mg_tensor_set(&list.item[i], 0, kept);
  }
  conform_clear(&s);
}

#define LAWS(family)                                                           \
  CONFORM_EVERYWHERE(family, files_give_the_model_back)                        \
  CONFORM_EVERYWHERE(family, files_of_no_model_are_refused)
CONFORM_FAMILIES(LAWS)
