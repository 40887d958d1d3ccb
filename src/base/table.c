/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of text, in one array of fields that doubles as it grows.
 *
 * A field is kept as the text that will be written, so that what is asked of a
 * table in memory (mg_table_get) and what stands in its file are the same
 * characters.  Numbers become text as they come in: 12 significant digits, a
 * point in every locale.
 *
 * Text is made harmless as it comes in.  A control character would part a row
 * (tab, line end) or steer the terminal that shows the file (escape), so each
 * becomes a blank; a '#' that would begin a row makes a reader take the row
 * for a comment, and becomes '?'.
 *
 * The first failure is kept and later calls do nothing: twenty calls that fill
 * a row need one check, and a table with a hole is never written.
 *
 * Not here: reading a table back (data/files does), sorting, widths. */
#include "config.h"

#include "base/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/status.h"

enum { FIRST_ROWS = 16, TABLE_DIGITS = 12 };

struct mg_table {
  size_t columns, rows, room; /* room: rows that fields has place for */
  size_t filled;              /* fields of the last row */
  char *head;                 /* "# key: value" lines; NULL: none */
  char **names;               /* columns */
  char **fields;              /* room x columns; NULL: empty */
  int status;                 /* the first failure */
};

static void clean(char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 32 || *text == 127)
      *text = ' ';
}

static char *clean_copy(const char *text) {
  char *copy = strdup(text);
  if (copy)
    clean(copy);
  return copy;
}

/* The names, parted at blanks; how many into table->columns. */
static bool split_names(mg_table *table, const char *columns) {
  /* No more names than every second byte, and never 0 bytes. */
  table->names = calloc(strlen(columns) / 2 + 1, sizeof *table->names);
  if (!table->names)
    return false;
  for (const char *at = columns + strspn(columns, " "); *at;) {
    size_t length = strcspn(at, " ");
    char *name = strndup(at, length);
    if (!name)
      return false;
    clean(name);
    table->names[table->columns++] = name;
    at += length;
    at += strspn(at, " ");
  }
  return true;
}

mg_table *mg_table_alloc(const char *columns) {
  mg_table *table = calloc(1, sizeof *table);
  if (!table || !split_names(table, columns)) {
    mg_table_free(table);
    mg_fail(GSL_ENOMEM, "no memory for a table");
    return NULL;
  }
  return table;
}

void mg_table_free(mg_table *table) {
  if (!table)
    return;
  for (size_t i = 0; i < table->columns; i++)
    free(table->names[i]);
  for (size_t i = 0; i < table->rows * table->columns; i++)
    free(table->fields[i]);
  free(table->names);
  free(table->fields);
  free(table->head);
  free(table);
}

void mg_table_head(mg_table *table, const char *key, const char *value) {
  if (table->status != GSL_SUCCESS)
    return;
  size_t used = table->head ? strlen(table->head) : 0;
  const size_t length = strlen(key) + strlen(value) + strlen("# : ");
  char *head = realloc(table->head, used + length + 2);
  if (!head) {
    table->status = GSL_ENOMEM;
    return;
  }
  table->head = head;
  snprintf(head + used, length + 1, "# %s: %s", key, value);
  clean(head + used);
  head[used + length] = '\n';
  head[used + length + 1] = '\0';
}

/* Place for one row more. */
static bool make_room(mg_table *table) {
  if (table->rows < table->room)
    return true;
  size_t count, size, width = table->columns ? table->columns : 1;
  size_t room = table->room ? table->room : FIRST_ROWS / 2;
  if (!mg_size_product(room, 2, &room) ||
      !mg_size_product(room, width, &count) ||
      !mg_size_product(count, sizeof *table->fields, &size))
    return false;
  char **fields = realloc(table->fields, size);
  if (!fields)
    return false;
  table->fields = fields;
  table->room = room;
  return true;
}

void mg_table_row(mg_table *table) {
  if (table->status != GSL_SUCCESS)
    return;
  if (!make_room(table)) {
    table->status = GSL_ENOMEM;
    return;
  }
  for (size_t i = 0; i < table->columns; i++)
    table->fields[table->rows * table->columns + i] = NULL;
  table->rows++;
  table->filled = 0;
}

int mg_table_line(mg_table *table, const char *text, size_t n,
                  const double *values) {
  if (!table)
    return GSL_ENOMEM;
  mg_table_row(table);
  if (text)
    mg_table_text(table, text);
  for (size_t i = 0; i < n; i++)
    mg_table_real(table, values[i]);
  return table->status;
}

static void add_series(mg_table *to, const mg_table *from, size_t x, size_t y) {
  for (size_t i = 0; i < from->rows; i++) {
    mg_table_row(to);
    mg_table_text(to, mg_table_name(from, y));
    mg_table_text(to, mg_table_get(from, i, x));
    mg_table_text(to, mg_table_get(from, i, y));
  }
}

void mg_table_series(mg_table *to, const mg_table *from, const char *x,
                     const char *columns) {
  const size_t at = mg_table_find(from, x);
  char name[64];
  for (columns += strspn(columns, " "); *columns;
       columns += strspn(columns, " ")) {
    const size_t n = strcspn(columns, " ");
    snprintf(name, sizeof name, "%.*s", (int)n, columns);
    const size_t y = mg_table_find(from, name);
    if (at < from->columns && y < from->columns)
      add_series(to, from, at, y);
    columns += n;
  }
}

void mg_table_truncate(mg_table *table, size_t rows) {
  if (table->status != GSL_SUCCESS || rows >= table->rows)
    return;
  for (size_t i = rows * table->columns; i < table->rows * table->columns; i++)
    free(table->fields[i]);
  table->rows = rows;
  table->filled = table->columns;
}

void mg_table_text(mg_table *table, const char *text) {
  if (table->status != GSL_SUCCESS)
    return;
  if (table->rows == 0 || table->filled == table->columns) {
    table->status = GSL_EBADLEN;
    return;
  }
  char *field = clean_copy(text);
  if (!field) {
    table->status = GSL_ENOMEM;
    return;
  }
  if (table->filled == 0 && field[strspn(field, " ")] == '#')
    field[strspn(field, " ")] = '?';
  size_t row = table->rows - 1;
  table->fields[row * table->columns + table->filled++] = field;
}

void mg_table_real(mg_table *table, double value) {
  char text[MG_NUMBER_SIZE];
  mg_table_text(table, mg_print_real(value, TABLE_DIGITS, text, sizeof text));
}

void mg_table_size(mg_table *table, size_t value) {
  char text[MG_NUMBER_SIZE];
  snprintf(text, sizeof text, "%zu", value);
  mg_table_text(table, text);
}

size_t mg_table_rows(const mg_table *table) {
  return table->rows;
}

size_t mg_table_columns(const mg_table *table) {
  return table->columns;
}

const char *mg_table_name(const mg_table *table, size_t column) {
  return column < table->columns ? table->names[column] : NULL;
}

const char *mg_table_get(const mg_table *table, size_t row, size_t column) {
  if (row >= table->rows || column >= table->columns)
    return NULL;
  const char *field = table->fields[row * table->columns + column];
  return field ? field : "";
}

size_t mg_table_find(const mg_table *table, const char *name) {
  size_t column = 0;
  while (column < table->columns && strcmp(table->names[column], name) != 0)
    column++;
  return column;
}

int mg_table_status(const mg_table *table) {
  switch (table->status) {
  case GSL_SUCCESS:
    return GSL_SUCCESS;
  case GSL_ENOMEM:
    return mg_fail(GSL_ENOMEM, "no memory for row %zu of a table", table->rows);
  default:
    if (table->rows == 0)
      return mg_fail(GSL_EBADLEN, "a field was filled before any row began");
    return mg_fail(GSL_EBADLEN, "row %zu has more fields than the %zu columns",
                   table->rows, table->columns);
  }
}

int mg_table_print(const mg_table *table, FILE *stream) {
  int status = mg_table_status(table);
  if (status != GSL_SUCCESS)
    return status;
  size_t columns = table->columns;
  if (table->head)
    fputs(table->head, stream);
  for (size_t i = 0; i < columns; i++)
    fprintf(stream, "%s%s", i ? "\t" : "", table->names[i]);
  fputc('\n', stream);
  for (size_t row = 0; row < table->rows; row++) {
    for (size_t i = 0; i < columns; i++)
      fprintf(stream, "%s%s", i ? "\t" : "", mg_table_get(table, row, i));
    fputc('\n', stream);
  }
  if (fflush(stream) != 0 || ferror(stream))
    return mg_fail(GSL_EFAILED, "the table could not be written in full");
  return GSL_SUCCESS;
}

int mg_table_write(const mg_table *table, const char *path) {
  int status = mg_table_status(table);
  if (status != GSL_SUCCESS)
    return mg_fail_in(status, "%s", path);
  mg_file *file = mg_file_create(path);
  if (!file)
    return GSL_EFAILED;
  status = mg_table_print(table, mg_file_stream(file));
  if (status == GSL_SUCCESS)
    return mg_file_commit(file);
  mg_file_discard(file);
  return mg_fail_in(status, "%s", path);
}
