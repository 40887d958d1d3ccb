/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking a target. */
#include "infer/target.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

/* log p = -(z_0^2 + z_1^2) / 2, undefined for z_0 < -100. */
static int log_joint(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                     gsl_matrix *dz) {
  (void)self;
  for (size_t s = 0; s < z->size1; s++) {
    const double a = gsl_matrix_get(z, s, 0), b = gsl_matrix_get(z, s, 1);
    gsl_vector_set(log_p, s, a < -100 ? NAN : -(a * a + b * b) / 2);
    if (dz) {
      gsl_matrix_set(dz, s, 0, -a);
      gsl_matrix_set(dz, s, 1, b > 100 ? INFINITY : -b);
    }
  }
  return GSL_SUCCESS;
}

static const mg_target target = {
    .name = "bowl", .dim = 2, .log_density = log_joint, .gradient = true};

static gsl_matrix *points(size_t n) {
  gsl_matrix *z = gsl_matrix_alloc(n, 2);
  for (size_t s = 0; s < n; s++) {
    gsl_matrix_set(z, s, 0, sin((double)s));
    gsl_matrix_set(z, s, 1, cos(3 * (double)s));
  }
  return z;
}

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(target, .init = quiet);

Test(target, rows_are_asked_in_shards) {
  gsl_matrix *z = points(100), *dz = gsl_matrix_alloc(100, 2);
  gsl_matrix *dz_one = gsl_matrix_alloc(100, 2);
  gsl_vector *log_p = gsl_vector_alloc(100), *one = gsl_vector_alloc(100);
  cr_assert_eq(mg_target_evaluate(&target, z, 2, log_p, dz), GSL_SUCCESS);
  cr_assert_eq(mg_target_evaluate(&target, z, 1, one, dz_one), GSL_SUCCESS);
  for (size_t s = 0; s < 100; s++) {
    const double a = gsl_matrix_get(z, s, 0), b = gsl_matrix_get(z, s, 1);
    cr_expect_eq(gsl_vector_get(log_p, s), -(a * a + b * b) / 2, "row %zu", s);
    cr_expect_eq(gsl_matrix_get(dz, s, 1), -b, "gradient of row %zu", s);
  }
  cr_expect(gsl_vector_equal(log_p, one) && gsl_matrix_equal(dz, dz_one),
            "threads move the answer");
  gsl_matrix_free(z);
  gsl_matrix_free(dz);
  gsl_matrix_free(dz_one);
  gsl_vector_free(log_p);
  gsl_vector_free(one);
}

Test(target, the_undefined_is_told_with_its_point) {
  gsl_matrix *z = points(50), *dz = gsl_matrix_alloc(50, 2);
  gsl_vector *log_p = gsl_vector_alloc(50);
  cr_assert_eq(mg_target_require(&target, z, 0, log_p, dz), GSL_SUCCESS);
  gsl_matrix_set(z, 40, 0, -123);
  cr_expect_eq(mg_target_evaluate(&target, z, 0, log_p, dz), GSL_SUCCESS,
               "a sampler may step there");
  cr_expect_eq(mg_target_require(&target, z, 0, log_p, dz), GSL_EDOM);
  cr_expect(strstr(mg_reason(), "(-123, "), "%s", mg_reason());
  gsl_matrix_set(z, 40, 0, 1);
  gsl_matrix_set(z, 33, 1, 456);
  cr_expect_eq(mg_target_require(&target, z, 0, log_p, dz), GSL_EDOM);
  cr_expect(strstr(mg_reason(), "z[1]") && strstr(mg_reason(), "456"), "%s",
            mg_reason());
  gsl_matrix_free(z);
  gsl_matrix_free(dz);
  gsl_vector_free(log_p);
}

Test(target, shapes_and_gradients_that_are_not_there) {
  gsl_matrix *z = points(3), *wide = gsl_matrix_alloc(3, 3);
  gsl_vector *log_p = gsl_vector_alloc(3);
  mg_target blind = target;
  blind.gradient = false;
  cr_expect_eq(mg_target_evaluate(&target, wide, 0, log_p, NULL), GSL_EBADLEN);
  cr_expect_eq(mg_target_evaluate(&blind, z, 0, log_p, z), GSL_EUNSUP);
  cr_expect_eq(mg_target_support(&target, 1), MG_SUPPORT_REAL);
  gsl_matrix_free(z);
  gsl_matrix_free(wide);
  gsl_vector_free(log_p);
}

Test(target, a_point_is_printed) {
  char text[200];
  gsl_matrix *z = gsl_matrix_calloc(2, 10);
  gsl_matrix_set(z, 1, 0, 0.5);
  cr_expect_str_eq(mg_target_point(z, 1, text, sizeof text),
                   "(0.5, 0, 0, 0, 0, 0, 0, 0 ... 2 more)");
  cr_expect_str_eq(mg_target_point(z, 1, text, 6), "(0.5,");
  gsl_matrix_free(z);
}
