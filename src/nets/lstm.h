/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long short-term memory: a layer that goes along a sequence and carries a
 * state with it.
 *
 * A batch is time-major: all rows at step 0, then all rows at step 1, ...; so
 * a step of all rows is one matrix, and so is the whole sequence.  Parameters
 * are W (in x 4H), U (H x 4H) and b (4H), one behind the other in theta; the
 * four gates lie side by side, H columns each: i, f, o, g.            [lstm.1]
 */
#ifndef MG_NETS_LSTM_H
#define MG_NETS_LSTM_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

#include "nets/real.h"

/* T steps of so many rows, each of `in` numbers; H hidden. */
typedef struct {
  size_t steps, rows, in, hidden;
} mg_lstm;

/* Numbers in theta: 4H (in + H + 1); steps and rows do not matter. */
size_t mg_lstm_parameters(const mg_lstm *s);

/* First parameters: Glorot's weights; biases 0, those of the forget gate 1, so
 * that a cell remembers until it has learnt to forget.
 *   theta  out  mg_lstm_parameters numbers
 * Source Jozefowicz, Zaremba & Sutskever (2015) for the 1. */
void mg_lstm_begin(const mg_lstm *s, gsl_rng *rng, mg_real *theta);

/* Numbers in the tape of a sequence. */
size_t mg_lstm_tape(const mg_lstm *s);

/* A whole sequence, from h = c = 0.                                  [lstm.1]
 *   theta  in   parameters
 *   x      in   T x rows x in
 *   h      out  T x rows x H
 *   tape   out  mg_lstm_tape numbers
 * Cost 8 T rows H (in + H) operations.
 * Source Hochreiter & Schmidhuber (1997); Gers, Schmidhuber & Cummins (2000)
 * for the forget gate. */
void mg_lstm_forward(const mg_lstm *s, const mg_real *theta, const mg_real *x,
                     mg_real *h, mg_real *tape, size_t threads);

/* The gradient of anything, given its gradient dh in h, through the whole
 * sequence.                                                          [lstm.2]
 *   x, h    in     as in forward
 *   dh      in     T x rows x H
 *   tape    inout  as forward left it; its gates become their gradients
 *   dtheta  inout  added to
 *   dx      out    T x rows x in, overwritten; NULL: not wanted
 * Cost twice forward's.
 * Source Werbos (1990), backpropagation through time. */
void mg_lstm_backward(const mg_lstm *s, const mg_real *theta, const mg_real *x,
                      const mg_real *h, const mg_real *dh, mg_real *tape,
                      mg_real *dtheta, mg_real *dx, size_t threads);

/* One step onwards, where what comes next depends on what came out: the same
 * numbers as in a sequence, without its tape.                        [lstm.1]
 *   x      in     rows x in
 *   c, h   inout  rows x H, the state; 0 before the first step
 *   gates  out    rows x 4H, scratch */
void mg_lstm_step(const mg_lstm *s, const mg_real *theta, const mg_real *x,
                  mg_real *c, mg_real *h, mg_real *gates, size_t threads);

#endif
