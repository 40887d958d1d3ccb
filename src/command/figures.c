/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A script is kept whether or not gnuplot is there to draw it. */
#include "config.h"

#include "command/figures.h"

#include <stdio.h>

#include "base/status.h"
#include "terminal/message.h"
#include "terminal/progress.h"

enum { DRAW_SECONDS = 60, KEY_SIZE = 32 };

int figure_keep(struct gallery *g, mg_figure *figure, int status,
                const char *name) {
  if (!figure)
    return GSL_EFAILED;
  if (status == GSL_SUCCESS)
    status = mg_figure_write(figure, g->folder, name);
  mg_figure_free(figure);
  if (status != GSL_SUCCESS)
    return mg_fail_in(status, "figure %s", name);
  if (g->blind || g->term.kind == MG_TERM_NONE)
    return GSL_SUCCESS;
  mg_progress_show(-1, "drawing %s", name);
  status = mg_figure_draw(g->folder, name, &g->term, DRAW_SECONDS);
  g->blind = status == GSL_EUNSUP;
  mg_progress_clear();
  if (status != GSL_SUCCESS)
    mg_message_reason(NULL, 0);
  return GSL_SUCCESS;
}

int figure_give(mg_figure *figure, const char *name, mg_table *table) {
  const int status = table ? mg_figure_table(figure, name, table) : GSL_ENOMEM;
  mg_table_free(table);
  return status;
}

int figure_panel(mg_figure *figure, const char *name, size_t i,
                 const char *title, mg_table *table) {
  char key[KEY_SIZE];
  snprintf(key, sizeof key, "%s_%zu", name, i + 1);
  const int status = figure_give(figure, key, table);
  if (status != GSL_SUCCESS || !title)
    return status;
  snprintf(key, sizeof key, "title_%zu", i + 1);
  return mg_figure_text(figure, key, title);
}

bool is_image(const mg_space *space) {
  return space->height > 0 && space->measure != MG_REALS;
}

bool is_plane(const mg_space *space) {
  return space->dim == 2 && space->measure == MG_REALS;
}
