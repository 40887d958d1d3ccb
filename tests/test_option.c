/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options by name, over a struct with one of each kind between guards: what is
 * refused changes nothing, what is printed reads back the same. */
#include <criterion/criterion.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/option.h"
#include "base/status.h"

typedef enum { FULL, TIED, DIAGONAL } shape;

typedef struct {
  unsigned guard;
  size_t components;
  shape covariance;
  unsigned behind;
  double rate;
  size_t draws, big;
} options;

static const mg_option table[] = {
    {"components", MG_OPTION_SIZE, offsetof(options, components), 1, 100000,
     NULL, "number of Gaussians, K"},
    {"covariance", MG_OPTION_CHOICE, offsetof(options, covariance), 0, 0,
     "full|tied|diagonal", "shape of the covariances"},
    {"rate", MG_OPTION_REAL, offsetof(options, rate), 1e-6, 0.5, NULL,
     "step length"},
    {"draws", MG_OPTION_SIZE, offsetof(options, draws), 0.5, 9007199254740992,
     NULL, "up to 2^53"},
    {"big", MG_OPTION_SIZE, offsetof(options, big), 0, 1e30, NULL, "any"},
    {0}};

static const options good = {0xabcd, 3, TIED, 0xef, 0.1, 10, 0};

/* Sets and expects the reason; on failure nothing may have changed. */
static void refuse(const char *name, const char *value, const char *reason) {
  options o;
  memcpy(&o, &good, sizeof o); /* with the padding, for memcmp */
  cr_expect(mg_option_set(table, name, value, &o) == GSL_EINVAL,
            "%s=%s was taken", name, value);
  cr_expect(memcmp(&o, &good, sizeof o) == 0, "%s=%s changed", name, value);
  cr_expect_str_eq(mg_reason(), reason, "%s=%s: %s", name, value, mg_reason());
}

static int set(options *o, const char *name, const char *value) {
  return mg_option_set(table, name, value, o);
}

Test(option, every_kind_is_set_in_its_place) {
  options o = good;
  cr_expect(set(&o, "components", "100000") == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(set(&o, "covariance", "diagonal") == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(set(&o, "rate", "1e-6") == GSL_SUCCESS, "%s", mg_reason());
  cr_expect(o.components == 100000, "components %zu", o.components);
  cr_expect(o.covariance == DIAGONAL, "covariance %d", (int)o.covariance);
  cr_expect(o.rate == 1e-6, "rate %g", o.rate);
  cr_expect(o.guard == good.guard && o.behind == good.behind &&
                o.draws == good.draws && o.big == good.big,
            "something else changed");
}

Test(option, a_value_out_of_range_names_the_range) {
  refuse("components", "0",
         "components is 0: give a whole number, 1 .. 100000");
  refuse("components", "100001",
         "components is 100001: give a whole number, 1 .. 100000");
  refuse("components", "-1",
         "components is -1: give a whole number, 1 .. 100000");
  refuse("components", "2.5",
         "components is 2.5: give a whole number, 1 .. 100000");
  refuse("components", "",
         "components is empty: give a whole number, 1 .. 100000");
  refuse("rate", "0.6", "rate is 0.6: give 1e-06 .. 0.5");
  refuse("rate", "nan", "rate is nan: give 1e-06 .. 0.5");
  refuse("rate", "-inf", "rate is -inf: give 1e-06 .. 0.5");
  refuse("rate", "0,1", "rate is 0,1: give 1e-06 .. 0.5");
  refuse("covariance", "",
         "covariance is empty: give one of full|tied|diagonal");
  refuse("covariance", "ful",
         "covariance is ful: give one of full|tied|diagonal");
  refuse("covariance", "full|tied",
         "covariance is full|tied: give one of full|tied|diagonal");
  refuse("rate", "\033[31m", "rate is ?[31m: give 1e-06 .. 0.5");
}

Test(option, a_wrong_name_gets_the_closest_and_the_list) {
  refuse("componets", "3",
         "no option 'componets': did you mean 'components'? there are "
         "components, covariance, rate, draws, big");
  refuse("ratse", "3",
         "no option 'ratse': did you mean 'rate'? there are components, "
         "covariance, rate, draws, big");
  refuse("comp", "3",
         "no option 'comp': did you mean 'components'? there are components, "
         "covariance, rate, draws, big");
  refuse("c", "3",
         "no option 'c': there are components, covariance, rate, draws, big");
  refuse("temperature", "3",
         "no option 'temperature': there are components, covariance, rate, "
         "draws, big");
  mg_option h[] = {{.name = "h"}, {0}};
  cr_expect(mg_option_set(h, "k", "1", NULL) == GSL_EINVAL, "taken");
  cr_expect_str_eq(mg_reason(), "no option 'k': there are h", "%s",
                   mg_reason());
  mg_option none[] = {{0}};
  cr_expect(mg_option_set(none, "rate", "1", NULL) == GSL_EINVAL, "taken");
  cr_expect_str_eq(mg_reason(), "no option 'rate': there are none", "%s",
                   mg_reason());
}

Test(option, find_is_exact) {
  cr_expect(mg_option_find(table, "rate") == &table[2], "rate");
  cr_expect(mg_option_find(table, "rat") == NULL, "a part of a name");
  cr_expect(mg_option_find(table, "Rate") == NULL, "another case");
}

/* 2^53 + 1 is no double: compared as one it would equal 2^53. */
Test(option, counts_are_compared_as_counts) {
  options o = good;
  refuse(
      "draws", "9007199254740993",
      "draws is 9007199254740993: give a whole number, 1 .. 9007199254740992");
  refuse("draws", "0",
         "draws is 0: give a whole number, 1 .. 9007199254740992");
  cr_expect(set(&o, "draws", "9007199254740992") == GSL_SUCCESS, "2^53");
  cr_expect(o.draws == 9007199254740992, "draws %zu", o.draws);
  char most[MG_NUMBER_SIZE];
  snprintf(most, sizeof most, "%zu", SIZE_MAX);
  cr_expect(set(&o, "big", most) == GSL_SUCCESS && o.big == SIZE_MAX,
            "the greatest count: %s", mg_reason());
}

Test(option, a_whole_struct_is_checked) {
  options o = good;
  cr_expect(mg_option_check(table, &o) == GSL_SUCCESS, "%s", mg_reason());
  o.rate = NAN;
  cr_expect(mg_option_check(table, &o) == GSL_EINVAL, "NaN lies in a range");
  cr_expect_str_eq(mg_reason(), "rate is nan: give 1e-06 .. 0.5", "%s",
                   mg_reason());
  int wrong[] = {-1, 3, INT32_MAX, INT32_MIN};
  for (int i = 0; i < 4; i++) {
    o = good;
    memcpy(&o.covariance, &wrong[i], sizeof(int));
    cr_expect(mg_option_check(table, &o) == GSL_EINVAL, "choice %d", wrong[i]);
  }
  o = good;
  o.components = 0;
  cr_expect(mg_option_check(table, &o) == GSL_EINVAL, "0 components");
  cr_expect_str_eq(mg_reason(),
                   "components is 0: give a whole number, 1 .. 100000", "%s",
                   mg_reason());
}

Test(option, what_is_printed_sets_the_same) {
  options from = {0, 77, FULL, 0, 1. / 3, 9007199254740992, SIZE_MAX},
          to = good;
  char text[MG_NUMBER_SIZE];
  for (const mg_option *o = table; o->name; o++) {
    cr_expect(mg_option_print(o, &from, text, sizeof text) == text, "not text");
    cr_expect(set(&to, o->name, text) == GSL_SUCCESS, "%s", mg_reason());
  }
  cr_expect(to.components == from.components && to.rate == from.rate &&
                to.covariance == FULL && to.draws == from.draws &&
                to.big == from.big,
            "not the same: rate %.17g", to.rate);
}

Test(option, printing_stays_in_its_room) {
  char text[8] = "abcdefg";
  mg_option_print(&table[1], &good, text, 4);
  cr_expect(memcmp(text, "tie\0efg", 8) == 0, "'%s'", text);
  mg_option_range(&table[1], text, 5);
  cr_expect(memcmp(text, "full\0fg", 8) == 0, "'%s'", text);
}

Test(option, distances_of_words) {
  struct {
    const char *a, *b;
    size_t edits;
  } cases[] = {{"", "", 0},         {"abc", "abc", 0},
               {"", "abc", 3},      {"abc", "ab", 1},
               {"abc", "axc", 1},   {"abc", "acb", 1},
               {"ca", "abc", 3},    {"kitten", "sitting", 3},
               {"abcd", "badc", 2}, {"rate", "seed", 4}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t ab = mg_word_distance(cases[i].a, cases[i].b);
    size_t ba = mg_word_distance(cases[i].b, cases[i].a);
    cr_expect(ab == cases[i].edits, "%s %s: %zu", cases[i].a, cases[i].b, ab);
    cr_expect(ba == ab, "%s %s: %zu back", cases[i].a, cases[i].b, ba);
  }
}

Test(option, long_words_compare_by_their_first_63) {
  char a[200], b[200];
  memset(a, 'x', sizeof a);
  memset(b, 'x', sizeof b);
  a[199] = b[100] = '\0';
  cr_expect(mg_word_distance(a, b) == 0, "%zu", mg_word_distance(a, b));
  b[62] = 'y';
  cr_expect(mg_word_distance(a, b) == 1, "%zu", mg_word_distance(a, b));
  cr_expect(mg_word_distance(a, "") == 63, "%zu", mg_word_distance(a, ""));
}

/* More names than a reason holds: cut, the closest still in front. */
Test(option, a_long_list_is_cut) {
  static char names[100][24];
  static mg_option many[101];
  for (int i = 0; i < 100; i++) {
    snprintf(names[i], sizeof names[i], "option-%d", i);
    many[i] = (mg_option){names[i], MG_OPTION_REAL, 0, 0, 1, NULL, "one"};
  }
  double value = 0;
  cr_expect(mg_option_set(many, "optoin-99", "1", &value) == GSL_EINVAL, "set");
  cr_expect(strstr(mg_reason(), "did you mean 'option-99'?") != NULL, "%s",
            mg_reason());
}
