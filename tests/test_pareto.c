/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape of tails that are known.  The numbers of the fit were computed by
 * another program from the formulas of Zhang & Stephens (2009). */
#include <criterion/criterion.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>

#include "base/status.h"
#include "base/stream.h"
#include "eval/pareto.h"

enum { MOST = 5000 };

/* Quantile of the law with shape k and scale 1. */
static double quantile(double u, double k) {
  return (pow(1 - u, -k) - 1) / k;
}

Test(pareto, a_fit_has_the_values_of_the_published_formula) {
  static const struct {
    double k;
    size_t n;
    double fitted, scale;
  } known[] = {{0.5, 50, 0.5060469188, 0.9826588367},
               {0.5, 211, 0.5019803328, 0.9954833596},
               {-0.3, 50, -0.1199442313, 0.9447398844},
               {-0.3, 211, -0.2494245803, 0.9843763265},
               {1.2, 50, 1.0507329709, 1.0241275888},
               {1.2, 211, 1.1590304082, 1.0061400192}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    double x[MOST], k, s;
    for (size_t j = 0; j < known[i].n; j++)
      x[j] = quantile(((double)j + 0.5) / (double)known[i].n, known[i].k);
    cr_assert_eq(mg_pareto_fit(known[i].n, x, &k, &s), GSL_SUCCESS, "%s",
                 mg_reason());
    cr_expect(fabs(k - known[i].fitted) < 2e-10, "k %.10f", k);
    cr_expect(fabs(s - known[i].scale) < 2e-10, "s %.10f", s);
  }
}

/* Draws with w = u^-k have exactly that tail.  The error of the estimate is
 * about (1 + k) / sqrt M; the mean over turns has a tenth of it. */
Test(pareto, draws_of_a_known_tail) {
  static const double shapes[] = {0.2, 0.5, 0.9, 1.5};
  enum { TURNS = 100 };
  const size_t tail = mg_pareto_tail(MOST);
  gsl_rng *rng = mg_stream_alloc(1, "test/pareto", 0);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    double sum = 0, square = 0, log_w[MOST];
    for (int turn = 0; turn < TURNS; turn++) {
      for (size_t j = 0; j < MOST; j++)
        log_w[j] = -shapes[i] * log(gsl_rng_uniform_pos(rng));
      gsl_sort(log_w, 1, MOST);
      const double k = mg_pareto_k(tail + 1, log_w + MOST - tail - 1);
      sum += k / TURNS;
      square += k * k / TURNS;
    }
    const double sd = sqrt(square - sum * sum);
    /* Pulled to 1/2 by ten data: M k + 5 over M + 10. */
    const double pulled = ((double)tail * shapes[i] + 5) / ((double)tail + 10);
    cr_expect(fabs(sum - pulled) < 6.1 * sd / 10 + 0.02,
              "k %.4f +- %.4f, the tail is %.2f", sum, sd / 10, shapes[i]);
    cr_expect(sd < 1.5 * (1 + shapes[i]) / sqrt((double)tail), "sd %.3f", sd);
  }
  gsl_rng_free(rng);
}

/* The unit of the weights plays no part. */
Test(pareto, a_factor_changes_nothing) {
  double a[300], b[300];
  for (int i = 0; i < 300; i++) {
    a[i] = -0.6 * log(1 - (i + 0.5) / 300);
    b[i] = a[i] + 5000;
  }
  const double k = mg_pareto_k(300, a), moved = mg_pareto_k(300, b);
  cr_expect(fabs(k - moved) < 1e-9, "k %.12f, moved %.12f", k, moved);
}

Test(pareto, how_many_make_a_tail) {
  cr_expect(mg_pareto_tail(24) == 0, "24");
  cr_expect(mg_pareto_tail(25) == 5, "25");
  cr_expect(mg_pareto_tail(225) == 45, "225");
  cr_expect(mg_pareto_tail(400) == 60, "400");
  cr_expect(mg_pareto_tail(5000) == 213, "5000: %zu", mg_pareto_tail(5000));
}

Test(pareto, tails_that_are_none) {
  double equal[10], one[10], none[10], k;
  for (int i = 0; i < 10; i++) {
    equal[i] = 3 + 1e-12 * i;
    one[i] = i == 9 ? 0 : -800 - 1.0 / (1 + i);
    none[i] = -INFINITY;
  }
  cr_expect(mg_pareto_k(10, equal) == -INFINITY, "equal weights");
  cr_expect(mg_pareto_k(10, one) == INFINITY, "one weight has it all");
  cr_expect(mg_pareto_k(10, none) == -INFINITY, "no weight at all");
  cr_expect(isnan(mg_pareto_k(5, equal)), "four exceedances");
  double few[] = {1, 2, 3, 4}, zeros[] = {0, 0, 0, 1, 2};
  cr_expect(mg_pareto_fit(4, few, &k, NULL) == GSL_EINVAL, "four data");
  cr_expect(mg_pareto_fit(5, zeros, &k, NULL) == GSL_EDOM, "zeros");
  zeros[4] = INFINITY;
  zeros[0] = zeros[1] = zeros[2] = 1;
  cr_expect(mg_pareto_fit(5, zeros, &k, NULL) == GSL_EDOM, "inf");
}
