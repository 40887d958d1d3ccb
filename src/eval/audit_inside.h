/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the audits share. */
#ifndef MG_EVAL_AUDIT_INSIDE_H
#define MG_EVAL_AUDIT_INSIDE_H

#include "base/tally.h"
#include "eval/audit.h"

/* How far a sum of probabilities may be from 1. */
double mg_audit_exactness(const mg_model *model);

/* Can the model be asked for a mass or density of data as they are; for terms;
 * for sums over the values of a column; for both of the last?
 * Each returns GSL_SUCCESS; GSL_EUNSUP with the reason. */
int mg_audit_check_density(const mg_model *model);
int mg_audit_check_terms(const mg_model *model);
int mg_audit_check_finite(const mg_model *model);
int mg_audit_check_laws(const mg_model *model);

/* Sets passed from value and bound. */
void mg_audit_judge(mg_audit *audit);

/* e(x) of draws x, which has mean 0.                              [audit.4]
 *   x  in  N x D     e  out  over the N
 * Returns GSL_SUCCESS; GSL_ENOMEM; the family's errors. */
int mg_audit_surprise(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                      mg_tally *e);

/* The integral of p, and of p log p, by importance sampling about draws.
 *                                                                 [audit.5]
 *   x        in   N x D, draws of the model, N >= 512
 *   c        in   about the mean log p of draws
 *   mass     out  1 for a law     entropy  out  minus the entropy
 * Returns GSL_SUCCESS; GSL_EUNSUP where the weights void the errors;
 * GSL_ENOMEM; the family's errors.  Cost 8192 log densities. */
int mg_audit_integrals(const mg_model *model, gsl_rng *rng, const gsl_matrix *x,
                       double c, mg_tally *mass, mg_tally *entropy);

#endif
