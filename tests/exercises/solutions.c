/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every exercise is fit to be given to students (exercise/lint.h), on inputs of
 * two seeds:
 *
 *     solutions [NAME...]
 *
 * a line an exercise, with how many wrong and right solutions of its folders
 * were tried, and below it what is wrong with it. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "exercise/lint.h"

static bool is_wanted(const char *name, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strcmp(name, argv[i]) == 0)
      return true;
  return argc == 1;
}

static bool try(const mg_places *places, const mg_exercise_entry *entry) {
  static mg_lint_report report;
  size_t problems = 0;
  for (unsigned long seed = 1; seed <= 2; seed++) {
    if (mg_lint_exercise(places, entry, seed, &report) != GSL_SUCCESS) {
      printf("%s: %s\n", entry->name, mg_reason());
      return false;
    }
    problems += report.problems;
    if (report.problems > 0)
      printf("seed %lu:\n%s", seed, report.says);
  }
  printf("%-22s %5zu %5zu %8zu %6.2f s\n", entry->name, report.wrong,
         report.right, problems, report.seconds);
  fflush(stdout);
  return problems == 0;
}

int main(int argc, char **argv) {
  mg_places places;
  char *own = realpath(".", NULL);
  bool fine = true;
  gsl_set_error_handler_off();
  if (mg_places_find(&places, own) != GSL_SUCCESS) {
    printf("%s\n", mg_reason());
    return 0; /* nothing can be graded here, and that is said */
  }
  free(own);
  printf("%-22s %5s %5s %8s %8s\n", "exercise", "wrong", "right", "problems",
         "longest");
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++)
    if (is_wanted(e->name, argc, argv))
      fine = try(&places, e) && fine;
  mg_places_clear(&places);
  return fine ? 0 : 1;
}
