/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C.
 *
 * A second SIGINT that follows within a fifth of a second is the first one
 * again: `timeout -s INT` and some shells send it to the program and then to
 * its group. */
#include "config.h"

#include "terminal/interrupt.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "terminal/message.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 256 };
static const double ONE_SIGNAL = 0.2; /* seconds */

static volatile sig_atomic_t asked;
static struct timespec asked_at = {.tv_sec = -1}; /* long before any clock */
static char line[TEXT_SIZE];
static size_t line_length;

/* Only what is safe in a handler: clock_gettime, signal, raise, write. */
static void on_interrupt(int signal_number) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  double since = (double)(now.tv_sec - asked_at.tv_sec) +
                 1e-9 * (double)(now.tv_nsec - asked_at.tv_nsec);
  if (since <= ONE_SIGNAL)
    return;
  if (asked) {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
    return;
  }
  asked = 1;
  asked_at = now;
  if (write(STDERR_FILENO, line, line_length) < 0)
    return;
}

/* Blanks become line ends where a narrow window wants them. */
static void wrap(char *text, size_t width) {
  char *begin = text + strspn(text, "\n"), *blank = NULL;
  for (char *c = begin; *c && *c != '\n'; c++) {
    if (*c == ' ')
      blank = c;
    if ((size_t)(c - begin) >= width && blank) {
      *blank = '\n';
      begin = blank + 1;
      blank = NULL;
    }
  }
}

void mg_interrupt_watch(const char *text) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  /* The handler of an earlier call must not read the line half made. */
  action.sa_handler = SIG_IGN;
  sigaction(SIGINT, &action, NULL);
  *line = '\0';
  if (text)
    snprintf(line, sizeof line, "\n%s: %.200s\n", mg_message_name(), text);
  wrap(line, mg_text_width(stderr));
  line_length = strlen(line);
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

bool mg_interrupted(void) {
  return asked != 0;
}

const volatile sig_atomic_t *mg_interrupt_flag(void) {
  return &asked;
}

void mg_interrupt_clear(void) {
  asked = 0;
}
