/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a latent variable says of data, and what data it leads to: the numbers
 * behind the pictures of a model with z, written once over the operations of
 * models/model.h.
 *
 *   code     of a datum: the mean of q(z | x)
 *   decode   from z to the mean of p(x | z)
 *
 * and where to decode: on a plane of two dimensions, on the way from one code
 * to another, and farther out than the prior draws.  Data and means are in the
 * space of the data, also of a dequantised model. */
#ifndef MG_EVAL_CODES_H
#define MG_EVAL_CODES_H

#include "models/model.h"

/* L, the length of z; 0 for a family without a latent variable. */
size_t mg_codes_dim(const mg_model *model);

/* The code of each row.
 *   z  out  rows->n x L
 * Returns GSL_SUCCESS; GSL_EUNSUP when the family has no codes; GSL_EBADLEN;
 * GSL_EINVAL for another space; GSL_ENOMEM; the family's errors.
 * Cost an encoding a row. */
int mg_codes_encode(const mg_model *model, const mg_rows *rows, gsl_matrix *z);

/* The mean of p(x | z) of each row of z.
 *   z  in  N x L     x  out  N x D, of a level or a bit its expected value
 * Returns GSL_SUCCESS; GSL_EUNSUP; GSL_EBADLEN; GSL_ENOMEM; the family's
 * errors.  Cost a decoding a row. */
int mg_codes_decode(const mg_model *model, const gsl_matrix *z, gsl_matrix *x);

/* The two terms of the ELBO [vae.2], means over rows of one draw each:
 *   reconstruction  out  E_q log p(x | z), nats per datum
 *   kl              out  KL(q(z | x) || p(z)), nats per datum
 * Returns GSL_SUCCESS; GSL_EUNSUP when the family does not tell log p(z);
 * GSL_EINVAL for no rows or another space; GSL_ENOMEM; the family's errors. */
int mg_codes_terms(const mg_model *model, gsl_rng *rng, const mg_rows *rows,
                   double *reconstruction, double *kl);

/* The two dimensions that say most of x, in their order; of one dimension twice
 * the same.                                                         [code.1]
 *   z     in   rows->n x L, the codes of the rows
 *   most  out
 * Returns GSL_SUCCESS; GSL_EUNSUP; GSL_EINVAL; GSL_ENOMEM; the family's errors.
 * Cost a draw of z a row. */
int mg_codes_active(const mg_model *model, gsl_rng *rng, const mg_rows *rows,
                    const gsl_matrix *z, size_t most[2]);

/* z on a square of side x side points, in lines from the top left: axes[0]
 * rises to the right and axes[1] upwards, each from -reach to reach, and every
 * other dimension is 0, the mean of the prior.
 *   z  out  side^2 x L, side at least 2 */
void mg_codes_plane(const size_t axes[2], double reach, gsl_matrix *z);

/* z on the straight line from a to b, both ends included.
 *   a, b  in  L     z  out  N x L, N at least 2 */
void mg_codes_between(const gsl_vector *a, const gsl_vector *b, gsl_matrix *z);

/* z on the quarter turn from a to b, cos t a + sin t b.  Where a and b are two
 * draws of N(0, I), every point of it is one, which no point between the ends
 * of a straight line is: in many dimensions its middle is nearer to 0 than the
 * prior ever draws.
 *   a, b  in  L     z  out  N x L, N at least 2 */
void mg_codes_turn(const gsl_vector *a, const gsl_vector *b, gsl_matrix *z);

/* z in directions that the prior N(0, I) draws, a line of n factors each: the
 * draw times factor[0], factor[1], ...
 *   z  out  a multiple of n rows x L */
void mg_codes_out(gsl_rng *rng, const double *factor, size_t n, gsl_matrix *z);

#endif
