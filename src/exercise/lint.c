/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An exercise is tried before students try it; see lint.h.
 *
 * A skeleton that passes gives points for nothing; a solution that fails cannot
 * be told from a wrong one; a hint that is missing is missed at midnight.  All
 * are looked for, and one does not hide the next.
 *
 * Not here: mutants of the solution (tests/exercises/), which take minutes. */
#include "config.h"

#include "exercise/lint.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/attempt.h"
#include "exercise/confine.h"

enum { HINTS = 3, PATH_SIZE = 4096, PAGE = 1 << 20, FEWEST_WRONG = 4 };

typedef struct {
  const mg_places *places;
  const mg_exercise_entry *entry;
  unsigned long seed;
  mg_lint_report *report;
  mg_attempt *attempt;
} job;

static void add(const job *j, const char *format, ...) MG_PRINTF(2, 3);

static void add(const job *j, const char *format, ...) {
  mg_lint_report *r = j->report;
  const size_t used = strlen(r->says);
  va_list arguments;
  va_start(arguments, format);
  const int n =
      vsnprintf(r->says + used, sizeof r->says - used, format, arguments);
  va_end(arguments);
  r->problems++;
  if (n > 0 && used + (size_t)n + 1 < sizeof r->says)
    strcpy(r->says + used + n, "\n");
}

/* A page that is there and not empty, in fresh memory; else says so. */
static char *read_page(const job *j, const char *path) {
  char *text = NULL;
  size_t size = 0;
  if (mg_file_read(path, PAGE, &text, &size) == GSL_SUCCESS && size > 0)
    return text;
  add(j, "there is no page '%.300s', or it is empty", path);
  free(text);
  return NULL;
}

static void check_pages(const job *j) {
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s/%s.md", j->places->statements,
           j->entry->name);
  free(read_page(j, path));
  snprintf(path, sizeof path, "%s/%s/hints.md", j->places->exercises,
           j->entry->name);
  char *hints = read_page(j, path);
  for (int i = 1; hints && i <= HINTS; i++) {
    char head[16];
    snprintf(head, sizeof head, "## %d", i);
    const char *at = strstr(hints, head);
    if (!at || (at > hints && at[-1] != '\n'))
      add(j, "hints.md has no section '%s'", head);
  }
  free(hints);
}

/* The table of tests. */
static void check_tests(const job *j) {
  const mg_exercise *e = j->entry->exercise;
  const size_t tests = mg_exercise_tests(e);
  size_t hidden = 0;
  if (mg_exercise_points(e) != j->entry->points)
    add(j, "its tests give %u points, the list %u", mg_exercise_points(e),
        j->entry->points);
  if (tests == 0 || tests > MG_TRIAL_TESTS)
    add(j, "it has %zu tests: between 1 and %d", tests, MG_TRIAL_TESTS);
  for (size_t t = 0; t < tests; t++) {
    hidden += e->tests[t].hidden;
    if (e->tests[t].points == 0 || e->tests[t].cases == 0)
      add(j, "test %zu gives no points, or has no inputs", t + 1);
  }
  if (tests > 0 && (hidden == 0 || hidden == tests))
    add(j, "%zu of %zu tests are hidden: some, and not all", hidden, tests);
}

/* What is wrong with an attempt that should have passed. */
static const char *first_failure(const mg_attempt *a) {
  if (a->stage != MG_ATTEMPT_TESTED)
    return a->says;
  for (size_t t = 0; t < a->trial.tests; t++)
    if (!a->trial.result[t].passed)
      return a->trial.result[t].says;
  return "";
}

static int try(const job *j, const char *path) {
  const mg_attempt_options options = {
      .seed = j->seed, .unconfined = mg_confine_check() != GSL_SUCCESS};
  const int status =
      mg_attempt_run(j->places, j->entry, path, &options, j->attempt);
  if (j->attempt->seconds > j->report->seconds)
    j->report->seconds = j->attempt->seconds;
  return mg_fail_in(status, "%s", path);
}

/* One that should pass. */
static int try_right(const job *j, const char *path, const char *what) {
  const int status = try(j, path);
  if (status != GSL_SUCCESS)
    return status;
  if (!mg_attempt_passed(j->attempt))
    add(j, "%s does not pass: %.600s", what, first_failure(j->attempt));
  else if (j->attempt->warnings[0])
    add(j, "%s compiles with a warning: %.300s", what, j->attempt->warnings);
  return GSL_SUCCESS;
}

/* One that should not; it has to compile, since a mistake that the compiler
 * finds tells nothing of the tests.  (It may use what it must not.) */
static int try_wrong(const job *j, const char *path, const char *what) {
  const int status = try(j, path);
  if (status != GSL_SUCCESS)
    return status;
  if (j->attempt->stage == MG_ATTEMPT_ERRORS)
    add(j, "%s does not come to the tests: %.600s", what, j->attempt->says);
  else if (mg_attempt_passed(j->attempt))
    add(j, "%s passes", what);
  return GSL_SUCCESS;
}

static int try_skeleton(const job *j, const char *path) {
  const int status = try_wrong(j, path, "the skeleton");
  if (status == GSL_SUCCESS && j->attempt->warnings[0])
    add(j, "the skeleton compiles with a warning: %.300s",
        j->attempt->warnings);
  return status;
}

static int is_source(const struct dirent *entry) {
  const size_t length = strlen(entry->d_name);
  return length > 2 && strcmp(entry->d_name + length - 2, ".c") == 0;
}

/* All files of wrong/ or right/, in the order of their names. */
static int try_folder(const job *j, const char *folder,
                      int (*one)(const job *, const char *, const char *),
                      size_t *files) {
  char path[PATH_SIZE], what[PATH_SIZE];
  struct dirent **names;
  snprintf(path, sizeof path, "%s/%s/%s", j->places->exercises, j->entry->name,
           folder);
  const int n = scandir(path, &names, is_source, alphasort);
  if (n < 0)
    return GSL_SUCCESS; /* installed: only the pages are here */
  int status = GSL_SUCCESS;
  for (int i = 0; i < n; i++) {
    snprintf(what, sizeof what, "%s/%s", folder, names[i]->d_name);
    char *file = mg_path_join(path, names[i]->d_name);
    if (status == GSL_SUCCESS)
      status = file ? one(j, file, what) : GSL_ENOMEM;
    free(file);
    free(names[i]);
  }
  free(names);
  *files = (size_t)n;
  return status;
}

static int try_sources(const job *j) {
  char path[PATH_SIZE];
  const char *name = j->entry->name;
  snprintf(path, sizeof path, "%s/%s/%s.c", j->places->skeletons, name, name);
  int status = try_skeleton(j, path);
  snprintf(path, sizeof path, "%s/%s/solution.c", j->places->skeletons, name);
  if (status == GSL_SUCCESS)
    status = try_right(j, path, "the solution");
  if (status == GSL_SUCCESS)
    status = try_folder(j, "right", try_right, &j->report->right);
  if (status == GSL_SUCCESS)
    status = try_folder(j, "wrong", try_wrong, &j->report->wrong);
  return status;
}

/* Are there enough of them, where they are at all? */
static void check_counts(const job *j) {
  const mg_lint_report *r = j->report;
  if (r->wrong + r->right == 0)
    return;
  if (r->right == 0)
    add(j, "right/ holds no other correct solution");
  if (r->wrong < FEWEST_WRONG)
    add(j, "wrong/ holds %zu files: at least %d", r->wrong, FEWEST_WRONG);
}

int mg_lint_exercise(const mg_places *places, const mg_exercise_entry *entry,
                     unsigned long seed, mg_lint_report *report) {
  job j = {places, entry, seed, report, malloc(sizeof *j.attempt)};
  *report = (mg_lint_report){0};
  if (!j.attempt)
    return mg_fail(GSL_ENOMEM, "no memory for an attempt");
  check_pages(&j);
  check_tests(&j);
  const int status = try_sources(&j);
  check_counts(&j);
  free(j.attempt);
  return status;
}
