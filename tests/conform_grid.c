/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grids over a line or a plane; see conform_grid.h. */
#include "conform_grid.h"

#include <gsl/gsl_sort.h>
#include <stdlib.h>
#include <string.h>

size_t count_jumps(const mg_model *model, size_t j, double *origin,
                   double *width) {
  mg_tensors list = {.n = 0};
  size_t bins = 0;
  model->type->tensors(model->self, &list);
  for (size_t i = 0; i < list.n; i++) {
    if (strcmp(list.item[i].name, "origin") == 0)
      *origin = list.item[i].value[j];
    if (strcmp(list.item[i].name, "width") == 0)
      *width = list.item[i].value[j];
    if (strcmp(list.item[i].name, "bins") == 0)
      bins = (size_t)list.item[i].value[j];
  }
  return bins ? bins + 1 : 0;
}

static axis axis_of(const mg_model *model, size_t j, double low, double high,
                    double step) {
  double origin = 0, width = 0;
  const size_t n = (size_t)lround((high - low) / step);
  const size_t jumps = count_jumps(model, j, &origin, &width);
  axis a = {.n = n, .edge = calloc(n + 1 + jumps, sizeof(double))};
  for (size_t i = 0; i <= n; i++)
    a.edge[i] = low + step * (double)i;
  for (size_t i = 0; i < jumps; i++) {
    const double edge = origin + width * (double)i;
    if (edge > low && edge < high)
      a.edge[++a.n] = edge;
  }
  gsl_sort(a.edge, 1, a.n + 1);
  return a;
}

grid grid_of(const mg_model *model, double low, double high, double step) {
  const size_t dim = model->space.dim;
  grid g = {.step = step};
  size_t n = 1;
  for (size_t j = 0; j < dim; j++) {
    g.axis[j] = axis_of(model, j, low, high, step);
    n *= g.axis[j].n;
  }
  g.x = gsl_matrix_alloc(n, dim);
  g.volume = gsl_vector_alloc(n);
  gsl_vector_set_all(g.volume, 1);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0, rest = i; j < dim; j++) {
      const double *edge = g.axis[j].edge + rest % g.axis[j].n;
      gsl_matrix_set(g.x, i, j, (edge[0] + edge[1]) / 2);
      *gsl_vector_ptr(g.volume, i) *= edge[1] - edge[0];
      rest /= g.axis[j].n;
    }
  g.log_p = conform_log_density(model, g.x);
  return g;
}

void grid_free(grid *g) {
  free(g->axis[0].edge);
  free(g->axis[1].edge);
  gsl_matrix_free(g->x);
  gsl_vector_free(g->log_p);
  gsl_vector_free(g->volume);
}

double grid_mass(const grid *g, size_t i) {
  return exp(gsl_vector_get(g->log_p, i)) * gsl_vector_get(g->volume, i);
}

void grid_sums(const grid *g, double *mass, double *entropy) {
  *mass = *entropy = 0;
  for (size_t i = 0; i < g->log_p->size; i++) {
    const double p = grid_mass(g, i);
    *mass += p;
    *entropy -= p > 0 ? p * gsl_vector_get(g->log_p, i) : 0;
  }
}
