/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the orders share.
 *
 *   orders.c        reads orders, and moves the story
 *   orders_look.c   shows what there is: v p e l set w
 *   orders_words.c  the table of orders, its help, and what Tab offers */
#ifndef MG_LESSON_SESSION_H
#define MG_LESSON_SESSION_H

#include "base/status.h"
#include "lesson/launch.h"

enum { MG_ORDER_WORDS = 8 };

typedef struct {
  mg_lesson *lesson;
  const mg_launch *launch;
  const char *folder; /* where w writes */
  bool leaving;
} mg_session;

/* A line in its words. */
typedef struct {
  char *word[MG_ORDER_WORDS]; /* the order's own first */
  size_t n;
} mg_line;

/* An order: what it is called, and what it does. */
typedef struct {
  const char *names;     /* "n next": parted by blanks, the first is shown */
  const char *arguments; /* "[K | STEP]", or "" */
  const char *help;
  size_t most; /* words that may follow */
  /* What Tab offers behind it: letters of q(uantities), s(ettings),
   * f(igures), t(erminals), S(teps), l(evels), e(quations), o(rders). */
  const char *offers;
  void (*run)(mg_session *session, const mg_line *line);
} mg_order;

/* The orders; names NULL ends the table. */
extern const mg_order mg_orders[];

/* The order that a word names; NULL after it has said that there is none. */
const mg_order *mg_order_find(const char *word);

/* Prints an answer, wrapped; control characters become '?'. */
void mg_order_say(const char *format, ...) MG_PRINTF(1, 2);

/* Prints mg_reason(). */
void mg_order_say_reason(void);

/* The names of the figures of a step, "figures: bound, frames  (p draws)";
 * nothing when it has none. */
void mg_order_say_figures(const mg_step *step);

/* The words for Tab: mg_prompt_words of a session. */
size_t mg_order_words(const void *session, const char *before,
                      const char **word, size_t room);

/* ---- the orders ---- */

/* n, s, c, b, q: orders.c. */
void mg_order_next(mg_session *session, const mg_line *line);
void mg_order_step(mg_session *session, const mg_line *line);
void mg_order_continue(mg_session *session, const mg_line *line);
void mg_order_back(mg_session *session, const mg_line *line);
void mg_order_quit(mg_session *session, const mg_line *line);

/* p, v, set, e, w, l: orders_look.c. */
void mg_order_picture(mg_session *session, const mg_line *line);
void mg_order_value(mg_session *session, const mg_line *line);
void mg_order_set(mg_session *session, const mg_line *line);
void mg_order_equation(mg_session *session, const mg_line *line);
void mg_order_write(mg_session *session, const mg_line *line);
void mg_order_list(mg_session *session, const mg_line *line);

/* h: orders_words.c. */
void mg_order_help(mg_session *session, const mg_line *line);

#endif
