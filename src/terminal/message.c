/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages, and the end of the output. */
#include "config.h"

#include "terminal/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal/progress.h"
#include "terminal/text.h"

enum { LINE_SIZE = 1024 };

static const char *program = "marginalia";

void mg_message_program(const char *name) {
  program = name;
}

const char *mg_message_name(void) {
  return program;
}

static void say(const char *format, va_list arguments) {
  char line[LINE_SIZE];
  vsnprintf(line, sizeof line, format, arguments);
  for (char *c = line; *c; c++)
    if ((unsigned char)*c < 32 || *c == 127)
      *c = '?';
  mg_progress_clear();
  fflush(stdout);
  const size_t before = mg_text_columns(program) + 2;
  /* A line that a window can hold stays as it is, blanks in names and all. */
  const bool wrap = isatty(fileno(stderr)) &&
                    before + mg_text_columns(line) > mg_text_width(stderr);
  fprintf(stderr, "%s: ", program);
  if (wrap)
    mg_text_wrap(stderr, line, before, 2);
  else
    fprintf(stderr, "%s\n", line);
}

void mg_message(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
}

int mg_message_usage(const char *verb, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
  fprintf(stderr, "'%s %s%s--help' tells more.\n", program, verb ? verb : "",
          verb ? " " : "");
  return MG_EXIT_USAGE;
}

int mg_message_reason(const char *what, int status) {
  const char *reason = mg_status_text(GSL_EFAILED);
  if (what)
    mg_message("%s: %s", what, reason);
  else
    mg_message("%s", reason);
  return status;
}

int mg_output_end(int status) {
  bool failed = ferror(stdout) != 0;
  errno = 0;
  if (fflush(stdout) != 0 || failed) {
    mg_message("standard output: %s", errno ? strerror(errno) : "write error");
    return status ? status : EXIT_FAILURE;
  }
  return status;
}
