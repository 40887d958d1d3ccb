/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of EM for a Gaussian mixture, in every width of vector that
 * one portable binary can use: what each does is said in gmm_lanes.h. */
#ifndef MG_MODELS_GMM_KERNEL_H
#define MG_MODELS_GMM_KERNEL_H

#include <stddef.h>

enum {
  MG_GMM_ROWS = 32, /* the number of data in a block is a multiple of this */
  MG_GMM_PANEL = 4  /* dimensions are padded to a multiple of this */
};

typedef struct {
  size_t lanes; /* doubles in a vector */
  void (*centre)(size_t p, size_t rows, const double *x, const double *mu,
                 double *diff);
  void (*whiten)(size_t p, size_t rows, const double *w, const double *diff,
                 double scale, double *a);
  void (*whiten_diagonal)(size_t p, size_t rows, const double *w,
                          const double *diff, double scale, double *a);
  void (*posterior)(size_t k, size_t rows, double *a, double *top, double *sum);
  double (*weigh)(size_t p, size_t rows, const double *x, const double *mu,
                  const double *weight, double *diff, double *weighted,
                  double *first);
  void (*scatter)(size_t p, size_t rows, const double *weighted,
                  const double *diff, double *second);
  void (*scatter_diagonal)(size_t p, size_t rows, const double *weighted,
                           const double *diff, double *second);
} mg_gmm_kernel;

/* The widest kernel that this processor runs; pointers are 64-byte aligned. */
const mg_gmm_kernel *mg_gmm_kernel_best(void);

/* Every kernel that this processor runs, narrowest first, ended by NULL. */
const mg_gmm_kernel *const *mg_gmm_kernel_all(void);

#endif
