/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pixelrnn pixel by pixel: what scores and draws have in common. */
#ifndef MG_MODELS_PIXELRNN_WALK_H
#define MG_MODELS_PIXELRNN_WALK_H

#include "models/pixelrnn.h"

typedef struct mg_pixelrnn_walk mg_pixelrnn_walk;

/* Rows that walk together. */
enum { MG_PIXELRNN_ROWS = 64 };

/* A walk of MG_PIXELRNN_ROWS rows; NULL with the reason: memory. */
mg_pixelrnn_walk *mg_pixelrnn_walk_alloc(const mg_pixelrnn *p);

/* Frees it; NULL is allowed. */
void mg_pixelrnn_walk_free(mg_pixelrnn_walk *walk);

/* Back to before the first pixel. */
void mg_pixelrnn_walk_begin(mg_pixelrnn_walk *walk);

/* One step: the law of the next pixel of every row, given those before, for
 * mg_conditional: planes numbers a row.                          [pixelrnn.1]
 *   x  in  at most MG_PIXELRNN_ROWS x D; columns before the next are read */
const mg_real *mg_pixelrnn_walk_step(mg_pixelrnn_walk *walk,
                                     const gsl_matrix *x);

#endif
