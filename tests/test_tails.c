/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the two errors stands, and what a reader is told. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "eval/tails.h"

static mg_evidence said(size_t n, size_t k, size_t draws, const double *ess,
                        const double *pareto_k, bool discrete) {
  const mg_tails tails = {n, k, draws, ess, pareto_k, discrete};
  mg_evidence e = {.value = -1, .std_error = 0.5, .note = "old"};
  mg_tails_say(&tails, &e);
  cr_expect(e.std_error == 0.5, "the error over data is %g", e.std_error);
  return e;
}

Test(tails, light_ones_give_the_error_of_the_draws) {
  const double ess[] = {50, 25}, k[] = {0.3, 0.5};
  const mg_evidence e = said(2, 100, 1, ess, k, false);
  const double error = sqrt((1 / 50. - 0.01) + (1 / 25. - 0.01)) / 2;
  cr_expect(fabs(e.draws_error - error) < 1e-15, "%g", e.draws_error);
  cr_expect(e.ess == 37.5 && e.pareto_k == 0.5 && e.heavy == 0, "counts");
  cr_expect_str_eq(e.note, "37.5 of 100 draws effective, Pareto k 0.5, "
                           "error of the draws 0.1");
}

Test(tails, four_logarithms_have_half_the_error_of_one) {
  const double one[] = {50}, four[] = {200}, k[] = {0.3};
  const double a = said(1, 100, 1, one, k, false).draws_error;
  const double b = said(1, 100, 4, four, k, false).draws_error;
  cr_expect(fabs(a - 2 * b) < 1e-15, "%g and %g", a, b);
}

Test(tails, a_heavy_one_withdraws_the_interval_and_says_of_how_many) {
  const double ess[] = {50, 2, 40}, k[] = {0.3, 1.25, NAN};
  const mg_evidence e = said(3, 100, 1, ess, k, false);
  cr_expect(isnan(e.draws_error) && e.heavy == 1, "%g, %zu", e.draws_error,
            e.heavy);
  cr_expect(strstr(e.note, "Pareto k > 0.7 on 1 of 3 data, up to 1.2") &&
                strstr(e.note, "interval for log p withdrawn"),
            "%s", e.note);
  cr_expect(strstr(e.note, "over data") == e.note + strlen(e.note) - 9,
            "cut short: %s", e.note);
}

Test(tails, equal_weights_have_no_error_and_no_tail) {
  const double ess[] = {100}, k[] = {-INFINITY};
  const mg_evidence e = said(1, 100, 1, ess, k, false);
  cr_expect(e.draws_error == 0, "%g", e.draws_error);
  cr_expect_str_eq(e.note, "100 of 100 draws effective");
  const double most[] = {1999.7};
  cr_expect_str_eq(said(1, 2000, 1, most, k, false).note,
                   "2000 of 2000 draws effective");
}

Test(tails, where_nothing_can_be_told_nothing_is) {
  const double ess[] = {8}, k[] = {NAN}, heavy[] = {3};
  mg_evidence e = said(1, 10, 1, ess, k, false);
  cr_expect(isnan(e.draws_error), "10 weights have an error");
  cr_expect_str_eq(e.note, "8 of 10 draws effective");
  e = said(1, 100, 1, ess, heavy, true);
  cr_expect(e.heavy == 0 && isnan(e.pareto_k), "discrete z have a tail");
  e = said(1, 1, 16, ess, k, false);
  cr_expect_str_eq(e.note, "");
}
