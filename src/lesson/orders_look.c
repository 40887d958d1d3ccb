/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders that look at the story: quantities, settings, figures, equations,
 * steps, files.  None of them moves it. */
#include "config.h"

#include "lesson/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "lesson/equation.h"
#include "lesson/gallery.h"
#include "lesson/page.h"
#include "lesson/walk.h"
#include "terminal/interrupt.h"
#include "terminal/terminal.h"
#include "terminal/text.h"

enum { TEXT_SIZE = 512, NAME_SIZE = 64, SETTING_AT = 16, STEP_AT = 22 };

/* ---- v ---- */

void mg_order_value(mg_session *session, const mg_line *line) {
  char reference[TEXT_SIZE];
  if (line->n == 1) {
    mg_page_quantities(stdout, session->lesson);
    if (mg_board_count(session->lesson->board) > 0)
      mg_order_say("v NAME [ROW [COLUMN]] prints one; both count from 0");
    return;
  }
  const char *row = line->n > 2 ? line->word[2] : NULL;
  const char *column = line->n > 3 ? line->word[3] : NULL;
  snprintf(reference, sizeof reference, "%s%s%s%s%s%s", line->word[1],
           row ? "[" : "", row ? row : "", column ? "," : "",
           column ? column : "", row ? "]" : "");
  if (mg_page_quantity(stdout, session->lesson, reference) != GSL_SUCCESS)
    mg_order_say_reason();
}

/* ---- set ---- */

static void list_settings(const mg_lesson *lesson) {
  char text[TEXT_SIZE], value[NAME_SIZE], range[TEXT_SIZE / 2];
  const mg_option *o = lesson->chapter->options;
  if (!o || !o->name)
    mg_order_say("this chapter has no settings");
  for (; o && o->name; o++) {
    snprintf(text, sizeof text, "%s (%s): %s",
             mg_option_print(o, lesson->settings, value, sizeof value),
             mg_option_range(o, range, sizeof range), o->help);
    mg_text_item(stdout, o->name, text, SETTING_AT);
  }
}

void mg_order_set(mg_session *session, const mg_line *line) {
  mg_lesson *lesson = session->lesson;
  char text[TEXT_SIZE];
  if (line->n == 1) {
    list_settings(lesson);
    return;
  }
  if (line->n == 2 && !strchr(line->word[1], '=')) {
    mg_order_say("set takes a name and a value: set %.40s VALUE",
                 line->word[1]);
    return;
  }
  snprintf(text, sizeof text, "%s%s%s", line->word[1], line->n > 2 ? "=" : "",
           line->n > 2 ? line->word[2] : "");
  if (mg_launch_set(lesson->chapter, text, lesson->settings) != GSL_SUCCESS) {
    mg_order_say_reason();
    return;
  }
  mg_order_say("%.80s from the next %s on; b goes back to what was computed "
               "before",
               text, lesson->place.piece ? "piece" : "step");
}

/* ---- p ---- */

/* Reads the words behind p: a figure, a terminal, both, or none. */
static bool read_picture(const mg_session *session, const mg_line *line,
                         const mg_picture **picture, mg_term_kind *kind) {
  const char *figure = NULL;
  bool named = false;
  for (size_t i = 1; i < line->n; i++) {
    const bool is_kind = mg_term_parse(line->word[i], kind) == GSL_SUCCESS;
    if ((is_kind && named) || (!is_kind && figure)) {
      mg_order_say("p takes one figure and one terminal: '%.40s' is too much",
                   line->word[i]);
      return false;
    }
    named = named || is_kind;
    figure = is_kind ? figure : line->word[i];
  }
  *picture = mg_gallery_find(session->lesson, figure);
  if (!*picture)
    mg_order_say_reason();
  return *picture != NULL;
}

static bool is_shown(mg_term_kind kind) {
  return kind == MG_TERM_DUMB || kind == MG_TERM_SIXEL || kind == MG_TERM_QT;
}

static mg_term terminal_of(mg_term_kind kind) {
  const size_t lines = mg_terminal_lines(stdout);
  return (mg_term){.kind = kind,
                   .stream = stdout,
                   .columns = (unsigned)mg_text_width(stdout),
                   /* the prompt's line stays below the picture */
                   .lines = (unsigned)(lines > 12 ? lines - 2 : 10),
                   .utf8 = mg_terminal_utf8(),
                   .colour = mg_terminal_colours(stdout),
                   .environment = environ};
}

/* Draws one picture into a folder and says which file it is in.
 * Returns as mg_gallery_keep; GSL_EUNSUP is said, and is none. */
static int draw_file(mg_session *session, const mg_picture *picture,
                     const char *folder, mg_term_kind kind) {
  const mg_term terminal = terminal_of(kind);
  char file[TEXT_SIZE];
  int status = mg_folder_make(folder);
  if (status == GSL_SUCCESS)
    status = mg_gallery_keep(session->lesson, picture, folder, &terminal, file,
                             sizeof file);
  if (status == GSL_EUNSUP)
    mg_order_say_reason();
  else if (status != GSL_SUCCESS)
    return status;
  mg_order_say("%s", file);
  return GSL_SUCCESS;
}

void mg_order_picture(mg_session *session, const mg_line *line) {
  const mg_launch *launch = session->launch;
  const mg_picture *picture;
  mg_term_kind kind = launch->term_given ? launch->term : MG_TERM_DUMB;
  if (!read_picture(session, line, &picture, &kind))
    return;
  const mg_term terminal = terminal_of(kind);
  int status = GSL_EUNSUP;
  fflush(stdout);
  if (is_shown(kind))
    status = mg_gallery_draw(session->lesson, picture, NULL, &terminal);
  /* A file; or nothing here shows it, and the script should stay. */
  if (status == GSL_EUNSUP)
    status = draw_file(session, picture, session->folder, kind);
  if (status != GSL_SUCCESS)
    mg_order_say_reason();
}

/* ---- e ---- */

static bool print_equation(const char *id) {
  const mg_equation *equation = mg_equation_find(id);
  if (!equation || mg_equation_print(stdout, equation, mg_terminal_utf8(),
                                     mg_text_width(stdout)) != GSL_SUCCESS) {
    mg_order_say_reason();
    return false;
  }
  return true;
}

void mg_order_equation(mg_session *session, const mg_line *line) {
  const mg_step *step = mg_walk_shown(session->lesson);
  char id[NAME_SIZE];
  if (line->n > 1) {
    print_equation(line->word[1]);
    return;
  }
  if (!step)
    step = mg_lesson_step(session->lesson);
  if (!*step->equations)
    mg_order_say("%s has no equation of its own", step->name);
  const char *at = step->equations;
  while ((at = mg_text_word(at, id, sizeof id)))
    if (print_equation(id) && *at)
      putchar('\n');
}

/* ---- w ---- */

static int write_figures(mg_session *session, const char *folder) {
  const mg_lesson *lesson = session->lesson;
  const mg_step *last = mg_walk_shown(lesson);
  int status = GSL_SUCCESS;
  for (const mg_step *s = lesson->chapter->steps; last && s <= last; s++)
    for (const mg_picture *p = s->pictures; p->name; p++) {
      if (mg_interrupted() || status != GSL_SUCCESS)
        return status;
      /* Halfway through a step some tables are still to come. */
      if (mg_gallery_ready(lesson, p) == GSL_SUCCESS)
        status = draw_file(session, p, folder, session->launch->term);
    }
  return status;
}

static void say_tables(const mg_lesson *lesson, const char *folder) {
  mg_quantity q;
  for (size_t i = 0; mg_board_at(lesson->board, i, &q); i++)
    if (q.kind == MG_QUANTITY_TABLE)
      mg_order_say("%s/%s.tsv", folder, q.name);
  mg_order_say("%s/numbers.tsv", folder);
}

void mg_order_write(mg_session *session, const mg_line *line) {
  const char *folder = line->n > 1 ? line->word[1] : session->folder;
  int status = mg_folder_make(folder);
  if (status == GSL_SUCCESS)
    status = mg_gallery_write(session->lesson, folder);
  if (status == GSL_SUCCESS) {
    say_tables(session->lesson, folder);
    status = write_figures(session, folder);
  }
  if (status != GSL_SUCCESS)
    mg_order_say_reason();
}

/* ---- l ---- */

void mg_order_list(mg_session *session, const mg_line *line) {
  const mg_lesson *lesson = session->lesson;
  const mg_step *shown = mg_walk_shown(lesson);
  char name[NAME_SIZE];
  (void)line;
  for (size_t i = 0; i < lesson->steps; i++) {
    const mg_step *step = &lesson->chapter->steps[i];
    snprintf(name, sizeof name, "%c%3zu %s", step == shown ? '>' : ' ', i + 1,
             step->name);
    mg_text_item(stdout, name, step->title, STEP_AT);
  }
}
