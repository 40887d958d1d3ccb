/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader steps through a chapter.
 *
 * A session is a line, an answer, a line.  Orders that move the story stand
 * here; those that look at it are in orders_look.c, and all their names in
 * orders_words.c.
 *
 * Every place where the story stood can be gone back to: the beginning, the end
 * of each step that was passed, and each stop inside one.  When a step fails,
 * because a setting makes it impossible, its reason is printed and the story
 * stands where it stood before, with the board that it had there.
 *
 * What is wrong with an order is said in one line, and nothing changes. */
#include "config.h"

#include "lesson/orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/chapters.h"
#include "lesson/page.h"
#include "lesson/prompt.h"
#include "lesson/session.h"
#include "lesson/walk.h"
#include "terminal/interrupt.h"
#include "terminal/message.h"
#include "terminal/text.h"

enum { PLACE_SIZE = 128, PROMPT_SIZE = PLACE_SIZE + 8, BACK_ROWS = 6 };

/* ---- going on ---- */

static void say_over(void) {
  mg_order_say("The chapter is over: w writes its tables and figures, b goes "
               "back, q leaves.");
}

/* Puts the story where it was last remembered. */
static void undo(mg_session *session) {
  char place[PLACE_SIZE];
  mg_order_say_reason();
  if (mg_lesson_back(session->lesson, 0) != GSL_SUCCESS) {
    mg_order_say_reason();
    return;
  }
  mg_order_say("Nothing has changed: the story stands at %s. Other settings "
               "(set) may do.",
               mg_walk_place(session->lesson, place, sizeof place));
}

/* Goes on by one step, or pieces of it.
 * Returns true when it may go on: no failure, no Ctrl-C, not over. */
static bool go(mg_session *session, size_t level, size_t k) {
  mg_lesson *lesson = session->lesson;
  char place[PLACE_SIZE];
  if (mg_walk_tell(stdout, lesson, level, k) != GSL_SUCCESS) {
    undo(session);
    return false;
  }
  if (mg_lesson_remember(lesson) != GSL_SUCCESS)
    mg_order_say_reason();
  if (lesson->ended)
    mg_order_say_figures(mg_walk_shown(lesson));
  if (mg_lesson_over(lesson))
    say_over();
  else if (mg_interrupted())
    mg_order_say("Stopped at %s.", mg_walk_place(lesson, place, sizeof place));
  return !mg_lesson_over(lesson) && !mg_interrupted();
}

/* A count from 1, or the index of a step, from an order's first argument.
 *   k     out  the count; 1 without an argument; 0: it names a step
 *   step  out  then which
 * Returns false after it has said why not. */
static bool read_target(const mg_session *session, const mg_line *line,
                        size_t *k, size_t *step) {
  *k = 1;
  if (line->n < 2)
    return true;
  const char *word = line->word[1];
  if (mg_parse_size(word, k) == GSL_SUCCESS && *k > 0)
    return true;
  if (strspn(word, "+-.0123456789") > 0) {
    mg_order_say("%s takes a whole number from 1, or a step's name: '%.40s' is "
                 "neither",
                 line->word[0], word);
    return false;
  }
  *k = 0;
  *step = mg_lesson_find(session->lesson, word);
  if (*step < session->lesson->steps)
    return true;
  mg_order_say_reason();
  return false;
}

static bool is_over(const mg_session *session) {
  const bool over = mg_lesson_over(session->lesson);
  if (over)
    say_over();
  return over;
}

void mg_order_next(mg_session *session, const mg_line *line) {
  const mg_place *at = &session->lesson->place;
  size_t k, step = 0;
  if (is_over(session) || !read_target(session, line, &k, &step))
    return;
  if (k == 0 && step <= at->step) {
    mg_order_say("%s is not ahead: b %s goes back to it", line->word[1],
                 line->word[1]);
    return;
  }
  if (k == 0)
    k = step - at->step;
  while (k-- > 0 && go(session, MG_WALK_WHOLE, 1))
    continue;
}

void mg_order_continue(mg_session *session, const mg_line *line) {
  (void)line;
  if (is_over(session))
    return;
  while (go(session, MG_WALK_WHOLE, 1))
    continue;
}

/* The index of a level by its name, -1 when the step has none of that name. */
static int find_level(const char *levels, const char *name) {
  char level[PLACE_SIZE];
  for (int i = 0; (levels = mg_text_word(levels, level, sizeof level)); i++)
    if (strcmp(level, name) == 0)
      return i;
  return -1;
}

void mg_order_step(mg_session *session, const mg_line *line) {
  const mg_step *step = mg_lesson_step(session->lesson);
  const char *word = line->n > 1 ? line->word[1] : "1";
  size_t k = 1;
  if (is_over(session))
    return;
  const int level = find_level(step->levels, word);
  if (level < 0 && (mg_parse_size(word, &k) != GSL_SUCCESS || k == 0)) {
    mg_order_say("s takes a whole number from 1, or a level of this step (%s): "
                 "'%.40s' is neither",
                 *step->levels ? step->levels : "it has none", word);
    return;
  }
  if (!*step->levels) {
    go(session, MG_WALK_WHOLE, 1);
    mg_order_say("(%s has no finer steps: this was all of it)", step->name);
    return;
  }
  go(session, level < 0 ? 0 : (size_t)level, k);
}

/* ---- back ---- */

/* How many places back the beginning of that step is; 0 when the story never
 * stood there, or stands there. */
static size_t places_back(const mg_lesson *lesson, size_t step) {
  const size_t behind = mg_lesson_behind(lesson);
  for (size_t k = 1; k <= behind; k++) {
    const mg_place at = lesson->memory[behind - k].place;
    if (at.step == step && at.piece == 0)
      return k;
  }
  return 0;
}

static void show_place(mg_session *session) {
  mg_lesson *lesson = session->lesson;
  const mg_step *step = mg_walk_shown(lesson);
  char place[PLACE_SIZE];
  mg_page_forget(lesson);
  if (!step) {
    mg_order_say("Back at the beginning.");
    return;
  }
  mg_order_say("Back at %s: %s", mg_walk_place(lesson, place, sizeof place),
               step->title);
  mg_page_news(stdout, lesson, step, BACK_ROWS);
}

void mg_order_back(mg_session *session, const mg_line *line) {
  size_t k, step = 0;
  if (!read_target(session, line, &k, &step))
    return;
  if (k == 0 && !(k = places_back(session->lesson, step))) {
    mg_order_say("the story has not passed the beginning of %s", line->word[1]);
    return;
  }
  if (mg_lesson_back(session->lesson, k) != GSL_SUCCESS)
    mg_order_say_reason();
  else
    show_place(session);
}

void mg_order_quit(mg_session *session, const mg_line *line) {
  (void)line;
  session->leaving = true;
}

/* ---- lines ---- */

/* Cuts text into words; what stands behind a '#' that begins a word is a
 * comment.  More words than there is room for end in one that holds the rest.
 */
static void split(char *text, mg_line *line) {
  line->n = 0;
  for (;;) {
    text += strspn(text, " \t");
    if (!*text || *text == '#')
      return;
    if (line->n == MG_ORDER_WORDS)
      return;
    line->word[line->n++] = text;
    text += strcspn(text, " \t");
    if (*text)
      *text++ = '\0';
  }
}

static void obey(mg_session *session, const mg_line *line) {
  const mg_order *order = mg_order_find(line->word[0]);
  if (!order)
    return;
  if (line->n - 1 > order->most) {
    mg_order_say("'%.40s' is one word too many: %.*s %s",
                 line->word[order->most + 1], (int)strcspn(order->names, " "),
                 order->names, order->arguments);
    return;
  }
  mg_interrupt_watch("stopping at the next place; Ctrl-C again leaves");
  order->run(session, line);
  mg_interrupt_clear();
  mg_interrupt_watch(NULL);
}

static void do_line(mg_session *session, char *text) {
  static char enter[] = "n";
  mg_line line;
  const bool empty = text[strspn(text, " \t")] == '\0';
  split(empty ? enter : text, &line);
  if (line.n > 0)
    obey(session, &line);
}

static void begin(mg_session *session) {
  mg_lesson *lesson = session->lesson;
  const mg_chapter_entry *entry = mg_chapter_find(lesson->chapter->name);
  char place[PLACE_SIZE];
  mg_interrupt_watch(NULL);
  if (mg_lesson_remember(lesson) != GSL_SUCCESS)
    mg_order_say_reason();
  if (entry)
    mg_order_say("%u. %s", entry->number, entry->title);
  if (lesson->place.step > 0)
    mg_order_say("This is %s.", mg_walk_place(lesson, place, sizeof place));
  mg_order_say("%zu steps: Enter does the next, ? lists what else may be "
               "typed, q leaves.",
               lesson->steps);
}

int mg_orders_run(mg_lesson *lesson, const mg_launch *launch,
                  const char *folder) {
  mg_session session = {.lesson = lesson, .launch = launch, .folder = folder};
  const mg_prompt_words words = {mg_order_words, &session};
  char line[MG_PROMPT_LINE_SIZE], text[PROMPT_SIZE], place[PLACE_SIZE];
  mg_prompt_answer answer, before = MG_PROMPT_LINE;
  begin(&session);
  while (!session.leaving) {
    snprintf(text, sizeof text, "[%s] ",
             mg_walk_place(lesson, place, sizeof place));
    answer = mg_prompt_read(text, &words, line);
    if (answer == MG_PROMPT_END)
      break;
    if (answer == MG_PROMPT_STOP && before == MG_PROMPT_STOP && !*line)
      return MG_EXIT_INTERRUPTED;
    if (answer == MG_PROMPT_STOP)
      mg_order_say("q or Ctrl-D leaves, as does Ctrl-C once more.");
    else
      do_line(&session, line);
    before = answer;
  }
  return 0;
}
