/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spaces: what is equal, what contradicts itself, how it reads. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "data/space.h"

static const mg_space digits = {.dim = 64,
                                .measure = MG_LEVELS,
                                .levels = 17,
                                .height = 8,
                                .width = 8,
                                .classes = 10};

Test(space, equal_spaces_differ_in_classes_only) {
  mg_space other = digits;
  other.classes = 0;
  cr_assert(mg_space_equal(&digits, &other), "classes are not compared");
}

Test(space, every_other_field_parts_spaces) {
  mg_space other[5] = {digits, digits, digits, digits, digits};
  other[0].dim = 63;
  other[1].measure = MG_BINARY;
  other[2].levels = 16;
  other[3].height = 4;
  other[4].width = 16;
  for (int i = 0; i < 5; i++)
    cr_assert_not(mg_space_equal(&digits, &other[i]), "change %d not seen", i);
}

Test(space, check_accepts_whole_spaces) {
  const mg_space good[] = {
      digits,
      {.dim = 1, .measure = MG_REALS},
      {.dim = 6, .measure = MG_BINARY, .levels = 2, .height = 2, .width = 3},
      {.dim = 3, .measure = MG_LEVELS, .levels = 256}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    cr_assert_eq(mg_space_check(&good[i]), GSL_SUCCESS, "space %zu: %s", i,
                 mg_reason());
}

Test(space, check_refuses_contradictions_with_a_reason) {
  const size_t half = SIZE_MAX / 2 + 1; /* 2 * half is 0 in a size_t */
  const mg_space bad[] = {
      {.dim = 0, .measure = MG_REALS},
      {.dim = 1, .measure = MG_REALS, .levels = 2},
      {.dim = 1, .measure = MG_BINARY, .levels = 3},
      {.dim = 1, .measure = MG_LEVELS, .levels = 1},
      {.dim = 1, .measure = MG_LEVELS, .levels = 257},
      {.dim = 1, .measure = (mg_measure)9, .levels = 2},
      {.dim = 6, .measure = MG_REALS, .height = 2, .width = 2},
      {.dim = 7, .measure = MG_REALS, .height = 2, .width = 3},
      {.dim = 6, .measure = MG_REALS, .height = 6},
      {.dim = 6, .measure = MG_REALS, .width = 6},
      {.dim = 4, .measure = MG_REALS, .height = 2, .width = half + 2}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    mg_reason_clear();
    cr_assert_eq(mg_space_check(&bad[i]), GSL_EINVAL, "space %zu passed", i);
    cr_assert_neq(mg_reason()[0], '\0', "space %zu: no reason", i);
  }
}

static void assert_prints(const mg_space *space, const char *expected) {
  char text[128];
  cr_assert_str_eq(mg_space_print(space, text, sizeof text), expected,
                   "printed '%s', expected '%s'", text, expected);
}

Test(space, print_says_it_in_words) {
  assert_prints(&digits, "64 pixels (8 x 8), 17 levels, 10 classes");
  assert_prints(&(mg_space){.dim = 1, .measure = MG_REALS},
                "1 coordinate, reals");
  assert_prints(
      &(mg_space){.dim = 3, .measure = MG_BINARY, .levels = 2, .classes = 1},
      "3 coordinates, binary, 1 class");
}

Test(space, print_keeps_to_its_size) {
  char text[9] = "........";
  mg_space_print(&digits, text, sizeof text);
  cr_assert_str_eq(text, "64 pixel", "cut text is '%s'", text);
}

Test(space, measures_have_names) {
  cr_assert_str_eq(mg_measure_name(MG_REALS), "reals", "reals");
  cr_assert_str_eq(mg_measure_name(MG_BINARY), "binary", "binary");
  cr_assert_str_eq(mg_measure_name(MG_LEVELS), "levels", "levels");
}

Test(space, holds_what_a_coordinate_can_be) {
  const mg_space reals = {.dim = 1, .measure = MG_REALS};
  cr_assert(mg_space_holds(&reals, -1.5), "reals hold -1.5");
  cr_assert_not(mg_space_holds(&reals, NAN), "reals hold NaN");
  cr_assert_not(mg_space_holds(&reals, -INFINITY), "reals hold -infinity");
  cr_assert(mg_space_holds(&digits, 0), "levels hold 0");
  cr_assert(mg_space_holds(&digits, 16), "levels hold 16");
  static const double bad[] = {17, -1, 0.5, NAN, INFINITY};
  for (int i = 0; i < 5; i++)
    cr_assert_not(mg_space_holds(&digits, bad[i]), "levels hold %g", bad[i]);
}
