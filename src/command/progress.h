/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far it is: one line on stderr that is written over, on a terminal only.
 * Also the clock, and the wish to stop. */
#ifndef MG_COMMAND_PROGRESS_H
#define MG_COMMAND_PROGRESS_H

#include <stdbool.h>

#include "base/status.h"

/* Shows a bar for `done` (0 .. 1; negative: no bar) and a text behind it, at
 * most ten times a second as long as `done` stays the same. */
void progress_show(double done, const char *format, ...) MG_PRINTF(2, 3);

/* Wipes the line. */
void progress_clear(void);

/* Seconds of a clock that only runs forward. */
double clock_seconds(void);

/* Lets the first Ctrl-C ask for an end, which the loops look for between two
 * passes; the second ends the program at once. */
void interrupt_watch(void);

/* Was an end asked for? */
bool interrupted(void);

#endif
