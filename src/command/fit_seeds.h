/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit --seeds N: the same fit with N seeds, and what that does to it. */
#ifndef MG_COMMAND_FIT_SEEDS_H
#define MG_COMMAND_FIT_SEEDS_H

#include "command/options.h"

/* Fits with the seeds s .. s + N - 1, writes each model as it is finished and
 * the tables of all so far, prints these at the end.  Ctrl-C keeps what is
 * finished.  Returns the exit status. */
int fit_seeds(const struct settings *settings);

#endif
