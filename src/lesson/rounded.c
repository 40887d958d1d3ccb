/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimal points under one another.
 *
 * A table keeps 12 digits, for files.  On a page the eye compares, and what it
 * compares are digits at the same place behind the point: -1.3042 over 12.7510.
 * So the number of decimals belongs to the column and follows from its largest
 * value.  Where that is below 0.001 the zeros would hide what changes: such a
 * column is written with powers of ten.  What is not a number is a dash. */
#include "config.h"

#include "lesson/rounded.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"

enum { NUMBER_TEXT = 64, MOST_DECIMALS = 8, MOST_COLUMNS = 32 };
enum { AS_IT_IS = -1, POWERS_OF_TEN = -2 };

/* How many decimals a column gets; AS_IT_IS when it is one of whole numbers or
 * has no numbers at all. */
static int decimals_of(const mg_table *table, size_t column, int digits) {
  double largest = 0, value;
  int whole = 1;
  for (size_t i = 0; i < mg_table_rows(table); i++) {
    const char *text = mg_table_get(table, i, column);
    if (mg_parse_real(text, &value) != GSL_SUCCESS || !isfinite(value))
      continue;
    whole = whole && !strpbrk(text, ".e");
    largest = fmax(largest, fabs(value));
  }
  if (whole)
    return AS_IT_IS;
  if (largest > 0 && largest < 1e-3)
    return POWERS_OF_TEN;
  const int before = (int)floor(log10(fmax(largest, 1e-300))) + 1;
  const int decimals = digits - before;
  return decimals < 0 ? 0
                      : (decimals > MOST_DECIMALS ? MOST_DECIMALS : decimals);
}

static void add_number(mg_table *to, const char *text, int decimals,
                       int digits) {
  char number[NUMBER_TEXT];
  double value;
  if (strcmp(text, "nan") == 0) {
    mg_table_text(to, "-");
    return;
  }
  if (decimals == AS_IT_IS || mg_parse_real(text, &value) != GSL_SUCCESS ||
      !isfinite(value) || fabs(value) > 1e15) {
    mg_table_text(to, text);
    return;
  }
  if (decimals == POWERS_OF_TEN && value != 0)
    snprintf(number, sizeof number, "%.*e", digits - 1, value);
  else if (decimals == POWERS_OF_TEN)
    snprintf(number, sizeof number, "0");
  else if (value != 0 && fabs(value) < 0.5 * pow(10, -decimals))
    snprintf(number, sizeof number, "%.2g", value);
  else
    snprintf(number, sizeof number, "%.*f", decimals, value);
  mg_table_text(to, number);
}

/* The names of the columns, parted by blanks, as mg_table_alloc wants them. */
static mg_table *alloc_like(const mg_table *table) {
  char names[1024] = "";
  size_t used = 0;
  for (size_t j = 0; j < mg_table_columns(table) && used < sizeof names; j++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                             j ? " " : "", mg_table_name(table, j));
  return mg_table_alloc(names);
}

mg_table *mg_rounded(const mg_table *table, int digits) {
  mg_table *to = alloc_like(table);
  int decimals[MOST_COLUMNS];
  const size_t columns = mg_table_columns(table);
  for (size_t j = 0; j < columns && j < MOST_COLUMNS; j++)
    decimals[j] = decimals_of(table, j, digits);
  for (size_t i = 0; to && i < mg_table_rows(table); i++) {
    mg_table_row(to);
    for (size_t j = 0; j < columns; j++)
      add_number(to, mg_table_get(table, i, j),
                 j < MOST_COLUMNS ? decimals[j] : AS_IT_IS, digits);
  }
  return to;
}
