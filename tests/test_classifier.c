/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classifier's count: certain cases, and a coin's where laws are equal. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/stream.h"
#include "eval/classifier.h"

#define Z 6.1

static gsl_matrix *distances(const double *z, size_t rows) {
  gsl_matrix *d = gsl_matrix_alloc(rows, rows);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < rows; j++)
      gsl_matrix_set(d, i, j, fabs(z[i] - z[j]));
  return d;
}

/* Two heaps far from each other, 21 and 13 rows: 6 + 6 learnt, 6 + 6 asked. */
Test(classifier, heaps_apart) {
  double z[34];
  mg_classifier_count c;
  gsl_rng *rng = mg_stream_alloc(1, "test/classifier", 0);
  for (size_t i = 0; i < 34; i++)
    z[i] = (i < 21 ? 0 : 100) + gsl_ran_ugaussian(rng);
  gsl_matrix *d = distances(z, 34);
  cr_assert_eq(mg_classifier_ask(d, 21, 0, rng, &c), GSL_SUCCESS);
  cr_expect(c.learnt == 12 && c.tested == 12 && c.k == 5 && c.right == 12,
            "%zu learnt, %zu tested, k %zu, %zu right", c.learnt, c.tested, c.k,
            c.right);
  cr_expect_float_eq(mg_classifier_p(&c), pow(2, -12), 1e-15, "p %g",
                     mg_classifier_p(&c));
  cr_assert_eq(mg_classifier_ask(d, 21, 2, rng, &c), GSL_SUCCESS);
  cr_expect_eq(c.k, 3, "k 2 is odd: %zu", c.k);
  gsl_matrix_free(d);
  gsl_rng_free(rng);
}

/* One nearest neighbour on a line, draws and data in turn: the nearest other
 * row at 1 is of the other kind, those at 2 of the own.  Rows that are asked
 * never vote: with all of them voting for themselves all would be right. */
Test(classifier, rows_asked_do_not_vote) {
  enum { PAIRS = 40, TIMES = 200 };
  double z[2 * PAIRS];
  size_t right = 0, tested = 0;
  gsl_rng *rng = mg_stream_alloc(1, "test/classifier", 1);
  for (size_t i = 0; i < PAIRS; i++) { /* pairs far apart, one of each kind */
    z[i] = 10 * (double)i;
    z[PAIRS + i] = 10 * (double)i + 1;
  }
  gsl_matrix *d = distances(z, 2 * PAIRS);
  for (int t = 0; t < TIMES; t++) {
    mg_classifier_count c;
    cr_assert_eq(mg_classifier_ask(d, PAIRS, 1, rng, &c), GSL_SUCCESS);
    right += c.right;
    tested += c.tested;
  }
  /* the partner is among the learnt half of the time, and then misleads */
  cr_expect((double)right < 0.4 * (double)tested, "%zu of %zu right", right,
            tested);
  gsl_matrix_free(d);
  gsl_rng_free(rng);
}

/* Equal laws: the mean is T / 2, and p is no smaller than it may be. */
static void level(bool copies, size_t n, size_t m) {
  enum { TIMES = 3000 };
  gsl_rng *rng = mg_stream_alloc(1, "test/classifier", 2);
  unsigned below[4] = {0};
  const double level[] = {0.01, 0.05, 0.2, 0.4};
  double sum = 0;
  for (int t = 0; t < TIMES; t++) {
    double z[100];
    mg_classifier_count c;
    for (size_t i = 0; i < n + m; i++)
      z[i] =
          copies ? (double)gsl_rng_uniform_int(rng, 2) : gsl_ran_ugaussian(rng);
    gsl_matrix *d = distances(z, n + m);
    cr_assert_eq(mg_classifier_ask(d, n, 0, rng, &c), GSL_SUCCESS);
    const double p = mg_classifier_p(&c), T = (double)c.tested;
    for (size_t i = 0; i < 4; i++)
      below[i] += p <= level[i];
    sum += ((double)c.right - T / 2) / sqrt(T / 4);
    gsl_matrix_free(d);
  }
  cr_expect(fabs(sum) < Z * sqrt(TIMES), "mean off by %.2f", sum / sqrt(TIMES));
  for (size_t i = 0; i < 4; i++)
    cr_expect(below[i] == 0 ||
                  gsl_cdf_binomial_Q(below[i] - 1, level[i], TIMES) > 1e-9,
              "P(p <= %g): %u of %d", level[i], below[i], TIMES);
  gsl_rng_free(rng);
}

Test(classifier, level_under_the_null) {
  level(false, 40, 40);
}

Test(classifier, level_with_copies_and_unequal_sizes) {
  level(true, 60, 25);
}

/* P(Bin(T, 1/2) >= R) summed up. */
Test(classifier, p_by_a_sum) {
  for (size_t right = 0; right <= 10; right++) {
    const mg_classifier_count c = {.tested = 10, .right = right};
    double sum = 0;
    for (unsigned r = (unsigned)right; r <= 10; r++)
      sum += gsl_ran_binomial_pdf(r, 0.5, 10);
    cr_expect(fabs(mg_classifier_p(&c) - sum) < 1e-12, "%zu right: %g, %g",
              right, mg_classifier_p(&c), sum);
  }
}

Test(classifier, refusals) {
  double z[] = {1, 2, 3, 4};
  mg_classifier_count c;
  gsl_rng *rng = mg_stream_alloc(1, "test/classifier", 3);
  gsl_matrix *d = distances(z, 4);
  cr_expect_eq(mg_classifier_ask(d, 4, 1, rng, &c), GSL_EBADLEN, "no data");
  cr_expect_eq(mg_classifier_ask(d, 2, 3, rng, &c), GSL_EINVAL, "k of 2");
  cr_expect_eq(mg_classifier_ask(d, 1, 0, rng, &c), GSL_EINVAL, "no half");
  gsl_matrix_free(d);
  gsl_rng_free(rng);
}
