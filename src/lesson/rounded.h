/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table for the eye. */
#ifndef MG_LESSON_ROUNDED_H
#define MG_LESSON_ROUNDED_H

#include "base/table.h"

/* A copy of a table, without its head, in which a column of numbers has the
 * same decimals in every row: as many as show `digits` digits of its largest
 * number, which stands with a power of ten where it is below 0.001.  Whole
 * numbers and words stay as they are; a number that would be rounded to 0 keeps
 * two digits; NaN is a dash.
 * Returns NULL when memory is short; the caller frees it. */
mg_table *mg_rounded(const mg_table *table, int digits);

#endif
