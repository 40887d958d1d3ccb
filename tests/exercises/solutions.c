/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every exercise is fit to be given to students (exercise/lint.h):
 *
 *     solutions [NAME...]
 *
 * what is wrong with it, and a line an exercise, with how many wrong and right
 * solutions of its folders were tried. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "exercise/lint.h"

enum { SEED = 1 };

static bool is_wanted(const char *name, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strcmp(name, argv[i]) == 0)
      return true;
  return argc == 1;
}

static bool try(const mg_places *places, const mg_exercise_entry *entry) {
  static mg_lint_report report;
  if (mg_lint_exercise(places, entry, SEED, &report) != GSL_SUCCESS) {
    printf("%s: %s\n", entry->name, mg_reason());
    return false;
  }
  printf("%s", report.says);
  printf("%-22s %5zu %5zu %8zu %6.2f s\n", entry->name, report.wrong,
         report.right, report.problems, report.seconds);
  fflush(stdout);
  return report.problems == 0;
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
