/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logarithms of probabilities: the identities, the ends, and the infinities.
 * Accuracy is against the same formula in long double, which has 11 bits more
 * and an exponent that does not underflow where double's does. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>

#include "base/logmath.h"

/* Equal to 4 units in the last place, or both the same special value; an
 * infinity is near itself only. */
static int near(double a, double b) {
  if (isnan(a) || isnan(b))
    return isnan(a) && isnan(b);
  if (isinf(a) || isinf(b))
    return a == b;
  return fabs(a - b) <= 4 * DBL_EPSILON * fmax(fabs(a), fabs(b));
}

Test(logmath, constants_are_what_they_say) {
  cr_expect(MG_LN_2 == log(2), "log 2");
  cr_expect(near(MG_LN_2PI, (double)logl(8 * atanl(1))), "log 2 pi");
}

Test(logmath, sum_of_what_would_underflow) {
  double a[] = {-1000, -1000, -1000, -1000};
  double sum = mg_log_sum_exp(4, a);
  cr_expect(near(sum, -1000 + 2 * MG_LN_2), "4 exp(-1000): %.17g", sum);
  double up[] = {800, 800};
  cr_expect(near(mg_log_sum_exp(2, up), 800 + MG_LN_2), "2 exp(800)");
}

Test(logmath, sum_moves_with_a_shift) {
  double a[] = {0.25, -3, 1.5, -40}, b[4];
  double sum = mg_log_sum_exp(4, a);
  for (double shift = -2048; shift <= 2048; shift += 512) {
    for (int i = 0; i < 4; i++)
      b[i] = a[i] + shift;
    cr_expect(fabs(mg_log_sum_exp(4, b) - shift - sum) < 2e-12,
              "shift %g changes the sum", shift);
  }
}

Test(logmath, sum_of_special_terms) {
  double none[] = {-INFINITY, -INFINITY}, one[] = {-INFINITY, -7},
         up[] = {1, INFINITY}, bad[] = {1, NAN, INFINITY};
  cr_expect(mg_log_sum_exp(0, NULL) == -INFINITY, "no terms");
  cr_expect(mg_log_sum_exp(2, none) == -INFINITY, "impossible events");
  cr_expect(mg_log_sum_exp(2, one) == -7, "one possible event");
  cr_expect(mg_log_sum_exp(2, up) == INFINITY, "an infinite density");
  cr_expect(isnan(mg_log_sum_exp(3, bad)), "NaN in, NaN out");
}

Test(logmath, two_terms_are_a_sum_of_two) {
  double grid[] = {-INFINITY, -900, -40, -1, 0, 1e-9, 3, 700, INFINITY};
  for (int i = 0; i < 9; i++)
    for (int j = 0; j < 9; j++) {
      double a[] = {grid[i], grid[j]};
      double sum = mg_log_sum_exp(2, a), two = mg_log_add_exp(a[0], a[1]);
      cr_expect(near(two, sum) || fabs(two - sum) < 4 * DBL_EPSILON,
                "(%g, %g): %.17g, as a sum %.17g", a[0], a[1], two, sum);
    }
  cr_expect(isnan(mg_log_add_exp(NAN, 1)), "NaN first");
  cr_expect(isnan(mg_log_add_exp(1, NAN)), "NaN second");
}

Test(logmath, softplus_is_accurate_on_both_sides) {
  for (double a = -1400; a <= 1400; a += 0.37) {
    double exact = (double)log1pl(expl((long double)a));
    cr_expect(near(mg_log1p_exp(a), exact), "softplus(%g) = %.17g, not %.17g",
              a, mg_log1p_exp(a), exact);
  }
  cr_expect(mg_log1p_exp(-INFINITY) == 0, "at -inf");
  cr_expect(mg_log1p_exp(INFINITY) == INFINITY, "at inf");
  cr_expect(mg_log1p_exp(1e308) == 1e308, "overflow");
  cr_expect(isnan(mg_log1p_exp(NAN)), "NaN");
}

Test(logmath, complement_is_accurate_at_both_ends) {
  for (double a = -1e-300; a > -700; a *= 1.9) {
    long double x = a;
    double exact = (double)(x > -0.5L ? logl(-expm1l(x)) : log1pl(-expl(x)));
    cr_expect(near(mg_log1m_exp(a), exact), "at %g: %.17g, not %.17g", a,
              mg_log1m_exp(a), exact);
  }
  cr_expect(mg_log1m_exp(0) == -INFINITY, "1 - 1");
  cr_expect(mg_log1m_exp(-INFINITY) == 0, "1 - 0");
  cr_expect(isnan(mg_log1m_exp(1e-300)), "no probability");
  cr_expect(isnan(mg_log1m_exp(NAN)), "NaN");
}

Test(logmath, complement_and_term_sum_to_one) {
  for (double a = -30; a < 0; a += 0.1) {
    double one = mg_log_add_exp(a, mg_log1m_exp(a));
    cr_expect(fabs(one) <= 4 * DBL_EPSILON, "at %g: log 1 = %g", a, one);
  }
}

Test(logmath, sigmoid_and_its_logarithm) {
  for (double a = -700; a <= 700; a += 0.7) {
    long double e = expl(-(long double)a);
    cr_expect(near(mg_sigmoid(a), (double)(1 / (1 + e))), "sigmoid(%g)", a);
    cr_expect(near(mg_log_sigmoid(a), (double)-log1pl(e)), "its log, %g", a);
    cr_expect(fabs(mg_sigmoid(a) + mg_sigmoid(-a) - 1) <= DBL_EPSILON,
              "sigmoid(%g) and its mirror", a);
  }
  cr_expect(mg_sigmoid(-INFINITY) == 0, "sigmoid at -inf");
  cr_expect(mg_sigmoid(INFINITY) == 1, "sigmoid at inf");
  cr_expect(mg_log_sigmoid(-1e308) == -1e308, "log sigmoid far down");
  cr_expect(mg_log_sigmoid(INFINITY) == 0, "log sigmoid at inf");
  cr_expect(isnan(mg_sigmoid(NAN)), "sigmoid of NaN");
  cr_expect(isnan(mg_log_sigmoid(NAN)), "log sigmoid of NaN");
}

Test(logmath, softmax_in_place_and_its_sum) {
  double a[] = {-1000, -1001, -INFINITY, -1003.5}, p[4], total = 0;
  double sum = mg_softmax(4, a, p);
  cr_expect(sum == mg_log_sum_exp(4, a), "the sum it returns");
  for (int i = 0; i < 4; i++) {
    total += p[i];
    cr_expect(fabs(p[i] - exp(a[i] - sum)) < 1e-12, "p[%d] = %.17g", i, p[i]);
  }
  cr_expect(fabs(total - 1) <= 4 * DBL_EPSILON, "sum %.17g", total);
  cr_expect(p[2] == 0, "an impossible event has %g", p[2]);
  mg_softmax(4, a, a);
  for (int i = 0; i < 4; i++)
    cr_expect(a[i] == p[i], "in place, %d: %.17g", i, a[i]);
}

Test(logmath, softmax_of_nothing_possible_is_nan) {
  double cases[][2] = {{-INFINITY, -INFINITY}, {0, NAN}, {INFINITY, 0}}, p[2];
  double sums[] = {-INFINITY, NAN, INFINITY};
  for (int i = 0; i < 3; i++) {
    cr_expect(near(mg_softmax(2, cases[i], p), sums[i]), "sum of case %d", i);
    cr_expect(isnan(p[0]) && isnan(p[1]), "case %d: %g %g", i, p[0], p[1]);
  }
}
