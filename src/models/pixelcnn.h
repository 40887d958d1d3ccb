/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PixelCNN: the law of an image as a product over its pixels, each given those
 * before it, all by one network of masked convolutions.           [pixelcnn.1]
 *
 *     p(x) = prod_i p(x_i | x_1 .. x_(i-1)),   in raster order
 *
 * A forward pass tells all D factors of a datum at once, so log p(x) is exact
 * and cheap; a sample is drawn a pixel at a time. */
#ifndef MG_MODELS_PIXELCNN_H
#define MG_MODELS_PIXELCNN_H

#include "models/ascent.h"
#include "models/model.h"
#include "nets/net.h"

typedef enum {
  MG_PIXELCNN_PLAIN,    /* masked convolutions and relus in a row */
  MG_PIXELCNN_RESIDUAL, /* blocks that add to what they got */
  MG_PIXELCNN_GATED     /* two stacks, above and left; no blind spot */
} mg_pixelcnn_kind;

typedef struct {
  mg_pixelcnn_kind kind;
  size_t channels; /* of every map between first layer and head */
  size_t blocks;   /* behind the first layer */
  size_t kernel;   /* of the first layer, odd; of the blocks it is 3 */
  double dropout;  /* share of numbers taken away while it learns */
  double shifts;   /* share of the data moved by a pixel while it learns */
  mg_ascent_options climb;
} mg_pixelcnn_options;

typedef struct {
  mg_pixelcnn_options options;
  mg_space space;
  bool unmasked; /* a fault, for lessons and tests: before init a caller sets
                  * it, and the first window goes on to the end of its lines,
                  * over the pixel itself and later ones; no law comes out */
  mg_shape image;
  size_t planes; /* numbers a pixel that the net puts out */
  mg_net *net;
  size_t numbers;   /* of its parameters */
  mg_ascent ascent; /* where they are, and their mean */
  char (*name)[32]; /* of each layer with parameters */
} mg_pixelcnn;

/* Residual, 32 channels, 4 blocks, a first kernel of 7 (of 3 where the image is
 * not over 8 high or wide), no dropout, averaging or shifts, Adam at .001. */
void mg_pixelcnn_options_default(const mg_space *space, void *options);

/* log p(x), exact.                                              [pixelcnn.1]
 *   x  in  N x D     log_p  out  N, nats
 * Returns GSL_SUCCESS; GSL_EBADLEN; GSL_EDOM for a value that the space has
 * not; GSL_ENOMEM.  Cost a forward pass a datum. */
int mg_pixelcnn_log_density(const mg_pixelcnn *p, const gsl_matrix *x,
                            gsl_vector *log_p);

/* Its factors.                                           [ar.1] [pixelcnn.1]
 *   x  in  N x D     each  out  N x D, nats
 * Returns as above. */
int mg_pixelcnn_conditionals(const mg_pixelcnn *p, const gsl_matrix *x,
                             gsl_matrix *each);

/* The law of one pixel, given those before it.
 *   x      in   N x D; what stands from `pixel` on is of no account
 *   pixel  in   below D
 *   prob   out  N x levels, rows that sum to 1; of bits 2 columns
 * Returns as above. */
int mg_pixelcnn_predict(const mg_pixelcnn *p, const gsl_matrix *x, size_t pixel,
                        gsl_matrix *prob);

/* Draws the pixels from `first` on, given those before it; first 0 draws whole
 * images.  Each image takes its D - first uniform draws before the next one.
 *   x  inout  N x D
 * Returns as above.  Cost that of one forward pass a datum: what every layer
 * knows of earlier pixels is kept (nets/raster.h). */
int mg_pixelcnn_continue(const mg_pixelcnn *p, gsl_rng *rng, size_t first,
                         gsl_matrix *x);

extern const mg_model_type mg_pixelcnn_type;

#endif
