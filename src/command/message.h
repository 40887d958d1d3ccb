/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to the person at the terminal, and how the program ends.
 *
 * Results go to stdout.  Everything else is one line on stderr that begins
 * with the program's name. */
#ifndef MG_COMMAND_MESSAGE_H
#define MG_COMMAND_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"

/* Exit statuses besides 0 and EXIT_FAILURE. */
enum { EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

/* "marginalia: ..." on stderr; control characters become '?'. */
void message(const char *format, ...) MG_PRINTF(1, 2);

/* The same, and then how to get help, of a verb or (NULL) in general.
 * Returns EXIT_USAGE. */
int message_usage(const char *verb, const char *format, ...) MG_PRINTF(2, 3);

/* Says the library's reason for a failure, after "what: " unless NULL.
 * Returns status. */
int message_reason(const char *what, int status);

/* Flushes stdout and says so when what was printed did not arrive.
 * Returns status; EXIT_FAILURE when that was 0 and the output failed. */
int output_end(int status);

/* Is the stream a terminal that can move its cursor?  TERM=dumb cannot. */
bool terminal_is(FILE *stream);

/* May colours be used on it?  Not with NO_COLOR in the environment, whatever
 * its value unless empty (no-color.org). */
bool terminal_colours(FILE *stream);

/* Columns of the terminal at stream, 80 where nothing tells. */
size_t terminal_width(FILE *stream);

/* Does the locale show UTF-8? */
bool terminal_utf8(void);

#endif
