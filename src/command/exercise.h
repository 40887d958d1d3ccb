/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of marginalia exercise: one function each.  Every one prints its
 * results on stdout and returns the exit status, as those of verbs.h do. */
#ifndef MG_COMMAND_EXERCISE_H
#define MG_COMMAND_EXERCISE_H

#include "command/options.h"

/* Which exercises there are, by chapter. */
int exercise_list(const struct settings *settings);

#endif
