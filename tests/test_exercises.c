/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of exercises: each is sound in itself, passes with the library's own
 * functions, and is found by its name. */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"
#include "exercise/trial.h"
#include "lesson/chapters.h"

static bool has_chapter(unsigned number) {
  for (const mg_chapter_entry *c = mg_chapters; c->name; c++)
    if (c->number == number)
      return true;
  return false;
}

Test(exercises, each_has_a_chapter_and_points_that_add_up) {
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    cr_expect(has_chapter(e->chapter), "%s: chapter %u", e->name, e->chapter);
    cr_expect_eq(mg_exercise_points(e->exercise), e->points, "%s: %u of %u",
                 e->name, mg_exercise_points(e->exercise), e->points);
    const size_t functions = mg_exercise_functions(e->exercise);
    cr_expect(functions >= 1 && functions <= MG_EXERCISE_FUNCTIONS, "%s",
              e->name);
    cr_expect(mg_exercise_find(e->name) == e, "%s", e->name);
  }
}

Test(exercises, tests_are_sentences_with_points_and_some_are_hidden) {
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    const size_t n = mg_exercise_tests(e->exercise);
    size_t hidden = 0;
    cr_expect(n >= 3 && n <= MG_TRIAL_TESTS, "%s: %zu tests", e->name, n);
    for (size_t i = 0; i < n; i++) {
      const mg_exercise_test *t = &e->exercise->tests[i];
      const char last = t->expects[strlen(t->expects) - 1];
      hidden += t->hidden;
      cr_expect(t->points > 0 && t->cases > 0, "%s, test %zu", e->name, i);
      cr_expect(last != '.' && last != ' ', "%s, test %zu: '%s'", e->name, i,
                t->expects);
    }
    cr_expect(hidden >= 1 && hidden < n, "%s: %zu hidden", e->name, hidden);
  }
}

Test(exercises, the_library_passes_all) {
  gsl_set_error_handler_off(); /* some inputs are there to be refused */
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++)
    for (unsigned long seed = 1; seed <= 3; seed++) {
      mg_local local = {e->exercise, e->exercise->reference};
      mg_trial trial;
      const int status = mg_trial_run(e, seed, mg_local_answer, &local, &trial);
      cr_assert_eq(status, GSL_SUCCESS, "%s: %s", e->name, mg_reason());
      for (size_t i = 0; i < trial.tests; i++)
        cr_expect(trial.result[i].passed, "%s, seed %lu, test %zu: %s", e->name,
                  seed, i, trial.result[i].says);
      cr_expect_eq(trial.points, trial.most, "%s", e->name);
    }
}

Test(exercises, an_unknown_name_gets_the_closest) {
  cr_expect_null(mg_exercise_find("log-sum-ex"));
  cr_expect(strstr(mg_reason(), "log-sum-exp"), "%s", mg_reason());
  cr_expect_null(mg_exercise_find("nothing-like-it"));
  cr_expect(strstr(mg_reason(), "lists them"), "%s", mg_reason());
}
