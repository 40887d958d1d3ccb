/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The orders' names, what they say of themselves, and what Tab offers. */
#include "config.h"

#include "lesson/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lesson/equation.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 512, NAME_SIZE = 64, HELP_AT = 20 };

const mg_order mg_orders[] = {
    {"n next", "[K | STEP]",
     "does the next step, or what is left of it; K steps; or goes on until "
     "STEP is next.  Enter alone does the same as n",
     1, "S", mg_order_next},
    {"s step", "[K | LEVEL]",
     "does one finer piece of a step that has some (an E step, a minibatch), "
     "K of them, or as many as end a LEVEL",
     1, "l", mg_order_step},
    {"c continue", "", "goes on to the end of the chapter; Ctrl-C stops it", 0,
     "", mg_order_continue},
    {"b back", "[K | STEP]",
     "goes back to the place before, by K places, or to where STEP begins; "
     "settings stay as they are",
     1, "S", mg_order_back},
    {"p plot picture draw", "[FIGURE] [TERM]",
     "draws a figure, without a name that of this step; TERM is dumb "
     "(characters, here), sixel, qt (a window), svg, png, pdf or gif",
     2, "ft", mg_order_picture},
    {"v value print", "[NAME [ROW [COLUMN]]]",
     "lists the quantities, or prints one: v r, v r 17, v r 17 0, or "
     "v r[17,0].  Rows and columns count from 0",
     3, "qs", mg_order_value},
    {"set", "[NAME VALUE]", "lists the settings, or changes one", 2, "s",
     mg_order_set},
    {"e equation", "[ID]",
     "prints the equations of this step, and which functions compute them", 1,
     "e", mg_order_equation},
    {"w write", "[FOLDER]",
     "writes the tables, numbers and figures so far into files", 1, "",
     mg_order_write},
    {"l list steps", "", "lists the steps", 0, "", mg_order_list},
    {"h help ?", "[ORDER]", "this list, or one of its lines", 1, "o",
     mg_order_help},
    {"q quit exit", "", "leaves; so does Ctrl-D", 0, "", mg_order_quit},
    {NULL, NULL, NULL, 0, NULL, NULL}};

/* ---- answers ---- */

void mg_order_say(const char *format, ...) {
  char text[TEXT_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < 32 || *c == 127)
      *c = '?';
  mg_text_wrap(stdout, text, 0, 2);
}

void mg_order_say_reason(void) {
  mg_order_say("%s", mg_status_text(GSL_EFAILED));
}

void mg_order_say_figures(const mg_step *step) {
  char text[TEXT_SIZE] = "";
  size_t used = 0;
  for (const mg_picture *p = step->pictures; p->name; p++)
    if (used < sizeof text)
      used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                               p == step->pictures ? "" : ", ", p->name);
  if (used)
    mg_order_say("figure%s: %s (p draws)", strchr(text, ',') ? "s" : "", text);
}

/* ---- names ---- */

static bool is_called(const mg_order *order, const char *word) {
  char name[NAME_SIZE];
  for (const char *at = order->names;
       (at = mg_text_word(at, name, sizeof name));)
    if (strcmp(name, word) == 0)
      return true;
  return false;
}

static void say_unknown(const char *word) {
  static char name[64][16];
  mg_suggestion known = {.wrong = word};
  size_t n = 0;
  for (const mg_order *o = mg_orders; o->names; o++)
    for (const char *at = o->names;
         n < 64 && (at = mg_text_word(at, name[n], sizeof name[n]));)
      mg_suggestion_add(&known, name[n++]);
  if (known.closest)
    mg_order_say("no order '%.40s': did you mean '%s'? ? lists the orders",
                 word, known.closest);
  else
    mg_order_say("no order '%.40s': ? lists the orders", word);
}

const mg_order *mg_order_find(const char *word) {
  for (const mg_order *o = mg_orders; o->names; o++)
    if (is_called(o, word))
      return o;
  say_unknown(word);
  return NULL;
}

/* ---- help ---- */

static void help_one(const mg_order *order) {
  char name[NAME_SIZE];
  const size_t n = strcspn(order->names, " ");
  snprintf(name, sizeof name, "%.*s%s%s", (int)n, order->names,
           *order->arguments ? " " : "", order->arguments);
  mg_text_item(stdout, name, order->help, HELP_AT);
}

void mg_order_help(mg_session *session, const mg_line *line) {
  (void)session;
  const mg_order *one = line->n > 1 ? mg_order_find(line->word[1]) : NULL;
  if (one) {
    help_one(one);
    if (strchr(one->names, ' '))
      mg_order_say("  or: %s", strchr(one->names, ' ') + 1);
  }
  if (line->n > 1)
    return;
  for (const mg_order *o = mg_orders; o->names; o++)
    help_one(o);
  mg_order_say("Long words do, too: next, step, back, plot, value, write.  "
               "Behind # stands a comment.  Ctrl-C stops what runs.");
}

/* ---- Tab ---- */

typedef struct {
  const char **word;
  size_t n, room;
} word_list;

static void offer(word_list *list, const char *word) {
  if (list->n < list->room)
    list->word[list->n++] = word;
}

static void offer_orders(word_list *list) {
  /* The longest name says most: "next" after n and Tab. */
  static char name[32][16];
  char one[16];
  size_t n = 0;
  for (const mg_order *o = mg_orders; o->names && n < 32; o++) {
    const char *at = mg_text_word(o->names, one, sizeof one);
    if (!mg_text_word(at, name[n], sizeof name[n]))
      snprintf(name[n], sizeof name[n], "%s", one);
    offer(list, name[n++]);
  }
}

static void offer_quantities(const mg_lesson *lesson, word_list *list) {
  mg_quantity q;
  for (size_t i = 0; mg_board_at(lesson->board, i, &q); i++)
    offer(list, q.name);
}

static void offer_settings(const mg_lesson *lesson, word_list *list) {
  for (const mg_option *o = lesson->chapter->options; o && o->name; o++)
    offer(list, o->name);
}

static void offer_figures(const mg_lesson *lesson, word_list *list) {
  for (size_t i = 0; i < lesson->steps; i++)
    for (const mg_picture *p = lesson->chapter->steps[i].pictures; p->name; p++)
      offer(list, p->name);
}

static void offer_terminals(word_list *list) {
  for (int kind = MG_TERM_SVG; kind <= MG_TERM_QT; kind++)
    offer(list, mg_term_word((mg_term_kind)kind));
}

static void offer_steps(const mg_lesson *lesson, word_list *list) {
  for (size_t i = 0; i < lesson->steps; i++)
    offer(list, lesson->chapter->steps[i].name);
}

static void offer_levels(const mg_lesson *lesson, word_list *list) {
  static char name[8][NAME_SIZE];
  const char *at = mg_lesson_step(lesson)->levels;
  for (size_t n = 0; n < 8 && (at = mg_text_word(at, name[n], NAME_SIZE)); n++)
    offer(list, name[n]);
}

static void offer_equations(word_list *list) {
  for (const mg_equation *e = mg_equations; e->id; e++)
    offer(list, e->id);
}

static void offer_kind(const mg_lesson *lesson, char kind, word_list *list) {
  if (kind == 'q')
    offer_quantities(lesson, list);
  else if (kind == 's')
    offer_settings(lesson, list);
  else if (kind == 'f')
    offer_figures(lesson, list);
  else if (kind == 't')
    offer_terminals(list);
  else if (kind == 'S')
    offer_steps(lesson, list);
  else if (kind == 'l')
    offer_levels(lesson, list);
  else if (kind == 'e')
    offer_equations(list);
  else if (kind == 'o')
    offer_orders(list);
}

size_t mg_order_words(const void *from, const char *before, const char **word,
                      size_t room) {
  const mg_session *session = from;
  word_list list = {.word = word, .room = room};
  char first[NAME_SIZE];
  const char *rest = mg_text_word(before, first, sizeof first);
  if (!rest) {
    offer_orders(&list);
    return list.n;
  }
  for (const mg_order *o = mg_orders; o->names; o++)
    for (size_t i = 0; is_called(o, first) && o->offers[i]; i++)
      offer_kind(session->lesson, o->offers[i], &list);
  return list.n;
}
