/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrapping, padding and tables.
 *
 * The width is asked for anew with every paragraph: a window may be drawn
 * narrower while a program waits at its prompt. */
#include "terminal/text.h"

#include <gsl/gsl_math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal/terminal.h"

/* Columns: of a page, of the narrowest window, of the room that a text needs
 * behind its name, and where it goes without. */
enum { PAGE = 79, NARROWEST = 20, ROOM = 24, NO_ROOM_AT = 6 };
enum { TEXT_SIZE = 1024 };

size_t mg_text_width(FILE *stream) {
  if (!isatty(fileno(stream)))
    return PAGE;
  const size_t width = mg_terminal_width(stream) - 1;
  return GSL_MIN(GSL_MAX(width, NARROWEST), PAGE);
}

static size_t columns_of(const char *text, size_t bytes) {
  size_t n = 0;
  for (size_t i = 0; i < bytes; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

size_t mg_text_columns(const char *text) {
  return columns_of(text, strlen(text));
}

const char *mg_text_word(const char *list, char *word, size_t size) {
  list += strspn(list, " ");
  const size_t n = strcspn(list, " ");
  snprintf(word, size, "%.*s", (int)n, list);
  return n ? list + n : NULL;
}

void mg_text_pad(FILE *stream, const char *text, int width) {
  int blanks = (width < 0 ? -width : width) - (int)mg_text_columns(text);
  if (blanks < 0)
    blanks = 0;
  fprintf(stream, "%*s%s%*s", width < 0 ? blanks : 0, "", text,
          width < 0 ? 0 : blanks, "");
}

/* The bytes of a word; a range, "2 .. 100", is one. */
static size_t word_of(const char *text) {
  static const char to[] = " .. ";
  size_t n = strcspn(text, " ");
  while (strncmp(text + n, to, sizeof to - 1) == 0)
    n += sizeof to - 1 + strcspn(text + n + sizeof to - 1, " ");
  return n;
}

void mg_text_wrap(FILE *stream, const char *text, size_t column,
                  size_t indent) {
  const size_t page = mg_text_width(stream);
  const char *gap = "";
  for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
    size_t bytes = word_of(text);
    size_t width = columns_of(text, bytes);
    if (*gap && column + 1 + width > page) {
      fprintf(stream, "\n%*s", (int)indent, "");
      column = indent;
      gap = "";
    }
    fprintf(stream, "%s%.*s", gap, (int)bytes, text);
    column += strlen(gap) + width;
    gap = " ";
    text += bytes;
  }
  fputc('\n', stream);
}

void mg_text_print(FILE *stream, const char *format, ...) {
  char text[TEXT_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  mg_text_wrap(stream, text, 0, 0);
}

void mg_text_item(FILE *stream, const char *name, const char *text,
                  size_t indent) {
  size_t width = 2 + mg_text_columns(name);
  fprintf(stream, "  %s", name);
  if (indent + ROOM > mg_text_width(stream)) {
    indent = NO_ROOM_AT;
    if (*name)
      width = indent; /* the name stays alone on its line */
  }
  if (width + 2 > indent) {
    fputc('\n', stream);
    width = 0;
  }
  fprintf(stream, "%*s", (int)(indent - width), "");
  mg_text_wrap(stream, text, indent, indent);
}

/* ---- tables ---- */

static size_t column_width(const mg_table *table, size_t column) {
  size_t width = mg_text_columns(mg_table_name(table, column));
  for (size_t i = 0; i < mg_table_rows(table); i++) {
    size_t cell = mg_text_columns(mg_table_get(table, i, column));
    width = GSL_MAX(width, cell);
  }
  return width;
}

/* The width of every column, in fresh memory; NULL when that is short. */
static size_t *widths_of(const mg_table *table) {
  const size_t columns = mg_table_columns(table);
  size_t *widths = calloc(columns + 1, sizeof *widths);
  for (size_t j = 0; widths && j < columns; j++)
    widths[j] = column_width(table, j);
  return widths;
}

/* One cell behind `used` columns of its line, or on a new one where a window
 * has no room for it; a pipe has.  Without widths, as short of memory, columns
 * do not line up.  Returns how many are used then. */
static size_t print_cell(FILE *stream, const char *text, size_t column,
                         const size_t *widths, size_t used) {
  const int width = widths ? (int)widths[column] : 0;
  const size_t end = used + 1 + (size_t)width;
  if (column && isatty(fileno(stream)) && end > mg_text_width(stream)) {
    fputs("\n ", stream);
    used = 1;
  }
  /* Words begin at the left, numbers end at the right. */
  if (column)
    fputc(' ', stream);
  mg_text_pad(stream, text, column ? -width : width);
  return used + (column > 0) + (size_t)width;
}

static void print_rows(FILE *stream, const mg_table *table,
                       const size_t *widths, size_t first, size_t end) {
  const size_t columns = mg_table_columns(table);
  for (size_t i = first; i < end; i++) {
    size_t used = 0;
    for (size_t j = 0; j < columns; j++)
      used = print_cell(stream, mg_table_get(table, i, j), j, widths, used);
    fputc('\n', stream);
  }
}

void mg_text_table_names(FILE *stream, const mg_table *table) {
  const size_t columns = mg_table_columns(table);
  size_t *widths = widths_of(table), used = 0;
  for (size_t j = 0; j < columns; j++)
    used = print_cell(stream, mg_table_name(table, j), j, widths, used);
  fputc('\n', stream);
  free(widths);
}

void mg_text_table_brief(FILE *stream, const mg_table *table, size_t first,
                         size_t n, size_t most) {
  const size_t rows = mg_table_rows(table);
  first = GSL_MIN(first, rows);
  n = GSL_MIN(n, rows - first);
  const size_t end = first + n;
  size_t *widths = widths_of(table);
  /* The line about one row would take the room of that row. */
  if (n == 0 || n - 1 <= most) {
    print_rows(stream, table, widths, first, end);
  } else {
    print_rows(stream, table, widths, first, first + (most + 1) / 2);
    fprintf(stream, "... %zu more rows\n", n - most);
    print_rows(stream, table, widths, end - most / 2, end);
  }
  free(widths);
}

void mg_text_table_rows(FILE *stream, const mg_table *table, size_t first,
                        size_t n) {
  mg_text_table_brief(stream, table, first, n, n);
}

void mg_text_table(FILE *stream, const mg_table *table) {
  mg_text_table_names(stream, table);
  mg_text_table_rows(stream, table, 0, mg_table_rows(table));
}
