/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a picture goes: into a file, as characters, or into a window.
 *
 *     mg_term terminal = {.kind = MG_TERM_DUMB, .stream = stdout};
 *     mg_figure_draw("results", "evidence", &terminal, 60);
 *
 * The words of MG_TERM_SVG and so on are gnuplot's names for the same: svg,
 * png, pdf, gif, dumb, sixel, qt; and none, which draws nothing. */
#ifndef MG_PLOT_TERM_H
#define MG_PLOT_TERM_H

#include <stdbool.h>
#include <stdio.h>

typedef enum {
  MG_TERM_NONE,  /* no picture: the script is all */
  MG_TERM_SVG,   /* folder/name.svg */
  MG_TERM_PNG,   /* folder/name.png */
  MG_TERM_PDF,   /* folder/name.pdf */
  MG_TERM_GIF,   /* folder/name.gif, moving where the template has frames */
  MG_TERM_DUMB,  /* characters, into stream */
  MG_TERM_SIXEL, /* pixels for a terminal that shows them, into stream */
  MG_TERM_QT     /* a window that stays when the program goes on, or ends */
} mg_term_kind;

/* A terminal and what it has to know.  A zero is a sensible value. */
typedef struct {
  mg_term_kind kind;
  FILE *stream;     /* dumb, sixel: open for writing */
  unsigned columns; /* dumb: characters in a line; 0: 79 */
  unsigned lines;   /* dumb: lines of a screen; 0: 24.  A figure of many panels
                       may take more */
  bool utf8;        /* dumb: other characters than ASCII may stand in it */
  bool colour;      /* dumb: with the escapes of 256 colours */
  /* qt: what tells it the screen (DISPLAY, ...), as the program was given it;
   * NULL: nothing does */
  char *const *environment;
} mg_term;

/* Finds the kind that a word names.
 * Returns GSL_SUCCESS; GSL_EINVAL, with the words there are, when word is none
 * of them: kind is then as before. */
int mg_term_parse(const char *word, mg_term_kind *kind);

/* The word of a kind: "svg". */
const char *mg_term_word(mg_term_kind kind);

/* All words, for a usage message: "svg, png, ..., none". */
const char *mg_term_words(void);

#endif
