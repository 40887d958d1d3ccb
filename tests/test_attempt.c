/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Submissions of the first exercise, from the file to the points. */
#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/attempt.h"
#include "exercise/confine.h"
#include "exercise/lint.h"
#include "folder.h"

static mg_places places;
static mg_attempt attempt;

/* The folders of attempts are then in the test's own. */
static void enter(void) {
  char *own = realpath(".", NULL);
  const int status = mg_places_find(&places, own);
  free(own);
  if (status != GSL_SUCCESS)
    cr_skip("%s", mg_reason());
  if (mg_confine_check() != GSL_SUCCESS)
    cr_skip("%s", mg_reason());
  folder_enter();
  cr_assert(chmod(".", 0755) == 0 && mkdir("tmp", 0755) == 0, "a folder");
  cr_assert(setenv("TMPDIR", "tmp", 1) == 0, "TMPDIR");
}

TestSuite(attempt, .init = enter, .fini = folder_leave);

static void put(const char *body) {
  char text[4000];
  snprintf(text, sizeof text,
           "#include \"base/logmath.h\"\n"
           "#include <math.h>\n"
           "#include <stdio.h>\n"
           "#include <stdlib.h>\n"
           "double mg_log_sum_exp(size_t n, const double *a) {\n%s}\n",
           body);
  cr_assert(mg_file_write("handed-in.c", text, strlen(text)) == GSL_SUCCESS,
            "%s", mg_reason());
}

static void run_with(const mg_attempt_options *options) {
  cr_assert(mg_attempt_run(&places, mg_exercise_find("log-sum-exp"),
                           "handed-in.c", options, &attempt) == GSL_SUCCESS,
            "%s", mg_reason());
}

static void run(const char *body) {
  const mg_attempt_options options = {.seed = 1};
  put(body);
  run_with(&options);
}

/* Of the test that fails first, why. */
static const char *says(void) {
  for (size_t t = 0; t < attempt.trial.tests; t++)
    if (!attempt.trial.result[t].passed)
      return attempt.trial.result[t].says;
  return attempt.says;
}

static void expect_stage(mg_attempt_stage stage, const char *word) {
  cr_expect(attempt.stage == stage, "stage %d: %s", (int)attempt.stage, says());
  cr_expect(attempt.points == 0, "%u points", attempt.points);
  cr_expect(!mg_attempt_passed(&attempt), "it passes");
  cr_expect(strstr(says(), word), "\"%s\" holds no \"%s\"", says(), word);
}

static size_t files_in(const char *path) {
  size_t n = 0;
  DIR *d = opendir(path);
  cr_assert(d != NULL, "no folder %s", path);
  for (struct dirent *e; (e = readdir(d));)
    n += e->d_name[0] != '.';
  closedir(d);
  return n;
}

static const char right[] = "  double m = -INFINITY, sum = 0;\n"
                            "  for (size_t i = 0; i < n; i++) {\n"
                            "    if (isnan(a[i])) return NAN;\n"
                            "    m = fmax(m, a[i]);\n"
                            "  }\n"
                            "  if (isinf(m)) return m;\n"
                            "  for (size_t i = 0; i < n; i++)\n"
                            "    sum += exp(a[i] - m);\n"
                            "  return m + log(sum);\n";

Test(attempt, right_solution_is_kept) {
  const mg_attempt_options options = {.seed = 3, .keep = "kept.so"};
  put(right);
  run_with(&options);
  cr_expect(mg_attempt_passed(&attempt), "%s", says());
  cr_expect(attempt.points == attempt.most && attempt.most == 10,
            "%u of %u points", attempt.points, attempt.most);
  cr_expect(attempt.seconds > 0, "%g s", attempt.seconds);
  cr_expect(access("kept.so", R_OK) == 0, "no object is kept");
  cr_expect(files_in("tmp") == 0, "its folder is left");
}

Test(attempt, wrong_solution_has_some_points_and_is_not_kept) {
  const mg_attempt_options options = {.seed = 3, .keep = "kept.so"};
  put("  double sum = 0;\n"
      "  for (size_t i = 0; i < n; i++)\n"
      "    sum += exp(a[i]);\n"
      "  return log(sum);\n");
  run_with(&options);
  cr_expect(attempt.points > 0 && attempt.points < attempt.most,
            "%u of %u points", attempt.points, attempt.most);
  cr_expect(!mg_attempt_passed(&attempt), "it passes");
  cr_expect(strstr(says(), "expected -"), "no numbers: %s", says());
  cr_expect(access("kept.so", R_OK) != 0, "an object is kept");
}

Test(attempt, no_file) {
  const mg_attempt_options options = {.seed = 1};
  run_with(&options);
  expect_stage(MG_ATTEMPT_MISSING, "handed-in.c");
  cr_assert(symlink("/etc/passwd", "handed-in.c") == 0, "no link");
  run_with(&options);
  expect_stage(MG_ATTEMPT_MISSING, "is a link");
}

Test(attempt, error_of_the_compiler) {
  run("  return lgo(a[0]);\n");
  expect_stage(MG_ATTEMPT_ERRORS, "log-sum-exp.c:6:");
  cr_expect(files_in("tmp") == 0, "its folder is left");
}

Test(attempt, what_is_not_for_an_exercise) {
  run("  exit(n > 0 && a[0] > 0);\n");
  expect_stage(MG_ATTEMPT_SYMBOLS, "exit");
}

Test(attempt, unchecked_symbols_meet_the_second_wall) {
  const mg_attempt_options options = {.seed = 1, .unchecked_symbols = true};
  put("  exit(n > 0 && a[0] > 0);\n");
  run_with(&options);
  expect_stage(MG_ATTEMPT_TESTED, "exit");
}

Test(attempt, crash) {
  run("  double *p = NULL;\n  return n > 0 ? p[n] + a[0] : -INFINITY;\n");
  expect_stage(MG_ATTEMPT_TESTED, places.sanitizing ? "line 7" : "");
}

/* The answers are right; the reads are not. */
Test(attempt, finding_fails_right_answers) {
  char body[1000] = "  volatile double next = a[n];\n  (void)next;\n";
  if (!places.sanitizing)
    cr_skip("this build has no sanitizers");
  strcat(body, right);
  run(body);
  expect_stage(MG_ATTEMPT_TESTED, "line 6 of log-sum-exp.c: reads 8 bytes");
  const mg_attempt_options options = {.seed = 1, .unsanitized = true};
  run_with(&options);
  cr_expect(mg_attempt_passed(&attempt), "%s", says());
}

Test(attempt, memory_that_is_not_freed) {
  char body[1000] = "  volatile double *kept = malloc(8 * (n + 1));\n"
                    "  kept[n] = 0;\n";
  if (!places.sanitizing)
    cr_skip("this build has no sanitizers");
  strcat(body, right);
  run(body);
  cr_expect(strstr(says(), "bytes that a call allocates are never freed"),
            "\"%s\"", says());
  const unsigned price = attempt.trial.result[0].test->points;
  cr_expect_eq(attempt.points, attempt.most - price, "%u of %u points",
               attempt.points, attempt.most);
  cr_expect_eq(attempt.trial.passed, attempt.trial.tests - 1, "one test");
}

Test(attempt, memory_that_is_not_freed_hides_no_wrong_number) {
  if (!places.sanitizing)
    cr_skip("this build has no sanitizers");
  run("  volatile double *kept = malloc(8 * (n + 1));\n"
      "  kept[n] = 0;\n"
      "  return a ? 1 : 0;\n");
  expect_stage(MG_ATTEMPT_TESTED, "result is 1, expected");
}

Test(attempt, memory_that_is_made_once) {
  char body[1000] = "  static double *kept;\n"
                    "  if (!kept) kept = calloc(100, sizeof *kept);\n"
                    "  if (!kept || kept[n % 100] > 0) return NAN;\n";
  strcat(body, right);
  run(body);
  cr_expect(mg_attempt_passed(&attempt), "%s", says());
}

Test(attempt, endless_loop) {
  run("  for (volatile size_t i = n; a; i++) {\n  }\n  return 0;\n");
  expect_stage(MG_ATTEMPT_TESTED, "loop");
  cr_expect(attempt.seconds < 20, "it took %g s", attempt.seconds);
}

Test(attempt, what_it_prints_is_kept) {
  char body[1000] = "  printf(\"n is %zu\\n\", n);\n";
  strcat(body, right);
  run(body);
  cr_expect(mg_attempt_passed(&attempt), "%s", says());
  cr_expect(strncmp(attempt.printed, "n is ", 5) == 0, "\"%s\"",
            attempt.printed);
}

/* Three visible tests, each over at its first wrong answer. */
Test(attempt, what_it_prints_of_hidden_tests_is_not) {
  run("  static int calls;\n"
      "  if (++calls > 3) printf(\"asked for %g\\n\", n ? a[0] : 0);\n"
      "  return 47;\n");
  cr_expect(attempt.trial.tests == 4 && attempt.points == 0, "%s", says());
  cr_expect_str_eq(attempt.printed, "", "\"%s\"", attempt.printed);
}

/* The library has functions of these names, too. */
Test(attempt, calls_stay_in_the_object) {
  static const char text[] = "#include \"base/logmath.h\"\n"
                             "double mg_log1p_exp(double a) { return a * 0; }\n"
                             "double mg_log_sum_exp(size_t n, const double *a) "
                             "{\n"
                             "  if (n == 0) return mg_log1p_exp(0);\n"
                             "  if (n == 1) return mg_log1p_exp(a[0]);\n"
                             "  return mg_log_sum_exp(1, a);\n"
                             "}\n";
  const mg_attempt_options options = {.seed = 1};
  cr_assert(mg_file_write("handed-in.c", text, sizeof text - 1) == GSL_SUCCESS,
            "%s", mg_reason());
  run_with(&options);
  expect_stage(MG_ATTEMPT_TESTED, "result is -0, expected");
}

Test(attempt, seeds_give_other_inputs) {
  mg_attempt_options options = {.seed = 1};
  char first[MG_TRIAL_SAYS];
  put("  return n + a[0] + 1e6;\n");
  run_with(&options);
  snprintf(first, sizeof first, "%.1000s", says());
  run_with(&options);
  cr_expect(strcmp(first, says()) == 0, "one seed, two inputs");
  options.seed = 2;
  run_with(&options);
  cr_expect(strcmp(first, says()) != 0, "two seeds, one input: %s", first);
}

/* A broken exercise is told: its skeleton is a solution, and the other way. */
Test(attempt, lint) {
  const mg_exercise_entry *entry = mg_exercise_find("log-sum-exp");
  mg_lint_report report;
  cr_assert(mg_folder_make("turned/log-sum-exp") == GSL_SUCCESS, "no folder");
  put(right);
  cr_assert(rename("handed-in.c", "turned/log-sum-exp/log-sum-exp.c") == 0,
            "no skeleton");
  put("  return n + a[0];\n");
  cr_assert(rename("handed-in.c", "turned/log-sum-exp/solution.c") == 0,
            "no solution");
  char *skeletons = places.skeletons, *exercises = places.exercises;
  places.skeletons = places.exercises = (char[]){"turned"};
  cr_assert(mg_lint_exercise(&places, entry, 1, &report) == GSL_SUCCESS, "%s",
            mg_reason());
  cr_expect(strstr(report.says, "the skeleton passes"), "%s", report.says);
  cr_expect(strstr(report.says, "the solution does not pass"), "%s",
            report.says);
  cr_expect(strstr(report.says, "hints.md"), "%s", report.says);
  places.skeletons = skeletons;
  places.exercises = exercises;
}
