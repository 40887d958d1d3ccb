/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far it is: one line on stderr that is written over, on a terminal only.
 * Also the clock. */
#ifndef MG_TERMINAL_PROGRESS_H
#define MG_TERMINAL_PROGRESS_H

#include "base/status.h"

/* Shows a bar for `done` (0 .. 1; negative: no bar) and a text behind it, at
 * most ten times a second as long as `done` stays the same. */
void mg_progress_show(double done, const char *format, ...) MG_PRINTF(2, 3);

/* Wipes the line. */
void mg_progress_clear(void);

/* Seconds of a clock that only runs forward. */
double mg_clock_seconds(void);

#endif
