/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reader reads: titles, prose with numbers in it, tables.
 *
 * Prose is text in which a quantity's name in braces stands for its value:
 *
 *   {h}  {h:.2f}             a number, %.4g or as said; a setting, too
 *   {mean[3]}  {r[17,0]:.3f} of a vector, of a matrix
 *   {mixture.weights[0]}     of a model's parameter
 *   {bound[last,elbo]}       a table's field: its row, or "last", and column
 *
 * and text between ` and ` is mathematics: log p(x) = sum_k w_k N(x; mu_k, s_k)
 * is printed with the letters' own signs where the terminal has them.  An empty
 * line parts paragraphs; a line that begins with a blank is printed as it
 * stands, unless it is wider than the window.  What cannot be found stays in
 * its braces. */
#ifndef MG_LESSON_PAGE_H
#define MG_LESSON_PAGE_H

#include <stdio.h>

#include "lesson/inside.h"

/* "-- 3 of 12: map -- A prior, and what it does", and the prose before. */
void mg_page_begin(FILE *stream, const mg_lesson *lesson, const mg_step *step);

/* Prose, wrapped. */
void mg_page_prose(FILE *stream, const mg_lesson *lesson, const char *text);

/* Prose as one line in UTF-8, for a figure.
 * Returns false when something in braces was not found. */
bool mg_page_line(const mg_lesson *lesson, const char *text, char *line,
                  size_t size);

/* The quantities that a step wants watched, and the rows that its tables have
 * since they were printed last.
 *   most  in  rows of a table; the middle of more is left out; 0: all */
void mg_page_news(FILE *stream, mg_lesson *lesson, const mg_step *step,
                  size_t most);

/* Forgets which rows were printed: a new step begins, or the story went back.
 */
void mg_page_forget(mg_lesson *lesson);

/* The value of a reference such as r[17,0] into text, with its format.
 * Returns false when there is no such value; the reason is set. */
bool mg_page_value(const mg_lesson *lesson, const char *reference, char *text,
                   size_t size);

/* Prints what a reference such as r, r[17], mixture.weights or bound stands
 * for, whole or that row, with its shape and unit; numbers with 6 digits,
 * unless the reference says how. Returns GSL_SUCCESS; GSL_EINVAL with the
 * reason, and the closest name. */
int mg_page_quantity(FILE *stream, const mg_lesson *lesson,
                     const char *reference);

/* Every quantity there is: name, shape, unit. */
void mg_page_quantities(FILE *stream, const mg_lesson *lesson);

#endif
