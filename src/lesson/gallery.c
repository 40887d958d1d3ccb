/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures from the board.
 *
 * A picture is a template and, for each of its slots, the name of a table, a
 * text or a number; so it is drawn from whatever the board holds now, in the
 * middle of a loop as at the end of the chapter, once all of it has begun.
 *
 * For the terminal a picture goes through a folder of its own under TMPDIR, or
 * /tmp, which is removed again: a reader who looks leaves no files behind. */
#include "config.h"

#include "lesson/gallery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/status.h"
#include "lesson/page.h"
#include "plot/figure.h"

enum { NAME_SIZE = 160, TEXT_SIZE = 512, SECONDS = 60 };

/* ---- finding ---- */

static const mg_picture *by_name(const mg_lesson *lesson, const char *name) {
  mg_suggestion known = {.wrong = name};
  char text[400];
  for (size_t i = 0; i < lesson->steps; i++)
    for (const mg_picture *p = lesson->chapter->steps[i].pictures; p->name;
         p++) {
      if (strcmp(p->name, name) == 0)
        return p;
      mg_suggestion_add(&known, p->name);
    }
  mg_fail(GSL_EINVAL, "no figure '%.40s' in this chapter: %s", name,
          mg_suggestion_print(&known, text, sizeof text));
  return NULL;
}

const mg_picture *mg_gallery_find(const mg_lesson *lesson, const char *name) {
  if (name)
    return by_name(lesson, name);
  /* Between two steps the one that was done is meant. */
  const size_t next = lesson->place.step + (lesson->place.piece > 0);
  for (size_t i = next; i-- > 0;)
    if (lesson->chapter->steps[i].pictures->name)
      return lesson->chapter->steps[i].pictures;
  mg_fail(GSL_EINVAL, "no step so far has a figure: n does the next");
  return NULL;
}

/* ---- making ---- */

/* The number of the step that shows a table, or 0. */
static size_t step_of(const mg_lesson *lesson, const mg_picture *picture) {
  for (size_t i = 0; i < lesson->steps; i++)
    for (const mg_picture *p = lesson->chapter->steps[i].pictures; p->name; p++)
      if (p == picture)
        return i + 1;
  return 0;
}

/* Is there something to show, a table with rows, a text without braces? */
static bool is_there(const mg_lesson *lesson, const mg_slot *slot) {
  char text[TEXT_SIZE];
  mg_quantity q;
  if (slot->kind != MG_SLOT_TABLE)
    return mg_page_line(lesson, slot->value, text, sizeof text);
  return mg_board_see(lesson->board, slot->value, &q) &&
         q.kind == MG_QUANTITY_TABLE && mg_table_rows(q.table) > 0;
}

int mg_gallery_ready(const mg_lesson *lesson, const mg_picture *picture) {
  char title[TEXT_SIZE];
  const mg_slot *s = picture->slots;
  while (s->slot && is_there(lesson, s))
    s++;
  if (!s->slot && mg_page_line(lesson, picture->title, title, sizeof title))
    return GSL_SUCCESS;
  const bool table = s->slot && s->kind == MG_SLOT_TABLE;
  return mg_fail(GSL_EINVAL,
                 "nothing to draw yet: the figure %s shows %s%s, and step %zu "
                 "has not come so far",
                 picture->name, table ? "the table " : "numbers",
                 table ? s->value : "", step_of(lesson, picture));
}

static int give_table(const mg_lesson *lesson, const mg_slot *slot,
                      mg_figure *figure) {
  mg_quantity q;
  mg_board_see(lesson->board, slot->value, &q);
  return mg_figure_table(figure, slot->slot, q.table);
}

static int give_number(const mg_lesson *lesson, const mg_slot *slot,
                       mg_figure *figure) {
  char text[TEXT_SIZE];
  double value;
  mg_page_line(lesson, slot->value, text, sizeof text);
  if (mg_parse_real(text, &value) != GSL_SUCCESS)
    return mg_fail(GSL_EINVAL, "the figure's %s is no number: '%s'", slot->slot,
                   text);
  return mg_figure_number(figure, slot->slot, value);
}

static int give(const mg_lesson *lesson, const mg_slot *slot,
                mg_figure *figure) {
  char text[TEXT_SIZE];
  if (slot->kind == MG_SLOT_TABLE)
    return give_table(lesson, slot, figure);
  if (slot->kind == MG_SLOT_NUMBER)
    return give_number(lesson, slot, figure);
  mg_page_line(lesson, slot->value, text, sizeof text);
  return mg_figure_text(figure, slot->slot, text);
}

static mg_figure *figure_of(const mg_lesson *lesson,
                            const mg_picture *picture) {
  char title[TEXT_SIZE];
  if (mg_gallery_ready(lesson, picture) != GSL_SUCCESS)
    return NULL;
  mg_figure *figure = mg_figure_alloc(picture->template_name);
  mg_page_line(lesson, picture->title, title, sizeof title);
  int status = figure ? mg_figure_text(figure, "title", title) : GSL_EFAILED;
  for (const mg_slot *s = picture->slots; s->slot && status == GSL_SUCCESS; s++)
    status = give(lesson, s, figure);
  if (status == GSL_SUCCESS)
    return figure;
  mg_figure_free(figure);
  return NULL;
}

static int draw_in(const mg_figure *figure, const char *folder,
                   const char *name, const mg_term *terminal) {
  int status = mg_figure_write(figure, folder, name);
  if (status == GSL_SUCCESS && terminal->kind != MG_TERM_NONE)
    status = mg_figure_draw(folder, name, terminal, SECONDS);
  return status;
}

/* Removes what a figure leaves in a folder, and the folder. */
static void remove_folder(const char *folder, const mg_picture *picture) {
  char name[NAME_SIZE];
  snprintf(name, sizeof name, "%s.gp", picture->name);
  char *path = mg_path_join(folder, name);
  if (path)
    unlink(path);
  free(path);
  for (const mg_slot *s = picture->slots; s->slot; s++) {
    snprintf(name, sizeof name, "%s-%s.tsv", picture->name, s->slot);
    path = mg_path_join(folder, name);
    if (path)
      unlink(path);
    free(path);
  }
  rmdir(folder);
}

static int draw_aside(const mg_figure *figure, const mg_picture *picture,
                      const mg_term *terminal) {
  char folder[TEXT_SIZE];
  const char *place = getenv("TMPDIR");
  place = place && *place ? place : "/tmp";
  const int n = snprintf(folder, sizeof folder, "%s/marginalia-XXXXXX", place);
  if (n < 0 || (size_t)n >= sizeof folder || !mkdtemp(folder))
    return mg_fail(GSL_EFAILED, "no folder can be made in %.80s", place);
  const int status = draw_in(figure, folder, picture->name, terminal);
  /* A window may still be reading what it shows. */
  if (terminal->kind != MG_TERM_QT)
    remove_folder(folder, picture);
  return status;
}

int mg_gallery_draw(mg_lesson *lesson, const mg_picture *picture,
                    const char *folder, const mg_term *terminal) {
  mg_figure *figure = figure_of(lesson, picture);
  if (!figure)
    return GSL_EINVAL;
  const int status = folder ? draw_in(figure, folder, picture->name, terminal)
                            : draw_aside(figure, picture, terminal);
  mg_figure_free(figure);
  return status;
}

int mg_gallery_keep(mg_lesson *lesson, const mg_picture *picture,
                    const char *folder, const mg_term *terminal, char *file,
                    size_t size) {
  const int status = mg_gallery_draw(lesson, picture, folder, terminal);
  const bool drawn = status == GSL_SUCCESS && terminal->kind >= MG_TERM_SVG &&
                     terminal->kind <= MG_TERM_GIF;
  snprintf(file, size, "%s/%s.%s", folder, picture->name,
           drawn ? mg_term_word(terminal->kind) : "gp");
  return status;
}

/* ---- tables ---- */

/* The numbers of the board, as a table that is not on it. */
static int write_numbers(const mg_lesson *lesson, const char *folder) {
  mg_table *table = mg_table_alloc("name value unit");
  char *path = mg_path_join(folder, "numbers.tsv");
  mg_quantity q;
  if (!table || !path) {
    mg_table_free(table);
    free(path);
    return mg_fail(GSL_ENOMEM, "no memory for the table of numbers");
  }
  mg_table_head(table, "command", lesson->line);
  mg_table_head(table, "version", PACKAGE_VERSION);
  mg_table_head(table, "seed", lesson->seed_text);
  for (size_t i = 0; mg_board_at(lesson->board, i, &q); i++) {
    if (q.kind != MG_QUANTITY_REAL)
      continue;
    mg_table_row(table);
    mg_table_text(table, q.name);
    mg_table_real(table, q.real);
    mg_table_text(table, q.unit);
  }
  const int status = mg_table_write(table, path);
  mg_table_free(table);
  free(path);
  return status;
}

static int write_table(const mg_quantity *q, const char *folder) {
  char name[NAME_SIZE];
  snprintf(name, sizeof name, "%s.tsv", q->name);
  char *path = mg_path_join(folder, name);
  const int status = path ? mg_table_write(q->table, path) : GSL_ENOMEM;
  free(path);
  return status;
}

int mg_gallery_write(const mg_lesson *lesson, const char *folder) {
  int status = write_numbers(lesson, folder);
  mg_quantity q;
  for (size_t i = 0; status == GSL_SUCCESS && mg_board_at(lesson->board, i, &q);
       i++)
    if (q.kind == MG_QUANTITY_TABLE)
      status = write_table(&q, folder);
  return status;
}
