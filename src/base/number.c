/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The C locale, for the length of one conversion.
 *
 * strtod and printf take the decimal point from the locale of the thread.
 * POSIX lets a thread change its own (uselocale) and no other's, so each
 * conversion here is put between "the C locale" and "what was there before".
 * In glibc the C locale is a constant object: newlocale finds it without
 * memory, and the pair costs less than the conversion.
 *
 * What strtod takes and we refuse: blanks in front, hexadecimal ("0x1p3"),
 * and "nan(...)".  A number above the greatest double is refused rather than
 * read as infinity; one below the least is read as the nearest, maybe 0.
 *
 * Not here: thousands separators, units, fractions. */
#include "config.h"

#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

typedef struct {
  locale_t c, before;
} c_locale;

static c_locale enter_c_locale(void) {
  c_locale now = {.c = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
  now.before = uselocale(now.c);
  return now;
}

static void leave_c_locale(c_locale now) {
  uselocale(now.before);
  if (now.c)
    freelocale(now.c);
}

int mg_parse_real(const char *text, double *value) {
  c_locale now = enter_c_locale();
  char *end;
  errno = 0;
  double x = strtod(text, &end);
  int overflow = errno == ERANGE && isinf(x);
  leave_c_locale(now);
  if (end == text || *end || text[strcspn(text, " \t\n\v\f\rxX(")])
    return mg_fail(GSL_EINVAL, "'%.60s' is not a decimal number", text);
  if (overflow)
    return mg_fail(GSL_EINVAL, "%.60s is beyond the greatest double", text);
  *value = x;
  return GSL_SUCCESS;
}

int mg_parse_size(const char *text, size_t *value) {
  if (!*text || text[strspn(text, "0123456789")])
    return mg_fail(GSL_EINVAL, "'%.60s' is not a count: give digits only",
                   text);
  errno = 0;
  uintmax_t x = strtoumax(text, NULL, 10);
  if (errno == ERANGE || x > SIZE_MAX)
    return mg_fail(GSL_EINVAL, "%.60s is beyond the greatest count, %zu", text,
                   (size_t)SIZE_MAX);
  *value = (size_t)x;
  return GSL_SUCCESS;
}

/* 15 digits give back most numbers that a person typed, 17 give back all. */
static int digits_needed(double value) {
  char text[MG_NUMBER_SIZE];
  for (int digits = 15; digits < 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (strtod(text, NULL) == value)
      return digits;
  }
  return 17;
}

const char *mg_print_real(double value, int digits, char *text, size_t size) {
  if (isnan(value)) {
    snprintf(text, size, "nan");
    return text;
  }
  c_locale now = enter_c_locale();
  int given = digits > 0 ? digits : digits_needed(value);
  snprintf(text, size, "%.*g", given, value);
  leave_c_locale(now);
  return text;
}
