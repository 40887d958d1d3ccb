/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of logistic regression, in every width of vector that one
 * portable binary can use: what each does is said in
 * logistic_regression_lanes.h. */
#ifndef MG_TARGETS_LOGISTIC_REGRESSION_KERNEL_H
#define MG_TARGETS_LOGISTIC_REGRESSION_KERNEL_H

#include <stddef.h>

enum {
  MG_LOGISTIC_REGRESSION_ROWS = 256, /* at most in a block: a product of as
                                      * many factors up to 2 is a double */
  MG_LOGISTIC_REGRESSION_PAD = 32,   /* a block's rows are a multiple of it */
  MG_LOGISTIC_REGRESSION_DRAWS = 4   /* at once */
};

typedef struct {
  size_t lanes; /* doubles in a vector */
  void (*add)(size_t d, size_t rows, const double *x, const double *const *beta,
              double *linear, double *factor, double *weight);
  void (*slope)(size_t d, size_t rows, const double *x, const double *weight,
                double *const *d_beta);
} mg_logistic_regression_kernel;

/* The widest kernel that this processor runs; x and weight are 64-byte
 * aligned. */
const mg_logistic_regression_kernel *mg_logistic_regression_kernel_best(void);

/* Every kernel that this processor runs, narrowest first, ended by NULL. */
const mg_logistic_regression_kernel *const *
mg_logistic_regression_kernel_all(void);

#endif
