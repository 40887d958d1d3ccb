/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic on logarithms of probabilities, in nats.
 *
 * A likelihood of 64 pixels is about exp(-100), one of 784 about exp(-600),
 * and exp(-746) is zero in double precision.  So every probability in this
 * project is carried as its logarithm, and sums of probabilities are taken
 * here, shifted by the largest term [log.1]:
 *
 *     log sum_i exp(a_i) = m + log sum_i exp(a_i - m),   m = max_i a_i
 *
 * -inf is a legal log probability (an impossible event); +inf is a legal log
 * density.  NaN in gives NaN out. */
#ifndef MG_BASE_LOGMATH_H
#define MG_BASE_LOGMATH_H

#include <stddef.h>

#define MG_LN_2PI 1.8378770664093454836 /* log(2 pi) */
#define MG_LN_2 0.69314718055994530942

/* log sum_i exp(a_i); -inf for n = 0 or when every a_i is -inf.    [log.1]
 *   n  in  how many     a  in  n log terms */
double mg_log_sum_exp(size_t n, const double *a);

/* log(exp(a) + exp(b)). */
double mg_log_add_exp(double a, double b);

/* log(1 + exp(a)), the softplus, without overflow.                 [log.2] */
double mg_log1p_exp(double a);

/* log(1 - exp(a)) for a <= 0, accurate at both ends; NaN for a > 0.
 *                                                                  [log.3] */
double mg_log1m_exp(double a);

/* log(1 / (1 + exp(-a))).                                          [log.4] */
double mg_log_sigmoid(double a);

/* 1 / (1 + exp(-a)). */
double mg_sigmoid(double a);

/* p_i = exp(a_i) / sum_j exp(a_j), which sum to 1.                 [log.5]
 *   n  in  how many     a  in  n log terms     p  out  n; may be a itself
 * Returns log sum_j exp(a_j).  When that is not finite every p_i is NaN. */
double mg_softmax(size_t n, const double *a, double *p);

#endif
