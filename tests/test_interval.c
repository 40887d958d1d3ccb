/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An interval that lies, counted, and what catches it. */
#include "eval/interval.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "base/status.h"
#include "dist/gaussian.h"

/* N(0, 1), of evidence 1. */
static int bell(const void *self, const gsl_matrix *z, gsl_vector *log_p,
                gsl_matrix *dz) {
  (void)self, (void)dz;
  for (size_t s = 0; s < z->size1; s++)
    mg_gaussian_log_density(gsl_matrix_get(z, s, 0), 0, 1,
                            gsl_vector_ptr(log_p, s));
  return GSL_SUCCESS;
}

static const mg_target target = {.name = "bell", .dim = 1, .log_density = bell};

static mg_interval_count of_sd(double sd, size_t draws, size_t trials,
                               size_t threads) {
  mg_guide *q = mg_guide_mean_field(&target, NULL);
  mg_interval_count c;
  cr_assert(q, "%s", mg_reason());
  gsl_vector_set(q->lambda, 1, log(sd));
  cr_assert_eq(mg_interval_of(&target, q, 0, draws, trials, 4, threads, &c),
               GSL_SUCCESS, "%s", mg_reason());
  mg_guide_free(q);
  return c;
}

/* How many standard errors a count of n lies above a share. */
static double z_of(size_t count, size_t n, double share) {
  return ((double)count / (double)n - share) /
         sqrt(share * (1 - share) / (double)n);
}

Test(interval, of_bounded_weights_holds_as_often_as_it_says) {
  const mg_interval_count c = of_sd(1.5, 1000, 1000, 0);
  cr_expect(fabs(z_of(c.held, 1000, 0.95)) < 6.1, "%zu of 1000", c.held);
  cr_expect(c.told == 1000 && c.told_held == c.held, "%zu are told", c.told);
  cr_expect(c.ess > 700 && c.width < 0.1, "ess %g, width %g", c.ess, c.width);
}

/* Below: it does not miss on both sides. */
Test(interval, of_a_light_tailed_proposal_lies_and_is_refused) {
  const mg_interval_count c = of_sd(0.3, 10000, 200, 0);
  cr_expect(z_of(c.held, 200, 0.95) < -6.1, "%zu of 200 hold", c.held);
  cr_expect_eq(c.held + c.below, 200, "%zu hold, %zu below", c.held, c.below);
  cr_expect(z_of(c.told, 200, 0.5) < -6.1, "%zu of 200 are told", c.told);
}

/* Few draws show less of a tail than there is, but keep the order. */
Test(interval, the_shape_of_a_gaussian_tail) {
  static const double sd[] = {0.3, 0.5, 0.7, 0.9, 1.5};
  double last = INFINITY;
  for (int i = 0; i < 5; i++) {
    const mg_interval_count c = of_sd(sd[i], 2000, 100, 0);
    const double k = mg_interval_gaussian_k(sd[i]);
    cr_expect(c.pareto_k < last, "sd %g: k %g", sd[i], c.pareto_k);
    cr_expect(k == -INFINITY ? c.pareto_k < 0
                             : c.pareto_k < k + 0.05 && c.pareto_k > k - 0.15,
              "sd %g: k %g, of the law %g", sd[i], c.pareto_k, k);
    last = c.pareto_k;
  }
}

Test(interval, threads_leave_the_counts) {
  const mg_interval_count a = of_sd(0.6, 1000, 50, 1);
  const mg_interval_count b = of_sd(0.6, 1000, 50, 2);
  cr_expect(a.held == b.held && a.told == b.told && a.width == b.width,
            "%zu and %zu held", a.held, b.held);
}

Test(interval, too_few_draws_have_no_tail) {
  mg_interval_count c;
  gsl_set_error_handler_off();
  cr_expect_eq(mg_interval_of(&target, NULL, 0, 24, 10, 1, 0, &c), GSL_EINVAL);
  cr_expect_eq(mg_interval_of(&target, NULL, 0, 25, 0, 1, 0, &c), GSL_EINVAL);
  cr_expect_eq(mg_interval_of(&target, NULL, 0, 25, 1, 1, 0, &c), GSL_EUNSUP);
}
