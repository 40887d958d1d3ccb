/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The story goes on piece by piece, every place can be gone back to, and going
 * on from there is the same to the bit. */
#include "config.h"

#include "story.h"

static void begin(void) {
  gsl_set_error_handler_off();
}

TestSuite(lesson, .init = begin);

static double total(const mg_lesson *lesson) {
  return mg_board_number(lesson->board, "total");
}

Test(lesson, pieces_and_steps_follow_each_other) {
  mg_lesson *lesson = story_lesson(1, false);
  cr_expect_eq(lesson->steps, 3, "%zu steps", lesson->steps);
  for (size_t i = 0; i < 8; i++) {
    const mg_place at = lesson->place;
    cr_expect_eq(at.step,
                 i < 1   ? 0
                 : i < 7 ? 1
                         : 2,
                 "piece %zu in step %zu", i, at.step);
    cr_expect_eq(at.piece, at.step == 1 ? i - 1 : 0, "piece %zu", at.piece);
    cr_expect_not(mg_lesson_over(lesson), "over at piece %zu", i);
    story_go(lesson, 1);
    cr_expect_eq(lesson->ended, i == 0 || i == 6 || i == 7, "piece %zu", i);
    cr_expect_eq(lesson->level, i == 3 || i == 6, "level %zu after piece %zu",
                 lesson->level, i);
  }
  cr_expect(mg_lesson_over(lesson), "there is more");
  cr_expect_str_eq(mg_lesson_step(lesson)->name, "risky", "the last step");
  mg_lesson_free(lesson);
}

Test(lesson, back_and_forward_is_the_same_to_the_bit) {
  mg_lesson *lesson = story_lesson(1, false);
  double seen[9];
  cr_assert_eq(mg_lesson_remember(lesson), GSL_SUCCESS, "%s", mg_reason());
  for (size_t i = 1; i < 9; i++) {
    story_go(lesson, 1);
    seen[i] = total(lesson);
  }
  for (size_t k = 1; k < 9; k++) {
    cr_assert_eq(mg_lesson_back(lesson, k), GSL_SUCCESS, "%s", mg_reason());
    cr_expect_eq(mg_lesson_behind(lesson), 8 - k, "%zu places behind",
                 mg_lesson_behind(lesson));
    cr_expect_eq(lesson->ended, lesson->place.piece == 0, "ended, %zu back", k);
    if (k < 8)
      cr_expect(total(lesson) == seen[8 - k], "back by %zu", k);
    for (size_t i = 9 - k; i < 9; i++) {
      story_go(lesson, 1);
      cr_expect(total(lesson) == seen[i], "forward again by %zu, piece %zu", k,
                i);
    }
    cr_expect_eq(mg_table_rows(mg_board_find_table(lesson->board, "walk")), 6,
                 "rows of the walk");
  }
  mg_lesson_free(lesson);
}

Test(lesson, chance_depends_on_seed_name_and_piece_alone) {
  mg_lesson *lesson = story_lesson(1, false);
  story_go(lesson, 2);
  const unsigned long a = gsl_rng_get(mg_lesson_rng(lesson, "a"));
  cr_expect_eq(gsl_rng_get(mg_lesson_rng(lesson, "a")), a, "a goes on");
  cr_expect_neq(gsl_rng_get(mg_lesson_rng(lesson, "b")), a, "b is a");
  story_go(lesson, 1);
  cr_expect_neq(gsl_rng_get(mg_lesson_rng(lesson, "a")), a, "the next piece");
  mg_lesson_free(lesson);
}

Test(lesson, settings_stay_when_the_story_goes_back) {
  mg_lesson *lesson = story_lesson(1, false);
  mg_lesson_remember(lesson);
  story_go(lesson, 3);
  const double low = total(lesson);
  cr_assert_eq(mg_lesson_back(lesson, 2), GSL_SUCCESS, "%s", mg_reason());
  ((story_settings *)lesson->settings)->height = 2;
  story_go(lesson, 2);
  cr_expect(total(lesson) == 2 * low, "%g, not twice %g", total(lesson), low);
  mg_lesson_free(lesson);
}

Test(lesson, a_failed_step_can_be_undone) {
  mg_lesson *lesson = story_lesson(1, true);
  mg_lesson_remember(lesson);
  story_go(lesson, 7);
  const double before = total(lesson);
  cr_expect_eq(mg_lesson_advance(lesson), GSL_EDOM, "it was done");
  cr_expect_str_eq(mg_reason(), "risky: it cannot be done", "%s", mg_reason());
  cr_expect_eq(lesson->place.step, 2, "it moved");
  cr_expect(total(lesson) == -1, "the step touched nothing");
  cr_assert_eq(mg_lesson_back(lesson, 0), GSL_SUCCESS, "%s", mg_reason());
  cr_expect(total(lesson) == before, "%g, before %g", total(lesson), before);
  cr_expect_eq(lesson->place.step, 2, "another place");
  mg_lesson_free(lesson);
}

/* Where it did not stop it cannot stand again: it goes to the stop before. */
Test(lesson, back_by_0_is_the_last_stop) {
  mg_lesson *lesson = story_lesson(1, false);
  cr_expect_eq(mg_lesson_back(lesson, 0), GSL_EINVAL, "no place was kept");
  mg_lesson_remember(lesson);
  story_go(lesson, 2);
  const double before = total(lesson);
  for (int i = 0; i < 3; i++)
    cr_assert_eq(mg_lesson_advance(lesson), GSL_SUCCESS, "%s", mg_reason());
  cr_assert_eq(mg_lesson_back(lesson, 0), GSL_SUCCESS, "%s", mg_reason());
  cr_expect(total(lesson) == before, "%g, before %g", total(lesson), before);
  cr_expect_eq(lesson->place.piece, 1, "piece %zu", lesson->place.piece);
  mg_lesson_free(lesson);
}

Test(lesson, there_is_no_way_back_behind_the_beginning) {
  mg_lesson *lesson = story_lesson(1, false);
  mg_lesson_remember(lesson);
  cr_expect_eq(mg_lesson_back(lesson, 1), GSL_EINVAL, "behind the beginning");
  cr_expect_str_eq(mg_reason(), "there is no place to go back to from here",
                   "%s", mg_reason());
  story_go(lesson, 3);
  const double before = total(lesson);
  cr_expect_eq(mg_lesson_back(lesson, 4), GSL_EINVAL, "4 of 3");
  cr_expect_eq(mg_lesson_back(lesson, (size_t)-1), GSL_EINVAL, "very many");
  cr_expect_str_eq(mg_reason(), "there are 3 places to go back to", "%s",
                   mg_reason());
  cr_expect(total(lesson) == before, "it moved");
  cr_expect_eq(mg_lesson_back(lesson, 3), GSL_SUCCESS, "%s", mg_reason());
  cr_expect_eq(mg_board_count(lesson->board), 0, "the board is not empty");
  mg_lesson_free(lesson);
}

Test(lesson, a_place_is_remembered_once) {
  mg_lesson *lesson = story_lesson(1, false);
  for (int i = 0; i < 3; i++)
    mg_lesson_remember(lesson);
  cr_expect_eq(lesson->memories, 1, "%zu", lesson->memories);
  mg_lesson_free(lesson);
}

/* ---- memory ---- */

static int grow(mg_lesson *lesson) {
  const size_t piece = mg_lesson_piece(lesson);
  gsl_matrix *m =
      mg_board_matrix(mg_lesson_board(lesson), "m", 1 << 10, 1 << 7, NULL);
  if (!m)
    return GSL_ENOMEM;
  gsl_matrix_set(m, 0, 0, (double)piece);
  return piece < 79 ? GSL_CONTINUE : GSL_SUCCESS;
}

/* 1 MB changes in each of 80 pieces: 32 MB hold the last 31. */
Test(lesson, the_oldest_places_are_forgotten) {
  static const mg_step steps[] = {{.name = "grow", .run = grow},
                                  {.name = NULL}};
  static const mg_chapter chapter = {.name = "large", .steps = steps};
  mg_lesson *lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "call");
  lesson->memory_most = (size_t)32 << 20;
  mg_lesson_remember(lesson);
  story_go(lesson, 79);
  const size_t behind = mg_lesson_behind(lesson);
  cr_expect(behind >= 28 && behind <= 32, "%zu places are kept", behind);
  cr_assert_eq(mg_lesson_back(lesson, behind), GSL_SUCCESS, "%s", mg_reason());
  const gsl_matrix *m = mg_board_find_matrix(lesson->board, "m");
  cr_expect(gsl_matrix_get(m, 0, 0) == (double)(78 - behind), "piece %g",
            gsl_matrix_get(m, 0, 0));
  mg_lesson_free(lesson);
}

Test(lesson, a_step_is_found_by_number_or_name) {
  mg_lesson *lesson = story_lesson(1, false);
  cr_expect_eq(mg_lesson_find(lesson, "1"), 0, "1");
  cr_expect_eq(mg_lesson_find(lesson, "3"), 2, "3");
  cr_expect_eq(mg_lesson_find(lesson, "loop"), 1, "loop");
  const char *const wrong[] = {"0", "4", "", "-1", "1x", "lop", " 1", "+1"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    cr_expect_eq(mg_lesson_find(lesson, wrong[i]), 3, "'%s'", wrong[i]);
  mg_lesson_find(lesson, "lop");
  cr_expect_not_null(strstr(mg_reason(), "did you mean 'loop'"), "%s",
                     mg_reason());
  mg_lesson_free(lesson);
}

/* Tables that a step says it makes are empty when it begins, and only then. */
static int two_rows(mg_lesson *lesson) {
  mg_table *t = mg_board_find_table(mg_lesson_board(lesson), "seen");
  cr_assert_not_null(t, "%s", mg_reason());
  cr_assert_eq(mg_table_rows(t), mg_lesson_piece(lesson));
  cr_assert_eq(mg_table_columns(t), 2);
  mg_table_line(t, NULL, 2, (double[]){1, 2});
  return mg_lesson_piece(lesson) ? GSL_SUCCESS : GSL_CONTINUE;
}

Test(lesson, a_step_begins_with_empty_tables) {
  const mg_step steps[] = {
      {.name = "a", .makes = "seen x y\nother z\n", .run = two_rows},
      {.name = "b", .makes = "seen x y\n", .run = two_rows},
      {.name = NULL}};
  const mg_chapter chapter = {.name = "made", .steps = steps};
  mg_lesson *lesson = mg_lesson_alloc(&chapter, NULL, NULL, 1, false, "test");
  story_go(lesson, 4);
  cr_expect(mg_lesson_over(lesson), "there is more");
  cr_expect_not_null(mg_board_find_table(mg_lesson_board(lesson), "other"));
  mg_lesson_free(lesson);
}

Test(lesson, a_fit_stands_on_the_board) {
  mg_lesson *lesson = story_lesson(1, false);
  const mg_space line = {.dim = 1, .measure = MG_REALS};
  mg_dataset *data = mg_dataset_alloc("three", &line, 3);
  for (size_t i = 0; i < 3; i++)
    gsl_matrix_set(data->reals, i, 0, (double)(2 * i));
  const mg_rows rows = mg_dataset_all(data);
  mg_model *m = mg_lesson_fit(lesson, "fit", &mg_independent_type, NULL, &rows);
  cr_assert_not_null(m, "%s", mg_reason());
  cr_expect_eq(mg_board_find_model(mg_lesson_board(lesson), "fit"), m);
  mg_tensors list = {.n = 0};
  m->type->tensors(m->self, &list);
  cr_expect_float_eq(list.item[0].value[0], 2, 1e-12, "mean %g",
                     list.item[0].value[0]);
  cr_expect_null(
      mg_lesson_fit(lesson, "no name", &mg_independent_type, NULL, &rows));
  mg_dataset_free(data);
  mg_lesson_free(lesson);
}
