/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grades as JUnit's XML, which continuous integration shows; see report.h.
 *
 * No document fixes that form; this is the part that Ant's and Jenkins's
 * schemes share: testsuites, in it a testsuite for each grade with the counts
 * of its tests, in it properties and a testcase for each test, with failure or
 * error in it.  A grade without tests is one testcase, named for the exercise.
 * What could not be graded is an error, all else that failed a failure. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "exercise/report_form.h"
#include "exercise/report_text.h"

enum { TEXT_SIZE = 512 };

/* Text within an element or a quoted attribute; there line ends and tabs, too,
 * are written as numbers, or the reader makes blanks of them. */
static int put(FILE *out, const char *text) {
  char *clean = mg_report_text(text, false);
  if (!clean)
    return GSL_ENOMEM;
  for (const char *c = clean; *c; c++)
    switch (*c) {
    case '&':
      fputs("&amp;", out);
      break;
    case '<':
      fputs("&lt;", out);
      break;
    case '>':
      fputs("&gt;", out);
      break;
    case '"':
      fputs("&quot;", out);
      break;
    case '\n':
    case '\t':
      fprintf(out, "&#%d;", *c);
      break;
    default:
      fputc(*c, out);
    }
  free(clean);
  return GSL_SUCCESS;
}

/* name="value", behind a blank. */
static int put_attribute(FILE *out, const char *name, const char *value) {
  fprintf(out, " %s=\"", name);
  const int status = put(out, value);
  fputc('"', out);
  return status;
}

/* A testcase; with a reason, it failed, or (error) could not be run. */
static int put_case(FILE *out, const char *exercise, const char *name,
                    const char *why, bool error) {
  const char *element = error ? "error" : "failure";
  fputs("    <testcase", out);
  int status = put_attribute(out, "classname", exercise);
  if (status == GSL_SUCCESS)
    status = put_attribute(out, "name", name);
  if (!why || status != GSL_SUCCESS) {
    fputs("/>\n", out);
    return status;
  }
  fprintf(out, ">\n      <%s", element);
  status = put_attribute(out, "message", why);
  fputs("/>\n    </testcase>\n", out);
  return status;
}

static int put_tests(const mg_report *r, const mg_grade *g, FILE *out) {
  int status = GSL_SUCCESS;
  for (size_t i = 0; status == GSL_SUCCESS && i < g->tests; i++) {
    char name[TEXT_SIZE];
    status =
        put_case(out, g->entry->name,
                 mg_grade_test_name(g, i, r->reveal, name, sizeof name),
                 g->test[i].passed ? NULL : mg_report_says(r, g, i), false);
  }
  return status;
}

/* Of a grade that has no tests. */
static int put_reason(const mg_report *r, const mg_grade *g, FILE *out) {
  char *why = mg_report_first(r, g, true);
  const int status = why ? put_case(out, g->entry->name, g->entry->name, why,
                                    !mg_grade_known(g))
                         : GSL_ENOMEM;
  free(why);
  return status;
}

/* Tests, failures and errors. */
static void count(const mg_grade *g, size_t *n) {
  const bool tested = g->state == MG_GRADE_TESTED;
  n[0] += tested ? g->tests : 1;
  n[1] += !tested && mg_grade_known(g);
  n[2] += !mg_grade_known(g);
  for (size_t i = 0; i < g->tests; i++)
    n[1] += !g->test[i].passed;
}

static void put_counts(FILE *out, const size_t *n) {
  fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", n[0], n[1],
          n[2]);
}

static int put_suite(const mg_report *r, const mg_grade *g, FILE *out) {
  size_t n[3] = {0};
  char *name;
  if (asprintf(&name, "%s/%s", g->student, g->entry->name) < 0)
    return GSL_ENOMEM;
  count(g, n);
  fputs("  <testsuite", out);
  int status = put_attribute(out, "name", name);
  free(name);
  put_counts(out, n);
  fprintf(out,
          "    <properties>\n"
          "      <property name=\"seed\" value=\"%016lx\"/>\n"
          "      <property name=\"points\" value=\"%u\"/>\n"
          "      <property name=\"of\" value=\"%u\"/>\n"
          "    </properties>\n",
          g->seed, g->points, g->entry->points);
  if (status == GSL_SUCCESS)
    status = g->state == MG_GRADE_TESTED ? put_tests(r, g, out)
                                         : put_reason(r, g, out);
  fputs("  </testsuite>\n", out);
  return status;
}

int mg_report_junit(const mg_report *r, FILE *out) {
  size_t n[3] = {0};
  for (size_t i = 0; i < r->grades; i++)
    count(&r->grade[i], n);
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
  put_counts(out, n);
  int status = GSL_SUCCESS;
  for (size_t i = 0; status == GSL_SUCCESS && i < r->grades; i++)
    status = put_suite(r, &r->grade[i], out);
  fputs("</testsuites>\n", out);
  return status;
}
