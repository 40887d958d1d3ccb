/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is refused, and that the reason names it. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "dist/domain.h"

static void refused(int status, int expected, const char *words) {
  cr_assert(status == expected, "status %d, should be %d", status, expected);
  cr_assert(strstr(mg_reason(), words), "no '%s' in: %s", words, mg_reason());
}

Test(domain, numbers) {
  refused(mg_domain_real("law", "mu", NAN), GSL_EDOM, "law: mu is nan");
  refused(mg_domain_real("law", "mu", -INFINITY), GSL_EDOM, "mu is -inf");
  refused(mg_domain_positive("law", "s", 0), GSL_EDOM, "s is 0");
  refused(mg_domain_positive("law", "s", 1e-310), GSL_EDOM, "above 0");
  refused(mg_domain_probability("law", "p", NAN), GSL_EDOM, "p is nan");
  refused(mg_domain_probability("law", "p", 1.5), GSL_EDOM, "0 to 1");
  refused(mg_domain_datum("law", NAN), GSL_EDOM, "NaN");
  refused(mg_domain_result("law", NAN), GSL_EOVRFLW, "overflows");
  cr_assert(mg_domain_result("law", -INFINITY) == 0, "an answer");
  refused(mg_domain_inside("law", -2, false), GSL_EDOM, "datum -2");
  cr_assert(mg_domain_real("law", "mu", -1e308) == 0, "a real");
  cr_assert(mg_domain_positive("law", "s", 3e-308) == 0, "above 0");
  cr_assert(mg_domain_probability("law", "p", 0) == 0, "impossible");
  cr_assert(mg_domain_probability("law", "p", 1) == 0, "certain");
  cr_assert(mg_domain_datum("law", INFINITY) == 0, "no NaN");
}

Test(domain, vectors) {
  double half[] = {0.5, 0.5 + 9e-10}, border[] = {1, 0}, bad[] = {2, -1};
  gsl_vector_view h = gsl_vector_view_array(half, 2);
  gsl_vector_view o = gsl_vector_view_array(border, 2);
  gsl_vector_view b = gsl_vector_view_array(bad, 2);
  gsl_vector none = {0};
  cr_assert(mg_domain_simplex("law", "p", &h.vector) == 0, "sum within 1e-9");
  cr_assert(mg_domain_simplex("law", "p", &o.vector) == 0, "a certain class");
  cr_assert(!mg_domain_on_simplex(&o.vector, true), "0 is not above 0");
  refused(mg_domain_simplex("law", "p", &b.vector), GSL_EDOM, "sum to 1");
  refused(mg_domain_simplex("law", "p", &none), GSL_EBADLEN, "empty");
  half[1] = 0.5 + 2e-9;
  refused(mg_domain_simplex("law", "p", &h.vector), GSL_EDOM, "sum to 1");
  refused(mg_domain_length("law", "p", &none, 0), GSL_EBADLEN, "p has 0");
  refused(mg_domain_length("law", "p", &b.vector, 3), GSL_EBADLEN, "where 3");
  refused(mg_domain_positives("law", "a", &b.vector), GSL_EDOM, "a is -1");
  bad[1] = NAN;
  refused(mg_domain_reals("law", "a", &b.vector), GSL_EDOM, "a is nan");
  refused(mg_domain_simplex("law", "p", &b.vector), GSL_EDOM, "sum to 1");
}
