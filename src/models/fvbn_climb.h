/* SPDX-License-Identifier: GPL-3.0-or-later */
/* D concave functions climbed side by side, a look a pass.
 *
 * The regressions of a fully visible belief network share nothing but the data,
 * so a pass over the data looks at all of them at once, and each then makes a
 * step of its own, or takes its last one back. */
#ifndef MG_MODELS_FVBN_CLIMB_H
#define MG_MODELS_FVBN_CLIMB_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>

typedef struct mg_fvbn_climb mg_fvbn_climb;

/* A climb that begins at weights of 0.
 *   units  in  C rows of weights a regression
 *   bound  in  D x D, lower triangle: what no curvature is above; regression i
 *              has its leading i + 1 rows                            [fvbn.3]
 * Returns NULL with the reason: a bound that is not positive definite; memory.
 */
mg_fvbn_climb *mg_fvbn_climb_alloc(size_t units, const gsl_matrix *bound);

/* Frees it; NULL is allowed. */
void mg_fvbn_climb_free(mg_fvbn_climb *climb);

/* Where to look next: D C x D, 0 above the regressions' own numbers. */
const gsl_matrix *mg_fvbn_climb_trial(const mg_fvbn_climb *climb);

/* Judges the trial, and makes another.                             [fvbn.4]
 *   value     in      D, what each regression came to there
 *   gradient  in/out  D C x D, there; what is above a regression's own numbers
 *                     is ignored; destroyed
 *   weights   in/out  D C x D, the best so far
 *   best      out     D, what these are worth
 * Returns how many regressions kept their step. */
size_t mg_fvbn_climb_step(mg_fvbn_climb *climb, const gsl_vector *value,
                          gsl_matrix *gradient, gsl_matrix *weights,
                          gsl_vector *best);

#endif
