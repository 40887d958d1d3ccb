/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrapping and padding. */
#include "command/text.h"

#include <string.h>

static size_t columns_of(const char *text, size_t bytes) {
  size_t n = 0;
  for (size_t i = 0; i < bytes; i++)
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
  return n;
}

size_t text_columns(const char *text) {
  return columns_of(text, strlen(text));
}

void text_pad(FILE *stream, const char *text, int width) {
  int blanks = (width < 0 ? -width : width) - (int)text_columns(text);
  if (blanks < 0)
    blanks = 0;
  fprintf(stream, "%*s%s%*s", width < 0 ? blanks : 0, "", text,
          width < 0 ? 0 : blanks, "");
}

void text_wrap(FILE *stream, const char *text, size_t column, size_t indent) {
  const char *gap = "";
  for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
    size_t bytes = strcspn(text, " ");
    size_t width = columns_of(text, bytes);
    if (*gap && column + 1 + width > PAGE) {
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

void text_item(FILE *stream, const char *name, const char *text,
               size_t indent) {
  size_t width = 2 + text_columns(name);
  fprintf(stream, "  %s", name);
  if (width + 2 > indent) {
    fputc('\n', stream);
    width = 0;
  }
  fprintf(stream, "%*s", (int)(indent - width), "");
  text_wrap(stream, text, indent, indent);
}

static size_t column_width(const mg_table *table, size_t column) {
  size_t width = text_columns(mg_table_name(table, column));
  for (size_t i = 0; i < mg_table_rows(table); i++) {
    size_t cell = text_columns(mg_table_get(table, i, column));
    width = cell > width ? cell : width;
  }
  return width;
}

static void print_cell(FILE *stream, const char *text, size_t column,
                       size_t width) {
  /* Words begin at the left, numbers end at the right. */
  if (column)
    fputc(' ', stream);
  text_pad(stream, text, column ? -(int)width : (int)width);
}

void text_table(FILE *stream, const mg_table *table) {
  const size_t columns = mg_table_columns(table);
  for (size_t i = 0; i <= mg_table_rows(table); i++) {
    for (size_t j = 0; j < columns; j++)
      print_cell(stream,
                 i ? mg_table_get(table, i - 1, j) : mg_table_name(table, j), j,
                 column_width(table, j));
    fputc('\n', stream);
  }
}
