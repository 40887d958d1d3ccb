/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding an exercise. */
#include "config.h"

#include "exercise/exercise.h"

#include <string.h>

#include "base/option.h"
#include "base/status.h"

const mg_exercise_entry *mg_exercise_find(const char *name) {
  mg_suggestion suggestion = {.wrong = name};
  for (const mg_exercise_entry *e = mg_exercises; e->name; e++) {
    if (strcmp(name, e->name) == 0)
      return e;
    mg_suggestion_add(&suggestion, e->name);
  }
  /* Too many to list in a sentence. */
  if (suggestion.closest)
    mg_fail(GSL_EINVAL, "no exercise '%.60s': did you mean '%.60s'?", name,
            suggestion.closest);
  else
    mg_fail(GSL_EINVAL, "no exercise '%.60s': 'marginalia exercise' lists them",
            name);
  return NULL;
}

size_t mg_exercise_tests(const mg_exercise *e) {
  size_t n = 0;
  while (e->tests[n].expects)
    n++;
  return n;
}

unsigned mg_exercise_points(const mg_exercise *e) {
  unsigned points = 0;
  for (const mg_exercise_test *t = e->tests; t->expects; t++)
    points += t->points;
  return points;
}

size_t mg_exercise_functions(const mg_exercise *e) {
  size_t n = 0;
  while (e->functions[n])
    n++;
  return n;
}
