/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Toys: data whose law is known because it is drawn here.
 *
 *   name          D  classes  truth  law
 *   ring          2   8       yes    8 Gaussians on a circle of radius 1,
 *                                    sd 0.01
 *   grid          2  25       yes    5 x 5 Gaussians, 2 apart, sd 0.05
 *   checkerboard  2   -       yes    uniform on 8 squares of side 2
 *   heights       1   2       yes    women and men, centimetres
 *   moons         2   2       no     two half circles, noise sd 0.1
 *   pinwheel      2   5       no     5 bent arms
 *   spiral        2   2       no     two arms of 1 1/2 turns, noise sd 0.1
 *   swiss         3   -       no     a rolled sheet, noise sd 0.1
 *
 * Where there is truth, a model's mean log density has a number to reach: the
 * negative entropy, -E log p(x).  No model stays above it on fresh data. */
#ifndef MG_DATA_TOYS_H
#define MG_DATA_TOYS_H

#include "data/dataset.h"

/* n rows of a toy from the stream "toys/<name>" of the seed, in the order they
 * were drawn, 50 % train, 25 % validation, 25 % test.  The first rows of a
 * larger draw are the rows of a smaller one.
 * Returns NULL with the reason: no such toy, n = 0, no memory. */
mg_dataset *mg_toys_draw(const char *name, size_t n, unsigned long seed);

/* The centres of a toy made of equal round Gaussians (ring, grid), for counting
 * which of them a sampler finds.  Row k is the centre of label k.
 *   sd  out  standard deviation of each, in each coordinate
 * Returns K x 2, the caller's; NULL with the reason: any other name, no memory.
 */
gsl_matrix *mg_toys_modes(const char *name, double *sd);

/* Is it a name that mg_toys_modes knows? */
bool mg_toys_has_modes(const char *name);

#endif
