/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recurrent network along the pixels of an image, or along the columns of any
 * datum.                                                         [pixelrnn.1]
 *
 *     p(x) = p(x_1) p(x_2 | x_1) p(x_3 | x_1, x_2) ...
 *
 * One network serves all pixels.  What it knows of the pixels before is a state
 * that it carries from one to the next. */
#ifndef MG_MODELS_PIXELRNN_H
#define MG_MODELS_PIXELRNN_H

#include "models/ascent.h"
#include "models/conditional.h"
#include "models/scaling.h"

typedef enum { MG_PIXELRNN_AROUND, MG_PIXELRNN_PREVIOUS } mg_pixelrnn_sight;
typedef enum { MG_PIXELRNN_SCALED, MG_PIXELRNN_ONEHOT } mg_pixelrnn_coding;
typedef enum {
  MG_PIXELRNN_LEARNED,
  MG_PIXELRNN_COORDINATES,
  MG_PIXELRNN_NOWHERE
} mg_pixelrnn_position;

enum { MG_PIXELRNN_LAYERS = 4 };

typedef struct {
  size_t hidden, layers;         /* H, of each layer */
  mg_pixelrnn_sight sight;       /* pixels that a step is shown */
  mg_pixelrnn_coding coding;     /* of levels */
  mg_pixelrnn_position position; /* how a step knows where it is */
  size_t components;             /* K, in the law of a real */
  mg_ascent_options climb;
} mg_pixelrnn_options;

typedef struct {
  mg_pixelrnn_options options;
  mg_space space;
  mg_conditional law;
  mg_scaling scaling; /* of reals; else 0 and 1 */
  mg_ascent ascent;   /* theta: the layers of mg_lstm, then H x planes weights
                       * and planes biases of the law */
} mg_pixelrnn;

/* One layer of 64 (32 below 17 columns), shown the pixels around, levels
 * scaled, learned positions, K 10, Adam at .003. */
void mg_pixelrnn_options_default(const mg_space *space, void *options);

/* Exact log density, or log mass.                                [pixelrnn.1]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value the space has not;
 * GSL_ENOMEM.  Cost O(N D H (H + inputs)). */
int mg_pixelrnn_log_density(const mg_pixelrnn *p, const gsl_matrix *x,
                            gsl_vector *log_p);

/* The factors, log p(x_i | x_1 .. x_(i-1)).
 *   x  in  N x D     each  out  N x D, nats
 * Returns as mg_pixelrnn_log_density. */
int mg_pixelrnn_conditionals(const mg_pixelrnn *p, const gsl_matrix *x,
                             gsl_matrix *each);

/* Draws all columns from number `known` on, given those before: 0 draws data,
 * half an image its other half.  One more pixel costs one step.
 *   x  inout  N x D; the known columns are read
 * Returns as mg_pixelrnn_log_density; GSL_EINVAL for more known than there are.
 */
int mg_pixelrnn_complete(const mg_pixelrnn *p, gsl_rng *rng, size_t known,
                         gsl_matrix *x);

extern const mg_model_type mg_pixelrnn_type;

#endif
