/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in columns, for a page of 80 or a narrower window.  A character counts
 * one column, whatever its bytes in UTF-8. */
#ifndef MG_TERMINAL_TEXT_H
#define MG_TERMINAL_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "base/status.h"
#include "base/table.h"

/* How many columns text may take on the stream: those of its terminal but the
 * last, which stays empty, 20 .. 79; 79 where it is no terminal. */
size_t mg_text_width(FILE *stream);

/* How many characters text has. */
size_t mg_text_columns(const char *text);

/* Takes the next word of a list that blanks part.
 *   word  out  cut when it has more than size - 1 bytes
 * Returns the text behind it; NULL at the end of the list, and word is empty.
 */
const char *mg_text_word(const char *list, char *word, size_t size);

/* Prints text and blanks behind it, up to `width` columns; negative: before
 * it.  Text that is longer is not cut. */
void mg_text_pad(FILE *stream, const char *text, int width);

/* Prints a paragraph and a line end, wrapped at mg_text_width, but never within
 * a range as "2 .. 100".
 *   column  in  where the cursor stands, from 0
 *   indent  in  where its further lines begin */
void mg_text_wrap(FILE *stream, const char *text, size_t column, size_t indent);

/* Prints a paragraph from the first column on, wrapped, as printf makes it; of
 * over 1023 bytes the first. */
void mg_text_print(FILE *stream, const char *format, ...) MG_PRINTF(2, 3);

/* Prints `name` at column 2, then text wrapped from `indent` on; a name that
 * is too long gets a line of its own, and each does, with the text from column
 * 6 on, where the window leaves no room behind `indent`.  An empty name goes on
 * with the item above. */
void mg_text_item(FILE *stream, const char *name, const char *text,
                  size_t indent);

/* Prints a table in columns as wide as they need, its first one to the left and
 * the others to the right: the names, then all rows. */
void mg_text_table(FILE *stream, const mg_table *table);

/* The line of names alone. */
void mg_text_table_names(FILE *stream, const mg_table *table);

/* The rows first .. first + n - 1 that there are, without names.  The columns
 * are as wide as all rows of the table need, so that pieces of one table fit
 * under each other. */
void mg_text_table_rows(FILE *stream, const mg_table *table, size_t first,
                        size_t n);

/* The same, but of more than `most` rows only the first and the last `most`/2,
 * and "... 54 more rows" between them. */
void mg_text_table_brief(FILE *stream, const mg_table *table, size_t first,
                         size_t n, size_t most);

#endif
