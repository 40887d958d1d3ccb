/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marginalia compare posterior: every method of inference on one posterior. */
#ifndef MG_COMMAND_COMPARE_POSTERIOR_H
#define MG_COMMAND_COMPARE_POSTERIOR_H

#include <stdbool.h>

#include "command/options.h"
#include "eval/inference.h"

/* The verb, of a call whose first operand is "posterior".
 * Returns its exit status, after it has said why. */
int compare_posterior(const struct settings *settings);

/* Prints both tables, the evidence and the moments, what is to be known of each
 * method, and what failed.
 *   complete  in  false: it was stopped, and says so
 * Returns 0, or EXIT_FAILURE after a message. */
int compare_posterior_print(const mg_inference *c, bool complete);

#endif
