/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Emptiness, counted.
 *
 * Histograms, kernels and neighbours all speak of a point by what was seen near
 * it.  In one dimension a thousand points are near everything.  With every
 * dimension more the cells are multiplied by the same number while the points
 * stay as they are, and the distance to the nearest point comes close to that
 * of any two: "near" loses its meaning (Bellman 1961; Beyer et al. 1999).
 *
 * A cell is a number written with D digits to the base `side`.  The numbers are
 * kept as doubles, exact below 2^53, sorted, and those that differ from the one
 * before are counted; side^D counters would not fit a memory.
 *
 * Not here: laws other than the uniform one, which is the most even there is;
 * any other leaves more cells empty.                              [cube.1] */
#include "data/cube.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>

#include "base/status.h"

void mg_cube_sample(gsl_rng *rng, gsl_matrix *x) {
  for (size_t i = 0; i < x->size1; i++)
    for (size_t j = 0; j < x->size2; j++)
      gsl_matrix_set(x, i, j, gsl_rng_uniform(rng));
}

/* The number of row i's cell; -1 when it lies outside. */
static double cell_of(const gsl_matrix *x, size_t i, double side) {
  double cell = 0;
  for (size_t j = 0; j < x->size2; j++) {
    const double value = gsl_matrix_get(x, i, j);
    if (!(value >= 0 && value < 1))
      return -1;
    cell = cell * side + floor(value * side);
  }
  return cell;
}

int mg_cube_occupied(const gsl_matrix *x, size_t side, double *share) {
  const size_t n = x->size1;
  const double cells = pow((double)side, (double)x->size2);
  if (side == 0 || !(cells < 0x1p53))
    return mg_fail(GSL_EDOM, "%zu^%zu cells: 1 .. 2^53 can be told apart", side,
                   x->size2);
  double *cell = malloc((n + 1) * sizeof *cell);
  if (!cell)
    return mg_fail(GSL_ENOMEM, "no memory for %zu cells", n);
  for (size_t i = 0; i < n; i++)
    cell[i] = cell_of(x, i, (double)side);
  gsl_sort(cell, 1, n);
  const double first = n ? cell[0] : 0;
  size_t occupied = n > 0;
  for (size_t i = 1; i < n; i++)
    occupied += cell[i] != cell[i - 1];
  free(cell);
  *share = (double)occupied / cells;
  if (first < 0)
    return mg_fail(GSL_EDOM, "a value lies outside 0 <= x < 1");
  return GSL_SUCCESS;
}

double mg_cube_expected(size_t n, size_t dim, size_t side) {
  const double cells = pow((double)side, (double)dim);
  return -expm1((double)n * log1p(-1 / cells));
}

static double distance(const gsl_matrix *x, size_t a, size_t b) {
  double sum = 0;
  for (size_t j = 0; j < x->size2; j++) {
    const double e = gsl_matrix_get(x, a, j) - gsl_matrix_get(x, b, j);
    sum += e * e;
  }
  return sqrt(sum);
}

int mg_cube_distances(const gsl_matrix *x, double *nearest, double *typical) {
  const size_t n = x->size1;
  if (n < 2)
    return mg_fail(GSL_EBADLEN, "%zu rows have no distance", n);
  double *least = malloc(n * sizeof *least);
  if (!least)
    return mg_fail(GSL_ENOMEM, "no memory for %zu distances", n);
  for (size_t i = 0; i < n; i++)
    least[i] = INFINITY;
  double pairs = 0, sum = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t k = i + 1; k < n; k++) {
      const double r = distance(x, i, k);
      pairs += r;
      least[i] = fmin(least[i], r);
      least[k] = fmin(least[k], r);
    }
  for (size_t i = 0; i < n; i++)
    sum += least[i];
  free(least);
  *nearest = sum / (double)n;
  *typical = pairs / ((double)n * (double)(n - 1) / 2);
  return GSL_SUCCESS;
}

int mg_cube_measure(gsl_rng *rng, size_t n, size_t dim, size_t side,
                    mg_cube *cube) {
  gsl_matrix *x = n && dim ? gsl_matrix_alloc(n, dim) : NULL;
  if (!x)
    return mg_fail(GSL_EBADLEN, "no memory, or no points, for %zu x %zu", n,
                   dim);
  mg_cube_sample(rng, x);
  cube->expected = mg_cube_expected(n, dim, side);
  int status = mg_cube_occupied(x, side, &cube->occupied);
  if (status == GSL_SUCCESS)
    status = mg_cube_distances(x, &cube->nearest, &cube->typical);
  gsl_matrix_free(x);
  return status;
}

int mg_cube_rows(gsl_rng *rng, size_t n, size_t dims, size_t side,
                 mg_table *table) {
  mg_cube c;
  for (size_t d = 1; d <= dims; d++) {
    const int status = mg_cube_measure(rng, n, d, side, &c);
    if (status != GSL_SUCCESS)
      return status;
    MG_TABLE_LINE(table, NULL, (double)d, c.occupied, c.expected, c.nearest,
                  c.typical);
  }
  return mg_table_status(table);
}
