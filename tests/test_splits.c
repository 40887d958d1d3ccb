/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits are all alike likely, and ranks among them are even. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <math.h>

#include "base/stream.h"
#include "eval/splits.h"

/* Which of the 20 choices of 3 rows of 6, as bits. */
static unsigned bits_of(const gsl_matrix *member, size_t b) {
  unsigned bits = 0;
  for (size_t i = 0; i < member->size2; i++)
    bits |= (unsigned)(gsl_matrix_get(member, b, i) > 0) << i;
  return bits;
}

Test(splits, first_is_the_samples_and_all_are_alike_likely) {
  enum { TIMES = 20000 };
  unsigned seen[64] = {0};
  gsl_rng *rng = mg_stream_alloc(1, "test/splits", 0);
  gsl_matrix *member = gsl_matrix_alloc(TIMES + 1, 6);
  cr_assert_eq(mg_splits_draw(rng, 3, member), GSL_SUCCESS);
  cr_expect_eq(bits_of(member, 0), 7, "the first split: %u",
               bits_of(member, 0));
  for (size_t b = 1; b <= TIMES; b++)
    seen[bits_of(member, b)]++;
  for (unsigned set = 0; set < 64; set++) {
    if (__builtin_popcount(set) != 3) {
      cr_expect_eq(seen[set], 0, "%u rows", __builtin_popcount(set));
      continue;
    }
    const double z = (seen[set] - TIMES / 20.0) / sqrt(TIMES * 0.05 * 0.95);
    cr_expect(fabs(z) < 6.1, "choice %u: %u times, z %.2f", set, seen[set], z);
  }
  gsl_matrix_free(member);
  gsl_rng_free(rng);
}

Test(splits, nothing_on_a_side_is_refused) {
  gsl_rng *rng = mg_stream_alloc(1, "test/splits", 1);
  gsl_matrix *member = gsl_matrix_alloc(2, 6);
  cr_expect_eq(mg_splits_draw(rng, 0, member), GSL_EINVAL, "none");
  cr_expect_eq(mg_splits_draw(rng, 6, member), GSL_EINVAL, "all");
  gsl_matrix_free(member);
  gsl_rng_free(rng);
}

Test(splits, p_counts_the_first_and_its_equals) {
  double t[] = {2, 1, 3, 2 - 1e-12, 0};
  gsl_vector_view v = gsl_vector_view_array(t, 5);
  cr_expect_eq(mg_splits_p(&v.vector), 3 / 5.0, "p %g", mg_splits_p(&v.vector));
  t[0] = 4;
  cr_expect_eq(mg_splits_p(&v.vector), 1 / 5.0, "never 0: %g",
               mg_splits_p(&v.vector));
  for (size_t i = 0; i < 5; i++)
    t[i] = 7;
  cr_expect_eq(mg_splits_p(&v.vector), 1, "all alike: %g",
               mg_splits_p(&v.vector));
}

/* Distances that overflow leave sums without a rank: no p, and never 0. */
Test(splits, what_has_no_rank_has_no_p) {
  const double wild[] = {NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < 3; i++)
    for (size_t at = 0; at < 4; at++) {
      double t[] = {2, 1, 3, 0};
      gsl_vector_view v = gsl_vector_view_array(t, 4);
      t[at] = wild[i];
      cr_expect(isnan(mg_splits_p(&v.vector)), "%g at %zu: p %g", wild[i], at,
                mg_splits_p(&v.vector));
    }
}

/* Under the null P(p <= v) <= v for every value v that p takes, for any
 * statistic; here the mean of the first side of rows from a law with no mean.
 * Counts lie within binomial quantiles at 1e-9 / 40. */
Test(splits, p_keeps_its_level) {
  enum { TIMES = 4000, B = 19, N = 9 };
  static double p[TIMES];
  gsl_rng *rng = mg_stream_alloc(1, "test/splits", 2);
  gsl_matrix *member = gsl_matrix_alloc(B + 1, N);
  gsl_vector *statistic = gsl_vector_alloc(B + 1);
  for (size_t t = 0; t < TIMES; t++) {
    double x[N];
    for (size_t i = 0; i < N; i++)
      x[i] = gsl_ran_cauchy(rng, 1);
    cr_assert_eq(mg_splits_draw(rng, 4, member), GSL_SUCCESS);
    for (size_t b = 0; b <= B; b++) {
      double sum = 0;
      for (size_t i = 0; i < N; i++)
        sum += gsl_matrix_get(member, b, i) * x[i];
      gsl_vector_set(statistic, b, sum);
    }
    p[t] = mg_splits_p(statistic);
  }
  gsl_sort(p, 1, TIMES);
  for (unsigned t = 0; t < TIMES; t++) /* t + 1 are at most p[t], or more */
    if ((t + 1 == TIMES || p[t] < p[t + 1]) && p[t] < 1)
      cr_expect(gsl_cdf_binomial_Q(t, p[t], TIMES) > 1e-9 / 40,
                "P(p <= %g): %u of %d", p[t], t + 1, TIMES);
  gsl_matrix_free(member);
  gsl_vector_free(statistic);
  gsl_rng_free(rng);
}
