/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons that end in a sentence; see judge.h. */
#include "exercise/judge.h"

#include <gsl/gsl_sort_vector.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* log of 2 over the rate of false alarms, 10^-9 */
#define LOG_ALARMS 21.416413017506358
enum { PLACE_SIZE = 64 };
static const double most_errors = 6.1;

bool mg_judge_fail(mg_judgement *j, const char *format, ...) {
  if (j->says[0])
    return false;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(j->says, sizeof j->says, format, arguments);
  va_end(arguments);
  return false;
}

static bool is_close(double is, double expected, double relative,
                     double absolute) {
  if (isnan(expected))
    return isnan(is);
  if (isinf(expected) || isinf(is))
    return is == expected;
  return fabs(is - expected) <= absolute + relative * fabs(expected);
}

/* "x", "x[3]" or "x[3, 1]". */
static const char *place(const mg_parcel_item *item, size_t i, char *text) {
  const size_t columns = item->matrix.size2;
  if (item->kind == MG_PARCEL_MATRIX)
    snprintf(text, PLACE_SIZE, "%s[%zu, %zu]", item->name, i / columns,
             i % columns);
  else if (item->kind == MG_PARCEL_VECTOR)
    snprintf(text, PLACE_SIZE, "%s[%zu]", item->name, i);
  else
    snprintf(text, PLACE_SIZE, "%s", item->name);
  return text;
}

static bool same_shape(mg_judgement *j, const mg_parcel_item *expected,
                       const mg_parcel_item *is) {
  const char *name = expected->name;
  if (!is || is->kind != expected->kind)
    return mg_judge_fail(j, "there is no %s in the answer", name);
  if (is->matrix.size1 != expected->matrix.size1 ||
      is->matrix.size2 != expected->matrix.size2)
    return mg_judge_fail(j, "%s is %zu x %zu, expected %zu x %zu", name,
                         is->matrix.size1, is->matrix.size2,
                         expected->matrix.size1, expected->matrix.size2);
  return true;
}

/* What authors write, and not the number behind it. */
static const char *status_name(double code) {
  static const struct {
    int code;
    const char *name;
  } names[] = {{GSL_FAILURE, "GSL_FAILURE"},   {GSL_SUCCESS, "GSL_SUCCESS"},
               {GSL_CONTINUE, "GSL_CONTINUE"}, {GSL_EDOM, "GSL_EDOM"},
               {GSL_EINVAL, "GSL_EINVAL"},     {GSL_EFAILED, "GSL_EFAILED"},
               {GSL_ENOMEM, "GSL_ENOMEM"},     {GSL_EBADLEN, "GSL_EBADLEN"},
               {GSL_EUNSUP, "GSL_EUNSUP"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].code == code)
      return names[i].name;
  return "no status of GSL's in use here";
}

static bool same_status(mg_judgement *j, double is, double expected) {
  return is == expected ||
         mg_judge_fail(j, "it returns %g, which is %s, expected %g, %s", is,
                       status_name(is), expected, status_name(expected));
}

bool mg_judge_item(mg_judgement *j, const mg_parcel_item *expected,
                   const mg_parcel *out, double relative, double absolute) {
  const mg_parcel_item *is = mg_parcel_find(out, expected->name);
  if (!same_shape(j, expected, is))
    return false;
  const size_t n = is->values->size;
  if (n == 1 && strcmp(expected->name, "status") == 0)
    return same_status(j, gsl_vector_get(is->values, 0),
                       gsl_vector_get(expected->values, 0));
  size_t first = n, off = 0;
  for (size_t i = 0; i < n; i++)
    if (!is_close(gsl_vector_get(is->values, i),
                  gsl_vector_get(expected->values, i), relative, absolute)) {
      off++;
      first = first < n ? first : i;
    }
  if (off == 0)
    return true;
  char where[PLACE_SIZE], rest[2 * PLACE_SIZE] = "";
  if (n > 1)
    snprintf(rest, sizeof rest, "; %zu of its %zu numbers are off", off, n);
  double value = gsl_vector_get(is->values, first);
  /* A NaN is what an untouched place holds.  Its sign means nothing. */
  value = isnan(value) ? NAN : value;
  return mg_judge_fail(j, "%s is %.10g%s, expected %.10g%s",
                       place(is, first, where), value,
                       isnan(value) ? " (not written, or 0/0)" : "",
                       gsl_vector_get(expected->values, first), rest);
}

bool mg_judge_close(mg_judgement *j, const mg_parcel *expected,
                    const mg_parcel *out, double relative, double absolute) {
  for (size_t i = 0; i < expected->items; i++)
    if (!mg_judge_item(j, &expected->item[i], out, relative, absolute))
      return false;
  return true;
}

bool mg_judge_mean(mg_judgement *j, const char *what, double mean, double error,
                   double expected) {
  /* Not ">": a mean that is NaN is wrong, too. */
  if (fabs(mean - expected) <= most_errors * error)
    return true;
  return mg_judge_fail(j,
                       "%s is %.6g, expected %.6g +- %.2g: %.1f standard "
                       "errors off",
                       what, mean, expected, error,
                       fabs(mean - expected) / error);
}

bool mg_judge_law(mg_judgement *j, const char *what, gsl_vector *cdf) {
  const size_t n = cdf->size;
  if (n == 0)
    return mg_judge_fail(j, "%s: there is no draw", what);
  const double bound = sqrt(LOG_ALARMS / (2 * (double)n));
  gsl_sort_vector(cdf);
  double most = 0, at = 0;
  for (size_t i = 0; i < n; i++) {
    const double f = gsl_vector_get(cdf, i);
    if (!(f >= 0 && f <= 1))
      return mg_judge_fail(j, "%s: a draw is %s", what,
                           isnan(f) ? "no number" : "outside the law's range");
    const double off =
        fmax((double)(i + 1) / (double)n - f, f - (double)i / (double)n);
    if (off > most) {
      most = off;
      at = f;
    }
  }
  if (most <= bound)
    return true;
  return mg_judge_fail(j,
                       "%s: of %zu draws the share below the law's quantile "
                       "%.3f is off by %.3f, and chance allows %.3f",
                       what, n, at, most, bound);
}
