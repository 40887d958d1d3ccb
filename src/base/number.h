/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text, read and printed alike in every locale.
 *
 * Where a program has called setlocale, a German strtod stops at the point of
 * "0.5" and a German printf writes "0,5".  A table written there must still be
 * read here, so every number that enters or leaves goes through these. */
#ifndef MG_BASE_NUMBER_H
#define MG_BASE_NUMBER_H

#include <stddef.h>

/* Room for any number that is printed here, with its 0. */
enum { MG_NUMBER_SIZE = 32 };

/* A decimal number from all of text, whatever the locale.
 * Returns GSL_SUCCESS; GSL_EINVAL when text is anything more or less (a blank,
 * hexadecimal), or is greater than any double.  "nan" and "inf" are read as
 * what they say. */
int mg_parse_real(const char *text, double *value);

/* A count from all of text: digits only, no sign.
 * Returns GSL_SUCCESS; GSL_EINVAL, also when it does not fit. */
int mg_parse_size(const char *text, size_t *value);

/* Prints a number with a decimal point, whatever the locale.
 *   digits  in   significant digits, 1 .. 17; 0: as few as read back the same
 *   text    out  size bytes, MG_NUMBER_SIZE is enough; "nan" has no sign
 * Returns text. */
const char *mg_print_real(double value, int digits, char *text, size_t size);

#endif
