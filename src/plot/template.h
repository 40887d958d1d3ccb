/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gnuplot files of plots/, held in the program.
 *
 * A program that is installed, or copied alone to another machine, still writes
 * its figures: the style and the templates are compiled in.  embed.awk writes
 * the source from plots/ at build time, so what the repository shows and what
 * the program holds are the same lines. */
#ifndef MG_PLOT_TEMPLATE_H
#define MG_PLOT_TEMPLATE_H

typedef struct {
  const char *name;         /* the file's, without ".gp" */
  const char *const *lines; /* without line ends; NULL behind the last */
} mg_template;

/* All of them, the style among them; a NULL name ends it. */
extern const mg_template mg_templates[];

#endif
