/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of results, kept in memory and written as TSV.
 *
 * Every number leaves the program through one of these.  A file begins with
 * lines "# key: value" (command, seed, version, data, units), then one line of
 * column names, then a row a line, fields parted by one tab.  gnuplot reads it
 * as it is (set datafile separator tab; commentschars '#').
 * Numbers are written with 12 significant digits and a decimal point in every
 * locale; a value that does not exist is NaN and is written "nan".
 * Text fields never hold a tab or a line end: such a byte becomes a blank.
 *
 * A table remembers its first failure (memory), so that rows can be added
 * without a check each; mg_table_status and the write tell of it. */
#ifndef MG_BASE_TABLE_H
#define MG_BASE_TABLE_H

#include <stddef.h>
#include <stdio.h>

typedef struct mg_table mg_table;

/* A table with the given columns.
 *   columns  in  names parted by blanks: "model data nats"
 * Returns NULL when memory is short. */
mg_table *mg_table_alloc(const char *columns);

/* Frees a table; NULL is allowed. */
void mg_table_free(mg_table *table);

/* Adds "# key: value" to the head. */
void mg_table_head(mg_table *table, const char *key, const char *value);

/* Begins a new row, all fields empty. */
void mg_table_row(mg_table *table);

/* Fills the next field of the last row. */
void mg_table_text(mg_table *table, const char *text);
void mg_table_real(mg_table *table, double value);
void mg_table_size(mg_table *table, size_t value);

/* A whole row at once, as in MG_TABLE_LINE(table, "gmm", nats, std_error).
 *   table   in  NULL is one that there was no memory for
 *   text    in  its first field, or NULL for none
 *   values  in  n numbers, the fields behind it
 * Returns GSL_SUCCESS; mg_table_status's failure; GSL_ENOMEM for NULL. */
int mg_table_line(mg_table *table, const char *text, size_t n,
                  const double *values);

#define MG_TABLE_LINE(table, text, ...)                                        \
  mg_table_line(table, text, sizeof((double[]){__VA_ARGS__}) / sizeof(double), \
                (double[]){__VA_ARGS__})

/* Columns become curves: adds, to a table "series x y", the rows of each column
 * y of `from` against its column x, a series a column, named as the column.
 *   columns  in  names parted by blanks; those that from has not are left out
 * A failure is kept in `to`, as by any row. */
void mg_table_series(mg_table *to, const mg_table *from, const char *x,
                     const char *columns);

/* Drops the rows from number `rows` on (counted from 0); fewer stay as they
 * are.  What is filled next belongs to a new row: mg_table_row comes first.
 * After a failure nothing changes. */
void mg_table_truncate(mg_table *table, size_t rows);

/* How many rows and columns there are. */
size_t mg_table_rows(const mg_table *table);
size_t mg_table_columns(const mg_table *table);

/* A column's name, and a field as text ("" when it was never filled); NULL
 * outside the table. */
const char *mg_table_name(const mg_table *table, size_t column);
const char *mg_table_get(const mg_table *table, size_t row, size_t column);

/* The column of that name, or mg_table_columns(table). */
size_t mg_table_find(const mg_table *table, const char *name);

/* GSL_SUCCESS, or the first failure: GSL_ENOMEM, GSL_EBADLEN (a row with too
 * many fields). */
int mg_table_status(const mg_table *table);

/* Writes the rows, with the head and column names before them.
 *   stream  out  left open
 * Returns GSL_SUCCESS; mg_table_status's failure; GSL_EFAILED on a write error.
 */
int mg_table_print(const mg_table *table, FILE *stream);

/* The same into a file, atomically (base/file).
 * Returns as mg_table_print; GSL_EFAILED with the path in mg_reason(). */
int mg_table_write(const mg_table *table, const char *path);

#endif
