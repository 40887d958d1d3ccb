/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chapter in the reader's hands. */
#ifndef MG_LESSON_ORDERS_H
#define MG_LESSON_ORDERS_H

#include "lesson/launch.h"

/* Reads orders from a prompt, or from a pipe, and does them, until the reader
 * leaves.
 *   folder  in  where `w` writes
 * Returns the exit status: 0, EXIT_FAILURE, or 130 after a second Ctrl-C. */
int mg_orders_run(mg_lesson *lesson, const mg_launch *launch,
                  const char *folder);

#endif
