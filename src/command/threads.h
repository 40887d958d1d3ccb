/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many threads and processors there are. */
#ifndef MG_COMMAND_THREADS_H
#define MG_COMMAND_THREADS_H

#include <stddef.h>

/* What `threads` comes to: OpenMP's number for 0, 1 without OpenMP. */
size_t threads_used(size_t threads);

/* Processors that are on line; at least 1. */
size_t processors(void);

#endif
