/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the terminal can do. */
#ifndef MG_TERMINAL_TERMINAL_H
#define MG_TERMINAL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Is the stream a terminal that can move its cursor?  TERM=dumb cannot. */
bool mg_terminal_is(FILE *stream);

/* May colours be used on it?  Not with NO_COLOR in the environment, whatever
 * its value unless empty (no-color.org). */
bool mg_terminal_colours(FILE *stream);

/* Columns of the terminal at stream, 80 where nothing tells. */
size_t mg_terminal_width(FILE *stream);

/* Lines of the terminal at stream, 24 where nothing tells. */
size_t mg_terminal_lines(FILE *stream);

/* Does the locale show UTF-8? */
bool mg_terminal_utf8(void);

#endif
