/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A density at the points of a grid, to sum it. */
#ifndef MG_TESTS_CONFORM_GRID_H
#define MG_TESTS_CONFORM_GRID_H

#include "conform.h"

/* The edges of the intervals that a column is cut into. */
typedef struct {
  size_t n; /* intervals */
  double *edge;
} axis;

/* p at the midpoints of a box [low, high]^D; exponentially close to the
 * integral for smooth densities that vanish at the edges, and exact for steps.
 */
typedef struct {
  double step; /* no interval is longer */
  axis axis[2];
  gsl_matrix *x;
  gsl_vector *log_p, *volume;
} grid;

/* A density with jumps tells where they are, by its tensors origin, width and
 * bins; then no interval of a grid has one inside.
 * Returns how many there are in column j: 0 for a smooth density. */
size_t count_jumps(const mg_model *model, size_t j, double *origin,
                   double *width);

/* The density of a model in one or two dimensions. */
grid grid_of(const mg_model *model, double low, double high, double step);

/* Frees what a grid holds. */
void grid_free(grid *g);

/* The mass about point i. */
double grid_mass(const grid *g, size_t i);

/* Sum of p over the points, and of -p log p. */
void grid_sums(const grid *g, double *mass, double *entropy);

#endif
