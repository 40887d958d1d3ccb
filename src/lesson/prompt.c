/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading lines.
 *
 * On a terminal GNU readline edits the line, knows the lines before it, and
 * completes words; where the library was built without it, or stdin or stdout
 * is no terminal, a line is read as it comes.  The lines before are kept in
 * memory only: they belong to the story at hand, and no file is left in
 * anybody's home.
 *
 * Signals.  readline's own handlers stay off.  Its callback interface takes a
 * character when there is one, and between two characters this file asks what
 * happened meanwhile: Ctrl-C (terminal/interrupt.h), a window of another size,
 * a return from the background.  poll is interrupted by a signal, unless one of
 * OpenMP's threads was given it; so poll also ends ten times a second by
 * itself.
 *
 * Not here: what the lines mean (orders.c). */
#include "config.h"

#include "lesson/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef MG_READLINE
#include <readline/history.h>
#include <readline/readline.h>
#endif

#include "terminal/interrupt.h"
#include "terminal/terminal.h"

enum { TICK = 100, BUFFER_SIZE = 4096, PROMPT_SIZE = 256 }; /* ms; bytes */

/* Waits until stdin can be read, or Ctrl-C.  `woken` is called at every tick.
 * Returns false for Ctrl-C. */
static bool wait_for_input(void (*woken)(void)) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  for (;;) {
    if (mg_interrupted()) {
      mg_interrupt_clear();
      return false;
    }
    const int ready = poll(&input, 1, TICK);
    if (woken)
      woken();
    if (ready > 0 || (ready < 0 && errno != EINTR))
      return true;
  }
}

/* ---- lines as they come ---- */

static char buffer[BUFFER_SIZE];
static size_t buffered, taken;

/* The next byte of stdin; -1 at its end, -2 for Ctrl-C. */
static int next_byte(void) {
  if (taken == buffered) {
    if (!wait_for_input(NULL))
      return -2;
    const ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
    taken = 0;
    buffered = n > 0 ? (size_t)n : 0;
    if (buffered == 0)
      return -1;
  }
  return (unsigned char)buffer[taken++];
}

/* Prints the line for who reads the session later; a byte that moves the cursor
 * becomes '?'. */
static void echo(const char *line) {
  for (; *line; line++)
    putchar((unsigned char)*line < 32 || *line == 127 ? '?' : *line);
  putchar('\n');
}

static mg_prompt_answer read_plain(const char *text, char *line) {
  size_t n = 0;
  int c;
  printf("%s", text);
  fflush(stdout);
  while ((c = next_byte()) >= 0 && c != '\n')
    if (n + 1 < MG_PROMPT_LINE_SIZE && c != '\0' && c != '\r')
      line[n++] = (char)c;
  line[n] = '\0';
  if (!isatty(STDIN_FILENO) && (c == '\n' || n > 0))
    echo(line);
  else if (c != '\n')
    putchar('\n');
  if (c == -2)
    return MG_PROMPT_STOP;
  return c == -1 && n == 0 ? MG_PROMPT_END : MG_PROMPT_LINE;
}

/* ---- lines that are edited ---- */

#ifdef MG_READLINE
static volatile sig_atomic_t resized, continued;
static const mg_prompt_words *offered;
static char *typed;
static bool finished;

static void on_resize(int signal_number) {
  (void)signal_number;
  resized = 1;
}

static void on_continue(int signal_number) {
  (void)signal_number;
  continued = 1;
}

static void take_line(char *line) {
  typed = line;
  finished = true;
  rl_callback_handler_remove();
}

/* What readline would do in its handlers. */
static void look_around(void) {
  if (resized) {
    resized = 0;
    rl_resize_terminal();
  }
  if (continued) {
    /* A shell has put the terminal back to its own ways meanwhile. */
    continued = 0;
    rl_deprep_terminal();
    rl_prep_terminal(1);
    rl_forced_update_display();
  }
}

/* The next word that begins as text does; state 0 begins a list. */
static char *next_match(const char *text, int state) {
  static const char *word[MG_PROMPT_WORDS];
  static size_t words, at;
  if (state == 0) {
    char before[MG_PROMPT_LINE_SIZE];
    const size_t start = (size_t)rl_point - strlen(text);
    snprintf(before, sizeof before, "%.*s", (int)start, rl_line_buffer);
    words = offered->list(offered->from, before, word, MG_PROMPT_WORDS);
    at = 0;
  }
  while (at < words) {
    const char *w = word[at++];
    if (strncmp(w, text, strlen(text)) == 0)
      return strdup(w); /* readline frees it */
  }
  return NULL;
}

static char **complete(const char *text, int start, int end) {
  (void)start, (void)end;
  rl_attempted_completion_over = 1; /* never names of files */
  return offered ? rl_completion_matches(text, next_match) : NULL;
}

static void begin_readline(void) {
  static bool begun;
  if (begun)
    return;
  begun = true;
  rl_readline_name = "marginalia";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_attempted_completion_function = complete;
  rl_completer_word_break_characters = " \t";
  rl_initialize();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_resize;
  sigaction(SIGWINCH, &action, NULL);
  action.sa_handler = on_continue;
  action.sa_flags = SA_RESTART;
  sigaction(SIGCONT, &action, NULL);
}

/* Bold, with marks around what takes no columns. */
static void dress(const char *text, char *prompt, size_t size) {
  if (mg_terminal_colours(stdout))
    snprintf(prompt, size, "\001\033[1m\002%s\001\033[0m\002", text);
  else
    snprintf(prompt, size, "%s", text);
}

static void keep_line(const char *line) {
  const HIST_ENTRY *last =
      history_length ? history_get(history_base + history_length - 1) : NULL;
  if (*line && !(last && strcmp(last->line, line) == 0))
    add_history(line);
}

static mg_prompt_answer drop_line(char *line) {
  snprintf(line, MG_PROMPT_LINE_SIZE, "%s", rl_line_buffer);
  rl_callback_sigcleanup();
  rl_free_line_state();
  /* Before readline leaves: then it puts the cursor under the prompt. */
  puts("^C");
  fflush(stdout);
  rl_callback_handler_remove();
  return MG_PROMPT_STOP;
}

static mg_prompt_answer read_edited(const char *text,
                                    const mg_prompt_words *words, char *line) {
  char prompt[PROMPT_SIZE];
  begin_readline();
  dress(text, prompt, sizeof prompt);
  fflush(stdout);
  /* Widths while no line was read, and signals that stopped no line. */
  rl_reset_screen_size();
  resized = continued = 0;
  offered = words;
  finished = false;
  typed = NULL;
  rl_callback_handler_install(prompt, take_line);
  while (!finished) {
    if (!wait_for_input(look_around))
      return drop_line(line);
    rl_callback_read_char();
  }
  snprintf(line, MG_PROMPT_LINE_SIZE, "%s", typed ? typed : "");
  if (!typed) {
    putchar('\n');
    return MG_PROMPT_END;
  }
  keep_line(typed);
  free(typed);
  return MG_PROMPT_LINE;
}
#endif

mg_prompt_answer mg_prompt_read(const char *text, const mg_prompt_words *words,
                                char *line) {
#ifdef MG_READLINE
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
    return read_edited(text, words, line);
#endif
  (void)words;
  return read_plain(text, line);
}
