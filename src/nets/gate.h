/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gated unit: half of the channels say what, the other half how much. */
#ifndef MG_NETS_GATE_H
#define MG_NETS_GATE_H

#include "nets/layer.h"

/* y = tanh(a) sigmoid(b), number by number.                          [gate.1]
 *   a, b  in  n     y  out  n */
void mg_gate_forward(size_t n, const mg_real *a, const mg_real *b, mg_real *y);

/* Its gradients.                                                     [gate.2]
 *   a, b  in  n     dy  in  n     da, db  out  n */
void mg_gate_backward(size_t n, const mg_real *a, const mg_real *b,
                      const mg_real *dy, mg_real *da, mg_real *db);

/* "gate": of 2 C channels the first C are a, the others b; C come out. */
extern const mg_layer_type mg_gate_type;

#endif
