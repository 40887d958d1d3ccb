/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from anywhere, made fit to be shown. */
#ifndef MG_EXERCISE_REPORT_TEXT_H
#define MG_EXERCISE_REPORT_TEXT_H

#include <stdbool.h>

/* A copy that is UTF-8 and holds, of control characters, line ends and tabs at
 * most; a carriage return becomes a blank, and whatever else is not text
 * becomes U+FFFD, a byte or a character each.  Control characters are those
 * below 32, 127 .. 159, the marks that turn the direction of writing, and
 * U+FFFE, U+FFFF, which XML cannot hold.
 *   line  in  all on one line: line ends and tabs become blanks, too
 * The caller frees it; NULL when memory is short. */
char *mg_report_text(const char *text, bool line);

#endif
