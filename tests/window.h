/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal with a window of a given width, for tests: what a program prints
 * on the stream can be read back.  A test that cannot have one is skipped. */
#ifndef MG_TESTS_WINDOW_H
#define MG_TESTS_WINDOW_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct window {
  int screen; /* reads what was printed */
  FILE *stream;
};

static struct window window_open(unsigned short columns) {
  struct window w = {.screen = posix_openpt(O_RDWR | O_NOCTTY)};
  if (w.screen < 0 || grantpt(w.screen) != 0 || unlockpt(w.screen) != 0)
    cr_skip_test("no pseudo-terminal can be had");
  /* A session leader that opened it without O_NOCTTY would get SIGHUP when
   * it is closed. */
  int fd = open(ptsname(w.screen), O_RDWR | O_NOCTTY);
  w.stream = fd < 0 ? NULL : fdopen(fd, "r+");
  if (!w.stream)
    cr_skip_test("no pseudo-terminal can be opened");
  struct winsize size = {.ws_row = 24, .ws_col = columns};
  struct termios mode;
  cr_assert(ioctl(w.screen, TIOCSWINSZ, &size) == 0, "no window size");
  cr_assert(tcgetattr(fileno(w.stream), &mode) == 0, "no terminal");
  mode.c_oflag &= ~(tcflag_t)OPOST; /* line ends stay as they are */
  tcsetattr(fileno(w.stream), TCSANOW, &mode);
  return w;
}

/* What was printed since the last time, ended; at most size - 1 bytes. */
static const char *window_read(struct window *w, char *text, size_t size) {
  struct pollfd screen = {.fd = w->screen, .events = POLLIN};
  size_t used = 0;
  ssize_t n = 1;
  fflush(w->stream);
  /* What was printed comes in as many pieces as the system likes. */
  while (n > 0 && poll(&screen, 1, 100) > 0) {
    n = read(w->screen, text + used, size - 1 - used);
    used += n > 0 ? (size_t)n : 0;
  }
  text[used] = '\0';
  return text;
}

static void window_close(struct window *w) {
  fclose(w->stream);
  close(w->screen);
}

#endif
