/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a program in a terminal of its own and types into it.
 *
 *     pty COLUMNS LINES PROGRAM [ARGUMENT...] <script
 *
 * The script, an action a line:
 *
 *     wait TEXT      reads until TEXT was printed behind the last wait's
 *     send TEXT      types it; \r Enter, \t Tab, \e escape, \\ a backslash
 *     key C          types a control key: key C is Ctrl-C
 *     resize C L     gives the terminal another size
 *     pause MS
 *     stop, continue as a shell puts it into the background, and back
 *     end STATUS     waits for the program's end and compares its exit status
 *
 * '#' begins a comment.  What the program printed goes to stdout, with its
 * escapes.  Exit status 1 when a wait, or the end, takes more than 20 s, or the
 * program ends otherwise than told; a program that lives on is killed.  Exit
 * status 77 where no terminal can be made. */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS = 20, SLICE = 50 /* ms */, MOST = 1 << 20, LINE = 512 };
enum { SKIPPED = 77 }; /* as automake has it */

static char screen[MOST + 1];
static size_t printed, waited;
static int terminal;
static pid_t child;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void die(const char *what, const char *about) {
  fprintf(stderr, "pty: %s%s\n", what, about);
  fwrite(screen, 1, printed, stdout);
  fflush(stdout);
  if (child > 0)
    kill(child, SIGKILL);
  exit(1);
}

/* Reads what there is, or waits a little; false when the terminal is closed. */
static bool listen_once(void) {
  struct pollfd out = {.fd = terminal, .events = POLLIN};
  if (poll(&out, 1, SLICE) <= 0)
    return true;
  const ssize_t n = read(terminal, screen + printed, MOST - printed);
  if (n <= 0)
    return false;
  printed += (size_t)n;
  return true;
}

static void wait_for(const char *text) {
  const double end = now() + SECONDS;
  for (;;) {
    screen[printed] = '\0';
    const char *at = strstr(screen + waited, text);
    if (at) {
      waited = (size_t)(at - screen) + strlen(text);
      return;
    }
    if (!listen_once())
      die("the program ended before it printed ", text);
    if (now() > end)
      die("not printed: ", text);
  }
}

static void type(const char *bytes, size_t n) {
  if (write(terminal, bytes, n) != (ssize_t)n)
    die("the terminal takes no input", "");
}

static void send_text(const char *text) {
  for (; *text; text++) {
    char c = *text;
    if (c == '\\' && text[1]) {
      c = *++text;
      c = c == 'r' ? '\r' : c == 't' ? '\t' : c == 'e' ? '\033' : c;
    }
    type(&c, 1);
  }
}

static void resize(unsigned columns, unsigned lines) {
  const struct winsize size = {.ws_col = (unsigned short)columns,
                               .ws_row = (unsigned short)lines};
  if (ioctl(terminal, TIOCSWINSZ, &size) != 0)
    die("no such size", "");
}

/* As a shell does that takes the terminal back: whole lines, with echo. */
static void stop(void) {
  struct termios mode;
  kill(child, SIGSTOP);
  if (tcgetattr(terminal, &mode) != 0)
    die("no terminal's mode", "");
  mode.c_lflag |= (tcflag_t)(ICANON | ECHO);
  tcsetattr(terminal, TCSANOW, &mode);
}

static void pause_for(unsigned milliseconds) {
  const double end = now() + milliseconds / 1000.0;
  while (now() < end && listen_once())
    continue;
}

static void expect_end(int wanted) {
  const double end = now() + SECONDS;
  int status;
  char text[32];
  while (waitpid(child, &status, WNOHANG) == 0) {
    listen_once();
    if (now() > end)
      die("the program does not end", "");
  }
  child = 0;
  while (listen_once() && now() < end)
    continue;
  const int got =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  snprintf(text, sizeof text, "%d", got);
  if (got != wanted)
    die("another exit status: ", text);
}

static void act(char *line) {
  char *text = line + strcspn(line, " ");
  unsigned a = 0, b = 0;
  if (*text)
    *text++ = '\0';
  if (strcmp(line, "wait") == 0)
    wait_for(text);
  else if (strcmp(line, "send") == 0)
    send_text(text);
  else if (strcmp(line, "key") == 0)
    type((char[]){(char)(*text & 31)}, 1);
  else if (strcmp(line, "resize") == 0 && sscanf(text, "%u %u", &a, &b) == 2)
    resize(a, b);
  else if (strcmp(line, "pause") == 0)
    pause_for((unsigned)atoi(text));
  else if (strcmp(line, "stop") == 0)
    stop();
  else if (strcmp(line, "continue") == 0)
    kill(child, SIGCONT);
  else if (strcmp(line, "end") == 0)
    expect_end(atoi(text));
  else
    die("no such action: ", line);
}

/* The program's side: a session of its own, with the terminal on 0, 1, 2. */
static void become(const char *name, char **argv) {
  setsid();
  const int side = open(name, O_RDWR);
  if (side < 0 || ioctl(side, TIOCSCTTY, 0) != 0)
    _exit(126);
  for (int i = 0; i < 3; i++)
    dup2(side, i);
  if (side > 2)
    close(side);
  close(terminal);
  execvp(argv[0], argv);
  _exit(127);
}

int main(int argc, char **argv) {
  char line[LINE];
  if (argc < 4)
    die("pty COLUMNS LINES PROGRAM [ARGUMENT...]", "");
  terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) {
    fputs("no pseudo-terminal is to be had here: mount devpts at /dev/pts\n",
          stderr);
    return SKIPPED;
  }
  resize((unsigned)atoi(argv[1]), (unsigned)atoi(argv[2]));
  child = fork();
  if (child == 0)
    become(ptsname(terminal), argv + 3);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = '\0';
    if (*line && *line != '#')
      act(line);
  }
  fwrite(screen, 1, printed, stdout);
  fflush(stdout);
  if (child > 0)
    kill(child, SIGKILL);
  return 0;
}
