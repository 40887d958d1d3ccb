/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia doctor: what this installation runs on, and what is amiss.
 *
 * Each check is a function that fills one line; a line that warns ends with
 * what to do.  Only what no verb can do without is broken: arithmetic that
 * comes out wrong, a folder that cannot be written is a warning. */
#include "config.h"

#include "command/verbs.h"

#ifdef HAVE_DNNL
#include <dnnl.h>
#endif
#include <fcntl.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <langinfo.h>
#include <locale.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "command/cblas.h"
#include "command/diagnosis.h"
#include "command/record.h"
#include "command/threads.h"
#include "models/gmm_kernel.h"
#include "nets/gemm.h"
#include "terminal/message.h"
#include "terminal/terminal.h"
#include "terminal/text.h"

enum { TEXT_SIZE = DIAGNOSIS_SIZE };

static enum verdict check_versions(char *text) {
  return diagnosis_say(text, OK,
                       "marginalia %s, GSL %s, jansson %s, zlib %s, %s",
                       PACKAGE_VERSION, gsl_version, jansson_version_str(),
                       zlibVersion(), COMPILER);
}

static enum verdict check_cblas(char *text) {
  const struct cblas_facts facts = cblas_find();
  const char *better = cblas_better_core(&facts);
  if (strstr(facts.path, "gslcblas"))
    return diagnosis_say(
        text, WARN,
        "GSL's own (%s), some thirty times slower than a tuned one: "
        "install OpenBLAS or BLIS and build again",
        facts.path);
  if (better)
    return diagnosis_say(
        text, WARN,
        "OpenBLAS took the kernel %s, without this processor's "
        "vectors: set OPENBLAS_CORETYPE=%s in the environment",
        facts.core, better);
  return diagnosis_say(text, OK, "%s%s%s",
                       *facts.path ? facts.path : MG_CBLAS_NAME,
                       *facts.core ? ", kernel " : "", facts.core);
}

/* What the networks' floats are multiplied by. */
static enum verdict check_sgemm(char *text) {
#ifdef HAVE_DNNL
  const dnnl_version_t *v = dnnl_version();
  return diagnosis_say(text, OK, "%s %d.%d.%d, for the floats of networks",
                       mg_gemm_name(), v->major, v->minor, v->patch);
#else
  return diagnosis_say(
      text, OK,
      "%s's, for the floats of networks; built without oneDNN, which "
      "may be faster",
      mg_gemm_name());
#endif
}

/* Does the library in use multiply? */
static enum verdict check_product(char *text) {
  double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8}, c[4] = {0};
  static const double right[] = {19, 22, 43, 50};
  gsl_matrix_const_view wanted = gsl_matrix_const_view_array(right, 2, 2);
  gsl_matrix_view x = gsl_matrix_view_array(a, 2, 2);
  gsl_matrix_view y = gsl_matrix_view_array(b, 2, 2);
  gsl_matrix_view z = gsl_matrix_view_array(c, 2, 2);
  int status = gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &x.matrix,
                              &y.matrix, 0, &z.matrix);
  if (status != GSL_SUCCESS || gsl_matrix_equal(&z.matrix, &wanted.matrix) == 0)
    return diagnosis_say(text, BROKEN,
                         "a product of two matrices came out wrong: "
                         "another CBLAS is needed");
  return diagnosis_say(text, OK, "a product of two matrices comes out right");
}

static enum verdict check_threads(char *text) {
#ifdef _OPENMP
  const size_t threads = threads_used(0), there = processors();
  if (threads > there)
    return diagnosis_say(
        text, WARN,
        "%zu on %zu processors, which is slower than as many as there "
        "are: unset OMP_NUM_THREADS",
        threads, there);
  return diagnosis_say(text, OK, "%zu by OpenMP, %zu processors", threads,
                       there);
#else
  return diagnosis_say(text, WARN,
                       "one: built without OpenMP; build with a compiler "
                       "that has it");
#endif
}

static enum verdict check_vectors(char *text) {
  char features[TEXT_SIZE / 4];
  processor_features(features, sizeof features);
  return diagnosis_say(text, OK, "%zu doubles at a time%s%s",
                       mg_gmm_kernel_best()->lanes,
                       *features ? "; processor has " : "", features);
}

/* Starts a program with an empty input, both its outputs into fd. */
static int start(char *const *argv, int fd, pid_t *child) {
  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions) != 0)
    return -1;
  int failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
                                                "/dev/null", O_RDONLY, 0);
  failed |= posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
  failed |= posix_spawn_file_actions_adddup2(&actions, fd, STDERR_FILENO);
  if (!failed)
    failed = posix_spawnp(child, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed ? -1 : 0;
}

/* The first line that gnuplot prints, when called with one option and its
 * value; "" when there is no gnuplot. */
static void ask_gnuplot(const char *option, const char *value, char *line,
                        size_t size) {
  char name[] = "gnuplot", plain[] = "-d", first[16], second[64];
  char *argv[] = {name, plain, first, *value ? second : NULL, NULL};
  int ends[2];
  pid_t child;
  *line = '\0';
  snprintf(first, sizeof first, "%s", option);
  snprintf(second, sizeof second, "%s", value);
  if (pipe2(ends, O_CLOEXEC) != 0)
    return;
  int failed = start(argv, ends[1], &child);
  close(ends[1]);
  FILE *words = failed ? NULL : fdopen(ends[0], "r");
  if (words && !fgets(line, (int)size, words))
    *line = '\0';
  line[strcspn(line, "\n")] = '\0';
  if (words)
    fclose(words);
  else
    close(ends[0]);
  if (!failed)
    waitpid(child, NULL, 0);
}

static enum verdict check_gnuplot(char *text) {
  char version[128], terminals[4096];
  ask_gnuplot("--version", "", version, sizeof version);
  if (!*version)
    return diagnosis_say(text, WARN,
                         "not found: figures are kept as scripts; install "
                         "gnuplot and type 'gnuplot FIGURE.gp'");
  ask_gnuplot("-e", "print GPVAL_TERMINALS", terminals, sizeof terminals);
  if (!strstr(terminals, "svg"))
    return diagnosis_say(text, WARN, "%s cannot draw SVG: install another",
                         version);
  return diagnosis_say(text, OK, "%s; draws svg%s%s", version,
                       strstr(terminals, "pdfcairo") ? ", pdf" : "",
                       strstr(terminals, "pngcairo") ? ", png" : "");
}

static enum verdict check_terminal(char *text) {
  if (!isatty(STDOUT_FILENO))
    return diagnosis_say(text, OK,
                         "none: the output goes into a file or a pipe");
  const size_t width = mg_terminal_width(stdout);
  if (width < 80)
    return diagnosis_say(text, WARN, "%zu columns: tables want 80", width);
  return diagnosis_say(text, OK, "%zu columns, %scolours", width,
                       mg_terminal_colours(stdout) ? "" : "no ");
}

static enum verdict check_locale(char *text) {
  const char *name = setlocale(LC_CTYPE, NULL);
  if (!mg_terminal_utf8())
    return diagnosis_say(
        text, WARN,
        "%s (%s): set LC_ALL=C.UTF-8, or another UTF-8 locale, to see "
        "every letter",
        name ? name : "C", nl_langinfo(CODESET));
  return diagnosis_say(text, OK, "%s; numbers have a decimal point everywhere",
                       name ? name : "C");
}

static enum verdict check_folder(char *text) {
  return diagnosis_folder(text, "go elsewhere or give --out");
}

static const struct {
  const char *name;
  enum verdict (*check)(char *text);
} checks[] = {{"versions", check_versions}, {"CBLAS", check_cblas},
              {"sgemm", check_sgemm},       {"products", check_product},
              {"threads", check_threads},   {"vectors", check_vectors},
              {"gnuplot", check_gnuplot},   {"terminal", check_terminal},
              {"locale", check_locale},     {"folder", check_folder}};

int command_doctor(const struct settings *s) {
  (void)s;
  char text[TEXT_SIZE];
  bool broken = false;
  for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
    enum verdict verdict = checks[i].check(text);
    diagnosis_print(verdict, checks[i].name, text);
    broken = broken || verdict == BROKEN;
  }
  return broken ? EXIT_FAILURE : 0;
}
