/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one stop to the next: where it stops, also for Ctrl-C, and what it
 * prints there. */
#include "config.h"

#include <signal.h>

#include "lesson/walk.h"
#include "story.h"
#include "terminal/interrupt.h"

static mg_lesson *lesson;

static void begin(void) {
  gsl_set_error_handler_off();
  lesson = story_lesson(1, false);
  mg_interrupt_watch(NULL);
}

static void end(void) {
  mg_lesson_free(lesson);
}

TestSuite(walk, .init = begin, .fini = end);

static void expect_place(const char *wanted) {
  char text[64];
  cr_expect_str_eq(mg_walk_place(lesson, text, sizeof text), wanted,
                   "%s, not %s", text, wanted);
}

static void go(size_t level, size_t k) {
  cr_assert_eq(mg_walk_pieces(lesson, level, k), GSL_SUCCESS, "%s",
               mg_reason());
}

Test(walk, it_stops_after_pieces_levels_and_steps) {
  expect_place("0/3 story");
  cr_expect_null(mg_walk_shown(lesson), "a step before the first");
  go(MG_WALK_WHOLE, 1);
  expect_place("1/3 begin");
  go(0, 2);
  expect_place("2/3 loop, piece 2");
  cr_expect_str_eq(mg_walk_shown(lesson)->name, "loop", "under way");
  go(1, 1);
  expect_place("2/3 loop, piece 3");
  go(1, 99);
  expect_place("2/3 loop");
  cr_expect_str_eq(mg_walk_shown(lesson)->name, "loop", "just done");
}

/* The piece that is under way is finished, and no further one begun; when the
 * wish is forgotten the rest can be done. */
Test(walk, ctrl_c_stops_after_the_piece) {
  go(MG_WALK_WHOLE, 1);
  raise(SIGINT);
  go(MG_WALK_WHOLE, 1);
  expect_place("2/3 loop, piece 1");
  cr_expect_not(lesson->ended, "the step is over");
  mg_interrupt_clear();
  go(MG_WALK_WHOLE, 1);
  expect_place("2/3 loop");
}

Test(walk, a_stop_in_a_step_is_told_without_its_end) {
  go(MG_WALK_WHOLE, 1);
  raise(SIGINT);
  int status = GSL_EFAILED;
  STORY_PRINTED(first, status = mg_walk_tell(stream, lesson, MG_WALK_WHOLE, 1));
  mg_interrupt_clear();
  cr_expect_eq(status, GSL_SUCCESS, "%s", mg_reason());
  cr_expect_not_null(strstr(first, "2 of 3: A loop (loop)"), "%s", first);
  cr_expect_not_null(strstr(first, "\n0    even "), "no row: %s", first);
  cr_expect_null(strstr(first, "All six."), "the end: %s", first);
  STORY_PRINTED(rest, status = mg_walk_tell(stream, lesson, MG_WALK_WHOLE, 1));
  cr_expect_null(strstr(rest, "2 of 3"), "the title again: %s", rest);
  cr_expect_null(strstr(rest, "\n0 "), "the row again: %s", rest);
  cr_expect_not_null(strstr(rest, "All six."), "no end: %s", rest);
  free(first);
  free(rest);
}

Test(walk, a_failure_is_handed_on) {
  ((story_settings *)lesson->settings)->fail = 1;
  go(MG_WALK_WHOLE, 1);
  go(MG_WALK_WHOLE, 1);
  cr_expect_eq(mg_walk_pieces(lesson, MG_WALK_WHOLE, 1), GSL_EDOM, "done");
  expect_place("2/3 loop");
}
