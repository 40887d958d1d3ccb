/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line of a source behind an address in its object.
 *
 * clang's ASan asks another program for lines when it reports, and a confined
 * process may start none; then its frames are "(/tmp/x/plain.so+0x11f9)". */
#ifndef MG_EXERCISE_LOCATE_H
#define MG_EXERCISE_LOCATE_H

#include <stddef.h>

/* Of the first frame of a report that is in the object, by addr2line.
 *   output  in  the report
 *   object  in  path of the object
 *   source  in  the student's file: "m-step.c"
 * Returns the line; 0: there is no such frame, or no addr2line. */
size_t mg_locate_line(const char *output, const char *object,
                      const char *source);

#endif
