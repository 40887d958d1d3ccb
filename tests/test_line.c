/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadrature and weights of one latent number against closed forms:
 * z ~ N(0, 1), x ~ N(z, 1), x = 1. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/line.h"
#include "models/ppca.h"

#define LOG_P (-1.515512123484645) /* log N(1; 0, 2) */

static mg_model *model;
static double value[1] = {1};
static gsl_vector_view x;

static mg_model *axes(size_t dim) {
  const mg_space space = {.dim = dim, .measure = MG_REALS};
  const mg_ppca_options options = {.latent = dim};
  mg_model *made = mg_model_alloc(&mg_ppca_type, &space, &options, false);
  mg_ppca *p = made->self;
  gsl_vector_set_zero(p->mean);
  gsl_matrix_set_identity(p->loadings);
  p->variance = 1;
  cr_assert_eq(mg_ppca_refresh(p), GSL_SUCCESS, "%s", mg_reason());
  return made;
}

static void begin(void) {
  gsl_set_error_handler_off();
  x = gsl_vector_view_array(value, 1);
  model = axes(1);
}

static void end(void) {
  mg_model_free(model);
}

TestSuite(line, .init = begin, .fini = end);

Test(line, quadrature_has_the_closed_form) {
  double log_p = NAN;
  cr_assert_eq(mg_line_log_evidence(model, &x.vector, -8, 8, 64, &log_p),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect(fabs(log_p - LOG_P) < 1e-12, "log p %.15g", log_p);
}

Test(line, the_posterior_gives_equal_weights) {
  gsl_rng *rng = mg_stream_alloc(1, "test/line", 0);
  gsl_vector *w = gsl_vector_alloc(100);
  cr_assert_eq(mg_line_log_weights(model, &x.vector, 0.5, M_SQRT1_2, rng, w),
               GSL_SUCCESS, "%s", mg_reason());
  cr_expect(fabs(gsl_vector_min(w) - LOG_P) < 1e-12, "least %.15g",
            gsl_vector_min(w));
  cr_expect(fabs(gsl_vector_max(w) - LOG_P) < 1e-12, "greatest %.15g",
            gsl_vector_max(w));
  cr_expect_eq(mg_line_log_weights(model, &x.vector, 0, -1, rng, w), GSL_EDOM,
               "a negative sigma");
  gsl_vector_free(w);
  gsl_rng_free(rng);
}

Test(line, a_joint_over_a_posterior_is_the_evidence) {
  mg_table *t = mg_table_alloc("series x y");
  cr_assert_eq(mg_line_curves(model, &x.vector, -4, 4, t), GSL_SUCCESS, "%s",
               mg_reason());
  cr_assert_eq(mg_table_rows(t), 603, "%zu rows", mg_table_rows(t));
  for (size_t i = 0; i < 201; i += 20) {
    const double joint = strtod(mg_table_get(t, 201 + i, 2), NULL);
    const double posterior = strtod(mg_table_get(t, 402 + i, 2), NULL);
    cr_expect(fabs(log(joint / posterior) - LOG_P) < 1e-4, "at %s: %g",
              mg_table_get(t, i, 1), log(joint / posterior));
  }
  mg_table_free(t);
}

Test(line, refuses_what_has_no_line) {
  double log_p;
  mg_model *plane = axes(2);
  cr_expect_eq(mg_line_log_evidence(plane, &x.vector, -8, 8, 8, &log_p),
               GSL_EUNSUP, "two latent numbers");
  cr_expect_eq(mg_line_log_evidence(model, &x.vector, -8, 8, 0, &log_p),
               GSL_EINVAL, "no nodes");
  mg_model_free(plane);
}
