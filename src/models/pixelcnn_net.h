/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network of a pixelcnn. */
#ifndef MG_MODELS_PIXELCNN_NET_H
#define MG_MODELS_PIXELCNN_NET_H

#include "models/pixelcnn.h"

/* Sets image, planes and numbers and builds the net in a p that has options and
 * space.
 * Returns GSL_SUCCESS; GSL_EINVAL with the reason: sizes that no network has;
 * GSL_ENOMEM. */
int mg_pixelcnn_build(mg_pixelcnn *p);

/* First parameters.  Those of the last layer are 0 but for its biases, which
 * are what is best of all that know no pixel.
 *   sample  in  N x D */
void mg_pixelcnn_begin(mg_pixelcnn *p, gsl_rng *rng, const gsl_matrix *sample);

/* Names all of theta, an array a layer. */
void mg_pixelcnn_net_tensors(mg_pixelcnn *p, mg_tensors *list);

#endif
