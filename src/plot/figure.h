/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures: tables and a template become a gnuplot script, and its picture.
 *
 *     mg_figure *figure = mg_figure_alloc("evidence");
 *     mg_figure_text(figure, "title", "Handwritten digits");
 *     mg_figure_table(figure, "evidence", table);
 *     mg_figure_write(figure, "results", "evidence");   results/evidence.gp
 *     mg_figure_free(figure);
 *     mg_term svg = {.kind = MG_TERM_SVG};
 *     mg_figure_draw("results", "evidence", &svg, 60);  results/evidence.svg
 *
 * The script is the figure; the picture is one view of it.  It holds its data
 * and its style, reads nothing else (but a table too large to stand in it,
 * which lies beside it), and draws the same picture in any folder it is copied
 * to, years later, without this program:
 *
 *     gnuplot evidence.gp
 *     gnuplot -e "term='pdf'" evidence.gp
 *
 * What a template expects is written at its head, in plots/:
 *   evidence  the evidence axis: a row a model, a marker a claim
 *   images    pictures beside pictures
 *   scatter   points in the plane over a density
 *   curves    the objective against the data seen
 *   lines     curves over histograms, points and marks, in panels
 *   bars      stacked bars: a whole and its parts
 *   matrix    a matrix as shades and numbers
 *   codes     codes of data on a plane of z, marked by class
 *   ellipses  points in the plane and their Gaussians, frame by frame */
#ifndef MG_PLOT_FIGURE_H
#define MG_PLOT_FIGURE_H

#include "base/table.h"
#include "plot/term.h"

typedef struct mg_figure mg_figure;

/* A figure of a template, still without data.
 *   template_name  in  a file of plots/ without ".gp"; not "style"
 * Returns NULL with the reason: no such template (it lists them), memory. */
mg_figure *mg_figure_alloc(const char *template_name);

/* Frees a figure; NULL is allowed. */
void mg_figure_free(mg_figure *figure);

/* Gives the template a table by name, head lines included.
 *   name   in  small letters, digits and '_', a letter first, at most 31, and
 *              not given before
 *   table  in  copied as text.  A column of numbers keeps them, and what is not
 *              finite or empty becomes "?", a missing value.  Other columns are
 *              text: '"' becomes "'", and a byte that is not UTF-8 "?".
 * Returns GSL_SUCCESS; GSL_EINVAL (the name, or a table without columns); the
 * table's failure; GSL_ENOMEM.  On error the figure is as before.
 * Cost: the table's size in bytes, about twice. */
int mg_figure_table(mg_figure *figure, const char *name, const mg_table *table);

/* Gives the template a text by name (as above).
 *   text  in  UTF-8 without control characters; it is never interpreted:
 *             quotes, '`', '@', '_', '^', '{' come out as they stand
 * Returns GSL_SUCCESS; GSL_EINVAL (the name, the text); GSL_ENOMEM. */
int mg_figure_text(mg_figure *figure, const char *name, const char *text);

/* Gives the template a number by name (as above).
 * Returns GSL_SUCCESS; GSL_EINVAL (the name); GSL_EDOM when value is not
 * finite: leave it out instead; GSL_ENOMEM. */
int mg_figure_number(mg_figure *figure, const char *name, double value);

/* Writes folder/name.gp, whole or not at all.
 *   folder  in  is there already
 *   name    in  the file's name without ".gp" (mg_figure_check_name)
 * A table above 2^20 bytes goes first, into folder/name-table.tsv.
 * Returns GSL_SUCCESS; GSL_EINVAL (name); GSL_EFAILED (base/file); GSL_ENOMEM.
 */
int mg_figure_write(const mg_figure *figure, const char *folder,
                    const char *name);

/* Runs gnuplot on folder/name.gp, in that folder, to get its picture.
 *   terminal  in  what is drawn: a file folder/name.svg (png, pdf, gif); text
 *                 (dumb) or sixels, into terminal's stream; a window, which
 *                 stays open while the program goes on; nothing (none)
 *   seconds   in  how long it may take, counted in sleeps, not by a clock; then
 *                 it is killed
 * gnuplot is searched on PATH; it gets an empty environment (but for a window),
 * an empty input, and none of the user's start-up files.  A former picture is
 * removed first, and a half one on failure: what stands there belongs to the
 * script.  A stream gets the whole picture or nothing of it.
 * Returns GSL_SUCCESS when it ended well and the picture is not empty;
 * GSL_EUNSUP when there is no gnuplot, with the command that draws the picture
 * where there is one, and when this gnuplot lacks the terminal or the screen;
 * GSL_ERUNAWAY when it was killed; GSL_EFAILED with gnuplot's own last line, or
 * when the stream takes no more; GSL_EINVAL (name, no stream); GSL_ENOMEM. */
int mg_figure_draw(const char *folder, const char *name,
                   const mg_term *terminal, unsigned seconds);

/* Can name be a file's?
 * Returns GSL_SUCCESS; GSL_EINVAL when it is empty, longer than 100 bytes,
 * begins with '.', holds '/' or a control character, or is not UTF-8. */
int mg_figure_check_name(const char *name);

#endif
