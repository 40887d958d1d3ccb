/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sample in the unit cube of D dimensions, and how little of it that fills.
 *
 * The cube [0, 1]^D is cut into side^D equal cells.  Of n uniform points the
 * share of cells with at least one is, on average,                 [cube.1]
 *
 *     1 - (1 - side^-D)^n
 *
 * which is nearly 1 while side^D is far below n, and n / side^D beyond. */
#ifndef MG_DATA_CUBE_H
#define MG_DATA_CUBE_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_rng.h>

#include "base/table.h"

/* n x D uniform numbers, 0 <= x < 1. */
void mg_cube_sample(gsl_rng *rng, gsl_matrix *x);

/* The share of cells with at least one of the rows.
 *   x     in   n x D, 0 <= x < 1; D >= 1
 *   side  in   cells along an edge, at least 1; side^D is below 2^53
 * Returns GSL_SUCCESS; GSL_EDOM for a value outside, or too many cells;
 * GSL_ENOMEM.  Cost O(n (D + log n)). */
int mg_cube_occupied(const gsl_matrix *x, size_t side, double *share);

/* What that share is on average over samples of n.               [cube.1] */
double mg_cube_expected(size_t n, size_t dim, size_t side);

typedef struct {
  double occupied; /* share of cells with a point in them */
  double expected; /* of that, on average                         [cube.1] */
  double nearest;  /* mean distance from a point to the nearest other one */
  double typical;  /* mean distance of two points */
} mg_cube;

/* All four of one sample of n >= 2 points in dim dimensions.
 * Returns as mg_cube_occupied and mg_cube_distances. */
int mg_cube_measure(gsl_rng *rng, size_t n, size_t dim, size_t side,
                    mg_cube *cube);

/* The columns of a table of cubes. */
#define MG_CUBE_COLUMNS "D occupied expected nearest typical"

/* Adds rows of those columns for D = 1 .. dims.
 * Returns as mg_cube_measure; the table's failure. */
int mg_cube_rows(gsl_rng *rng, size_t n, size_t dims, size_t side,
                 mg_table *table);

/* How far rows are from each other.
 *   x         in   n x D, n >= 2
 *   nearest   out  mean distance from a row to the nearest other one
 *   typical   out  mean distance of all pairs
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_ENOMEM.  Cost O(n^2 D). */
int mg_cube_distances(const gsl_matrix *x, double *nearest, double *typical);

#endif
