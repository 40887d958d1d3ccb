/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks of an autoregressive density, one for each column but the first.
 *
 * theta holds, one behind the other, what is alike in all networks, so that
 * each is a tensor of its own in a file:
 *
 *   hidden.weights   D(D-1)/2 x H    of column 2 (1 row), of column 3 (2), ...
 *   hidden.biases    D-1 x H
 *   hidden2.weights  D-1 x H x H2    without a second layer: none
 *   hidden2.biases   D-1 x H2
 *   weights          D-1 x (H2 or H) x 3K
 *   biases           D x 3K          of column 1, the whole law */
#ifndef MG_MODELS_AUTOREGRESSIVE_NET_H
#define MG_MODELS_AUTOREGRESSIVE_NET_H

#include "models/autoregressive.h"

/* Numbers in theta. */
size_t mg_autoregressive_parameters(const mg_autoregressive *a);

/* Names the parts of theta. */
void mg_autoregressive_net_tensors(mg_autoregressive *a, mg_tensors *list);

/* First parameters: networks that make nothing of what they see, so that the
 * columns are independent mixtures at first.
 *   x  in  N x D, the data; scaling is set
 * Returns GSL_SUCCESS; GSL_ENOMEM. */
int mg_autoregressive_begin(mg_autoregressive *a, gsl_rng *rng,
                            const gsl_matrix *x);

/* Where a column's numbers of n data are, in scratch. */
typedef struct {
  size_t n;
  const mg_real *u;  /* n x D, the data, scaled */
  mg_real *hidden;   /* n x H */
  mg_real *hidden2;  /* n x H2 */
  mg_real *out;      /* n x 3K */
  mg_real *d_hidden; /* as the three above */
  mg_real *d_hidden2;
  mg_real *d_out;
} mg_autoregressive_room;

/* Numbers of scratch of a column, and the room there. */
size_t mg_autoregressive_scratch(const mg_autoregressive *a, size_t n);
mg_autoregressive_room mg_autoregressive_room_in(const mg_autoregressive *a,
                                                 size_t n, const mg_real *u,
                                                 mg_real *scratch);

/* The law of a column of every datum, from the columns before it: fills out.
 *   column  in  from 0 */
void mg_autoregressive_forward(const mg_autoregressive *a, size_t column,
                               const mg_autoregressive_room *room);

/* The gradient of anything, given d_out.
 *   dtheta  inout  as theta; added to where the column's parameters are */
void mg_autoregressive_backward(const mg_autoregressive *a, size_t column,
                                const mg_autoregressive_room *room,
                                mg_real *dtheta);

#endif
