/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gcc or clang makes a student's file into objects; see compile.h.
 *
 *   1  the preprocessor alone            name.c -> name.i
 *   2  a look at what it has read, and at what came out (source.c)
 *   3  the rest, from name.i, twice at once: plain, and sanitized
 *
 * What was looked at is what is compiled, and it is preprocessed once.
 *
 * The plain object is optimised a little, as a program would be; calls from one
 * of its functions to another stay inside of it (-Bsymbolic-functions), since
 * the library has functions of the same names; and every function that it calls
 * has to be somewhere (-z defs), which is better told now, with its line, than
 * when the object is loaded.  An undeclared function is an error: C would take
 * it for one that returns an int.
 *
 * The compiler is the one of the build (configure), the flags are the library's
 * own dialect.
 *
 * Not here: which functions an object may call (compile_symbols.c). */
#include "config.h"

#include "exercise/compile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/status.h"
#include "exercise/complaint.h"
#include "exercise/program.h"
#include "exercise/source.h"

enum { SECONDS = 10, SAID = 1 << 16, NAME = 200 };

static const size_t PREPROCESSED = (size_t)64 << 20;

/* One source on its way. */
typedef struct {
  char *headers, *library; /* absolute: the compiler works elsewhere */
  const char *source, *name, *folder;
  mg_compiled *compiled;
  char *said; /* SAID bytes: what a compiler said */
} job;

static void add_dialect(mg_command_line *l) {
  mg_command_line_split(l, MG_CC);
  mg_command_line_split(l, "-std=gnu11 -Wall -Wextra");
  mg_command_line_add(l, "-Werror=implicit-function-declaration");
}

static void add_joined(mg_command_line *l, const char *option,
                       const char *value) {
  char *word = NULL;
  const size_t length = strlen(option) + strlen(value) + 1;
  if ((word = malloc(length))) {
    snprintf(word, length, "%s%s", option, value);
    mg_command_line_add(l, word);
  }
  l->short_of_memory |= !word;
  free(word);
}

static void preprocessor(const job *j, mg_command_line *l) {
  add_dialect(l);
  mg_command_line_split(l, "-E -v -MD -MF rules -MT x -I");
  mg_command_line_add(l, j->headers);
  mg_command_line_split(l, MG_GSL_CFLAGS);
  mg_command_line_add(l, j->name);
  mg_command_line_split(l, "-o preprocessed.i");
}

static void compiler(const job *j, const char *object, bool sanitized,
                     mg_command_line *l) {
  add_dialect(l);
  mg_command_line_split(l, "-O1 -g -fPIC -shared -Wl,-Bsymbolic-functions");
  if (sanitized)
    mg_command_line_split(l, "-fsanitize=address,undefined "
                             "-fno-omit-frame-pointer");
  else /* clang leaves the sanitizers' functions to the program */
    mg_command_line_add(l, "-Wl,-z,defs");
  mg_command_line_split(l, "-x cpp-output preprocessed.i -x none -o");
  mg_command_line_add(l, object);
  add_joined(l, "-L", j->library);
  mg_command_line_split(l, "-lmarginalia -lgsl -lm");
}

static bool has_errors(const job *j) {
  return j->compiled->errors[0] != '\0';
}

/* The last line of what was said. */
static const char *last_line(char *said) {
  size_t n = strlen(said);
  while (n > 0 && said[n - 1] == '\n')
    said[--n] = '\0';
  const char *line = strrchr(said, '\n');
  return n == 0 ? "it gave no reason" : line ? line + 1 : said;
}

/* From how the compiler ended, and what it said, to the student's words. */
static void judge(const job *j, mg_program_end end) {
  mg_compiled *c = j->compiled;
  if (end == MG_PROGRAM_TIME)
    snprintf(c->errors, sizeof c->errors,
             "%s: the compiler was stopped after %d s: does a macro expand to "
             "something enormous?\n",
             j->name, SECONDS);
  else if (end == MG_PROGRAM_TOO_LONG)
    snprintf(c->errors, sizeof c->errors,
             "%s: the compiler would write more than 64 MiB: is there an "
             "enormous array with values, or macro?\n",
             j->name);
  else if (end == MG_PROGRAM_FAILED &&
           mg_complaint_read(j->said, j->source, j->name, true, c->errors,
                             sizeof c->errors) == 0)
    snprintf(c->errors, sizeof c->errors, "%s: the compiler failed: %.300s\n",
             j->name, last_line(j->said));
}

static int fail_missing(void) {
  return mg_fail(GSL_EFAILED,
                 "there is no compiler '%s', with which this program was "
                 "built: install it, and what links with it",
                 MG_CC);
}

/* A file that the preprocessor left in the folder, in fresh memory. */
static char *read_left(const job *j, const char *name) {
  char *path = mg_path_join(j->folder, name), *text = NULL;
  size_t size;
  if (path)
    mg_file_read(path, PREPROCESSED, &text, &size);
  free(path);
  return text;
}

/* Is there something in it that is not for an exercise? */
static int look(const job *j) {
  mg_compiled *c = j->compiled;
  char *rules = read_left(j, "rules"), *text = read_left(j, "preprocessed.i");
  const bool read = rules && text;
  if (read && mg_source_check_included(rules, j->said, j->headers, j->name,
                                       c->errors, sizeof c->errors))
    mg_source_check_preprocessed(text, j->name, c->errors, sizeof c->errors);
  free(rules);
  free(text);
  return read ? GSL_SUCCESS
              : mg_fail_in(GSL_EFAILED, "the preprocessor left nothing");
}

/* Errors and warnings about directives, and what it has read. */
static int preprocess(const job *j) {
  mg_command_line l = {0};
  mg_program_end end = MG_PROGRAM_FAILED;
  preprocessor(j, &l);
  const int status =
      mg_program_run(&l, j->folder, SECONDS, j->said, SAID, &end);
  mg_command_line_clear(&l);
  if (status != GSL_SUCCESS)
    return status;
  if (end == MG_PROGRAM_FAILED && !strstr(j->said, j->name))
    return fail_missing();
  judge(j, end);
  return has_errors(j) ? GSL_SUCCESS : look(j);
}

static int start(const job *j, const char *object, bool sanitized,
                 mg_program *program) {
  mg_command_line l = {0};
  compiler(j, object, sanitized, &l);
  const int status = mg_program_start(&l, j->folder, SECONDS, program);
  mg_command_line_clear(&l);
  return status;
}

/* Both objects.  What the plain one's compiler says is what is said. */
static int compile(const job *j, const char *object, const char *sanitized) {
  mg_compiled *c = j->compiled;
  mg_program plain, other;
  int status = start(j, object, false, &plain);
  if (status != GSL_SUCCESS)
    return status;
  if (sanitized)
    status = start(j, sanitized, true, &other);
  judge(j, mg_program_wait(&plain, j->said, SAID));
  mg_complaint_read(j->said, j->source, j->name, false, c->warnings,
                    sizeof c->warnings);
  if (status != GSL_SUCCESS || !sanitized)
    return status;
  const mg_program_end end = mg_program_wait(&other, j->said, SAID);
  if (!has_errors(j))
    judge(j, end);
  return GSL_SUCCESS;
}

static int write_source(const job *j, size_t length) {
  char *path = mg_path_join(j->folder, j->name);
  const int status = path ? mg_file_write(path, j->source, length) : GSL_ENOMEM;
  free(path);
  return status;
}

int mg_compile(const mg_places *places, const char *source, size_t length,
               const char *name, const char *folder, const char *object,
               const char *sanitized, mg_compiled *compiled) {
  job j = {.headers = realpath(places->headers, NULL),
           .library = realpath(places->library, NULL),
           .source = source,
           .name = name,
           .folder = folder,
           .compiled = compiled,
           .said = malloc(SAID)};
  *compiled = (mg_compiled){.errors = ""};
  int status = j.said && j.headers && j.library
                   ? GSL_SUCCESS
                   : mg_fail(GSL_EFAILED,
                             "there is no folder '%s' or '%s' to compile "
                             "with",
                             places->headers, places->library);
  if (status == GSL_SUCCESS &&
      mg_source_check(source, length, name, compiled->errors,
                      sizeof compiled->errors)) {
    status = write_source(&j, length);
    if (status == GSL_SUCCESS)
      status = preprocess(&j);
    if (status == GSL_SUCCESS && !has_errors(&j))
      status = compile(&j, object, sanitized);
  }
  free(j.headers);
  free(j.library);
  free(j.said);
  return status;
}
