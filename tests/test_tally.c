/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and standard errors that are known exactly, and the values that break
 * a recurrence: infinities, NaN, a large common part. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/tally.h"

static mg_tally tally_of(size_t n, const double *values) {
  mg_tally t;
  cr_assert(mg_tally_values(n, values, 1, &t) == GSL_SUCCESS, "a failure");
  cr_expect(t.n == n, "n is %zu", t.n);
  return t;
}

Test(tally, four_values) {
  mg_tally t = tally_of(4, (double[]){4, 1, 3, 2});
  cr_expect(t.mean == 2.5, "mean %.17g", t.mean);
  cr_expect(fabs(t.std_error - sqrt(5. / 12)) < 1e-15, "se %.17g", t.std_error);
  cr_expect(t.min == 1 && t.max == 4, "extremes %g %g", t.min, t.max);
}

Test(tally, a_stride_skips_columns) {
  double values[] = {1, 99, 3, 99, 5, 99};
  mg_tally t;
  mg_tally_values(3, values, 2, &t);
  cr_expect(t.mean == 3 && t.min == 1 && t.max == 5, "mean %g", t.mean);
  cr_expect(fabs(t.std_error - 2 / sqrt(3)) < 1e-15, "se %.17g", t.std_error);
}

Test(tally, too_few_values_have_no_claim) {
  mg_tally none = tally_of(0, NULL), one = tally_of(1, (double[]){7});
  cr_expect(isnan(none.mean) && isnan(none.std_error), "none: %g", none.mean);
  cr_expect(isnan(none.min) && isnan(none.max), "none: extremes");
  cr_expect(one.mean == 7 && isnan(one.std_error), "one: %g", one.std_error);
  cr_expect(one.min == 7 && one.max == 7, "one: extremes");
}

Test(tally, an_impossible_datum_makes_the_mean_minus_infinity) {
  double cases[][3] = {{-INFINITY, 1, 2}, {1, -INFINITY, 2}, {1, 2, -INFINITY}};
  for (int i = 0; i < 3; i++) {
    mg_tally t = tally_of(3, cases[i]);
    cr_expect(t.mean == -INFINITY, "case %d: mean %g", i, t.mean);
    cr_expect(isnan(t.std_error), "case %d: se %g", i, t.std_error);
    cr_expect(t.min == -INFINITY && t.max == 2, "case %d: extremes", i);
  }
  mg_tally all = tally_of(2, (double[]){-INFINITY, -INFINITY});
  cr_expect(all.mean == -INFINITY, "all impossible: %g", all.mean);
}

Test(tally, infinities_of_both_signs_and_nan_have_no_mean) {
  cr_expect(tally_of(2, (double[]){1, INFINITY}).mean == INFINITY, "+inf");
  mg_tally both = tally_of(3, (double[]){INFINITY, 0, -INFINITY});
  cr_expect(isnan(both.mean), "both: %g", both.mean);
  mg_tally bad = tally_of(3, (double[]){1, NAN, -INFINITY});
  cr_expect(isnan(bad.mean) && isnan(bad.std_error), "NaN: %g", bad.mean);
  cr_expect(isnan(bad.min) && isnan(bad.max), "NaN: extremes");
}

/* Values -1e9 + (i mod 3): in one pass over squares nothing would be left. */
Test(tally, a_large_common_part_costs_no_digits) {
  size_t n = 300000;
  double *values = malloc(n * sizeof *values);
  cr_assert(values != NULL, "no memory");
  for (size_t i = 0; i < n; i++)
    values[i] = -1e9 + (double)(i % 3);
  mg_tally t = tally_of(n, values);
  double exact = sqrt(2. / 3 * (double)n / (double)(n - 1)) / sqrt((double)n);
  cr_expect(fabs(t.mean - (1 - 1e9)) < 1e-6, "mean %.17g", t.mean);
  cr_expect(fabs(t.std_error / exact - 1) < 1e-9, "se %.17g", t.std_error);
  free(values);
}
