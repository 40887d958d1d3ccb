/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports are read back by what reads their form, whatever students are called
 * and a compiler says; and hidden tests stay hidden. */
#include "config.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "exercise/report.h"
#include "exercise/report_text.h"

/* Of names, and with a full stop before them, of sentences. */
static const char *const hostile[] = {"plain",
                                      "with blank",
                                      "comma, and \"quotes\"",
                                      "line\nend",
                                      "=1+1",
                                      "+1",
                                      "-1",
                                      "@SUM(A1)",
                                      "\t=1",
                                      "<&>]]>'",
                                      "a\xff\xfe z",
                                      "\x1b[2J",
                                      "\xc3\xa9",
                                      "\xc0\xaf",
                                      "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80",
                                      "cut \xe2\x82",
                                      "\xef\xbf\xbf",
                                      "cr\rlf\r\n",
                                      "\x7f",
                                      "\xe2\x80\xae"
                                      "abc"};
enum { HOSTILE = sizeof hostile / sizeof *hostile };

/* A grade for each; of log-sum-exp, whose fourth test is hidden. */
static mg_grade grades[HOSTILE];
static mg_report report = {.course = "course & co",
                           .term = "\"now\"",
                           .grade = grades,
                           .grades = HOSTILE};

static mg_grade tested(const char *student, const char *says) {
  mg_grade g = {.student = student,
                .entry = &mg_exercises[0],
                .seed = 0x00123e45,
                .state = MG_GRADE_TESTED,
                .points = 3};
  g.tests = mg_exercise_tests(g.entry->exercise);
  g.test[0].passed = true;
  for (size_t i = 1; i < g.tests; i++)
    g.test[i].says = strdup(says);
  return g;
}

/* All kinds in turn. */
static void fill(void) {
  for (size_t i = 0; i < HOSTILE; i++) {
    char text[100];
    snprintf(text, sizeof text, "secret%s", hostile[i]);
    if (i % 3 == 0)
      grades[i] = tested(hostile[i], text);
    else
      grades[i] =
          (mg_grade){.student = hostile[i],
                     .entry = &mg_exercises[0],
                     .state = i % 3 == 1 ? MG_GRADE_ERRORS : MG_GRADE_CANNOT,
                     .says = strdup(hostile[i])};
  }
}

static char *printed(mg_report_form form, const mg_report *r) {
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  cr_assert_eq(mg_report_print(r, form, out), GSL_SUCCESS, "%s", mg_reason());
  fclose(out);
  cr_assert_eq(strlen(text), size, "a 0 in a report");
  return text;
}

TestSuite(report, .init = fill);

/* ---- text ---- */

Test(report, text_is_utf_8_without_controls) {
  static const struct {
    const char *from, *to, *line;
  } t[] = {{"a\tb\nc", "a\tb\nc", "a b c"},
           {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
            "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
            "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
           {"\xff"
            "a",
            "\xef\xbf\xbd"
            "a",
            "\xef\xbf\xbd"
            "a"},
           {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"},
           {"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd"},
           {"\x1b[1m", "\xef\xbf\xbd[1m", "\xef\xbf\xbd[1m"},
           {"\xc2\x9b", "\xef\xbf\xbd", "\xef\xbf\xbd"},
           {"\xef\xbf\xbe", "\xef\xbf\xbd", "\xef\xbf\xbd"},
           {"a\r\n", "a \n", "a  "}};
  for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
    char *text = mg_report_text(t[i].from, false);
    char *line = mg_report_text(t[i].from, true);
    cr_expect_str_eq(text, t[i].to, "text %zu", i);
    cr_expect_str_eq(line, t[i].line, "line %zu", i);
    free(text);
    free(line);
  }
}

/* ---- csv ---- */

/* Reads a field as RFC 4180 has it, into field; what ends it is passed. */
static const char *read_field(const char *at, char *field, char *end) {
  const bool quoted = *at == '"';
  at += quoted;
  while (*at && (quoted || !strchr(",\n", *at))) {
    if (quoted && *at == '"' && *++at != '"')
      break;
    *field++ = *at++;
  }
  *field = '\0';
  *end = *at;
  return at + 1;
}

Test(report, csv_reads_back_and_computes_nothing) {
  char *text = printed(MG_REPORT_CSV, &report), field[1000], end;
  const char *at = strchr(text, '\n') + 1;
  cr_expect_eq(strncmp(text, "student,exercise,points,of,", 27), 0, "%s", text);
  for (size_t i = 0; i < HOSTILE; i++) {
    char *name = mg_report_text(hostile[i], false);
    const bool formula = strchr("=+-@\t", name[0]) != NULL;
    for (size_t k = 0; k < 9; k++) {
      at = read_field(at, field, &end);
      cr_expect_eq(end, k < 8 ? ',' : '\n', "row %zu, field %zu", i, k);
      cr_expect(!strchr("=+-@", field[0]) || !field[0], "a formula: %s", field);
      if (k == 0)
        cr_expect_str_eq(field + formula, name, "row %zu", i);
      if (k == 0 && formula)
        cr_expect_eq(field[0], '\'', "row %zu", i);
      if (k == 2)
        cr_expect_str_eq(field,
                         i % 3 == 0   ? "3"
                         : i % 3 == 1 ? "0"
                                      : "",
                         "points of row %zu", i);
    }
    free(name);
  }
  cr_expect_eq(*at, '\0', "no more rows");
  free(text);
}

/* ---- json ---- */

static const char *member(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

Test(report, json_reads_back) {
  char *text = printed(MG_REPORT_JSON, &report);
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  const json_t *all = json_object_get(json, "grades");
  cr_assert(json, "it is JSON");
  cr_expect_str_eq(member(json, "course"), "course & co", "course");
  cr_assert_eq(json_array_size(all), HOSTILE, "a grade each");
  for (size_t i = 0; i < HOSTILE; i++) {
    const json_t *g = json_array_get(all, i);
    char *name = mg_report_text(hostile[i], false);
    cr_expect_str_eq(member(g, "student"), name, "grade %zu", i);
    cr_expect_str_eq(member(g, "says"), i % 3 ? name : "", "grade %zu", i);
    cr_expect_eq(json_array_size(json_object_get(g, "tests")), i % 3 ? 0 : 4,
                 "tests of %zu", i);
    cr_expect_eq(json_is_null(json_object_get(g, "points")), i % 3 == 2,
                 "points of %zu", i);
    free(name);
  }
  json_decref(json);
  free(text);
}

Test(report, gradescope_is_what_it_reads) {
  mg_report one = {"c", "t", grades, 1, false};
  char *text = printed(MG_REPORT_GRADESCOPE, &one);
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  const json_t *tests = json_object_get(json, "tests");
  cr_assert_eq(json_array_size(tests), 4, "%s", text);
  json_int_t score = 0, most = 0;
  for (size_t i = 0; i < 4; i++) {
    const json_t *test = json_array_get(tests, i);
    score += json_integer_value(json_object_get(test, "score"));
    most += json_integer_value(json_object_get(test, "max_score"));
    cr_expect_str_eq(member(test, "visibility"), "visible", "test %zu", i);
    cr_expect_str_eq(member(test, "status"), i ? "failed" : "passed", "%zu", i);
    cr_expect_str_eq(member(test, "output"),
                     i == 1 || i == 2 ? "secretplain" : "", "test %zu", i);
  }
  cr_expect_eq(score, 3, "points of the tests");
  cr_expect_eq(json_integer_value(json_object_get(json, "score")), 3, "score");
  cr_expect_eq(most, 10, "points that could be had");
  cr_expect_str_eq(member(json, "stdout_visibility"), "hidden", "stdout");
  cr_expect_str_eq(member(json_array_get(tests, 3), "name"),
                   "log-sum-exp: hidden test 4", "its name");
  json_decref(json);
  free(text);
}

Test(report, autolab_ends_in_its_scores) {
  mg_report one = {"c", "t", grades, 1, false};
  char *text = printed(MG_REPORT_AUTOLAB, &one);
  text[strlen(text) - 1] = '\0';
  cr_expect_str_eq(strrchr(text, '\n') + 1,
                   "{\"scores\": {\"log-sum-exp\": 3}}", "%s", text);
  free(text);
}

Test(report, autolab_has_no_score_of_what_could_not_be_graded) {
  mg_report one = {"c", "t", &grades[2], 1, false};
  char *text = printed(MG_REPORT_AUTOLAB, &one);
  cr_expect(strstr(text, "\n{\"scores\": {}}\n"), "%s", text);
  free(text);
}

Test(report, forms_of_one_student_refuse_several) {
  cr_expect_eq(mg_report_print(&report, MG_REPORT_GRADESCOPE, stderr),
               GSL_EINVAL, "Gradescope");
  cr_expect_eq(mg_report_print(&report, MG_REPORT_AUTOLAB, stderr), GSL_EINVAL,
               "Autolab");
  cr_expect(strstr(mg_reason(), "one folder"), "%s", mg_reason());
}

/* ---- xml ---- */

/* Is it a character of XML, or a reference to one? */
static bool is_content(const char *at) {
  static const char *const names[] = {"&amp;",  "&lt;",  "&gt;",
                                      "&quot;", "&#10;", "&#9;"};
  bool found = *at != '&';
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    found = found || strncmp(at, names[i], strlen(names[i])) == 0;
  return found && ((unsigned char)*at >= 32 || *at == '\n') && *at != '<';
}

/* One tag, at its '<'; depth and name of each open one are kept.  Returns what
 * is behind it; NULL when something is wrong. */
static const char *read_tag(const char *at, char open[][32], size_t *depth) {
  const bool closes = at[1] == '/';
  at += 1 + closes;
  const size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz");
  if (n == 0 || n > 31 || *depth > 8)
    return NULL;
  if (closes)
    return *depth > 0 && strncmp(open[--*depth], at, n) == 0 &&
                   !open[*depth][n] && at[n] == '>'
               ? at + n + 1
               : NULL;
  snprintf(open[*depth], 32, "%.*s", (int)n, at);
  at += n;
  while (*at == ' ') {
    at += 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyz");
    if (strncmp(at, "=\"", 2) != 0)
      return NULL;
    for (at += 2; *at != '"'; at++)
      if (!is_content(at) || *at == '\n')
        return NULL;
    at++;
  }
  *depth += *at == '>';
  return strncmp(at, "/>", 2) == 0 ? at + 2 : *at == '>' ? at + 1 : NULL;
}

static size_t count(const char *text, const char *word) {
  size_t n = 0;
  for (; (text = strstr(text, word)); text++)
    n++;
  return n;
}

Test(report, junit_is_well_formed) {
  char *text = printed(MG_REPORT_JUNIT, &report), open[10][32];
  size_t depth = 0;
  const char *at = strchr(text, '\n') + 1;
  cr_expect_eq(strncmp(text, "<?xml ", 6), 0, "%s", text);
  while (at && *at) {
    const char *from = at;
    at = *at == '<'       ? read_tag(at, open, &depth)
         : is_content(at) ? at + 1
                          : NULL;
    cr_assert(at, "not XML: %.60s", from);
  }
  cr_expect_eq(depth, 0, "%zu tags are open", depth);
  cr_expect_eq(count(text, "<testsuite "), HOSTILE, "a suite each");
  cr_expect_eq(count(text, "<testcase"), 4 * 7 + 14, "testcases");
  cr_expect_eq(count(text, "<failure"), 3 * 7 + 7, "failures");
  cr_expect_eq(count(text, "<error"), 7, "errors");
  cr_expect(strstr(text, "<testsuites tests=\"42\" failures=\"28\" "
                         "errors=\"7\">"),
            "%.200s", text);
  free(text);
}

/* ---- what is hidden ---- */

Test(report, hidden_tests_are_told_by_number_alone) {
  static mg_grade g;
  g = tested("ada", "visible");
  free(g.test[3].says);
  g.test[3].says = strdup("TREASURE");
  mg_report r = {"c", "t", &g, 1, false};
  const char *expects = g.entry->exercise->tests[3].expects;
  cr_assert(g.entry->exercise->tests[3].hidden, "the fourth is hidden");
  for (int form = MG_REPORT_TABLE; form <= MG_REPORT_JUNIT; form++) {
    r.reveal = false;
    char *text = printed((mg_report_form)form, &r);
    cr_expect(!strstr(text, "TREASURE"), "form %d: %s", form, text);
    cr_expect(!strstr(text, expects), "form %d: %s", form, text);
    free(text);
    r.reveal = true;
    text = printed((mg_report_form)form, &r);
    const bool all = form > MG_REPORT_CSV; /* those tell of every test */
    cr_expect(!all || strstr(text, "TREASURE"), "form %d: %s", form, text);
    cr_expect(!all || strstr(text, expects), "form %d: %s", form, text);
    free(text);
  }
  mg_grade_clear(&g);
}

Test(report, the_first_failure_is_one_that_may_be_shown) {
  mg_grade g = tested("ada", "why");
  mg_report r = {"c", "t", &g, 1, false};
  char *first = mg_report_first(&r, &g, true);
  cr_expect(strstr(first, "is 0 or infinite") && strstr(first, "; why"), "%s",
            first);
  free(first);
  g.test[1].passed = g.test[2].passed = true;
  first = mg_report_first(&r, &g, true);
  cr_expect_str_eq(first, "fails: hidden test 4", "%s", first);
  free(first);
  g.test[3].passed = true;
  first = mg_report_first(&r, &g, true);
  cr_expect_str_eq(first, "", "%s", first);
  free(first);
  mg_grade_clear(&g);
}

Test(report, the_table_keeps_a_line_a_grade) {
  char *text = printed(MG_REPORT_TABLE, &report);
  cr_expect_eq(count(text, "\n"), 1 + HOSTILE + 2, "%s", text);
  cr_expect(strstr(text, "log-sum-exp: 14 of 21 graded, 0 with all points, "
                         "mean 1.5 of 10"),
            "%s", text);
  cr_expect(!strchr(text, 27), "an escape");
  free(text);
}
