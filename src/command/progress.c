/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line of progress, and Ctrl-C.
 *
 * A second SIGINT that follows within a fifth of a second is the first one
 * again: `timeout -s INT` and some shells send it to the program and then to
 * its group. */
#include "config.h"

#include "command/progress.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command/message.h"

enum { BAR = 20, LINE_SIZE = 512 };
static const double REFRESH = 0.1, ONE_SIGNAL = 0.2; /* seconds */

static bool shown;
static double shown_at = -1, shown_done = -1;

double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_show(double done, const char *format, ...) {
  const double now = clock_seconds();
  if (!terminal_is(stderr) || (done == shown_done && now < shown_at + REFRESH))
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
  size_t most = terminal_width(stderr) - 1;
  fprintf(stderr, "\r%.*s\033[K", (int)most, line);
  fflush(stderr);
  shown = true;
}

void progress_clear(void) {
  if (shown)
    fputs("\r\033[K", stderr);
  shown = false;
}

/* ---- Ctrl-C ---- */

static volatile sig_atomic_t asked;
static struct timespec asked_at;

/* Only what is safe in a handler: clock_gettime, signal, raise, write. */
static void on_interrupt(int signal_number) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  double since = (double)(now.tv_sec - asked_at.tv_sec) +
                 1e-9 * (double)(now.tv_nsec - asked_at.tv_nsec);
  if (asked && since > ONE_SIGNAL) {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  }
  if (asked)
    return;
  asked = 1;
  asked_at = now;
  static const char text[] = "\nmarginalia: stopping after this pass; "
                             "Ctrl-C again ends at once\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
    return;
}

void interrupt_watch(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

bool interrupted(void) {
  return asked != 0;
}
