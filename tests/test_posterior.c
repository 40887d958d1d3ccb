/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of every posterior that comes along, and of the coin. */
#include "targets/posterior.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "targets/coin.h"
#include "targets/named.h"

static void quiet(void) {
  gsl_set_error_handler_off();
}

TestSuite(posterior, .init = quiet);

/* Evidence of ten throws: shared constants of the Beta-binomial. */
Test(posterior, the_coin_is_known) {
  mg_posterior *p = mg_posterior_alloc(&mg_coin_type, NULL);
  gsl_vector *mean = gsl_vector_alloc(1);
  gsl_matrix *covariance = gsl_matrix_alloc(1, 1);
  double log_p;
  cr_assert(p, "%s", mg_reason());
  cr_assert_eq(mg_posterior_log_evidence(p, &log_p), GSL_SUCCESS);
  cr_expect_float_eq(log_p, -7.069374503, 5e-10, "%.10f", log_p);
  cr_assert_eq(mg_posterior_moments(p, mean, covariance), GSL_SUCCESS);
  cr_expect_float_eq(gsl_vector_get(mean, 0), 16.0 / 30, 1e-15);
  mg_posterior_free(p);
  gsl_vector_free(mean);
  gsl_matrix_free(covariance);
}

Test(posterior, options_are_checked) {
  const mg_coin_options bad = {.heads = 1, .tails = 1, .prior = -1};
  cr_expect_null(mg_posterior_alloc(&mg_coin_type, &bad));
  cr_expect(strstr(mg_reason(), "prior"), "%s", mg_reason());
}

Test(posterior, names_are_found) {
  cr_expect_eq(mg_posterior_find("coin"), &mg_coin_type);
  cr_expect_null(mg_posterior_find("con"));
  cr_expect(strstr(mg_reason(), "did you mean 'coin'?"), "%s", mg_reason());
}
