/* by its own arithmetic: slopes, units and steps are read where they stand */
#include "infer/hmc.h"

#include <math.h>

static double own_step(const mg_hmc *h, size_t n, size_t i, double step) {
  if (h->stretch)
    step *= gsl_vector_get(h->stretch, n);
  return h->scale ? step * gsl_vector_get(h->scale, i) : step;
}

static void kick(mg_hmc *h, double b, double step) {
  const mg_walkers *w = &h->other;
  for (size_t n = 0; n < w->z->size1; n++)
    for (size_t i = 0; i < w->z->size2; i++) {
      double slope = gsl_matrix_get(w->d_joint, n, i);
      if (w->d_base)
        slope = b * slope + (1 - b) * gsl_matrix_get(w->d_base, n, i);
      *gsl_matrix_ptr(h->momentum, n, i) += own_step(h, n, i, step) * slope;
    }
}

static void drift(mg_hmc *h, double step) {
  for (size_t n = 0; n < h->momentum->size1; n++) {
    int lost = 0;
    for (size_t i = 0; i < h->momentum->size2; i++) {
      const double way =
          own_step(h, n, i, step) * gsl_matrix_get(h->momentum, n, i);
      if (!isfinite(gsl_matrix_get(h->other.z, n, i) + way))
        lost = 1;
    }
    for (size_t i = 0; i < h->momentum->size2 && !lost; i++)
      *gsl_matrix_ptr(h->other.z, n, i) +=
          own_step(h, n, i, step) * gsl_matrix_get(h->momentum, n, i);
    if (lost)
      gsl_matrix_set(h->momentum, n, 0, NAN);
  }
}

int mg_hmc_leapfrog(mg_hmc *h, const mg_path *path, double b, double step,
                    size_t leaps) {
  int status = 0;
  while (!status && leaps-- > 0) {
    kick(h, b, step / 2);
    drift(h, step);
    status = mg_path_evaluate(path, &h->other);
    if (!status)
      kick(h, b, step / 2);
  }
  return status;
}
