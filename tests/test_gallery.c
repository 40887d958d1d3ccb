/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures and tables leave a lesson. */
#include "config.h"

#include "story.h"

#include "drawing.h"
#include "lesson/gallery.h"

static mg_lesson *lesson;

static void begin(void) {
  gsl_set_error_handler_off();
  folder_enter();
  lesson = story_lesson(1, false);
}

static void end(void) {
  mg_lesson_free(lesson);
  folder_leave();
}

TestSuite(gallery, .init = begin, .fini = end);

static const mg_term script = {.kind = MG_TERM_NONE};

/* The table that the figure "way" wants. */
static void add_curve(void) {
  mg_table *t =
      mg_board_table(lesson->board, "curve", "model data_seen log_likelihood");
  for (int i = 1; i < 4; i++) {
    mg_table_row(t);
    mg_table_text(t, "one");
    mg_table_size(t, (size_t)i);
    mg_table_real(t, -1.0 / i);
  }
}

Test(gallery, a_figure_is_found_by_name_or_place) {
  cr_expect_null(mg_gallery_find(lesson, NULL), "a figure before any step");
  cr_expect_not_null(strstr(mg_reason(), "no step so far"), "%s", mg_reason());
  cr_expect(mg_gallery_find(lesson, "plain") == &story_pictures[1], "plain");
  cr_expect_null(mg_gallery_find(lesson, "wya"), "wya");
  cr_expect_not_null(strstr(mg_reason(), "way, plain"), "%s", mg_reason());
  story_go(lesson, 1);
  cr_expect_null(mg_gallery_find(lesson, NULL), "begin has none");
  story_go(lesson, 1);
  cr_expect(mg_gallery_find(lesson, NULL) == story_pictures, "in the loop");
  story_go(lesson, 6);
  cr_expect(mg_lesson_over(lesson), "there is more");
  cr_expect(mg_gallery_find(lesson, NULL) == story_pictures, "at the end");
}

Test(gallery, a_figure_holds_tables_texts_and_numbers) {
  story_go(lesson, 1);
  cr_expect_eq(mg_gallery_draw(lesson, story_pictures, ".", &script),
               GSL_EINVAL, "drawn without its table");
  cr_expect_str_eq(mg_reason(),
                   "nothing to draw yet: the figure way shows the table curve, "
                   "and step 2 has not come so far",
                   "%s", mg_reason());
  cr_expect_neq(access("way.gp", F_OK), 0, "a script without its table");
  add_curve();
  cr_assert_eq(mg_gallery_draw(lesson, story_pictures, ".", &script),
               GSL_SUCCESS, "%s", mg_reason());
  expect_text("way.gp", "axis = '0.0 m'");
  expect_text("way.gp", "lowest = 1");
  expect_text("way.gp", "title = 'The way'");
  expect_text("way.gp", "-0.333333333333");
}

/* An empty table, and a title with a number that is not there. */
Test(gallery, a_figure_waits_for_all_that_it_shows) {
  const mg_picture early = {"early", "curves", "{nothing} m", story_plain};
  story_go(lesson, 1);
  cr_expect_eq(mg_gallery_ready(lesson, &story_pictures[1]), GSL_EINVAL,
               "with an empty table");
  cr_expect_not_null(strstr(mg_reason(), "the table walk, and step 2"), "%s",
                     mg_reason());
  story_go(lesson, 1);
  cr_expect_eq(mg_gallery_ready(lesson, &story_pictures[1]), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_eq(mg_gallery_ready(lesson, &early), GSL_EINVAL, "with braces");
  cr_expect_not_null(strstr(mg_reason(), "shows numbers, and"), "%s",
                     mg_reason());
}

Test(gallery, pictures_are_kept_in_files) {
  char file[64];
  need_gnuplot();
  story_go(lesson, 1);
  add_curve();
  cr_assert_eq(
      mg_gallery_keep(lesson, story_pictures, ".", &svg, file, sizeof file),
      GSL_SUCCESS, "%s", mg_reason());
  cr_expect_str_eq(file, "./way.svg", "%s", file);
  expect_text("way.svg", "</svg>");
  mg_gallery_keep(lesson, story_pictures, ".", &script, file, sizeof file);
  cr_expect_str_eq(file, "./way.gp", "%s", file);
}

static int look(const mg_term *terminal) {
  return mg_gallery_draw(lesson, story_pictures, NULL, terminal);
}

Test(gallery, who_looks_leaves_no_files) {
  need_gnuplot();
  story_go(lesson, 1);
  add_curve();
  int status = GSL_EFAILED;
  cr_assert_eq(mkdir("aside", 0700), 0, "no folder");
  setenv("TMPDIR", "aside", 1);
  mg_term dumb = {.kind = MG_TERM_DUMB};
  STORY_PRINTED(text, dumb.stream = stream; status = look(&dumb));
  cr_expect_eq(status, GSL_SUCCESS, "%s", mg_reason());
  cr_expect_not_null(strstr(text, "The way"), "%s", text);
  free(text);
  cr_expect_neq(access("way.gp", F_OK), 0, "a script is left here");
  cr_expect_eq(rmdir("aside"), 0, "something is left in TMPDIR");
  setenv("TMPDIR", "nowhere", 1);
  cr_expect_eq(look(&dumb), GSL_EFAILED, "into no folder");
}

Test(gallery, tables_and_numbers_are_written) {
  story_go(lesson, 4);
  cr_assert_eq(mg_gallery_write(lesson, "."), GSL_SUCCESS, "%s", mg_reason());
  expect_text("walk.tsv", "# command: the call\n");
  expect_text("walk.tsv", "# seed: 7\n");
  expect_text("walk.tsv", "tick\tword\ttotal\n0\teven\t0.");
  expect_text("numbers.tsv", "# command: the call\n");
  expect_text("numbers.tsv", "name\tvalue\tunit\ntotal\t");
  expect_text("numbers.tsv", "\tnats\n");
  cr_expect_eq(mg_gallery_write(lesson, "missing"), GSL_EFAILED,
               "into no folder");
}
