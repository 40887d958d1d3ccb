/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of the program: one function each.  Every one prints its results
 * on stdout and returns the exit status, 0, EXIT_FAILURE, MG_EXIT_USAGE or
 * MG_EXIT_INTERRUPTED, after it has said why. */
#ifndef MG_COMMAND_VERBS_H
#define MG_COMMAND_VERBS_H

#include "command/options.h"

/* Does what a call asks for: help, the version, its verb. */
int verbs_run(const struct settings *settings);

/* What the first Ctrl-C is answered (terminal/interrupt). */
#define STOPPING "stopping after this pass; Ctrl-C again ends at once"

/* Data sets and models, or the options of one, or the source of another. */
int command_list(const struct settings *settings);

/* Fits a model to data and writes it into a file. */
int command_fit(const struct settings *settings);

/* The evidence of a model in a file for data. */
int command_evaluate(const struct settings *settings);

/* Is a model in a file a distribution? */
int command_audit(const struct settings *settings);

/* Draws from a model in a file. */
int command_sample(const struct settings *settings);

/* Pictures of a model in a file. */
int command_plot(const struct settings *settings);

/* Every model that can, on one data set. */
int command_compare(const struct settings *settings);

/* The chapters there are, or one of them in the place of this program. */
int command_chapter(const struct settings *settings);

/* The exercises: has verbs of its own (exercise.h). */
int command_exercise(const struct settings *settings);

/* What this installation runs on, and what is amiss. */
int command_doctor(const struct settings *settings);

/* Measured speed. */
int command_bench(const struct settings *settings);

/* Hidden: help, the manual page in roff, the completion for bash. */
int command_help(const struct settings *settings);
int command_manual(const struct settings *settings);
int command_completion(const struct settings *settings);

#endif
