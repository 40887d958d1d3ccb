/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line of progress. */
#include "config.h"

#include "terminal/progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "terminal/terminal.h"

enum { BAR = 20, LINE_SIZE = 512 };
static const double REFRESH = 0.1; /* seconds */

static bool shown;
static double shown_at = -1, shown_done = -1;

double mg_clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void mg_progress_show(double done, const char *format, ...) {
  const double now = mg_clock_seconds();
  if (!mg_terminal_is(stderr) ||
      (done == shown_done && now < shown_at + REFRESH))
    return;
  shown_at = now;
  shown_done = done;
  char line[LINE_SIZE] = "";
  size_t used = 0;
  if (done >= 0) {
    int full = (int)(BAR * (done < 1 ? done : 1));
    used = (size_t)snprintf(line, sizeof line, "[%.*s%*s] ", full,
                            "====================", BAR - full, "");
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line + used, sizeof line - used, format, arguments);
  va_end(arguments);
  /* A line that fills the last column would wrap and could not be wiped. */
  size_t most = mg_terminal_width(stderr) - 1;
  fprintf(stderr, "\r%.*s\033[K", (int)most, line);
  fflush(stderr);
  shown = true;
}

void mg_progress_clear(void) {
  if (shown)
    fputs("\r\033[K", stderr);
  shown = false;
}
