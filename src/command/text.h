/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in columns, for a page of 80.  A character counts one column, whatever
 * its bytes in UTF-8. */
#ifndef MG_COMMAND_TEXT_H
#define MG_COMMAND_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "base/table.h"

enum { PAGE = 79 }; /* the last column stays empty */

/* How many characters text has. */
size_t text_columns(const char *text);

/* Prints text and blanks behind it, up to `width` columns; negative: before
 * it.  Text that is longer is not cut. */
void text_pad(FILE *stream, const char *text, int width);

/* Prints a paragraph and a line end, wrapped at PAGE.
 *   column  in  where the cursor stands, from 0
 *   indent  in  where its further lines begin */
void text_wrap(FILE *stream, const char *text, size_t column, size_t indent);

/* Prints `name` at column 2, then text wrapped from `indent` on; a name that
 * is too long gets a line of its own. */
void text_item(FILE *stream, const char *name, const char *text, size_t indent);

/* Prints a table in columns as wide as they need, its first one to the left and
 * the others to the right. */
void text_table(FILE *stream, const mg_table *table);

#endif
