/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a comparison looks like on the screen and in files. */
#ifndef MG_COMMAND_COMPARE_REPORT_H
#define MG_COMMAND_COMPARE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "eval/compare.h"

/* Prints the table, the truth where it is known, what each was fitted with,
 * and who failed.
 *   complete  in  false: it was stopped, and says so
 * Returns 0, or EXIT_FAILURE after a message. */
int compare_print(const mg_compare *c, const mg_dataset *data, bool complete);

/* Writes the figures' scripts into folder and has gnuplot draw them; without
 * gnuplot one message says the command that does.
 * Returns GSL_SUCCESS; the failure of a script, with the reason. */
int compare_figures(const mg_compare *c, const mg_dataset *data,
                    const char *folder, const mg_table *samples);

#endif
