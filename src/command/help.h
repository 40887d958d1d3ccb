/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, made from the tables of options.h. */
#ifndef MG_COMMAND_HELP_H
#define MG_COMMAND_HELP_H

#include <stdio.h>

#include "command/options.h"
#include "lesson/launch.h"

/* The page of one verb of a grammar, or (NULL) the general one. */
void help_print(FILE *stream, const struct grammar *grammar,
                const struct verb *verb);

/* Three lines, for who typed nothing. */
void help_short(FILE *stream);

/* "marginalia 0.1.0" and the licence. */
void help_version(FILE *stream);

/* "-s, --seed=N" into text; returns text. */
const char *help_option(const struct option_entry *entry, char *text,
                        size_t size);

/* "-s, --seed=N" of an option of the chapters, too; returns text. */
const char *help_passed(const mg_launch_option *option, char *text,
                        size_t size);

/* "fit MODEL DATA" into text; returns text. */
const char *help_verb(const struct verb *verb, char *text, size_t size);

/* What the manual page says as well. */
extern const char help_line[];               /* what the program is */
extern const char *const help_exits[];       /* pairs: status, meaning; NULL */
extern const char *const help_environment[]; /* pairs: variable, use; NULL */

/* Calls `each` with every line of text, copied and ended. */
void help_lines(FILE *stream, const char *text,
                void (*each)(FILE *stream, const char *line));

#endif
