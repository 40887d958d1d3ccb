/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV tables: records become rows of doubles, and one column labels.
 *
 * How many rows there are is known at the end only, so they are gathered in
 * memory that doubles as they come, and then copied into the data set once.
 *
 * The first record is a line of names when it holds text and no number.  That
 * rule can be told to a reader in one sentence; its price is that a table of
 * text alone loses its first line, and such a table is refused anyway.
 *
 * A field that is no number has two readings.  In the first row of values the
 * column holds text: the remedy is to make it the label or to drop it.  Below
 * rows of numbers it is one bad field: the remedy is to mend it.  Nothing is
 * filled in, since what to do about a missing value is a statistical choice.
 *
 * Labels may be text.  The different values are the classes, sorted as numbers
 * when all are numbers (so "10" follows "9"), else byte by byte.
 *
 * Not here: dates, thousands separators, decimal commas, comments. */
#include "config.h"

#include "data/csv.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/option.h"
#include "base/status.h"
#include "data/record.h"

enum { MOST_CLASSES = 256 };

typedef struct {
  mg_record *record;
  const mg_space *space;
  size_t fields; /* of every row */
  char **names;  /* fields, or NULL: no line of names */
  size_t label;  /* the label's field; == fields: none */
  size_t first;  /* row number of the first values */
  size_t rows, room;
  double *cells;     /* rows x (fields less the label) */
  unsigned *classes; /* rows */
  char *class_names[MOST_CLASSES];
  unsigned n_classes;
} csv_table;

static void table_clear(csv_table *table) {
  mg_record_free(table->record);
  for (size_t i = 0; table->names && i < table->fields; i++)
    free(table->names[i]);
  for (unsigned k = 0; k < table->n_classes; k++)
    free(table->class_names[k]);
  free(table->names);
  free(table->cells);
  free(table->classes);
}

static size_t table_dim(const csv_table *table) {
  return table->fields - (table->label < table->fields);
}

static bool is_number(const char *text) {
  double value;
  return mg_parse_real(text, &value) == GSL_SUCCESS;
}

/* "column 'waiting'" or "column 2". */
static const char *column_text(const csv_table *table, size_t i, char *text,
                               size_t size) {
  if (table->names && table->names[i][0])
    snprintf(text, size, "column '%.60s'", table->names[i]);
  else
    snprintf(text, size, "column %zu", i + 1);
  return text;
}

/* ---- the first line, and the label's column ---------------------------- */

static bool is_line_of_names(const mg_record *record) {
  bool text = false;
  for (size_t i = 0; i < mg_record_fields(record); i++) {
    const char *field = mg_record_field(record, i);
    if (is_number(field))
      return false;
    text = text || *field;
  }
  return text;
}

static int keep_names(csv_table *table) {
  table->names = calloc(table->fields, sizeof *table->names);
  for (size_t i = 0; table->names && i < table->fields; i++)
    if (!(table->names[i] = strdup(mg_record_field(table->record, i))))
      return mg_fail(GSL_ENOMEM, "no memory for the columns' names");
  return table->names ? GSL_SUCCESS
                      : mg_fail(GSL_ENOMEM, "no memory for the columns' names");
}

/* The first record: names, or values already. */
static int read_first(csv_table *table) {
  bool more;
  if (mg_record_next(table->record, &more))
    return GSL_EFAILED;
  if (!more)
    return mg_fail(GSL_EFAILED, "the file holds no rows");
  table->fields = mg_record_fields(table->record);
  if (!is_line_of_names(table->record))
    return GSL_SUCCESS;
  if (keep_names(table) || mg_record_next(table->record, &more))
    return GSL_EFAILED;
  return more ? GSL_SUCCESS
              : mg_fail(GSL_EFAILED,
                        "there are no rows below the line of names");
}

static int fail_no_column(const csv_table *table, const char *label) {
  mg_suggestion known = {.wrong = label};
  char text[400];
  if (!table->names)
    return mg_fail(GSL_EFAILED,
                   "no column '%.60s' for the label: there are columns 1 .. "
                   "%zu, without names",
                   label, table->fields);
  for (size_t i = 0; i < table->fields; i++)
    mg_suggestion_add(&known, table->names[i]);
  return mg_fail(GSL_EFAILED, "no column '%.60s' for the label: %s", label,
                 mg_suggestion_print(&known, text, sizeof text));
}

static int find_label(csv_table *table, const char *label) {
  size_t number;
  table->label = table->fields;
  if (!label)
    return GSL_SUCCESS;
  for (size_t i = 0; table->names && i < table->fields; i++)
    if (strcmp(table->names[i], label) == 0) {
      table->label = i;
      return GSL_SUCCESS;
    }
  if (mg_parse_size(label, &number) || number < 1 || number > table->fields)
    return fail_no_column(table, label);
  table->label = number - 1;
  return GSL_SUCCESS;
}

/* ---- rows --------------------------------------------------------------- */

/* Room for one more row. */
static int reserve_row(csv_table *table) {
  if (table->rows < table->room)
    return GSL_SUCCESS;
  const size_t room = table->room ? 2 * table->room : 64;
  const size_t row_size = table_dim(table) * sizeof *table->cells;
  double *cells = room <= SIZE_MAX / row_size
                      ? realloc(table->cells, room * row_size)
                      : NULL;
  if (cells)
    table->cells = cells;
  unsigned *classes =
      cells ? realloc(table->classes, room * sizeof *classes) : NULL;
  if (!classes) {
    mg_fail(GSL_ENOMEM, "no memory for %zu rows", room);
    return GSL_ENOMEM;
  }
  table->classes = classes;
  table->room = room;
  return GSL_SUCCESS;
}

/* The class of a label, a new one when it was not seen before. */
static int read_label(csv_table *table, const char *text, unsigned *class) {
  char column[80];
  if (!*text)
    return mg_fail(GSL_EFAILED, "row %zu has no label in %s",
                   mg_record_row(table->record),
                   column_text(table, table->label, column, sizeof column));
  unsigned k = 0;
  while (k < table->n_classes && strcmp(table->class_names[k], text) != 0)
    k++;
  *class = k;
  if (k < table->n_classes)
    return GSL_SUCCESS;
  if (k == MOST_CLASSES)
    return mg_fail(
        GSL_EFAILED, "%s holds over %d different values, which are no labels",
        column_text(table, table->label, column, sizeof column), MOST_CLASSES);
  if (!(table->class_names[k] = strdup(text)))
    return mg_fail(GSL_ENOMEM, "no memory for a label");
  table->n_classes++;
  return GSL_SUCCESS;
}

/* What to write behind --label for a column: its name, when a shell takes that
 * as one plain word, else its number. */
static const char *label_text(const csv_table *table, size_t i, char *text,
                              size_t size) {
  const char *name = table->names ? table->names[i] : "";
  const size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
  if (*name && !name[plain])
    snprintf(text, size, "%.60s", name);
  else
    snprintf(text, size, "%zu", i + 1);
  return text;
}

/* Says what is wrong with a field that is no number. */
static int fail_text(const csv_table *table, size_t i, const char *text) {
  char column[80], label[80];
  const size_t row = mg_record_row(table->record);
  column_text(table, i, column, sizeof column);
  if (!*text)
    return mg_fail(GSL_EFAILED,
                   "row %zu, %s is empty: fill it in or remove the row", row,
                   column);
  if (row != table->first)
    return mg_fail(GSL_EFAILED, "row %zu, %s holds '%.60s', not a number", row,
                   column, text);
  if (table->label < table->fields)
    return mg_fail(GSL_EFAILED, "%s holds text ('%.60s' in row %zu): remove it",
                   column, text, row);
  return mg_fail(GSL_EFAILED,
                 "%s holds text ('%.60s' in row %zu): name it with --label %s "
                 "or remove it",
                 column, text, row, label_text(table, i, label, sizeof label));
}

static int read_value(const csv_table *table, size_t i, const char *text,
                      double *value) {
  char column[80];
  if (mg_parse_real(text, value))
    return fail_text(table, i, text);
  if (mg_space_holds(table->space, *value))
    return GSL_SUCCESS;
  const size_t row = mg_record_row(table->record);
  column_text(table, i, column, sizeof column);
  if (!isfinite(*value))
    return mg_fail(GSL_EFAILED,
                   "row %zu, %s is %s: only finite numbers are "
                   "data",
                   row, column, isnan(*value) ? "NaN" : "infinite");
  return mg_fail(GSL_EFAILED,
                 "row %zu, %s is %.60s: with %u levels a value is one of 0 .. "
                 "%u",
                 row, column, text, table->space->levels,
                 table->space->levels - 1);
}

static int read_row(csv_table *table) {
  const size_t fields = mg_record_fields(table->record);
  if (fields != table->fields)
    return mg_fail(GSL_EFAILED, "row %zu has %zu column%s, row 1 has %zu",
                   mg_record_row(table->record), fields, fields == 1 ? "" : "s",
                   table->fields);
  if (reserve_row(table))
    return GSL_ENOMEM;
  double *value = table->cells + table->rows * table_dim(table);
  unsigned class = 0;
  for (size_t i = 0; i < fields; i++) {
    const char *text = mg_record_field(table->record, i);
    const int status = i == table->label ? read_label(table, text, &class)
                                         : read_value(table, i, text, value++);
    if (status)
      return status;
  }
  table->classes[table->rows++] = class;
  return GSL_SUCCESS;
}

static int read_table(csv_table *table, mg_input *input, const char *label) {
  table->record = mg_record_alloc(input);
  if (!table->record || read_first(table) || find_label(table, label))
    return GSL_EFAILED;
  if (table_dim(table) == 0)
    return mg_fail(GSL_EFAILED, "there is no column but the label");
  table->first = mg_record_row(table->record);
  for (bool more = true; more;)
    if (read_row(table) || mg_record_next(table->record, &more))
      return GSL_EFAILED;
  return GSL_SUCCESS;
}

/* ---- labels sorted, and the data set ------------------------------------ */

static int compare_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_number(const void *a, const void *b) {
  double x = 0, y = 0;
  mg_parse_real(*(char *const *)a, &x);
  mg_parse_real(*(char *const *)b, &y);
  return x < y ? -1 : x > y ? 1 : compare_text(a, b);
}

/* Sorts the classes, and renumbers the rows' classes with them. */
static void sort_classes(csv_table *table) {
  char *sorted[MOST_CLASSES] = {NULL};
  unsigned place[MOST_CLASSES] = {0};
  bool numbers = true;
  for (unsigned k = 0; k < table->n_classes; k++) {
    sorted[k] = table->class_names[k];
    numbers = numbers && is_number(sorted[k]);
  }
  qsort(sorted, table->n_classes, sizeof *sorted,
        numbers ? compare_number : compare_text);
  for (unsigned k = 0; k < table->n_classes; k++)
    for (unsigned j = 0; j < table->n_classes; j++)
      if (sorted[j] == table->class_names[k])
        place[k] = j;
  for (size_t i = 0; i < table->rows; i++)
    table->classes[i] = place[table->classes[i]];
  memcpy(table->class_names, sorted, table->n_classes * sizeof *sorted);
}

static int set_names(const csv_table *table, mg_dataset *data) {
  if (data->labels &&
      mg_dataset_set_class_names(data, (const char *const *)table->class_names))
    return GSL_ENOMEM;
  if (!table->names)
    return GSL_SUCCESS;
  const char **names = malloc(data->space.dim * sizeof *names);
  if (!names)
    return mg_fail(GSL_ENOMEM, "no memory for the columns' names");
  size_t d = 0;
  for (size_t i = 0; i < table->fields; i++)
    if (i != table->label)
      names[d++] = table->names[i];
  const int status = mg_dataset_set_columns(data, names);
  free(names);
  return status;
}

static mg_dataset *make_dataset(csv_table *table, const char *name) {
  mg_space space = *table->space;
  space.dim = table_dim(table);
  space.height = space.width = 0;
  space.classes = table->n_classes;
  mg_dataset *data = mg_dataset_alloc(name, &space, table->rows);
  if (!data)
    return NULL;
  const size_t cells = table->rows * space.dim;
  if (data->reals)
    memcpy(data->reals->data, table->cells, cells * sizeof(double));
  else
    for (size_t i = 0; i < cells; i++)
      data->bytes[i] = (unsigned char)table->cells[i];
  if (data->labels) {
    sort_classes(table);
    memcpy(data->labels, table->classes, table->rows * sizeof *data->labels);
  }
  if (set_names(table, data)) {
    mg_dataset_free(data);
    return NULL;
  }
  return data;
}

mg_dataset *mg_csv_read(mg_input *input, const char *name,
                        const mg_space *space, const char *label) {
  csv_table table = {.space = space};
  mg_dataset *data = NULL;
  if (read_table(&table, input, label) == GSL_SUCCESS)
    data = make_dataset(&table, name);
  table_clear(&table);
  return data;
}
