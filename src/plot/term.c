/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for terminals.
 *
 * One list of words, in the order a person is told them, so that an option's
 * help, its errors and what gnuplot is asked for cannot differ.
 *
 * Not here: what a terminal looks like (plots/style.gp), how it is run
 * (draw.c). */
#include "config.h"

#include "plot/term.h"

#include <string.h>

#include "base/status.h"

static const struct {
  mg_term_kind kind;
  const char *word;
} words[] = {{MG_TERM_SVG, "svg"},   {MG_TERM_PNG, "png"},
             {MG_TERM_PDF, "pdf"},   {MG_TERM_GIF, "gif"},
             {MG_TERM_DUMB, "dumb"}, {MG_TERM_SIXEL, "sixel"},
             {MG_TERM_QT, "qt"},     {MG_TERM_NONE, "none"}};

enum { WORDS = sizeof words / sizeof *words };

int mg_term_parse(const char *word, mg_term_kind *kind) {
  for (size_t i = 0; i < WORDS; i++) {
    if (strcmp(word, words[i].word) == 0) {
      *kind = words[i].kind;
      return GSL_SUCCESS;
    }
  }
  return mg_fail(GSL_EINVAL, "there is no terminal '%.40s': take one of %s",
                 word, mg_term_words());
}

const char *mg_term_word(mg_term_kind kind) {
  for (size_t i = 0; i < WORDS; i++)
    if (words[i].kind == kind)
      return words[i].word;
  return "none";
}

const char *mg_term_words(void) {
  return "svg, png, pdf, gif, dumb, sixel, qt, none";
}
