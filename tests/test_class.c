/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A class without a compiler: what has a grade then, in which order, and what
 * has none.  (tests/command/grade.sh has one.) */
#include "config.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/status.h"
#include "exercise/class.h"
#include "folder.h"

TestSuite(class, .init = folder_enter, .fini = folder_leave, .timeout = 60);

/* Nothing is where this says. */
static const mg_places nowhere = {.headers = "nowhere",
                                  .library = "nowhere",
                                  .evaluator = "nowhere",
                                  .skeletons = "nowhere",
                                  .exercises = "nowhere",
                                  .statements = "nowhere"};
static const mg_class_student students[] = {
    {"ada", "ada"}, {"bob", "bob"}, {"carol", "carol"}, {"dan", "dan"}};
static const mg_exercise_entry *exercises[] = {&mg_exercises[0],
                                               &mg_exercises[1]};
static const mg_class_options options = {
    .places = &nowhere,
    .student = students,
    .students = 4,
    .exercise = exercises,
    .exercises = 2,
    .keyed = {.key = "key", .course = "course", .term = "term"},
    .jobs = 3};

/* ada hands in the second exercise, dan is nobody. */
static void hand_in(void) {
  char path[200];
  mkdir("ada", 0777);
  mkdir("bob", 0777);
  mkdir("carol", 0777);
  snprintf(path, sizeof path, "ada/%s.c", mg_exercises[1].name);
  FILE *file = fopen(path, "w");
  cr_assert(file && fputs("int a;\n", file) >= 0, "%s", path);
  fclose(file);
}

Test(class, grades_stand_in_the_order_of_the_students) {
  hand_in();
  mg_class *c = mg_class_alloc(&options);
  cr_assert(c, "%s", mg_reason());
  cr_expect_eq(mg_class_size(c), 8, "%zu grades", mg_class_size(c));
  while (mg_class_iterate(c, true) == GSL_CONTINUE) {
  }
  cr_expect_eq(mg_class_ended(c), 8, "%zu ended", mg_class_ended(c));
  const mg_grade *g = mg_class_grades(c);
  for (size_t i = 0; i < 8; i++) {
    const mg_keyed keyed = {"key", "course", "term", exercises[i % 2]->name,
                            students[i / 2].name};
    cr_expect_str_eq(g[i].student, students[i / 2].name, "grade %zu", i);
    cr_expect_eq(g[i].entry, exercises[i % 2], "grade %zu", i);
    cr_expect_eq(g[i].seed, mg_keyed_seed(&keyed), "grade %zu", i);
    cr_expect_eq(
        g[i].state, i == 1 || i >= 6 ? MG_GRADE_CANNOT : MG_GRADE_MISSING,
        "grade %zu is %s: %s", i, mg_grade_state_name(g[i].state), g[i].says);
    cr_expect_eq(g[i].points, 0, "grade %zu", i);
  }
  cr_expect(strstr(g[6].says, "the folder cannot be read"), "%s", g[6].says);
  mg_class_free(c);
}

Test(class, what_was_not_started_waits) {
  hand_in();
  mg_class *c = mg_class_alloc(&options);
  cr_assert(c, "%s", mg_reason());
  cr_expect_eq(mg_class_iterate(c, false), GSL_SUCCESS, "nothing runs");
  mg_class_iterate(c, true);
  while (mg_class_iterate(c, false) == GSL_CONTINUE) {
  }
  size_t waiting = 0;
  for (size_t i = 0; i < 8; i++)
    waiting += mg_class_grades(c)[i].state == MG_GRADE_WAITING;
  cr_expect_eq(waiting, 8 - mg_class_ended(c), "%zu wait", waiting);
  cr_expect_eq(mg_class_ended(c), 3, "%zu ended", mg_class_ended(c));
  mg_class_free(c);
}

Test(class, is_stopped_when_it_is_freed) {
  hand_in();
  mg_class *c = mg_class_alloc(&options);
  mg_class_iterate(c, true);
  mg_class_free(c);
  mg_class_free(NULL);
}

Test(class, needs_somebody_something_and_a_job) {
  mg_class_options o = options;
  o.students = 0;
  cr_expect_null(mg_class_alloc(&o), "no students");
  o = options;
  o.exercises = 0;
  cr_expect_null(mg_class_alloc(&o), "no exercises");
  o = options;
  o.jobs = 0;
  cr_expect_null(mg_class_alloc(&o), "no jobs");
  o.jobs = MG_CLASS_JOBS + 1;
  cr_expect_null(mg_class_alloc(&o), "too many jobs");
  cr_expect(strstr(mg_reason(), "1 .. 64"), "%s", mg_reason());
}
