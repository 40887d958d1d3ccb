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

size_t mg_terminal_width(FILE *stream) {
  struct winsize window;
  if (ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
    return window.ws_col;
  size_t columns;
  const char *text = getenv("COLUMNS");
  if (text && mg_parse_size(text, &columns) == GSL_SUCCESS && columns > 0)
    return columns;
  return 80;
}

bool mg_terminal_utf8(void) {
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
