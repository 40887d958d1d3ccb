/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wish to stop: Ctrl-C as a question that loops ask between two passes. */
#ifndef MG_TERMINAL_INTERRUPT_H
#define MG_TERMINAL_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/* Lets the first Ctrl-C ask for an end, which the loops look for between two
 * passes; the second ends the program at once.
 *   text  in  what the first one prints on stderr, behind the program's name:
 *             "stopping after this pass"; NULL: nothing */
void mg_interrupt_watch(const char *text);

/* Was an end asked for? */
bool mg_interrupted(void);

/* Where that is noted, for a library that waits and knows no terminal. */
const volatile sig_atomic_t *mg_interrupt_flag(void);

/* Forgets that it was, as a program does that goes back to its prompt: the next
 * Ctrl-C is a first one again, unless it follows within a fifth of a second. */
void mg_interrupt_clear(void);

#endif
