/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures and tables leave a lesson. */
#ifndef MG_LESSON_GALLERY_H
#define MG_LESSON_GALLERY_H

#include "lesson/inside.h"
#include "plot/term.h"

/* The picture of that name; without one (NULL) the first of the present step,
 * or of the last step before it that has one.
 * Returns NULL with the reason: the names there are, and the closest. */
const mg_picture *mg_gallery_find(const mg_lesson *lesson, const char *name);

/* Is there something to draw in every slot of a picture?
 * Returns GSL_SUCCESS; GSL_EINVAL when a table that it shows is not there yet,
 * or empty, or a number is not there, with the step that makes it. */
int mg_gallery_ready(const mg_lesson *lesson, const mg_picture *picture);

/* Draws a picture of the present board into a terminal's stream or window, or
 * for a file terminal into folder.
 *   folder  in  of a file; NULL: a folder that is removed again
 * Returns GSL_SUCCESS; as mg_gallery_ready; as mg_figure_write and
 * mg_figure_draw. */
int mg_gallery_draw(mg_lesson *lesson, const mg_picture *picture,
                    const char *folder, const mg_term *terminal);

/* Draws a picture into folder, and tells which file holds it: the picture, or
 * its script where the terminal makes no file, or nothing draws here.
 *   file  out  its path
 * Returns as mg_gallery_draw; file is set with GSL_SUCCESS and GSL_EUNSUP. */
int mg_gallery_keep(mg_lesson *lesson, const mg_picture *picture,
                    const char *folder, const mg_term *terminal, char *file,
                    size_t size);

/* Writes the tables of the board as TABLE.tsv and its numbers as numbers.tsv
 * (name, value, unit) into folder.
 * Returns GSL_SUCCESS; as mg_table_write. */
int mg_gallery_write(const mg_lesson *lesson, const char *folder);

#endif
