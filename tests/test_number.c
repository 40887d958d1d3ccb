/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text: all of it or nothing, the same in every locale. */
#include <criterion/criterion.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/status.h"

Test(number, reals_are_read) {
  struct {
    const char *text;
    double value;
  } cases[] = {{"0", 0},          {"-1.5", -1.5},
               {"+2", 2},         {".5", 0.5},
               {"5.", 5},         {"1e-3", 1e-3},
               {"1E+2", 100},     {"0.1", 0.1},
               {"inf", INFINITY}, {"-Inf", -INFINITY},
               {"1e-400", 0},     {"1.7976931348623157e308", DBL_MAX}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double x = -1;
    cr_expect(mg_parse_real(cases[i].text, &x) == GSL_SUCCESS, "'%s': %s",
              cases[i].text, mg_reason());
    cr_expect(x == cases[i].value, "'%s' is %.17g", cases[i].text, x);
  }
  double x = 0;
  cr_expect(mg_parse_real("nan", &x) == GSL_SUCCESS && isnan(x), "nan");
}

Test(number, anything_more_or_less_is_no_real) {
  const char *cases[] = {"",       " 1",    "1 ",    "1x",       "0x10",
                         "1,5",    "1e",    "--1",   "nan(1)",   "e5",
                         "1\n",    "\t1",   "1_000", "infinite", "1e309",
                         "-1e999", "0X1P3", "1.2.3"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double x = 7;
    mg_reason_clear();
    cr_expect(mg_parse_real(cases[i], &x) == GSL_EINVAL, "'%s' was read as %g",
              cases[i], x);
    cr_expect(x == 7, "'%s' changed the value", cases[i]);
    cr_expect(mg_reason()[0] != '\0', "'%s' has no reason", cases[i]);
  }
}

Test(number, counts_are_digits) {
  size_t n = 1;
  char most[MG_NUMBER_SIZE], beyond[MG_NUMBER_SIZE + 1];
  snprintf(most, sizeof most, "%zu", SIZE_MAX);
  snprintf(beyond, sizeof beyond, "%s0", most);
  cr_expect(mg_parse_size("0", &n) == GSL_SUCCESS && n == 0, "0: %zu", n);
  cr_expect(mg_parse_size("0017", &n) == GSL_SUCCESS && n == 17, "0017: %zu",
            n);
  cr_expect(mg_parse_size(most, &n) == GSL_SUCCESS && n == SIZE_MAX,
            "the greatest: %zu", n);
  n = 7;
  const char *cases[] = {"",    "-1",  "+1",  " 1",    "1 ",  "1.0",
                         "1e3", "0x1", "ten", "1,000", beyond};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    cr_expect(mg_parse_size(cases[i], &n) == GSL_EINVAL && n == 7,
              "'%s' was read as %zu", cases[i], n);
  most[strlen(most) - 1]++; /* SIZE_MAX ends in 5 in 32 and in 64 bits */
  cr_expect(mg_parse_size(most, &n) == GSL_EINVAL, "greatest + 1: %zu", n);
}

Test(number, printing_keeps_the_digits_asked_for) {
  char text[MG_NUMBER_SIZE];
  struct {
    double value;
    int digits;
    const char *text;
  } cases[] = {{1. / 3, 12, "0.333333333333"},
               {1e6, 12, "1000000"},
               {0.1, 0, "0.1"},
               {1. / 3, 0, "0.3333333333333333"},
               {NAN, 12, "nan"},
               {-NAN, 0, "nan"},
               {-INFINITY, 12, "-inf"},
               {5e-324, 0, "4.94065645841247e-324"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mg_print_real(cases[i].value, cases[i].digits, text, sizeof text);
    cr_expect_str_eq(text, cases[i].text, "case %zu: '%s'", i, text);
  }
  cr_expect(mg_print_real(1, 0, text, sizeof text) == text, "not text");
}

/* Bit patterns from a 64-bit congruence: all exponents, all lengths. */
Test(number, what_is_printed_reads_back_the_same) {
  uint64_t bits = 1;
  char text[MG_NUMBER_SIZE];
  for (int i = 0; i < 20000; i++) {
    double x, y;
    bits = bits * 6364136223846793005u + 1442695040888963407u;
    memcpy(&x, &bits, sizeof x);
    if (!isfinite(x))
      continue;
    mg_print_real(x, 0, text, sizeof text);
    cr_expect(mg_parse_real(text, &y) == GSL_SUCCESS && memcmp(&x, &y, 8) == 0,
              "%a became '%s'", x, text);
  }
}

static void speak_in(const char *locale) {
  double x = 0;
  char text[MG_NUMBER_SIZE];
  if (!setlocale(LC_ALL, locale))
    cr_skip_test("the locale %s is not installed", locale);
  snprintf(text, sizeof text, "%.1f", 1.5);
  cr_assert_str_eq(text, "1,5", "%s prints %s: no comma to test", locale, text);
  cr_expect(mg_parse_real("1.5", &x) == GSL_SUCCESS && x == 1.5, "1.5: %g", x);
  cr_expect(mg_parse_real("1,5", &x) == GSL_EINVAL, "1,5 was read");
  cr_expect(mg_parse_real("INF", &x) == GSL_SUCCESS && isinf(x), "INF: %g", x);
  mg_print_real(1234567.25, 12, text, sizeof text);
  cr_expect_str_eq(text, "1234567.25", "12 digits: '%s'", text);
  mg_print_real(0.1, 0, text, sizeof text);
  cr_expect_str_eq(text, "0.1", "shortest: '%s'", text);
  snprintf(text, sizeof text, "%.1f", 1.5);
  cr_expect_str_eq(text, "1,5", "the program's locale was left as '%s'", text);
}

Test(number, german_programs_read_and_write_points) {
  speak_in("de_DE.UTF-8");
}

Test(number, turkish_programs_read_and_write_points) {
  speak_in("tr_TR.UTF-8");
}
