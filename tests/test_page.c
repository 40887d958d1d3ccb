/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prose with numbers in it, references, and what a stop prints. */
#include "config.h"

#include "story.h"

#include <math.h>

#include "lesson/page.h"
#include "lesson/reference.h"
#include "window.h"

static mg_lesson *lesson;

/* In the middle of the loop: four rows, total about 2. */
static void begin(void) {
  gsl_set_error_handler_off();
  lesson = story_lesson(1, false);
  story_go(lesson, 5);
}

static void end(void) {
  mg_lesson_free(lesson);
}

TestSuite(page, .init = begin, .fini = end);

static void expect_value(const char *reference, const char *wanted) {
  char text[64] = "";
  cr_expect(mg_page_value(lesson, reference, text, sizeof text), "%s: %s",
            reference, mg_reason());
  cr_expect_str_eq(text, wanted, "%s is %s, not %s", reference, text, wanted);
}

static void expect_refused(const char *reference, const char *reason) {
  char text[64];
  cr_expect(!mg_page_value(lesson, reference, text, sizeof text), "%s is %s",
            reference, text);
  cr_expect_not_null(strstr(mg_reason(), reason), "%s: %s", reference,
                     mg_reason());
}

Test(page, a_reference_is_a_number) {
  mg_board_real(lesson->board, "x", 2.0 / 3, "s");
  expect_value("x", "0.6667");
  expect_value("x:.2f", "0.67");
  expect_value("x:.1e", "6.7e-01");
  expect_value("x:8.3f", "   0.667");
  expect_value("v[2]", "-0.3333");
  expect_value("v[last]", "-0.25");
  expect_value("v[2,0]:.1f", "-0.3");
  expect_value("m[2,1]", "5");
  expect_value("m[last,last]:.2f", "5.00");
  expect_value("law.mean", "0");
  expect_value("law.mean[0]", "0");
  expect_value("walk[0,word]", "even");
  expect_value("walk[last,tick]", "3");
  expect_value("height", "1");
  expect_value("count", "2");
  expect_value("fail", "0");
  mg_board_real(lesson->board, "height", 9, "m");
  expect_value("height", "9"); /* the board comes before the settings */
}

Test(page, what_points_at_nothing_is_refused) {
  expect_refused("", "points at nothing");
  expect_refused("m[", "points at nothing");
  expect_refused("m[0", "points at nothing");
  expect_refused("m[0,1", "points at nothing");
  expect_refused("m[0]x", "points at nothing");
  expect_refused("m:", "points at nothing");
  expect_refused("m[0,0]:.3d", "points at nothing");
  expect_refused("m[0,0]:.3fs", "points at nothing");
  expect_refused("m[0,0]:%s", "points at nothing");
  expect_refused("m[0,0]:99999.9f", "points at nothing");
  expect_refused("a23456789012345678901234567890123", "points at nothing");
  expect_refused("m[0,1,2]", "indices begin at 0");
  expect_refused("m", "3 x 2 numbers, not one");
  expect_refused("m[1]", "1 x 2 numbers, not one");
  expect_refused("m[3,0]", "m is 3 x 2: indices begin at 0");
  expect_refused("m[0,2]", "indices begin at 0");
  expect_refused("m[-1,0]", "indices begin at 0");
  expect_refused("m[+1,0]", "indices begin at 0");
  expect_refused("m[99999999999999999999999,0]", "indices begin at 0");
  expect_refused("m[]", "not one");
  expect_refused("tota", "did you mean 'total'");
  expect_refused("law", "no parameter ''");
  expect_refused("law.men", "did you mean 'mean'");
  expect_refused("law.mean[1]", "indices begin at 0");
  expect_refused("walk", "a table of 4 rows");
  expect_refused("walk[4,tick]", "a table of 4 rows");
  expect_refused("walk[0,tock]", "a table of 4 rows");
  expect_refused("total.x", "total has no parts");
  expect_refused("m.x[0,0]", "m has no parts");
}

static void expect_prose(const char *prose, const char *wanted) {
  STORY_PRINTED(text, mg_page_prose(stream, lesson, prose));
  cr_expect_str_eq(text, wanted, "'%s' instead of '%s'", text, wanted);
  free(text);
}

Test(page, prose_holds_numbers) {
  expect_prose("It is {v[1]:.2f}, {walk[1,word]}.\n", "It is -0.50, odd.\n");
  expect_prose("{nothing} {v[9]} {m} {", "{nothing} {v[9]} {m} {\n");
  expect_prose("a } b {v[0]}{v[0]}", "a } b -1-1\n");
  expect_prose("`x_1 = mu` and ` alone", "x_1 = mu and ` alone\n");
  expect_prose("100 %s %d %n", "100 %s %d %n\n");
  expect_prose("", "");
}

Test(page, prose_is_wrapped_and_lines_with_a_blank_stand) {
  expect_prose("one\ntwo\n\nthree\n", "one two\n\nthree\n");
  expect_prose("a\n  as it  stands {v[0]}\nb\nc\n",
               "a\n  as it  stands -1\nb c\n");
  const char *const word = "0123456789 0123456789 0123456789 0123456789\n";
  char text[400];
  snprintf(text, sizeof text, "%s%s", word, word);
  expect_prose(text, "0123456789 0123456789 0123456789 0123456789 0123456789 "
                     "0123456789 0123456789\n0123456789\n");
}

Test(page, prose_is_as_wide_as_the_window) {
  struct window w = window_open(30);
  char text[4096];
  mg_page_prose(w.stream, lesson,
                "A paragraph of some words, the total {total:.3f} among them, "
                "that a narrow window has to break.\n    a = b + c + d + e + "
                "f + g + h + i + j\n");
  mg_page_quantity(w.stream, lesson, "m");
  for (const char *line = window_read(&w, text, sizeof text); *line;) {
    const size_t n = strcspn(line, "\n");
    cr_expect(n <= 29, "%zu columns: %.*s", n, (int)n, line);
    line += n + (line[n] == '\n');
  }
  window_close(&w);
}

Test(page, a_paragraph_that_is_too_long_is_cut) {
  char *text = malloc(20001);
  memset(text, 'x', 20000);
  text[20000] = '\0';
  STORY_PRINTED(printed, mg_page_prose(stream, lesson, text));
  cr_expect(strlen(printed) > 4000 && strlen(printed) < 4100, "%zu bytes",
            strlen(printed));
  memset(text, '{', 20000);
  STORY_PRINTED(braces, mg_page_prose(stream, lesson, text));
  memset(text, '`', 20000);
  STORY_PRINTED(quotes, mg_page_prose(stream, lesson, text));
  free(braces);
  free(quotes);
  free(printed);
  free(text);
}

Test(page, a_stop_prints_what_is_new) {
  const mg_step *step = mg_lesson_step(lesson);
  STORY_PRINTED(first, mg_page_news(stream, lesson, step, 0));
  cr_expect_not_null(strstr(first, "tick word"), "no names: %s", first);
  cr_expect_not_null(strstr(first, "\n3 "), "no third row: %s", first);
  cr_expect_not_null(strstr(first, "\ntotal "), "no total: %s", first);
  cr_expect_not_null(strstr(first, " nats, v[0] -1\n"), "no unit: %s", first);
  STORY_PRINTED(again, mg_page_news(stream, lesson, step, 0));
  cr_expect_null(strstr(again, "tick"), "names again: %s", again);
  cr_expect(strncmp(again, "total ", 6) == 0, "rows again: %s", again);
  story_go(lesson, 1);
  STORY_PRINTED(next, mg_page_news(stream, lesson, step, 0));
  cr_expect(strncmp(next, "\n4 ", 3) == 0, "not the new row: %s", next);
  mg_page_forget(lesson);
  STORY_PRINTED(all, mg_page_news(stream, lesson, step, 2));
  cr_expect_not_null(strstr(all, "... 3 more rows\n"), "not cut: %s", all);
  free(first);
  free(again);
  free(next);
  free(all);
}

static void expect_printed(const char *reference, const char *wanted) {
  int status = GSL_EFAILED;
  STORY_PRINTED(text, status = mg_page_quantity(stream, lesson, reference));
  cr_expect_eq(status, GSL_SUCCESS, "%s: %s", reference, mg_reason());
  cr_expect_not_null(strstr(text, wanted), "%s: %s", reference, text);
  free(text);
}

Test(page, a_quantity_has_a_shape_and_a_unit) {
  mg_board_matrix(lesson->board, "wide", 1, 30, NULL);
  mg_board_matrix(lesson->board, "long", 30, 1, "s");
  expect_printed("m", "m: 3 x 2, cm\n");
  expect_printed("m[1]", "m[1]: 1 x 2, cm\n");
  expect_printed("m[2,1]", "m[2,1] = 5 cm\n");
  expect_printed("v[1]", "v[1] = -0.5\n");
  mg_board_real(lesson->board, "fine", -1130.26396, "nats");
  expect_printed("fine", "fine = -1130.26 nats\n");
  expect_printed("fine:.3f", "= -1130.264 nats\n");
  expect_printed("law", "law: Independent columns, 2 free parameters\n"
                        "  law.mean: 1");
  expect_printed("walk", "tick word");
  expect_printed("walk[2]", "2    even 1.5");
  expect_printed("walk[last]", "3     odd 1.9");
  expect_printed("walk[2,word]", "walk[2,word] = even\n");
  expect_printed("wide", " ...\n");
  expect_printed("long", "... 14 more rows; one alone: long[16]\n");
  expect_printed("height", "height = 1\n");
  STORY_PRINTED(text, cr_expect_eq(mg_page_quantity(stream, lesson, "walk[4]"),
                                   GSL_EINVAL, "a fifth row of four"));
  cr_expect_str_empty(text, "it printed %s", text);
  free(text);
}

/* Zeros would hide what changes, and "nan" is no word for a reader. */
Test(page, a_column_of_small_numbers_has_powers_of_ten) {
  mg_table *table = mg_board_table(lesson->board, "rises", "rise rate");
  const double row[][2] = {{1.4518e-4, NAN}, {1.0062e-8, 0.66553}, {0, 0.5}};
  for (size_t i = 0; i < 3; i++) {
    mg_table_row(table);
    mg_table_real(table, row[i][0]);
    mg_table_real(table, row[i][1]);
  }
  STORY_PRINTED(text, mg_page_quantity(stream, lesson, "rises"));
  cr_expect_not_null(strstr(text, "1.4518e-04 "), "the largest: %s", text);
  cr_expect_not_null(strstr(text, "1.0062e-08 0.66553\n"), "small: %s", text);
  cr_expect_not_null(strstr(text, "\n0          0.50"), "nothing: %s", text);
  cr_expect_not_null(strstr(text, " -\n"), "no number: %s", text);
  free(text);
}

Test(page, every_quantity_is_listed) {
  STORY_PRINTED(text, mg_page_quantities(stream, lesson));
  cr_expect_not_null(strstr(text, "  m                3 x 2 cm\n"), "%s", text);
  cr_expect_not_null(strstr(text, "table of 4 rows\n"), "%s", text);
  cr_expect_not_null(strstr(text, " nats\n"), "%s", text);
  free(text);
}

Test(page, a_step_begins_with_its_title) {
  STORY_PRINTED(text, mg_page_begin(stream, lesson, &story_steps[0]));
  cr_expect_str_eq(text, "\n1 of 3: What there is (begin)\n\nSome text.\n",
                   "%s", text);
  free(text);
}

Test(page, a_line_for_a_figure) {
  char line[32];
  mg_page_line(lesson, "It is {v[1]} `mu_k`\n", line, sizeof line);
  cr_expect_str_eq(line, "It is -0.5 \316\274_k ", "'%s'", line);
  mg_page_line(lesson, "more text than there is room for in it", line,
               sizeof line);
  cr_expect_eq(strlen(line), 31, "%zu bytes", strlen(line));
}
