/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a source: an object, errors in the student's lines, or a
 * refusal of what would read the grader's files. */
#include "config.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/compile.h"
#include "exercise/complaint.h"
#include "exercise/locate.h"
#include "exercise/source.h"
#include "folder.h"

static mg_places places;

static void enter(void) {
  char *own = realpath(".", NULL);
  const int status = mg_places_find(&places, own);
  free(own);
  if (status != GSL_SUCCESS)
    cr_skip("%s", mg_reason());
  folder_enter();
}

TestSuite(compile, .init = enter, .fini = folder_leave);

static const char head[] = "#include \"base/logmath.h\"\n"
                           "#include <math.h>\n"
                           "#include <stdlib.h>\n";

/* Compiles lines that begin with the fourth. */
static mg_compiled compile(const char *lines) {
  static mg_compiled c;
  char text[4000], here[sizeof folder + 16];
  snprintf(text, sizeof text, "%s%s", head, lines);
  cr_assert(mg_folder_make("build") == GSL_SUCCESS, "%s", mg_reason());
  snprintf(here, sizeof here, "%s/plain.so", folder);
  cr_assert(mg_compile(&places, text, strlen(text), "log-sum-exp.c", "build",
                       here, NULL, &c) == GSL_SUCCESS,
            "%s", mg_reason());
  return c;
}

static void expect_errors(const char *lines, const char *errors) {
  const mg_compiled c = compile(lines);
  cr_expect(strcmp(c.errors, errors) == 0, "\"%s\" for \"%s\"", c.errors,
            errors);
}

static int symbols(const char *lines) {
  const mg_compiled c = compile(lines);
  cr_assert(c.errors[0] == '\0', "%s", c.errors);
  return mg_compile_symbols(mg_exercise_find("log-sum-exp")->exercise,
                            "plain.so");
}

#define FUNCTION "double mg_log_sum_exp(size_t n, const double *a) "

Test(compile, object) {
  const mg_compiled c = compile(FUNCTION "{ return n > 0 ? exp(a[0]) : 0; }\n");
  cr_expect(c.errors[0] == '\0' && c.warnings[0] == '\0', "%s%s", c.errors,
            c.warnings);
  cr_expect(access("plain.so", R_OK) == 0, "there is no object");
}

Test(compile, sanitized_object_beside_it) {
  char plain[sizeof folder + 16], sanitized[sizeof folder + 16];
  const char text[] = FUNCTION "{ return n + a[0]; }\n";
  char whole[4000];
  mg_compiled c;
  if (!places.sanitizing)
    cr_skip("this build has no sanitizers");
  snprintf(whole, sizeof whole, "%s%s", head, text);
  snprintf(plain, sizeof plain, "%s/plain.so", folder);
  snprintf(sanitized, sizeof sanitized, "%s/sanitized.so", folder);
  cr_assert(mg_folder_make("build") == GSL_SUCCESS, "%s", mg_reason());
  cr_assert(mg_compile(&places, whole, strlen(whole), "log-sum-exp.c", "build",
                       plain, sanitized, &c) == GSL_SUCCESS,
            "%s", mg_reason());
  cr_expect(c.errors[0] == '\0', "%s", c.errors);
  cr_expect(access(plain, R_OK) == 0 && access(sanitized, R_OK) == 0,
            "two objects were asked for");
}

Test(compile, error_with_its_line) {
  const mg_compiled c = compile(FUNCTION "{\n"
                                         "  return lgo(n + a[0]);\n"
                                         "}\n");
  cr_expect(strncmp(c.errors, "log-sum-exp.c:5:", 16) == 0, "%s", c.errors);
  cr_expect(strstr(c.errors, "lgo"), "%s", c.errors);
  cr_expect(strstr(c.errors, "\n    return lgo(n + a[0]);\n"),
            "the line is not shown: %s", c.errors);
}

Test(compile, warnings_stand_apart) {
  const mg_compiled c = compile(FUNCTION "{\n"
                                         "  double unused;\n"
                                         "  return n + a[0];\n"
                                         "}\n");
  cr_expect(c.errors[0] == '\0', "%s", c.errors);
  cr_expect(strncmp(c.warnings, "log-sum-exp.c:5:", 16) == 0, "%s", c.warnings);
}

Test(compile, function_that_is_nowhere) {
  expect_errors("double nowhere(double);\n" FUNCTION "{\n"
                "  return nowhere(n + a[0]);\n"
                "}\n",
                "log-sum-exp.c:6: error: nowhere() is called, and is nowhere "
                "defined\n    return nowhere(n + a[0]);\n");
}

Test(compile, errors_are_few_and_plain_text) {
  char text[4000] = "", said[4000] = "", source[] = "x\033[31my\n";
  for (int i = 0; i < 20; i++)
    strcat(said, "a.c:1:1: error: no \033[1mX\n");
  cr_expect(mg_complaint_read(said, source, "a.c", true, text, sizeof text) ==
                6,
            "20 errors are told");
  cr_expect(strstr(text, "a.c:1:1: error: no ?[1mX\n    x?[31my\na.c") == text,
            "%s", text);
  cr_expect(mg_complaint_read(said, source, "a.c", true, text, 10) <= 6,
            "a text without room");
}

/* As in a frame of clang's sanitizer. */
Test(compile, line_of_an_address) {
  char report[sizeof folder + 200], object[sizeof folder + 16];
  Dl_info where;
  compile("\n" FUNCTION "{ return n + a[0]; }\n");
  snprintf(object, sizeof object, "%s/plain.so", folder);
  void *loaded = dlopen(object, RTLD_NOW | RTLD_LOCAL);
  void *function = loaded ? dlsym(loaded, "mg_log_sum_exp") : NULL;
  cr_assert(function && dladdr(function, &where), "%s", dlerror());
  snprintf(report, sizeof report,
           "    #0 0x7f (/lib/libc.so.6+0x27249)\n"
           "    #1 0x7f (%s+0x%zx) (BuildId: 1)\n",
           object, (size_t)((char *)function - (char *)where.dli_fbase));
  const size_t line = mg_locate_line(report, object, "log-sum-exp.c");
  cr_expect(line == 5, "line %zu", line);
  cr_expect(mg_locate_line("no frame", object, "log-sum-exp.c") == 0,
            "a line of nothing");
}

/* ---- files of the grader's ---- */

static void expect_refused(const char *lines, const char *word) {
  const mg_compiled c = compile(lines);
  cr_expect(strstr(c.errors, word), "\"%s\" holds no \"%s\"", c.errors, word);
  cr_expect(!strstr(c.errors, "root:"), "a file is shown: %s", c.errors);
}

Test(compile, included_files) {
  static const char words[] = "an exercise includes headers of";
  expect_refused("#include \"/etc/passwd\"\n", words);
  expect_refused("#define FILE </etc/passwd>\n#include FILE\n", words);
  expect_refused("#include <../../etc/passwd>\n", words);
  expect_refused("#include \"../secret.h\"\n", "log-sum-exp.c:4");
  cr_assert(mg_file_write("secret.h", "int key;\n", 9) == GSL_SUCCESS,
            "no secret");
  expect_refused("#include \"../secret.h\"\n", words);
  if (strcmp(places.headers, "/usr/include"))
    expect_refused("#include \"base/../base/logmath.c\"\n", "log");
}

/* Whoever cannot show a file, can have its mistakes shown. */
Test(compile, errors_in_included_files_quote_nothing) {
  static const char key[] = "#4711 is the key\n";
  cr_assert(mg_file_write("secret.h", key, sizeof key - 1) == GSL_SUCCESS,
            "no secret");
  const mg_compiled c = compile("#include \"../secret.h\"\n");
  cr_expect(strstr(c.errors, "a file that it includes"), "%s", c.errors);
  cr_expect(!strstr(c.errors, "4711") && !strstr(c.errors, "key"), "%s",
            c.errors);
}

/* As compilers may write them that do not take "x/.." out of a path. */
static void expect_rules(const char *rules, bool fine) {
  static const char folders[] = "#include \"...\" search starts here:\n"
                                "#include <...> search starts here:\n"
                                " /usr/include/./\n"
                                " /opt/gsl 2/include\n"
                                "End of search list.\n"
                                " /home\n";
  char says[400] = "";
  cr_expect(mg_source_check_included(rules, folders, "/x/src", "a.c", says,
                                     sizeof says) == fine,
            "'%s': %s", rules, says);
}

Test(compile, rules_of_included_files) {
  expect_rules("x: a.c /usr/include/math.h \\\n /x/src/base/logmath.h\n", true);
  expect_rules("x: a.c /opt/gsl\\ 2/include/gsl.h\n", true);
  expect_rules("x: a.c /usr/include/bits/../math.h\n", true);
  expect_rules("x: a.c /usr/include/../../etc/passwd\n", false);
  expect_rules("x: a.c /usr/include2/math.h\n", false);
  expect_rules("x: a.c /x/src/base/logmath.c\n", false);
  expect_rules("x: a.c /x/src/../key.h\n", false);
  expect_rules("x: a.c /home/key.h\n", false);
  expect_rules("x: a.c b.c\n", false);
  expect_rules("x: a.c ../a.c\n", false);
}

Test(compile, includes_of_the_system_and_gsl_are_fine) {
  expect_errors("#include <gsl/gsl_matrix.h>\n#include <stdio.h>\n"
                "#include <float.h>\n" FUNCTION "{ return n + a[0]; }\n",
                "");
}

Test(compile, assembler) {
  static const char words[] = "log-sum-exp.c:4: __asm__ is not for an exercise";
  expect_refused("__asm__(\".incbin \\\"/etc/passwd\\\"\");\n", words);
  expect_refused("asm(\"nop\");\n", "log-sum-exp.c:4: asm is not for");
  expect_refused("#define GLUE(a, b) a##b\nGLUE(as, m)(\"nop\");\n",
                 "log-sum-exp.c:5: asm");
  expect_refused("a\\\nsm(\"nop\");\n", "asm is not for an exercise");
  expect_refused(
      "__attribute__((section(\".x\\n.incbin \\\"y\\\"\"))) int x;\n",
      "section");
  expect_refused("#pragma GCC pch_preprocess \"/etc/passwd\"\n",
                 "log-sum-exp.c:4: pch_preprocess is not for");
  expect_errors("/* asm */ const char *asm_of = \"asm\";\n" FUNCTION
                "{ return n + a[0]; }\n",
                "");
}

/* What stands behind a line marker that nobody saw. */
static void expect_preprocessed(const char *text, bool fine) {
  char says[400] = "";
  cr_expect(mg_source_check_preprocessed(text, "a.c", says, sizeof says) ==
                fine,
            "'%s': %s", text, says);
}

Test(compile, assembler_in_headers) {
  const char marker[] = "# 33 \"/usr/include/stdio.h\" 3\n";
  char text[400];
  static const struct {
    const char *line;
    bool fine;
  } lines[] = {
      {"int f(int) __asm__ (\"\" \"__isoc99_f\") __attribute__((x));\n", true},
      {"__asm__(\".incbin x\");\n", false},
      {"__asm__ volatile (\"nop\");\n", false},
      {"__asm__ (\"f\" \" x\");\n", false},
      {"__asm__\n(\".incbin x\");\n", false},
      {"__attribute__((section(\"x,.incbin\"))) int y;\n", false},
      {"const char *a = R\"(\" )\"; int f() asm(\".x\");\n", false}};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    snprintf(text, sizeof text, "%s%s", marker, lines[i].line);
    expect_preprocessed(text, lines[i].fine);
  }
}

static void expect_source(const char *text, bool fine) {
  char says[400] = "";
  cr_expect(mg_source_check(text, strlen(text), "a.c", says, sizeof says) ==
                fine,
            "'%s': %s", text, says);
}

Test(compile, line_markers_of_its_own) {
  expect_source("int x;\n#line 1 \"/usr/include/x.h\"\n", false);
  expect_source(" # /* */ 1 \"/usr/include/x.h\" 3\n", false);
  expect_source("#\\\nline 1\n", false);
  expect_source("#\n#line 1\n", false);
  expect_source("%:line 1\n", false);
  expect_source("/* x\n*/ #line 1\n", false);
  expect_source("/*\n#line 1\n*/\n", true);
  expect_source("// \\\n#line 1\nint x;\n", true);
  expect_source("const char *s = \"\\\n#line 1\";\n", true);
  expect_source("#include <a.h>\n#define line 1\nint a = 3 % 1;\n", true);
  expect_source("#if 0\nit's\n#endif\n#line 3\n", false);
  expect_source("char *s = R\"(\" /*)\";\n#line 3\n/* */\n", false);
  expect_source("#if __has_include(</*>)\n#endif\n#line 3\n/* */\n", false);
  expect_source("int f(int R) { return R < /* 1 */ 2; }\n", true);
  cr_expect(!mg_source_check("a\0b", 3, "a.c", (char[80]){""}, 80),
            "a text with a 0 byte");
}

/* ---- too much ---- */

Test(compile, enormous_array) {
  const mg_compiled c = compile("double x[1 << 26] = {1};\n");
  cr_expect(strstr(c.errors, "more than 64 MiB"), "%s", c.errors);
}

/* ---- symbols ---- */

static void expect_symbols(const char *lines, const char *reason) {
  cr_expect(symbols(lines) == GSL_EINVAL, "let through: %s", lines);
  cr_expect(strstr(mg_reason(), reason), "%s", mg_reason());
}

Test(compile, symbols_that_compute) {
  cr_expect(symbols("#include <stdio.h>\n#include <string.h>\n"
                    "#include <gsl/gsl_vector.h>\n" FUNCTION
                    "{ double *b = malloc(n * sizeof *b); memcpy(b, a, n);\n"
                    "  printf(\"%g\\n\", fmaf(b[0], 1, 2) + lgamma(a[0]));\n"
                    "  free(b); gsl_vector *v = gsl_vector_alloc(n);\n"
                    "  return gsl_vector_max(v) + mg_log_sigmoid(a[0]); }\n") ==
                GSL_SUCCESS,
            "%s", mg_reason());
}

Test(compile, symbols_that_do_not) {
  expect_symbols(FUNCTION "{ exit((int)a[n]); }\n", "exit");
  expect_symbols("#include <unistd.h>\n" FUNCTION "{ return fork() + a[n]; }\n",
                 "fork");
  expect_symbols("#include <setjmp.h>\n" FUNCTION
                 "{ jmp_buf b; longjmp(b, (int)a[n]); }\n",
                 "longjmp");
  expect_symbols("#include \"exercise/exercise.h\"\n" FUNCTION
                 "{ return n + a[0] + mg_exercises[0].points; }\n",
                 "mg_exercises");
}

Test(compile, symbols_that_do_the_exercise) {
  expect_symbols(FUNCTION "{ return mg_log_add_exp(a[0], n); }\n",
                 "does the work of this exercise");
}

Test(compile, symbols_asked_for) {
  expect_symbols("double f(double a) { return mg_log_sum_exp(1, &a); }\n",
                 "defines no function mg_log_sum_exp");
}
