/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the terminal can do: asked of the kernel, then of the environment. */
#include "config.h"

#include "terminal/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/number.h"
#include "base/status.h"

bool mg_terminal_is(FILE *stream) {
  const char *term = getenv("TERM");
  return isatty(fileno(stream)) && term && strcmp(term, "dumb") != 0;
}

bool mg_terminal_colours(FILE *stream) {
  const char *no = getenv("NO_COLOR");
  return mg_terminal_is(stream) && !(no && *no);
}

/* A count from the environment, or what stands for it. */
static size_t asked(const char *variable, size_t otherwise) {
  size_t count;
  const char *text = getenv(variable);
  if (text && mg_parse_size(text, &count) == GSL_SUCCESS && count > 0)
    return count;
  return otherwise;
}

size_t mg_terminal_width(FILE *stream) {
  struct winsize window;
  if (ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
    return window.ws_col;
  return asked("COLUMNS", 80);
}

size_t mg_terminal_lines(FILE *stream) {
  struct winsize window;
  if (ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 && window.ws_row > 0)
    return window.ws_row;
  return asked("LINES", 24);
}

bool mg_terminal_utf8(void) {
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
