/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of a verb: a script into a folder, and its picture. */
#ifndef MG_COMMAND_FIGURES_H
#define MG_COMMAND_FIGURES_H

#include "data/space.h"
#include "plot/figure.h"

/* Where a verb's figures go. */
struct gallery {
  const char *folder;
  mg_term term;
  bool blind; /* no gnuplot, or none that has this terminal: it was said once */
};

/* Writes the figure's script and has gnuplot draw it, and frees the figure.
 *   figure  in  NULL: it could not be made
 *   status  in  GSL_SUCCESS, or why the figure is not whole
 * Returns GSL_SUCCESS; else why there is no script.  A picture that is not
 * drawn is a message. */
int figure_keep(struct gallery *gallery, mg_figure *figure, int status,
                const char *name);

/* Gives a table to a figure and frees it.
 * Returns as mg_figure_table; GSL_ENOMEM for NULL. */
int figure_give(mg_figure *figure, const char *name, mg_table *table);

/* The same as a slot of panel i, counted from 0, which gets a title unless that
 * is NULL. */
int figure_panel(mg_figure *figure, const char *name, size_t i,
                 const char *title, mg_table *table);

/* Are the data images of bits or levels? */
bool is_image(const mg_space *space);

/* Are they points of the plane? */
bool is_plane(const mg_space *space);

#endif
