/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A latent variable on the line: there the integral over z can be done, and any
 * Gaussian can be put in the place of a family's own proposal.
 *
 * For L = 1 quadrature gives p(x) to rounding, and so the truth to hold bounds
 * against that are made for L where it cannot: with m nodes a dimension it
 * takes m^L. */
#ifndef MG_EVAL_LINE_H
#define MG_EVAL_LINE_H

#include "base/table.h"
#include "models/model.h"

/* log p(x) = log int p(x, z) dz by Gauss and Legendre on [low, high]. [line.1]
 *   model  in   with a latent variable that is no discrete one, L = 1, of
 *               data that are not dequantised
 *   x      in   D, a datum
 *   nodes  in   1 or more
 *   log_p  out  nats
 * Returns GSL_SUCCESS; GSL_EUNSUP for another latent variable; GSL_EINVAL for
 * no nodes; GSL_ENOMEM; the family's errors.  Cost O(nodes) log joints. */
int mg_line_log_evidence(const mg_model *model, const gsl_vector *x, double low,
                         double high, size_t nodes, double *log_p);

/* log p(x, z) - log q(z) of draws from q = N(mu, sigma^2).         [line.2]
 *   x  in  D     log_weight  out  a number a draw, nats
 * Returns as mg_line_log_evidence; GSL_EDOM for a mu or sigma of no law. */
int mg_line_log_weights(const mg_model *model, const gsl_vector *x, double mu,
                        double sigma, gsl_rng *rng, gsl_vector *log_weight);

/* Adds prior, joint and posterior as functions of z at 201 points.
 *   table  in/out  of "series x y"
 * Returns as mg_line_log_evidence. */
int mg_line_curves(const mg_model *model, const gsl_vector *x, double low,
                   double high, mg_table *table);

#endif
