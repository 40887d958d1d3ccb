/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes of the measurements of `marginalia bench`, and those that have a file
 * of their own. */
#ifndef MG_COMMAND_BENCH_H
#define MG_COMMAND_BENCH_H

#include "command/options.h"
#include "infer/estimator.h"

struct sizes {
  size_t n, d, k, hidden, channels, blocks, draws;
  mg_estimator estimator;
};

/* The name of measurement i, counted from 0; NULL behind the last. */
const char *bench_name(size_t i);

/* Iterations a second of black-box variational inference, on one thread and on
 * all; prints a line each.
 * Returns GSL_SUCCESS, or an error with its reason. */
int bench_bbvi(const struct settings *s, const struct sizes *z);

#endif
