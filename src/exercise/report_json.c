/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grades as JSON: our own form, Gradescope's and Autolab's; see report.h.
 *
 * Gradescope (gradescope-autograders.readthedocs.io, "Autograder
 * Specifications") reads one object for one submission: score, tests with
 * name, score, max_score, status, output and visibility.  When a test is marked
 * hidden, it shows its student no total; so hidden tests are sent as visible
 * ones of which nothing is told but a number and the points.  Only a report
 * that reveals marks them hidden.  The seeds go into extra_data, which students
 * do not see.
 *
 * Autolab (docs.autolabproject.com, "Guide for Lab Authors") takes the last
 * line of what an autograder printed as {"scores": {problem: points}}, and
 * shows what stands before it to the student.  A problem that could not be
 * graded has no score there: 0 would be one. */
#include "config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "exercise/report_form.h"
#include "exercise/report_text.h"

enum { TEXT_SIZE = 512, SEED_SIZE = 20 };

/* ---- pieces ---- */

static json_t *text_of(const char *text) {
  char *clean = mg_report_text(text, false);
  json_t *json = clean ? json_string(clean) : NULL;
  free(clean);
  return json;
}

static json_t *seed_of(const mg_grade *g) {
  char text[SEED_SIZE];
  snprintf(text, sizeof text, "%016lx", g->seed);
  return json_string(text);
}

static json_t *points_of(const mg_grade *g) {
  return mg_grade_known(g) ? json_integer(g->points) : json_null();
}

/* Prints it and frees it; NULL is what memory was short for. */
static int put_json(json_t *json, FILE *out, size_t flags) {
  const int status =
      json && json_dumpf(json, out, flags) == 0 ? GSL_SUCCESS : GSL_ENOMEM;
  json_decref(json);
  fputc('\n', out);
  return ferror(out) ? GSL_SUCCESS : status; /* of that, the caller tells */
}

/* ---- our own ---- */

static json_t *test_of(const mg_report *r, const mg_grade *g, size_t i) {
  const mg_exercise_test *test = &g->entry->exercise->tests[i];
  char name[TEXT_SIZE];
  mg_grade_test_name(g, i, r->reveal, name, sizeof name);
  return json_pack("{s:o, s:b, s:b, s:i, s:i, s:o}", "expects", text_of(name),
                   "hidden", test->hidden, "passed", g->test[i].passed,
                   "points", g->test[i].passed ? (int)test->points : 0, "of",
                   (int)test->points, "says", text_of(mg_report_says(r, g, i)));
}

static json_t *grade_of(const mg_report *r, const mg_grade *g) {
  json_t *tests = json_array();
  for (size_t i = 0; i < g->tests; i++)
    json_array_append_new(tests, test_of(r, g, i));
  if (tests && json_array_size(tests) != g->tests) {
    json_decref(tests);
    tests = NULL;
  }
  return json_pack("{s:o, s:s, s:s, s:o, s:i, s:o, s:o, s:o}", "student",
                   text_of(g->student), "exercise", g->entry->name, "state",
                   mg_grade_state_name(g->state), "points", points_of(g), "of",
                   (int)g->entry->points, "seed", seed_of(g), "says",
                   text_of(g->says ? g->says : ""), "tests", tests);
}

int mg_report_json(const mg_report *r, FILE *out) {
  json_t *grades = json_array();
  bool all = grades != NULL;
  for (size_t i = 0; all && i < r->grades; i++)
    all = json_array_append_new(grades, grade_of(r, &r->grade[i])) == 0;
  json_t *json =
      json_pack("{s:s, s:o, s:o, s:o}", "marginalia", PACKAGE_VERSION, "course",
                text_of(r->course), "term", text_of(r->term), "grades", grades);
  if (!all) {
    json_decref(json);
    return GSL_ENOMEM;
  }
  return put_json(json, out, JSON_INDENT(1));
}

/* ---- Gradescope ---- */

static json_t *line_of(const char *name, unsigned points, unsigned most,
                       bool hidden, const char *output) {
  return json_pack("{s:o, s:i, s:i, s:s, s:o, s:s}", "name", text_of(name),
                   "score", (int)points, "max_score", (int)most, "status",
                   points == most ? "passed" : "failed", "output",
                   text_of(output), "visibility",
                   hidden ? "hidden" : "visible");
}

static bool add_tests(const mg_report *r, const mg_grade *g, json_t *tests) {
  for (size_t i = 0; i < g->tests; i++) {
    const mg_exercise_test *test = &g->entry->exercise->tests[i];
    char sentence[TEXT_SIZE], name[2 * TEXT_SIZE];
    mg_grade_test_name(g, i, r->reveal, sentence, sizeof sentence);
    snprintf(name, sizeof name, "%s: %s", g->entry->name, sentence);
    if (json_array_append_new(
            tests,
            line_of(name, g->test[i].passed ? test->points : 0, test->points,
                    r->reveal && test->hidden, mg_report_says(r, g, i))) != 0)
      return false;
  }
  return true;
}

static bool add_grade(const mg_report *r, const mg_grade *g, json_t *tests) {
  if (g->state == MG_GRADE_TESTED)
    return add_tests(r, g, tests);
  char *why = mg_report_first(r, g, true);
  json_t *line =
      why ? line_of(g->entry->name, 0, g->entry->points, false, why) : NULL;
  free(why);
  return json_array_append_new(tests, line) == 0;
}

int mg_report_gradescope(const mg_report *r, FILE *out) {
  json_t *tests = json_array(), *seeds = json_object();
  bool all = tests && seeds;
  unsigned points = 0;
  for (size_t i = 0; all && i < r->grades; i++) {
    const mg_grade *g = &r->grade[i];
    points += g->points;
    all = add_grade(r, g, tests) &&
          json_object_set_new(seeds, g->entry->name, seed_of(g)) == 0;
  }
  json_t *json = json_pack(
      "{s:i, s:s, s:s, s:s, s:s, s:{s:s, s:o}, s:o}", "score", (int)points,
      "output_format", "text", "test_output_format", "text", "visibility",
      "visible", "stdout_visibility", "hidden", "extra_data", "marginalia",
      PACKAGE_VERSION, "seeds", seeds, "tests", tests);
  if (!all) {
    json_decref(json);
    return GSL_ENOMEM;
  }
  return put_json(json, out, JSON_INDENT(1));
}

/* ---- Autolab ---- */

/* What the student reads of an exercise. */
static int put_feedback(const mg_report *r, const mg_grade *g, FILE *out) {
  if (mg_grade_known(g))
    fprintf(out, "%s: %u of %u\n", g->entry->name, g->points, g->entry->points);
  else
    fprintf(out, "%s: no points are known\n", g->entry->name);
  char *why = g->tests ? strdup("") : mg_report_first(r, g, true);
  for (size_t i = 0; why && i < g->tests; i++) {
    char name[TEXT_SIZE];
    char *says = mg_report_text(mg_report_says(r, g, i), false);
    fprintf(out, "  %s  %s\n", g->test[i].passed ? "passes" : "fails ",
            mg_grade_test_name(g, i, r->reveal, name, sizeof name));
    if (says && *says)
      fprintf(out, "          %s\n", says);
    free(says);
  }
  char *clean = why ? mg_report_text(why, false) : NULL;
  if (clean && *clean)
    fprintf(out, "  %s\n", clean);
  free(why);
  free(clean);
  return clean ? GSL_SUCCESS : GSL_ENOMEM;
}

int mg_report_autolab(const mg_report *r, FILE *out) {
  json_t *scores = json_object();
  int status = scores ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t i = 0; status == GSL_SUCCESS && i < r->grades; i++) {
    const mg_grade *g = &r->grade[i];
    status = put_feedback(r, g, out);
    if (status == GSL_SUCCESS && mg_grade_known(g) &&
        json_object_set_new(scores, g->entry->name, json_integer(g->points)) !=
            0)
      status = GSL_ENOMEM;
  }
  json_t *json = json_pack("{s:o}", "scores", scores);
  if (status == GSL_SUCCESS)
    return put_json(json, out, 0);
  json_decref(json);
  return status;
}
