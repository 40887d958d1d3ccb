/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prose, numbers and tables on a page of at most 80 columns.
 *
 * A paragraph is put together first, numbers in their places and mathematics in
 * its signs, and wrapped then: what a reader's window shows breaks where the
 * words do, whatever the numbers came to. */
#include "config.h"

#include "lesson/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/equation.h"
#include "lesson/reference.h"
#include "lesson/rounded.h"
#include "terminal/text.h"
#include "terminal/message.h"
#include "terminal/terminal.h"

enum { PARAGRAPH = 4096, WORD = 256, DIGITS = 5, ROW_SIZE = 512 };
/* v: rows of a matrix, columns that a number takes. */
enum { ROWS = 16, NUMBER = 13 };

/* ---- prose ---- */

/* Text that grows to a limit, and is cut there. */
typedef struct {
  char text[PARAGRAPH];
  size_t used;
  bool missing; /* a reference points at nothing */
} paragraph;

static void append(paragraph *p, const char *text, size_t n) {
  if (n > sizeof p->text - 1 - p->used)
    n = sizeof p->text - 1 - p->used;
  memcpy(p->text + p->used, text, n);
  p->used += n;
  p->text[p->used] = '\0';
}

bool mg_page_value(const mg_lesson *lesson, const char *reference, char *text,
                   size_t size) {
  mg_reference r;
  mg_target target;
  double scratch;
  return mg_reference_parse(reference, &r) == GSL_SUCCESS &&
         mg_reference_find(lesson, &r, &scratch, &target) == GSL_SUCCESS &&
         mg_reference_print(&r, &target, text, size) == GSL_SUCCESS;
}

/* Appends the value that a brace at `at` asks for; the text behind it. */
static const char *append_value(const mg_lesson *lesson, const char *at,
                                paragraph *p) {
  char reference[WORD], value[WORD];
  const size_t n = strcspn(at + 1, "}");
  if (at[1 + n] == '}' && n < sizeof reference) {
    memcpy(reference, at + 1, n);
    reference[n] = '\0';
    if (mg_page_value(lesson, reference, value, sizeof value)) {
      append(p, value, strlen(value));
      return at + n + 2;
    }
  }
  p->missing = true;
  append(p, at, 1);
  return at + 1;
}

static const char *append_formula(const char *at, bool utf8, paragraph *p) {
  char ascii[WORD], text[4 * WORD];
  const size_t n = strcspn(at + 1, "`");
  if (at[1 + n] != '`' || n >= sizeof ascii) {
    append(p, at, 1);
    return at + 1;
  }
  memcpy(ascii, at + 1, n);
  ascii[n] = '\0';
  if (utf8)
    mg_equation_unicode(ascii, text, sizeof text);
  else
    memcpy(text, ascii, n + 1);
  append(p, text, strlen(text));
  return at + n + 2;
}

/* Fills p with the n bytes at text; line ends become blanks. */
static void fill(const mg_lesson *lesson, const char *text, size_t n, bool utf8,
                 paragraph *p) {
  const char *end = text + n;
  p->used = 0;
  p->missing = false;
  p->text[0] = '\0';
  while (text < end) {
    if (*text == '{')
      text = append_value(lesson, text, p);
    else if (*text == '`')
      text = append_formula(text, utf8, p);
    else
      append(p, *text == '\n' ? " " : text, 1), text++;
  }
}

/* How much of text is one thing to print: a line that begins with a blank, or
 * lines up to such a one, an empty one, or the end. */
static size_t piece_length(const char *text) {
  size_t n = strcspn(text, "\n");
  if (*text == ' ' || n == 0)
    return n;
  while (text[n] && text[n + 1] && text[n + 1] != '\n' && text[n + 1] != ' ')
    n += 1 + strcspn(text + n + 1, "\n");
  return n;
}

/* A line that stands as it is, as long as the window has room for it. */
static void put_line(FILE *stream, const char *line) {
  const size_t indent = strspn(line, " ");
  if (mg_text_columns(line) <= mg_text_width(stream))
    fprintf(stream, "%s\n", line);
  else
    mg_text_wrap(stream, line, 0, indent);
}

void mg_page_prose(FILE *stream, const mg_lesson *lesson, const char *text) {
  paragraph p;
  while (*text) {
    const size_t n = piece_length(text);
    fill(lesson, text, n, mg_terminal_utf8(), &p);
    if (*text == ' ' || n == 0)
      put_line(stream, p.text);
    else
      mg_text_wrap(stream, p.text, 0, 0);
    text += n + (text[n] == '\n');
  }
}

bool mg_page_line(const mg_lesson *lesson, const char *text, char *line,
                  size_t size) {
  paragraph p;
  fill(lesson, text, strlen(text), true, &p);
  snprintf(line, size, "%s", p.text);
  return !p.missing;
}

void mg_page_begin(FILE *stream, const mg_lesson *lesson, const mg_step *step) {
  const bool bold = mg_terminal_colours(stream);
  const size_t number = (size_t)(step - lesson->chapter->steps) + 1;
  char title[WORD];
  snprintf(title, sizeof title, "%zu of %zu: %s (%s)", number, lesson->steps,
           step->title, step->name);
  fputs(bold ? "\n\033[1m" : "\n", stream);
  mg_text_wrap(stream, title, 0, 2);
  fputs(bold ? "\033[0m" : "", stream);
  fputs(*step->before ? "\n" : "", stream);
  mg_page_prose(stream, lesson, step->before);
}

/* ---- numbers ---- */

/* What is not known yet is left out. */
static void print_watched(FILE *stream, const mg_lesson *lesson,
                          const char *names) {
  char word[WORD], value[WORD], line[PARAGRAPH] = "";
  size_t used = 0;
  mg_quantity q;
  while ((names = mg_text_word(names, word, sizeof word))) {
    if (!mg_page_value(lesson, word, value, sizeof value) ||
        strcmp(value, "nan") == 0)
      continue;
    word[strcspn(word, ":")] = '\0';
    const char *unit =
        mg_board_see(lesson->board, word, &q) && *q.unit ? q.unit : "";
    used += (size_t)snprintf(line + used, sizeof line - used, "%s%s %s%s%s",
                             used ? ",  " : "", word, value, *unit ? " " : "",
                             unit);
    if (used >= sizeof line)
      used = sizeof line - 1;
  }
  if (used)
    mg_text_wrap(stream, line, 0, 2);
}

static void print_rows(FILE *stream, const mg_table *table, size_t first,
                       size_t most) {
  mg_table *rounded = mg_rounded(table, DIGITS);
  const mg_table *shown = rounded ? rounded : table;
  const size_t n = mg_table_rows(shown) - first;
  if (first == 0)
    mg_text_table_names(stream, shown);
  mg_text_table_brief(stream, shown, first, n, most ? most : n);
  mg_table_free(rounded);
}

void mg_page_news(FILE *stream, mg_lesson *lesson, const mg_step *step,
                  size_t most) {
  const char *names = step->shows;
  char word[WORD];
  mg_quantity q;
  for (size_t i = 0; (names = mg_text_word(names, word, sizeof word)); i++) {
    if (!mg_board_see(lesson->board, word, &q) || q.kind != MG_QUANTITY_TABLE ||
        i == MG_SHOWN || mg_table_rows(q.table) <= lesson->shown_rows[i])
      continue;
    fputc('\n', stream);
    print_rows(stream, q.table, lesson->shown_rows[i], most);
    lesson->shown_rows[i] = mg_table_rows(q.table);
  }
  print_watched(stream, lesson, step->watch);
}

void mg_page_forget(mg_lesson *lesson) {
  memset(lesson->shown_rows, 0, sizeof lesson->shown_rows);
}

/* ---- v ---- */

static void print_row(FILE *stream, const mg_target *t, size_t i) {
  char text[MG_NUMBER_SIZE];
  /* Four columns are kept for the dots. */
  const size_t most = (mg_text_width(stream) - 4) / NUMBER;
  for (size_t j = 0; j < t->columns && j < most; j++) {
    mg_print_real(mg_target_get(t, i, j), 6, text, sizeof text);
    fprintf(stream, "%*s", NUMBER, text);
  }
  fputs(t->columns > most ? " ...\n" : "\n", stream);
}

static void print_numbers(FILE *stream, const char *reference,
                          const mg_target *t) {
  fprintf(stream, "%s: %zu x %zu%s%s\n", reference, t->rows, t->columns,
          *t->unit ? ", " : "", t->unit);
  for (size_t i = 0; i < t->rows && i < ROWS; i++)
    print_row(stream, t, i);
  if (t->rows > ROWS)
    fprintf(stream, "... %zu more rows; one alone: %s[%d]\n", t->rows - ROWS,
            reference, ROWS);
}

static void print_model(FILE *stream, const mg_quantity *q) {
  mg_tensors list = {.n = 0};
  q->model->type->tensors(q->model->self, &list);
  fprintf(stream, "%s: %s, %zu free parameters\n", q->name,
          q->model->type->title, mg_model_parameters(q->model));
  for (size_t i = 0; i < list.n; i++) {
    fprintf(stream, "  %s.%s: ", q->name, list.item[i].name);
    for (size_t j = 0; j < list.item[i].rank; j++)
      fprintf(stream, "%s%zu", j ? " x " : "", list.item[i].shape[j]);
    fputc('\n', stream);
  }
}

static bool print_whole(FILE *stream, const mg_lesson *lesson,
                        const char *name) {
  mg_quantity q;
  if (!mg_board_see(lesson->board, name, &q))
    return false;
  if (q.kind == MG_QUANTITY_MODEL)
    print_model(stream, &q);
  else if (q.kind == MG_QUANTITY_TABLE)
    print_rows(stream, q.table, 0, ROWS);
  else if (q.kind == MG_QUANTITY_DATA)
    fprintf(stream, "%s: %s, %zu rows\n", name, q.data->name, q.data->n);
  else
    return false;
  return true;
}

/* A row of a table, with the names over it. */
static bool print_table_row(FILE *stream, const mg_lesson *lesson,
                            const mg_reference *r) {
  mg_quantity q;
  size_t i;
  if (!*r->row || *r->column || !mg_board_see(lesson->board, r->name, &q) ||
      q.kind != MG_QUANTITY_TABLE)
    return false;
  const size_t rows = mg_table_rows(q.table);
  if (strcmp(r->row, "last") == 0 && rows > 0)
    i = rows - 1;
  else if (mg_parse_size(r->row, &i) != GSL_SUCCESS || i >= rows)
    return false;
  mg_table *rounded = mg_rounded(q.table, DIGITS);
  const mg_table *shown = rounded ? rounded : q.table;
  mg_text_table_names(stream, shown);
  mg_text_table_rows(stream, shown, i, 1);
  mg_table_free(rounded);
  return true;
}

int mg_page_quantity(FILE *stream, const mg_lesson *lesson,
                     const char *reference) {
  mg_reference r;
  mg_target target;
  double scratch;
  char text[ROW_SIZE];
  if (print_whole(stream, lesson, reference))
    return GSL_SUCCESS;
  int status = mg_reference_parse(reference, &r);
  if (status == GSL_SUCCESS && print_table_row(stream, lesson, &r))
    return GSL_SUCCESS;
  if (status == GSL_SUCCESS)
    status = mg_reference_find(lesson, &r, &scratch, &target);
  if (status != GSL_SUCCESS)
    return status;
  /* As many digits as in a matrix: a reader who asks may want to compare. */
  if (!strchr(reference, ':'))
    snprintf(r.format, sizeof r.format, "%%.6g");
  if (mg_reference_print(&r, &target, text, sizeof text) == GSL_SUCCESS)
    fprintf(stream, "%s = %s%s%s\n", reference, text, *target.unit ? " " : "",
            target.unit);
  else
    print_numbers(stream, reference, &target);
  return GSL_SUCCESS;
}

static void shape_text(const mg_quantity *q, char *text, size_t size) {
  if (q->kind == MG_QUANTITY_REAL)
    mg_print_real(q->real, 6, text, size);
  else if (q->kind == MG_QUANTITY_MATRIX)
    snprintf(text, size, "%zu x %zu", q->matrix->size1, q->matrix->size2);
  else if (q->kind == MG_QUANTITY_MODEL)
    snprintf(text, size, "%s", q->model->type->title);
  else if (q->kind == MG_QUANTITY_TABLE)
    snprintf(text, size, "table of %zu rows", mg_table_rows(q->table));
  else
    snprintf(text, size, "data set of %zu rows", q->data->n);
}

void mg_page_quantities(FILE *stream, const mg_lesson *lesson) {
  mg_quantity q;
  char text[WORD];
  for (size_t i = 0; mg_board_at(lesson->board, i, &q); i++) {
    shape_text(&q, text, sizeof text);
    fprintf(stream, "  %-16s %s%s%s\n", q.name, text, *q.unit ? " " : "",
            q.unit);
  }
  if (mg_board_count(lesson->board) == 0)
    fputs("  nothing yet: n does the first step\n", stream);
}
