/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise doctor: is there all that exercises need?
 *
 * The last of its checks is the proof: the reference solution of the first
 * exercise goes the whole way that a student's file goes, and passes. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "command/diagnosis.h"
#include "command/origin.h"
#include "command/workbook.h"
#include "exercise/attempt.h"
#include "exercise/confine.h"

enum { NAME_SIZE = 128 };

/* What the checks share; the first fills it. */
struct patient {
  const char *called;
  mg_places places; /* empty: not found */
};

static enum verdict check_places(struct patient *p, char *text) {
  char *own = origin_folder(p->called);
  const int status = mg_places_find(&p->places, own);
  free(own);
  if (status != GSL_SUCCESS)
    return diagnosis_say(text, BROKEN, "%s", mg_reason());
  return diagnosis_say(text, OK, "headers in %s, library in %s",
                       p->places.headers, p->places.library);
}

static enum verdict check_sanitizers(struct patient *p, char *text) {
  if (!p->places.evaluator)
    return diagnosis_say(text, BROKEN, "the first line comes first");
  if (!p->places.sanitizing)
    return diagnosis_say(text, WARN,
                         "none: an access outside of an array is found only "
                         "when it crashes; build with gcc or clang and their "
                         "sanitizers (libasan, libubsan)");
  return diagnosis_say(text, OK,
                       "an access outside of an array is told with "
                       "its line");
}

static enum verdict check_confinement(struct patient *p, char *text) {
  (void)p;
  if (mg_confine_check() != GSL_SUCCESS)
    return diagnosis_say(text, WARN,
                         "%s: what is checked runs with limits of time and "
                         "memory alone; that will do for functions of your own",
                         mg_reason());
  return diagnosis_say(text, OK,
                       "a function under test can compute, and "
                       "nothing else");
}

static enum verdict judge(const mg_exercise_entry *entry,
                          const mg_attempt *attempt, int status, char *text) {
  if (status != GSL_SUCCESS)
    return diagnosis_say(text, BROKEN, "%s", mg_reason());
  if (attempt->stage != MG_ATTEMPT_TESTED)
    return diagnosis_say(text, BROKEN, "the solution of %s: %s", entry->name,
                         attempt->says);
  for (size_t i = 0; i < attempt->trial.tests; i++)
    if (!attempt->trial.result[i].passed)
      return diagnosis_say(text, BROKEN, "the solution of %s fails %s: %s",
                           entry->name, attempt->trial.result[i].test->expects,
                           attempt->trial.result[i].says);
  return diagnosis_say(text, OK, "the solution of %s passes, in %.1f s",
                       entry->name, attempt->seconds);
}

static enum verdict check_attempt(struct patient *p, char *text) {
  const mg_exercise_entry *entry = &mg_exercises[0];
  const mg_attempt_options options = {
      .seed = 1, .unconfined = mg_confine_check() != GSL_SUCCESS};
  char name[NAME_SIZE];
  mg_attempt attempt;
  if (!p->places.evaluator)
    return diagnosis_say(text, BROKEN, "the first line comes first");
  snprintf(name, sizeof name, "%s/solution.c", entry->name);
  char *path = mg_path_join(p->places.skeletons, name);
  const int status =
      path ? mg_attempt_run(&p->places, entry, path, &options, &attempt)
           : mg_fail(GSL_ENOMEM, "no memory for a path");
  free(path);
  return judge(entry, &attempt, status, text);
}

static enum verdict check_folder(struct patient *p, char *text) {
  (void)p;
  return diagnosis_folder(text, "'start' makes folders, and 'check' keeps your "
                                "progress; go where you may write");
}

static enum verdict check_progress(struct patient *p, char *text) {
  (void)p;
  mg_progress *progress = mg_progress_read(".");
  const bool read = progress != NULL;
  mg_progress_free(progress);
  if (!read)
    return diagnosis_say(text, WARN, "%s", mg_reason());
  return diagnosis_say(text, OK, "%s can be read, or is not there yet",
                       MG_PROGRESS_FILE);
}

static const struct {
  const char *name;
  enum verdict (*check)(struct patient *p, char *text);
} checks[] = {{"places", check_places},       {"arrays", check_sanitizers},
              {"sandbox", check_confinement}, {"attempt", check_attempt},
              {"folder", check_folder},       {"progress", check_progress}};

int exercise_doctor(const struct settings *s) {
  char text[DIAGNOSIS_SIZE];
  struct patient p = {.called = s->argv[0]};
  bool broken = false;
  for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
    const enum verdict verdict = checks[i].check(&p, text);
    for (char *c = text; *c; c++)
      if (*c == '\n')
        *c = ' ';
    diagnosis_print(verdict, checks[i].name, text);
    broken = broken || verdict == BROKEN;
  }
  mg_places_clear(&p.places);
  return broken ? EXIT_FAILURE : 0;
}
