/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages, the end of the output, and what the terminal can do. */
#include "config.h"

#include "command/message.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/number.h"
#include "command/progress.h"

enum { LINE_SIZE = 1024 };

static void say(const char *format, va_list arguments) {
  char line[LINE_SIZE];
  vsnprintf(line, sizeof line, format, arguments);
  for (char *c = line; *c; c++)
    if ((unsigned char)*c < 32 || *c == 127)
      *c = '?';
  progress_clear();
  fflush(stdout);
  fprintf(stderr, "marginalia: %s\n", line);
}

void message(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
}

int message_usage(const char *verb, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments);
  va_end(arguments);
  fprintf(stderr, "'marginalia %s%s--help' tells more.\n", verb ? verb : "",
          verb ? " " : "");
  return EXIT_USAGE;
}

int message_reason(const char *what, int status) {
  const char *reason = mg_status_text(GSL_EFAILED);
  if (what)
    message("%s: %s", what, reason);
  else
    message("%s", reason);
  return status;
}

int output_end(int status) {
  bool failed = ferror(stdout) != 0;
  errno = 0;
  if (fflush(stdout) != 0 || failed) {
    message("standard output: %s", errno ? strerror(errno) : "write error");
    return status ? status : EXIT_FAILURE;
  }
  return status;
}

bool terminal_is(FILE *stream) {
  const char *term = getenv("TERM");
  return isatty(fileno(stream)) && term && strcmp(term, "dumb") != 0;
}

bool terminal_colours(FILE *stream) {
  const char *no = getenv("NO_COLOR");
  return terminal_is(stream) && !(no && *no);
}

size_t terminal_width(FILE *stream) {
  struct winsize window;
  if (ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
    return window.ws_col;
  size_t columns;
  const char *text = getenv("COLUMNS");
  if (text && mg_parse_size(text, &columns) == GSL_SUCCESS && columns > 0)
    return columns;
  return 80;
}

bool terminal_utf8(void) {
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
