/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is exact of a rule in each draw, and what over many. */
#include <criterion/criterion.h>
#include <gsl/gsl_math.h>

#include "base/stream.h"
#include "base/tally.h"
#include "eval/rule.h"

#define Z 6.1

static const size_t dims[] = {1, 2, 3, 8, 20};
enum { DIMS = sizeof dims / sizeof *dims };

/* sum_s w_s e_s[i] e_s[j], or without one or both of them. */
static double moment(const mg_rule *r, int i, int j) {
  double sum = 0;
  for (size_t s = 0; s < r->weight->size; s++)
    sum += gsl_vector_get(r->weight, s) *
           (i < 0 ? 1 : gsl_matrix_get(r->e, s, (size_t)i)) *
           (j < 0 ? 1 : gsl_matrix_get(r->e, s, (size_t)j));
  return sum;
}

Test(rule, every_draw_has_the_moments_of_the_gaussian) {
  gsl_rng *rng = mg_stream_alloc(1, "test/rule", 0);
  for (size_t d = 0; d < DIMS; d++)
    for (size_t frames = 1; frames < 4; frames++) {
      mg_rule r = {.e = NULL};
      cr_assert(mg_rule_init(&r, dims[d], frames) == GSL_SUCCESS, "memory");
      cr_expect(r.e->size1 == 2 * dims[d] * frames + 1, "points");
      mg_rule_draw(&r, rng);
      cr_expect(fabs(moment(&r, -1, -1) - 1) < 1e-12, "weights: %.15g",
                moment(&r, -1, -1));
      for (int i = 0; i < (int)dims[d]; i++) {
        cr_expect(fabs(moment(&r, i, -1)) < 1e-12, "mean %d: %.3g", i,
                  moment(&r, i, -1));
        for (int j = 0; j <= i; j++)
          cr_expect(fabs(moment(&r, i, j) - (i == j)) < 1e-12, "%d, %d: %.15g",
                    i, j, moment(&r, i, j));
      }
      mg_rule_clear(&r);
    }
  gsl_rng_free(rng);
}

/* E |e|^4 = L (L + 2), and E exp(a e_1) = exp(a^2 / 2): a rule with its radius
 * fixed at sqrt L would say L^2. */
Test(rule, over_draws_it_is_right_for_every_function) {
  enum { TIMES = 20000 };
  static double fourth[TIMES], exponential[TIMES];
  gsl_rng *rng = mg_stream_alloc(2, "test/rule", 0);
  for (size_t d = 0; d < DIMS; d++) {
    const double l = (double)dims[d];
    mg_rule r = {.e = NULL};
    cr_assert(mg_rule_init(&r, dims[d], 1) == GSL_SUCCESS, "memory");
    for (size_t t = 0; t < TIMES; t++) {
      fourth[t] = exponential[t] = 0;
      mg_rule_draw(&r, rng);
      for (size_t s = 0; s < r.weight->size; s++) {
        const double w = gsl_vector_get(r.weight, s);
        double square = 0;
        for (size_t i = 0; i < dims[d]; i++)
          square += gsl_pow_2(gsl_matrix_get(r.e, s, i));
        fourth[t] += w * square * square;
        exponential[t] += w * exp(gsl_matrix_get(r.e, s, 0) / 2);
      }
    }
    mg_tally tally;
    mg_tally_values(TIMES, fourth, 1, &tally);
    cr_expect(fabs(tally.mean - l * (l + 2)) < Z * tally.std_error,
              "fourth moment in %g: %.4f +- %.4f", l, tally.mean,
              tally.std_error);
    mg_tally_values(TIMES, exponential, 1, &tally);
    cr_expect(fabs(tally.mean - exp(0.125)) < Z * tally.std_error,
              "exponential in %g: %.6f +- %.6f", l, tally.mean,
              tally.std_error);
    mg_rule_clear(&r);
  }
  gsl_rng_free(rng);
}
