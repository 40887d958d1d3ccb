/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table for reading and the one for a spreadsheet, and the choice among the
 * forms; see report.h. */
#include "config.h"

#include "exercise/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "exercise/report_form.h"
#include "exercise/report_text.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 512, MESSAGE_COLUMNS = 60 };

/* ---- what is wrong ---- */

/* The first test that failed, a shown one before all hidden ones; `tests` when
 * none did. */
static size_t first_failed(const mg_report *r, const mg_grade *g) {
  size_t found = g->tests;
  for (size_t i = g->tests; i-- > 0;)
    if (!g->test[i].passed &&
        (mg_grade_shows(g, i, r->reveal) || found == g->tests ||
         !mg_grade_shows(g, found, r->reveal)))
      found = i;
  return found;
}

char *mg_report_first(const mg_report *r, const mg_grade *g, bool whole) {
  char name[TEXT_SIZE], *text = NULL;
  const size_t i = first_failed(r, g);
  if (g->state == MG_GRADE_WAITING)
    return strdup("not graded");
  if (g->state != MG_GRADE_TESTED)
    return strdup(g->says ? g->says : "");
  if (i == g->tests)
    return strdup("");
  mg_grade_test_name(g, i, r->reveal, name, sizeof name);
  const char *says = mg_report_says(r, g, i);
  const int printed = whole && *says
                          ? asprintf(&text, "fails: %s; %s", name, says)
                          : asprintf(&text, "fails: %s", name);
  return printed < 0 ? NULL : text;
}

const char *mg_report_says(const mg_report *r, const mg_grade *g, size_t i) {
  return g->test[i].says && mg_grade_shows(g, i, r->reveal) ? g->test[i].says
                                                            : "";
}

/* ---- for reading ---- */

/* Columns as wide as the widest student and exercise need. */
typedef struct {
  const mg_report *r;
  FILE *out;
  int student, exercise;
} table;

/* A column's text on one line, and blanks behind it. */
static int put(const table *t, const char *text, int width) {
  char *line = mg_report_text(text, true);
  if (!line)
    return GSL_ENOMEM;
  mg_text_pad(t->out, line, width);
  fputs("  ", t->out);
  free(line);
  return GSL_SUCCESS;
}

/* Text up to some columns, "..." where it went on. */
static int put_short(FILE *out, const char *text) {
  char *line = mg_report_text(text, true);
  if (!line)
    return GSL_ENOMEM;
  if (mg_text_columns(line) > MESSAGE_COLUMNS) {
    size_t n = 0, columns = 0;
    for (; columns < MESSAGE_COLUMNS - 3 || (line[n] & 0xc0) == 0x80; n++)
      columns += (line[n + 1] & 0xc0) != 0x80;
    strcpy(line + n, "...");
  }
  fputs(line, out);
  free(line);
  return GSL_SUCCESS;
}

static int widest(int width, const char *text) {
  char *line = mg_report_text(text, true);
  const int columns = line ? (int)mg_text_columns(line) : 0;
  free(line);
  return columns > width ? columns : width;
}

static int put_grade(const table *t, const mg_grade *g) {
  int status = put(t, g->student, t->student);
  if (status == GSL_SUCCESS)
    status = put(t, g->entry->name, t->exercise);
  char *first = mg_report_first(t->r, g, false);
  if (status != GSL_SUCCESS || !first) {
    free(first);
    return GSL_ENOMEM;
  }
  if (mg_grade_known(g))
    fprintf(t->out, "%6u", g->points);
  else
    fputs("     -", t->out);
  fprintf(t->out, "  %3u  %016lx%s", g->entry->points, g->seed,
          *first ? "  " : "");
  status = put_short(t->out, first);
  fputc('\n', t->out);
  free(first);
  return status;
}

/* Of the n grades of a student. */
static int put_total(const table *t, const mg_grade *g, size_t n) {
  unsigned points = 0, most = 0;
  size_t unknown = 0;
  for (size_t i = 0; i < n; i++) {
    points += g[i].points;
    most += g[i].entry->points;
    unknown += !mg_grade_known(&g[i]);
  }
  int status = put(t, g->student, t->student);
  if (status == GSL_SUCCESS)
    status = put(t, "total", t->exercise);
  fprintf(t->out, "%6u  %3u", points, most);
  if (unknown)
    fprintf(t->out, "  %zu not graded", unknown);
  fputc('\n', t->out);
  return status;
}

size_t mg_report_of_student(const mg_report *r, size_t first) {
  size_t n = 1;
  while (first + n < r->grades &&
         r->grade[first + n].student == r->grade[first].student)
    n++;
  return n;
}

/* The class's means, an exercise a line. */
static void put_class(const table *t, size_t exercises) {
  const mg_report *r = t->r;
  for (size_t e = 0; e < exercises; e++) {
    const mg_exercise_entry *entry = r->grade[e].entry;
    size_t known = 0, full = 0;
    unsigned points = 0;
    for (size_t i = e; i < r->grades; i += exercises) {
      known += mg_grade_known(&r->grade[i]);
      points += r->grade[i].points;
      full += r->grade[i].points == entry->points;
    }
    fprintf(t->out, "%s: %zu of %zu graded", entry->name, known,
            r->grades / exercises);
    if (known > 0)
      fprintf(t->out, ", %zu with all points, mean %.1f of %u", full,
              (double)points / (double)known, entry->points);
    fputc('\n', t->out);
  }
}

static int print_table(const mg_report *r, FILE *out) {
  table t = {.r = r,
             .out = out,
             .student = (int)strlen("student"),
             .exercise = (int)strlen("exercise")};
  for (size_t i = 0; i < r->grades; i++) {
    t.student = widest(t.student, r->grade[i].student);
    t.exercise = widest(t.exercise, r->grade[i].entry->name);
  }
  int status = put(&t, "student", t.student);
  if (status == GSL_SUCCESS)
    status = put(&t, "exercise", t.exercise);
  fputs("points   of  seed\n", out);
  const size_t exercises = mg_report_of_student(r, 0);
  for (size_t i = 0; status == GSL_SUCCESS && i < r->grades; i++) {
    status = put_grade(&t, &r->grade[i]);
    if (status == GSL_SUCCESS && exercises > 1 && (i + 1) % exercises == 0)
      status = put_total(&t, &r->grade[i + 1 - exercises], exercises);
  }
  if (status == GSL_SUCCESS && r->grades > exercises) {
    fputc('\n', out);
    put_class(&t, exercises);
  }
  return status;
}

/* ---- for a spreadsheet ---- */

/* In quotes, where it needs them.  A text that a spreadsheet would take for a
 * formula gets a ' before it; a number never comes this way. */
static int put_field(FILE *out, const char *text, char behind) {
  char *clean = mg_report_text(text, false);
  if (!clean)
    return GSL_ENOMEM;
  const bool formula = *clean && strchr("=+-@\t\n", *clean);
  const bool quoted = formula || strpbrk(clean, ",\"\n\t'");
  fputs(quoted ? "\"" : "", out);
  fputs(formula ? "'" : "", out);
  for (const char *c = clean; *c; c++) {
    if (*c == '"')
      fputc('"', out);
    fputc(*c, out);
  }
  fputs(quoted ? "\"" : "", out);
  fputc(behind, out);
  free(clean);
  return GSL_SUCCESS;
}

static int put_row(const mg_report *r, const mg_grade *g, FILE *out) {
  size_t passed = 0;
  for (size_t i = 0; i < g->tests; i++)
    passed += g->test[i].passed;
  char *first = mg_report_first(r, g, true);
  int status = first ? put_field(out, g->student, ',') : GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = put_field(out, g->entry->name, ',');
  if (mg_grade_known(g))
    fprintf(out, "%u", g->points);
  fprintf(out, ",%u,%zu,%zu,%s,0x%016lx,", g->entry->points, passed, g->tests,
          mg_grade_state_name(g->state), g->seed);
  if (status == GSL_SUCCESS)
    status = put_field(out, first, '\n');
  free(first);
  return status;
}

static int print_csv(const mg_report *r, FILE *out) {
  int status = GSL_SUCCESS;
  fputs("student,exercise,points,of,passed,tests,state,seed,message\n", out);
  for (size_t i = 0; status == GSL_SUCCESS && i < r->grades; i++)
    status = put_row(r, &r->grade[i], out);
  return status;
}

/* ---- any ---- */

bool mg_report_of_one(mg_report_form form) {
  return form == MG_REPORT_GRADESCOPE || form == MG_REPORT_AUTOLAB;
}

int mg_report_print(const mg_report *r, mg_report_form form, FILE *out) {
  static int (*const print[])(const mg_report *r, FILE *out) = {
      [MG_REPORT_TABLE] = print_table,
      [MG_REPORT_CSV] = print_csv,
      [MG_REPORT_JSON] = mg_report_json,
      [MG_REPORT_GRADESCOPE] = mg_report_gradescope,
      [MG_REPORT_AUTOLAB] = mg_report_autolab,
      [MG_REPORT_JUNIT] = mg_report_junit};
  if (r->grades == 0)
    return mg_fail(GSL_EINVAL, "there are no grades to report");
  if (mg_report_of_one(form) && mg_report_of_student(r, 0) < r->grades)
    return mg_fail(GSL_EINVAL, "this form is of one student: give one folder");
  const int status = print[form](r, out);
  if (status == GSL_ENOMEM)
    return mg_fail(status, "no memory for a report");
  if (status == GSL_SUCCESS && (fflush(out) != 0 || ferror(out)))
    return mg_fail(GSL_EFAILED, "the report could not be written");
  return status;
}
