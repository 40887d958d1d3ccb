/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mean and its standard error.
 *
 * Over GSL's statistics, whose recurrence in long double loses no digits in a
 * mean of a million log densities.  The standard error is that of independent
 * values, sd / sqrt(n), with sd^2 the unbiased variance.
 * A value of -inf (an impossible datum) makes the mean -inf and the standard
 * error NaN; that is a true statement about the model, not a fault. */
#ifndef MG_BASE_TALLY_H
#define MG_BASE_TALLY_H

#include <stddef.h>

typedef struct {
  size_t n;
  double mean, std_error; /* NaN: mean for n = 0, std_error for n < 2 */
  double min, max;        /* NaN for n = 0, and when a value is NaN */
} mg_tally;

/* Mean, standard error, least and greatest of n values.
 *   n       in   how many, 0 allowed
 *   values  in   n, stride apart
 *   tally   out
 * Returns GSL_SUCCESS; values of every kind have a tally. */
int mg_tally_values(size_t n, const double *values, size_t stride,
                    mg_tally *tally);

#endif
