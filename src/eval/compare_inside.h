/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compare.c leaves for compare_tables.c.  Nobody else includes this. */
#ifndef MG_EVAL_COMPARE_INSIDE_H
#define MG_EVAL_COMPARE_INSIDE_H

#include "eval/compare.h"

/* A pass of a fit. */
typedef struct {
  size_t start;
  double data_seen, log_likelihood, objective;
  const char *name; /* of the objective */
} mg_point;

/* All passes of one family. */
typedef struct {
  mg_point *point;
  size_t n, room;
  size_t start; /* the best */
} mg_curve;

struct mg_compare {
  const mg_dataset *data;
  mg_compare_options options;
  mg_entry *entry; /* count */
  mg_curve *curve; /* count */
  size_t count, at, last;
  mg_samples *samples; /* NULL: nothing to score draws by */
  mg_fit *fit;         /* of entry `at`, while it runs */
};

#endif
