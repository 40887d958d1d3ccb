/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a pixelcnn learns: the family's part in a fit. */
#ifndef MG_MODELS_PIXELCNN_FIT_H
#define MG_MODELS_PIXELCNN_FIT_H

#include "models/pixelcnn.h"

/* Data that go through the net together: a thousand pixels or so. */
size_t mg_pixelcnn_chunk(const mg_pixelcnn *p, size_t n);

/* A value as the net sees it: levels from -1 to 1. */
mg_real mg_pixelcnn_scaled(const mg_pixelcnn *p, double x);

/* The functions of the family's table. */
mg_need mg_pixelcnn_need(const void *self, size_t n);
int mg_pixelcnn_gather(const void *self, gsl_rng *rng, const mg_batch *batch,
                       mg_stats *stats);

/* A step of Adam, and of the mean of the weights. */
int mg_pixelcnn_update(void *self, mg_stats *stats, mg_report *report);

#endif
