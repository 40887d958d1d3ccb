/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of chapters: in order, and each is found by all of its names. */
#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "lesson/chapters.h"

Test(chapters, each_is_found_by_number_name_and_program) {
  unsigned last = 0;
  for (const mg_chapter_entry *e = mg_chapters; e->name; e++) {
    char number[16], program[64];
    snprintf(number, sizeof number, "%u", e->number);
    snprintf(program, sizeof program, "ch%02u-%s", e->number, e->name);
    cr_expect_str_eq(e->program, program, "%s", e->program);
    cr_expect(e->number > last, "%s comes too late", e->name);
    cr_expect(e->minutes > 0, "%s takes no time", e->name);
    cr_expect(*e->title && e->title[strlen(e->title) - 1] != ' ', "%s: '%s'",
              e->name, e->title);
    cr_expect(mg_chapter_find(number) == e, "by %s", number);
    cr_expect(mg_chapter_find(e->name) == e, "by %s", e->name);
    cr_expect(mg_chapter_find(program) == e, "by %s", program);
    last = e->number;
  }
  cr_expect(last >= 2, "%u chapters", last);
}

Test(chapters, what_a_line_of_the_list_says) {
  const mg_chapter_entry *density = mg_chapter_find("1");
  const mg_chapter_entry *em = mg_chapter_find("2");
  cr_assert(density && em, "%s", mg_reason());
  cr_expect_str_eq(density->title,
                   "Density estimation: which distribution "
                   "made this sample?",
                   "%s", density->title);
  cr_expect(density->needs == NULL, "density needs something");
  cr_expect_str_eq(em->name, "em", "%s", em->name);
  cr_expect_str_eq(em->needs, "ch. 1", "%s", em->needs);
  cr_expect(em->minutes == 30, "%u minutes", em->minutes);
}

Test(chapters, an_unknown_word_is_answered_with_the_chapters) {
  cr_expect(mg_chapter_find("densty") == NULL, "densty");
  cr_expect(strncmp(mg_reason(),
                    "no chapter 'densty': did you mean 'density'? there are "
                    "density, em",
                    65) == 0,
            "%s", mg_reason());
  static const char *const words[] = {"", "0", "-1", "99", "1e0", "ch02", "EM"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    mg_reason_clear();
    cr_expect(mg_chapter_find(words[i]) == NULL, "'%s' is found", words[i]);
    cr_expect(strstr(mg_reason(), "there are density, em") != NULL, "%s",
              mg_reason());
  }
}
