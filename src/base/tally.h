/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mean and its standard error, from values that come one at a time.
 *
 * Over GSL's running statistics (Welford's recurrence), so that a mean of a
 * million log densities loses no digits and needs no array.  The standard
 * error is that of independent values, sd / sqrt(n), with sd the unbiased one.
 * A value of -inf (an impossible datum) makes the mean -inf and the standard
 * error NaN; that is a true statement about the model, not a fault. */
#ifndef MG_BASE_TALLY_H
#define MG_BASE_TALLY_H

#include <stddef.h>

typedef struct {
  size_t n;
  double mean, std_error; /* NaN: mean for n = 0, std_error for n < 2 */
  double min, max;
} mg_tally;

/* Mean, standard error, least and greatest of n values.
 *   n       in   how many, 0 allowed
 *   values  in   n, stride apart
 *   tally   out
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_tally_values(size_t n, const double *values, size_t stride,
                    mg_tally *tally);

#endif
