/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to the person at the terminal, and how a program ends.
 *
 * Results go to stdout.  Everything else is one line on stderr that begins
 * with the program's name. */
#ifndef MG_TERMINAL_MESSAGE_H
#define MG_TERMINAL_MESSAGE_H

#include "base/status.h"

/* Exit statuses besides 0 and EXIT_FAILURE. */
enum { MG_EXIT_USAGE = 2, MG_EXIT_INTERRUPTED = 130 };

/* Sets the name that messages begin with, "marginalia" at first.
 *   name  in  kept as a pointer: a constant, such as "ch02-em" */
void mg_message_program(const char *name);

/* That name. */
const char *mg_message_name(void);

/* "marginalia: ..." on stderr; control characters become '?'. */
void mg_message(const char *format, ...) MG_PRINTF(1, 2);

/* The same, and then how to get help, of a verb or (NULL) in general.
 * Returns MG_EXIT_USAGE. */
int mg_message_usage(const char *verb, const char *format, ...) MG_PRINTF(2, 3);

/* Says the library's reason for a failure, after "what: " unless NULL.
 * Returns status. */
int mg_message_reason(const char *what, int status);

/* Flushes stdout and says so when what was printed did not arrive.
 * Returns status; EXIT_FAILURE when that was 0 and the output failed. */
int mg_output_end(int status);

#endif
