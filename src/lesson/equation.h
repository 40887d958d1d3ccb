/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The equations of docs/EQUATIONS.md, held in the program.
 *
 * A reader at the prompt of a chapter asks for the equation of the step, and is
 * shown what the page says of it, and which function computes it:
 *
 *     [em.2] Gaussian mixture by EM
 *     Responsibilities, the E step.
 *
 *         r_nk = p(k | x_n) = w_k N(x_n; mu_k, Sigma_k) / p(x_n)
 *
 *     In mg_gmm_responsibilities, src/models/gmm_bound.c, and
 *     mg_gmm_gather, src/models/gmm_em.c.
 *     Source: Dempster, Laird & Rubin (1977).
 *
 * in letters and signs (mu becomes a Greek letter) where the terminal has them.
 * equations.awk writes the table from the page at build time, so the program
 * and the page hold the same lines. */
#ifndef MG_LESSON_EQUATION_H
#define MG_LESSON_EQUATION_H

#include <stdbool.h>
#include <stdio.h>

typedef struct {
  const char *id;      /* "em.2" */
  const char *section; /* the heading it stands under */
  const char *meaning; /* a paragraph */
  const char *text;    /* its lines, parted by line ends */
  const char *where;   /* "In function, file": what computes it */
  const char *source;  /* the publication, or "" */
} mg_equation;

/* All of them in the order of the page, in ASCII; a NULL id ends them. */
extern const mg_equation mg_equations[];

/* The equation of that id, with or without its brackets.
 * Returns NULL with the closest ids as the reason when there is none. */
const mg_equation *mg_equation_find(const char *id);

/* Prints all that is said of an equation, over several lines.
 *   utf8   in  letters and signs as mg_equation_unicode makes them, or ASCII
 *   width  in  columns that a line may take, 8 at least; prose wraps there, and
 *              lines of the equation when they do not fit without indent
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_equation_print(FILE *stream, const mg_equation *equation, bool utf8,
                      size_t width);

/* A formula, or prose with formulas, in letters and signs: mu_k, <=, x^2 become
 * a Greek letter, one sign, a raised digit.  What is not a word of a formula
 * stays (mg_gamma_sample, alphabet, gamma.c, the gamma law), and so does what
 * stands in backquotes.  Columns that lined up from line to line still do.
 * Applied twice it changes nothing more.
 *   ascii  in   lines parted by line ends
 *   text   out  UTF-8, not wider than ascii; 3 * strlen(ascii) + 1 bytes
 * Returns GSL_SUCCESS; GSL_EBADLEN when size is less: text is then "". */
int mg_equation_unicode(const char *ascii, char *text, size_t size);

#endif
