/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia exercise grade: the folders of a class, graded.
 *
 * Which exercises: those of --exercises, else all for which one of the folders
 * holds anything; a student without one of them has 0 points of it.  The inputs
 * of each student come from a seed of their own (exercise/keyed), which every
 * report tells.
 *
 * The report is the last thing that is printed, as Autolab reads the last line.
 * Not here: late days, weights, letters; what reads the report has those. */
#include "config.h"

#include "command/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "command/threads.h"
#include "command/workbook.h"
#include "exercise/class.h"
#include "exercise/confine.h"
#include "exercise/report.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/progress.h"

enum { KEY_MOST = 4096, TOLD = 10 };
#define STOPPING_ATTEMPTS                                                      \
  "stopping when the attempts under way have ended; Ctrl-C again ends at once"

/* One call. */
struct grading {
  mg_class_student *student;
  char **name; /* theirs */
  size_t students, left_out;
  const mg_exercise_entry **exercise;
  size_t exercises;
  char *key;
  bool unconfined; /* this kernel cannot */
  mg_places places;
};

/* ---- who ---- */

/* The last name of a folder's path, in fresh memory; that of "." is asked. */
static char *name_of(const char *folder) {
  char *path = strdup(folder);
  size_t n = path ? strlen(path) : 0;
  while (n > 1 && path[n - 1] == '/')
    path[--n] = '\0';
  char *slash = path ? strrchr(path, '/') : NULL;
  const char *last = slash && slash[1] ? slash + 1 : path;
  if (last && (strcmp(last, ".") == 0 || strcmp(last, "..") == 0)) {
    char *real = realpath(folder, NULL);
    free(path);
    path = real;
    last = real ? strrchr(real, '/') + 1 : NULL;
  }
  char *name = last ? strdup(last) : NULL;
  free(path);
  return name;
}

static int by_name(const void *a, const void *b) {
  const mg_class_student *const *one = a, *const *other = b;
  return strcmp((*one)->name, (*other)->name);
}

/* Two of one name could not be told apart. */
static int check_names(const struct grading *g, const struct settings *s) {
  const mg_class_student **sorted = calloc(g->students + 1, sizeof *sorted);
  int status = 0;
  if (!sorted)
    return EXIT_FAILURE;
  for (size_t i = 0; i < g->students; i++)
    sorted[i] = &g->student[i];
  qsort(sorted, g->students, sizeof *sorted, by_name);
  for (size_t i = 1; status == 0 && i < g->students; i++)
    if (by_name(&sorted[i - 1], &sorted[i]) == 0)
      status = mg_message_usage(s->called,
                                "'%s' and '%s' are both called '%s': grade "
                                "them in two calls",
                                sorted[i - 1]->folder, sorted[i]->folder,
                                sorted[i]->name);
  free(sorted);
  return status;
}

/* What is no folder is said, and the rest is graded. */
static int find_students(struct grading *g, const struct settings *s) {
  struct stat there;
  g->student = calloc(s->operands, sizeof *g->student);
  g->name = calloc(s->operands, sizeof *g->name);
  for (size_t i = 0; g->student && g->name && i < s->operands; i++) {
    const char *folder = s->operand[i];
    if (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode)) {
      mg_message("'%s' is no folder: left out", folder);
      g->left_out++;
      continue;
    }
    char *name = s->student ? strdup(s->student) : name_of(folder);
    if (!name)
      return EXIT_FAILURE;
    g->name[g->students] = name;
    g->student[g->students++] =
        (mg_class_student){.name = name, .folder = folder};
  }
  if (g->students == 0)
    mg_message("there is nobody to grade");
  return g->students > 0 ? check_names(g, s) : EXIT_FAILURE;
}

/* ---- what ---- */

/* Is name among those that commas part? */
static bool is_listed(const char *list, const char *name) {
  const size_t length = strlen(name);
  for (const char *at = list; at; at = strchr(at, ',')) {
    at += *at == ',';
    if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
      return true;
  }
  return false;
}

/* Has each word of the list an exercise? */
static int check_list(const struct settings *s) {
  char *copy = strdup(s->exercises), *rest = copy;
  int status = copy ? 0 : EXIT_FAILURE;
  for (char *name; status == 0 && (name = strsep(&rest, ","));)
    if (!mg_exercise_find(name))
      status = mg_message_usage(s->called, "%s", mg_reason());
  free(copy);
  return status;
}

static bool has_any(const struct grading *g, const char *exercise) {
  for (size_t i = 0; i < g->students; i++)
    if (mg_submission_is(g->student[i].folder, exercise))
      return true;
  return false;
}

static int find_exercises(struct grading *g, const struct settings *s) {
  const char *list = s->exercises;
  size_t n = 0;
  int status = list ? check_list(s) : 0;
  while (mg_exercises[n].name)
    n++;
  g->exercise = calloc(n + 1, sizeof *g->exercise);
  if (status != 0 || !g->exercise)
    return status ? status : EXIT_FAILURE;
  for (size_t i = 0; i < n; i++) {
    const char *name = mg_exercises[i].name;
    if (list ? is_listed(list, name) : has_any(g, name))
      g->exercise[g->exercises++] = &mg_exercises[i];
  }
  if (g->exercises > 0)
    return 0;
  mg_message("no exercise is handed in: a student's folder holds NAME/NAME.c, "
             "or NAME.c, as in e-step/e-step.c");
  return EXIT_FAILURE;
}

/* ---- with what ---- */

/* The text of a file, without the line end behind it. */
static int read_key(struct grading *g, const char *path) {
  size_t size;
  if (!path) {
    mg_message("without --key, anybody can compute the inputs of anybody");
    return (g->key = strdup("")) ? 0 : EXIT_FAILURE;
  }
  if (mg_file_read(path, KEY_MOST, &g->key, &size) != GSL_SUCCESS)
    return mg_message_reason("--key", EXIT_FAILURE);
  while (size > 0 && strchr("\r\n", g->key[size - 1]))
    g->key[--size] = '\0';
  if (size > 0 && strlen(g->key) == size)
    return 0;
  mg_message("--key: '%s' is no line of text; one is made by 'openssl rand "
             "-hex 32'",
             path);
  return EXIT_FAILURE;
}

static mg_report_form form_of(const struct settings *s) {
  return s->csv          ? MG_REPORT_CSV
         : s->json       ? MG_REPORT_JSON
         : s->gradescope ? MG_REPORT_GRADESCOPE
         : s->autolab    ? MG_REPORT_AUTOLAB
         : s->junit      ? MG_REPORT_JUNIT
                         : MG_REPORT_TABLE;
}

static int check_confinement(struct grading *g, const struct settings *s) {
  g->unconfined = mg_confine_check() != GSL_SUCCESS;
  if (s->unconfined || !g->unconfined)
    return 0;
  mg_message("%s. Submitted functions could do whatever you can: grade on "
             "Linux with libseccomp, or in a machine that may be thrown away, "
             "with --unconfined",
             mg_reason());
  return EXIT_FAILURE;
}

static int prepare(struct grading *g, const struct settings *s) {
  if (s->csv + s->json + s->gradescope + s->autolab + s->junit > 1)
    return mg_message_usage(s->called,
                            "give one of --csv, --json, --gradescope, "
                            "--autolab and --junit");
  if (s->student && s->operands > 1)
    return mg_message_usage(s->called,
                            "--student is the name of one: give one folder");
  if (mg_report_of_one(form_of(s)) && s->operands > 1)
    return mg_message_usage(s->called,
                            "this report is of one student: give one folder");
  int status = find_students(g, s);
  if (status == 0)
    status = find_exercises(g, s);
  if (status == 0)
    status = check_confinement(g, s);
  if (status == 0)
    status = read_key(g, s->key);
  return status == 0 ? workbook_places(&g->places, s->argv[0]) : status;
}

static void clear(struct grading *g) {
  for (size_t i = 0; i < g->students; i++)
    free(g->name[i]);
  free(g->name);
  free(g->student);
  free(g->exercise);
  free(g->key);
  mg_places_clear(&g->places);
}

/* ---- grading ---- */

/* All of it, or until Ctrl-C. */
static int run(mg_class *c) {
  int status;
  mg_interrupt_watch(STOPPING_ATTEMPTS);
  while ((status = mg_class_iterate(c, !mg_interrupted())) == GSL_CONTINUE)
    mg_progress_show((double)mg_class_ended(c) / (double)mg_class_size(c),
                     "%zu of %zu graded", mg_class_ended(c), mg_class_size(c));
  mg_progress_clear();
  return status;
}

/* Says what there are no points for, before the report.  Returns the exit
 * status. */
static int tell(const struct grading *g, const mg_class *c) {
  const mg_grade *grade = mg_class_grades(c);
  const size_t left = mg_class_size(c) - mg_class_ended(c);
  size_t cannot = 0;
  for (size_t i = 0; i < mg_class_size(c); i++) {
    if (grade[i].state != MG_GRADE_CANNOT)
      continue;
    if (cannot++ < TOLD)
      mg_message("%s, %s: %s", grade[i].student, grade[i].entry->name,
                 grade[i].says ? grade[i].says : "it could not be graded");
  }
  if (cannot > TOLD)
    mg_message("... %zu in all could not be graded", cannot);
  if (left > 0)
    mg_message("stopped: %zu of %zu are graded", mg_class_ended(c),
               mg_class_size(c));
  return left > 0                   ? MG_EXIT_INTERRUPTED
         : cannot + g->left_out > 0 ? EXIT_FAILURE
                                    : 0;
}

static int report(const struct settings *s, const mg_class *c) {
  const mg_report r = {.course = s->course ? s->course : "",
                       .term = s->term ? s->term : "",
                       .grade = mg_class_grades(c),
                       .grades = mg_class_size(c),
                       .reveal = s->reveal};
  if (!s->report)
    return mg_report_print(&r, form_of(s), stdout);
  mg_file *file = mg_file_create(s->report);
  if (!file)
    return GSL_EFAILED;
  const int status = mg_report_print(&r, form_of(s), mg_file_stream(file));
  if (status == GSL_SUCCESS)
    return mg_file_commit(file);
  mg_file_discard(file);
  return status;
}

static int grade(const struct grading *g, const struct settings *s) {
  const mg_class_options options = {
      .places = &g->places,
      .student = g->student,
      .students = g->students,
      .exercise = g->exercise,
      .exercises = g->exercises,
      .keyed = {.key = g->key,
                .course = s->course ? s->course : "",
                .term = s->term ? s->term : ""},
      .unconfined = g->unconfined,
      .jobs = s->jobs == NOT_GIVEN ? processors() : s->jobs};
  mg_class *c = mg_class_alloc(&options);
  if (!c || run(c) != GSL_SUCCESS) {
    mg_class_free(c);
    return mg_message_reason(NULL, EXIT_FAILURE);
  }
  int status = tell(g, c);
  if (report(s, c) != GSL_SUCCESS)
    status = mg_message_reason(s->report, EXIT_FAILURE);
  mg_class_free(c);
  return status;
}

int exercise_grade(const struct settings *s) {
  struct grading g = {.student = NULL};
  int status = prepare(&g, s);
  if (status == 0)
    status = grade(&g, s);
  clear(&g);
  return status;
}
