/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of the reader's in the place of the library's: --with FILE.so. */
#ifndef MG_LESSON_SUBSTITUTE_H
#define MG_LESSON_SUBSTITUTE_H

#include <stddef.h>

/* Begins the program again with the functions of shared objects, and says on
 * stdout which they are.  The object that comes first has a name first.
 *   file  in  `files` paths, perhaps none
 *   argv  in  the program's own arguments, for its second beginning
 * Returns 0: go on.  Else an exit status, and it has said why: one of them is
 * no shared object, or has no function of the library's name. */
int mg_substitute(const char *const *file, size_t files, char **argv);

#endif
