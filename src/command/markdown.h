/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page of Markdown in a terminal. */
#ifndef MG_COMMAND_MARKDOWN_H
#define MG_COMMAND_MARKDOWN_H

#include <stdio.h>

/* Prints a page, wrapped as wide as the stream is.
 *   text  in  of Markdown: headings, paragraphs, lists, and code, which is
 *             printed as it stands; no more is known */
void markdown_print(FILE *stream, const char *text);

/* The part of a page below the heading "## title", up to the next one, in fresh
 * memory; NULL when there is none, or none left. */
char *markdown_section(const char *text, const char *title);

#endif
