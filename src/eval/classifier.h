/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A two-sample test by a classifier: can anybody tell draws from data?
 *
 * A classifier learns from half of both samples which rows are draws and which
 * are data, and says it of the other half (Lopez-Paz & Oquab 2017).  If both
 * are of one law it can do no better than a coin: of T rows, as many draws as
 * data, the number R that it has right is a sum of T independent zeros and
 * ones, of mean T / 2 whatever it has learnt, and its tail is not above that of
 * the binomial law (Hoeffding 1956), so that
 *
 *     p = P(Bin(T, 1/2) >= R)                                 [twosample.5]
 *
 * is a p value at every level below 1/2, for every T and every classifier.  An
 * accuracy a above 1/2 is a statement on the laws as well: their total
 * variation is at least 2 a - 1, as no classifier at all has more than (1 + TV)
 * / 2.  An accuracy of 1/2 says that this classifier found nothing.
 *
 * The classifier is a vote of the k nearest: no training, distances only. */
#ifndef MG_EVAL_CLASSIFIER_H
#define MG_EVAL_CLASSIFIER_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>

typedef struct {
  size_t k;      /* neighbours with a vote, odd */
  size_t learnt; /* rows learnt from, half of them draws */
  size_t tested; /* rows asked for, half of them draws */
  size_t right;  /* of those */
} mg_classifier_count;

/* Asks the k nearest of the rows learnt from about the rows held out.
 * Both samples are halved at random; of the larger no more rows are used than
 * the smaller has.
 *   distance  in   N x N, of the pooled rows, the first n the draws
 *   k         in   0: the square root of the rows learnt from, the odd number
 *                  at or above it; an even k counts as the odd one above it
 * Returns GSL_SUCCESS; GSL_EBADLEN unless 0 < n < N; GSL_EINVAL for samples
 * too small to have k rows to learn from; GSL_ENOMEM.  Cost O(N^2). */
int mg_classifier_ask(const gsl_matrix *distance, size_t n, size_t k,
                      gsl_rng *rng, mg_classifier_count *count);

/* P(Bin(T, 1/2) >= R).                                      [twosample.5] */
double mg_classifier_p(const mg_classifier_count *count);

#endif
