/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of one fitted model. */
#ifndef MG_COMMAND_PLOT_FIGURES_H
#define MG_COMMAND_PLOT_FIGURES_H

#include "command/portrait.h"

struct plot_kind;

/* The kind of figure at a place of the list; NULL behind the last. */
const struct plot_kind *plot_kind_at(size_t i);

/* Its name, which is that of its files, too. */
const char *plot_kind_name(const struct plot_kind *kind);

/* What it shows, in a few words. */
const char *plot_kind_line(const struct plot_kind *kind);

/* Why there is no such figure of a model; NULL: there is one. */
const char *plot_kind_cannot(const struct plot_kind *kind,
                             const struct portrait *portrait);

/* Makes the figure and keeps it.  Returns as figure_keep. */
int plot_kind_draw(const struct plot_kind *kind,
                   const struct portrait *portrait, struct gallery *gallery);

#endif
