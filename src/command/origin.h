/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where this program is. */
#ifndef MG_COMMAND_ORIGIN_H
#define MG_COMMAND_ORIGIN_H

/* The folder of the running program, from /, in fresh memory; NULL when it
 * cannot be told.
 *   called  in  argv[0], for a system without /proc */
char *origin_folder(const char *called);

#endif
